"""The year's plan and the money before the contract: F-05, F-09, budgets with their history, plan rows by sheet and to drafts."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from procurement import exchange_plan
from procurement.models import BudgetAdjustment, CatalogueItem, FundingLine, GuidanceEntry, PlanRow, Project, ProjectFunding
from procurement.services import money, striking
from procurement.services import plan as plans
from procurement.services.gates import listed_in_guidance
from records import clock
from records.exports import xlsx
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.test_pages import key, text_of

pytestmark = pytest.mark.django_db
PAPER = {"document": "区财预调〔2026〕3号", "reason": "年中调整"}


scene_once = scenes.with_office
office = fixture_of("office")


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def plan(office, **values) -> PlanRow:
    facts = {
        "name": "上门照料",
        "item": CatalogueItem.objects.get(code="B1"),
        "amount": Decimal("480000.00"),
        "month": 3,
        "line": office.line,
    }
    return plans.add_plan_row(organisation=office.bureau, fiscal_year=clock.today().year, by=office.officer, **{**facts, **values})


def test_f09_a_line_never_falls_below_what_projects_draw(office):
    factories.make_complete_draft(office)
    with pytest.raises(Refused, match="少于项目已安排的 480,000.00 元") as refusal:
        plans.adjust_budget(
            office.budget.pk, amount=Decimal("2000000"), lines={office.line.pk: Decimal("479999.99")}, by=office.finance, **PAPER
        )
    assert rules_of(refusal) == {"F-09"}
    plans.adjust_budget(
        office.budget.pk, amount=Decimal("2000000"), lines={office.line.pk: Decimal("480000.00")}, by=office.finance, **PAPER
    )
    assert office.budget.lines.get(pk=office.line.pk).amount == Decimal("480000.00")


@pytest.mark.parametrize(
    ("line", "words"), [(("捐赠", "依据"), "资金来源“捐赠”不在许可范围"), (("city_special", ""), "市级社会救助专项资金 未写明")]
)
def test_f01_f08_a_line_from_elsewhere_or_without_a_paper_is_refused_in_words_of_the_trade(office, line, words):
    source, basis = line
    with pytest.raises(Refused, match=words):
        money.create_budget(
            organisation=office.bureau, fiscal_year=2026, name="另一预算", amount=Decimal(10), document="区财预〔2026〕2号（示例）",
            approved_on=date(2026, 1, 5), lines=[(source, Decimal(10), basis)], by=office.finance,
        )  # fmt: skip


def test_f09_lines_stay_inside_the_adjusted_budget(office):
    with pytest.raises(Refused, match="超出 0.01 元") as refusal:
        plans.adjust_budget(office.budget.pk, amount=Decimal("1999999.99"), lines={}, by=office.finance, **PAPER)
    assert rules_of(refusal) == {"F-09"}


def test_an_adjustment_keeps_its_history_and_moves_money_between_lines(office):
    lines = {office.line.pk: Decimal("1400000.00"), office.superior_line.pk: Decimal("600000.00")}
    plans.adjust_budget(office.budget.pk, amount=Decimal("2000000.00"), lines=lines, by=office.finance, **PAPER)
    found = {(row.line_id, row.before, row.after) for row in BudgetAdjustment.objects.all()}
    assert found == {
        (office.line.pk, Decimal("1500000.00"), Decimal("1400000.00")),
        (office.superior_line.pk, Decimal("500000.00"), Decimal("600000.00")),
    }


def test_an_adjustment_without_paper_is_refused(office):
    with pytest.raises(Refused, match="调整文号和理由"):
        plans.adjust_budget(office.budget.pk, amount=Decimal("2000000"), lines={}, document=" ", reason="x", by=office.finance)


def test_f05_falling_own_input_passes_with_its_reason_in_the_audit(office):
    year = clock.today().year
    last = {"organisation": office.bureau, "fiscal_year": year - 1, "name": "上年", "amount": Decimal("1500000.00"), "document": "批复"}
    money.create_budget(**last, approved_on=clock.today(), lines=[("own_district", Decimal("1500000.00"), "依据")], by=office.finance)
    plans.adjust_budget(
        office.budget.pk, amount=Decimal("2000000"), lines={office.line.pk: Decimal("1499999.99")}, by=office.finance, **PAPER
    )
    event = AuditEvent.objects.get(action="procurement.budget.adjusted")
    assert event.detail["lifted"] == {"F-05": "年中调整"}


def test_f05_a_budget_with_less_own_input_than_last_year_is_registered_with_its_reason(office):
    less = {"organisation": office.bureau, "fiscal_year": clock.today().year + 1, "name": "明年", "amount": Decimal("1499999.99")}
    less |= {"document": "批复", "approved_on": clock.today(), "lines": [("own_district", Decimal("1499999.99"), "依据")]}
    with pytest.raises(Refused, match="减少 0.01 元") as refusal:
        money.create_budget(**less, by=office.finance)
    assert rules_of(refusal) == {"F-05"}
    budget = money.create_budget(**less, reason="人口减少", by=office.finance)
    assert AuditEvent.objects.about(budget).get().detail["lifted"] == {"F-05": "人口减少"}


@pytest.mark.parametrize("own", ["1500000.00", "1500000.01"])
def test_f05_equal_or_rising_input_needs_no_word(office, own):
    year = clock.today().year
    last = {"organisation": office.bureau, "fiscal_year": year - 1, "name": "上年", "amount": Decimal("1500000.00"), "document": "批复"}
    money.create_budget(**last, approved_on=clock.today(), lines=[("own_district", Decimal("1500000.00"), "依据")], by=office.finance)
    plans.adjust_budget(office.budget.pk, amount=Decimal("2000000.01"), lines={office.line.pk: Decimal(own)}, by=office.finance, **PAPER)
    assert AuditEvent.objects.get(action="procurement.budget.adjusted").detail["lifted"] == {}


def test_the_database_holds_budget_lines_and_draws_in_order(office):
    factories.make_complete_draft(office)
    with pytest.raises(IntegrityError, match="超过预算"), transaction.atomic():
        FundingLine.objects.filter(pk=office.line.pk).update(amount=Decimal("1500000.01"))
    with pytest.raises(IntegrityError, match="少于已安排"), transaction.atomic():
        FundingLine.objects.filter(pk=office.line.pk).update(amount=Decimal("479999.99"))
    with pytest.raises(IntegrityError, match="超过资金来源"), transaction.atomic():
        ProjectFunding.objects.update(amount=Decimal("1500000.01"))


def test_f09_the_plan_stays_inside_the_budget_and_its_line(office):
    plan(office)
    with pytest.raises(Refused) as refusal:
        plan(office, name="第二项", amount=Decimal("1020000.01"))
    assert rules_of(refusal) == {"F-09"} and "超过该来源" in str(refusal.value)
    with pytest.raises(Refused, match="超过预算"):
        plan(office, name="第三项", amount=Decimal("1520000.01"), line=None)
    assert PlanRow.objects.count() == 1


def test_f09_money_that_projects_draw_already_cannot_be_planned_again(office):
    factories.make_complete_draft(office, amount="480000.00")
    with pytest.raises(Refused, match="超过该来源可用 1,020,000.00 元"):
        plan(office, amount=Decimal("1020000.01"))
    assert plan(office, amount=Decimal("1020000.00")).pk


def test_a_planned_purchase_becomes_one_draft_with_its_money(office):
    row = plan(office)
    project = plans.draft_from_plan(row.pk, by=office.officer)
    assert plans.draft_from_plan(row.pk, by=office.officer) == project
    project = Project.objects.get(pk=project.pk)
    assert (project.plan_amount, project.ceiling) == (Decimal("480000.00"), Decimal("480000.00"))
    assert project.fundings.get().amount == Decimal("480000.00")


def sheet(*rows) -> SimpleUploadedFile:
    data = xlsx(exchange_plan.HEAD, [list(row) for row in rows], sheet="年度购买计划")
    return SimpleUploadedFile("计划.xlsx", BytesIO(data).read())


def test_a_sheet_is_shown_before_anything_is_written_and_written_whole(office, browse):
    client, url = browse(office.officer), reverse("procurement:plan_import")
    data = {"organisation": office.bureau.pk, "fiscal_year": clock.today().year}
    rows = (("上门照料", "B1", Decimal("300000.00"), 3), ("心理疏导", "B6", Decimal("180000.50"), 5))
    page = client.post(url, {**data, "sheet": sheet(*rows)} | key(client, url))
    assert page.status_code == 200 and not PlanRow.objects.exists()
    sealed = text_of(page).split('name="sealed" value="')[1].split('"')[0]
    assert client.post(reverse("procurement:plan_import_confirm"), {"sealed": sealed, "idempotency_key": "k1"}).status_code == 302
    assert sum(row.amount for row in PlanRow.objects.all()) == Decimal("480000.50")
    assert "上门照料" in text_of(client.get(reverse("procurement:budget_list")))


def test_wrong_cells_are_told_by_address_and_nothing_is_written(office, browse):
    client, url = browse(office.officer), reverse("procurement:plan_import")
    data = {"organisation": office.bureau.pk, "fiscal_year": clock.today().year}
    page = client.post(url, {**data, "sheet": sheet(("上门照料", "Z9", Decimal("-1"), 13))} | key(client, url))
    text = text_of(page)
    assert page.status_code == 422 and all(f"<b>{cell}</b>" in text for cell in ("B2", "C2", "D2"))
    assert "确认写入" not in text and not PlanRow.objects.exists()


def test_a_forged_preview_writes_nothing(office, browse):
    client = browse(office.officer)
    client.post(reverse("procurement:plan_import_confirm"), {"sealed": "forged", "idempotency_key": "k1"})
    assert not PlanRow.objects.exists()


def test_the_finance_officer_adjusts_on_the_page_and_reads_the_history(office, browse):
    client, url = browse(office.finance), reverse("procurement:budget_adjust", args=[office.budget.pk])
    data = {"amount": "2,100,000.00", f"line-{office.line.pk}": "1600000", f"line-{office.superior_line.pk}": "500000", **PAPER}
    assert client.post(url, data | key(client, url)).status_code == 302
    text = text_of(client.get(reverse("procurement:budget_detail", args=[office.budget.pk])))
    assert "1,500,000.00 元 → 1,600,000.00 元" in text and "区财预调〔2026〕3号" in text


# Corrections


def test_f04_a_grant_entered_by_mistake_is_struck_with_its_reason_and_counts_no_more(office):
    year = clock.today().year
    facts = {"organisation": office.bureau, "fiscal_year": year, "source": "city_special", "document": "渝财社〔2026〕9号"}
    facts |= {"issued_on": clock.today(), "by": office.finance}
    wrong = money.record_grant(**facts, amount=Decimal("9000000.00"))
    with pytest.raises(Refused, match="须写明原因"):
        striking.strike_grant(wrong.pk, reason=" ", by=office.finance)
    striking.strike_grant(wrong.pk, reason="多录一位", by=office.finance)
    money.record_grant(**facts, amount=Decimal("900000.00"))
    assert money.cap_of(office.bureau, year).received == Decimal("900000.00")
    with pytest.raises(Refused, match="只能撤销一次") as refusal:
        striking.strike_grant(wrong.pk, reason="再撤", by=office.finance)
    assert rules_of(refusal) == {"F-04"}


def test_f09_a_planned_purchase_is_struck_until_it_is_a_project(office, browse):
    row = plan(office)
    page = reverse("procurement:plan_row_strike", args=[row.pk])
    assert browse(office.officer).post(page, {"reason": "重复"}).status_code == 302
    with pytest.raises(Refused, match="已经撤销"):
        plans.draft_from_plan(row.pk, by=office.officer)
    again = plan(office)
    plans.draft_from_plan(again.pk, by=office.officer)
    with pytest.raises(Refused, match="已经立项"):
        striking.strike_plan_row(again.pk, reason="重复", by=office.officer)


def test_p06_an_item_leaves_the_guidance_catalogue_after_its_last_day(office, browse):
    entry = GuidanceEntry.objects.filter(organisation=office.bureau).select_related("item").first()
    client, today = browse(office.officer), clock.today()
    page = reverse("procurement:guidance_delist", args=[entry.pk])
    assert page in client.get(reverse("procurement:catalogue_list")).content.decode()
    assert client.post(page, {"valid_to": entry.valid_from - timedelta(days=1), "document": "更正"}).status_code == 422
    assert client.post(page, {"valid_to": today, "document": "区府发〔2026〕3号"}).status_code == 302
    assert entry.item.code in listed_in_guidance(office.bureau, today)
    assert entry.item.code not in listed_in_guidance(office.bureau, today + timedelta(days=1))
