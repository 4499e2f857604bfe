"""Contract changes and subcontracts: P-21, P-23, P-24, V-01 … V-03, F-09, and J8: a change deletes nothing entered."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from contractors import services as contractors
from contractors.models import Debarment
from procurement.models import Amendment, Contract, PeriodicReport, Subcontract
from procurement.reports import amendment as reports
from procurement.rules.project import MULTI_YEAR_CONDITIONS
from procurement.services import amendment as amendments
from procurement.services import contract as contracts
from procurement.services import subcontract as subcontracts
from records.identity import credit_check_character
from records.refusals import Refused
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement import factories, money, supervising

pytestmark = pytest.mark.django_db


def scene_once():
    chongqing = make_chongqing()
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    factories.set_policy("advance_payment_share", "30", chongqing.city, setter, confirmer)
    factories.set_policy("subcontract_alert_share", "50", chongqing.city, setter, confirmer)
    return SimpleNamespace(chongqing=chongqing, office=office, contract=money.make_contract(office, chongqing.contractors[0]))


office, contract = fixture_of("office"), fixture_of("contract")


@pytest.fixture
def signer(contract):
    return factories.signer_of(contract.contractor.organisation)


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


MORE = {"ground": "same_service", "increase": Decimal("30000.00"), "content": "增加上门照料 80 人次", "reason": "新增特困人员 8 名"}


def draft(contract, office, **values) -> Amendment:
    return amendments.draft_amendment(contract.pk, by=office.officer, **{**MORE, **values})


def bring_into_force(amendment, office, signer) -> Amendment:
    amendment = amendments.submit_amendment(amendment.pk, version=amendment.version, by=office.officer)
    amendment = amendments.approve_amendment(amendment.pk, version=amendment.version, by=office.chief)
    return amendments.sign_amendment(amendment.pk, version=amendment.version, by=signer)


@pytest.fixture
def today():
    """Half way through the contract's term."""
    with money.on(date(2026, 4, 20)):
        yield date(2026, 4, 20)


def test_p23_exactly_ten_percent_may_be_added_and_not_a_cent_more(contract, office, signer, today):
    with pytest.raises(Refused, match="超出 0.01 元") as refusal:
        draft(contract, office, increase=Decimal("45000.01"))
    assert rules_of(refusal) == {"P-23"}
    bring_into_force(draft(contract, office, increase=Decimal("45000.00"), funding_line=office.line), office, signer)
    assert Contract.objects.get(pk=contract.pk).value == Decimal("495000.00")


def test_p23_supplements_are_added_up(contract, office, signer, today):
    bring_into_force(draft(contract, office), office, signer)
    with pytest.raises(Refused, match="其中以前已补充 30,000.00 元") as refusal:
        draft(contract, office, increase=Decimal("15000.01"))
    assert rules_of(refusal) == {"P-23"}


@pytest.mark.parametrize(
    ("values", "rule", "words"),
    [
        ({"same_terms": False}, "P-23", "不得改变合同其他条款"),
        ({"ground": "public_interest", "evidence": "会议纪要"}, "P-23", "只有追加"),
        ({"ground": "contract_ground", "increase": 0}, "P-24", "依据材料"),
        ({"reason": " "}, "P-24", "变更内容和理由"),
        ({"increase": 0}, "P-24", "没有变化"),
        ({"ends_on": date(2026, 4, 19)}, "P-24", "不能倒签"),
        ({"ends_on": date(2029, 3, 2)}, "P-21", "超过 3 年"),
    ],
)
def test_a_change_without_ground_is_refused_with_its_clause(contract, office, today, values, rule, words):
    with pytest.raises(Refused, match=words) as refusal:
        draft(contract, office, **values)
    assert rules_of(refusal) == {rule}
    assert not Amendment.objects.exists()


def test_f09_a_supplement_stays_inside_the_budget(contract, office, signer, today):
    """The plan is 480,000 and the award 450,000: up to 30,000 more is covered, the rest needs a line."""
    amendment = draft(contract, office, increase=Decimal("30000.01"))
    with pytest.raises(Refused, match="还差 0.01 元") as refusal:
        amendments.submit_amendment(amendment.pk, version=amendment.version, by=office.officer)
    assert rules_of(refusal) == {"F-09"}
    amendment = amendments.edit_amendment(amendment.pk, version=amendment.version, by=office.officer, funding_line=office.line)
    bring_into_force(amendment, office, signer)
    assert sum(row.amount for row in contract.project.fundings.all()) == Decimal("480000.01")


