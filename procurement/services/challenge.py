"""询问, 质疑, 投诉: taken in, answered by two people, recorded as finance decides; and what they do to the purchase."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from procurement.models import Award, Bid, Challenge, Complaint, Consequence, Enquiry, ProjectPaper, Tender
from procurement.rules import challenge as rules
from procurement.rules import deadlines as limits
from procurement.services import deadlines
from procurement.services.award import undo_award
from procurement.services.ending import fail_tender
from procurement.services.rounds import review_again
from records import clock, messages
from records.files import store_upload
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Step = Challenge.Step


def day_of(moment: datetime | None) -> date | None:
    return localtime(moment).date() if moment else None


def known_on(tender, step: str) -> date | None:
    """The day from which a supplier must know of the harm (政府采购法实施条例 art. 53), or None while the step is not over."""
    match step:
        case Step.DOCUMENTS:
            notice = tender.project.papers.filter(kind=ProjectPaper.Kind.NOTICE).order_by("issued_at").last()
            return notice.until or day_of(notice.issued_at) if notice else day_of(tender.published_at)
        case Step.OPENING:
            return day_of(tender.opened_at)
        case Step.REVIEW:
            judged = tender.bids.filter(reviewed_at__isnull=False).order_by("reviewed_at").last()
            waiting = tender.bids.filter(status=Bid.Status.OPENED).exists()
            return day_of(judged.reviewed_at) if judged and not waiting else None
        case Step.SCORING:
            return day_of(tender.ranked_at)
        case _:
            result = tender.project.papers.filter(kind=ProjectPaper.Kind.RESULT).order_by("issued_at").last()
            return result.until or day_of(result.issued_at) if result else None


def last_day(limit, start: date | None) -> date | None:
    """None while that year's calendar is not published: nobody is shut out for want of a calendar."""
    return deadlines.due(limit, start).on if start else None


def raising_breaches(tender, contractor, step: str, *, on: date):
    """Why this supplier may not challenge that step today; shown before anything is typed."""
    took_part = tender.bids.filter(contractor=contractor).exclude(status=Bid.Status.WITHDRAWN).exists()
    yield from rules.participant_breaches(step=step, took_part=took_part)
    known = known_on(tender, step)
    # before its period ends the notice may be challenged at any time
    begun = min(known, on) if known and step in (Step.DOCUMENTS, Step.RESULT) else known
    yield from rules.raising_breaches(step=Step(step).label, known_on=begun, last_day=last_day(limits.QUERY, known), on=on)


@transaction.atomic
def ask(tender_id, *, contractor, question: str, by) -> Enquiry:
    """询问: any supplier, about anything the law lets it know; answered within three working days (T-18)."""
    tender = Tender.objects.select_related("project__organisation").get(pk=tender_id)
    if not question.strip():
        raise Refused.because("T-18", rules.ENQUIRY, "请写明询问的内容。")
    enquiry = Enquiry.objects.create(
        tender=tender,
        contractor=contractor,
        question=question.strip(),
        asked_by=by,
        due_on=last_day(limits.ENQUIRY_ANSWER, clock.today()),
    )
    audit.record("procurement.enquiry.raised", enquiry, by=by, detail={"due_on": enquiry.due_on})
    tell_bureau(tender, f"供应商询问：{tender.project.name}", f"enquiry:{enquiry.pk}")
    return enquiry


@transaction.atomic
def answer_enquiry(enquiry_id, *, answer: str, by) -> Enquiry:
    enquiry = claim(Enquiry.objects.select_related("tender__project", "contractor__organisation"), enquiry_id)
    if not answer.strip():
        raise Refused.because("T-18", rules.ENQUIRY, "请写明答复。")
    enquiry.answer, enquiry.answered_by, enquiry.answered_at = answer.strip(), by, clock.now()
    enquiry.save(update_fields=["answer", "answered_by", "answered_at"])
    tell_supplier(enquiry.contractor, f"询问已答复：{enquiry.tender.project.name}", f"enquiry-answered:{enquiry.pk}")
    return move(enquiry, Enquiry.Status.ANSWERED, by=by)


