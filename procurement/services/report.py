"""Periodic reports: scheduled once, opened when their month is over, filed, sent back or accepted; every round stays."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from procurement.models import Contract, PeriodicReport, ReportRound, ServiceVisit
from procurement.rules import project as project_rules
from procurement.rules import report as rules
from procurement.services.served import taken_from
from records import clock, messages, workdays
from records.policy import Breach
from records.refusals import MissingCalendar, Refused, uphold
from records.workflow import claim, move, touch

Status, Kind = PeriodicReport.Status, PeriodicReport.Kind
FILLABLE = (Status.DUE, Status.RETURNED)


@transaction.atomic
def schedule_reports(contract: Contract) -> int:
    """One report for each month of the term and a financial one for each quarter (V-04); due so many working days after.

    What is there already stays untouched. A month whose calendar is not published yet gets its due day when it is opened.
    """
    made = 0
    for kind, spans in ((Kind.SERVICE, rules.months), (Kind.FINANCE, rules.quarters)):
        for start, end in spans(contract.starts_on, contract.ends_on):
            values = {"period_end": end, "due_on": due_day(contract, end)}
            _, fresh = PeriodicReport.objects.get_or_create(contract=contract, kind=kind, period_start=start, defaults=values)
            made += fresh
    open_due_reports(clock.today(), contract.reports.all())
    return made


@transaction.atomic
def adapt_schedule(contract: Contract) -> None:
    """After the last day moved: new months are added, a month cut short or made whole follows. Nothing entered is ever deleted."""
    cut_schedule(contract, contract.ends_on)
    for kind, spans in ((Kind.SERVICE, rules.months), (Kind.FINANCE, rules.quarters)):
        for start, end in spans(contract.starts_on, contract.ends_on):
            lengthen(contract, kind, start, end)
    schedule_reports(contract)


def cut_schedule(contract: Contract, last_day: date) -> None:
    """No report is owed for days after the last one: of a shorter term, or of a contract that was terminated."""
    waiting = contract.reports.filter(status=Status.NOT_DUE, rounds__isnull=True)
    waiting.filter(period_start__gt=last_day, figures={}).delete()
    for report in waiting.filter(period_end__gt=last_day, period_start__lte=last_day):
        set_end(report, last_day)


def lengthen(contract: Contract, kind: str, start: date, end: date) -> None:
    """A period that was cut by the old last day reaches its end; what was asked for already gets a further report for the rest."""
    report = contract.reports.filter(kind=kind, period_start__gte=start, period_start__lte=end).order_by("period_start").last()
    if report is None or report.period_end >= end:
        return
    if report.status == Status.NOT_DUE:
        set_end(report, end)
    else:
        rest = {"period_start": report.period_end + timedelta(days=1), "period_end": end, "due_on": due_day(contract, end)}
        PeriodicReport.objects.create(contract=contract, kind=kind, **rest)


def set_end(report: PeriodicReport, day: date) -> None:
    report.period_end, report.due_on = day, due_day(report.contract, day)
    report.save(update_fields=["period_end", "due_on"])


def due_day(contract: Contract, period_end: date) -> date | None:
    """The last day to file, or None while the working days of that time are unknown (D-02: never guessed)."""
    try:
        return workdays.add_workdays(period_end, contract.report_due_workdays)
    except MissingCalendar:
        return None


def open_due_reports(today: date, reports: Iterable | None = None) -> int:
    """Ask for the reports whose month is over. Runs every night, may run twice; returns how many it opened."""
    waiting = PeriodicReport.objects.all() if reports is None else reports
    fill_due_days(waiting)
    opened = 0
    for pk in waiting.filter(status=Status.NOT_DUE, period_end__lt=today).values_list("pk", flat=True):
        opened += open_report(pk)
    return opened


def fill_due_days(reports: Iterable) -> int:
    """Once a year's calendar is published, every report of it that waits for its due day gets one."""
    filled = 0
    for report in reports.filter(due_on=None).select_related("contract"):
        due = due_day(report.contract, report.period_end)
        filled += due is not None and PeriodicReport.objects.filter(pk=report.pk, due_on=None).update(due_on=due)
    return filled


@transaction.atomic
def open_report(report_id: int) -> bool:
    """Ask for one report; False when somebody already did. A due day that cannot be told yet follows later."""
    report = claim(PeriodicReport.objects.select_related("contract__contractor"), report_id)
    if report.status != Status.NOT_DUE:
        return False
    report.due_on = report.due_on or due_day(report.contract, report.period_end)
    report.save(update_fields=["due_on"])
    move(report, Status.DUE, by=None)
    until = f"{report.due_on} 前" if report.due_on else "期限待工作日历公布后确定"
    title = f"请报送{report}（{until}）"
    messages.send(reporters_of(report.contract), title, url=url_of(report), key=f"report-due:{report.pk}")
    return True


def reporters_of(contract: Contract) -> list[User]:
    roles = (Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER)
    posts = Membership.objects.active(clock.today()).filter(organisation=contract.contractor.organisation, role__in=roles)
    return list(User.objects.filter(memberships__in=posts).distinct())


