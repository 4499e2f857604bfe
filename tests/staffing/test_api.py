"""Endpoints: the same reach, permission and rules as the pages."""

import pytest

from accounts.roles import Role
from staffing.models import Caseload
from tests.factories import make_user
from tests.staffing.factories import make_absence, make_caseload, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(chongqing):
    for township in chongqing.home.townships:
        make_caseload(township.organisation, 2501)
        make_staff(township.organisation)
    return chongqing.home


LISTS = ("caseloads", "staff", "trainings", "staffing-scenarios")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_what_is_in_reach_and_nothing_else(chongqing, home, browse, name):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    url = f"/api/v1/{name}/"
    expected = 2 if name in ("caseloads", "staff") else 0
    assert len(browse(chief).get(url).json()["results"]) == expected
    assert browse(stranger).get(url).json()["results"] == []


def test_the_table_gives_the_figures_of_the_page(home, browse):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    table = browse(chief).get(f"/api/v1/staffing-tables/{home.bureau.pk}/").json()
    assert (table["recipients"], table["minimum"], table["gap"]) == (5002, 12, 10)
    assert table["townships"][0]["standing"] == "UNDERSTAFFED"


def test_the_table_of_another_district_is_not_found(chongqing, home, browse):
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    assert browse(stranger).get(f"/api/v1/staffing-tables/{home.bureau.pk}/").status_code == 404


def post(client, township, **changed):
    data = {"organisation": township.pk, "as_of": "2026-10-31", "category": "TEKUN", "recipients": 7, "source": "系统对接"}
    return client.post("/api/v1/caseloads/", data | changed, content_type="application/json")


def test_numbers_are_entered_and_corrected_through_the_service(home, browse):
    township = home.townships[0].organisation
    client = browse(make_user(role=Role.TOWNSHIP_LEAD, organisation=township))
    assert post(client, township).status_code == 201
    assert post(client, township, recipients=8).json()["recipients"] == 8
    assert Caseload.objects.get(category="TEKUN").recipients == 8


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"recipients": -1}, 400),
        ({"recipients": 1.5}, 400),
        ({"as_of": "2999-01-01"}, 422),
        ({"category": "X"}, 400),
        ({"source": " "}, 400),
    ],
)
def test_bad_numbers_are_refused_as_problem_documents(home, browse, changed, status):
    township = home.townships[0].organisation
    response = post(browse(make_user(role=Role.TOWNSHIP_LEAD, organisation=township)), township, **changed)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert not Caseload.objects.filter(category="TEKUN").exists()


def test_numbers_for_another_township_are_not_accepted(home, browse):
    client = browse(make_user(role=Role.TOWNSHIP_LEAD, organisation=home.townships[0].organisation))
    assert post(client, home.townships[1].organisation).status_code == 404
    assert not Caseload.objects.filter(category="TEKUN").exists()


def test_the_auditor_reads_and_does_not_write(chongqing, home, browse):
    client = browse(make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city))
    assert len(client.get("/api/v1/caseloads/").json()["results"]) == 2
    assert post(client, home.townships[0].organisation).status_code == 403


def test_the_city_by_district_holds_the_figures_of_the_page_for_who_reaches_it(chongqing, home, browse):
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)
    rows = browse(auditor).get("/api/v1/staffing-tables/").json()
    assert len(rows) == len(chongqing.districts)
    assert (rows[0]["recipients"], rows[0]["minimum"], rows[0]["gap"], rows[0]["understaffed"]) == (5002, 12, 10, 2)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    assert [row["district"] for row in browse(stranger).get("/api/v1/staffing-tables/").json()] == [chongqing.districts[1].bureau.name]


def test_leaves_are_read_in_reach_only(chongqing, home, browse):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    make_absence(make_staff(home.bureau), chief)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    assert [len(browse(user).get("/api/v1/absences/").json()["results"]) for user in (chief, stranger)] == [1, 0]
