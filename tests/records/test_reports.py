"""What this app puts on the work list and finds for the search box."""

from datetime import date

import pytest
import time_machine

from accounts.roles import Role
from records import calendars, clock, reports
from records.models import Job
from tests.factories import make_user
from tests.records.factories import make_job, make_notice, make_value

pytestmark = pytest.mark.django_db


def test_a_value_waits_for_everyone_who_may_confirm_but_its_setter(chongqing):
    setter, other = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    officer = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    year = clock.today().year + 1
    calendars.write_year(year, [calendars.Day(day, day.weekday() < 5, "") for day in calendars.days_of(year)], source="测试", by=None)
    make_value(chongqing.city, setter, value="30")
    make_value(chongqing.home.bureau, officer, code="transfer_days", value="2")
    make_value(chongqing.home.bureau, officer, code="feedback_days", value="9", example=True)

    titles = {user: [item.title for item in reports.worklist(user)] for user in (setter, other, chief, officer)}
    assert titles[setter] == ["确认转办时限（甲区民政局）"]
    assert len(titles[other]) == 2
    assert titles[chief] == ["确认转办时限（甲区民政局）"]
    assert titles[officer] == []


@pytest.mark.parametrize(("day", "asked"), [("2026-10-31", []), ("2026-11-01", ["导入 2027 年工作日历"])])
def test_from_november_next_years_calendar_waits_for_who_may_import_it(chongqing, day, asked):
    keeper = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    other = make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau)
    with time_machine.travel(f"{day} 09:00:00+08:00", tick=True):
        items = reports.worklist(keeper)
        assert [item.title for item in items] == asked
        assert [item.due_on for item in items] == [date(2026, 12, 31)] * len(asked)
        assert reports.worklist(other) == []
        calendars.write_year(2027, [calendars.Day(day, day.weekday() < 5, "") for day in calendars.days_of(2027)], source="测试", by=None)
        assert reports.worklist(keeper) == []


def test_a_failed_job_waits_for_whoever_asked(chongqing):
    asker, colleague = (make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau) for _ in range(2))
    job = make_job(chongqing.home.bureau, asker, title="导出清单")
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, failure="样例原因", finished_at=clock.now())

    assert [(item.title, item.note) for item in reports.worklist(asker)] == [("任务失败：导出清单", "样例原因")]
    assert reports.worklist(colleague) == []


def test_papers_are_found_within_reach_by_number_title_and_code(chongqing):
    here = make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau)
    stranger = make_user(role=Role.SUPERVISOR, organisation=chongqing.districts[1].bureau)
    notice = make_notice(chongqing.home.bureau, title="照料护理成交结果公告")

    for text in ("照料护理", notice.number, notice.code, notice.code.lower()):
        assert [hit.title for hit in reports.search(here, text)] == ["照料护理成交结果公告"]
    assert reports.search(stranger, "照料护理") == []
    assert reports.search(here, "没有这个") == []


def test_the_work_list_costs_the_same_for_one_and_thirty(chongqing, django_assert_max_num_queries):
    user = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    officer = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    for number in range(10):
        make_job(chongqing.home.bureau, user, key=str(number))
    for code in ("transfer_days", "feedback_days", "acknowledge_days"):
        make_value(chongqing.home.bureau, officer, code=code, value="3")
    Job.objects.update(status=Job.Status.FAILED, finished_at=clock.now())

    with django_assert_max_num_queries(4):
        assert len(reports.worklist(user)) == 13
