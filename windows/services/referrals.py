"""转办 and 转介: send, acknowledge, send back, ask, supply, answer, recall. Each sub-case has its own receiver and clock."""

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, messages
from records.policy import Clause
from records.refusals import Refused, uphold
from records.values import policy_values
from records.workflow import claim, move
from windows.models import Case, CaseStep, Programme, Referral
from windows.rules import clock as clock_rules
from windows.rules import referral as rules
from windows.services import clocks
from windows.services.guards import in_status

DUPLICATE = Clause("渝民发〔2018〕4号", "三（一）")
SUPPLEMENT = "SUPPLEMENT"
ORDER = ("W-03", DUPLICATE)
Status = Referral.Status
AT_RECEIVER = (Status.SENT, Status.ACKNOWLEDGED, Status.MORE_ASKED)
OPEN = (*AT_RECEIVER, Status.RETURNED)


def _claim(pk: int, version: int) -> Referral:
    """The row, locked. A matter that was taken back is said to be so, whatever the open page shows."""
    row = claim(Referral.objects.select_related("programme", "case__handler"), pk)
    uphold(
        rules.recalled_breaches(
            recalled=row.status == Status.RECALLED, matter=f"{row.case.number} {row.programme}", who=row.case.handler.name
        )
    )
    return claim(Referral, pk, version=version)


def receiver_for(programme: Programme, organisation: Organisation) -> Organisation:
    """The district's department of that function; where there is none, the bureau takes it (W-08)."""
    district = organisation.district
    departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, function=programme.department)
    return departments.below(district).valid(clock.today()).order_by("path").first() or district


def choices_for(organisation: Organisation):
    """Where a township's matters can be sent: departments of its district, and the bureau itself."""
    rows = Organisation.objects.below(organisation.district).valid(clock.today())
    return rows.filter(kind__in=(Organisation.Kind.DEPARTMENT, Organisation.Kind.BUREAU)).order_by("path")


def send_first(case: Case, also, *, by) -> None:
    """At acceptance: the case's own programme and every further need goes out at once, where consent allows."""
    wanted = [case.programme] if case.programme.leaves_window else []
    for programme in (*wanted, *also):
        if programme.action == Programme.Action.REFER and not case.consent:
            continue
        send(case, programme, receiver_for(programme, case.organisation), reason=case.need or f"申请{programme.name}", by=by)


@transaction.atomic
def send(case: Case, programme: Programme, receiver: Organisation, *, reason: str, by, consent: bool | None = None) -> Referral:
    """Open a sub-case at ``receiver``. The mode follows the programme: REFER is 转介, everything else 转办."""
    mode = rules.Mode.REFER if programme.action == Programme.Action.REFER else rules.Mode.TRANSFER
    consent = case.consent if consent is None else consent
    valid = receiver.is_valid(clock.today()) and choices_for(case.organisation).filter(pk=receiver.pk).exists()
    uphold(rules.send_breaches(mode=mode, consent=consent, reason=reason, receiver_valid=valid))
    row = Referral(
        case=case, programme=programme, mode=mode.value, to_organisation=receiver, reason=reason.strip(), consent=consent, sent_by=by
    )
    _begin(row, "acknowledge_days", rules.ACK_WORKDAYS)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused.because("W-03", DUPLICATE, f"“{programme}”已送{receiver}，尚未办结，不再重复送。") from None
    _trace_sent(case, row, by)
    _finish_send_step(case, by)
    clocks.show_on_case(case)
    return row


@transaction.atomic
def send_from_case(case_id: int, programme: Programme, receiver: Organisation, *, reason: str, consent: bool, version: int, by) -> Referral:
    """A further department is asked while the case is under way."""
    case = claim(Case, case_id, version=version)
    if case.status != Case.Status.ACCEPTED:
        raise Refused.because("W-03", DUPLICATE, f"该申请{case.get_status_display()}，受理后、办结前才能转办（转介）。")
    row = send(case, programme, receiver, reason=reason, consent=consent, by=by)
    case.version += 1
    case.save(update_fields=["version"])
    return row


