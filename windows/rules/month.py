"""What a month at the windows comes to: taken in, brought to an end, late, still open; by step, by department and by person (W-01…W-05)."""

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from records.policy import Breach, Clause

COORDINATED = Clause("渝民发〔2018〕4号", "三（一）")

ENDED = {"CONFIRMED": "confirmed", "DECLINED": "declined", "NOT_ACCEPTED": "not_accepted", "WITHDRAWN": "withdrawn", "CLOSED": "closed"}
TOTALS = (
    "townships", "windows", "staff", "registered", "accepted", "ended", *ENDED.values(), "late", "days", "timed", "open", "overdue",
    "lists", "second_lists",
)  # fmt: skip
STEP = ("done", "late", "days", "running", "overdue")
DEPARTMENT = ("sent", "answered", "late", "days", "waiting", "overdue")
PERSON = ("registered", "ended", "late", "open", "overdue")


class Month(NamedTuple):
    """A calendar month; as a tuple it sorts in time."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def words(self) -> str:
        return f"{self.year} 年 {self.month} 月"

    def before(self) -> "Month":
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)


def month_breaches(month: Month, *, today: date) -> Iterator[Breach]:
    """W-05: only what has begun can be counted."""
    if month.first > today:
        yield Breach("W-05", COORDINATED, f"{month.words}还没有开始，不能统计。请选择本月或者以前的月份。")


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One application as the month sees it. ``due``: the end of its whole time limit; None in a pause or without one."""

    pk: int
    township: int
    handler: int
    name: str
    registered: date
    accepted: date | None
    ended: date | None
    outcome: str
    due: date | None


@dataclass(frozen=True, slots=True)
class ClockFact:
    """One step, or one sub-case at a department: begun, due, over. A ``minimum`` (公示) is never done late, but left undone it is."""

    case: int
    township: int
    name: str
    begun: date
    due: date | None
    over: date | None
    stopped: date | None = None  # left undone since that day (the case ended, the sub-case was recalled): neither late nor waiting
    minimum: bool = False


@dataclass(frozen=True, slots=True)
class ListFact:
    township: int
    ordinal: int


def late(due: date | None, on: date) -> bool:
    """The due day itself is in time."""
    return due is not None and on > due


def count(
    month: Month,
    until: date,
    townships: Mapping[int, tuple[int, int]],
    *,
    cases: Iterable[CaseFact] = (),
    steps: Iterable[ClockFact] = (),
    referrals: Iterable[ClockFact] = (),
    lists: Iterable[ListFact] = (),
) -> dict[int, dict]:
    """W-05: figures by township, every township named even without any work.

    ``townships``: key → (windows, dedicated people) of the day of counting. ``until``: the last day counted, at most the month's
    last. Days are calendar days. A case is overdue when its whole limit or a step of it is.
    A figure's dict has TOTALS and, by name, ``steps``, ``departments`` and ``people``.
    """
    found = {township: _blank(windows, staff) for township, (windows, staff) in townships.items()}
    waiting_late = set()
    for step in steps:
        if _waits(step, until) and late(step.due, until):
            waiting_late.add(step.case)
        _count_clock(found[step.township]["steps"], step, month.first, until, STEP)
    for case in cases:
        _count_case(found[case.township], case, month.first, until, waiting_late)
    for referral in referrals:
        _count_clock(found[referral.township]["departments"], referral, month.first, until, DEPARTMENT)
    for given in lists:
        found[given.township]["lists"] += 1
        found[given.township]["second_lists"] += given.ordinal > 1
    return found


def _blank(windows: int, staff: int) -> dict:
    return dict.fromkeys(TOTALS, 0) | {"townships": 1, "windows": windows, "staff": staff, "steps": {}, "departments": {}, "people": {}}


def _count_case(figures: dict, case: CaseFact, first: date, until: date, waiting_late: set[int]) -> None:
    person = figures["people"].setdefault(str(case.handler), {"name": case.name} | dict.fromkeys(PERSON, 0))
    for mine in (figures, person):
        mine["registered"] += first <= case.registered <= until
    figures["accepted"] += case.accepted is not None and first <= case.accepted <= until
    if case.ended is not None and first <= case.ended <= until:
        figures[ENDED[case.outcome]] += 1
        for mine in (figures, person):
            mine["ended"] += 1
            mine["late"] += late(case.due, case.ended)
        if case.accepted is not None:
            figures["timed"] += 1
            figures["days"] += (case.ended - case.accepted).days
    if case.registered <= until and (case.ended is None or case.ended > until):
        for mine in (figures, person):
            mine["open"] += 1
            mine["overdue"] += late(case.due, until) or case.pk in waiting_late


def _waits(fact: ClockFact, on: date) -> bool:
    return fact.begun <= on and all(day is None or day > on for day in (fact.over, fact.stopped))


def _count_clock(rows: dict, fact: ClockFact, first: date, until: date, names: tuple[str, ...]) -> None:
    """Step and sub-case alike; a department also counts what was sent to it."""
    row = rows.setdefault(fact.name, dict.fromkeys(names, 0))
    done, waiting = ("answered", "waiting") if "sent" in names else ("done", "running")
    if "sent" in names:
        row["sent"] += first <= fact.begun <= until
    if fact.over is not None and first <= fact.over <= until:
        row[done] += 1
        row["late"] += not fact.minimum and late(fact.due, fact.over)
        row["days"] += (fact.over - fact.begun).days
    elif _waits(fact, until):
        row[waiting] += 1
        row["overdue"] += late(fact.due, until)


def together(figures: Iterable[Mapping]) -> dict:
    """The sum over several townships; people stay with their township and are not summed."""
    total = dict.fromkeys(TOTALS, 0) | {"steps": {}, "departments": {}}
    for one in figures:
        for name in TOTALS:
            total[name] += one[name]
        for part in ("steps", "departments"):
            for name, row in one[part].items():
                mine = total[part].setdefault(name, dict.fromkeys(row, 0))
                for figure, value in row.items():
                    mine[figure] += value
    return total


def share(part: int, whole: int) -> str:
    """In time of all that ended, in percent with one place; a dash where nothing ended."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def mean(total: int, count: int) -> str:
    """Days each, with one place; a dash where there is nothing to divide by."""
    return f"{total / count:.1f}" if count else "—"