def url_of(report: PeriodicReport) -> str:
    return reverse("procurement:report_detail", args=[report.pk])


def read_figures(raw: Mapping[str, object], kind: str = rules.MONTHLY) -> tuple[dict, dict[str, str]]:
    """What was typed, by field → (figures in their types, field → fault). Unknown fields are ignored, blank stays blank."""
    figures, faults = {}, {}
    for field in rules.SHEETS[kind].fields:
        try:
            figures[field.key] = rules.parse(field, raw.get(field.key))
        except ValueError as error:
            faults[field.key] = str(error)
    return figures, faults


def counted(report: PeriodicReport) -> dict[str, int]:
    """What the contractor's service records of the period say, by figure; empty where nothing is ordered or recorded. One query."""
    if report.kind != Kind.SERVICE:
        return {}
    rows = ServiceVisit.objects.filter(contract=report.contract_id, planned_on__range=(report.period_start, report.period_end))
    rows = rows.exclude(taken_from(report.contract))
    done, counts = Q(outcome=ServiceVisit.Outcome.DONE), ~Q(outcome=ServiceVisit.Outcome.CALLED_OFF)
    found = rows.aggregate(
        services_planned=Count("pk", filter=counts & Q(extra=False)),
        services_done=Count("pk", filter=done),
        recipients=Count("order__recipient", filter=done, distinct=True),
    )
    return found if any(found.values()) else {}


def difference_breaches(report: PeriodicReport) -> list[Breach]:
    return list(rules.source_breaches(report.figures, counted(report)))


@transaction.atomic
def save_figures(report_id: int, *, version: int, figures: dict, by) -> PeriodicReport:
    """Keep what is filled in so far. Figures already submitted stay in their round."""
    report = claim_fillable(report_id, version)
    report.figures = {field.key: figures.get(field.key) for field in rules.SHEETS[report.kind].fields}
    touch(report)
    report.save(update_fields=["figures", "version"])
    audit.record("procurement.periodicreport.saved", report, by=by)
    return report


def claim_fillable(report_id: int, version: int | None) -> PeriodicReport:
    report = claim(PeriodicReport, report_id, version=version)
    if report.status not in FILLABLE:
        raise Refused.because("V-04", rules.SUPERVISION, f"报告现为“{report.get_status_display()}”，不能填写。")
    return report


@transaction.atomic
def submit_report(report_id: int, *, version: int, by, reason: str = "") -> PeriodicReport:
    """File the report: complete, or refused with every gap. Oddities pass with a reason, kept in the audit row."""
    report = claim_fillable(report_id, version)
    lifted = uphold([*rules.figures_breaches(report.figures, report.kind), *difference_breaches(report)], reason=reason)
    now = clock.now()
    report.submitted_at = now
    report.save(update_fields=["submitted_at"])
    number = report.rounds.count() + 1
    ReportRound.objects.create(report=report, number=number, figures=report.figures, submitted_by=by, submitted_at=now)
    return move(report, Status.SUBMITTED, by=by, note=reason, detail={"round": number, "lifted": [breach.message for breach in lifted]})


def reviewer_breaches(report: PeriodicReport, person) -> list[Breach]:
    """P-65 for this person: handler and reviewer of the contract do not also accept what is delivered under it."""
    handlers = {"合同起草": report.contract.drafted_by_id, "合同审查": report.contract.reviewed_by_id}
    return list(project_rules.other_person_breaches(person.pk, handlers=handlers, act="报告审核"))


@transaction.atomic
def accept_report(report_id: int, *, version: int, by, note: str = "") -> PeriodicReport:
    report = claim(PeriodicReport.objects.select_related("contract"), report_id, version=version)
    uphold(reviewer_breaches(report, by))
    _close_round(report, ReportRound.Outcome.ACCEPTED, by, {"note": note} if note.strip() else {})
    report.accepted_at = clock.now()
    report.save(update_fields=["accepted_at"])
    return move(report, Status.ACCEPTED, by=by, note=note)


@transaction.atomic
def return_report(report_id: int, *, version: int, by, comments: Mapping[str, str]) -> PeriodicReport:
    """Send back with comments by section; what was entered stays for mending."""
    report = claim(PeriodicReport.objects.select_related("contract"), report_id, version=version)
    uphold(reviewer_breaches(report, by))
    said = {section: text.strip() for section, text in comments.items() if section in rules.SHEETS[report.kind].sections and text.strip()}
    uphold(rules.return_breaches(said))
    _close_round(report, ReportRound.Outcome.RETURNED, by, said)
    move(report, Status.RETURNED, by=by, detail={"comments": said})
    title = f"{report}被退回，请补正后重新报送"
    number = report.rounds.count()
    messages.send(reporters_of(report.contract), title, url=url_of(report), key=f"report-returned:{report.pk}:{number}")
    return report


def _close_round(report: PeriodicReport, outcome, by, comments: dict) -> None:
    """Write the answer into the open round; without one the move that follows refuses."""
    report.rounds.filter(outcome=ReportRound.Outcome.OPEN).update(outcome=outcome, comments=comments, decided_by=by, decided_at=clock.now())
