"""Days by the deadline table: when a period ends, and why on that day. The only place of this app that counts them."""

from datetime import date, timedelta

from procurement.rules import deadlines as rules
from procurement.rules.deadlines import Bound, Limit, Unit
from records import workdays
from records.workdays import DayNote, Due


def end_of(limit: Limit, start: date, *, roll: bool = True) -> date:
    """The last day (of a limit that must be kept) or the first possible one (of a least period). Raises MissingCalendar.

    A last day on a holiday moves to the next day that is none (D-01); a least period in calendar days never moves (D-04). ``roll=False``
    spares a caller the calendar where no holiday can matter.
    """
    if limit.unit == Unit.WORKDAY:
        return workdays.add_workdays(start, limit.n)
    return workdays.add_calendar_days(start, limit.n, roll=roll and limit.bound == Bound.MOST)


def due(limit: Limit, start: date) -> Due:
    """``end_of`` where an unpublished calendar leaves the day open and stops nothing."""
    return workdays.due(end_of, limit, start)


def strip(limit: Limit, start: date) -> list[DayNote]:
    """Day by day from ``start`` to the end: which days count, and why. Raises MissingCalendar."""
    if limit.unit == Unit.WORKDAY:
        return workdays.explain(start, limit.n)
    last = end_of(limit, start)
    notes = [DayNote(start, False, "起算当日不计入", 0)]
    for index in range(1, (last - start).days + 1):
        day = start + timedelta(days=index)
        counts = index <= limit.n
        notes.append(DayNote(day, counts, "按日计算" if counts else "末日为法定休息日，顺延", index if counts else 0))
    return notes


def timetable(method: str, issued_on: date) -> rules.Timetable:
    """T-02 … T-08 from the day of issue. Raises KeyError for a method without periods, MissingCalendar."""
    periods = rules.PERIODS[method]
    return rules.Timetable(
        issued_on,
        notice_until=end_of(periods.notice, issued_on),
        documents_until=end_of(periods.documents, issued_on),
        earliest_deadline=end_of(periods.response, issued_on),
    )


def response_breaches(method: str, *, issued_on: date, deadline_on: date):
    """T-02, T-05 alone: they need no calendar."""
    earliest = end_of(rules.periods_of(method).response, issued_on)
    return rules.response_breaches(method, issued_on=issued_on, deadline_on=deadline_on, earliest=earliest)
