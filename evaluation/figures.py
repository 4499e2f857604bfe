"""Figures that the house counts itself: named, documented, from accepted reports, each with the rows it was counted from.

A figure answers ``Figure(value, rows, note)``. ``value`` is 0–100, or None when there is nothing to count from; ``note`` then says
what is missing. Adding one: a function below with its formula in words. Schemes name figures; nothing is ever evaluated as code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from evaluation.rules import HUNDRED, ratio
from procurement.models import Contract, PeriodicReport
from procurement.reports import conduct
from procurement.rules.report import BY_KEY

COMPLAINT_POINTS = Decimal(10)  # DESIGN: points off for each complaint in a thousand services


@dataclass(frozen=True, slots=True)
class Figure:
    value: Decimal | None
    rows: list[dict] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A documented figure: ``formula`` is what people read beside the number."""

    code: str
    name: str
    formula: str
    compute: Callable[[Sequence[PeriodicReport], date], Figure]
    from_records: bool = False  # counted from the records of supervision: compute(contract, start, end, as_of)


REGISTRY: dict[str, Known] = {}


def figure(code: str, name: str, formula: str, *, from_records: bool = False):
    def register(function):
        REGISTRY[code] = Known(code, name, formula, function, from_records)
        return function

    return register


def compute(code: str, contract: Contract, start: date, end: date, *, as_of: date) -> Figure:
    """The figure of one contract for one period, as the records stand; ``as_of`` decides which reports are due. KeyError: unknown."""
    known = REGISTRY[code]
    if known.from_records:
        return known.compute(contract, start, end, as_of)
    return known.compute(reports_of(contract, start, end), as_of)


def reports_of(contract: Contract, start: date, end: date) -> list[PeriodicReport]:
    """The monthly reports whose own period ends within this one, each with its rounds."""
    rows = PeriodicReport.objects.filter(contract=contract, kind=PeriodicReport.Kind.SERVICE, period_end__gte=start, period_end__lte=end)
    return list(rows.prefetch_related("rounds").order_by("period_start"))


