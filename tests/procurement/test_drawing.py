"""Which funding line pays how much of what: F-03, F-07, F-09."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from procurement.models import Contract, Payment, PaymentLine, Project, ProjectFunding
from procurement.reports import money as money_reports
from procurement.rules import drawing as rules
from procurement.services import drawing
from procurement.services import money as funds
from procurement.services import payment as payments
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, money, scenes
from tests.procurement.test_pages import key

SECOND = Decimal("180000.00")  # of the 480,000 that the purchase draws
D = Decimal


def rooms(*free) -> list[rules.Room]:
    return [rules.Room(number, f"来源{number}", D(amount)) for number, amount in enumerate(free, start=1)]


@pytest.mark.parametrize(
    ("amount", "parts", "refused"),
    [
        ("90.00", {1: "60.00", 2: "30.00"}, []),
        ("90.00", {1: "60.00", 2: "29.99"}, ["F-09"]),
        ("90.00", {1: "60.01", 2: "29.99"}, ["F-09"]),
        ("90.00", {1: "60.00", 3: "30.00"}, ["F-07"]),
    ],
)
def test_f09_the_lines_of_a_payment_add_up_to_it_and_none_is_overdrawn(amount, parts, refused):
    found = rules.line_breaches(D(amount), {line: D(part) for line, part in parts.items()}, rooms("60.00", "40.00"))
    assert [breach.rule for breach in found] == refused


def test_f09_a_proposal_takes_from_each_line_in_step_and_the_rest_of_an_empty_one_from_the_other():
    assert rules.proposal(D("50.00"), rooms("60.00", "40.00")) == {1: D("30.00"), 2: D("20.00")}
    assert rules.proposal(D("40.00"), rooms("0.00", "40.00")) == {2: D("40.00")}
    assert not list(rules.room_breaches(D("100.00"), rooms("60.00", "40.00")))
    assert "还差 0.01 元" in next(rules.room_breaches(D("100.01"), rooms("60.00", "40.00"))).message


scene_once = scenes.with_contract_and_advance
office, contract = fixture_of("office"), fixture_of("contract")


def two_lines(contract, office):
    """The purchase draws 300,000 from its own and 180,000 from the city's special line, which is returned."""
    ProjectFunding.objects.filter(project=contract.project).update(amount=D("480000.00") - SECOND)
    ProjectFunding.objects.create(project=contract.project, line=office.superior_line, amount=SECOND)
    return office.superior_line


def asked(office, contract) -> Payment:
    accepted = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        return payments.request_payment(accepted.pk, by=office.officer)


def parts_of(payment) -> dict:
    return dict(payment.lines.values_list("line", "amount"))


@pytest.mark.django_db
def test_f09_a_request_is_proposed_over_the_lines_and_changed_on_its_page_until_finance_confirms(office, contract, browse):
    special = two_lines(contract, office)
    payment = asked(office, contract)
    share = (payment.amount * 300 / 480).quantize(D("0.01"))
    assert parts_of(payment) == {office.line.pk: share, special.pk: payment.amount - share}
    url, client = reverse("procurement:payment_lines", args=[payment.pk]), browse(office.officer)
    assert "调整资金来源" in client.get(reverse("procurement:payment_detail", args=[payment.pk])).content.decode()
    with money.on(money.AFTER):
        wrong = {f"line-{special.pk}": payment.amount - D("0.01")}
        assert client.post(url, wrong | key(client, url)).status_code == 422
        assert client.post(url, {f"line-{special.pk}": payment.amount} | key(client, url)).status_code == 302
    payment.refresh_from_db()
    assert parts_of(payment) == {special.pk: payment.amount}
    with money.on(money.AFTER), pytest.raises(Refused, match="您已办理支付资金来源"):
        money.confirm(office, payment, by=office.officer)
    payment = money.confirm(office, payment)
    with pytest.raises(Refused, match="不能再改资金来源"):
        drawing.change_lines(payment.pk, version=payment.version, amounts={office.line.pk: payment.amount}, by=office.officer)
    district = funds.purchaser_district(office.bureau)
    cap = funds.cap_of(district, 2026)
    assert (cap.used, cap.paid) == (SECOND, payment.amount)
    with money.on(money.AFTER):
        shown = money_reports.meters([district], 2026)[0]["facts"][1]
    assert payment.amount == cap.paid and f"{cap.paid:,.2f} 元" in shown["help"]


@pytest.mark.django_db
def test_f09_a_purchase_without_money_left_on_its_lines_is_not_paid(office, contract):
    accepted = money.make_accepted(office, contract)
    ProjectFunding.objects.filter(project=contract.project).update(amount=accepted.payable - D("0.01"))
    with money.on(money.AFTER), pytest.raises(Refused, match="还差 0.01 元"):
        payments.request_payment(accepted.pk, by=office.officer)
    assert not Payment.objects.exists()


@pytest.mark.django_db
def test_f09_a_terminated_purchase_gives_back_to_its_line_only_what_was_not_paid(office, contract):
    payment = asked(office, contract)
    Project.objects.filter(pk=contract.project_id).update(status=Project.Status.TERMINATED)
    assert funds.free_amount(office.line) == office.line.amount - payment.amount
    second = factories.make_draft(office, name="后来的项目")
    ProjectFunding.objects.create(project=second, line=office.line, amount=office.line.amount - payment.amount)
    assert drawing.rooms_of(Contract.objects.get(pk=contract.pk), None)[0].free == 0


@pytest.mark.django_db
def test_f09_the_database_itself_keeps_lines_and_payment_together(office, contract):
    payment = asked(office, contract)
    row = payment.lines.get()
    with pytest.raises(IntegrityError, match="应等于支付金额"), transaction.atomic():
        PaymentLine.objects.filter(pk=row.pk).update(amount=row.amount - D("0.01"))
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="超过项目安排"), transaction.atomic():
        PaymentLine.objects.filter(pk=row.pk).update(amount=D("480000.01"))
    with pytest.raises(IntegrityError, match="超过项目安排"), transaction.atomic():
        PaymentLine.objects.create(payment=payment, line=office.superior_line, amount=D("1.00"))
    with pytest.raises(IntegrityError, match="少于从该来源已支付"), transaction.atomic():
        ProjectFunding.objects.filter(project=contract.project).update(amount=row.amount - D("0.01"))
