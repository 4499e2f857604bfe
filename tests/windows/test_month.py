"""The month at the windows: what is counted, by whom it is seen, that it stays as it was counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from accounts.roles import Role
from records import jobs
from records.models import Job
from records.refusals import Refused
from tests.factories import make_user
from tests.windows.course import finish
from tests.windows.factories import application, log, make_clerk, make_window
from windows import exchange_month
from windows.models import Case, CaseStep, WindowMonth
from windows.reports import month as reports
from windows.rules import month as rules
from windows.rules.month import CaseFact, ClockFact, ListFact, Month
from windows.services import course, intake, months

SEPTEMBER = Month(2026, 9)
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)

days = st.dates(date(2026, 7, 1), date(2026, 12, 31))


@st.composite
def cases(draw):
    registered = draw(days)
    accepted = registered + timedelta(draw(st.integers(0, 9))) if draw(st.booleans()) else None
    ended = draw(st.none() | st.dates(accepted or registered, date(2027, 1, 31)))
    outcome = draw(st.sampled_from(sorted(rules.ENDED))) if ended else "ACCEPTED"
    return CaseFact(0, draw(st.integers(1, 3)), draw(st.integers(1, 4)), "某", registered, accepted, ended, outcome, draw(st.none() | days))


@given(st.lists(cases(), max_size=30))
def test_w05_every_case_is_counted_once_and_in_one_state(found):
    figures = rules.together(rules.count(SEPTEMBER, LAST, dict.fromkeys((1, 2, 3), (1, 2)), cases=found).values())
    assert figures["registered"] == sum(FIRST <= case.registered <= LAST for case in found)
    ended = sum(case.ended is not None and FIRST <= case.ended <= LAST for case in found)
    assert figures["ended"] == ended == sum(figures[name] for name in rules.ENDED.values())
    assert figures["late"] <= figures["ended"] and figures["overdue"] <= figures["open"]
    assert figures["townships"] == 3 and figures["staff"] == 6


@given(st.lists(cases(), max_size=20))
def test_what_people_did_adds_up_to_their_township(found):
    for figures in rules.count(SEPTEMBER, LAST, dict.fromkeys((1, 2, 3), (0, 0)), cases=found).values():
        for name in rules.PERSON:
            assert sum(person[name] for person in figures["people"].values()) == figures[name]


@given(st.lists(cases(), max_size=20), st.dates(FIRST, LAST))
def test_a_month_under_way_counts_what_has_happened_until_that_day(found, until):
    """Who ended later is still open that day, and nobody is counted twice."""
    (figures,) = rules.count(SEPTEMBER, until, {1: (0, 0)}, cases=[case for case in found if case.township == 1]).values()
    here = [case for case in found if case.township == 1 and case.registered <= until]
    assert figures["open"] == sum(case.ended is None or case.ended > until for case in here)


def clocked(**changed) -> ClockFact:
    values = {"case": 1, "township": 1, "name": "入户调查", "begun": date(2026, 9, 7), "due": date(2026, 9, 11), "over": date(2026, 9, 11)}
    return ClockFact(**values | changed)


@pytest.mark.parametrize(
    ("fact", "done", "late", "running", "overdue"),
    [
        (clocked(), 1, 0, 0, 0),  # on the due day itself
        (clocked(over=date(2026, 9, 12)), 1, 1, 0, 0),
        (clocked(over=date(2026, 10, 9)), 0, 0, 1, 1),
        (clocked(over=None, due=None), 0, 0, 1, 0),  # in a pause
        (clocked(over=None, due=LAST), 0, 0, 1, 0),
        (clocked(over=date(2026, 8, 31), begun=date(2026, 8, 20)), 0, 0, 0, 0),
        (clocked(over=None, stopped=LAST), 0, 0, 0, 0),
        (clocked(over=None, stopped=date(2026, 10, 2)), 0, 0, 1, 1),  # its case ended later: it waited still
    ],
)
def test_w05_a_clock_counts_where_it_stands_at_the_end_of_the_month(fact, done, late, running, overdue):
    (figures,) = rules.count(SEPTEMBER, LAST, {1: (1, 1)}, steps=[fact], referrals=[fact]).values()
    step, department = figures["steps"]["入户调查"], figures["departments"]["入户调查"]
    assert (step["done"], step["late"], step["running"], step["overdue"]) == (done, late, running, overdue)
    assert (department["answered"], department["late"], department["waiting"], department["overdue"]) == (done, late, running, overdue)
    assert department["sent"] == (fact.begun >= FIRST)


@pytest.mark.parametrize(("due", "over", "overdue"), [(date(2026, 9, 29), None, 1), (None, None, 0), (date(2026, 9, 29), LAST, 0)])
def test_w05_a_case_is_overdue_when_a_step_of_it_is(due, over, overdue):
    case = CaseFact(1, 1, 7, "某", FIRST, FIRST, None, "ACCEPTED", date(2026, 10, 15))
    (figures,) = rules.count(SEPTEMBER, LAST, {1: (1, 1)}, cases=[case], steps=[clocked(due=due, over=over)]).values()
    assert (figures["open"], figures["overdue"], figures["people"]["7"]["overdue"]) == (1, overdue, overdue)


def test_w04_a_second_list_is_told_apart():
    (figures,) = rules.count(SEPTEMBER, LAST, {1: (1, 1)}, lists=[ListFact(1, 1), ListFact(1, 2), ListFact(1, 1)]).values()
    assert (figures["lists"], figures["second_lists"]) == (3, 1)


def test_nothing_to_divide_by_is_a_dash():
    assert (rules.share(0, 0), rules.mean(0, 0), rules.share(2, 3), rules.mean(7, 2)) == ("—", "—", "66.7%", "3.5")


def test_a_month_knows_its_days_and_its_former():
    assert (Month(2028, 2).last, Month(2026, 1).before(), Month.of(LAST)) == (date(2028, 2, 29), Month(2025, 12), SEPTEMBER)


# With the portal


def at(day: int, month: int = 9, hour: int = 2):
    return time_machine.travel(datetime(2026, month, day, hour, tzinfo=UTC), tick=False)


@pytest.fixture
def town(chongqing):
    """A window with one case ended in time, one ended late, one open and late, one with two lists, one sent to 医保局."""
    home = chongqing.home
    town = home.townships[0].organisation
    clerk = make_clerk(town, name="庄口")
    make_window(town).staff.add(clerk)
    with at(1):
        ended, late, stays = (log(clerk, town, serial=serial) for serial in (1, 2, 3))
        sent = log(clerk, town, "MEDICAL", serial=4)
        twice = intake.log_application(application(town, serial=5, papers={"APPLICATION": "BROUGHT"}), by=clerk)
    Case.objects.filter(pk=late.pk).update(due_on=date(2026, 9, 10))
    with at(8):
        finish(stays, "INQUIRY", clerk)
        course.withdraw(ended.pk, reason="申请人书面撤回申请", version=Case.objects.get(pk=ended.pk).version, by=clerk)
    with at(11):
        course.withdraw(late.pk, reason="申请人书面撤回申请", version=Case.objects.get(pk=late.pk).version, by=clerk)
    CaseStep.objects.filter(case=stays, code="VISIT").update(due_on=date(2026, 9, 8), minimum=True)  # a period to be waited for
    return town, clerk, sent, twice


rows = pytest.mark.django_db


@rows
def test_a_month_is_counted_kept_and_seen_by_who_answers_for_it(chongqing, town, browse, count_queries):
    place, clerk, *_ = town
    district = chongqing.home.bureau
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=district)
    lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=place)
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)
    url = reverse("windows:month")
    with at(3, 10):
        assert "这个月还没有统计" in browse(chief).get(url).content.decode()
        browse(chief).post(reverse("windows:month_count"), {"place": district.pk, "month": "2026-09"})
        jobs.run_pending()
        row = WindowMonth.objects.get(organisation=place)
        figures = row.figures
        assert [figures[key] for key in ("registered", "ended", "withdrawn", "late", "open", "overdue")] == [5, 2, 2, 1, 3, 1], figures
        assert (figures["windows"], figures["staff"], figures["lists"]) == (1, 1, 1)
        assert figures["steps"]["启动家庭经济状况调查"] == {"done": 1, "late": 1, "days": 7, "running": 0, "overdue": 0}
        assert figures["steps"]["入户调查"]["overdue"] == 1, "its period is over and nobody closed it"
        assert figures["departments"][chongqing.home.departments["MEDICAL"].label]["sent"] == 1
        assert AuditEvent.objects.filter(action="windows.windowmonth.counted").count() == 1
        for reader, words in ((chief, place.name), (lead, "庄口"), (auditor, district.label)):
            page = browse(reader).get(url, {"month": "2026-09"})
            assert page.status_code == 200 and words in page.content.decode()
        stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
        assert browse(stranger).get(url, {"place": place.pk}).status_code == 404
        assert browse(stranger).post(reverse("windows:month_count"), {"place": place.pk, "month": "2026-09"}).status_code == 404
        assert browse(auditor).post(reverse("windows:month_count"), {"place": place.pk, "month": "2026-09"}).status_code == 403
        few = count_queries(browse(auditor), f"{url}?month=2026-09")
        months.keep(SEPTEMBER, [other.organisation for other in chongqing.districts[1].townships], place=chongqing.city, by=None)
        assert count_queries(browse(auditor), f"{url}?month=2026-09") == few


@rows
def test_counting_again_keeps_what_was_counted_before(chongqing, town):
    place, clerk, *_ = town
    with at(15):
        months.keep(SEPTEMBER, [place], place=place, by=clerk)
    with at(3, 10):
        assert len(months.keep(SEPTEMBER, [place], place=place, by=clerk)) == 1, "the month had not been full"
        assert months.keep(SEPTEMBER, [place], place=place, by=clerk) == [], "nothing changed: nothing is written"
    first, second = WindowMonth.objects.filter(organisation=place).order_by("turn")
    assert (first.until, first.replaced_at is None) == (date(2026, 9, 15), False)
    assert (second.until, second.turn, second.replaced_at) == (LAST, 2, None)


@rows
def test_a_month_to_come_is_not_counted(chongqing):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    with at(15), pytest.raises(Refused, match="2026 年 10 月还没有开始"):
        months.order_count(chongqing.home.bureau, Month(2026, 10), by=chief)


@rows
def test_on_the_first_last_month_is_closed_once_in_every_district(chongqing):
    with at(1, 10):
        assert months.close_month() == months.close_month() == len(chongqing.districts)
        assert Job.objects.filter(kind=months.COUNT_JOB).count() == len(chongqing.districts)
        jobs.run_pending()
    assert set(WindowMonth.objects.values_list("year", "month", "until")) == {(2026, 9, LAST)}


@rows
def test_the_month_leaves_as_sheet_and_paper(chongqing, town, browse):
    place, clerk, *_ = town
    lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=place)
    with at(3, 10):
        address, asked = reverse("windows:month_export"), {"month": "2026-09", "as": "csv"}
        assert len(browse(lead).get(address, asked).content.splitlines()) == 1, "zeros would be read as none"
        months.keep(SEPTEMBER, [place], place=place, by=lead)
        sheet = browse(lead).get(address, asked).content.decode("utf-8-sig")
        assert sheet.splitlines()[0].startswith("单位,应设窗口,已设窗口,专职人员,登记") and f"{place.name},1,1,1,5" in sheet
        answer = browse(lead).post(reverse("windows:month_print"), {"place": place.pk, "month": "2026-09"})
        job = Job.objects.get(kind=exchange_month.PAPER_JOB)
        assert answer["Location"] == reverse("records:job_detail", args=[job.pk])
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE and job.result.name.endswith("窗口月报（2026 年 9 月）.pdf")
        assert reports.month_table(lead, place, SEPTEMBER).people[0]["name"] == "庄口"


@rows
def test_the_api_answers_with_the_pages_scope_place_and_month(chongqing, town, browse):
    place, clerk, *_ = town
    other = chongqing.home.townships[1].organisation
    lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=place)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    address = "/api/v1/window-months/"

    def told(user, **asked):
        answer = browse(user).get(address, asked)
        return (
            [(row["organisation"], row["month"]) for row in answer.json()["results"]] if answer.status_code == 200 else answer.status_code
        )

    with at(3, 10):
        months.keep(SEPTEMBER, [place, other], place=chongqing.home.bureau, by=chief)
        months.keep(Month(2026, 10), [place], place=place, by=chief)
        assert told(lead) == [(place.name, "2026-09")], "the last whole month"
        assert sorted(told(chief)) == sorted([(place.name, "2026-09"), (other.name, "2026-09")])
        assert told(chief, place=other.pk) == told(chief, place=other.pk, month="2026-09") == [(other.name, "2026-09")]
        assert told(lead, month="2026-10") == [(place.name, "2026-10")] and told(stranger) == []
        assert (told(lead, place=other.pk), told(stranger, place=place.pk), told(lead, month="2026-13")) == (404, 404, 400)
        assert told(clerk) == 403
        row = browse(lead).get(address).json()["results"][0]
        page = reports.month_table(lead, place, SEPTEMBER)
        assert (row["in_time"], row["mean_days"], row["figures"]["overdue"]) == (page.total.in_time, page.total.days, 1)
        assert browse(lead).get(f"{address}{row['id']}/").json()["figures"]["people"]
