"""Tasks of villages, what they found, and the money that went with the work. Nothing here writes."""

from datetime import date

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from records import clock, identity
from records.exports import Column
from records.worklist import WorkItem
from windows.models import Case, Finding, VillageTask
from windows.reports.lights import light_of

Task = VillageTask.Status
TO_DO = (Task.OPEN, Task.RETURNED)
CLAUSE = "渝民发〔2018〕4号 三（三）"
FEE_COLUMNS = [
    Column("村（社区）", width=28),
    Column("乡镇（街道）", width=24),
    Column("已核收任务", "int"),
    Column("其中无经费", "int"),
    Column("经费合计（元）", "money"),
]


def task_row(task: VillageTask, today: date) -> dict:
    done = task.status in (Task.ACCEPTED, Task.CANCELLED, Task.REPORTED)
    return {
        "url": reverse("windows:village_task", args=[task.pk]),
        "title": task.title,
        "village": task.organisation.name,
        "kind": task.get_kind_display(),
        "status": task.get_status_display(),
        "light": light_of(task.due_on, today=today, done=done),
        "due": f"{task.due_on}",
        "fee": task.fee,
    }


def finding_row(finding: Finding, today: date, named: bool) -> dict:
    """``named``: this reader may know people; others see the name masked."""
    done = finding.status != Finding.Status.REPORTED
    return {
        "url": reverse("windows:finding_detail", args=[finding.pk]),
        "who": (finding.name if named else identity.mask_name(finding.name)) or "姓名不详",
        "village": finding.organisation.name,
        "kind": finding.get_kind_display(),
        "urgent": finding.urgent,
        "status": finding.get_status_display(),
        "light": light_of(finding.due_on, today=today, done=done, note=finding.due_note),
        "on": f"{timezone.localdate(finding.reported_at)}",
    }


def sees_names(user, finding: Finding) -> bool:
    """The one who reported it, and whoever may know people there."""
    return finding.reported_by_id == user.pk or may(user, Permission.PERSON_VIEW, finding.organisation)


def cases_since(finding: Finding):
    """Applications at the township's window since the report, newest first: one of them answers it."""
    since = timezone.localtime(finding.reported_at).date()
    rows = Case.objects.filter(organisation=finding.organisation.parent, registered_at__date__gte=since)
    return rows.select_related("person", "programme").order_by("-pk")


def worklist(user) -> list[WorkItem]:
    """Tasks of the assistant's own village; reports to accept and findings to follow up at the township."""
    items = []
    if may(user, Permission.VILLAGE_DO):
        tasks = VillageTask.objects.reached_with(user, Permission.VILLAGE_DO).filter(status__in=TO_DO)
        items += [task_item(task, "村级任务", task.detail[:40]) for task in tasks.select_related("organisation")[:50]]
    if may(user, Permission.VILLAGE_MANAGE):
        reported = VillageTask.objects.reached_with(user, Permission.VILLAGE_MANAGE).filter(status=Task.REPORTED)
        items += [task_item(task, "核收村级任务", "村（社区）已报送") for task in reported.select_related("organisation")[:50]]
        found = Finding.objects.reached_with(user, Permission.VILLAGE_MANAGE).filter(status=Finding.Status.REPORTED)
        items += [finding_item(row) for row in found.select_related("organisation")[:50]]
    return items


def task_item(task: VillageTask, kind: str, note: str) -> WorkItem:
    return WorkItem(str(task), reverse("windows:village_task", args=[task.pk]), task.due_on, kind, CLAUSE, note)


def finding_item(row: Finding) -> WorkItem:
    note = "急难，今天处理" if row.urgent else row.due_note
    return WorkItem(str(row), reverse("windows:finding_detail", args=[row.pk]), row.due_on, "主动发现", "社会救助法 第三十九条", note)


def fees(user, year: int) -> list[list]:
    """Village, township, accepted tasks, those without money, 元: what the year's work of each village came to (费随事转)."""
    rows = VillageTask.objects.visible_to(user).filter(status=Task.ACCEPTED, accepted_on__year=year).order_by()
    grouped = rows.values_list("organisation__name", "organisation__parent__name", "organisation__path").annotate(
        n=Count("pk"), free=Count("pk", filter=Q(fee__isnull=True)), total=Sum("fee")
    )
    return [[village, township, n, free, total] for village, township, _, n, free, total in sorted(grouped, key=lambda row: row[2])]


def current_year() -> int:
    return clock.today().year
