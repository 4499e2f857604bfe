"""履约验收, period by period: the group, what it found, what recipients said, signatures, conclusion. P-60 … P-62, P-65."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from procurement.models import Acceptance, AcceptanceItem, AcceptanceMember, Contract, Instalment, RecipientOpinion
from procurement.rules import acceptance as rules
from procurement.rules import deadlines as limits
from procurement.rules import payment as payment_rules
from procurement.services import deadlines, duties, renewal, retained, years
from procurement.services.closing import accept_project
from procurement.services.publication import announce_acceptance
from procurement.services.terms import terms_of
from records import clock, messages
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Status = Acceptance.Status
Seat = AcceptanceMember.Seat
ACCEPTABLE = (Contract.Status.IN_SERVICE, Contract.Status.COMPLETED, Contract.Status.TERMINATED)
WORKING = ("amount", "withheld", "reason", "conclusion", "place")
PAPER = frozenset(WORKING)


def url_of(acceptance: Acceptance) -> str:
    return reverse("procurement:acceptance_detail", args=[acceptance.pk])


def acceptor_breaches(contract: Contract, person) -> list[Breach]:
    """P-65 for this person: neither reviewer of the contract, nor who ever drafted, changed or submitted it."""
    roles = {
        "handler": person.pk == contract.drafted_by_id or duties.wrote(contract, person),
        "reviewer": person.pk == contract.reviewed_by_id,
    }
    return list(rules.acceptor_breaches(person.name or person.username, **roles))


def opening_breaches(instalment: Instalment, on: date) -> list[Breach]:
    """Before a period may be accepted: in service, over, and nothing of it accepted or under way."""
    contract = instalment.contract
    if contract.status not in ACCEPTABLE or (contract.terminated_on and not contract.started_at):
        return [Breach("P-62", rules.IN_PARTS, f"合同现为“{contract.get_status_display()}”，服务启动后才能验收。")]
    ended = contract.terminated_on
    over = list(rules.period_breaches(instalment.period_start, instalment.period_end, on, terminated_on=ended))
    rounds = list(instalment.acceptances.order_by("round"))
    if any(one.status in Acceptance.OPEN for one in rounds):
        over.append(Breach("P-62", rules.IN_PARTS, f"{instalment}已有一份验收正在办理。"))
    elif rounds and rounds[-1].status != Status.FAILED and not rounds[-1].withheld:
        over.append(Breach("P-62", rules.IN_PARTS, f"{instalment}已经验收。"))
    year = instalment.period_end.year
    return over or [*renewal.missing_breaches(contract, year), *years.unfunded_breaches(contract, year)]


@transaction.atomic
def open_acceptance(instalment_id: int, *, by) -> Acceptance:
    """Begin the acceptance of one period: every standard of the contract stands on the paper, open."""
    contract = claim(
        Contract.objects.select_related("project"), Instalment.objects.values_list("contract_id", flat=True).get(pk=instalment_id)
    )
    instalment = Instalment.objects.get(pk=instalment_id)
    instalment.contract = contract
    uphold([*acceptor_breaches(contract, by), *opening_breaches(instalment, clock.today())])
    before = instalment.acceptances.order_by("round").last()
    acceptance = Acceptance.objects.create(
        contract=contract,
        instalment=instalment,
        round=before.round + 1 if before else 1,
        amount=before.withheld
        if before and before.status != Status.FAILED
        else min(instalment.planned, years.left_of(contract, instalment.period_end.year)),
        prepared_by=by,
    )
    for position, standard in enumerate(contract.project.standards.all(), start=1):
        facts = {"name": standard.name, "measure": standard.measure, "target": standard.target}
        AcceptanceItem.objects.create(acceptance=acceptance, standard=standard, position=position, **facts)
    AcceptanceMember.objects.create(acceptance=acceptance, seat=Seat.LEAD, user=by)
    audit.record("procurement.acceptance.opened", acceptance, by=by, detail={"period": instalment.period, "round": acceptance.round})
    return acceptance


def claim_draft(acceptance_id: int, version: int | None) -> Acceptance:
    acceptance = claim(Acceptance.objects.select_related("contract__project", "instalment"), acceptance_id, version=version)
    if acceptance.status != Status.DRAFT:
        raise Refused.because("P-60", rules.GROUP, f"验收现为“{acceptance.get_status_display()}”，不能再改验收内容。")
    return acceptance


@transaction.atomic
def save_paper(acceptance_id: int, *, version: int, by, findings: dict[int, tuple[str, str]], **values) -> Acceptance:
    """What was found so far. ``findings``: item id → (verdict, finding); ``values``: names of PAPER."""
    unknown = set(values) - PAPER
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    acceptance = claim_draft(acceptance_id, version)
    for item in acceptance.items.filter(pk__in=findings):
        item.verdict, item.finding = findings[item.pk]
        item.save(update_fields=["verdict", "finding"])
    for name, value in values.items():
        setattr(acceptance, name, value)
    touch(acceptance)
    acceptance.save(update_fields=[*values, "version"])
    audit.record("procurement.acceptance.saved", acceptance, by=by)
    return acceptance


@transaction.atomic
def add_member(acceptance_id: int, *, seat: str, by, user=None, name: str = "", office: str = "") -> AcceptanceMember:
    """Seat somebody. Staff are users of the portal and sign for themselves; recipients and guests are named."""
    acceptance = claim_draft(acceptance_id, None)
    if user is not None:
        uphold(acceptor_breaches(acceptance.contract, user))
        if acceptance.members.filter(user=user).exists():
            raise Refused.because("P-60", rules.GROUP, f"{user}已在验收组中。")
    elif seat in (Seat.LEAD, Seat.MEMBER):
        raise Refused.because("P-60", rules.GROUP, "组长和成员须从本局工作人员中选定，由本人签字。")
    elif not name.strip():
        raise Refused.because("P-60", rules.GROUP, "请填写姓名。")
    if seat == Seat.LEAD:
        acceptance.members.filter(seat=Seat.LEAD).update(seat=Seat.MEMBER)
    member = AcceptanceMember.objects.create(acceptance=acceptance, seat=seat, user=user, name=name.strip(), office=office.strip())
    audit.record("procurement.acceptance.member_added", acceptance, by=by, detail={"seat": seat, "office": office})
    return member


@transaction.atomic
def drop_member(member_id: int, *, by) -> Acceptance:
    member = AcceptanceMember.objects.get(pk=member_id)
    acceptance = claim_draft(member.acceptance_id, None)
    audit.record("procurement.acceptance.member_dropped", acceptance, by=by, detail={"seat": member.seat, "office": member.office})
    member.delete()
    return acceptance


@transaction.atomic
def record_opinion(
    acceptance_id: int, *, by, satisfaction: str, channel: str, text: str, given_on: date, name: str = ""
) -> RecipientOpinion:
    """P-61: what a service recipient said. Not before the period began and not in the future."""
    acceptance = claim_draft(acceptance_id, None)
    start = acceptance.instalment.period_start
    if not start <= given_on <= clock.today():
        raise Refused.because("P-61", rules.RECIPIENTS, f"意见日期 {given_on} 应在 {start} 至今天之间。")
    if not text.strip():
        raise Refused.because("P-61", rules.RECIPIENTS, "请写下服务对象的意见。")
    opinion = RecipientOpinion.objects.create(
        acceptance=acceptance,
        satisfaction=satisfaction,
        channel=channel,
        text=text.strip(),
        name=name.strip(),
        given_on=given_on,
        recorded_by=by,
    )
    audit.record("procurement.acceptance.opinion_recorded", acceptance, by=by, detail={"satisfaction": satisfaction, "channel": channel})
    return opinion


def members_of(acceptance: Acceptance) -> list[rules.Member]:
    rows = acceptance.members.select_related("user")
    return [rules.Member(str(row), row.seat, row.agrees if row.signed_at else None, row.opinion) for row in rows]


def sums_of(acceptance: Acceptance) -> rules.Sums:
    """The plan of a further round is what the one before withheld."""
    before = acceptance.instalment.acceptances.filter(round__lt=acceptance.round).order_by("round").last()
    planned = before.withheld if before and before.status != Status.FAILED else acceptance.instalment.planned
    return rules.Sums(
        acceptance.amount, acceptance.withheld, planned, years.left_of(acceptance.contract, acceptance.instalment.period_end.year)
    )


def paper_breaches(acceptance: Acceptance) -> list[Breach]:
    """Before the group signs: everything on the paper."""
    items = [rules.Item(item.name, item.finding, item.verdict) for item in acceptance.items.all()]
    unmet = [item.name for item in items if item.verdict == "unmet"]
    return [
        *rules.coverage_breaches(items),
        *rules.group_breaches(members_of(acceptance)),
        *rules.opinion_breaches(acceptance.opinions.count()),
        *rules.amount_breaches(sums_of(acceptance), reason=acceptance.reason, unmet=unmet),
        *rules.conclusion_breaches(acceptance.conclusion),
    ]


@transaction.atomic
def send_to_sign(acceptance_id: int, *, version: int, by) -> Acceptance:
    acceptance = claim_draft(acceptance_id, version)
    uphold([*acceptor_breaches(acceptance.contract, by), *paper_breaches(acceptance)])
    move(acceptance, Status.SIGNING, by=by)
    signers = [row.user for row in acceptance.members.select_related("user") if row.user_id]
    title = f"请在验收书上签字：{acceptance.contract.project.name} {acceptance}"
    messages.send(signers, title, url=url_of(acceptance), key=f"acceptance-sign:{acceptance.pk}:{acceptance.version}")
    return acceptance


@transaction.atomic
def take_back(acceptance_id: int, *, version: int, by, note: str) -> Acceptance:
    """Back to the paper; signatures given for the old text fall."""
    acceptance = claim(Acceptance, acceptance_id, version=version)
    if not note.strip():
        raise Refused.because("P-60", rules.GROUP, "退回须写明原因。")
    move(acceptance, Status.DRAFT, by=by, note=note)
    acceptance.members.update(signed_at=None, agrees=None, opinion="", recorded_by=None)
    return acceptance


@transaction.atomic
def sign(member_id: int, *, agrees: bool, opinion: str, by, paper=None) -> AcceptanceMember:
    """One signature: a user's own, or that of a recipient or guest whose paper the office keeps."""
    member = AcceptanceMember.objects.get(pk=member_id)
    acceptance = claim(Acceptance.objects.select_related("contract"), member.acceptance_id)
    if acceptance.status != Status.SIGNING:
        raise Refused.because("P-60", rules.GROUP, f"验收现为“{acceptance.get_status_display()}”，现在不能签字。")
    if member.user_id and member.user_id != by.pk:
        raise Refused.because("P-60", rules.GROUP, "验收书由成员本人签字。")
    if member.signed_at:
        raise Refused.because("P-60", rules.GROUP, f"{member}已经签字。")
    uphold(rules.dissent_breaches(agrees, opinion))
    member.agrees, member.opinion, member.signed_at = agrees, opinion.strip(), clock.now()
    member.recorded_by, member.paper = by, paper
    member.save(update_fields=["agrees", "opinion", "signed_at", "recorded_by", "paper"])
    audit.record("procurement.acceptance.signed", acceptance, by=by, detail={"seat": member.seat, "agrees": agrees, "opinion": opinion})
    return member


