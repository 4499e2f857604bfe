"""The contractor's reports of the running contract: filed and accepted in time, one month sent back, the newest month still open."""

from datetime import timedelta
from decimal import Decimal

from config.demo.timing import at, workday
from procurement.models import Contract, PeriodicReport
from procurement.services import report as reports
from records import clock

RETURNED = 2  # the third month was sent back once
PLAN = 430


def figures(number: int) -> dict:
    """Month ``number`` as the contractor tells it: rising, with one weak month."""
    done = PLAN - 36 if number == RETURNED else PLAN - 8 + number
    return {
        "services_planned": PLAN,
        "services_done": done,
        "recipients": 108,
        "visits_planned": 108,
        "visits_done": 104 + min(number, 4),
        "complaints_received": number % 2,
        "complaints_settled": number % 2,
        "staff_on_post": 9,
        "staff_trained": 3 if number % 3 == 0 else 0,
        "money_received": "117000.00" if number % 3 == 0 else "0.00",
        "money_spent": f"{37800 + 120 * number}.00",
        "narrative": "按计划上门服务，重点跟进失能老人和独居特困人员（演示）。",
        "shortfall": "两名护理员离职，已补充到位（演示）。" if number == RETURNED else "个别对象住院，改期服务（演示）。",
    }


def file_reports(contract: Contract, *, reporter, supervisor) -> int:
    """File what has fallen due by now, each on the working day it was due for. Returns how many were accepted."""
    for row in contract.reports.filter(status=PeriodicReport.Status.NOT_DUE, period_end__lt=clock.today()):
        with at(workday(row.period_end + timedelta(days=1)), 1):
            reports.open_report(row.pk)
    due = list(contract.reports.filter(kind=PeriodicReport.Kind.SERVICE, status=PeriodicReport.Status.DUE).order_by("period_start"))
    for number, row in enumerate(due[:-1]):
        filed_on = workday(row.period_end + timedelta(days=3))
        _file(row, figures(number), filed_on, reporter)
        if number == RETURNED:
            _send_back(row, filed_on, reporter, supervisor, number)
        _accept(row, filed_on, supervisor, "与服务记录抽查一致（演示）")
    return max(len(due) - 1, 0)


def file_finance(contract: Contract, *, reporter, supervisor) -> int:
    """The use of the money, quarter by quarter, as soon as each is over. Returns how many were accepted."""
    due = list(contract.reports.filter(kind=PeriodicReport.Kind.FINANCE, status=PeriodicReport.Status.DUE).order_by("period_start"))
    left, accepted = Decimal(0), 0
    for row in due:
        filed_on = workday(row.period_end + timedelta(days=5))
        if workday(filed_on + timedelta(days=2)) < clock.today():
            values, words = spending(left), f"含上期结余 {left:.2f} 元（演示）" if left else ""
            left = Decimal(values["balance"])
            _file(row, values, filed_on, reporter, reason=words)
            _accept(row, filed_on, supervisor, "与专账和凭证核对一致（演示）")
            accepted += 1
    return accepted


def spending(left: Decimal) -> dict:
    """A quarter's income and spending in 元; what came in and was not spent is added to what was ``left`` before."""
    income = Decimal(117000)
    spent = {
        "wages": Decimal(94500),
        "materials": Decimal(8600),
        "overheads": Decimal(9800),
        "passed_on": Decimal(0),
        "other_spending": Decimal(1200),
    }
    money = {"income": income, "other_income": Decimal(0), **spent, "balance": left + income - sum(spent.values())}
    words = {"separate_account": "设专账，单独核算（演示）。", "narrative": "人员支出占八成，物资为助洁用品（演示）。"}
    return {key: f"{value:.2f}" for key, value in money.items()} | words


def _accept(row: PeriodicReport, filed_on, supervisor, note: str) -> None:
    with at(workday(filed_on + timedelta(days=2)), 15):
        row.refresh_from_db()
        reports.accept_report(row.pk, version=row.version, by=supervisor, note=note)


def _file(row: PeriodicReport, values: dict, day, reporter, *, reason: str = "") -> None:
    with at(day, 11):
        row = reports.save_figures(row.pk, version=PeriodicReport.objects.get(pk=row.pk).version, figures=values, by=reporter)
        reports.submit_report(row.pk, version=row.version, by=reporter, reason=reason)


def _send_back(row, day, reporter, supervisor, number) -> None:
    with at(day, 16):
        row.refresh_from_db()
        comments = {"service": "完成量低于计划 8%，请核对服务记录并说明补救安排。"}
        reports.return_report(row.pk, version=row.version, by=supervisor, comments=comments)
    with at(workday(day + timedelta(days=1)), 9):
        corrected = figures(number) | {"services_done": PLAN - 30}
        row = reports.save_figures(row.pk, version=PeriodicReport.objects.get(pk=row.pk).version, figures=corrected, by=reporter)
        reports.submit_report(row.pk, version=row.version, by=reporter)