def test_f03_a_supplement_from_superior_money_stays_under_the_cap_and_without_a_ratio_finance_answers(
    contract, office, chongqing, signer, today
):
    row = draft(contract, office, increase=Decimal("45000.00"), funding_line=office.superior_line)
    with pytest.raises(Refused, match="尚未确定") as refusal:
        amendments.submit_amendment(row.pk, version=row.version, by=office.officer)
    assert rules_of(refusal) == {"F-03"}
    with pytest.raises(Refused, match="另一人"):
        amendments.sign_off_funds(row.pk, version=row.version, reason="同意", by=office.officer)
    assert [item.kind for item in reports.worklist(office.finance)] == ["资金会签"]
    row = amendments.sign_off_funds(row.pk, version=row.version, reason="指标文允许列支", by=office.finance)
    assert reports.worklist(office.finance) == []
    row = amendments.submit_amendment(row.pk, version=row.version, by=office.officer)
    row = amendments.approve_amendment(row.pk, version=row.version, by=office.chief)
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    factories.set_policy("cap_ratio", "0.01", chongqing.city, setter, confirmer)
    with pytest.raises(Refused, match="高于上限") as refusal:
        amendments.sign_amendment(row.pk, version=row.version, by=signer)
    assert rules_of(refusal) == {"F-03"}


def test_f09_nothing_accepted_is_taken_back_by_a_change(contract, office):
    money.make_accepted(office, contract)
    accepted = Contract.objects.get(pk=contract.pk).accepted_amount
    with money.on(date(2026, 6, 9)), pytest.raises(Refused, match="低于已验收") as refusal:
        facts = {"increase": 0, "ground": "contract_ground", "evidence": "合同第九条"}
        draft(contract, office, decrease=contract.amount - accepted + Decimal("0.01"), **facts)
    assert rules_of(refusal) == {"F-09"}


def test_p65_the_handler_does_not_review_the_change(contract, office, today):
    amendment = draft(contract, office)
    amendment = amendments.submit_amendment(amendment.pk, version=amendment.version, by=office.officer)
    with pytest.raises(Refused, match="另一人") as refusal:
        amendments.approve_amendment(amendment.pk, version=amendment.version, by=office.officer)
    assert rules_of(refusal) == {"P-65"}


def test_one_change_at_a_time_and_the_refusal_names_whose_it_is(contract, office, today):
    draft(contract, office)
    with pytest.raises(Refused, match=office.officer.name):
        draft(contract, office)
    with pytest.raises(IntegrityError, match="one_open_amendment_per_contract"), transaction.atomic():
        Amendment.objects.create(contract=contract, number=9, drafted_by=office.officer, **MORE)


def test_only_the_signature_moves_money_and_schedules(contract, office, signer, today):
    amendment = draft(contract, office)
    amendment = amendments.submit_amendment(amendment.pk, version=amendment.version, by=office.officer)
    amendment = amendments.approve_amendment(amendment.pk, version=amendment.version, by=office.chief)
    assert Contract.objects.get(pk=contract.pk).value == contract.amount
    amendments.sign_amendment(amendment.pk, version=amendment.version, by=signer)
    assert sum(row.planned for row in contract.instalments.all()) == Decimal("480000.00")


def assert_whole(reports) -> None:
    """One after the other without gap, to the new last day."""
    assert all(later.period_start == earlier.period_end + timedelta(days=1) for earlier, later in zip(reports, reports[1:], strict=False))
    assert reports[-1].period_end == date(2026, 8, 15)


def test_p21_and_f09_a_change_lengthens_over_a_year_only_what_could_have_been_so_long_from_the_start(contract, office, today):
    with pytest.raises(Refused, match="须同时符合五项条件") as refusal:
        draft(contract, office, ends_on=date(2027, 3, 2))
    assert rules_of(refusal) == {"P-21"}
    contract.project.multi_year = dict.fromkeys(MULTI_YEAR_CONDITIONS, True)
    contract.project.save(update_fields=["multi_year"])
    row = draft(contract, office, ends_on=date(2027, 3, 2))
    with pytest.raises(Refused, match="分解到各预算年度") as refusal:
        amendments.submit_amendment(row.pk, version=row.version, by=office.officer)
    assert rules_of(refusal) == {"F-09"}


