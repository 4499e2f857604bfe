"""Thin entries for the clockwork."""

from celery import shared_task

from contractors.services import reminders, tidying
from records import clock


@shared_task(ignore_result=True)
def tell_expiring() -> int:
    """Every morning: certificates that run out."""
    return reminders.tell_expiring(clock.today())


@shared_task(ignore_result=True)
def forget_drafts() -> int:
    """Nightly: applications that were begun and never sent."""
    return tidying.forget_drafts()
