"""Jobs that a real worker runs in the drills; loaded there by ``celery -I tests.records.handlers``."""

import os
import time
from pathlib import Path

from accounts.models import User
from records import jobs, messages


@jobs.handler("drill.effect")
def effect(job, report):
    """One message per subject, by its natural key; a subject marked slow waits until a file appears."""
    report(0, 1, "开始")
    if job.params.get("started"):
        Path(job.params["started"]).write_text(str(os.getpid()))
    while job.params.get("until") and not Path(job.params["until"]).exists():
        time.sleep(0.05)
    messages.send(User.objects.filter(pk=job.params["user"]), job.title, key=f"drill:{job.key}")
    return jobs.FileResult(b"a", f"{job.key}.csv")


@jobs.handler("drill.broken")
def broken(job, report):
    raise RuntimeError("secret 500100200002291041")
