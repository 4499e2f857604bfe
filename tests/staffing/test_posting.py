"""Posted workers stand under a signed contract of their own district."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from records import clock
from staffing import services
from staffing.services import StaffFacts

pytestmark = pytest.mark.django_db


def contract(organisation, *, signed=True, dispatch=False, **days):
    """What the rule reads of a contract."""
    test = {"dispatch": {"answer": dispatch, "note": ""}}
    project = SimpleNamespace(organisation=organisation, employment_test=test)
    days = {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 31), "terminated_on": None} | days
    return SimpleNamespace(number="HT-1", project=project, signed_at=clock.now() if signed else None, **days)


def faults(township, agreement, **changed) -> list[tuple[str, bool]]:
    facts = {"place": "TOWNSHIP", "name": "甲", "employment": "POSTED", "education": "COLLEGE", "started_on": date(2026, 1, 1)} | changed
    return [(b.rule, b.binding) for b in services.staff_breaches(StaffFacts(organisation=township, contract=agreement, **facts))]


@pytest.fixture
def township(chongqing):
    return chongqing.home.townships[0].organisation


def test_a_signed_contract_of_the_own_district_lets_a_worker_be_posted(chongqing, township):
    assert faults(township, contract(chongqing.home.bureau)) == []


def test_a_contract_of_another_district_does_not(chongqing, township):
    assert faults(township, contract(chongqing.districts[1].bureau)) == [("W-20", True)]


def test_a_contract_that_is_not_signed_does_not(chongqing, township):
    assert faults(township, contract(chongqing.home.bureau, signed=False)) == [("W-20", True)]


def test_a_lower_degree_is_asked_for_its_reason(chongqing, township):
    assert faults(township, contract(chongqing.home.bureau), education="BELOW") == [("W-21", False)]


def test_a_day_of_leaving_before_the_day_of_arrival_is_refused(chongqing, township):
    ended = date(2026, 1, 1) - timedelta(days=1)
    assert faults(township, contract(chongqing.home.bureau), ended_on=ended) == [("W-20", True)]


def test_a_contract_of_labour_dispatch_posts_nobody(chongqing, township):
    assert faults(township, contract(chongqing.home.bureau, dispatch=True)) == [("P-33", True)]


@pytest.mark.parametrize(
    ("days", "changed"),
    [
        ({"ends_on": date(2026, 6, 30)}, {}),
        ({"terminated_on": date(2026, 6, 30)}, {}),
        ({"ends_on": date(2026, 6, 30)}, {"ended_on": date(2026, 7, 1)}),
        ({"starts_on": date(2026, 1, 2)}, {}),
    ],
)
def test_nobody_is_posted_outside_the_term_of_the_contract(chongqing, township, days, changed):
    assert faults(township, contract(chongqing.home.bureau, **days), **changed) == [("W-20", True)]


def test_who_left_with_the_end_of_the_contract_stays_on_record(chongqing, township):
    ended = contract(chongqing.home.bureau, ends_on=date(2026, 6, 30))
    assert faults(township, ended, ended_on=date(2026, 6, 30)) == []
