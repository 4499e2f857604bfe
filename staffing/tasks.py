"""Celery finds the handlers of this app here. Each task may run twice: what it does has a natural key."""

from celery import shared_task

from staffing import papers  # noqa: F401
from staffing.services import months, training  # noqa: F401


@shared_task(ignore_result=True)
def freeze_months() -> int:
    """Nightly: the month of every district, frozen as of its first day, once."""
    return months.freeze_all()
