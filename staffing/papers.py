"""The staffing table on paper and in sheets: the same rows as the page, with the counting rules printed on it."""

from datetime import date

from django.http import HttpResponse

from accounts.models import Organisation
from records import clock, jobs, pdf
from records.exports import Column, export
from staffing import reports, rules, services
from staffing.models import Caseload, Category, Scenario
from staffing.reports.scenario import ScenarioResult, judge_now

PAPER, SCENARIO_PAPER = "staffing.table", "staffing.scenario"
SYNTHETIC = "演示数据"
ONE_COLUMN = 20  # rows; more are set in two columns, so that the largest district (52 townships) fits one page
TYPE_SIZES = ((14, "11"), (20, "9.6"), (36, "9"), (44, "8.2"), (56, "7.2"))  # rows up to, points
SMALLEST_TYPE = "5.5"
COLUMNS = [
    Column("乡镇（街道）", width=24),
    Column("救助对象（人）", "int"),
    Column("截至日期", "date", 12),
    Column("标准下限", "int", 10),
    Column("标准上限", "int", 10),
    Column("自有专职", "int", 10),
    Column("派驻", "int", 8),
    Column("兼职（不计）", "int", 12),
    Column("缺口", "int", 8),
    Column("结论", width=20),
    Column("大专及以上", width=12),
    Column("社会工作", width=12),
    Column("本年培训", width=12),
    Column("计算依据", width=60),
    Column("提示", width=40),
]
CITY_COLUMNS = [
    Column("区县", width=24),
    Column("乡镇（街道）数", "int"),
    Column("救助对象（人）", "int"),
    Column("标准下限合计", "int"),
    Column("自有专职", "int"),
    Column("派驻", "int"),
    Column("未达标乡镇（街道）", "int", 20),
    Column("缺口合计", "int"),
    Column("高于标准（维持不变）", "int", 22),
    Column("区县级专职", "int"),
    Column("无数据", "int", 10),
    Column("数据过期", "int", 10),
]
UNTRAINED_COLUMNS = [
    Column("姓名"),
    Column("服务单位", width=24),
    Column("用工方式"),
    Column("岗位所在", width=20),
    Column("所依合同", width=26),
    Column("到岗日期", "date", 12),
]
MONTH_COLUMNS = [
    Column("月份", width=10),
    Column("单位", width=24),
    Column("救助对象（人）", "int"),
    Column("截至日期", "date", 12),
    *(Column(label, "int") for label in Category.labels),
    Column("标准下限", "int", 10),
    Column("标准上限", "int", 10),
    Column("自有专职", "int", 10),
    Column("派驻", "int", 8),
    Column("兼职（不计）", "int", 12),
    Column("缺口", "int", 8),
    Column("结论", width=20),
    Column("大专及以上（人）", "int"),
    Column("社会工作（人）", "int"),
    Column("本年参训（人）", "int"),
    Column("取整", width=14),
    Column("定格时间", "datetime", 18),
]
CASELOAD_COLUMNS = [
    Column("乡镇（街道）", width=24),
    Column("截至日期", "date", 12),
    Column("对象类别"),
    Column("人数", "int"),
    Column("数据来源", width=40),
    Column("录入时间", "datetime", 18),
]
SCENARIO_COLUMNS = [
    Column("单位", width=24),
    Column("救助对象（人）", "int"),
    Column("标准下限", "int", 10),
    Column("标准上限", "int", 10),
    Column("制定时专职", "int", 12),
    Column("自有专职", "int", 10),
    Column("派驻", "int", 8),
    Column("缺口", "int", 8),
    Column("结论", width=20),
    Column("每岗位年费用（元）", "money", 20),
    Column("年费用（元）", "money"),
    Column("计算依据", width=60),
    Column("制定以后的变化", width=40),
]


