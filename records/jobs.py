"""Work that a person waits for, or that may not be lost. The row is the truth, Celery is the wake-up and the hands.

    @handler("procurement.export")
    def export_projects(job, report):
        report(0, 300, "读取项目")
        return FileResult(xlsx(...), "项目清单.xlsx")

    job = enqueue("procurement.export", organisation=..., by=user, key=f"{user.pk}:{digest}", title="导出项目清单", filters=...)

``(kind, key)`` is unique: enqueueing twice gives the same job. A worker claims with a lease and a token and renews it while it
lives; a sweeper (every 15 s) gives an abandoned row to the next worker, three tries in all. The result row and DONE are one
transaction guarded by the token: of two workers only the one that still holds the job can finish it. A handler's own effects
must have natural keys of their own, since it may run twice. Handlers live in modules that ``tasks.py`` of their app imports.
"""

import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from celery import current_app
from django.db import connection, transaction
from django.db.models import F
from kombu.exceptions import OperationalError as BrokerDown

from records import clock, files
from records.bundle import NO_ROOM
from records.models import Job, StoredFile
from records.policy import Clause
from records.refusals import HOUSE, Refused

RULE = Clause(HOUSE, "后台任务")
LEASE = timedelta(seconds=45)
WAKE_AGAIN_AFTER = timedelta(seconds=20)
MAX_ATTEMPTS = 3
TASK = "records.tasks.run_job"
BEHIND = 6  # on Redis 0 goes first: the sweeper and the heartbeat would expire behind a hundred papers that wait
HANDLERS: dict[str, Callable] = {}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a handler hands back to be stored together with DONE."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True)
class StreamResult:
    """A result too large for memory: an open (nameless) file, copied into the store in pieces together with DONE."""

    file: BinaryIO
    name: str


class LeaseLost(Exception):
    """Another worker has this job now; whatever we did is not to be recorded as its result."""


def handler(kind: str):
    """Register ``f(job, report) -> FileResult | StreamResult | StoredFile | None`` for jobs of this kind."""

    def register(function):
        if HANDLERS.setdefault(kind, function) is not function:
            raise ValueError(f"two handlers for {kind}")
        return function

    return register


def enqueue(kind: str, *, organisation, by, key: str, title: str, **params) -> Job:
    """The job of this (kind, key), made now or found. Wakes a worker after commit; a dead broker only delays."""
    values = {"organisation": organisation, "requested_by": by, "title": title[:200], "params": params}
    job, made = Job.objects.get_or_create(kind=kind, key=key, defaults=values)
    if made:
        wake_on_commit(job.pk)
    return job


def retry(job_id: int, *, by) -> Job:
    """Give a failed job three new tries. Raises Refused when it has not failed."""
    changed = Job.objects.filter(pk=job_id, status=Job.Status.FAILED).update(
        status=Job.Status.QUEUED, attempts=0, failure="", done=0, at="", finished_at=None
    )
    job = Job.objects.get(pk=job_id)
    if not changed:
        raise Refused.because("JOB-1", RULE, f"任务“{job}”{job.get_status_display()}，只有失败的任务可以重试。")
    wake_on_commit(job_id)
    return job


def wake_on_commit(job_id: int) -> None:
    transaction.on_commit(lambda: wake(job_id), robust=True)


def wake(job_id: int) -> bool:
    """Tell the workers. False when the broker does not answer: the sweeper will tell them later."""
    try:
        current_app.send_task(TASK, args=[job_id], retry=False, ignore_result=True, priority=BEHIND)
    except (BrokerDown, OSError) as error:
        log.warning("job %s waits for the sweeper: %s", job_id, type(error).__name__)
        return False
    return True


def claim_next(job_id: int | None = None) -> Job | None:
    """Take one waiting job (or this one) with a fresh token and lease; None when there is nothing to take."""
    with transaction.atomic():
        waiting = Job.objects.waiting().order_by("created_at", "pk")
        if job_id is not None:
            waiting = waiting.filter(pk=job_id)
        skip = connection.features.has_select_for_update_skip_locked
        job = waiting.select_for_update(skip_locked=skip, of=("self",)).first()
        if job is None:
            return None
        now, token = clock.now(), secrets.token_hex(16)
        taken = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).update(
            status=Job.Status.RUNNING,
            token=token,
            attempts=job.attempts + 1,
            lease_until=now + LEASE,
            heartbeat_at=now,
            started_at=now,
            failure="",
        )
        if not taken:
            return None
    job.refresh_from_db()
    return job


