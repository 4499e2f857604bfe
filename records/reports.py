"""What this app puts on the work list and finds for the search box."""

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from records import clock, workdays
from records.models import Job, Notice, PolicyValue
from records.notices import read_code
from records.refusals import CALENDAR
from records.values import REGISTRY, RULE
from records.worklist import Hit, WorkItem

SHOWN = 20
FAILED_FOR = timedelta(days=14)


def worklist(user) -> list[WorkItem]:
    """A calendar to import, values that wait for this person's confirmation, and this person's failed jobs of the last fortnight."""
    return [*_calendar_to_import(user), *_values_to_confirm(user), *_failed_jobs(user)]


def _calendar_to_import(user):
    """From 1 November the next year's working days are due before its first day: limits that reach into it stay open until then."""
    if not may(user, Permission.CALENDAR_MANAGE):
        return
    today = clock.today()
    year = workdays.year_to_load(today)
    if year is not None:
        note = f"跨入 {year} 年的期限要等工作日历导入后才能确定"
        due = max(today, date(year - 1, 12, 31))
        yield WorkItem(f"导入 {year} 年工作日历", reverse("records:calendar_import"), due, "工作日历", str(CALENDAR), note)


def _values_to_confirm(user):
    rows = PolicyValue.objects.filter(status=PolicyValue.Status.PENDING).exclude(set_by=user).select_related("organisation")
    for row in rows.reached_with(user, Permission.POLICY_VALUE_CONFIRM).order_by("effective_from")[:SHOWN]:
        title = f"确认{REGISTRY[row.code].label if row.code in REGISTRY else row.code}（{row.organisation}）"
        url = f"{reverse('records:value_detail', args=[row.code])}#value-{row.pk}"
        yield WorkItem(title, url, row.effective_from, "政策参数", str(RULE), f"依据文件：{row.source_document}")


def _failed_jobs(user):
    rows = Job.objects.visible_to(user).filter(status=Job.Status.FAILED, finished_at__gte=clock.now() - FAILED_FOR)
    for job in rows.order_by("-finished_at")[:SHOWN]:
        yield WorkItem(f"任务失败：{job.title}", reverse("records:job_detail", args=[job.pk]), None, "后台任务", note=job.failure)


def search(user, text: str) -> list[Hit]:
    """Issued papers in this reach by number, title or verification code."""
    wanted = Q(number__icontains=text) | Q(title__icontains=text) | Q(code=read_code(text))
    rows = Notice.objects.visible_to(user).filter(wanted).select_related("organisation").defer("context")[:SHOWN]
    return [_hit(row) for row in rows]


def _hit(notice: Notice) -> Hit:
    url = reverse("records:notice_detail", args=[notice.pk])
    return Hit(notice.title, url, "文书公告", f"{notice.number} · {notice.organisation}")