def conclusion_breaches(acceptance: Acceptance) -> list[Breach]:
    """Before the conclusion: all have signed; a dissent is answered in words."""
    members = members_of(acceptance)
    return [*rules.signature_breaches(members), *rules.agreement_breaches(members)]


@transaction.atomic
def conclude(acceptance_id: int, *, version: int, passed: bool, by, reason: str = "") -> Acceptance:
    """The result. A passed period adds to the accepted amount; its retained part waits for the evaluation (E-09)."""
    contract = claim(Contract, Acceptance.objects.values_list("contract_id", flat=True).get(pk=acceptance_id))
    acceptance = claim(Acceptance.objects.select_related("instalment"), acceptance_id, version=version)
    acceptance.contract = contract
    uphold(acceptor_breaches(contract, by))
    lifted = uphold(conclusion_breaches(acceptance), reason=reason) if passed else []
    if not passed and not reason.strip():
        raise Refused.because("P-60", rules.GROUP, "验收不合格须写明原因。")
    acceptance.concluded_at = clock.now()
    if passed:
        uphold(rules.amount_breaches(sums_of(acceptance), reason=acceptance.reason or reason, unmet=()))
        acceptance.retained_amount = payment_rules.retained_of(acceptance.amount, terms_of(contract).retained_share)
        acceptance.pay_due_on = pay_due(clock.today(), contract)
    acceptance.save(update_fields=["concluded_at", "retained_amount", "pay_due_on"])
    detail = {"amount": acceptance.amount, "lifted": [breach.message for breach in lifted]}
    if passed:
        contract.accepted_amount += acceptance.amount
        contract.retained_amount += acceptance.retained_amount
        contract.save(update_fields=["accepted_amount", "retained_amount"])
    move(acceptance, Status.PASSED if passed else Status.FAILED, by=by, note=reason, detail=detail)
    if passed:
        retained.release_known(acceptance, by=by)
        accept_project(contract, by=by)
    return acceptance