@transaction.atomic
def raise_challenge(tender_id, *, contractor, step: str, demand: str, facts: str, basis: str, upload=None, by) -> Challenge:
    """质疑: taken in with a number and the day by which it is answered. Raises Refused when late or from a stranger (T-19)."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    today = clock.today()
    uphold(
        [*raising_breaches(tender, contractor, step, on=today), *rules.content_breaches(demand=demand, facts=facts, basis=basis)],
    )
    if tender.challenges.filter(contractor=contractor, step=step).exclude(status=Challenge.Status.WITHDRAWN).exists():
        raise Refused.because("T-19", rules.RAISING, f"您已对“{Step(step).label}”提出质疑，同一环节的质疑应一次性提出。")
    known = known_on(tender, step)
    challenge = Challenge.objects.create(
        tender=tender,
        contractor=contractor,
        number=f"ZY-{tender.project.code.removeprefix('SQ-')}-{tender.challenges.count() + 1:02d}",
        step=step,
        demand=demand.strip(),
        facts=facts.strip(),
        basis=basis.strip(),
        file=store_upload(upload, organisation=contractor.organisation, by=by) if upload else None,
        known_on=known,
        raise_by=last_day(limits.QUERY, known),
        raised_by=by,
        due_on=last_day(limits.QUERY_ANSWER, today),
    )
    audit.record(
        "procurement.challenge.raised", challenge, by=by, detail={"step": challenge.get_step_display(), "due_on": challenge.due_on}
    )
    tell_bureau(tender, f"收到质疑：{tender.project.name}", f"challenge:{challenge.pk}")
    return challenge


@transaction.atomic
def withdraw_challenge(challenge_id, *, contractor, by) -> Challenge:
    challenge = claim(Challenge.objects.filter(contractor=contractor), challenge_id)
    return move(challenge, Challenge.Status.WITHDRAWN, by=by)


@transaction.atomic
def draft_answer(challenge_id, *, verdict: str, consequence: str, answer: str, by, version=None) -> Challenge:
    """The handler writes the answer; nothing goes out before another person has reviewed it."""
    challenge = claim(Challenge, challenge_id, version=version)
    uphold(rules.answer_breaches(verdict=verdict, consequence=consequence, answer=answer))
    challenge.verdict, challenge.consequence, challenge.answer, challenge.drafted_by = verdict, consequence, answer.strip(), by
    touch(challenge)
    challenge.save(update_fields=["verdict", "consequence", "answer", "drafted_by", "version"])
    return move(challenge, Challenge.Status.DRAFTED, by=by)


@transaction.atomic
def return_answer(challenge_id, *, note: str, by) -> Challenge:
    challenge = claim(Challenge, challenge_id)
    if not note.strip():
        raise Refused.because("T-20", rules.ANSWERING, "退回须写明原因。")
    return move(challenge, Challenge.Status.RAISED, by=by, note=note)


@transaction.atomic
def approve_answer(challenge_id, *, by, version=None) -> Challenge:
    """The reviewed answer goes out, and what it decides is carried out in the same transaction (T-20)."""
    challenge = claim(Challenge.objects.select_related("tender__project", "contractor__organisation"), challenge_id, version=version)
    uphold(rules.reviewer_breaches(by.pk, author=challenge.drafted_by_id))
    challenge.reviewed_by, challenge.answered_at = by, clock.now()
    challenge.complain_by = last_day(limits.COMPLAINT, clock.today())
    challenge.save(update_fields=["reviewed_by", "answered_at", "complain_by"])
    detail = {"verdict": challenge.get_verdict_display(), "outcome": challenge.get_consequence_display()}
    move(challenge, Challenge.Status.ANSWERED, by=by, detail=detail)
    carry_out(challenge.tender_id, challenge.consequence, reason=f"质疑 {challenge.number} {challenge.get_verdict_display()}", by=by)
    tell_supplier(challenge.contractor, f"质疑已答复：{challenge.number}", f"challenge-answered:{challenge.pk}")
    return challenge


@transaction.atomic
def release_signing(challenge_id, *, reason: str, by) -> Challenge:
    """政府采购法实施条例 art. 54: what cannot change the result does not hold up signing; said in writing by the reviewer."""
    challenge = claim(Challenge, challenge_id)
    if challenge.status not in Challenge.OPEN or not reason.strip():
        raise Refused.because("T-20", rules.SUSPENSION, "对尚未答复的质疑，写明不影响成交结果的理由后，方可继续签订合同。")
    challenge.suspends, challenge.release_reason, challenge.released_by = False, reason.strip(), by
    touch(challenge)
    challenge.save(update_fields=["suspends", "release_reason", "released_by", "version"])
    audit.record("procurement.challenge.released", challenge, by=by, detail={"reason": reason})
    return challenge


def complaint_window(challenge) -> tuple[date, date | None]:
    """T-21: from the answer, or from the day it was due, for fifteen working days."""
    start = day_of(challenge.answered_at) or challenge.due_on or clock.today()
    return start, last_day(limits.COMPLAINT, start)


@transaction.atomic
def record_complaint(
    challenge_id, *, department, document_no, filed_on: date, accepted_on: date, suspended_from=None, suspended_until=None, by
):
    """投诉 as finance told the purchaser: its notice of acceptance, and the halt if there is one (T-21, T-22)."""
    challenge = claim(Challenge.objects.select_related("tender__project"), challenge_id)
    if Complaint.objects.filter(challenge=challenge).exists():
        raise Refused.because("T-21", rules.COMPLAINING, f"质疑 {challenge.number} 的投诉已经登记。")
    start, end = complaint_window(challenge)
    uphold(
        [
            *rules.complaining_breaches(from_day=start, last_day=end, filed_on=filed_on, on=clock.today()),
            *rules.halt_breaches(suspended_from, suspended_until),
        ]
    )
    complaint = Complaint.objects.create(
        challenge=challenge,
        department=department,
        document_no=document_no,
        filed_on=filed_on,
        accepted_on=accepted_on,
        decide_by=last_day(limits.COMPLAINT_DECISION, accepted_on),
        suspended_from=suspended_from,
        suspended_until=suspended_until,
        recorded_by=by,
    )
    detail = {"document": document_no, "from_day": suspended_from, "until": suspended_until}
    audit.record("procurement.complaint.recorded", complaint, by=by, detail=detail)
    return complaint


@transaction.atomic
def record_decision(complaint_id, *, verdict, consequence, decision_no, decided_on: date, grounds, by, version=None) -> Complaint:
    """Finance's decision, word for word, and what it does to the purchase. Signing is free again unless it falls."""
    complaint = claim(Complaint.objects.select_related("challenge__tender__project"), complaint_id, version=version)
    missing = [
        label
        for label, text in (("处理决定文号", decision_no), ("处理依据及结果", grounds), ("结论", verdict), ("处理", consequence))
        if not text
    ]
    if missing or decided_on > clock.today() or decided_on < complaint.accepted_on:
        raise Refused.because("T-22", rules.DECIDING, f"请填写{'、'.join(missing) or '受理日之后、今天之前的决定日期'}。")
    if verdict == Complaint.Verdict.REJECTED and consequence != Consequence.KEPT:
        raise Refused.because("T-22", rules.DECIDING, "驳回投诉的，应维持原结果。")
    complaint.verdict, complaint.consequence, complaint.decision_no = verdict, consequence, decision_no
    complaint.decided_on, complaint.grounds, complaint.closed_by = decided_on, grounds, by
    complaint.save(update_fields=["verdict", "consequence", "decision_no", "decided_on", "grounds", "closed_by"])
    move(complaint, Complaint.Status.DECIDED, by=by, note=decision_no, detail={"outcome": complaint.get_consequence_display()})
    carry_out(complaint.challenge.tender_id, consequence, reason=f"投诉处理决定 {decision_no}", by=by)
    return complaint


