"""保证金 taken in, given back on time, or kept for a reason (P-58, P-59, T-17)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.timezone import localtime

from accounts import audit
from procurement.models import Award, Contract, ProjectPaper, Security, Tender
from procurement.rules import deadlines as limits
from procurement.rules import selection as rules
from procurement.services import deadlines
from records import clock
from records.refusals import Refused, uphold
from records.workflow import claim, move

Kind, Status = Security.Kind, Security.Status


@transaction.atomic
def record_security(tender_id, *, kind: str, contractor, form, instrument_no, issuer, amount: Decimal, received_on: date, by) -> Security:
    """Write down a guarantee or draft. Not before the opening: it would tell who bids. Raises Refused."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    contract = Contract.objects.filter(project=tender.project, contractor=contractor).first() if kind == Kind.PERFORMANCE else None
    if tender.opened_at is None:
        raise Refused.because("P-58", rules.BID_SECURITY, "开启前登记保证金会泄露谁参加采购。请在开启后登记。")
    if kind == Kind.BID and not tender.bids.filter(contractor=contractor, opened_at__isnull=False).exists():
        raise Refused.because("P-58", rules.BID_SECURITY, f"“{contractor}”没有参加本项目。")
    if kind == Kind.PERFORMANCE and contract is None:
        raise Refused.because("P-58", rules.PERFORMANCE_SECURITY, f"与“{contractor}”还没有合同，不能登记履约保证金。")
    base = contract.amount if contract else tender.project.plan_amount or tender.ceiling
    uphold(rules.security_breaches(kind, form=form, amount=amount, base=base))
    if Security.objects.held().filter(tender=tender, contractor=contractor, kind=kind).exists():
        raise Refused.because("P-58", rules.BID_SECURITY, f"“{contractor}”的{Kind(kind).label}已经登记。")
    made = Security.objects.create(
        tender=tender, contractor=contractor, contract=contract, kind=kind, form=form, instrument_no=instrument_no, issuer=issuer,
        amount=amount, received_on=received_on, recorded_by=by,
    )  # fmt: skip
    audit.record("procurement.security.recorded", made, by=by, detail={"amount": amount, "number": instrument_no})
    return made


@dataclass(frozen=True, slots=True)
class Ends:
    """Of one tender: when its outcome was told, who was chosen, and when the chosen one's contract was signed."""

    told_on: date | None
    ended_on: date | None
    chosen: frozenset[int]
    signed_on: dict[int, date]


def ends_of(tenders: Iterable[int]) -> dict[int, Ends]:
    """For any number of tenders in three queries."""
    tenders = set(tenders)
    told = papers_of(tenders, ProjectPaper.Kind.RESULT, ProjectPaper.Kind.TERMINATION)
    ended = papers_of(tenders, ProjectPaper.Kind.TERMINATION)
    chosen, signed = defaultdict(set), defaultdict(dict)
    in_force_to_the_end = Q(status=Award.Status.CONFIRMED) | Q(reopened=True, tender__status=Tender.Status.FAILED)
    for tender, contractor in Award.objects.filter(in_force_to_the_end, tender__in=tenders).values_list("tender", "contractor"):
        chosen[tender].add(contractor)
    contracts = Contract.objects.filter(award__tender__in=tenders, signed_at__isnull=False)
    for tender, contractor, at in contracts.values_list("award__tender", "contractor", "signed_at"):
        signed[tender][contractor] = localtime(at).date()
    return {pk: Ends(told.get(pk), ended.get(pk), frozenset(chosen[pk]), signed[pk]) for pk in tenders}


def papers_of(tenders: set[int], *kinds) -> dict[int, date]:
    """Tender → day of the first paper of these kinds."""
    rows = ProjectPaper.objects.filter(project__tender__in=tenders, kind__in=kinds).order_by("-issued_at")
    return {tender: localtime(at).date() for tender, at in rows.values_list("project__tender", "issued_at")}


def return_from(row: Security, ends: Ends | None = None) -> date | None:
    """The day from which the five working days run (T-17): the result for losers, the signature for the winner. None: not yet due."""
    if row.kind == Kind.PERFORMANCE:
        return None
    ends = ends or ends_of([row.tender_id])[row.tender_id]
    if row.contractor_id in ends.signed_on:
        return ends.signed_on[row.contractor_id]
    return ends.ended_on if row.contractor_id in ends.chosen else ends.told_on


def due_on(row: Security, ends: Ends | None = None) -> date | None:
    start = return_from(row, ends)
    return deadlines.due(limits.BID_SECURITY, start).on if start else None


@transaction.atomic
def return_security(security_id, *, on: date, by) -> Security:
    """Given back. A winner's bid security not before the contract is signed, a performance security not before the end."""
    row = claim(Security.objects.select_related("tender", "contract"), security_id)
    if row.kind == Kind.BID and return_from(row) is None:
        raise Refused.because("T-17", rules.BID_SECURITY, "成交供应商的保证金在合同签订后、其他供应商的在结果公告后退还。")
    if row.kind == Kind.PERFORMANCE and row.contract.status not in (Contract.Status.COMPLETED, Contract.Status.TERMINATED):
        raise Refused.because(
            "P-58", rules.PERFORMANCE_SECURITY, f"合同现为“{row.contract.get_status_display()}”，履行完毕后退还履约保证金。"
        )
    if on > clock.today() or on < row.received_on:
        raise Refused.because("T-17", rules.BID_SECURITY, f"退还日期应在收到日期 {row.received_on} 之后、今天之前。")
    row.closed_on, row.closed_by = on, by
    row.save(update_fields=["closed_on", "closed_by"])
    return move(row, Status.RETURNED, by=by)


@transaction.atomic
def forfeit_security(security_id, *, reason: str, by) -> Security:
    """Kept, for a reason that the law or the contract names."""
    row = claim(Security, security_id)
    if not reason.strip():
        raise Refused.because("P-58", rules.BID_SECURITY, "不予退还须写明法定或者约定的情形。")
    row.closed_on, row.closed_by, row.reason = clock.today(), by, reason.strip()
    row.save(update_fields=["closed_on", "closed_by", "reason"])
    return move(row, Status.FORFEITED, by=by, note=reason)


def forfeit_of_refuser(award: Award, *, by) -> None:
    """P-59: whoever will not sign loses the bid security."""
    for row in Security.objects.held().filter(tender=award.tender_id, contractor=award.contractor_id, kind=Kind.BID):
        forfeit_security(row.pk, reason=f"成交后不签订合同：{award.lapsed_reason}", by=by)


def performance_breaches(contract):
    """P-58 before service starts, where the document asked for a performance security."""
    percent = contract.award.tender.performance_percent
    rows = Security.objects.held().filter(contract=contract, kind=Kind.PERFORMANCE)
    held = rows.aggregate(held=Sum("amount"))["held"] or Decimal(0)
    return rules.performance_held_breaches(percent=percent, contract_amount=contract.amount, held=held)