def test_j8_a_longer_term_adds_periods_and_deletes_nothing_entered(contract, office, signer, today):
    """The term ended on 10 June: the started June report goes on to its month's end, July and August are added."""
    PeriodicReport.objects.filter(contract=contract).update(status="not_due")
    march = contract.reports.filter(kind="service").order_by("period_start").first()
    PeriodicReport.objects.filter(pk=march.pk).update(status="due", figures={"services_done": 90})
    before = list(contract.reports.order_by("period_start").values_list("pk", flat=True))
    bring_into_force(draft(contract, office, ends_on=date(2026, 8, 15)), office, signer)
    assert set(before) <= set(contract.reports.values_list("pk", flat=True))
    assert PeriodicReport.objects.get(pk=march.pk).figures == {"services_done": 90}
    for kind in PeriodicReport.Kind:
        assert_whole(list(contract.reports.filter(kind=kind).order_by("period_start")))
    assert list(contract.instalments.all())[-1].period_end == date(2026, 8, 15)


def test_j8_a_filed_part_of_a_month_stays_and_the_rest_gets_a_report_of_its_own(contract, office, signer):
    last = contract.reports.filter(kind="service").order_by("period_start").last()
    assert (last.period_end, last.status) == (date(2026, 6, 10), "accepted")
    with money.on(date(2026, 6, 10)):
        bring_into_force(draft(contract, office, ends_on=date(2026, 6, 30)), office, signer)
    rest = contract.reports.get(kind="service", period_start=date(2026, 6, 11))
    assert rest.period_end == date(2026, 6, 30)
    assert PeriodicReport.objects.get(pk=last.pk).period_end == date(2026, 6, 10)


def test_j8_a_shorter_term_keeps_what_was_entered_and_drops_only_empty_months(contract, office, signer, today):
    rows = contract.reports.order_by("period_start")
    PeriodicReport.objects.filter(contract=contract).update(status="not_due")
    may, june = rows.get(period_start=date(2026, 5, 1)), rows.get(period_start=date(2026, 6, 1))
    PeriodicReport.objects.filter(pk=may.pk).update(figures={"narrative": "预填"})
    facts = {"increase": 0, "ground": "contract_ground", "evidence": "合同第九条"}
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    assert order.visits.pending().filter(planned_on__gt=date(2026, 4, 30)).exists()
    bring_into_force(draft(contract, office, ends_on=date(2026, 4, 30), **facts), office, signer)
    order.refresh_from_db()
    assert order.ends_on == order.planned_until == date(2026, 4, 30)
    assert not order.visits.pending().filter(planned_on__gt=date(2026, 4, 30)).exists()
    assert rows.filter(pk=may.pk).exists() and not rows.filter(pk=june.pk).exists()


def test_accepted_periods_stay_as_they_are_when_the_rest_is_spread_anew(contract, office, signer):
    accepted = money.make_accepted(office, contract).instalment
    with money.on(date(2026, 6, 9)):
        bring_into_force(draft(contract, office), office, signer)
    rows = list(contract.instalments.all())
    assert rows[0].pk == accepted.pk and rows[0].planned == accepted.planned
    assert sum(row.planned for row in rows) == Decimal("480000.00")


# Subcontracts

USCC = "91500100MA0000077"
PART = {
    "name": "示例保洁有限公司",
    "uscc": USCC + credit_check_character(USCC),
    "part": "居室大扫除",
    "amount": Decimal("60000.00"),
    "qualification": "营业执照，专职保洁员 12 名",
    "named_in_bid": True,
}


def propose(contract, signer, **values) -> Subcontract:
    return subcontracts.propose_subcontract(contract.pk, by=signer, **{**PART, **values})


@pytest.mark.parametrize("values", [{"amount": Decimal("450000.00")}, {"amount": Decimal("500000.00")}])
def test_v01_the_whole_is_never_given_away(contract, signer, today, values):
    with pytest.raises(Refused, match="属于转包") as refusal:
        propose(contract, signer, **values)
    assert rules_of(refusal) == {"V-01"}


