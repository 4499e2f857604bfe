"""公示异议: recorded, the notice stands still, a new inquiry is made, the answer given; then the notice goes on or begins again."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from records import clock, messages, workdays
from records.refusals import uphold
from records.values import policy_value
from records.workflow import claim, move
from windows.models import Case, CaseStep, HomeVisit, NoticeObjection, Publicity
from windows.rules import objection as rules
from windows.services import clocks, publicity
from windows.services.guards import in_status

REASON = "OBJECTION"
BREACH = (rules.ID, rules.CLAUSE)
Status = NoticeObjection.Status
Step = CaseStep.Status


@dataclass(frozen=True, slots=True)
class Raised:
    """What somebody said. ``anonymous``: name and contact are not kept."""

    raised_on: date
    channel: str
    text: str
    anonymous: bool = False
    objector: str = ""
    contact: str = ""


@transaction.atomic
def record(case_id: int, raised: Raised, *, version: int, by) -> NoticeObjection:
    """Write it down and stop the notice's clock (DB-5). What was raised in time is heard after the end too, until the case is decided."""
    case = claim(Case.objects.select_related("organisation"), case_id, version=version)
    in_status(case, Case.Status.ACCEPTED, breach=BREACH, act="登记公示异议")
    row = publicity.heard_against(case)
    first, last = publicity.on_the_wall(row) if row else (None, None)
    uphold(
        rules.objection_breaches(
            posted=first,
            raised_on=raised.raised_on,
            today=clock.today(),
            anonymous=raised.anonymous,
            objector=raised.objector,
            text=raised.text,
            due=last,
        )
    )
    due = due_for(case, row.step.step.rule, clock.today())
    made = NoticeObjection.objects.create(
        case=case, publicity=row, ordinal=case.objections.count() + 1, anonymous=raised.anonymous, channel=raised.channel,
        objector="" if raised.anonymous else raised.objector.strip(), contact="" if raised.anonymous else raised.contact.strip(),
        text=raised.text.strip(), raised_on=raised.raised_on, due_on=due.on, due_note=due.note, recorded_by=by,
    )  # fmt: skip
    detail = {"ordinal": made.ordinal, "channel": made.get_channel_display(), "due_on": due.on}
    audit.record("windows.case.objected", case, by=by, detail=detail)
    _stand_still(row.step, by=by)
    _show(case)
    _tell(made)
    return made


def due_for(case: Case, rule: str, heard_on: date) -> workdays.Due:
    """``rule``: of the notice's step; 特困供养 has its days in the text."""
    found = policy_value("notice_objection_days", case.organisation, heard_on)
    days = rules.answer_days(rule=rule, found=int(found.value) if found else None)
    return workdays.due(workdays.add_workdays, heard_on, days)


def _stand_still(step: CaseStep, *, by) -> None:
    """Only the notice's own clock: no text lets the whole case stand; it is extended for this reason instead (DB-8)."""
    if step.status == Step.RUNNING:
        span = clocks.pause(step, reason=REASON, note=clocks.REASONS[REASON], by=by)
        move(step, Step.PAUSED, by=by, note=clocks.REASONS[REASON], detail={"due_before": span.due_before})


def _show(case: Case) -> None:
    case.version += 1
    case.save(update_fields=["version"])
    clocks.show_on_case(case)


def _tell(row: NoticeObjection) -> None:
    """The lead hears of it; the message names neither side."""
    url = reverse("windows:objection_detail", args=[row.pk])
    title, body = f"公示异议：{row.case.number}", f"重新调查并于 {row.due_on or row.due_note} 前答复"
    messages.to_role(row.case.organisation, Role.TOWNSHIP_LEAD, title, body, url=url, key=f"objection:{row.pk}")
    messages.send([row.case.handler], title, body, url=url, key=f"objection:{row.pk}")


def waiting(case: Case):
    """Objections that nobody has gone out for yet."""
    return case.objections.open().filter(visit=None)


def set_due(row: NoticeObjection) -> bool:
    """Work the day of the answer out anew; did it move? It counts from the day the office heard of it."""
    before = row.due_on
    found = due_for(row.case, row.publicity.step.step.rule, row.recorded_on)
    row.due_on, row.due_note = found.on, found.note
    if row.due_on == before:
        return False
    row.save(update_fields=["due_on", "due_note"])
    clocks.show_on_case(row.case)
    return True


