"""From an accepted period to money: P-61, P-63, P-64, T-23, T-24, V-04, E-09, F-09."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.models import Acceptance, Contract, Payment, PaymentLine, PeriodicReport, Project
from procurement.services import acceptance as acceptances
from procurement.services import contract as contracts
from procurement.services import payment as payments
from procurement.services import terms
from procurement.services.report import cut_schedule
from procurement.services.retained import release_retained
from records import notices
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, money, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_contract_and_advance
office, contract = fixture_of("office"), fixture_of("contract")


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def said(refusal) -> str:
    return "；".join(breach.message for breach in refusal.value.breaches)


# The schedule


def test_the_schedule_covers_the_term_and_adds_up_to_the_contract_to_the_cent(contract):
    rows = list(contract.instalments.all())
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert (rows[0].period_start, rows[-1].period_end) == (contract.starts_on, contract.ends_on)
    assert all(later.period_start == earlier.period_end + timedelta(days=1) for earlier, later in zip(rows, rows[1:], strict=False))
    assert sum(row.planned for row in rows) == contract.amount == Decimal("450000.00")


def test_p61_withdrawn_announcements_hold_up_what_rests_on_them_and_are_issued_anew(office, contract):
    accepted = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        assert payments.acceptance_breaches(accepted) == []
        notices.withdraw(accepted.notice_id, by=office.supervisor, reason="金额有误")
        accepted = Acceptance.objects.get(pk=accepted.pk)
        assert "P-61" in {breach.rule for breach in payments.acceptance_breaches(accepted)}
        accepted = acceptances.announce(accepted.pk, version=accepted.version, by=office.supervisor)
        assert payments.acceptance_breaches(accepted) == []
        paper = contract.project.papers.get(kind="contract")
        assert contracts.is_announced(contract) and not contracts.may_announce(contract)
        notices.withdraw(paper.notice_id, by=office.officer, reason="金额有误")
        assert not contracts.is_announced(contract)
        contract = contracts.announce_contract(contract.pk, version=Contract.objects.get(pk=contract.pk).version, by=office.officer)
        assert contracts.is_announced(contract)


def test_p64_an_advance_above_the_authoritys_share_is_refused(office, chongqing, contract):
    draft = factories.make_contract_draft(office, chongqing.contractors[1], name="第二个项目")
    draft = contracts.edit_contract(draft.pk, version=draft.version, by=office.officer, payment={"advance_share": Decimal("30.01")})
    with pytest.raises(Refused, match="预付款比例 30.01% 高于规定的 30%") as refusal:
        contracts.submit_contract(draft.pk, version=draft.version, by=office.officer)
    assert rules_of(refusal) == {"P-64"}


@pytest.mark.parametrize(
    ("changes", "rule", "words"),
    [
        ({"retained_share": Decimal("30.01")}, "E-09", "留存比例"),
        ({"retained_share": Decimal(10), "grade_scale": {"优": "100"}}, "E-09", "良、中、差"),
        ({"retained_share": Decimal(10), "grade_scale": {"优": "80", "良": "90", "中": "50", "差": "0"}}, "E-09", "等级高的不低于"),
        ({"late_rate": Decimal("2.00")}, "T-24", "尚未登记"),
    ],
)
def test_payment_terms_that_do_not_hold_stop_the_review(office, chongqing, contract, changes, rule, words):
    draft = factories.make_contract_draft(office, chongqing.contractors[1], name="第二个项目")
    draft = contracts.edit_contract(draft.pk, version=draft.version, by=office.officer, payment=changes)
    with pytest.raises(Refused, match=words) as refusal:
        contracts.submit_contract(draft.pk, version=draft.version, by=office.officer)
    assert rules_of(refusal) == {rule}


# Payment


def test_p61_and_v04_hold_the_payment_until_the_result_is_public_and_the_reports_are_in(office, contract):
    acceptance = money.make_accepted(office, contract, announced=False)
    PeriodicReport.objects.filter(contract=contract, period_start=contract.starts_on).update(status="due")
    with money.on(money.AFTER), pytest.raises(Refused) as refusal:
        payments.request_payment(acceptance.pk, by=office.officer)
    assert rules_of(refusal) == {"P-61", "V-04"}
    assert "2026-03" in said(refusal)


def test_p63_no_account_no_payment(office, contract):
    acceptance = money.make_accepted(office, contract)
    contract.payment_terms.payee_account = ""
    contract.payment_terms.save()
    with money.on(money.AFTER), pytest.raises(Refused, match="银行账号") as refusal:
        payments.request_payment(acceptance.pk, by=office.officer)
    assert rules_of(refusal) == {"P-63"}


def test_p63_the_payee_is_always_party_b(office, contract):
    payment = money.make_paid(office, money.make_accepted(office, contract))
    assert payment.payee_name == contract.contractor.organisation.name


def test_a_payment_takes_two_people_and_only_then_counts(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.finance)
        assert Contract.objects.get(pk=contract.pk).paid_amount == 0
        with pytest.raises(Refused, match="另一人") as refusal:
            money.confirm(office, payment)
        assert rules_of(refusal) == {"P-65"}
        money.confirm(office, payment, by=make_user(role=Role.FINANCE_OFFICER, organisation=office.bureau))
    assert Contract.objects.get(pk=contract.pk).paid_amount == acceptance.payable


def test_the_database_itself_wants_two_people(office, contract):
    payment = money.make_paid(office, money.make_accepted(office, contract))
    with pytest.raises(IntegrityError, match="payment_two_people"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(confirmed_by=payment.requested_by)


def test_p63_the_same_period_is_not_asked_for_twice_and_the_refusal_names_who_did(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payments.request_payment(acceptance.pk, by=office.officer)
        with pytest.raises(Refused, match="不能重复申请") as refusal:
            payments.request_payment(acceptance.pk, by=office.officer)
    assert str(office.officer) in said(refusal)


def test_a_returned_request_may_be_made_again(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
        payments.return_payment(payment.pk, version=payment.version, by=office.finance, note="附件不全")
        again = payments.request_payment(acceptance.pk, by=office.officer)
    assert again.pk != payment.pk and Payment.objects.live().count() == 1


def test_the_same_voucher_is_not_booked_twice(office, contract):
    money.make_paid(office, money.make_accepted(office, contract))
    second = money.make_accepted(office, contract, number=2)
    with money.on(money.AFTER), pytest.raises(Refused, match="不能登记两次"):
        money.make_paid(office, second)


def test_confirming_twice_meets_the_name_of_who_was_first(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
        money.confirm(office, payment)
        with pytest.raises(StaleVersion, match=str(office.finance.name)):
            money.confirm(office, payment)


def test_p64_the_advance_is_paid_once_and_set_off_in_step_until_nothing_is_left(office, contract):
    with money.on(money.STARTED + timedelta(days=3)):
        advance = payments.request_advance(contract.pk, by=office.officer)
        assert advance.amount == Decimal("135000.00")
        with pytest.raises(Refused, match="不能重复申请"):
            payments.request_advance(contract.pk, by=office.officer)
        money.confirm(office, advance, day=money.STARTED + timedelta(days=3), voucher="GK-0")
    for number in (1, 2, 3, 4):
        money.make_paid(office, money.make_accepted(office, contract, number=number), voucher=f"GK-{number}")
    contract = Contract.objects.get(pk=contract.pk)
    account = terms.account_of(contract)
    assert account.advance_left == 0
    assert account.payable == 0
    assert account.cash == contract.amount - contract.retained_amount
    cash = sum(row.amount for row in contract.payments.all())
    assert cash == Decimal("405000.00")


def test_t23_and_t24_lateness_and_interest_are_told_to_the_day_and_the_cent(office, contract):
    acceptance = money.make_accepted(office, contract)
    assert acceptance.pay_due_on == date(2026, 7, 15)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
    payment = money.confirm(office, payment, day=date(2026, 7, 25))
    assert payment.late_days == 10
    assert payment.interest == (payment.amount * Decimal("0.005")).quantize(Decimal("0.01"))


def test_paid_on_the_last_day_is_in_time(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
    payment = money.confirm(office, payment, day=acceptance.pay_due_on)
    assert (payment.late_days, payment.interest) == (0, 0)


def test_a_payment_is_neither_back_dated_nor_dated_ahead(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(acceptance.pk, by=office.officer)
        for day in (money.AFTER - timedelta(days=1), money.AFTER + timedelta(days=1)):
            with pytest.raises(Refused, match="应在申请日"):
                facts = {"version": payment.version, "voucher": "GK-9", "paid_on": day}
                payments.confirm_payment(payment.pk, by=office.finance, **facts)


def test_p63_a_changed_account_is_looked_at_twice_and_a_voucher_pays_once_for_its_purchaser(office, contract):
    money.make_paid(office, money.make_accepted(office, contract))
    other = Contract(project=Project(organisation=office.bureau))
    named = [breach.message for breach in payments.voucher_breaches(other, "GK-2026-001", money.AFTER)]
    assert named == [f"凭证号 GK-2026-001 已经登记过（合同 {contract.number}），同一凭证不能登记两次。"]
    assert not payments.voucher_breaches(other, "GK-2026-001", money.AFTER.replace(year=2027))
    signer = factories.signer_of(contract.contractor.organisation)
    terms.set_payee(contract.pk, bank="另一银行", account="6222000000000009999", by=signer)
    second = money.make_accepted(office, contract, number=2)
    with money.on(money.AFTER):
        payment = payments.request_payment(second.pk, by=office.officer)
        with pytest.raises(Refused, match="与上次付款的"):
            money.confirm(office, payment, voucher="GK-2")
        money.confirm(office, payment, voucher="GK-2", note="已电话和书面核实")
    event = AuditEvent.objects.filter(action="procurement.payment.paid").order_by("pk").last()
    assert event.detail["lifted"] == {"P-63": "已电话和书面核实"}


# The retained share


@pytest.mark.parametrize(("grade", "share"), [("优", 100), ("良", 100), ("中", 80), ("差", 0)])
def test_e09_the_grade_sets_free_what_the_contract_states(office, contract, grade, share):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        notice = release_retained(contract, grade, "/evaluations/1/", office.supervisor)
        release = acceptance.releases.get()
        assert release.amount == (acceptance.retained_amount * share / 100).quantize(Decimal("0.01"))
        assert release_retained(contract, grade, "/evaluations/1/", office.supervisor) == notice
        assert acceptance.releases.count() == 1
        if share:
            payment = payments.request_release(release.pk, by=office.officer)
            money.confirm(office, payment, voucher="GK-R")
        else:
            with pytest.raises(Refused, match="没有可以支付的金额"):
                payments.request_release(release.pk, by=office.officer)
    assert Contract.objects.get(pk=contract.pk).released_amount == release.amount


def test_e09_a_better_grade_after_correction_releases_the_difference_and_a_worse_one_asks_it_back(office, contract):
    acceptance = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        release_retained(contract, "中", "/evaluations/1/", office.supervisor)
        release_retained(contract, "优", "/evaluations/2/", office.supervisor)
        release_retained(contract, "差", "/evaluations/3/", office.supervisor)
    first, second, third = acceptance.releases.order_by("pk")
    assert first.amount + second.amount == acceptance.retained_amount
    assert (third.amount, third.recover) == (0, acceptance.retained_amount)


def test_e09_a_period_accepted_after_its_evaluation_is_released_at_once(office, contract):
    with money.on(money.AFTER):
        release_retained(contract, "良", "/evaluations/1/", office.supervisor)
    acceptance = money.make_accepted(office, contract)
    assert acceptance.releases.get().amount == acceptance.retained_amount


def test_e09_each_period_keeps_the_grade_of_its_own_evaluation(office, contract):
    first, second = (money.make_accepted(office, contract, number=number) for number in (1, 2))
    with money.on(money.AFTER):
        for acceptance, grade in ((first, "优"), (second, "差")):
            span = {"period_start": acceptance.instalment.period_start, "period_end": acceptance.instalment.period_end}
            release_retained(contract, grade, f"/evaluations/{grade}/", office.supervisor, **span)
    assert [row.recover for row in first.releases.all()] == [0]
    third = money.make_accepted(office, contract, number=3)
    assert [row.amount for row in second.releases.all()] == [0]
    assert not third.releases.exists()


def test_p62_and_v04_of_a_terminated_contract_only_what_was_served_is_accepted_and_paid(office, contract):
    first, second, third = contract.instalments.order_by("number")[:3]
    ended = second.period_start + timedelta(days=9)
    Contract.objects.filter(pk=contract.pk).update(status=Contract.Status.TERMINATED, terminated_on=ended)
    PeriodicReport.objects.filter(contract=contract, period_end__gt=ended).update(status=PeriodicReport.Status.NOT_DUE, due_on=None)
    cut_schedule(Contract.objects.get(pk=contract.pk), ended)
    owed = contract.reports.exclude(status=PeriodicReport.Status.ACCEPTED)
    assert set(owed.values_list("period_end", flat=True)) == {ended}
    with money.on(money.AFTER), pytest.raises(Refused, match="没有服务") as refusal:
        acceptances.open_acceptance(third.pk, by=office.supervisor)
    assert rules_of(refusal) == {"P-62"}
    accepted = money.make_accepted(office, contract, number=2, day=ended + timedelta(days=1))
    with money.on(money.AFTER):
        with pytest.raises(Refused, match="份报告未审核通过"):
            payments.request_payment(accepted.pk, by=office.officer)
        owed.update(status=PeriodicReport.Status.ACCEPTED)
        assert payments.request_payment(accepted.pk, by=office.officer).amount == accepted.payable
        with pytest.raises(Refused, match="合同已经终止"):
            payments.request_advance(contract.pk, by=office.officer)


# What the database holds by itself


def naive_payment(contract, acceptance, by, amount) -> Payment:
    facts = {"payee_name": "乙方", "payee_bank": "银行", "payee_account": "1", "requested_by": by}
    payment = Payment.objects.create(contract=contract, acceptance=acceptance, kind="instalment", amount=amount, **facts)
    PaymentLine.objects.create(payment=payment, line=contract.project.fundings.get().line, amount=amount)
    return payment


def test_f09_the_database_refuses_a_payment_above_what_was_accepted(office, contract):
    acceptance = money.make_accepted(office, contract)
    with pytest.raises(IntegrityError, match="超过已验收应付"), transaction.atomic():
        naive_payment(contract, acceptance, office.officer, acceptance.payable + Decimal("0.01"))
    naive_payment(contract, acceptance, office.officer, acceptance.payable)


def test_f09_the_database_refuses_an_acceptance_above_the_contract(office, contract):
    acceptance = money.make_accepted(office, contract)
    with pytest.raises(IntegrityError, match="超过合同金额"), transaction.atomic():
        Acceptance.objects.filter(pk=acceptance.pk).update(amount=contract.amount + Decimal("0.01"))
