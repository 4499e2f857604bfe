"""Thin entries for the worker. Each may run twice: the effects have natural keys."""

from celery import shared_task

from windows import exchange  # noqa: F401  registers its job handler
from windows.services import clocks, escalation, recompute, slips  # noqa: F401  slips registers its job handler


@shared_task
def escalate_overdue() -> int:
    """Tell the leads what became overdue, once per clock and due day."""
    return escalation.escalate_all()


@shared_task
def fill_open_dates() -> int:
    """Dates that waited for a calendar year."""
    return clocks.fill_open_dates()


@shared_task(soft_time_limit=1500, time_limit=1600)
def recompute_corrected() -> int:
    """Due days after a corrected calendar year, in one transaction."""
    return recompute.recompute_corrected()
