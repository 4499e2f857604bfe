"""Posted workers stand under a signed contract of their own district."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from records import clock
from staffing import services
from staffing.services import StaffFacts

pytestmark = pytest.mark.django_db


def contract(organisation, *, signed=True):
    """What the rule reads of a contract."""
    return SimpleNamespace(number="HT-1", project=SimpleNamespace(organisation=organisation), signed_at=clock.now() if signed else None)


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
