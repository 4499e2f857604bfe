"""Cases per person: a month's count against the full-time staff of the township."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.factories import make_user
from tests.staffing.factories import make_staff
from windows.models import WindowMonth
from windows.reports.workload import workload
from windows.rules.month import Month

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)


@pytest.fixture
def home(chongqing):
    first = chongqing.home.townships[0].organisation
    WindowMonth.objects.create(
        organisation=first, year=2026, month=10, until=OCTOBER.last, figures={"registered": 10, "ended": 7, "open": 3, "people": {}}
    )
    for _ in range(3):
        make_staff(first)
    make_staff(first, employment="PART_TIME")
    return chongqing.home


def test_cases_are_shared_among_full_time_staff_and_what_was_not_counted_is_no_zero(home):
    (first, second), total = workload(home.bureau, OCTOBER)
    assert (first.staff, first.registered_each, first.ended_each, first.open_each) == (3, "3.3", "2.3", "1.0")
    assert (second.figures, second.registered_each) == (None, "—")
    assert (total.staff, total.figures["registered"], total.registered_each) == (3, 10, "3.3")


def test_where_nobody_serves_nothing_is_divided(home, chongqing):
    second = home.townships[1].organisation
    WindowMonth.objects.create(
        organisation=second, year=2026, month=10, until=OCTOBER.last, figures={"registered": 4, "ended": 0, "open": 4}
    )
    rows, _ = workload(home.bureau, OCTOBER)
    assert (rows[1].staff, rows[1].registered_each) == (0, "—")


def test_the_page_is_for_who_answers_for_the_windows_of_this_district(home, chongqing, browse):
    url = f"{reverse('windows:workload', args=[home.bureau.pk])}?month=2026-10"
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    assert "3.3" in browse(chief).get(url).content.decode()
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    reader = make_user(role=Role.STAFFING_READER, organisation=home.bureau)
    assert [browse(user).get(url).status_code for user in (stranger, reader)] == [404, 403]


def test_personnel_and_staffing_offices_read_the_staffing_and_nothing_else(home, browse):
    client = browse(make_user(role=Role.STAFFING_READER, organisation=home.bureau))
    for name in ("unit_table", "staff_list", "unit_months", "unit_caseloads", "training_list", "scenario_list"):
        assert client.get(reverse(f"staffing:{name}", args=[home.bureau.pk])).status_code == 200, name
    assert client.get(reverse("staffing:staff_create", args=[home.bureau.pk])).status_code == 403
    for name in ("staff", "caseloads", "staffing-months", "staffing-tables", "absences", "trainings", "staffing-scenarios"):
        assert client.get(f"/api/v1/{name}/").status_code == 200, name
    assert client.post("/api/v1/caseloads/", {}, content_type="application/json").status_code == 403
    assert client.get("/api/v1/cases/").status_code == 403 and client.get("/api/v1/projects/").status_code == 403
