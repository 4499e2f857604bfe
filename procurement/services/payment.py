"""Paying: asked for by the officer, confirmed by finance with the treasury's voucher. P-63, P-64, T-23, T-24, V-04, E-09.

Every verb locks the contract first: two requests for one acceptance stand in line, and the second reads who was first.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, Organisation
from accounts.roles import Role
from procurement.models import Acceptance, Contract, Payment, PeriodicReport, RetainedRelease
from procurement.rules import drawing as drawing_rules
from procurement.rules import money
from procurement.rules import payment as rules
from procurement.rules import project as project_rules
from procurement.services import drawing, years
from procurement.services.releases import release
from procurement.services.retained import due_of
from procurement.services.terms import account_of, terms_of
from records import clock, messages
from records.identity import mask_card
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move

Status, Kind = Payment.Status, Payment.Kind
ZERO = Decimal("0.00")
PAYABLE = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE, Contract.Status.COMPLETED, Contract.Status.TERMINATED)


def url_of(payment: Payment) -> str:
    return reverse("procurement:payment_detail", args=[payment.pk])


def payee_of(contract: Contract) -> rules.Payee:
    """P-63: party B as the contract names it; only bank and number can be entered."""
    terms, party = terms_of(contract), contract.contractor.organisation.name
    return rules.Payee(party, party, terms.payee_bank, terms.payee_account)


def owed_reports(contract: Contract, until: date) -> list[str]:
    """Periods up to that day whose report, with the use of the money, was not accepted."""
    rows = contract.reports.filter(period_end__lte=until).exclude(status=PeriodicReport.Status.ACCEPTED).order_by("period_start")
    return [f"{row.period_start:%Y-%m}" for row in rows]


def served_until(contract: Contract, acceptance: Acceptance) -> date:
    """The last day of the period, or that of a contract which was terminated inside it: no report is owed for later days."""
    end = acceptance.instalment.period_end
    return min(end, contract.terminated_on or end)


def taken_by(contract: Contract, **ground) -> str:
    """Who asked for this money already, in words; empty when nobody did."""
    row = Payment.objects.live().filter(contract=contract, **ground).select_related("requested_by").first()
    if row is None:
        return ""
    return f"{row.requested_by}于 {timezone.localtime(row.created_at):%Y-%m-%d %H:%M} 申请（{row.get_status_display()}）"


def hold_breaches(contract: Contract, until: date) -> list[Breach]:
    """What stands against any payment for the time up to ``until``: party B's account, missing reports."""
    return [*rules.payee_breaches(payee_of(contract)), *rules.hold_breaches(owed_reports(contract, until), until=until)]


def acceptance_breaches(acceptance: Acceptance) -> list[Breach]:
    """Before a payment for this period is asked for."""
    contract = acceptance.contract
    taken = taken_by(contract, kind=Kind.INSTALMENT, acceptance=acceptance)
    announced = is_announced(acceptance)
    return [
        *rules.request_breaches(payable=acceptance.payable, announced=announced, taken=taken),
        *hold_breaches(contract, served_until(contract, acceptance)),
        *(() if taken else rules.within_breaches(acceptance.payable, account_of(contract))),
        *(() if taken else funds_breaches(contract, acceptance.payable - offset_of(acceptance), acceptance)),
    ]


def is_announced(acceptance: Acceptance) -> bool:
    """P-61: with an announcement that stands."""
    return acceptance.status == Acceptance.Status.ANNOUNCED and not acceptance.notice.is_withdrawn


def funds_breaches(contract: Contract, amount: Decimal, acceptance: Acceptance | None = None) -> list[Breach]:
    """F-09: the purchase's funding lines still hold this payment."""
    year = drawing.year_of(Payment(contract=contract, acceptance=acceptance))
    return list(drawing_rules.room_breaches(amount, drawing.rooms_of(contract, year)))


@transaction.atomic
def request_payment(acceptance_id: int, *, by, note: str = "") -> Payment:
    """Ask for what an accepted period is worth, less what is retained; the advance is set off in step."""
    contract = lock(Acceptance.objects.values_list("contract_id", flat=True).get(pk=acceptance_id))
    acceptance = claim(Acceptance.objects.select_related("instalment"), acceptance_id)
    acceptance.contract = contract
    uphold(acceptance_breaches(acceptance))
    offset = offset_of(acceptance)
    due_on = acceptance.pay_due_on
    return create(
        contract,
        by,
        kind=Kind.INSTALMENT,
        acceptance=acceptance,
        amount=acceptance.payable - offset,
        offset=offset,
        due_on=due_on,
        note=note,
    )


