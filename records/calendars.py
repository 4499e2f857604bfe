"""The yearly calendar of working days comes in: from chinesecalendar for past years, from the authority's file for new ones.

The file (CSV or xlsx) lists only the exceptions, as the State Council notice does: 日期, 类型 (休息/上班), 名称.
All other days follow the week. Nothing is written before the preview is confirmed.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from django.db import connections, transaction

from accounts import audit
from records import clock, workdays
from records.models import CalendarDay, CalendarYear
from records.policy import Clause
from records.refusals import HOUSE, Refused

RULE = Clause(HOUSE, "工作日历")
FIRST_BUILT_IN, LAST_BUILT_IN = 2020, 2026
BUILT_IN_SOURCE = "国务院办公厅关于{year}年部分节假日安排的通知"
MAKE_UP = "调休上班"
OFF_WORDS = frozenset({"休", "休息", "放假", "休息日", "节假日"})
ON_WORDS = frozenset({"班", "上班", "补班", "调休上班", "工作日"})


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the preview: what a day is now and what it will be."""

    date: date
    before: str
    after: str


def built_in_year(year: int) -> list[Day]:
    """A published year out of chinesecalendar. Raises NotImplementedError for a year it does not know."""
    days = []
    for day in days_of(year):
        off, name = chinese_calendar.get_holiday_detail(day)
        chinese = chinese_calendar.Holiday(name).chinese if name else ""
        days.append(Day(day, not off, chinese if off else (MAKE_UP if day.weekday() >= 5 else "")))
    return days


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]


def load_built_in() -> list[int]:
    """Load the built-in years that the database lacks. Runs after every migrate; returns the years it loaded."""
    present = set(CalendarYear.objects.values_list("year", flat=True))
    loaded = [year for year in range(FIRST_BUILT_IN, LAST_BUILT_IN + 1) if year not in present]
    with transaction.atomic():
        for year in loaded:
            write_year(year, built_in_year(year), source=BUILT_IN_SOURCE.format(year=year), by=None)
    return loaded


def load_after_migrate(*, using, **kwargs) -> None:
    """Receiver of ``post_migrate``; does nothing while a migration in between has not made the tables yet."""
    if CalendarYear._meta.db_table in connections[using].introspection.table_names():
        load_built_in()


def write_year(year: int, days: list[Day], *, source: str, by) -> CalendarYear:
    """Replace one year. Belongs inside a transaction."""
    CalendarDay.objects.filter(date__year=year).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day.date, is_workday=day.is_workday, name=day.name, source=source) for day in days], batch_size=500
    )
    values = {"source": source, "digest": digest_of(days), "loaded_at": clock.now(), "loaded_by": by}
    row, _ = CalendarYear.objects.update_or_create(year=year, defaults=values)
    workdays.refresh()
    return row


def digest_of(days: list[Day]) -> str:
    text = "\n".join(f"{day.date} {int(day.is_workday)} {day.name}" for day in days)
    return hashlib.sha256(text.encode()).hexdigest()


def parse(rows: list[list[str]]) -> tuple[int, list[Day]]:
    """One whole year from the exceptions in a sheet (heading row first). Raises Refused with every bad row."""
    exceptions, faults = {}, []
    for number, row in enumerate(rows[1:], start=2):
        cells = [str(cell).strip() for cell in row] + ["", "", ""]
        if not any(cells):
            continue
        try:
            day, is_workday = _day(cells[0]), _kind(cells[1])
        except ValueError as error:
            faults.append(f"第{number}行：{error}")
            continue
        if day in exceptions:
            faults.append(f"第{number}行：{day} 重复。")
        exceptions[day] = Day(day, is_workday, cells[2] or (MAKE_UP if is_workday else "休息日"))
    years = {day.year for day in exceptions}
    if len(years) != 1 and not faults:
        faults.append("文件中应当只有同一年份的日期，且至少一行。")
    if faults:
        raise Refused.because("D-02", RULE, "；".join(faults[:20]))
    return years.pop(), _whole_year(exceptions)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise ValueError(f"日期“{text}”应写成 2027-01-01 的样子。") from None


def _kind(text: str) -> bool:
    if text in ON_WORDS:
        return True
    if text in OFF_WORDS:
        return False
    raise ValueError(f"类型“{text}”应为“休息”或“上班”。")


def _whole_year(exceptions: dict[date, Day]) -> list[Day]:
    year = next(iter(exceptions)).year
    return [exceptions.get(day, Day(day, day.weekday() < 5, "")) for day in days_of(year)]


def preview(year: int, days: list[Day]) -> list[Change]:
    """What would change. Against a bare week when the year is new."""
    held = {row.date: (row.is_workday, row.name) for row in CalendarDay.objects.filter(date__year=year)}
    changes = []
    for day in days:
        before = held.get(day.date, (day.date.weekday() < 5, ""))
        if before != (day.is_workday, day.name):
            changes.append(Change(day.date, _words(*before), _words(day.is_workday, day.name)))
    return changes


def _words(is_workday: bool, name: str) -> str:
    return f"{'上班' if is_workday else '休息'}{f'（{name}）' if name else ''}"


@transaction.atomic
def publish_year(year: int, days: list[Day], *, source: str, by) -> CalendarYear:
    """Write a year that the authority has looked at. The apps that own open time limits see the new digest by night
    and recompute them."""
    changes = preview(year, days)
    row = write_year(year, days, source=source, by=by)
    audit.record("records.calendaryear.published", row, by=by, detail={"year": year, "source": source, "changed_days": len(changes)})
    return row
