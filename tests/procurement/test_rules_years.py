"""F-09 over several budget years: the split, its room, the cut of periods, the chain of each year."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules import years

STARTS, ENDS = date(2026, 7, 1), date(2028, 6, 30)
THREE = {2026: D("100.00"), 2027: D("200.00"), 2028: D("100.00")}
CENTS = st.integers(1, 10_000_000).map(lambda n: D(n) / 100)


def ids(found) -> list[str]:
    return [breach.rule for breach in found]


@pytest.mark.parametrize(
    ("plan", "shares", "refused"),
    [
        ("400.00", THREE, False),
        ("400.01", THREE, True),
        ("300.00", {2026: D("100.00"), 2027: D("200.00")}, True),
        ("400.00", {}, True),
    ],
)
def test_f09_a_term_over_one_year_is_split_over_each_of_its_years_to_the_cent(plan, shares, refused):
    found = ids(years.share_breaches(plan=D(plan), shares=shares, starts=STARTS, ends=ENDS))
    assert (set(found) == {"F-09"}) is refused


def test_f09_a_term_of_one_year_may_stay_in_one_budget():
    assert not list(years.share_breaches(plan=D("1.00"), shares={}, starts=STARTS, ends=date(2027, 6, 30)))


def test_f09_no_year_draws_more_than_its_share_and_no_other_year_draws():
    assert not list(years.drawn_breaches(shares=THREE, drawn={2026: D("100.00"), 2027: D("1.00")}, first=2026))
    assert ids(years.drawn_breaches(shares=THREE, drawn={2026: D("100.01")}, first=2026)) == ["F-09"]
    assert ids(years.drawn_breaches(shares=THREE, drawn={2029: D("1.00")}, first=2026)) == ["F-09"]
    assert ids(years.drawn_breaches(shares={}, drawn={2027: D("1.00")}, first=2026)) == ["F-09"]


def test_p15_the_first_year_is_covered_to_the_cent_and_later_ones_follow():
    assert not list(years.covered_breaches(shares=THREE, drawn={2026: D("100.00")}, until=2026))
    assert ids(years.covered_breaches(shares=THREE, drawn={2026: D("99.99")}, until=2026)) == ["P-15"]
    assert ids(years.covered_breaches(shares=THREE, drawn={2026: D("100.00")}, until=2027)) == ["P-15"]


@given(total=CENTS, room=st.lists(CENTS, min_size=1, max_size=4))
def test_f09_a_split_keeps_the_sum_and_never_passes_a_years_room(total, room):
    rooms = dict(enumerate(room, start=2026))
    found = years.split(total, rooms)
    assert sum(found.values()) == min(total, sum(room))
    assert all(0 <= found[year] <= rooms[year] for year in rooms)


def test_periods_are_cut_at_the_new_year():
    found = years.cut([(date(2026, 11, 15), date(2027, 2, 14)), (date(2027, 2, 15), date(2027, 5, 14))])
    assert found == [
        (date(2026, 11, 15), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 2, 14)),
        (date(2027, 2, 15), date(2027, 5, 14)),
    ]


@pytest.mark.parametrize(
    ("ceiling", "contract", "accepted", "paid", "refused"),
    [
        ("100.00", "90.00", "90.00", "90.00", False),
        ("100.01", "90.00", "90.00", "90.00", True),
        ("100.00", "100.01", "90.00", "90.00", True),
        ("100.00", "90.00", "90.01", "90.00", True),
        ("100.00", "90.00", "90.00", "90.01", True),
    ],
)
def test_f09_each_year_keeps_its_own_chain(ceiling, contract, accepted, paid, refused):
    row = years.Year(2027, D("100.00"), D("100.00"), D(ceiling), D(contract), D(accepted), D(paid))
    found = list(years.year_breaches(row))
    assert [breach.rule for breach in found] == ["F-09"] * refused
    assert all(breach.message.startswith("2027 年度") for breach in found)


def test_f09_a_year_without_money_is_told_with_what_is_missing():
    row = years.Year(2027, D("40.00"), D("100.00"), D("100.00"), D("90.00"), D(0), D(0))
    assert "还差 50.00 元" in next(years.unfunded_breaches(row)).message
    assert not list(years.unfunded_breaches(years.Year(2027, D("90.00"), D("100.00"), None, D("90.00"), D(0), D(0))))


def test_f09_what_is_left_to_serve_fits_into_the_years_that_are_left():
    assert not list(years.room_breaches(D("300.00"), {2027: D("200.00"), 2028: D("100.00")}))
    assert ids(years.room_breaches(D("300.01"), {2027: D("200.00"), 2028: D("100.00")})) == ["F-09"]
    assert ids(years.missing_breaches([2028, 2029], THREE)) == ["F-09"]
