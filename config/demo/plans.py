"""Next purchases of the year as planned, and a requirement before the public with what people said about it."""

from datetime import timedelta
from decimal import Decimal

from config.demo import purchase
from config.demo.timing import workday
from procurement.models import Budget, CatalogueItem, CommentRound, FundingLine, PlanRow, Project, Source, StandardSet
from procurement.rules.payment import spread
from procurement.rules.project import MULTI_YEAR_CONDITIONS, years_after
from procurement.rules.years import cut
from procurement.services import plan, requirement, standard, years
from procurement.services import project as projects
from procurement.services.money import free_amount, fund_project
from records import clock

ROWS = (
    ("困难家庭探访关爱服务（演示）", "B8", "110000.00", 11),
    ("社会救助政策宣传服务（演示）", "A4", "60000.00", 12),
)
COMMENTS = (
    ("希望培训安排在周末或者晚上，窗口白天走不开（演示）。", True, True, "采纳：两期中一期安排在周六（演示）。"),
    ("建议增加新系统的实际操作（演示）。", True, True, "采纳：增加半天上机操作（演示）。"),
)


STANDARDS = (
    ("time", "上门及时率", "抽查派单与到达时间", "≥ 95%"),
    ("quantity", "上门服务人次完成率", "核对服务记录与服务对象签认", "≥ 98%"),
    ("safety", "服务安全责任事故", "核对事故台账", "0 起"),
    ("satisfaction", "服务对象满意率", "满意度调查", "≥ 92%"),
)
SEVERAL, SEVERAL_PLAN = "困难群众心理疏导服务（跨年度，演示）", Decimal("240000.00")


def keep_standards(bureau, officer) -> None:
    """The district's own standards for visits at home, from today on: drafts made later are filled with them."""
    item = CatalogueItem.objects.get(code="B1")
    if not StandardSet.objects.filter(organisation=bureau, item=item).exists():
        rows = [dict(zip(("category", "name", "measure", "target"), row, strict=True)) for row in STANDARDS]
        facts = {"organisation": bureau, "item": item, "document": "区民政局服务标准（演示）", "valid_from": clock.today()}
        standard.keep_standards(rows=rows, by=officer, **facts)


def split_over_years(bureau, officer) -> None:
    """A draft for two years, its plan split over the budget years that it touches."""
    if Project.objects.filter(organisation=bureau, name=SEVERAL).exists():
        return
    starts = workday(clock.today() + timedelta(days=20))
    item = CatalogueItem.objects.get(code="B6")
    facts = {"organisation": bureau, "name": SEVERAL, "fiscal_year": starts.year, "items": [item], "programmes": ["DB", "TK"]}
    project = projects.create_project(by=officer, **facts)
    term = {
        "starts_on": starts,
        "ends_on": years_after(starts, 2) - timedelta(days=1),
        "multi_year": dict.fromkeys(MULTI_YEAR_CONDITIONS, True),
    }
    money = {"plan_amount": SEVERAL_PLAN, "ceiling": SEVERAL_PLAN}
    project = projects.edit_project(project.pk, version=project.version, by=officer, **term, **money)
    parts = cut([(project.starts_on, project.ends_on)])
    amounts = dict(zip((end.year for _, end in parts), spread(SEVERAL_PLAN, parts), strict=True))
    project = years.set_shares(project.pk, version=project.version, amounts=amounts, by=officer)
    line = FundingLine.objects.filter(budget__organisation=bureau, budget__fiscal_year=starts.year, source=Source.OWN_DISTRICT).first()
    if line and free_amount(line) >= amounts[starts.year]:
        fund_project(project.pk, version=project.version, amounts={line.pk: amounts[starts.year]}, by=officer)


def write(bureau, officer) -> None:
    """Two planned purchases, an open round with two comments shown and one waiting, own standards, a draft over several years."""
    keep_standards(bureau, officer)
    split_over_years(bureau, officer)
    year = clock.today().year
    line = Budget.objects.get(organisation=bureau, fiscal_year=year).lines.get(source=Source.OWN_DISTRICT)
    for name, code, amount, month in ROWS:
        if not PlanRow.objects.filter(organisation=bureau, fiscal_year=year, name=name).exists():
            facts = {"organisation": bureau, "fiscal_year": year, "name": name, "line": line, "month": month}
            plan.add_plan_row(item=CatalogueItem.objects.get(code=code), amount=Decimal(amount), by=officer, **facts)
    project = Project.objects.filter(name=purchase.TRAINING.name, status=Project.Status.DRAFT).first()
    if project and not CommentRound.objects.filter(project=project).exists():
        asked = requirement.open_round(project.pk, ends_on=clock.today() + timedelta(days=10), by=officer)
        for text, shown, adopted, answer in COMMENTS:
            comment = requirement.leave_comment(asked.pk, text=text)
            requirement.review_comment(comment.pk, shown=shown, adopted=adopted, answer=answer, by=officer)
        requirement.leave_comment(asked.pk, text="请问外地机构能不能参加（演示）？")
