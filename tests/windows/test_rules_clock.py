"""The clock: equal to a day-by-day count, monotone, pause-additive; shown light by light."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windows.rules import clock
from windows.rules.clock import Light, Limit, Standstill, Unit


class Week:
    """A calendar of our own: weekends off, a long holiday off, one Sunday made up. Counts day by day."""

    OFF = {date(2026, 10, 1) + timedelta(days=n) for n in range(7)}
    ON = {date(2026, 9, 27), date(2026, 10, 10)}

    def counts(self, day):
        return day in self.ON or (day.weekday() < 5 and day not in self.OFF)

    def add_workdays(self, start, n):
        day = start
        while n:
            day += timedelta(days=1)
            n -= self.counts(day)
        return day

    def workdays_between(self, a, b):
        return sum(self.counts(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


WEEK = Week()
starts = st.dates(date(2026, 8, 1), date(2026, 11, 30))
amounts = st.integers(0, 45)


def count_by_day(start, amount, pauses):
    """The plainest reading of the rule: walk, count the days that count, stop at ``amount``."""
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        standing = any(pause.start < day <= pause.end for pause in pauses)
        left -= WEEK.counts(day) and not standing
    return day


@st.composite
def pauses_after(draw, start):
    spans, day = [], start
    for _ in range(draw(st.integers(0, 3))):
        begin = day + timedelta(days=draw(st.integers(0, 20)))
        end = begin + timedelta(days=draw(st.integers(0, 20)))
        spans.append(Standstill(begin, end))
        day = end
    return spans


@given(start=starts, amount=amounts, data=st.data())
def test_due_day_equals_a_day_by_day_count(start, amount, data):
    pauses = data.draw(pauses_after(start))
    assert clock.due_on(start, Limit(amount, Unit.WORKDAYS), WEEK, pauses) == count_by_day(start, amount, pauses)


@given(start=starts, amount=amounts, data=st.data())
def test_a_longer_limit_never_ends_earlier(start, amount, data):
    pauses = data.draw(pauses_after(start))
    shorter = clock.due_on(start, Limit(amount, Unit.WORKDAYS), WEEK, pauses)
    assert clock.due_on(start, Limit(amount + 1, Unit.WORKDAYS), WEEK, pauses) > shorter


@given(start=starts, amount=st.integers(1, 45), offset=st.integers(0, 60), length=st.integers(0, 30))
def test_a_pause_before_the_due_day_moves_it_by_the_workdays_that_stood_still(start, amount, offset, length):
    before = clock.due_on(start, Limit(amount, Unit.WORKDAYS), WEEK)
    pause = Standstill(start + timedelta(days=offset), start + timedelta(days=offset + length))
    after = clock.due_on(start, Limit(amount, Unit.WORKDAYS), WEEK, [pause])
    if pause.start >= before:
        assert after == before
    else:
        stood_still = WEEK.workdays_between(pause.start, pause.end)
        assert WEEK.workdays_between(start, after) == amount + stood_still


def test_two_pauses_add_up():
    start = date(2026, 11, 2)
    one, two = Standstill(date(2026, 11, 4), date(2026, 11, 6)), Standstill(date(2026, 11, 9), date(2026, 11, 12))
    assert clock.due_on(start, Limit(10, Unit.WORKDAYS), WEEK) == date(2026, 11, 16)
    assert clock.due_on(start, Limit(10, Unit.WORKDAYS), WEEK, [one, two]) == date(2026, 11, 23)


def test_an_open_pause_has_no_due_day():
    assert clock.due_on(date(2026, 11, 2), Limit(10, Unit.WORKDAYS), WEEK, [Standstill(date(2026, 11, 4))]) is None


def test_a_period_in_days_that_would_end_on_a_holiday_ends_on_the_next_working_day():
    assert clock.due_on(date(2026, 9, 25), Limit(7, Unit.DAYS), WEEK) == date(2026, 10, 8)


def test_a_public_notice_is_seven_full_days_and_does_not_roll():
    assert clock.due_on(date(2026, 9, 25), Limit(7, Unit.DAYS, minimum=True), WEEK) == date(2026, 10, 2)


def test_hours_count_through_the_night():
    at = datetime(2026, 10, 1, 15, 30, tzinfo=UTC)
    assert clock.due_at(at, Limit(24, Unit.HOURS)) == datetime(2026, 10, 2, 15, 30, tzinfo=UTC)


def test_hours_have_no_day():
    with pytest.raises(ValueError, match="ends at a time"):
        clock.due_on(date(2026, 10, 1), Limit(24, Unit.HOURS), WEEK)


@pytest.mark.parametrize(
    ("due", "left", "paused", "done", "light"),
    [
        (date(2026, 11, 22), -1, False, False, Light.LATE),
        (date(2026, 11, 23), 0, False, False, Light.SOON),
        (date(2026, 11, 26), 3, False, False, Light.SOON),
        (date(2026, 11, 27), 4, False, False, Light.NORMAL),
        (date(2026, 11, 22), -1, True, False, Light.PAUSED),
        (date(2026, 11, 22), -1, False, True, Light.DONE),
        (None, None, False, False, Light.UNKNOWN),
    ],
)
def test_light(due, left, paused, done, light):
    assert clock.light(due, date(2026, 11, 23), left, paused=paused, done=done) is light


def rules_of(breaches):
    return [breach.rule for breach in breaches]


PAUSE = {"reason": "SUPPLEMENT", "allowed": ["SUPPLEMENT"], "standing": False, "due": date(2026, 11, 30), "today": date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, 0),
        ({"allowed": []}, 1),
        ({"reason": "LUNCH"}, 1),
        ({"standing": True}, 1),
        ({"due": date(2026, 11, 22)}, 1),
        ({"due": date(2026, 11, 23)}, 0),
        ({"due": None}, 0),
    ],
)
def test_a_clock_stops_only_for_a_listed_reason_and_never_to_hide_lateness(change, faults):
    assert rules_of(clock.pause_breaches(**PAUSE | change)) == ["D-05"] * faults


def test_only_a_standing_clock_can_be_started_again():
    assert rules_of(clock.resume_breaches(standing=False, started_on=None, today=date(2026, 11, 23))) == ["D-05"]
    assert not list(clock.resume_breaches(standing=True, started_on=date(2026, 11, 23), today=date(2026, 11, 23)))


EXTEND = {"reason": "SEPARATED", "allowed": ["SEPARATED"], "already": False, "extended_limit": 45, "note": "户在外地"}
EXTEND |= {"due": date(2026, 11, 23), "today": date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, 0),
        ({"already": True}, 1),
        ({"reason": "BUSY"}, 1),
        ({"note": " "}, 1),
        ({"extended_limit": None}, 1),
        ({"due": date(2026, 11, 22)}, 1),
        ({"due": None}, 0),
    ],
)
def test_a_limit_is_extended_once_for_a_listed_reason_with_a_note(change, faults):
    assert rules_of(clock.extension_breaches(**EXTEND | change)) == ["DB-8"] * faults
