"""Celery's way in. A task takes ids, may run twice, and calls one service."""

import logging
import threading
from datetime import timedelta

from celery import shared_task
from celery.signals import task_prerun
from django.db import InterfaceError, OperationalError, connection

from records import files, idempotency, jobs, workdays
from records import notices as notices  # registers its job handler

BEAT = timedelta(seconds=10).total_seconds()
log = logging.getLogger(__name__)


@task_prerun.connect
def read_calendar_anew(**kwargs):
    workdays.refresh()


class Heartbeat(threading.Thread):
    """Renews the lease while the handler works, also when it reports nothing for long."""

    def __init__(self, job):
        super().__init__(daemon=True)
        self.job, self.over = job, threading.Event()

    def run(self):
        try:
            while not self.over.wait(BEAT):
                if not self.renewed():
                    return
        finally:
            connection.close()

    def renewed(self) -> bool:
        """A connection that was cut is no lost lease: the next beat has a fresh one."""
        try:
            return jobs.renew(self.job)
        except (OperationalError, InterfaceError) as error:
            log.warning("job %s: lease not renewed, %s", self.job.pk, type(error).__name__)
            connection.close()
            return True


@shared_task(acks_late=True, ignore_result=True)
def run_job(job_id: int) -> None:
    """Work off one job, if nobody else has it."""
    job = jobs.claim_next(job_id)
    if job is None:
        return
    heartbeat = Heartbeat(job)
    heartbeat.start()
    try:
        jobs.work(job)
    finally:
        heartbeat.over.set()
        heartbeat.join(timeout=BEAT)


@shared_task(ignore_result=True)
def sweep_jobs() -> int:
    """Every 15 s: give back what a dead worker held, wake workers for what waits."""
    return jobs.sweep()


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Nightly: receipts of old submissions, files without a row."""
    idempotency.forget_old()
    files.remove_orphans()
