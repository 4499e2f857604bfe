"""How long is left, why that day, and when a clock may stand still. Clock values are dates in Asia/Shanghai."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from records.policy import Breach, Clause

COUNTING = Clause("民法典", "第二百零三条")
WHOLE_CASE = Clause("民发〔2021〕57号", "第二十二条")

DUE_SOON_WORKDAYS = 3  # W-05 asks for a yellow light and names no number: our default


class Unit(StrEnum):
    """What a limit counts (D-03: never interchange 日 and 工作日)."""

    WORKDAYS = "WD"
    DAYS = "CD"
    HOURS = "H"


class Light(StrEnum):
    """Shape, word and colour of a deadline; the page draws all three."""

    NORMAL = "normal"
    SOON = "due"
    LATE = "overdue"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    DONE = "done"


class Calendar(Protocol):
    """What ``records.workdays`` offers. Raises when the year's calendar is missing (D-02)."""

    def add_workdays(self, start: date, n: int) -> date: ...

    def workdays_between(self, a: date, b: date) -> int: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """``amount`` units. ``minimum``: a period that must at least pass (公示) rather than one that must not be passed."""

    amount: int
    unit: Unit
    minimum: bool = False

    def __post_init__(self):
        if self.amount < 0:
            raise ValueError(f"a limit must not be negative: {self.amount}")


@dataclass(frozen=True, slots=True)
class Standstill:
    """One pause. Days after ``start`` up to and including ``end`` do not count; ``end`` None: still standing."""

    start: date
    end: date | None = None

    def __post_init__(self):
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a pause must not end ({self.end}) before it starts ({self.start})")


def _add(start: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    if unit is Unit.WORKDAYS:
        return calendar.add_workdays(start, amount)
    return start + timedelta(days=amount)


def _between(a: date, b: date, unit: Unit, calendar: Calendar) -> int:
    if unit is Unit.WORKDAYS:
        return calendar.workdays_between(a, b)
    return (b - a).days


def due_on(start: date, limit: Limit, calendar: Calendar, pauses: Sequence[Standstill] = ()) -> date | None:
    """D-01, D-02, D-03, D-04: the day on which ``limit`` runs out; None while a pause is open.

    The first day is not counted. A period in calendar days that would end on a day off ends on the next working day,
    unless it is a minimum (D-04: the earliest day). The texts are silent on the day of a pause itself: we count it,
    because work may have been done on it, and begin again on the day after the resumption, as D-01 does with a start.
    Limits in hours have no day of their own here, see ``due_at``.
    """
    if limit.unit is Unit.HOURS:
        raise ValueError("a limit in hours ends at a time, not on a day")
    position, left = start, limit.amount
    for pause in sorted(pauses, key=lambda p: p.start):
        used = max(0, _between(position, pause.start, limit.unit, calendar))
        if used >= left:
            break
        if pause.end is None:
            return None
        left -= used
        position = max(pause.end, position)
    due = _add(position, left, limit.unit, calendar)
    if limit.unit is Unit.DAYS and not limit.minimum:
        return calendar.add_workdays(due - timedelta(days=1), 1)
    return due


def due_at(start: datetime, limit: Limit) -> datetime:
    """TA-2: an emergency is counted in hours, day and night, holidays too."""
    if limit.unit is not Unit.HOURS:
        raise ValueError(f"not a limit in hours: {limit}")
    return start + timedelta(hours=limit.amount)


def light(due: date | None, today: date, workdays_left: int | None, *, paused: bool = False, done: bool = False) -> Light:
    """W-05: which light a clock shows today. Late from the day *after* the due day (D-01: it ends at 24:00)."""
    if done:
        return Light.DONE
    if paused:
        return Light.PAUSED
    if due is None:
        return Light.UNKNOWN
    if today > due:
        return Light.LATE
    if workdays_left is not None and workdays_left <= DUE_SOON_WORKDAYS:
        return Light.SOON
    return Light.NORMAL


def pause_breaches(*, reason: str, allowed: Iterable[str], standing: bool, due: date | None, today: date) -> Iterator[Breach]:
    """D-05: a clock stops only where a text says so. ``allowed``: the codes that the programme's version lists.

    A pause that begins after the due day would make lateness disappear: refused, since no text lets it.
    """
    allowed = list(allowed)
    if standing:
        yield Breach("D-05", WHOLE_CASE, "这一时限已在暂停中，不能重复暂停。请先恢复计时。")
    if not allowed:
        yield Breach("D-05", WHOLE_CASE, "该事项的办理依据没有规定可以暂停计时的情形，时限连续计算。确有特殊情形的，请办理延长时限。")
    elif reason not in allowed:
        yield Breach("D-05", WHOLE_CASE, "暂停计时须选择清单内的事由。")
    if due is not None and today > due:
        yield Breach("D-05", COUNTING, f"时限已于 {due:%Y-%m-%d} 届满，逾期后不能再用暂停消除逾期。请直接办理，并说明逾期原因。")


def resume_breaches(*, standing: bool, started_on: date | None, today: date) -> Iterator[Breach]:
    """D-05: only a standing clock can be started again, and not before the day it was stopped."""
    if not standing:
        yield Breach("D-05", WHOLE_CASE, "这一时限没有暂停，无需恢复。")
    elif started_on is not None and today < started_on:
        yield Breach("D-05", WHOLE_CASE, f"恢复日期 {today:%Y-%m-%d} 早于暂停日期 {started_on:%Y-%m-%d}。")


def extension_breaches(
    *, reason: str, allowed: Iterable[str], already: bool, extended_limit: int | None, note: str, due: date | None, today: date
) -> Iterator[Breach]:
    """DB-8, RG-1: 30 working days become 45 for the special reasons the text lists, once, and before they have run out.

    The text does not say by when: an extension after the due day would make lateness disappear, as a pause would (D-05).
    """
    if extended_limit is None:
        yield Breach("DB-8", WHOLE_CASE, "该事项的办理依据没有规定可以延长办理时限。")
        return
    if already:
        yield Breach("DB-8", WHOLE_CASE, f"该申请已延长过一次，最长 {extended_limit} 个工作日，不能再次延长。")
    if reason not in list(allowed):
        yield Breach("DB-8", WHOLE_CASE, "延长办理时限须选择清单内的特殊情形。")
    if not note.strip():
        yield Breach("DB-8", WHOLE_CASE, "请写明延长办理时限的具体情况，申请人会看到新的日期。")
    if due is not None and today > due:
        yield Breach("DB-8", COUNTING, f"时限已于 {due:%Y-%m-%d} 届满，逾期后不能再用延长消除逾期。请直接办理，并说明逾期原因。")
