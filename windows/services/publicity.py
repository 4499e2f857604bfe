"""初审公示: issued, hung by the village, run to its end; a paper with five fields and a clock of its own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, messages, notices
from records.refusals import Refused, uphold
from records.workflow import claim, move
from windows.models import Case, CaseStep, Publicity, VillageTask
from windows.rules import publicity as rules
from windows.services import clocks, slips, village
from windows.services.guards import in_status

KIND = "windows.publicity"
TEMPLATE = "windows/print/publicity.html"
PREFIX = "救助公示"
BREACH = (rules.ID, rules.CLAUSE)
Status = Publicity.Status
Task = VillageTask.Status


@dataclass(frozen=True, slots=True)
class Posting:
    """What the clerk decides about one posting; the rest is known."""

    village: Organisation
    family_count: int
    grants: bool
    phone: str
    fee: Decimal | None = None
    fund_source: str = ""
    no_fee_reason: str = ""


def step_of(case: Case) -> CaseStep | None:
    """The step that a notice begins: under way, with a minimum period."""
    rows = case.steps.select_related("step").filter(minimum=True, whole=False, status=CaseStep.Status.RUNNING)
    return rows.order_by("position").first()


def sheet_of(case: Case, posting: Posting) -> rules.Sheet:
    return rules.Sheet(
        name=rules.shown_name(case.person.name, case.person.birth_on, clock.today()),
        village=posting.village.name,
        family=f"{posting.family_count} 人",
        result=rules.result_words(case.programme.name, posting.grants),
        phone=posting.phone.strip(),
    )


@transaction.atomic
def issue(case_id: int, posting: Posting, *, version: int, by) -> Publicity:
    """Draw the paper, start the clock, give the village its task with its money line."""
    case = claim(Case.objects.select_related("organisation", "person", "programme"), case_id, version=version)
    in_status(case, Case.Status.ACCEPTED, breach=BREACH, act="出具公示")
    step, hanging = step_of(case), case.publicities.running().first()
    uphold(rules.posting_breaches(waiting=step is not None, until=hanging.ends_on if hanging else None))
    if posting.village.parent_id != case.organisation_id:
        raise Refused.because(*BREACH, f"{posting.village.name}不属于{case.organisation.name}，请重新选择村（社区）。")
    sheet = sheet_of(case, posting)
    uphold(rules.phone_breaches(sheet.phone, own=(case.person.phone, case.agent_phone)))
    uphold(
        rules.sheet_breaches(dict(zip(rules.WHITELIST, (text for _, text in sheet.rows()), strict=True)), family_count=posting.family_count)
    )
    clocks.start(step, clock.now())
    if step.due_on is None or step.due_on <= step.starts_on:
        raise Refused.because("D-02", rules.CLAUSE, f"公示的期满日算不出：{step.due_note or '本事项没有规定公示天数'}。")
    step.save(update_fields=clocks.DUE_FIELDS)
    row = Publicity.objects.create(
        case=case, step=step, village=posting.village, ordinal=step.publicities.count() + 1, shown_name=sheet.name,
        family_count=posting.family_count, grants=posting.grants, phone=sheet.phone, starts_on=step.starts_on, ends_on=step.due_on,
        notice=_paper(case, step, sheet, by=by), task=_task(case, step, posting, by=by), posted_by=by,
    )  # fmt: skip
    audit.record("windows.case.posted", case, by=by, detail={"ordinal": row.ordinal, "from_day": row.starts_on, "until": row.ends_on})
    case.version += 1
    case.save(update_fields=["version"])
    clocks.show_on_case(case)
    return row


def _paper(case: Case, step: CaseStep, sheet: rules.Sheet, *, by):
    """Only what hangs on the wall goes into the frozen paper. It is not on the Internet; the title names nobody."""
    words = {"limit": f"{step.amount} {step.get_unit_display()}", "from": slips.words(step.starts_on), "until": slips.words(step.due_on)}
    context = {"rows": sheet.rows(), "programme": case.programme.name, "clause": str(step.step.clause), **words}
    title = f"{case.programme.name}初审公示"
    return notices.issue(KIND, organisation=case.organisation, title=title, template=TEMPLATE, context=context, by=by, number_prefix=PREFIX)


def _task(case: Case, step: CaseStep, posting: Posting, *, by) -> VillageTask:
    detail = f"自 {step.starts_on} 起在村（社区）公示栏张贴到 {step.due_on}，张贴后报送照片；有人提出异议的，当天转告窗口。"
    return village.set_tasks(
        [posting.village], kind=VillageTask.Kind.NOTICE, title=f"张贴并监督公示（{case.number}）", due_on=step.due_on, fee=posting.fee,
        fund_source=posting.fund_source, no_fee_reason=posting.no_fee_reason, detail=detail, case=case, by=by,
    )[0]  # fmt: skip


def finish(step: CaseStep, *, note: str, by) -> None:
    """The period is over: nothing open against it, and seen to hang. Called when the step is completed."""
    row = step.publicities.running().select_related("task").first()
    told = row is not None and row.task.status in (Task.REPORTED, Task.ACCEPTED)
    reason = note if len(note.strip()) >= rules.REASON_MINIMUM else ""
    opened = row.objections.open().count() if row else 0
    uphold(rules.finish_breaches(posted=row is not None, open_objections=opened, reported=told), reason=reason)
    if told:
        uphold(rules.hanging_breaches(issued_on=step.starts_on, hung_on=hung_on(row), ends_on=step.due_on, today=clock.today()))
    move(row, Status.FINISHED, by=by)


def supersede(row: Publicity, *, by) -> None:
    """What hung does not stand: the paper is withdrawn, the clock waits for the next one."""
    move(row, Status.SUPERSEDED, by=by)
    _take_down(row, "公示期间有异议，重新调查后再次公示", "须重新公示，请取下原公示", by=by)
    step = CaseStep.objects.get(pk=row.step_id)
    clocks.await_notice(step, clock.today())
    step.save(update_fields=clocks.DUE_FIELDS)


def stop(case: Case, *, by) -> None:
    """The case has ended before the period: what hangs comes down."""
    for row in case.publicities.running().select_related("task", "notice", "village"):
        move(row, Status.STOPPED, by=by)
        _take_down(row, "申请在公示期内已结束", "申请已结束，请取下公示", by=by)


def take_back(case: Case, *, reason: str, by) -> None:
    """The application was taken back: what hangs comes down, and what hung before is no valid paper any more."""
    stop(case, by=by)
    for row in case.publicities.select_related("notice"):
        if not row.notice.is_withdrawn:
            notices.withdraw(row.notice_id, by=by, reason=reason)


def _take_down(row: Publicity, why: str, told: str, *, by) -> None:
    """The paper is no longer valid for whoever checks it, and the village that may have hung it takes it off the wall."""
    if not row.notice.is_withdrawn:
        notices.withdraw(row.notice_id, by=by, reason=why)
    if row.task.status in (Task.OPEN, Task.RETURNED):
        village.cancel_task(row.task_id, reason=told, version=row.task.version, by=by)
    url, key = reverse("windows:village_task", args=[row.task_id]), f"publicity-down:{row.pk}"
    messages.to_role(row.village, Role.VILLAGE_ASSISTANT, f"{told}：{row.notice.number}", url=url, key=key)


def hung_on(row: Publicity) -> date | None:
    """Since when it hangs, as the village says; None while it has said nothing."""
    report = row.task.reports.order_by("ordinal").last() if row.task.status in (Task.REPORTED, Task.ACCEPTED) else None
    return report.done_on if report else None


def on_the_wall(row: Publicity) -> tuple[date, date | None]:
    """First and last day on which it hangs, and somebody may object."""
    return rules.hangs(issued_on=row.step.starts_on or row.starts_on, ends_on=ends_on(row), hung_on=hung_on(row))


def ends_on(row: Publicity) -> date | None:
    """The day that counts now: an objection moves it."""
    moved = row.step.due_on if row.status in (Status.RUNNING, Status.FINISHED) else row.ends_on
    return moved or (row.ends_on if row.status == Status.FINISHED else None)


def heard_against(case: Case) -> Publicity | None:
    """The notice that an objection is about: what hangs, or what hung last and ran its course (DB-5)."""
    rows = case.publicities.select_related("step__step", "task")
    return rows.running().first() or rows.filter(status=Status.FINISHED).order_by("pk").last()