def renew(job: Job) -> bool:
    """Prolong the lease. False when the job is no longer ours."""
    now = clock.now()
    return bool(_held(job).update(lease_until=now + LEASE, heartbeat_at=now))


def _held(job: Job):
    return Job.objects.filter(pk=job.pk, token=job.token, status=Job.Status.RUNNING)


def reporter(job: Job):
    """``report(done, total, at)`` for the handler: shows progress, renews the lease, raises LeaseLost."""

    def report(done: int, total: int, at: str = "") -> None:
        now = clock.now()
        values = {"done": done, "total": total, "at": at[:200], "lease_until": now + LEASE, "heartbeat_at": now}
        if not _held(job).update(**values):
            raise LeaseLost(job.pk)

    return report


def run(job_id: int) -> Job | None:
    """Claim and work off one job here and now. None when it is taken, done or gone."""
    job = claim_next(job_id)
    return work(job) if job else None


def run_pending() -> int:
    """Work off all waiting jobs in this process (tests, the demo). Returns how many."""
    count = 0
    while job := claim_next():
        work(job)
        count += 1
    return count


def work(job: Job) -> Job:
    """Call the handler of a claimed job and settle it."""
    try:
        result = HANDLERS[job.kind](job, reporter(job))
        try:
            _finish(job, result)
        finally:
            if isinstance(result, StreamResult):
                result.file.close()
    except LeaseLost:
        log.warning("job %s was taken over", job.pk)
    except Exception as error:  # one bad subject is reported and stops nobody else
        log.error("job %s (%s) attempt %s: %s", job.pk, job.kind, job.attempts, "".join(traceback.format_tb(error.__traceback__)))
        if not connection.in_atomic_block:  # inside one it is the caller's to close
            connection.close_if_unusable_or_obsolete()  # cut in the middle: that it failed is written with a fresh one
        _fail(job, error)
    job.refresh_from_db()
    return job


def _finish(job: Job, result) -> None:
    with transaction.atomic():
        if isinstance(result, FileResult):
            result = files.store_bytes(result.data, result.name, organisation=job.organisation, by=job.requested_by)
        if isinstance(result, StreamResult):
            result = files.store_stream(result.file, result.name, organisation=job.organisation, by=job.requested_by)
        if result is not None and not isinstance(result, StoredFile):
            raise TypeError(f"{job.kind} returned {type(result).__name__}")
        values = {
            "status": Job.Status.DONE,
            "result": result,
            "at": "",
            "lease_until": None,
            "finished_at": clock.now(),
            "done": F("total"),
        }
        if not _held(job).update(**values):
            raise LeaseLost(job.pk)


def _fail(job: Job, error: Exception) -> None:
    """A refusal is final at once; anything else is tried three times."""
    final = isinstance(error, Refused) or job.attempts >= MAX_ATTEMPTS
    values = {"status": Job.Status.FAILED if final else Job.Status.QUEUED, "failure": readable(error), "lease_until": None}
    if final:
        values["finished_at"] = clock.now()
    _held(job).update(**values)


def readable(error: Exception) -> str:
    """What a person can do something with; never a stack trace, never a value that could be personal data."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return "服务器存储空间不足，任务未能完成。请联系系统管理员清理空间后重试。"
    if isinstance(error, MemoryError):
        return "内容过多，内存不足。请缩小范围后重试。"
    if isinstance(error, KeyError) and error.args and error.args[0] not in HANDLERS:
        return "系统内部数据缺失，任务未能完成。请重试；再次失败请联系系统管理员。"
    return f"任务未能完成（{type(error).__name__}）。请重试；再次失败请联系系统管理员并告知任务编号。"


def sweep() -> int:
    """Give abandoned rows back, and wake workers for rows that wait too long. Returns how many were touched."""
    now, touched = clock.now(), 0
    for job in Job.objects.abandoned(now):
        final = job.attempts >= MAX_ATTEMPTS
        values = {"status": Job.Status.FAILED if final else Job.Status.QUEUED, "lease_until": None}
        if final:
            values |= {"failure": "执行程序三次中断，任务未能完成。请缩小范围后重试，或联系系统管理员。", "finished_at": now}
        touched += Job.objects.filter(pk=job.pk, token=job.token, status=Job.Status.RUNNING, lease_until__lt=now).update(**values)
    late = Job.objects.waiting().filter(created_at__lt=now - WAKE_AGAIN_AFTER).order_by("created_at").values_list("pk", flat=True)
    for pk in list(late[:200]):
        touched += 1
        if not wake(pk):
            break
    return touched