@transaction.atomic
def withdraw_complaint(complaint_id, *, note: str, by) -> Complaint:
    complaint = claim(Complaint, complaint_id)
    if not note.strip():
        raise Refused.because("T-22", rules.DECIDING, "请写明财政部门终止处理的通知文号。")
    return move(complaint, Complaint.Status.WITHDRAWN, by=by, note=note)


def carry_out(tender_id, consequence: str, *, reason: str, by) -> None:
    """Result kept, reviewed again, given to the next candidate, or the whole done anew. A signed contract is not undone here."""
    if consequence == Consequence.KEPT:
        return
    tender = claim(Tender.objects.select_related("project"), tender_id)
    award = tender.awards.filter(status=Award.Status.CONFIRMED).first()
    contract = getattr(award, "contract", None)
    if contract is not None and contract.signed_at:
        raise Refused.because("T-20", rules.HOW, f"合同 {contract.number} 已经签订，须先依法中止或者解除合同，再处理成交结果。")
    if award and consequence != Consequence.REDO:
        undo_award(award.pk, reason=reason, reopened=consequence == Consequence.REVIEWED, by=by)
    if consequence == Consequence.NEXT and award is None:
        raise Refused.because("T-20", rules.HOW, "尚未确定成交供应商，没有可以另行确定的结果。")
    if consequence == Consequence.REVIEWED:
        review_again(tender_id, reason=reason, by=by)
    elif consequence == Consequence.REDO:
        fail_tender(tender_id, reason=f"{reason}，重新开展采购活动", by=by)


