"""T08: two hands on one sum. Threads on real PostgreSQL, a barrier, and controls that show what lock and trigger are there to prevent."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from accounts.roles import Role
from procurement.models import Acceptance, Amendment, Contract, Payment, PaymentLine
from procurement.services import amendment as amendments
from procurement.services import drawing
from procurement.services import payment as payments
from procurement.services import subcontract as subcontracts
from records.refusals import Refused
from tests.factories import make_chongqing, make_user
from tests.procurement import factories, money
from tests.procurement.test_amendments import MORE, PART, bring_into_force
from tests.procurement.test_award_race import race
from tests.procurement.test_drawing import SECOND, two_lines

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks"),
]


@pytest.fixture
def world():
    chongqing = make_chongqing()
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    factories.set_policy("advance_payment_share", "30", chongqing.city, setter, confirmer)
    return office, money.make_contract(office, chongqing.contractors[0])


def told(reasons: list):
    """``run`` that keeps the words of a refusal."""

    def run(act):
        def inner(number):
            try:
                with money.on(money.AFTER):
                    act(number)
            except Refused as refusal:
                reasons.append(str(refusal))
                raise

        return inner

    return run


def test_of_two_requests_for_one_period_one_succeeds_and_the_other_reads_who_was_first(world):
    office, contract = world
    acceptance, reasons = money.make_accepted(office, contract), []
    outcomes = race(2, told(reasons)(lambda _: payments.request_payment(acceptance.pk, by=office.officer)))
    assert outcomes == {"done": 1, "Refused": 1}
    assert "不能重复申请" in reasons[0] and str(office.officer) in reasons[0]
    assert Payment.objects.count() == 1


def test_of_two_confirmations_one_pays_and_the_sum_moves_once(world):
    office, contract = world
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
    second = make_user(role=Role.FINANCE_OFFICER, organisation=office.bureau)
    hands = {0: (office.finance, "GK-1"), 1: (second, "GK-2")}

    def act(number):
        by, voucher = hands[number]
        payments.confirm_payment(payment.pk, version=payment.version, voucher=voucher, paid_on=money.AFTER, by=by)

    reasons = []
    assert race(2, told(reasons)(act)) == {"done": 1, "StaleVersion": 1}
    assert Contract.objects.get(pk=contract.pk).paid_amount == acceptance.payable


def test_two_changes_at_once_never_pass_ten_percent_together(world):
    """Both would fit alone: 30,000 each beside a limit of 45,000."""
    office, contract = world
    values = {**MORE, "increase": Decimal("30000.00")}
    outcomes = race(2, told(reasons := [])(lambda _: amendments.draft_amendment(contract.pk, by=office.officer, **values)))
    assert outcomes == {"done": 1, "Refused": 1}
    assert "正在办理" in reasons[0]
    with money.on(money.STARTED):
        bring_into_force(Amendment.objects.get(), office, factories.signer_of(contract.contractor.organisation))
    assert Contract.objects.get(pk=contract.pk).supplement_amount == Decimal("30000.00")


def test_two_parts_given_away_at_once_are_never_the_whole(world):
    office, contract = world
    signer = factories.signer_of(contract.contractor.organisation)
    values = {**PART, "amount": Decimal("300000.00")}
    outcomes = race(2, told(reasons := [])(lambda n: subcontracts.propose_subcontract(contract.pk, by=signer, **values)))
    assert outcomes == {"done": 1, "Refused": 1}
    assert "属于转包" in reasons[0]


def test_two_payments_moved_to_one_line_at_once_never_overdraw_it(world):
    """F-09: the second line bears one of two payments; the other hand reads what is left."""
    office, contract = world
    second = two_lines(contract, office)
    asked = []
    for number in (1, 2):
        accepted = money.make_accepted(office, contract, number=number)
        with money.on(money.AFTER):
            asked.append(payments.request_payment(accepted.pk, by=office.officer))
    act = told(reasons := [])(
        lambda n: drawing.change_lines(asked[n].pk, version=asked[n].version, amounts={second.pk: asked[n].amount}, by=office.officer)
    )
    assert race(2, act) == {"done": 1, "Refused": 1}
    assert "可支付余额只有" in reasons[0]
    assert sum(PaymentLine.objects.filter(line=second).values_list("amount", flat=True)) <= SECOND


def naive(acceptance, by, meet, kind="instalment"):
    """Add up, meet the other, then insert: without lock each sees enough left."""
    left = acceptance.payable - sum(row.amount for row in acceptance.payments.all())
    meet.wait(timeout=60)
    facts = {"payee_name": "乙方", "payee_bank": "银行", "payee_account": "1", "requested_by": by, "kind": kind}
    if left >= acceptance.payable:
        with transaction.atomic():
            payment = Payment.objects.create(contract=acceptance.contract, acceptance=acceptance, amount=acceptance.payable, **facts)
            line = acceptance.contract.project.fundings.get().line
            PaymentLine.objects.create(payment=payment, line=line, amount=payment.amount)


def drop_payments() -> None:
    """Both at once: a payment without its lines would be refused when the transaction ends."""
    with transaction.atomic():
        PaymentLine.objects.all().delete()
        Payment.objects.all().delete()


@pytest.fixture
def without_natural_key(db):
    """The control runs against a table that lacks the natural key; it is put back afterwards."""
    constraint = next(c for c in Payment._meta.constraints if c.name == "one_payment_per_acceptance")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, constraint)
    yield
    drop_payments()
    with connection.schema_editor() as editor:
        editor.add_constraint(Payment, constraint)


@pytest.fixture
def without_guard(without_natural_key):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procurement_payment DISABLE TRIGGER money_guard")
    yield
    drop_payments()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procurement_payment ENABLE TRIGGER money_guard")


def test_control_without_key_and_guard_the_same_period_is_paid_twice(world, without_guard):
    office, contract = world
    acceptance, meet = Acceptance.objects.get(pk=money.make_accepted(office, contract).pk), threading.Barrier(2)
    assert race(2, lambda _: naive(acceptance, office.officer, meet)) == {"done": 2}
    assert sum(row.amount for row in Payment.objects.all()) == 2 * acceptance.payable


def test_the_guard_alone_stops_the_naive_double(world, without_natural_key):
    office, contract = world
    acceptance, meet = Acceptance.objects.get(pk=money.make_accepted(office, contract).pk), threading.Barrier(2)
    assert race(2, lambda _: naive(acceptance, office.officer, meet)) == {"done": 1, "IntegrityError": 1}
    assert Payment.objects.count() == 1
