"""The contractor's monthly reports of the running contract: filed and accepted in time, one sent back, the newest still open."""

from datetime import timedelta

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
    due = list(contract.reports.filter(status=PeriodicReport.Status.DUE).order_by("period_start"))
    for number, row in enumerate(due[:-1]):
        filed_on = workday(row.period_end + timedelta(days=3))
        _file(row, figures(number), filed_on, reporter)
        if number == RETURNED:
            _send_back(row, filed_on, reporter, supervisor, number)
        with at(workday(filed_on + timedelta(days=2)), 15):
            row.refresh_from_db()
            reports.accept_report(row.pk, version=row.version, by=supervisor, note="与服务记录抽查一致（演示）")
    return max(len(due) - 1, 0)


def _file(row: PeriodicReport, values: dict, day, reporter) -> None:
    with at(day, 11):
        row = reports.save_figures(row.pk, version=PeriodicReport.objects.get(pk=row.pk).version, figures=values, by=reporter)
        reports.submit_report(row.pk, version=row.version, by=reporter)


def _send_back(row, day, reporter, supervisor, number) -> None:
    with at(day, 16):
        row.refresh_from_db()
        comments = {"service": "完成量低于计划 8%，请核对服务记录并说明补救安排。"}
        reports.return_report(row.pk, version=row.version, by=supervisor, comments=comments)
    with at(workday(day + timedelta(days=1)), 9):
        corrected = figures(number) | {"services_done": PLAN - 30}
        row = reports.save_figures(row.pk, version=PeriodicReport.objects.get(pk=row.pk).version, figures=corrected, by=reporter)
        reports.submit_report(row.pk, version=row.version, by=reporter)
