"""Working days by the published calendar (D-01…D-04)."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import calendars, workdays
from records.refusals import MissingCalendar

pytestmark = pytest.mark.django_db

known_days = st.dates(date(2020, 1, 1), date(2026, 6, 30))


def walk(start: date, n: int) -> date:
    """The naive reference: ask the package for each day."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= chinese_calendar.is_workday(day)
    return day


def test_five_working_days_before_national_day_2024_end_on_the_tenth():
    strip = workdays.explain(date(2024, 9, 27), 5)

    counted = [(note.date.isoformat(), note.index) for note in strip if note.counts]
    assert counted == [("2024-09-29", 1), ("2024-09-30", 2), ("2024-10-08", 3), ("2024-10-09", 4), ("2024-10-10", 5)]
    why = {note.date.isoformat(): note.why for note in strip}
    assert why["2024-09-27"] == "起算当日不计入"
    assert why["2024-09-28"] == "周末"
    assert why["2024-09-29"] == "调休上班"
    assert why["2024-10-01"] == "国庆节"
    assert strip[-1].date == workdays.add_workdays(date(2024, 9, 27), 5) == date(2024, 10, 10)


@given(start=known_days, n=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_adding_working_days_agrees_with_a_naive_walk(start, n):
    assert workdays.add_workdays(start, n) == walk(start, n)


@given(start=known_days, n=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_working_days_between_undoes_adding(start, n):
    end = workdays.add_workdays(start, n)

    assert workdays.workdays_between(start, end) == n
    assert workdays.workdays_between(end, start) == -n


def test_a_year_without_calendar_is_refused_and_named():
    with pytest.raises(MissingCalendar, match="2027") as refusal:
        workdays.add_workdays(date(2026, 12, 30), 3)

    assert refusal.value.year == 2027
    assert "工作日历" in str(refusal.value)


def test_where_a_date_is_only_a_limit_a_missing_year_leaves_it_open_with_the_reason_d_02():
    assert workdays.due(workdays.add_workdays, date(2026, 12, 28), 3) == workdays.Due(date(2026, 12, 31))
    open_date = workdays.due(workdays.add_workdays, date(2026, 12, 28), 4)
    assert open_date.on is None and "2027 年工作日历尚未录入" in open_date.note
    assert str(open_date).startswith("工作日历公布后确定")


def test_calendar_days_need_a_calendar_only_to_roll():
    assert workdays.add_calendar_days(date(2024, 9, 24), 7, roll=False) == date(2024, 10, 1)
    assert workdays.add_calendar_days(date(2024, 9, 24), 7) == date(2024, 10, 8)
    assert workdays.add_calendar_days(date(2027, 1, 1), 7, roll=False) == date(2027, 1, 8)


@pytest.mark.parametrize("count", [workdays.add_workdays, workdays.add_calendar_days])
def test_a_negative_period_is_an_error(count):
    with pytest.raises(ValueError, match="negative"):
        count(date(2024, 9, 24), -1)


def test_every_built_in_day_agrees_with_the_source():
    for year in range(calendars.FIRST_BUILT_IN, calendars.LAST_BUILT_IN + 1):
        for day in calendars.days_of(year):
            assert workdays.is_workday(day) == chinese_calendar.is_workday(day), day


def test_a_changed_year_is_seen_by_the_next_request(django_assert_num_queries):
    before = workdays.add_workdays(date(2026, 3, 2), 1)
    days = [calendars.Day(d.date, d.is_workday and d.date != date(2026, 3, 3), d.name) for d in calendars.built_in_year(2026)]
    calendars.write_year(2026, days, source="测试", by=None)

    assert before == date(2026, 3, 3)
    assert workdays.add_workdays(date(2026, 3, 2), 1) == date(2026, 3, 4)
    with django_assert_num_queries(1):  # the digests, not the days
        workdays.refresh()
        workdays.add_workdays(date(2026, 3, 2), 1)
    with django_assert_num_queries(0):
        workdays.add_workdays(date(2026, 3, 2), 1)
