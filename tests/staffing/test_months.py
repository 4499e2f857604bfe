"""The month as it was frozen: once, never changed, told to the chief, shown as change list and trend."""

from datetime import date
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import jobs
from records.models import Job, Message
from staffing import tasks
from staffing.models import Category, StaffingMonth
from staffing.reports import charts
from staffing.reports import months as reports
from staffing.services import months
from tests.factories import make_township, make_user
from tests.staffing.factories import make_caseload, make_month, make_staff

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def home(chongqing):
    for township in chongqing.home.townships:
        make_caseload(township.organisation, 2501)
        make_staff(township.organisation)
    return chongqing.home


@pytest.fixture
def chief(home):
    return make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)


def row_of(organisation, month=NOVEMBER):
    return StaffingMonth.objects.get(organisation=organisation, month=month)


def test_a_month_has_one_row_for_the_bureau_and_each_township_as_it_stood(home):
    township = home.townships[0].organisation
    make_caseload(township, 40, category=Category.EDGE)
    rows = months.freeze(home.bureau, NOVEMBER)
    assert {row.organisation_id for row in rows} == {home.bureau.pk, *(one.organisation.pk for one in home.townships)}
    row = row_of(township)
    assert (row.recipients, row.minimum, row.maximum, row.own, row.gap, row.standing) == (2501, 6, 10, 1, 5, "UNDERSTAFFED")
    assert row.categories == {"URBAN_DIBAO": 2501, "EDGE": 40} and row.as_of == date(2026, 9, 30)
    assert (row_of(home.bureau).recipients, row_of(home.bureau).minimum, row_of(home.bureau).gap) == (None, 5, 5)


def test_a_first_that_was_missed_is_frozen_later_as_it_stood_on_the_first(home):
    make_staff(home.townships[0].organisation, started_on=date(2026, 11, 2))
    make_caseload(home.townships[0].organisation, 9000, as_of=date(2026, 11, 15))
    months.freeze(home.bureau, NOVEMBER)
    assert (row_of(home.townships[0].organisation).own, row_of(home.townships[0].organisation).recipients) == (1, 2501)


def test_a_beat_that_fires_twice_writes_and_tells_once(home, chief, time_machine):
    time_machine.move_to("2026-11-01T01:35:00+08:00")
    for _ in range(2):
        tasks.freeze_months()
        jobs.run_pending()
    months.freeze(home.bureau, NOVEMBER)
    assert StaffingMonth.objects.filter(organisation__path__startswith=home.bureau.path).count() == 3
    assert Message.objects.filter(recipient=chief).count() == 1
    assert Job.objects.filter(kind=months.FREEZE_JOB, status=Job.Status.FAILED).count() == 0
    assert AuditEvent.objects.filter(action="staffing.staffingmonth.frozen", organisation_path=home.bureau.path).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_freeze_one_month(home):
    def work():
        months.freeze(home.bureau, NOVEMBER)
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert StaffingMonth.objects.count() == 3


def test_a_second_row_of_a_month_is_refused_by_the_database(home):
    months.freeze(home.bureau, NOVEMBER)
    with pytest.raises(IntegrityError, match="staffing_month_once"), transaction.atomic():
        make_month(home.bureau, NOVEMBER)


@pytest.mark.parametrize("change", [lambda rows: rows.update(own=9), lambda rows: rows._raw_delete("default")])
def test_a_frozen_row_can_neither_be_changed_nor_removed(home, change):
    months.freeze(home.bureau, NOVEMBER)
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        change(StaffingMonth.objects.all())