def _trace_sent(case: Case, row: Referral, by) -> None:
    detail = {"to": str(row.to_organisation), "programme": row.programme.name, "due_on": row.due_on}
    audit.record("windows.referral.sent", row, by=by, detail=detail)
    messages.to_role(
        row.to_organisation,
        Role.DEPARTMENT_HANDLER,
        f"{row.get_mode_display()}：{row.programme}",
        f"{case.organisation} {case.number}，请于 {row.due_on or '期限待定'} 前签收。",
        url=reverse("windows:referral_detail", args=[row.pk]),
        key=f"windows.referral.sent:{row.pk}:{row.version}",
    )


def _begin(row: Referral, code: str, default: int) -> None:
    """Start the row's clock with the authority's limit, or our default (示例) where none is set. Not saved."""
    value = policy_values([code], row.case.organisation, clock.today()).get(code)
    row.amount, row.unit = int(value.value) if value else default, clock_rules.Unit.WORKDAYS.value
    clocks.start(row, clock.now())


def _finish_send_step(case: Case, by) -> None:
    step = case.steps.filter(code="SEND", status=CaseStep.Status.RUNNING).first()
    if step is None:
        return
    step.done_on, step.done_by = clock.today(), by
    step.save(update_fields=["done_on", "done_by"])
    move(step, CaseStep.Status.DONE, by=by)
    reply = case.steps.filter(code="REPLY", status=CaseStep.Status.WAITING).first()
    if reply is not None:
        clocks.start(reply, clock.now())
        reply.save(update_fields=clocks.DUE_FIELDS)
        move(reply, CaseStep.Status.RUNNING, by=by)


@transaction.atomic
def acknowledge(pk: int, *, version: int, by) -> Referral:
    """The receiver takes it: a named handler, and the clock for the answer begins."""
    row = _claim(pk, version)
    in_status(row, Status.SENT, breach=ORDER, act="签收")
    row.receiver, row.acknowledged_at = by, clock.now()
    _begin(row, "feedback_days", rules.ANSWER_WORKDAYS)
    row.save(update_fields=["receiver", "acknowledged_at", "amount", "unit", *clocks.DUE_FIELDS])
    move(row, Referral.Status.ACKNOWLEDGED, by=by)
    clocks.show_on_case(row.case)
    return row


@transaction.atomic
def send_back(pk: int, *, reason: str, version: int, by) -> Referral:
    """The receiver returns it with reasons; it lies on the window's list until sent elsewhere or recalled."""
    row = _claim(pk, version)
    in_status(row, Status.SENT, Status.ACKNOWLEDGED, breach=ORDER, act="退回")
    uphold(rules.return_breaches(reason=reason))
    row.return_reason, row.due_on, row.due_note = reason.strip(), None, ""
    row.save(update_fields=["return_reason", "due_on", "due_note"])
    move(row, Referral.Status.RETURNED, by=by, note=reason.strip())
    clocks.show_on_case(row.case)
    _tell_window(row, f"{row.to_organisation.label}退回：{row.programme}", reason.strip())
    return row


@transaction.atomic
def ask_more(pk: int, *, question: str, version: int, by) -> Referral:
    """The receiver needs more, asks for all of it once, and its clock stands still until the window supplies it."""
    row = _claim(pk, version)
    in_status(row, Status.ACKNOWLEDGED, breach=ORDER, act="要求补充")
    uphold(rules.question_breaches(question=question))
    standing = row.paused_on is not None
    uphold(clock_rules.pause_breaches(reason=SUPPLEMENT, allowed=[SUPPLEMENT], standing=standing, due=row.due_on, today=clock.today()))
    row.question, row.supplement = question.strip(), ""
    row.save(update_fields=["question", "supplement"])
    clocks.pause(row, reason=SUPPLEMENT, note=question.strip()[:200], by=by)
    move(row, Referral.Status.MORE_ASKED, by=by, note=question.strip())
    clocks.show_on_case(row.case)
    _tell_window(row, f"{row.to_organisation.label}要求补充：{row.programme}", question.strip())
    return row


@transaction.atomic
def supply(pk: int, *, supplement: str, version: int, by) -> Referral:
    """The window answers the question; the receiver's clock goes on and its due day has moved."""
    row = claim(Referral, pk, version=version)
    in_status(row, Status.MORE_ASKED, breach=ORDER, act="补充材料")
    uphold(rules.question_breaches(question=supplement))
    row.supplement = supplement.strip()
    row.save(update_fields=["supplement"])
    span = clocks.resume(row, by=by)
    move(row, Referral.Status.ACKNOWLEDGED, by=by, detail={"due_before": span.due_before, "due_after": span.due_after})
    clocks.show_on_case(row.case)
    return row