@transaction.atomic
def announce(acceptance_id: int, *, version: int, by) -> Acceptance:
    """P-61: the result goes public, with the group and without the recipients' names. Only then may it be paid. Anew after a withdrawal."""
    acceptance = claim(Acceptance.objects.select_related("contract__project__organisation", "instalment"), acceptance_id, version=version)
    again = acceptance.status == Status.ANNOUNCED and acceptance.notice.is_withdrawn
    if acceptance.status != Status.PASSED and not again:
        raise Refused.because("P-61", rules.RECIPIENTS, f"验收现为“{acceptance.get_status_display()}”，不需要（再次）公告。")
    rows = acceptance.members.select_related("user")
    staff = [(row.user.name, row.office or row.get_seat_display()) for row in rows if row.user_id]
    guests = [
        (row.office or row.get_seat_display(), row.get_seat_display()) for row in rows if not row.user_id and row.seat == Seat.INVITED
    ]
    paper = announce_acceptance(
        acceptance.contract,
        accepted_on=concluded_on(acceptance),
        opinion=acceptance.conclusion,
        members=[*staff, *guests],
        recipients=sum(row.seat == Seat.RECIPIENT for row in rows),
        by=by,
        period=f"本期：{acceptance.instalment.period}",
        place=acceptance.place,
        amount=acceptance.amount,
    )
    acceptance.announced_at, acceptance.notice = clock.now(), paper.notice
    acceptance.save(update_fields=["announced_at", "notice"])
    if again:
        audit.record("procurement.acceptance.announced", acceptance, by=by, detail={"note": paper.notice.number})
        return acceptance
    return move(acceptance, Status.ANNOUNCED, by=by, note=paper.notice.number)


def pay_due(start: date, contract: Contract) -> date | None:
    """T-23 from the day the amount is settled; None while the calendar of that time is not published."""
    return deadlines.due(limits.PAYMENT.within(terms_of(contract).payment_days), start).on


def accepted_sum(contract: Contract) -> Decimal:
    """From the rows, beside the sum on the contract."""
    return contract.acceptances.counted().aggregate(total=Sum("amount"))["total"] or Decimal("0.00")


def concluded_on(acceptance: Acceptance) -> date | None:
    return timezone.localtime(acceptance.concluded_at).date() if acceptance.concluded_at else None


def waits_for_signature(acceptance: Acceptance) -> bool:
    """Is anybody's signature still missing?"""
    return acceptance.members.filter(signed_at=None).exists()
