"""Many cases at once leave the rows that the counter would have left."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.windows.factories import log, make_clerk, programme, resident_number
from windows.exchange import bulk_open_cases
from windows.models import Case, CaseStep
from windows.services import course, intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def september():
    with time_machine.travel(datetime(2026, 9, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def october():
    with time_machine.travel(datetime(2026, 10, 20, 2, tzinfo=UTC), tick=False):
        yield


def entry(serial, code="DIBAO", **fields):
    base = {
        "name": "批量人",
        "id_number": resident_number(serial),
        "programme": programme(code),
        "accepted_on": date(2026, 9, 21),
        "done": 0,
    }
    return base | fields


@pytest.mark.usefixtures("september")
def test_a_bulk_case_has_the_dates_of_a_case_from_the_counter(chongqing):
    township = chongqing.home.townships[0].organisation
    clerk = make_clerk(township)
    one = log(clerk, township, serial=1)
    assert bulk_open_cases(township, [entry(2)], by=clerk, clerk=clerk) == 1
    two = Case.objects.exclude(pk=one.pk).get()
    names = ("due_on", "next_due_on", "next_step", "accepted_on", "status", "programme_code")
    assert [getattr(two, name) for name in names] == [getattr(one, name) for name in names]
    rows = [list(case.steps.values_list("code", "status", "starts_on", "due_on", "actor")) for case in (one, two)]
    assert rows[0] == rows[1] and two.materials.count() == one.materials.count()
    assert two.number == "500901101-2026-00002" and intake.next_number(township).endswith("00003")


@pytest.mark.usefixtures("october")
def test_bulk_cases_go_on_through_the_services(chongqing):
    township = chongqing.home.townships[0].organisation
    clerk = make_clerk(township)
    rows = [entry(n, done=n % 4) for n in range(10, 30)] + [entry(40, "TEKUN", ended="CONFIRMED", days=18)]
    assert bulk_open_cases(township, rows, by=clerk, clerk=clerk) == 21
    ended = Case.objects.get(status="CONFIRMED")
    assert ended.ended_at and set(ended.steps.values_list("status", flat=True)) == {"DONE"}
    step = CaseStep.objects.filter(code="INQUIRY", status="RUNNING").first()
    course.complete_step(step.pk, note="", version=0, by=clerk)
    assert Case.objects.get(pk=step.case_id).next_step == "启动信息核对；入户调查"