@pytest.mark.parametrize("fields", [{"month": date(2026, 11, 2)}, {"recipients": 5}, {"gap": 1, "standing": "MEETS"}])
def test_rows_that_make_no_sense_are_refused_by_the_database(home, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_month(home.bureau, **{"month": NOVEMBER} | fields)


def test_the_chief_is_told_what_changed_and_nothing_else(home, chief, time_machine):
    months.freeze(home.bureau, NOVEMBER)
    first = home.townships[0].organisation
    make_caseload(first, 3001, as_of=date(2026, 11, 20))
    make_staff(first, started_on=date(2026, 11, 20))
    months.freeze(home.bureau, DECEMBER)
    message = Message.objects.filter(recipient=chief).latest("pk")
    assert message.title == "2026年12月人员配备：1 个单位有变化"
    assert f"{first.label}：救助对象（人） 2,501 → 3,001，标准下限 6 → 7，自有专职 1 → 2" in message.body
    assert home.townships[1].organisation.label not in message.body
    assert message.url.endswith("months/?month=2026-12")


def test_a_month_without_change_says_so(home, chief):
    months.freeze(home.bureau, NOVEMBER)
    months.freeze(home.bureau, DECEMBER)
    assert Message.objects.filter(recipient=chief).latest("pk").title.endswith("与上次相比没有变化")


def test_units_that_come_and_go_are_named(home):
    months.freeze(home.bureau, NOVEMBER)
    born, ended = make_township(home.bureau, "500901990", "新设镇").organisation, home.townships[1].organisation
    ended.valid_to = date(2026, 11, 20)
    ended.save()
    months.freeze(home.bureau, DECEMBER)
    words = {unit.organisation.pk: unit.words for unit in reports.compare(home.bureau, DECEMBER).units}
    assert words == {born.pk: "本月新列入", ended.pk: "本月不再列入"}


def test_the_page_shows_the_frozen_figures_and_not_those_of_today(home, chief, browse):
    months.freeze(home.bureau, NOVEMBER)
    months.freeze(home.bureau, DECEMBER)
    make_caseload(home.townships[0].organisation, 9000, as_of=date(2026, 10, 31))
    page = browse(chief).get(reverse("staffing:unit_months", args=[home.bureau.pk])).content.decode()
    assert "5,002" in page and "11,501" not in page and 'class="trend"' in page
    town = browse(chief).get(reverse("staffing:township_detail", args=[home.townships[0].organisation.pk])).content.decode()
    assert "月度走势" in town and "2026-12" in town


def test_the_caseload_history_sums_by_day_and_category_with_its_sources(home, chief, browse):
    make_caseload(home.townships[0].organisation, 7, category=Category.TEKUN, source="特困台账")
    make_caseload(home.townships[0].organisation, 2000, as_of=date(2026, 6, 30), source="二季度台账")
    newest, oldest = reports.caseload_days(home.bureau)
    assert (newest.as_of, newest.townships, newest.total, oldest.total) == (date(2026, 9, 30), 2, 5009, 2000)
    assert newest.parts[Category.values.index("TEKUN")] == 7 and newest.sources == "三季度台账；特困台账"
    assert "二季度台账" in browse(chief).get(reverse("staffing:unit_caseloads", args=[home.bureau.pk])).content.decode()


def test_another_district_sees_none_of_it(chongqing, home, browse):
    months.freeze(home.bureau, NOVEMBER)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    for name in ("unit_months", "unit_months_export", "unit_caseloads", "unit_caseloads_export"):
        assert browse(stranger).get(reverse(f"staffing:{name}", args=[home.bureau.pk])).status_code == 404
    assert browse(stranger).get("/api/v1/staffing-months/").json()["results"] == []
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)
    assert len(browse(auditor).get("/api/v1/staffing-months/").json()["results"]) == 3


def test_the_page_costs_as_many_queries_for_twenty_months_as_for_two(home, chief, browse):
    client, url = browse(chief), reverse("staffing:unit_months", args=[home.bureau.pk])

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    for month in (NOVEMBER, DECEMBER):
        months.freeze(home.bureau, month)
    cost()
    few = cost()
    for number in range(1, 11):
        months.freeze(home.bureau, date(2026, number, 1))
    assert cost() == few <= 40


def test_a_trend_needs_two_months_and_keeps_its_points_inside():
    assert charts.trend(["2026-11"], {"现有专职": [3]}) is None
    assert charts.trend(["2026-11", "2026-12"], {"现有专职": [None, None]}) is None
    found = charts.trend(["10", "11", "12"], {"标准下限": [6, None, 6], "现有专职": [0, 3, 6]})
    assert [len(line.dots) for line in found.lines] == [2, 3]
    assert all(charts.TOP <= y <= found.base and found.left <= x <= found.right for line in found.lines for x, y, _ in line.dots)
    first, second = (line.end_y for line in found.lines)
    assert abs(second - first) >= 15


def test_a_month_without_numbers_is_no_zero(chongqing, browse):
    bureau = chongqing.home.bureau
    months.freeze(bureau, NOVEMBER)
    (point,) = reports.district_trend(bureau, [NOVEMBER])
    assert (point.recipients, point.minimum, point.counted) == (None, None, 0)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=bureau)
    assert browse(chief).get(reverse("staffing:unit_months", args=[bureau.pk])).status_code == 200