def offset_of(acceptance: Acceptance) -> Decimal:
    """How much of the advance this period sets off; the last period of the advance's year settles the rest."""
    contract, instalment = acceptance.contract, acceptance.instalment
    later = contract.instalments.filter(number__gt=instalment.number)
    if contract.terminated_on:
        later = later.filter(period_start__lte=contract.terminated_on)
    if years.shares_of(contract.project):
        later = later.filter(period_end__year=contract.starts_on.year)
    account = advance_account(contract)
    return rules.offset_of(acceptance.payable, accepted=acceptance.amount, account=account, last=not later.exists())


def advance_account(contract: Contract) -> rules.Account:
    """The account that an advance is a share of: in a purchase over several years the first year's part (F-09)."""
    account = account_of(contract)
    if not years.shares_of(contract.project):
        return account
    return replace(account, value=years.planned_of(contract).get(contract.starts_on.year, ZERO))


def release_breaches(release: RetainedRelease) -> list[Breach]:
    contract = release.acceptance.contract
    taken = taken_by(contract, kind=Kind.RETAINED, release=release)
    announced = is_announced(release.acceptance)
    return [
        *rules.request_breaches(payable=release.amount, announced=announced, taken=taken),
        *hold_breaches(contract, served_until(contract, release.acceptance)),
        *(() if taken else rules.within_breaches(release.amount, account_of(contract))),
        *(() if taken else funds_breaches(contract, release.amount, release.acceptance)),
    ]


@transaction.atomic
def request_release(release_id: int, *, by, note: str = "") -> Payment:
    """Ask for a retained part that the published grade set free (E-09)."""
    contract = lock(RetainedRelease.objects.values_list("acceptance__contract_id", flat=True).get(pk=release_id))
    release = claim(RetainedRelease.objects.select_related("acceptance__instalment"), release_id)
    release.acceptance.contract = contract
    uphold(release_breaches(release))
    facts = {"acceptance": release.acceptance, "release": release, "due_on": release.pay_due_on}
    return create(contract, by, kind=Kind.RETAINED, amount=release.amount, note=note, **facts)


def advance_amount(contract: Contract) -> Decimal:
    """P-64: the share that the contract names."""
    return rules.cents(advance_account(contract).value * terms_of(contract).advance_share / rules.HUNDRED)


def advance_breaches(contract: Contract) -> list[Breach]:
    taken = taken_by(contract, kind=Kind.ADVANCE)
    share = terms_of(contract).advance_share
    return [
        *([Breach("P-63", rules.IN_TIME, f"这笔款项已由{taken}，不能重复申请。")] if taken else ()),
        *([Breach("P-64", rules.IN_TIME, "合同已经终止，不再支付预付款。")] if contract.terminated_on else ()),
        *rules.payee_breaches(payee_of(contract)),
        *rules.advance_breaches(advance_amount(contract), advance_account(contract), share),
        *(() if taken else funds_breaches(contract, advance_amount(contract))),
    ]


@transaction.atomic
def request_advance(contract_id: int, *, by, note: str = "") -> Payment:
    contract = lock(contract_id)
    uphold(advance_breaches(contract))
    return create(contract, by, kind=Kind.ADVANCE, amount=advance_amount(contract), due_on=due_of(contract), note=note)


def lock(contract_id: int) -> Contract:
    """The contract, held until the end of the transaction; only a signed one pays."""
    contract = claim(Contract.objects.select_related("contractor__organisation", "project__organisation"), contract_id)
    if contract.status not in PAYABLE:
        raise Refused.because("P-63", rules.IN_TIME, f"合同现为“{contract.get_status_display()}”，签订后才能支付。")
    return contract


def create(contract: Contract, by, *, amount: Decimal, **facts) -> Payment:
    payee = payee_of(contract)
    row = Payment.objects.create(
        contract=contract,
        amount=amount,
        payee_name=payee.name,
        payee_bank=payee.bank,
        payee_account=payee.account,
        requested_by=by,
        **facts,
    )
    drawing.assign(row)
    detail = {"kind": row.kind, "amount": amount, "offset": row.offset, "account": mask_card(payee.account)}
    audit.record("procurement.payment.requested", row, by=by, detail=detail)
    title = f"支付申请待确认：{contract.project.name} {money.yuan(amount)}"
    messages.to_office(contract.project.organisation, Role.FINANCE_OFFICER, title, url=url_of(row), key=f"payment-requested:{row.pk}")
    return row


