"""A running contract whose periods are over: accepted, announced and paid through the services, on days of 2026."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.roles import Role
from procurement.models import Acceptance, Contract, Payment, PeriodicReport
from procurement.services import acceptance as acceptances
from procurement.services import contract as contracts
from procurement.services import payment as payments
from procurement.services import terms
from records import clock
from tests.factories import make_user
from tests.procurement import factories

STARTED, AFTER = date(2026, 3, 2), date(2026, 6, 15)  # a term of 101 days, then the day on which periods are accepted


def on(day: date):
    return clock.as_of(timezone.make_aware(datetime.combine(day, time(10))))


def make_contract(office, winner, *, start=STARTED, **more) -> Contract:
    """In service since ``start``; settled by the month, 10 % retained, 30 % in advance; reports accepted, account known."""
    with on(start):
        contract = factories.make_contract_draft(office, winner, **more)
        changes = {"cycle": 1, "retained_share": Decimal(10), "advance_share": Decimal(30)}
        contract = contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, payment=changes)
        contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
        contract = contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)
        contract = contracts.sign_contract(contract.pk, version=contract.version, by=factories.signer_of(winner))
        contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
        contract = contracts.start_service(contract.pk, version=contract.version, by=office.officer)
        terms.set_payee(contract.pk, bank="示例银行示例支行", account="6222000000000001234", by=factories.signer_of(winner))
    accept_reports(contract)
    return Contract.objects.get(pk=contract.pk)


def accept_reports(contract) -> None:
    PeriodicReport.objects.filter(contract=contract).update(status=PeriodicReport.Status.ACCEPTED)


def second_member(office):
    found = [user for user in (office.supervisor,) if user]
    return found[0]


def write_paper(office, acceptance: Acceptance, *, member=None, **values) -> Acceptance:
    """A complete paper: findings, a second member, a recipient, an opinion, a conclusion."""
    member = member or make_user(role=Role.EVALUATION_OFFICER, organisation=office.bureau)
    acceptances.add_member(acceptance.pk, seat="member", user=member, by=office.supervisor)
    acceptances.add_member(acceptance.pk, seat="recipient", name="示例对象", office="服务对象", by=office.supervisor)
    opinion = {"satisfaction": "good", "channel": "present", "text": "护理员准时，服务好。", "given_on": clock.today(), "name": "示例对象"}
    acceptances.record_opinion(acceptance.pk, by=office.supervisor, **opinion)
    findings = {item.pk: ("met", "抽查记录 20 份，全部达到") for item in acceptance.items.all()}
    values = {"amount": acceptance.amount, "conclusion": "服务达到合同约定的标准，同意验收。", **values}
    return acceptances.save_paper(acceptance.pk, version=acceptance.version, by=office.supervisor, findings=findings, **values)


def sign_all(acceptance: Acceptance, office) -> None:
    for member in acceptance.members.select_related("user"):
        acceptances.sign(member.pk, agrees=True, opinion="", by=member.user or office.supervisor)


def make_accepted(office, contract: Contract, *, number: int = 1, announced: bool = True, day: date = AFTER, **values) -> Acceptance:
    """Period ``number`` accepted on ``day``; ``values`` as ``save_paper`` takes them."""
    with on(day):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=number).pk, by=office.supervisor)
        acceptance = write_paper(office, acceptance, **values)
        acceptance = acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
        sign_all(acceptance, office)
        acceptance = acceptances.conclude(acceptance.pk, version=acceptance.version, passed=True, by=office.supervisor)
        if announced:
            acceptance = acceptances.announce(acceptance.pk, version=acceptance.version, by=office.supervisor)
    return Acceptance.objects.get(pk=acceptance.pk)


def make_paid(office, acceptance: Acceptance, *, day: date = AFTER, voucher="GK-2026-001") -> Payment:
    with on(day):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
        return confirm(office, payment, day=day, voucher=voucher)


def confirm(office, payment: Payment, *, day: date = AFTER, voucher="GK-2026-001", by=None, note="") -> Payment:
    facts = {"version": payment.version, "voucher": voucher, "paid_on": day, "note": note}
    with on(day + timedelta(days=0)):
        return payments.confirm_payment(payment.pk, by=by or office.finance, **facts)
