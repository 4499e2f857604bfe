"""Periodic reports as people read them: rows with their light, rounds compared, what is owed."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import PeriodicReport, ReportRound
from procurement.rules import report as rules
from procurement.services import report as services
from records import clock
from records.worklist import WorkItem

COLUMNS = [
    {"label": "报告期间", "align": ""},
    {"label": "项目", "align": ""},
    {"label": "承接主体", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "报送期限", "align": ""},
    {"label": "最近报送", "align": ""},
]
# On the contract's own page project and contractor go without saying.
CONTRACT_COLUMNS = [column for column in COLUMNS if column["label"] not in ("项目", "承接主体")]
Status = PeriodicReport.Status
OWED = (Status.DUE, Status.RETURNED)
TONES = {Status.NOT_DUE: "paused", Status.DUE: "due", Status.SUBMITTED: "info", Status.RETURNED: "due", Status.ACCEPTED: "ok"}
LIST_RELATED = ("contract__project__organisation", "contract__contractor__organisation")


def list_rows(reports: Iterable[PeriodicReport]) -> list[dict]:
    today = clock.today()
    return [{"cells": cells_of(report, today)} for report in reports]


def contract_rows(reports: Iterable[PeriodicReport]) -> list[dict]:
    today = clock.today()
    return [{"cells": [cell for index, cell in enumerate(cells_of(report, today)) if index not in (1, 2)]} for report in reports]


def cells_of(report: PeriodicReport, today: date) -> list[dict]:
    contract = report.contract
    return [
        {
            "text": period(report),
            "url": reverse("procurement:report_detail", args=[report.pk]),
            "sub": report.get_kind_display() if report.kind != PeriodicReport.Kind.SERVICE else "",
        },
        {"text": contract.project.name, "sub": contract.number},
        {"text": str(contract.contractor)},
        {"text": report.get_status_display(), "chip": True, "tone": TONES[report.status]},
        light_cell(report, today),
        {"text": f"{timezone.localtime(report.submitted_at):%Y-%m-%d %H:%M}" if report.submitted_at else "—"},
    ]


def light_cell(report: PeriodicReport, today: date) -> dict:
    if report.status not in OWED or report.due_on is None:
        return {"text": due_text(report)}
    return {"light": light(report, today), "due_on": report.due_on}


def due_text(report: PeriodicReport) -> str:
    return str(report.due_on) if report.due_on else "工作日历公布后确定"


def light(report: PeriodicReport, today: date) -> str:
    """normal, due (today) or overdue; only owed reports have one."""
    if report.due_on is None:
        return ""  # its year's calendar is not published yet
    if report.due_on < today:
        return "overdue"
    return "due" if report.due_on == today else "normal"


def period(report: PeriodicReport) -> str:
    return f"{report.period_start} 至 {report.period_end}"


def export_row(report: PeriodicReport) -> list:
    figures = [report.figures.get(field.key) for field in rules.FIELDS]
    contract = report.contract
    head = [contract.number, contract.project.name, str(contract.contractor), report.period_start, report.period_end, report.due_on]
    return [*head, report.get_kind_display(), report.get_status_display(), *figures]


def facts_of(report: PeriodicReport) -> list[dict]:
    contract = report.contract
    return [
        {"label": "合同", "value": contract.number, "url": reverse("procurement:contract_detail", args=[contract.pk])},
        {"label": "项目", "value": contract.project.name},
        {"label": "承接主体", "value": str(contract.contractor)},
        {"label": "报告期间", "value": period(report)},
        {"label": "报送期限", "value": due_text(report), "help": f"期间结束后 {contract.report_due_workdays} 个工作日"},
    ]


def sections_of(figures: dict, kind: str = rules.MONTHLY) -> list[dict]:
    """Figures by section, as facts."""
    sheet = rules.SHEETS[kind]
    return [
        {
            "title": label,
            "facts": [
                {"label": field.label, "value": f"{rules.shown(figures.get(field.key))} {field.unit}".strip()}
                for field in sheet.fields
                if field.section == section
            ],
        }
        for section, label in sheet.sections.items()
    ]


def rounds_of(report: PeriodicReport) -> list[dict]:
    """Every round, newest first, with the answer by section and what changed since the round before."""
    rounds = list(report.rounds.select_related("submitted_by", "decided_by"))
    shown = []
    for earlier, current in zip([None, *rounds], rounds, strict=False):
        shown.append({"round": current, "comments": comments_of(current), "changes": changes(earlier, current, report.kind)})
    return shown[::-1]


def comments_of(current: ReportRound) -> list[tuple[str, str]]:
    sections = rules.SECTIONS | rules.FINANCE_SECTIONS
    return [(sections.get(section, "意见"), text) for section, text in current.comments.items()]


def differences(report: PeriodicReport) -> list[dict]:
    """Figures that the service records can count themselves, beside what is reported."""
    return [
        {
            "label": rules.BY_KEY[key].label,
            "counted": value,
            "told": rules.shown(report.figures.get(key)),
            "gap": None if report.figures.get(key) is None else report.figures[key] - value,
        }
        for key, value in services.counted(report).items()
    ]


def changes(earlier: ReportRound | None, current: ReportRound, kind: str) -> list[rules.Difference]:
    if earlier is None:
        return []
    return [difference for difference in rules.compare(earlier.figures, current.figures, kind) if difference.changed]


def open_comments(report: PeriodicReport) -> list[tuple[str, str]]:
    """What the supervisor asked to mend, while the report lies with the contractor."""
    last = report.rounds.last()
    return comments_of(last) if last and report.status == Status.RETURNED else []


def worklist(user) -> list[WorkItem]:
    items = []
    if may(user, Permission.REPORT_FILE):
        reach = PeriodicReport.objects.reached_with(user, Permission.REPORT_FILE).owed().select_related(*LIST_RELATED)
        items += [work(report, "报送报告", "已退回，请补正" if report.status == Status.RETURNED else "") for report in reach[:50]]
    if may(user, Permission.REPORT_REVIEW):
        reach = PeriodicReport.objects.reached_with(user, Permission.REPORT_REVIEW).select_related(*LIST_RELATED)
        items += [
            work(report, "审核报告", f"{report.contract.contractor}报送", due=False)
            for report in reach.filter(status=Status.SUBMITTED)[:50]
        ]
        items += [work(report, "催报", f"{report.contract.contractor}逾期未报") for report in reach.overdue(clock.today())[:50]]
    return items


def work(report: PeriodicReport, kind: str, note: str, *, due: bool = True) -> WorkItem:
    url = reverse("procurement:report_detail", args=[report.pk])
    return WorkItem(str(report), url, report.due_on if due else None, kind, str(rules.SUPERVISION), note)