def table_rows(table: reports.UnitTable):
    for row in table.rows:
        staff = row.staff
        shares = (staff.education_share, staff.social_work_share, staff.trained_share)
        counts = (staff.own, staff.posted, staff.part_time, row.gap if row.verdict else None)
        notes = "；".join(note.message for note in row.notes)
        yield (row.name, row.recipients, row.as_of, row.minimum, row.maximum, *counts, row.standing.label, *shares, row.explanation, notes)
    total, staff = table.totals, table.totals.staff
    shares = (staff.education_share, staff.social_work_share, staff.trained_share)
    counts = (staff.own, staff.posted, staff.part_time, total.gap)
    basis = f"{table.basis.rounding_label}；计入 {table.basis.categories_label}；依据 {rules.STANDARD}"
    yield ("合计", total.recipients, None, total.minimum, total.maximum, *counts, f"未达标 {total.understaffed}", *shares, basis, "")


def unit_sheet(table: reports.UnitTable, *, kind: str = "xlsx") -> HttpResponse:
    return export(COLUMNS, table_rows(table), name=f"{table.bureau.label}经办人员配备表{table.basis.on:%Y%m%d}", kind=kind)


def city_rows(tables: list[reports.UnitTable]):
    for table in tables:
        yield (table.bureau.label, *_city_figures(table.totals, table.bureau_staff.counted))
    total = reports.Totals.together(table.totals for table in tables)
    yield ("合计", *_city_figures(total, sum(table.bureau_staff.counted for table in tables)))


def _city_figures(total: reports.Totals, bureau_staff: int) -> tuple:
    head = (total.townships, total.recipients, total.minimum, total.staff.own, total.staff.posted)
    return (*head, total.understaffed, total.gap, total.above, bureau_staff, total.unknown, total.stale)


def city_sheet(tables: list[reports.UnitTable], basis: reports.Basis, *, kind: str = "xlsx") -> HttpResponse:
    return export(CITY_COLUMNS, city_rows(tables), name=f"全市经办人员配备表{basis.on:%Y%m%d}", kind=kind)


def is_synthetic(table: reports.UnitTable) -> bool:
    """Does any number on this table come from demo data? Then the table says so."""
    townships = [row.pk for row in table.rows]
    return Caseload.objects.filter(organisation__in=townships, source__contains=SYNTHETIC).exists()


def order(bureau: Organisation, *, on: date, by):
    """Queue the A4 page. One job per person, district and moment: figures change, so an old file is never handed out again."""
    title = f"{bureau.label}经办人员配备表（{on:%Y-%m-%d}）"
    key = f"{by.pk}:{bureau.pk}:{on}:{clock.now():%Y%m%d%H%M%S}"
    return jobs.enqueue(PAPER, organisation=bureau, by=by, key=key, title=title, bureau=bureau.pk, on=on.isoformat())


@jobs.handler(PAPER)
def draw(job, report) -> jobs.FileResult:
    """One A4 page across: standard range, staff, gap and shares by township."""
    bureau = Organisation.objects.get(pk=job.params["bureau"])
    table = reports.district_table(bureau, services.basis_for(bureau, date.fromisoformat(job.params["on"])))
    report(0, 1, "排版")
    return jobs.FileResult(pdf.render("staffing/print/unit_table.html", paper_context(table)), f"{job.title}.pdf")