def test_v01_nor_the_whole_in_pieces(contract, signer, today):
    propose(contract, signer, amount=Decimal("200000.00"))
    with pytest.raises(Refused, match="含其他分包 200,000.00 元") as refusal:
        propose(contract, signer, amount=Decimal("250000.00"), part="其余服务")
    assert rules_of(refusal) == {"V-01"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"named_in_bid": False}, "响应文件没有载明"),
        ({"core": True}, "主体、关键性工作"),
        ({"qualification": " "}, "资格条件"),
        ({"further_subcontracting": True}, "不得再次分包"),
    ],
)
def test_v02_what_the_law_excludes_is_refused_before_anybody_can_consent(contract, signer, today, values, words):
    with pytest.raises(Refused, match=words) as refusal:
        propose(contract, signer, **values)
    assert rules_of(refusal) == {"V-02"}


def test_v02_a_debarred_unit_takes_no_part(contract, signer, office, chongqing, today):
    firm = factories.make_contractor(chongqing.contractors[1], office.officer)
    finance = chongqing.home.departments["FINANCE"]
    facts = {"decision_no": "财决〔2026〕1号", "issued_by": finance, "starts_on": date(2026, 1, 5), "ends_on": date(2027, 1, 4)}
    contractors.import_debarment(firm, by=office.finance, **facts)
    with pytest.raises(Refused, match="正被禁止参加") as refusal:
        propose(contract, signer, uscc=firm.uscc)
    assert "V-02" in rules_of(refusal)


def test_v02_a_debarred_unit_outside_the_register_takes_no_part_either(contract, signer, office, today):
    ban = {"uscc": PART["uscc"], "name": PART["name"], "decision_no": "渝财采罚〔2026〕1号", "issuer": "示例财政局"}
    Debarment.objects.create(starts_on=today, ends_on=today + timedelta(days=365), imported_by=office.finance, **ban)
    with pytest.raises(Refused, match="禁止参加政府采购") as refusal:
        propose(contract, signer)
    assert rules_of(refusal) == {"V-02"}


def test_v02_without_consent_nothing_is_given_and_a_refusal_has_its_reason(contract, signer, office, today):
    row = propose(contract, signer)
    assert row.status == "proposed"
    with pytest.raises(Refused, match="写明理由"):
        subcontracts.decide_subcontract(row.pk, version=row.version, consent=False, by=office.chief)
    row = subcontracts.decide_subcontract(row.pk, version=row.version, consent=False, by=office.chief, note="能力不足")
    assert row.status == "refused"


def test_v03_half_of_the_contract_needs_a_reason_that_the_audit_keeps(contract, signer, office, today):
    row = propose(contract, signer, amount=Decimal("225000.00"))
    with pytest.raises(Refused, match="50.0%，达到预警比例 50%") as refusal:
        subcontracts.decide_subcontract(row.pk, version=row.version, consent=True, by=office.chief)
    assert rules_of(refusal) == {"V-03"}
    row = subcontracts.decide_subcontract(row.pk, version=row.version, consent=True, by=office.chief, note="已核查，核心服务自行承担")
    event = AuditEvent.objects.get(action="procurement.subcontract.consented")
    assert event.detail["lifted"] == {"V-03": "已核查，核心服务自行承担"}


def test_v03_just_below_the_share_passes_without_words(contract, signer, office, today):
    row = propose(contract, signer, amount=Decimal("224999.99"))
    assert subcontracts.decide_subcontract(row.pk, version=row.version, consent=True, by=office.chief).status == "consented"


def test_the_database_refuses_the_whole_and_a_core_part(contract, signer, today):
    row = propose(contract, signer)
    with pytest.raises(IntegrityError, match="属于转包"), transaction.atomic():
        Subcontract.objects.filter(pk=row.pk).update(amount=contract.amount)
    with pytest.raises(IntegrityError, match="subcontract_consented_is_lawful"), transaction.atomic():
        Subcontract.objects.filter(pk=row.pk).update(core=True, status="consented", decided_by=signer)


def test_terms_of_a_signed_contract_are_not_edited(contract, office):
    with pytest.raises(Refused, match="不能修改"):
        contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, payment={"retained_share": 0})
