"""Acting on another day: the demo tells a story of the past year through services that refuse back-dating."""

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from records import clock, workdays


def at(day: date, hour: int = 10, minute: int = 0) -> AbstractContextManager:
    """``with at(day): …`` — what happens inside happens on that day in Chongqing."""
    return clock.as_of(moment(day, hour, minute))


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def workday(day: date) -> date:
    """This day, or the next one on which offices are open."""
    return workdays.add_workdays(day - timedelta(days=1), 1)


def quarter_after(day: date) -> date:
    """The first day of the quarter that follows: contracts begin with a full one."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 12, month % 12, 1) if month > 12 else date(day.year, month, 1)
