"""Clocks on rows: start, stop, start again, and what the case shows of all of them. Calls rules.clock, keeps the history."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from accounts import audit
from records import clock, workdays
from records.values import policy_value
from windows.models import Case, CaseStep, Referral, Standstill
from windows.rules import clock as rules
from windows.rules import publicity

REASONS = {"SUPPLEMENT": "等待申请人补充材料", "OBJECTION": "公示期间有异议，重新调查", "EXPERT": "委托鉴定、评估"}


def start(row, at: datetime) -> None:
    """Begin the row's clock at this moment. Not saved."""
    row.starts_on, row.paused_on, row.due_at = timezone.localdate(at), None, None
    limit = row.limit
    if limit is not None and limit.unit is rules.Unit.HOURS:
        row.due_at = rules.due_at(at, limit)
    set_due(row)


AWAITS_NOTICE = "自出具公示之日起算"


def begin(row, at: datetime, *, issue_days: int | None = None) -> None:
    """The row's turn has come. A period that must be posted runs from its posting (DB-4). Not saved."""
    if row.minimum:
        await_notice(row, timezone.localdate(at), days=issue_days)
    else:
        start(row, at)


def await_notice(row, on: date, *, days: int | None = None) -> None:
    """No period of its own until the notice is issued, which has its time too. ``days``: None asks the authority. Not saved."""
    if days is None:
        found = policy_value("notice_issue_days", row.case.organisation, on)
        days = int(found.value) if found else publicity.ISSUE_WORKDAYS
    due = workdays.due(workdays.add_workdays, on, days)
    row.starts_on = row.due_at = row.paused_on = None
    row.due_on, row.due_note = due.on, AWAITS_NOTICE


def hang(step: CaseStep, on: date) -> None:
    """The notice hangs since this day: the period is one in which it hangs (DB-4)."""
    if step.status not in (CaseStep.Status.RUNNING, CaseStep.Status.PAUSED) or step.starts_on in (None, on):
        return
    before, step.starts_on = step.due_on, on
    if step.status == CaseStep.Status.RUNNING:
        set_due(step, standstills(step))
    step.save(update_fields=DUE_FIELDS)
    detail = {"reason": "张贴日期", "due_before": before, "due_after": step.due_on}
    audit.record("windows.casestep.recomputed", step, by=None, detail=detail)
    show_on_case(step.case)


def set_due(row, pauses: Iterable[Standstill] = ()) -> None:
    """Work out the due day from start, limit and pauses. A missing year leaves it open, with the reason. Not saved."""
    row.due_on, row.due_note = None, ""
    if row.limit is None or row.starts_on is None:
        return
    if row.due_at is not None:
        row.due_on = timezone.localdate(row.due_at)
        return
    spans = [rules.Standstill(pause.started_on, pause.ended_on) for pause in pauses]
    due = workdays.due(rules.due_on, row.starts_on, row.limit, workdays, spans)
    row.due_on, row.due_note = due.on, due.note


DUE_FIELDS = ["starts_on", "due_on", "due_at", "due_note", "paused_on"]


def standstills(row):
    """The pauses of the row's *present* clock (a referral's second clock starts anew)."""
    return [pause for pause in row.standstills.all() if row.starts_on and pause.started_on >= row.starts_on]


def pause(row, *, reason: str, note: str, by) -> Standstill:
    """Stop the clock today. Rules are the caller's."""
    before, today = row.due_on, clock.today()
    owner = {"step": row} if isinstance(row, CaseStep) else {"referral": row}
    span = Standstill.objects.create(**owner, reason=reason, note=note, started_on=today, due_before=before, paused_by=by)
    row.paused_on, row.due_on = today, None
    row.save(update_fields=DUE_FIELDS)
    return span


def resume(row, *, by) -> Standstill:
    """Start it again: the days after the pause began, up to today, do not count."""
    span = row.standstills.get(ended_on=None)
    span.ended_on, span.resumed_by = clock.today(), by
    row.paused_on = None
    span.save(update_fields=["ended_on", "resumed_by"])
    set_due(row, standstills(row))
    row.save(update_fields=DUE_FIELDS)
    span.due_after = row.due_on
    span.save(update_fields=["due_after"])
    return span


def show_on_case(case: Case) -> None:
    """Keep on the case what lists need: the next due day of all running clocks and open objections, the whole's, and the present step."""
    steps = list(case.steps.filter(status__in=(CaseStep.Status.RUNNING, CaseStep.Status.PAUSED)))
    referrals = list(case.referrals.open().select_related("to_organisation"))
    objections = case.objections.open().filter(due_on__isnull=False).values_list("due_on", flat=True)
    dues = [*(row.due_on for row in (*steps, *referrals) if row.due_on is not None), *objections]
    names = [step.name for step in steps if not step.whole] + [
        f"{referral.to_organisation.label}{referral.get_status_display()}" for referral in referrals
    ]
    case.next_due_on = min(dues, default=None)
    case.next_step = "；".join(names)[:60]
    case.due_on = next((step.due_on for step in steps if step.whole), case.due_on)
    case.save(update_fields=["next_due_on", "next_step", "due_on"])


def fill_open_dates() -> int:
    """Compute the dates that waited for a calendar year. Returns how many clocks found theirs."""
    found = 0
    for model in (CaseStep, Referral):
        rows = model.objects.exclude(due_note="").filter(starts_on__isnull=False).select_related("case").prefetch_related("standstills")
        for row in rows.iterator(chunk_size=500):
            set_due(row, standstills(row))
            if row.due_on is not None:
                row.save(update_fields=DUE_FIELDS)
                show_on_case(row.case)
                found += 1
    return found