@figure("report_timeliness", "报告按时报送率", "期间内已到期的定期报告中，首次报送不晚于报送期限的份数 ÷ 已到期份数 × 100")
def report_timeliness(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    due = [report for report in reports if report.due_on <= as_of or report.rounds.all()]
    rows = [_timeliness_row(report) for report in due]
    if not due:
        return Figure(None, note="期间内没有到期的定期报告")
    return Figure(ratio(Decimal(sum(row["counts"] for row in rows)), Decimal(len(rows))), rows)


def _timeliness_row(report: PeriodicReport) -> dict:
    first = next(iter(report.rounds.all()), None)
    sent_on = timezone.localtime(first.submitted_at).date() if first else None
    on_time = sent_on is not None and sent_on <= report.due_on
    cells = [["报送期限", str(report.due_on)], ["首次报送", str(sent_on or "未报送")], ["按时", "是" if on_time else "否"]]
    return _row(report, cells, counts=int(on_time))


@figure("report_first_pass", "报告一次通过率", "期间内已通过审核的定期报告中，未被退回的份数 ÷ 已通过份数 × 100")
def report_first_pass(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    accepted, note = _accepted(reports)
    if note:
        return Figure(None, note=note)
    rows = []
    for report in accepted:
        rounds = len(report.rounds.all())
        rows.append(_row(report, [["报送轮次", str(rounds)], ["一次通过", "是" if rounds == 1 else "否"]], counts=int(rounds == 1)))
    return Figure(ratio(Decimal(sum(row["counts"] for row in rows)), Decimal(len(rows))), rows)


@figure("services_done", "服务量完成率", "期间内各期报告的完成服务人次合计 ÷ 计划服务人次合计 × 100，超过 100 按 100 计")
def services_done(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    return _share(reports, "services_done", "services_planned")


@figure("visits_done", "访视完成率", "期间内各期报告的完成访视户次合计 ÷ 计划访视户次合计 × 100，超过 100 按 100 计")
def visits_done(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    return _share(reports, "visits_done", "visits_planned")


@figure("complaints_settled", "投诉办结率", "期间内各期报告的办结投诉件数合计 ÷ 收到投诉件数合计 × 100；没有投诉时没有得分")
def complaints_settled(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    return _share(reports, "complaints_settled", "complaints_received")


@figure("staff_trained", "人员培训率", "期间内各期报告的参加培训人员合计 ÷ 在岗人员合计 × 100")
def staff_trained(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    return _share(reports, "staff_trained", "staff_on_post")


@figure("money_spent", "经费执行率", "期间内各期报告的支出合计 ÷ 到账经费合计 × 100，超过 100 按 100 计")
def money_spent(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    return _share(reports, "money_spent", "money_received")


@figure("complaint_rate", "投诉率得分", "100 − 10 × 每千人次服务收到的投诉件数（收到投诉 ÷ 完成服务人次 × 1000），最低为 0")
def complaint_rate(reports: Sequence[PeriodicReport], as_of: date) -> Figure:
    accepted, note = _accepted(reports)
    if note:
        return Figure(None, note=note)
    rows, received, served = _sums(accepted, "complaints_received", "services_done")
    if not served:
        return Figure(None, rows, "期间内完成服务人次为 0")
    lost = ratio(received, served, scale=Decimal(1000)) * COMPLAINT_POINTS
    return Figure(max(HUNDRED - lost, Decimal(0)).quantize(Decimal("0.000001")), rows)


def _share(reports, part: str, whole: str) -> Figure:
    accepted, note = _accepted(reports)
    if note:
        return Figure(None, note=note)
    rows, done, planned = _sums(accepted, part, whole)
    if not planned:
        return Figure(None, rows, f"期间内“{BY_KEY[whole].label}”合计为 0，无法计算")
    return Figure(min(ratio(done, planned), HUNDRED), rows)


def _sums(reports, part: str, whole: str) -> tuple[list[dict], Decimal, Decimal]:
    rows = [_row(report, [[BY_KEY[key].label, str(report.figures.get(key))] for key in (part, whole)]) for report in reports]
    return rows, _sum(reports, part), _sum(reports, whole)


def _sum(reports, key: str) -> Decimal:
    return sum((Decimal(str(report.figures.get(key) or 0)) for report in reports), Decimal(0))


def _accepted(reports) -> tuple[list[PeriodicReport], str]:
    """The accepted reports, or in words why there is nothing to count from. Unchecked figures are never counted."""
    waiting = [report for report in reports if report.status != PeriodicReport.Status.ACCEPTED]
    if waiting:
        return [], f"期间内还有 {len(waiting)} 份定期报告未审核通过（{waiting[0].period_start:%Y年%m月}起）"
    return list(reports), "" if reports else "期间内没有定期报告"


def _row(report: PeriodicReport, cells: list[list[str]], counts: int | None = None) -> dict:
    row = {
        "kind": "report",
        "pk": report.pk,
        "label": f"{report.period_start:%Y-%m-%d} 至 {report.period_end:%Y-%m-%d} 报告",
        "cells": cells,
    }
    return row if counts is None else row | {"counts": counts}


# Counted from the records of supervision, not from what the contractor reports


def _of(counted: conduct.Counted, nothing: str) -> Figure:
    part, whole, rows = counted
    return Figure(min(ratio(Decimal(part), Decimal(whole)), HUNDRED), rows) if whole else Figure(None, rows, nothing)


@figure("visits_recorded", "服务计划完成率（服务记录）", "期间内按服务记录完成的计划服务次数 ÷ 计划服务次数 × 100", from_records=True)
def visits_recorded(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    return _of(conduct.visits_done(contract, start, min(end, as_of)), "期间内没有到期的服务计划")


@figure("rectified_in_time", "整改按期完成率", "整改期限在期间内的整改中，按期报送并复查通过的件数 ÷ 件数 × 100", from_records=True)
def rectified_in_time(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    return _of(conduct.rectified_in_time(contract, start, end, as_of), "期间内没有到期的整改")


@figure("spot_checks", "抽查相符率", "期间内抽查并联系上的服务对象中，与服务记录一致的人数 ÷ 人数 × 100", from_records=True)
def spot_checks(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    return _of(conduct.spot_checks(contract, start, end), "期间内没有完成的抽查")


@figure("clean_checks", "检查无较重问题率", "期间内完成的检查中，没有较重或严重问题的次数 ÷ 完成次数 × 100", from_records=True)
def clean_checks(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    return _of(conduct.clean_checks(contract, start, min(end, as_of)), "期间内没有完成的检查")


@figure("no_assignment", "无转包得分", "期间内没有认定转包的得 100，有认定转包的得 0", from_records=True)
def no_assignment(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    rows = conduct.confirmed_signs(contract, start, min(end, as_of))
    return Figure(Decimal(0) if rows else HUNDRED, rows, "" if rows else "期间内没有认定的转包迹象")


@figure("qualified_staff", "人员持证率", "期间末日在岗服务人员中持有效资格的人数 ÷ 在岗人数 × 100", from_records=True)
def qualified_staff(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    return _of(conduct.qualified_staff(contract, start, min(end, as_of)), "名册上没有在岗人员")


@figure(
    "founded_complaints", "属实投诉得分", "100 − 10 × 每千次完成服务中认定属实或部分属实的投诉件数，最低为 0", from_records=True
)  # fmt: skip
def founded_complaints(contract: Contract, start: date, end: date, as_of: date) -> Figure:
    part, whole, rows = conduct.founded_complaints(contract, start, min(end, as_of))
    if not whole:
        return Figure(None, rows, "期间内没有完成的服务记录")
    lost = ratio(Decimal(part), Decimal(whole), scale=Decimal(1000)) * COMPLAINT_POINTS
    return Figure(max(HUNDRED - lost, Decimal(0)).quantize(Decimal("0.000001")), rows)
