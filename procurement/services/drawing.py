"""Payments by funding line: proposed when asked for, changed until finance confirms, never above what a line has (F-07, F-09)."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts import audit
from procurement.models import Contract, FundingLine, Payment, PaymentLine, Project
from procurement.rules import drawing as rules
from procurement.rules.money import BUDGET_LAW
from procurement.services.money import ENDED, free_amount
from procurement.services.years import shares_of
from records.refusals import Refused, uphold
from records.workflow import claim, touch

ZERO = Decimal("0.00")
LIVE = (Payment.Status.REQUESTED, Payment.Status.PAID)


def year_of(payment: Payment) -> int | None:
    """The budget year that bears a payment; None while one budget bears the whole purchase."""
    contract = payment.contract
    if not shares_of(contract.project):
        return None
    return payment.acceptance.instalment.period_end.year if payment.acceptance_id else contract.starts_on.year


def rooms_of(contract: Contract, year: int | None, *, besides: Payment | None = None, lock: bool = False) -> list[rules.Room]:
    """The purchase's lines (of that budget year) with what each still has for payments."""
    fundings = contract.project.fundings.select_related("line__budget").order_by("line_id")
    if year is not None:
        fundings = fundings.filter(line__budget__fiscal_year=year)
    if lock:
        list(FundingLine.objects.select_for_update(of=("self",)).filter(pk__in=fundings.values("line")).order_by("pk"))
    taken = taken_of(contract.project, besides)
    return [rules.Room(one.line_id, str(one.line), free_of(one, taken.get(one.line_id, ZERO))) for one in fundings]


def taken_of(project: Project, besides: Payment | None) -> dict[int, Decimal]:
    """Line → Σ of the project's payments, asked for or paid."""
    rows = PaymentLine.objects.filter(payment__contract__project=project, payment__status__in=LIVE)
    if besides is not None:
        rows = rows.exclude(payment=besides)
    return dict(rows.order_by("line").values_list("line").annotate(total=Sum("amount")))


def free_of(funding, taken: Decimal) -> Decimal:
    """What an ended purchase did not spend went back to its line: then the line itself is asked too."""
    free = funding.amount - taken
    if funding.project.status in ENDED:
        free = min(free, free_amount(funding.line, besides=funding.project) - taken)
    return max(free, ZERO)


def assign(payment: Payment) -> None:
    """Beside a new request: its lines as proposed. The caller holds the contract; the lines are held here, in order."""
    if not payment.amount:
        return
    rooms = rooms_of(payment.contract, year_of(payment), besides=payment, lock=True)
    uphold(rules.room_breaches(payment.amount, rooms))
    write(payment, rules.proposal(payment.amount, rooms))


def write(payment: Payment, parts: dict[int, Decimal]) -> None:
    payment.lines.all().delete()
    PaymentLine.objects.bulk_create(PaymentLine(payment=payment, line_id=line, amount=part) for line, part in sorted(parts.items()))


@transaction.atomic
def change_lines(payment_id: int, *, version: int, amounts: dict[int, Decimal], by) -> Payment:
    """The officer names other lines (line id → 元) while finance has not confirmed."""
    contract = claim(Contract.objects.select_related("project"), Payment.objects.values_list("contract_id", flat=True).get(pk=payment_id))
    payment = claim(Payment.objects.select_related("acceptance__instalment"), payment_id, version=version)
    payment.contract = contract
    if payment.status != Payment.Status.REQUESTED:
        raise Refused.because("F-09", BUDGET_LAW, f"支付现为“{payment.get_status_display()}”，不能再改资金来源。")
    parts = {line: amount for line, amount in amounts.items() if amount}
    uphold(rules.line_breaches(payment.amount, parts, rooms_of(contract, year_of(payment), besides=payment, lock=True)))
    write(payment, parts)
    touch(payment)
    payment.save(update_fields=["version"])
    detail = {str(row.line): row.amount for row in payment.lines.select_related("line__budget")}
    audit.record("procurement.payment.lines_set", payment, by=by, detail=detail)
    return payment