@transaction.atomic
def answer(pk: int, *, outcome: str, text: str, version: int, by) -> Referral:
    """The department's result; it returns to the one line the applicant sees."""
    row = _claim(pk, version)
    in_status(row, Status.ACKNOWLEDGED, breach=ORDER, act="答复")
    uphold(rules.answer_breaches(outcome=outcome, answer=text))
    row.outcome, row.answer, row.answered_at = Referral.Outcome(outcome), text.strip(), clock.now()
    row.save(update_fields=["outcome", "answer", "answered_at"])
    move(row, Referral.Status.ANSWERED, by=by, note=row.get_outcome_display())
    clocks.show_on_case(row.case)
    _tell_window(row, f"{row.to_organisation.label}已答复：{row.programme}", row.get_outcome_display())
    return row


@transaction.atomic
def send_again(pk: int, *, receiver: Organisation, reason: str, version: int, by) -> Referral:
    """A returned matter goes out again, to the same or another receiver. The old way stays in the history."""
    row = claim(Referral, pk, version=version)
    in_status(row, Status.RETURNED, breach=ORDER, act="改送")
    mode = rules.Mode(row.mode)
    valid = choices_for(row.case.organisation).filter(pk=receiver.pk).exists()
    uphold(rules.send_breaches(mode=mode, consent=row.consent, reason=reason, receiver_valid=valid))
    detail = {"from": str(row.to_organisation), "to": str(receiver), "returned": row.return_reason}
    row.to_organisation, row.reason, row.receiver, row.acknowledged_at = receiver, reason.strip(), None, None
    row.sent_at, row.sent_by = clock.now(), by
    _begin(row, "acknowledge_days", rules.ACK_WORKDAYS)
    names = ["to_organisation", "reason", "receiver", "acknowledged_at", "sent_at", "sent_by", "amount", "unit"]
    row.save(update_fields=[*names, *clocks.DUE_FIELDS])
    move(row, Referral.Status.SENT, by=by, detail=detail)
    _trace_sent(row.case, row, by)
    clocks.show_on_case(row.case)
    return row


@transaction.atomic
def recall(pk: int, *, reason: str, version: int, by) -> Referral:
    """The window takes a matter back, also one that the receiver has begun: who works on it is told, and the clock ends."""
    row = claim(Referral.objects.select_related("case__organisation", "programme", "to_organisation", "receiver"), pk, version=version)
    in_status(row, *OPEN, breach=ORDER, act="撤回")
    uphold(rules.recall_breaches(reason=reason))
    _recall(row, reason=reason.strip(), by=by)
    clocks.show_on_case(row.case)
    return row


def stop_all(case: Case, *, reason: str, by) -> None:
    """The application was taken back: nobody works on a part of it any longer."""
    rows = case.referrals.open().select_related("case__organisation", "programme", "to_organisation", "receiver")
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        _recall(row, reason=reason, by=by)


def _recall(row: Referral, *, reason: str, by) -> None:
    lay_there = row.status in AT_RECEIVER
    if row.paused_on is not None:
        clocks.resume(row, by=by)
    row.due_on, row.due_at, row.due_note = None, None, ""
    row.save(update_fields=clocks.DUE_FIELDS)
    move(row, Status.RECALLED, by=by, note=reason)
    if lay_there:
        _tell_receiver(row, reason)


def _tell_receiver(row: Referral, reason: str) -> None:
    """To the office, and to who had taken it on there."""
    title, body = (
        f"{row.get_mode_display()}已撤回：{row.programme}",
        f"{row.case.organisation} {row.case.number}，请停止办理。原因：{reason}",
    )
    url, key = reverse("windows:referral_detail", args=[row.pk]), f"windows.referral.recalled:{row.pk}"
    messages.to_role(row.to_organisation, Role.DEPARTMENT_HANDLER, title, body, url=url, key=key)
    if row.receiver:
        messages.send([row.receiver], title, body, url=url, key=key)


def _tell_window(row: Referral, title: str, body: str) -> None:
    messages.send(
        [row.case.handler],
        title,
        f"{row.case.number}：{body}",
        url=reverse("windows:case_detail", args=[row.case_id]),
        key=f"windows.referral.{row.status.lower()}:{row.pk}:{row.version}",
    )
