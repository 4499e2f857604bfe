"""A corrected calendar year: every open clock follows in one transaction, on record, and only once (D13)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import AuditEvent
from accounts.roles import Role
from records import calendars
from records.models import CalendarDay
from tests.factories import make_user
from tests.windows.factories import log, make_clerk
from windows.models import Case, CaseStep, Referral
from windows.services import course, recompute
from windows.tasks import recompute_corrected

pytestmark = pytest.mark.django_db
SOURCE = "国务院办公厅更正通知"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 9, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def township(chongqing):
    return chongqing.home.townships[0].organisation


@pytest.fixture
def clerk(township):
    return make_clerk(township)


@pytest.fixture
def admin(chongqing):
    return make_user(role=Role.SYSTEM_ADMIN, organisation=chongqing.city)


def close(day: date, admin):
    """The year as it is, with one more day off."""
    rows = CalendarDay.objects.filter(date__year=day.year).order_by("date")
    days = [calendars.Day(row.date, row.is_workday and row.date != day, row.name) for row in rows]
    calendars.publish_year(day.year, days, source=SOURCE, by=admin)


def test_open_steps_and_referrals_follow_a_corrected_year_with_a_trace_each(clerk, township, admin):
    case, other = log(clerk, township), log(clerk, township, "MEDICAL")
    assert recompute_corrected() == 0
    close(date(2026, 9, 22), admin)
    assert recompute_corrected() == AuditEvent.objects.filter(action__endswith=".recomputed").count() > 2
    inquiry = case.steps.get(code="INQUIRY")
    assert inquiry.due_on == date(2026, 9, 28) and other.referrals.get().due_on == date(2026, 9, 24)
    case = Case.objects.get(pk=case.pk)
    assert case.next_due_on == date(2026, 9, 28) and case.due_on == case.steps.get(whole=True).due_on > date(2026, 11, 9)
    trace = AuditEvent.objects.get(action="windows.casestep.recomputed", target_id=str(inquiry.pk)).detail
    assert SOURCE in trace["reason"] and (trace["due_before"], trace["due_after"]) == ("2026-09-24", "2026-09-28")


def test_running_it_twice_changes_nothing(clerk, township, admin):
    log(clerk, township)
    close(date(2026, 9, 22), admin)
    recompute_corrected()
    before = (list(CaseStep.objects.order_by("pk").values()), list(Case.objects.values()), AuditEvent.objects.count())
    assert recompute_corrected() == 0
    assert recompute.recompute(date(2026, 1, 1), date(2026, 12, 31), reason="再次核对") == 0
    assert (list(CaseStep.objects.order_by("pk").values()), list(Case.objects.values()), AuditEvent.objects.count()) == before


def test_ended_cases_and_other_years_stay_as_they_were(clerk, township, admin):
    ended = log(clerk, township)
    course.withdraw(ended.pk, reason="申请人已另行办理", version=ended.version, by=clerk)
    before = list(ended.steps.order_by("pk").values())
    running = log(clerk, township, serial=2)
    recompute_corrected()
    close(date(2026, 9, 22), admin)
    close(date(2025, 3, 3), admin)
    assert recompute_corrected() > 0
    assert list(ended.steps.order_by("pk").values()) == before and running.steps.get(code="INQUIRY").due_on == date(2026, 9, 28)


def test_when_one_clock_fails_none_has_moved(clerk, township, admin, monkeypatch):
    log(clerk, township)
    log(clerk, township, "MEDICAL", serial=2)
    recompute_corrected()
    close(date(2026, 9, 22), admin)
    before = [list(model.objects.order_by("pk").values()) for model in (CaseStep, Referral)]
    trace = recompute._trace

    def stumble(row, detail):
        trace(row, detail)
        if isinstance(row, Referral):
            raise RuntimeError("the power went out")

    monkeypatch.setattr(recompute, "_trace", stumble)
    with pytest.raises(RuntimeError):
        recompute_corrected()
    assert [list(model.objects.order_by("pk").values()) for model in (CaseStep, Referral)] == before
    monkeypatch.setattr(recompute, "_trace", trace)
    assert recompute_corrected() > 2
