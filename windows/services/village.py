"""Tasks given to villages and their reports; findings and what became of them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, messages, workdays
from records.files import IMAGES, store_upload
from records.refusals import uphold
from records.values import policy_value
from records.workflow import claim, move, touch
from windows.models import Case, CaseStep, Finding, Publicity, VillageReport, VillageTask
from windows.rules import village as rules
from windows.services import clocks
from windows.services.guards import in_status

Task, Found = VillageTask.Status, Finding.Status


@transaction.atomic
def set_tasks(
    villages: Iterable[Organisation], *, kind: str, title: str, due_on: date, fee: Decimal | None = None, fund_source: str = "",
    no_fee_reason: str = "", detail: str = "", case: Case | None = None, by,
) -> list[VillageTask]:  # fmt: skip
    """The same task for each of ``villages``; the assistants are told. ``fee`` is per village, in 元."""
    lifted = uphold(rules.task_breaches(fee=fee, fund_source=fund_source, due=due_on, today=clock.today()), reason=no_fee_reason)
    made = []
    for village in villages:
        task = VillageTask.objects.create(
            organisation=village, kind=kind, title=title.strip(), detail=detail.strip(), due_on=due_on, fee=fee, case=case, set_by=by,
            fund_source=fund_source.strip(), no_fee_reason=no_fee_reason.strip() if lifted else "",
        )  # fmt: skip
        detail_kept = {"due_on": due_on, "amount": fee, "lifted": {breach.rule: no_fee_reason for breach in lifted}}
        audit.record("windows.villagetask.set", task, by=by, detail=detail_kept)
        url = reverse("windows:village_task", args=[task.pk])
        messages.to_role(
            village, Role.VILLAGE_ASSISTANT, f"新任务：{task.title}", f"完成期限 {due_on}", url=url, key=f"village-task:{task.pk}"
        )
        made.append(task)
    return made


@transaction.atomic
def report_task(pk: int, *, done_on: date, text: str, households: int | None, photo=None, version: int, by) -> VillageTask:
    """The assistant's report, another round after a return. ``photo``: an upload or None."""
    task = claim(VillageTask, pk, version=version)
    in_status(task, Task.OPEN, Task.RETURNED, breach=("W-23", rules.ENTRUSTED), act="报送")
    set_on = timezone.localdate(task.set_at)
    found = rules.report_breaches(
        kind=task.kind, text=text, households=households, photo=photo is not None, done=done_on, set_on=set_on, today=clock.today()
    )
    uphold(found)
    stored = store_upload(photo, organisation=task.organisation, by=by, accept=IMAGES) if photo else None
    ordinal = task.reports.count() + 1
    VillageReport.objects.create(
        task=task, ordinal=ordinal, done_on=done_on, households=households, text=text.strip(), photo=stored, reported_by=by
    )
    touch(task)
    task.save(update_fields=["version"])
    move(task, Task.REPORTED, by=by, detail={"round": ordinal})
    if task.kind == VillageTask.Kind.NOTICE:
        _hung(task, done_on)
    return task


def _hung(task: VillageTask, day: date) -> None:
    """A notice that was hung later than it was issued runs from the day it hangs."""
    row = Publicity.objects.filter(task=task, status=Publicity.Status.RUNNING).select_related("step").first()
    if row is not None:
        claim(Case, row.case_id)
        clocks.hang(CaseStep.objects.select_related("case").get(pk=row.step_id), max(row.starts_on, day))


@transaction.atomic
def accept_task(pk: int, *, version: int, by) -> VillageTask:
    task = claim(VillageTask, pk, version=version)
    in_status(task, Task.REPORTED, breach=("W-23", rules.ENTRUSTED), act="核收")
    task.accepted_by, task.accepted_on = by, clock.today()
    touch(task)
    task.save(update_fields=["accepted_by", "accepted_on", "version"])
    return move(task, Task.ACCEPTED, by=by, detail={"amount": task.fee})


@transaction.atomic
def return_task(pk: int, *, reason: str, version: int, by) -> VillageTask:
    """Back to the village with what is missing; the round stays."""
    task = claim(VillageTask, pk, version=version)
    in_status(task, Task.REPORTED, breach=("W-23", rules.ENTRUSTED), act="退回")
    latest = task.reports.last()
    latest.return_reason = reason.strip()
    latest.save(update_fields=["return_reason"])
    touch(task)
    task.save(update_fields=["version"])
    url = reverse("windows:village_task", args=[task.pk])
    messages.send(
        [latest.reported_by], f"任务退回补充：{task.title}", reason.strip(), url=url, key=f"village-return:{task.pk}:{latest.ordinal}"
    )
    return move(task, Task.RETURNED, by=by, note=reason.strip())


@transaction.atomic
def cancel_task(pk: int, *, reason: str, version: int, by) -> VillageTask:
    task = claim(VillageTask, pk, version=version)
    in_status(task, Task.OPEN, Task.RETURNED, breach=("W-23", rules.ENTRUSTED), act="取消")
    touch(task)
    task.save(update_fields=["version"])
    return move(task, Task.CANCELLED, by=by, note=reason.strip())


@transaction.atomic
def report_finding(
    village: Organisation, *, kind: str, situation: str, name: str = "", phone: str = "", place: str = "", urgent: bool = False, by
) -> Finding:
    """Active finding: goes to the township's window with a day to act by; urgent means today (W-10)."""
    uphold(rules.finding_breaches(situation=situation, name=name, place=place))
    due = finding_due(village, urgent)
    finding = Finding.objects.create(
        organisation=village, kind=kind, name=name.strip(), phone=phone.strip(), place=place.strip(), situation=situation.strip(),
        urgent=urgent, due_on=due.on, due_note=due.note, reported_by=by,
    )  # fmt: skip
    audit.record("windows.finding.reported", finding, by=by, detail={"due_on": due.on})
    url, key = reverse("windows:finding_detail", args=[finding.pk]), f"finding:{finding.pk}"
    title = f"{'【急】' if urgent else ''}{village.name}{finding.get_kind_display()}"
    for role in (Role.WINDOW_CLERK, Role.TOWNSHIP_LEAD):
        messages.to_role(village.parent, role, title, f"请于 {due} 前处理", url=url, key=key)
    return finding


def finding_due(village: Organisation, urgent: bool) -> workdays.Due:
    today = clock.today()
    if urgent:
        return workdays.Due(today)
    found = policy_value("finding_days", village, today)
    days = int(found.value) if found else rules.FINDING_WORKDAYS
    return workdays.due(workdays.add_workdays, today, days)


@transaction.atomic
def answer_finding(pk: int, *, answer: str, case: Case | None, registered: bool, version: int, by) -> Finding:
    """What the township did: a case that was logged since, or words why none."""
    finding = claim(Finding, pk, version=version)
    in_status(finding, Found.REPORTED, breach=("W-10", rules.FOUND), act="处理")
    case = case if registered else None
    case_on = timezone.localdate(case.registered_at) if case else None
    reported = timezone.localdate(finding.reported_at)
    uphold(rules.answer_breaches(answer=answer, registered=registered, reported_on=reported, case_on=case_on))
    finding.answer, finding.case, finding.answered_by, finding.answered_at = answer.strip(), case, by, clock.now()
    touch(finding)
    finding.save(update_fields=["answer", "case", "answered_by", "answered_at", "version"])
    url = reverse("windows:finding_detail", args=[finding.pk])
    messages.send([finding.reported_by], f"您报告的情况已处理：{finding.organisation.name}", "", url=url, key=f"finding-answered:{pk}")
    return move(finding, Found.REGISTERED if case else Found.CLOSED, by=by, note=finding.answer)