def suspension_breaches(tender, *, on: date | None = None):
    """T-20, T-22: what holds up signing now. Asked by the contract before review, approval and signature."""
    on = on or clock.today()
    open_ones = tender.challenges.filter(status__in=Challenge.OPEN, suspends=True).select_related("contractor__organisation")
    halts = Complaint.objects.suspending(on).filter(challenge__tender=tender).select_related("challenge__contractor__organisation")
    return rules.suspension_breaches([f"质疑 {row.number} " for row in open_ones], [(str(row), row.suspended_until) for row in halts])


OPEN_DAYS = (  # model, field that waits for a calendar, limit, the day it runs from
    (Enquiry, "due_on", limits.ENQUIRY_ANSWER, lambda row: day_of(row.asked_at)),
    (Challenge, "due_on", limits.QUERY_ANSWER, lambda row: day_of(row.raised_at)),
    (Challenge, "raise_by", limits.QUERY, lambda row: row.known_on),
    (Challenge, "complain_by", limits.COMPLAINT, lambda row: day_of(row.answered_at)),
    (Complaint, "decide_by", limits.COMPLAINT_DECISION, lambda row: row.accepted_on),
)


def fill_open_days() -> int:
    """Date what an unpublished calendar left open (T-18 … T-22). Returns how many were dated."""
    done = 0
    for model, field, limit, start in OPEN_DAYS:
        for row in model.objects.filter(**{field: None}):
            day = last_day(limit, start(row))
            if day is not None:
                done += model.objects.filter(pk=row.pk, **{field: None}).update(**{field: day})
    return done


def tell_bureau(tender, title: str, key: str) -> None:
    url = reverse("procurement:project_challenges", args=[tender.project_id])
    said = (title, "请按期答复，期限见页面。")
    messages.send([tender.created_by], *said, url=url, key=key)
    messages.to_office(tender.project.organisation, Role.PURCHASE_OFFICER, *said, url=url, key=key)


def tell_supplier(contractor, title: str, key: str) -> None:
    posts = Membership.objects.active(clock.today()).filter(organisation=contractor.organisation, role=Role.CONTRACTOR_ADMIN)
    people = User.objects.filter(memberships__in=posts).distinct()
    messages.send(people, title, "请登录查看。", url=reverse("procurement:challenge_list"), key=key)
