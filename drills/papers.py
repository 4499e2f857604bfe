"""Notices whose PDF a worker draws, and what became of them. Runs in a process of the stack."""

import hashlib
import secrets
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation
from accounts.roles import Role
from records import jobs
from records.models import Job, Message, Notice, StoredFile
from tests.factories import make_organisation, make_user
from tests.production.world import lay_calendars
from tests.records.factories import make_job, make_notice

NOTICE = "records.notice_pdf"


def lay(papers: int, *, effects: int = 0, told: bool = True) -> dict:
    """Notices to be drawn, and jobs with an effect of their own; ``told=False``: the process dies before it tells a worker."""
    if not told:
        jobs.wake_on_commit = lambda pk: None
    lay_calendars()
    name = secrets.token_hex(4)  # beside what other drills laid
    city = make_organisation(Organisation.Kind.CITY, code=name)
    user = make_user(role=Role.CITY_BUREAU, organisation=city, username=name)
    made = []
    for number in range(max(papers, effects)):
        if number < papers:
            with transaction.atomic():
                made.append(Job.objects.get(kind=NOTICE, key=str(make_notice(city, by=user).pk)).pk)
        if number < effects:
            key = f"{city.pk}-{number}"
            made.append(make_job(city, user, kind="drill.effect", key=key, user=user.pk).pk)
    return {"city": city.pk, "jobs": made}


def found(city: int, made: list[int]) -> dict:
    """Each job, and what lies there: rows, files, what is torn, what nobody knows of."""
    rows = StoredFile.objects.filter(organisation=city)
    root, effects = Path(settings.MEDIA_ROOT), Job.objects.filter(pk__in=made, kind="drill.effect")
    known = set(StoredFile.objects.values_list("storage_name", flat=True))
    lying = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return {
        "jobs": Counter(Job.objects.filter(pk__in=made).values_list("status", flat=True)),
        "attempts": Counter(Job.objects.filter(pk__in=made).values_list("attempts", flat=True)),
        "drawn": Notice.objects.filter(organisation=city, file__isnull=False).count(),
        "messages": Message.objects.filter(key__in=[f"drill:{job.key}" for job in effects]).count(),
        "rows": rows.count(),
        "torn": [row.name for row in rows if hashlib.sha256((root / row.storage_name).read_bytes()).hexdigest() != row.sha256],
        "unknown": [name for name in lying if name not in known],
    }


def set_aside(made: list[int]) -> int:
    """Other papers that nobody has begun yet: printing them all would take longer than the drill. How many."""
    return (
        Job.objects.filter(status=Job.Status.QUEUED, attempts=0).exclude(pk__in=made).update(status=Job.Status.FAILED, failure="演练结束")
    )


def press_retry(made: list[int]) -> int:
    """What was killed three times is given up, with a reason; a person presses 重试."""
    failed = Job.objects.filter(pk__in=made, status=Job.Status.FAILED)
    return len([jobs.retry(job.pk, by=job.requested_by) for job in failed])
