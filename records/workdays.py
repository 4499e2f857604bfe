"""Working days by the published calendar, never by weekday alone (D-01…D-04, 民法典 201、203).

The start day is not counted; the period ends with the close of its last day. A year without a published calendar refuses
(MissingCalendar), it is never guessed. Days live in CalendarDay; each process keeps a year it has read until the year's
digest changes (asked once per request or task, see ``refresh``).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from records.models import CalendarDay, CalendarYear
from records.refusals import MissingCalendar

__all__ = [
    "DayNote",
    "Due",
    "OPEN_DATE",
    "MissingCalendar",
    "add_calendar_days",
    "add_workdays",
    "digests",
    "due",
    "explain",
    "is_workday",
    "refresh",
    "workdays_between",
    "year_to_load",
]

ONE = timedelta(days=1)
OPEN_DATE = "工作日历公布后确定"
WEEKDAYS = "一二三四五六日"
_asked = threading.local()
_years: dict[tuple[int, str], dict[date, tuple[bool, str]]] = {}
YEARS_KEPT = 64
NOTICE_MONTH = 11


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a time limit, or None with the reason. In words: the day, or that the calendar will tell."""

    on: date | None
    note: str = ""

    def __str__(self) -> str:
        return str(self.on) if self.on else f"{OPEN_DATE}（{self.note}）"


@dataclass(frozen=True, slots=True)
class DayNote:
    """One day of the strip: ``index`` is its working-day number, 0 for a day that does not count."""

    date: date
    counts: bool
    why: str
    index: int

    @property
    def weekday(self) -> str:
        return f"星期{WEEKDAYS[self.date.weekday()]}"


def refresh() -> None:
    """Ask the database for the digests again at the next use. Called at the start of every request and task."""
    _asked.digests = None


def digests() -> dict[int, str]:
    """Year → digest of its published calendar, as this request or task sees them."""
    if getattr(_asked, "digests", None) is None:
        _asked.digests = dict(CalendarYear.objects.values_list("year", "digest"))
    return _asked.digests


def _days_of(year: int) -> dict[date, tuple[bool, str]]:
    digest = digests().get(year)
    if digest is None:
        raise MissingCalendar(year)
    days = _years.get((year, digest))
    if days is None:
        rows = CalendarDay.objects.filter(date__year=year).values_list("date", "is_workday", "name")
        days = {day: (is_workday, name) for day, is_workday, name in rows}
        if len(_years) >= YEARS_KEPT:
            _years.clear()
        _years[year, digest] = days
    return days


def _note(day: date) -> tuple[bool, str]:
    try:
        return _days_of(day.year)[day]
    except KeyError:
        raise MissingCalendar(day.year) from None


def year_to_load(today: date) -> int | None:
    """The year whose calendar somebody must import now: this one, or from 1 November the next; None when all is there.

    The State Council's notice for a year is published in November of the year before.
    """
    wanted = [today.year, today.year + 1] if today.month >= NOTICE_MONTH else [today.year]
    return next((year for year in wanted if year not in digests()), None)


def is_workday(day: date) -> bool:
    return _note(day)[0]


def add_workdays(start: date, n: int) -> date:
    """The last day of a period of ``n`` working days that begins after ``start``. ``n`` = 0 is ``start`` itself."""
    if n < 0:
        raise ValueError(f"working days must not be negative: {n}")
    day = start
    while n:
        day += ONE
        n -= is_workday(day)
    return day


def due(count: Callable[..., date], *args) -> Due:
    """``count(*args)`` where a date is only a limit: a missing year leaves it open with the reason and stops no work.

    Whoever keeps the open date fills it once the calendar is there, every night.
    """
    try:
        return Due(count(*args))
    except MissingCalendar as missing:
        return Due(None, f"{missing.year} 年工作日历尚未录入，录入后自动算出到期日")


def workdays_between(a: date, b: date) -> int:
    """Working days after ``a`` up to and including ``b``; negative when ``b`` is earlier.

    ``workdays_between(today, due)`` is "还剩 n 个工作日"; ``workdays_between(s, add_workdays(s, n)) == n``.
    """
    if b < a:
        return -workdays_between(b, a)
    return sum(is_workday(a + timedelta(days=offset)) for offset in range(1, (b - a).days + 1))


def explain(start: date, n: int) -> list[DayNote]:
    """Day by day from ``start`` (not counted) to the due day: why is it this day?"""
    strip = [DayNote(start, False, "起算当日不计入", 0)]
    index, day = 0, start
    while index < n:
        day += ONE
        counts, name = _note(day)
        index += counts
        strip.append(DayNote(day, counts, _why(day, counts, name), index if counts else 0))
    return strip


def _why(day: date, counts: bool, name: str) -> str:
    if name:
        return name
    return "工作日" if counts else ("周末" if day.weekday() >= 5 else "休息日")


def add_calendar_days(start: date, n: int, *, roll: bool = True) -> date:
    """The last day of ``n`` calendar days after ``start``. ``roll``: a last day on a holiday moves to the day after it (民法典 203)."""
    if n < 0:
        raise ValueError(f"calendar days must not be negative: {n}")
    day = start + timedelta(days=n)
    while roll and not is_workday(day):
        day += ONE
    return day
