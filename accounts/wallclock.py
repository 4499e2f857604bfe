"""The one place that asks the machine for the time; ``records.clock`` hands it to the apps above."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from unittest import mock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

machine_now = timezone.now
_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """Today in Chongqing (Asia/Shanghai)."""
    return timezone.localdate()


def local_day(moment: datetime | None) -> date | None:
    """The day on which a stored moment fell in Chongqing; before eight in the morning UTC still has yesterday."""
    return timezone.localdate(moment) if moment else None


def shift() -> timedelta:
    """How far the demo has moved this process's clock; nothing, outside ``as_of``."""
    return _shift.get()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let the demo act in the past through the very services that refuse back-dating.

    Moves this process's clock (the database's is moved by ``shift``), never in production.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The clock is not moved in production: the demo belongs on a machine of its own.")
    token = _shift.set(moment - machine_now())
    try:
        with mock.patch.object(timezone, "now", lambda: machine_now() + _shift.get()):
            yield
    finally:
        _shift.reset(token)
