"""Thin entries for the worker. Each may run twice: the effects have natural keys."""

from celery import shared_task

from windows import exchange, exchange_month  # noqa: F401  register their job handlers
from windows.services import (  # noqa: F401  some register job handlers
    charity_needs,
    clocks,
    escalation,
    minutes,
    months,
    objections,
    recompute,
    slips,
    standing,
    verification,
    visits,
)


@shared_task
def escalate_overdue() -> int:
    """Tell the leads what became overdue, once per clock and due day."""
    return escalation.escalate_all()


@shared_task
def fill_open_dates() -> int:
    """Dates that waited for a calendar year."""
    return clocks.fill_open_dates() + objections.fill_open_dates() + minutes.fill_open_dates()


@shared_task(soft_time_limit=1500, time_limit=1600)
def recompute_corrected() -> int:
    """Due days after a corrected calendar year, in one transaction."""
    return recompute.recompute_corrected()


@shared_task
def close_month() -> int:
    """Last month's figures of every district's windows, on the first."""
    return months.close_month()


@shared_task
def lapse_needs() -> int:
    """Needs whose last day of asking has passed."""
    return charity_needs.lapse_all()