def fill_open_dates() -> int:
    """Answers whose day waited for a year's calendar."""
    return sum(set_due(row) for row in _open().filter(due_on=None))


def recompute(first: date, last: date, *, reason: str) -> int:
    """After a corrected calendar year: the open ones that run through it, each move on record."""
    moved = 0
    for row in _open().filter(recorded_on__lte=last, due_on__gte=first).order_by("pk"):
        claim(Case, row.case_id)
        before = row.due_on
        if set_due(row):
            detail = {"reason": reason, "due_before": before, "due_after": row.due_on}
            audit.record("windows.noticeobjection.recomputed", row, by=None, detail=detail)
            moved += 1
    return moved


def _open():
    return NoticeObjection.objects.open().select_related("case__organisation", "publicity__step__step")


def visited(case: Case, visit: HomeVisit) -> None:
    """A new inquiry answers every objection of the case that waits for one."""
    rows = list(waiting(case))
    uphold(breach for row in rows for breach in rules.visit_breaches(visited_on=visit.visited_on, raised_on=row.raised_on))
    for row in rows:
        row.visit, row.version = visit, row.version + 1
        row.save(update_fields=["visit", "version"])


@transaction.atomic
def settle(
    pk: int, *, upheld: bool, finding: str, reply: str, reply_way: str, replied_on: date, version: int, by
) -> NoticeObjection:  # fmt: skip
    """The finding and the answer. With the last of them the notice goes on, or begins again."""
    case = claim(Case.objects.select_related("organisation"), NoticeObjection.objects.get(pk=pk).case_id)
    row = claim(NoticeObjection.objects.select_related("visit", "publicity__step__step"), pk, version=version)
    in_status(row, Status.OPEN, breach=BREACH, act="答复")
    uphold(
        rules.settle_breaches(
            visited_on=row.visit.visited_on if row.visit else None,
            raised_on=row.raised_on,
            finding=finding,
            anonymous=row.anonymous,
            reply="" if reply_way == NoticeObjection.Way.NONE else reply,
            replied_on=replied_on,
            today=clock.today(),
        )
    )
    row.upheld, row.finding, row.reply, row.reply_way = upheld, finding.strip(), reply.strip(), reply_way
    row.replied_on, row.settled_by = replied_on, by
    row.save(update_fields=["upheld", "finding", "reply", "reply_way", "replied_on", "settled_by"])
    move(row, Status.ANSWERED, by=by, note="异议成立" if upheld else "异议不成立")
    if not row.publicity.objections.open().exists():
        _go_on(row.publicity, by=by)
    _show(case)
    return row


def _go_on(row: Publicity, *, by) -> None:
    step = row.step
    if step.status == Step.PAUSED and step.standstills.filter(ended_on=None, reason=REASON).exists():
        span = clocks.resume(step, by=by)
        move(step, Step.RUNNING, by=by, detail={"due_before": span.due_before, "due_after": span.due_after})
    if rules.begins_again(rule=step.step.rule, upheld=row.objections.filter(upheld=True).exists()):
        if step.status == Step.DONE:
            _reopen(step, by=by)
        publicity.supersede(row, by=by)


def _reopen(step: CaseStep, *, by) -> None:
    """The notice was finished before the objection was known: its step is to be done again, and what followed it waits."""
    move(step, Step.RUNNING, by=by)
    step.done_on = step.done_by = None
    step.save(update_fields=["done_on", "done_by"])
    for later in step.case.steps.filter(status=Step.RUNNING, whole=False).select_related("step"):
        if step.code in later.step.after:
            later.starts_on = later.due_on = later.due_at = None
            later.due_note = ""
            later.save(update_fields=clocks.DUE_FIELDS)
            move(later, Step.WAITING, by=by)


def stop(case: Case, *, reason: str, by) -> None:
    """The applicant withdrew: nothing is left to object to."""
    for row in case.objections.open():
        row.stopped_reason = reason[:200]
        row.save(update_fields=["stopped_reason"])
        move(row, Status.STOPPED, by=by, note=row.stopped_reason)


def closing_breaches(case: Case):
    yield from rules.closing_breaches(open_objections=case.objections.open().count())


def resume_breaches(step: CaseStep):
    yield from rules.resume_breaches(open_objections=NoticeObjection.objects.open().filter(publicity__step=step).count())
