"""The deadline table: what it says, on which day each period ends, and why on that day."""

from datetime import date, timedelta

import pytest

from procurement.rules import deadlines as rules
from procurement.rules.deadlines import Bound, Unit
from procurement.services import deadlines
from records import clauses
from records.refusals import MissingCalendar

THURSDAY = date(2026, 4, 2)  # before 清明: Saturday 4th to Monday 6th are off


def ids(breaches):
    return [breach.rule for breach in breaches]


def test_the_table_holds_every_period_from_t01_to_t25():
    told = {limit.code for limit in rules.TABLE} | {rules.LATE_INTEREST}
    assert told == {f"T-{number:02}" for number in range(1, 26)}


@pytest.mark.parametrize("limit", rules.TABLE, ids=lambda limit: f"{limit.code}-{limit.name}")
def test_each_period_cites_a_clause_of_the_index(limit):
    assert (limit.clause.document, limit.clause.number) in clauses.index()
    assert limit.n > 0


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        (rules.INTENT, date(2026, 3, 2), date(2026, 4, 1)),
        (rules.TENDER_PERIOD, date(2026, 2, 10), date(2026, 3, 2)),
        (rules.CONSULTATION_PERIOD, date(2026, 2, 10), date(2026, 2, 20)),  # the 20th is a holiday and still the tenth day (D-04)
        (rules.OTHER_NOTICE, THURSDAY, date(2026, 4, 8)),  # 3rd, 7th, 8th
        (rules.RESULT_NOTICE, date(2026, 4, 3), date(2026, 4, 7)),
        (rules.SIGNING, date(2026, 3, 6), date(2026, 4, 7)),  # the 30th day is 5 April, a holiday: the day after it (D-01)
        (rules.CONTRACT_NOTICE, THURSDAY, date(2026, 4, 7)),
        (rules.CONTRACT_FILING, THURSDAY, date(2026, 4, 14)),
    ],
    ids=lambda value: str(value)[:24],
)
@pytest.mark.django_db
def test_a_period_ends_on_its_day(limit, start, end):
    assert deadlines.end_of(limit, start) == end


@pytest.mark.django_db
@pytest.mark.parametrize("limit", rules.TABLE, ids=lambda limit: f"{limit.code}-{limit.name}")
def test_the_strip_leads_to_the_very_day_and_counts_exactly_n(limit):
    strip = deadlines.strip(limit, THURSDAY)
    assert (strip[0].date, strip[-1].date) == (THURSDAY, deadlines.end_of(limit, THURSDAY))
    assert [note.index for note in strip if note.counts] == list(range(1, limit.n + 1))
    assert all(note.why for note in strip)


@pytest.mark.django_db
def test_a_last_day_moved_by_a_holiday_says_so():
    strip = deadlines.strip(rules.SIGNING, date(2026, 3, 6))
    assert [(note.date.day, note.why) for note in strip[-2:]] == [(6, "末日为法定休息日，顺延"), (7, "末日为法定休息日，顺延")]


@pytest.mark.django_db
def test_d02_a_year_without_a_calendar_leaves_the_day_open_and_says_why():
    found = deadlines.due(rules.CONTRACT_NOTICE, date(2031, 5, 6))
    assert found.on is None and "2031" in found.note
    with pytest.raises(MissingCalendar):
        deadlines.end_of(rules.CONTRACT_NOTICE, date(2031, 5, 6))


def table_of(day, **more):
    return rules.Timetable(**{"issued_on": day, "notice_until": day, "documents_until": day, "earliest_deadline": day} | more)


@pytest.mark.parametrize(
    ("method", "days", "rule"),
    [("OPEN", 19, "T-02"), ("OPEN", 20, None), ("INVITED", 19, "T-02"), ("CONSULTATION", 9, "T-05"), ("CONSULTATION", 10, None)],
)
def test_t02_t05_bidders_get_their_days(method, days, rule):
    issued = date(2026, 2, 10)
    assert ids(deadlines.response_breaches(method, issued_on=issued, deadline_on=issued + timedelta(days))) == ([rule] if rule else [])


@pytest.mark.parametrize(("method", "rule"), [("OPEN", "T-03"), ("CONSULTATION", "T-06")])
def test_t03_t06_no_deadline_before_the_documents_ran_out(method, rule):
    dates = table_of(date(2026, 3, 2), documents_until=date(2026, 3, 9))
    assert ids(rules.deadline_breaches(method, dates, date(2026, 3, 8))) == [rule]
    assert ids(rules.deadline_breaches(method, dates, date(2026, 3, 9))) == []


@pytest.mark.parametrize(("method", "rule", "days"), [("OPEN", "T-04", 15), ("CONSULTATION", "T-06", 5)])
def test_t04_t06_a_late_change_moves_the_deadline(method, rule, days):
    today = date(2026, 3, 2)
    earliest = today + timedelta(days)
    late = rules.change_breaches(method, announced_on=today, deadline_on=earliest - timedelta(1), earliest=earliest)
    assert ids(late) == [rule]
    assert ids(rules.change_breaches(method, announced_on=today, deadline_on=earliest, earliest=earliest)) == []


@pytest.mark.parametrize(
    ("announced", "found"), [(None, ["T-01"]), (date(2026, 3, 3), ["T-01"]), (date(2026, 3, 2), [])], ids=["never", "29 days", "30 days"]
)
def test_t01_asks_for_thirty_days_or_a_reason(announced, found):
    earliest = announced + timedelta(30) if announced else None
    breaches = list(rules.intent_breaches("CONSULTATION", announced_on=announced, earliest=earliest, on=date(2026, 4, 1)))
    assert ids(breaches) == found and not any(breach.binding for breach in breaches)


def test_t01_is_not_asked_below_the_limits():
    assert ids(rules.intent_breaches("BELOW_THRESHOLD", announced_on=None, earliest=None, on=date(2026, 4, 1))) == []


@pytest.mark.parametrize(("today", "found"), [(date(2026, 4, 9), ["T-10"]), (date(2026, 4, 10), [])])
def test_t10_the_single_source_notice_is_over_first(today, found):
    assert ids(rules.single_source_breaches(announced_on=THURSDAY, until=date(2026, 4, 9), on=today)) == found
    assert ids(rules.single_source_breaches(announced_on=None, until=None, on=today)) == ["T-10"]


@pytest.mark.django_db
def test_t23_a_contract_may_agree_on_another_number_of_days():
    assert deadlines.end_of(rules.PAYMENT.within(60), date(2026, 3, 2)) == date(2026, 5, 6)  # the 60th day is 1 May: after the holiday


def test_what_must_happen_later_is_counted_in_the_unit_of_the_text():
    units = {limit.name: (limit.bound, limit.n, limit.unit) for limit in rules.TABLE}
    assert units["签订合同"] == (Bound.MOST, 30, Unit.DAY)
    assert units["合同公告"] == (Bound.MOST, 2, Unit.WORKDAY)
    assert units["单一来源公示"] == (Bound.LEAST, 5, Unit.WORKDAY)