def paper_context(table: reports.UnitTable) -> dict:
    half = -(-len(table.rows) // 2)
    return {
        "table": table,
        "halves": [table.rows[:half], table.rows[half:]] if len(table.rows) > ONE_COLUMN else [table.rows],
        "clause": rules.STANDARD,
        "training_clause": rules.TRAINING,
        "size": next((size for rows, size in TYPE_SIZES if len(table.rows) <= rows), SMALLEST_TYPE),
        "notes": reports.COUNTING_NOTES,
        "district_minimum": rules.DISTRICT_MINIMUM,
        "synthetic": is_synthetic(table),
        "printed_on": clock.today(),
    }


def untrained_sheet(bureau: Organisation, members, *, kind: str = "xlsx") -> HttpResponse:
    """Who has had no training this year."""
    rows = (
        (
            member.name,
            member.organisation.label,
            member.get_employment_display(),
            member.get_place_display(),
            member.contract.number if member.contract else "",
            member.started_on,
        )
        for member in members
    )
    return export(UNTRAINED_COLUMNS, rows, name=f"{bureau.label}{clock.today().year}年未参训人员", kind=kind)


def month_row(row) -> tuple:
    """One frozen row; a category without a number stays empty."""
    parts = [row.categories.get(code) for code in Category.values]
    counts = (row.minimum, row.maximum, row.own, row.posted, row.part_time, row.gap, row.get_standing_display())
    shares = (row.higher_education, row.social_work, row.trained, row.get_rounding_display(), row.frozen_at)
    return (f"{row.month:%Y-%m}", row.organisation.label, row.recipients, row.as_of, *parts, *counts, *shares)


def months_sheet(bureau: Organisation, rows, *, kind: str = "xlsx") -> HttpResponse:
    """Frozen months as they were frozen."""
    return export(MONTH_COLUMNS, (month_row(row) for row in rows), name=f"{bureau.label}人员配备月度定格", kind=kind)


def caseloads_sheet(bureau: Organisation, *, kind: str = "xlsx") -> HttpResponse:
    """Every number registered in the district, newest first, with its source."""
    rows = Caseload.objects.filter(organisation__path__startswith=bureau.path).select_related("organisation")
    cells = (
        (row.organisation.label, row.as_of, row.get_category_display(), row.recipients, row.source, row.entered_at)
        for row in rows.iterator()
    )
    return export(CASELOAD_COLUMNS, cells, name=f"{bureau.label}救助对象数", kind=kind)


def scenario_rows(result: ScenarioResult):
    for row in result.places:
        recipients = None if row.is_bureau else row.recipients
        counts = (row.verdict.standard.minimum, row.verdict.standard.maximum, row.baseline, row.own, row.posted, row.verdict.gap)
        yield (row.name, recipients, *counts, row.standing.label, row.post_cost, row.cost, row.explanation, row.stale)
    sums = (result.minimum, None, result.baseline, result.own, result.posted, result.gap)
    yield ("合计", result.recipients, *sums, f"未达标 {result.understaffed}", None, result.cost, f"依据 {rules.STANDARD}", "")


def scenario_sheet(scenario: Scenario, table: reports.UnitTable, *, kind: str = "xlsx") -> HttpResponse:
    result = reports.judge_scenario(scenario, table.basis, table)
    return export(SCENARIO_COLUMNS, scenario_rows(result), name=f"{scenario.organisation.label}测算方案 {scenario.name}", kind=kind)


def order_scenario(scenario: Scenario, *, by):
    """Queue the page of a what-if, as it stands now."""
    title = f"{scenario.organisation.label}人员配备测算方案：{scenario.name}"
    key = f"{by.pk}:{scenario.pk}:{scenario.version}:{clock.now():%Y%m%d%H%M%S}"
    return jobs.enqueue(SCENARIO_PAPER, organisation=scenario.organisation, by=by, key=key, title=title, scenario=scenario.pk)


@jobs.handler(SCENARIO_PAPER)
def draw_scenario(job, report) -> jobs.FileResult:
    """One A4 page across: what is assumed by township, the gap that remains, the cost."""
    scenario = Scenario.objects.select_related("organisation", "created_by").get(pk=job.params["scenario"])
    report(0, 1, "排版")
    return jobs.FileResult(pdf.render("staffing/print/scenario.html", scenario_context(scenario)), f"{job.title}.pdf")


def scenario_context(scenario: Scenario) -> dict:
    table = reports.district_table(scenario.organisation, services.basis_for(scenario.organisation, clock.today()))
    result = reports.judge_scenario(scenario, table.basis, table)
    places = result.places
    half = -(-len(places) // 2)
    return {
        "scenario": scenario,
        "result": result,
        "now": judge_now(table),
        "table": table,
        "halves": [places[:half], places[half:]] if len(places) > ONE_COLUMN else [places],
        "size": next((size for rows, size in TYPE_SIZES if len(places) <= rows), SMALLEST_TYPE),
        "clause": rules.STANDARD,
        "notes": reports.COUNTING_NOTES,
        "synthetic": is_synthetic(table),
        "printed_on": clock.today(),
    }
