"""A purchase of 2026 to 2028 on its way from the split of its plan to what each year has accepted: F-09."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from procurement.models import Contract, Instalment, PaymentTerms, Project, ProjectFunding, YearShare
from procurement.services import acceptance as acceptances
from procurement.services import amendment as amendments
from procurement.services import money as funds
from procurement.services import payment as payments
from procurement.services import plan as plans
from procurement.services import project as projects
from procurement.services import renewal, years
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, money, scenes
from tests.procurement.several import ENDS, SHARES, make_split, next_line, signed
from tests.procurement.test_amendments import bring_into_force
from tests.procurement.test_pages import key

pytestmark = pytest.mark.django_db


scene_once = scenes.with_money
office = fixture_of("office")


@pytest.fixture
def draft(office) -> Project:
    return make_split(office)


def said(refusal) -> str:
    return "；".join(breach.message for breach in refusal.value.breaches)


def test_f09_a_split_that_misses_the_plan_by_a_cent_is_refused_and_the_whole_one_passes_the_gate(office, draft):
    assert years.share_breaches(draft) == []
    with pytest.raises(Refused) as refusal:
        wrong = {**SHARES, 2028: Decimal("120000.01")}
        years.set_shares(draft.pk, version=draft.version, amounts=wrong, by=office.officer)
    assert "各年度合计 480,000.01 元" in said(refusal)
    assert AuditEvent.objects.filter(action="procurement.project.split").count() == 1


def test_f09_a_term_over_one_year_without_a_split_does_not_reach_the_approver(office, draft):
    draft.year_shares.all().delete()
    with pytest.raises(Refused) as refusal:
        projects.submit_project(draft.pk, version=draft.version, by=office.officer)
    assert "分解到各预算年度" in said(refusal)


def test_f09_a_line_of_another_year_or_beyond_the_years_share_is_refused(office, draft):
    with pytest.raises(Refused) as refusal:
        amounts = {office.line.pk: SHARES[2026] + Decimal("0.01")}
        funds.fund_project(draft.pk, version=draft.version, amounts=amounts, by=office.officer)
    assert "超过该年度金额" in said(refusal)
    foreign = next_line(office, year=2029)
    with pytest.raises(Refused) as refusal:
        funds.fund_project(draft.pk, version=draft.version, amounts={foreign.pk: Decimal("1.00")}, by=office.officer)
    assert "2029 年度不承担本项目" in said(refusal)


def test_f09_the_contract_is_paid_in_periods_of_one_year_each_and_no_year_passes_its_share(office, chongqing, monkeypatch, draft):
    contract = signed(office, chongqing, monkeypatch, draft)
    rows = list(contract.instalments.all())
    assert all(row.period_start.year == row.period_end.year for row in rows)
    assert sum(row.planned for row in rows) == contract.amount
    assert years.planned_of(contract) == {2026: Decimal("112500.00"), 2027: Decimal("225000.00"), 2028: Decimal("112500.00")}
    assert [row.short for row in years.chain_of(contract.project)] == [0, Decimal("225000.00"), Decimal("112500.00")]
    PaymentTerms.objects.filter(contract=contract).update(advance_share=30)
    assert payments.advance_amount(contract) == Decimal("33750.00")  # of the first year's part, so that its lines can bear it


def test_f09_a_later_year_is_accepted_only_after_finance_has_funded_it(office, chongqing, monkeypatch, draft, browse):
    contract = signed(office, chongqing, monkeypatch, draft)
    Contract.objects.filter(pk=contract.pk).update(status=Contract.Status.IN_SERVICE)
    monkeypatch.setattr(renewal, "missing_breaches", lambda *args: [])
    period = contract.instalments.filter(period_end__year=2027).first()
    with money.on(date(2027, 4, 10)):
        with pytest.raises(Refused) as refusal:
            acceptances.open_acceptance(period.pk, by=office.supervisor)
        assert "2027 年度需要 225,000.00 元" in said(refusal) and "还差 225,000.00 元" in said(refusal)
        line = next_line(office)
        url, project = reverse("procurement:year_fund", args=[contract.project_id, 2027]), contract.project
        finance = browse(office.finance)
        assert "安排 2027 年度资金" in finance.get(reverse("procurement:project_years", args=[project.pk])).content.decode()
        assert finance.post(url, {f"line-{line.pk}": "240000.01"} | key(finance, url)).status_code == 422
        assert finance.post(url, {f"line-{line.pk}": "225000.00"} | key(finance, url)).status_code == 302
        assert acceptances.open_acceptance(period.pk, by=office.supervisor).amount == period.planned
    assert AuditEvent.objects.filter(action="procurement.project.year_funded").count() == 1


def test_f09_a_supplement_goes_on_top_of_the_year_whose_line_pays_it(office, chongqing, monkeypatch, draft):
    contract = signed(office, chongqing, monkeypatch, draft)
    signer = factories.signer_of(chongqing.contractors[0])
    with money.on(money.STARTED):
        facts = {"ground": "same_service", "increase": Decimal("40000.00"), "content": "增加人次", "reason": "新增对象"}
        row = amendments.draft_amendment(contract.pk, by=office.officer, **facts)
        with pytest.raises(Refused, match="还差 10,000.00 元"):
            amendments.submit_amendment(row.pk, version=row.version, by=office.officer)
        row = amendments.edit_amendment(row.pk, version=row.version, by=office.officer, funding_line=office.line)
        bring_into_force(row, office, signer)
    shares, planned = years.shares_of(contract.project), years.planned_of(contract)
    assert shares == {**SHARES, 2026: SHARES[2026] + Decimal("10000.00")}
    assert sum(planned.values()) == Decimal("490000.00") and all(planned[year] <= shares[year] for year in shares)


def test_f09_the_next_years_plan_leaves_room_for_what_running_purchases_will_take(office, draft, browse):
    next_line(office, amount="300000.00")
    assert plans.promised(office.bureau, 2027) == SHARES[2027]
    page = browse(office.officer).get(f"{reverse('procurement:budget_list')}?year=2027").content.decode()
    assert "跨年度项目在 2027 年度的金额" in page and "240,000.00 元" in page


def test_f09_the_database_itself_holds_each_year(office, chongqing, monkeypatch, draft):
    contract = signed(office, chongqing, monkeypatch, draft)
    share, funding = YearShare.objects.filter(project=draft), ProjectFunding.objects.filter(project=draft)
    period = Instalment.objects.filter(contract=contract, period_end__year=2027)
    for rows, change in (
        (share.filter(fiscal_year=2026), {"amount": SHARES[2026] - Decimal("0.01")}),
        (share.filter(fiscal_year=2027), {"amount": SHARES[2027] + Decimal("48000.01")}),
        (funding, {"amount": SHARES[2026] + Decimal("0.01")}),
        (period, {"planned": SHARES[2027]}),
    ):
        with pytest.raises(IntegrityError, match="F-09"), transaction.atomic():
            rows.update(**change)
    assert period.last().period_end - ENDS < timedelta(0)
