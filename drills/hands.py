"""What a worker does, and what ends it. Runs in a process of the stack; prints plain values for the drill."""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.models import Q

from accounts.models import User
from procurement import tasks  # noqa: F401  its jobs
from procurement.models import Project, ProjectArchive, Takeover, Tender
from procurement.services import archive, prints, results, takeover_lists
from records import files, jobs
from records.models import Job, Notice, StoredFile

KINDS = ("procurement.score_sheets", "procurement.tender_paper", "procurement.takeover_list", archive.JOB, archive.INDEX_JOB)
NOTICE = "records.notice_pdf"
ROOM = 64 * 1024  # left on the full disk: less than any paper takes


def order_everything() -> dict[str, int]:
    """One job of every kind of the purchase, and a notice's PDF: kind → key of the job."""
    by = User.objects.get(username="seat-bureau_chief")
    ranked = Tender.objects.filter(ranked_at__isnull=False).first()
    project = Project.objects.filter(contract__isnull=False).order_by("pk").first()
    packed = ProjectArchive.objects.order_by("pk").first() or made(archive.request_archive(project, by=by))
    found = [
        results.order_score_sheets(ranked, by=by),
        prints.order(ranked, "report", by=by),
        takeover_lists.request_list(Takeover.objects.order_by("pk").first(), by=by),
        archive.request_archive(project, by=by),
        archive.request_index(packed, by=by),
        Job.objects.get(kind=NOTICE, key=str(Notice.objects.filter(file=None).order_by("pk").first().pk)),
    ]
    Job.objects.filter(pk__in=[job.pk for job in found]).update(status=Job.Status.QUEUED, attempts=0, result=None, failure="")
    return {job.kind: job.pk for job in found}


def made(job: Job) -> ProjectArchive:
    jobs.run(job.pk)
    return ProjectArchive.objects.get(job=job)


def killed_after(work, seconds: float, started=lambda: True) -> bool:
    """``work()`` in a process of its own, killed with its children ``seconds`` after it has ``started``. Was it still at work?"""
    connections.close_all()
    child = os.fork()
    if not child:
        os.setsid()
        try:
            work()
        finally:
            os._exit(0)
    while os.getpgid(child) != child:
        time.sleep(0.001)
    deadline = time.monotonic() + 60
    while not started() and time.monotonic() < deadline and not os.waitpid(child, os.WNOHANG)[0]:
        time.sleep(0.005)
    time.sleep(seconds)
    try:
        os.killpg(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    except (ProcessLookupError, ChildProcessError):
        return False


def kill_in_the_middle(kills: int = 2) -> dict[str, dict]:
    """Each kind of job killed at random moments, then found by the sweeper and done; what it left."""
    chance, told = random.Random(18), {}
    for kind, pk in order_everything().items():
        before, hits = set(StoredFile.objects.values_list("pk", flat=True)), 0
        for _ in range(kills):
            took_place = lambda pk=pk: Job.objects.filter(pk=pk).exclude(status=Job.Status.QUEUED).exists()  # noqa: E731
            hits += killed_after(lambda pk=pk: jobs.run(pk), chance.uniform(0, 0.8), took_place)
            past_the_lease(pk)
        jobs.run(pk)
        job = Job.objects.get(pk=pk)
        fresh = StoredFile.objects.exclude(pk__in=before)
        told[kind] = {
            "hits": hits, "status": job.status, "failure": job.failure, "attempts": job.attempts,
            "rows": fresh.count(), "torn": torn(fresh), "others": others(kind, job),
        }  # fmt: skip
    told["files"] = {"without a row": without_a_row()}
    return told


def past_the_lease(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_job SET lease_until = now() - interval '1 second' WHERE id = %s AND status = 'running'", [pk])
    jobs.sweep()


def others(kind: str, job: Job) -> int:
    """Rows that an effect of this kind leaves besides its file: one packing, one notice."""
    if kind == archive.JOB:
        return ProjectArchive.objects.filter(job=job).count()
    return Notice.objects.filter(pk=int(job.key), file__isnull=False).count() if kind == NOTICE else 1


def torn(rows) -> list[str]:
    """Files whose bytes are not what their row says."""
    root = Path(settings.MEDIA_ROOT)
    return [row.name for row in rows if hashlib.sha256((root / row.storage_name).read_bytes()).hexdigest() != row.sha256]


def without_a_row() -> list[str]:
    """What lies in the folder and nobody knows of, but for parts that the nightly cleaning takes."""
    root, known = Path(settings.MEDIA_ROOT), set(StoredFile.objects.values_list("storage_name", flat=True))
    found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return [name for name in found if name not in known]


def fill_the_disk() -> dict:
    """D08, with the media on a small disk of their own: papers and an upload while it is full, and once there is room again."""
    root, by = Path(settings.MEDIA_ROOT), User.objects.get(username="seat-bureau_chief")
    kinds = order_everything()
    before, filler = set(StoredFile.objects.values_list("pk", flat=True)), root / "filler"
    with filler.open("wb") as file:
        room = os.statvfs(root)
        file.write(b"\0" * (room.f_bavail * room.f_frsize - ROOM))
    for pk in kinds.values():
        jobs.run(pk)
    full = {kind: Job.objects.get(pk=pk) for kind, pk in kinds.items()}
    paper, owner = b"%PDF-1.4\n" + os.urandom(ROOM * 2), full[NOTICE].organisation
    upload = refused(lambda: files.store_bytes(paper, "说明.pdf", organisation=owner, by=by))
    torn_then, left = torn(StoredFile.objects.exclude(pk__in=before)), [name for name in without_a_row() if name != "filler"]
    filler.unlink()
    for pk in kinds.values():
        jobs.run(pk)
    done = Job.objects.filter(Q(pk__in=kinds.values()))
    return {
        "full": {kind: [job.status, job.failure] for kind, job in full.items()}, "upload": upload, "torn": torn_then, "left": left,
        "done": Counter(done.values_list("status", flat=True)), "torn after": torn(StoredFile.objects.exclude(pk__in=before)),
        "rows": StoredFile.objects.exclude(pk__in=before).count(),
    }  # fmt: skip


def refused(work) -> str:
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return ""