def confirmation_breaches(payment: Payment, person) -> list[Breach]:
    """Before finance confirms: another person than the one who asked, the reports still in order, the account still party B's."""
    contract = payment.contract
    until = served_until(contract, payment.acceptance) if payment.acceptance_id else contract.starts_on
    chose = AuditEvent.objects.about(payment).filter(action="procurement.payment.lines_set", actor=person).exists()
    handlers = {"支付申请": payment.requested_by_id, "支付资金来源": person.pk if chose else None}
    return [
        *project_rules.other_person_breaches(person.pk, handlers=handlers, act="支付确认"),
        *rules.hold_breaches(owed_reports(contract, until), until=until),
        *account_breaches(payment),
    ]


def account_breaches(payment: Payment) -> list[Breach]:
    """P-63: an account that is not the one of the payment before is looked at twice."""
    before = payment.contract.payments.filter(status=Status.PAID).order_by("confirmed_at").last()
    if before is None or before.payee_account == payment.payee_account:
        return []
    message = (
        f"收款账号 {mask_card(payment.payee_account)} 与上次付款的 {mask_card(before.payee_account)} 不同，请与乙方核实并写明核实情况。"
    )
    return [Breach("P-63", rules.IN_TIME, message, binding=False)]


def voucher_breaches(contract: Contract, voucher: str, paid_on: date) -> list[Breach]:
    """P-63: one voucher of a purchaser pays once in its year. Holds the purchaser, so that two contracts cannot name it at once."""
    purchaser = Organisation.objects.select_for_update(no_key=True).get(pk=contract.project.organisation_id)
    rows = Payment.objects.filter(contract__project__organisation=purchaser, paid_on__year=paid_on.year, voucher=voucher)
    other = rows.select_related("contract").first()
    if other is None:
        return []
    return [Breach("P-63", rules.IN_TIME, f"凭证号 {voucher} 已经登记过（合同 {other.contract.number}），同一凭证不能登记两次。")]


@transaction.atomic
def confirm_payment(payment_id: int, *, version: int, voucher: str, paid_on: date, by, note: str = "") -> Payment:
    """Finance: the treasury has paid. Only now do the sums of the contract move; lateness and interest are kept as they were."""
    contract = lock(Payment.objects.values_list("contract_id", flat=True).get(pk=payment_id))
    payment = claim(Payment.objects.select_related("acceptance__instalment"), payment_id, version=version)
    payment.contract = contract
    requested_on = timezone.localtime(payment.created_at).date()
    uphold(rules.voucher_breaches(voucher, paid_on=paid_on, requested_on=requested_on, on=clock.today()))
    uphold(voucher_breaches(contract, voucher.strip(), paid_on))
    lifted = uphold(confirmation_breaches(payment, by), reason=note)
    payment.late_days = rules.late_days(payment.due_on, paid_on)
    payment.interest = rules.late_interest(payment.amount, payment.late_days, terms_of(contract).late_rate)
    payment.confirmed_by, payment.confirmed_at = by, clock.now()
    payment.paid_on, payment.voucher = paid_on, voucher.strip()
    payment.save(update_fields=["late_days", "interest", "confirmed_by", "confirmed_at", "paid_on", "voucher"])
    book(contract, payment)
    detail = {"amount": payment.amount, "voucher": payment.voucher, "late_days": payment.late_days, "interest": payment.interest}
    move(payment, Status.PAID, by=by, note=note, detail={**detail, "lifted": {breach.rule: note for breach in lifted}})
    release(contract.project, "implementationUpdate")
    return payment


def book(contract: Contract, payment: Payment) -> None:
    """The sums on the contract. Its constraints refuse what the services let through."""
    if payment.kind == Kind.ADVANCE:
        contract.advance_amount += payment.amount
    else:
        contract.paid_amount += payment.amount + payment.offset
        contract.advance_settled += payment.offset
    contract.save(update_fields=["advance_amount", "paid_amount", "advance_settled"])


@transaction.atomic
def return_payment(payment_id: int, *, version: int, by, note: str) -> Payment:
    """Finance sends the request back; the money may then be asked for anew."""
    payment = claim(Payment, payment_id, version=version)
    if not note.strip():
        raise Refused.because("P-63", rules.IN_TIME, "退回支付申请须写明原因。")
    move(payment, Status.RETURNED, by=by, note=note)
    title = f"支付申请被退回：{payment}"
    messages.send([payment.requested_by], title, note, url=url_of(payment), key=f"payment-returned:{payment.pk}")
    return payment
