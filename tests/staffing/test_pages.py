"""Every page for its owner, a colleague below, a superior and a stranger; forms, files and exports by HTTP."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import load_workbook

from accounts.roles import Role
from records import jobs
from records.models import Job
from staffing import reports
from staffing.models import Attendance, Caseload, StaffMember, Training
from tests.factories import make_township, make_user
from tests.staffing.factories import make_caseload, make_staff

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 9, 30)


@pytest.fixture
def world(chongqing):
    home = chongqing.home
    for township in home.townships:
        make_caseload(township.organisation, 2501)
        make_staff(township.organisation)
    make_staff(home.bureau)
    return chongqing


@pytest.fixture
def people(world):
    home, other = world.home, world.districts[1]
    return {
        "chief": make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau),
        "lead": make_user(role=Role.TOWNSHIP_LEAD, organisation=home.townships[0].organisation),
        "neighbour": make_user(role=Role.TOWNSHIP_LEAD, organisation=home.townships[1].organisation),
        "city": make_user(role=Role.CITY_AUDITOR, organisation=world.city),
        "stranger": make_user(role=Role.BUREAU_CHIEF, organisation=other.bureau),
        "contractor": make_user(role=Role.CONTRACTOR_ADMIN, organisation=world.contractors[0]),
    }


def pages(world) -> dict[str, str]:
    bureau, township = world.home.bureau.pk, world.home.townships[0].organisation.pk
    unit = ("unit_table", "unit_export", "staff_list", "training_list", "scenario_list")
    unit += ("unit_months", "unit_months_export", "unit_caseloads", "unit_caseloads_export")
    edit = ("caseload_import", "training_create", "scenario_create")
    found = {name: reverse(f"staffing:{name}", args=[bureau]) for name in (*unit, *edit)}
    found |= {name: reverse(f"staffing:{name}", args=[township]) for name in ("township_detail", "caseload_enter", "staff_create")}
    member = StaffMember.objects.filter(organisation=township).earliest("pk")
    return found | {"staff_edit": reverse("staffing:staff_edit", args=[member.pk])}


EDITING = {"caseload_import", "training_create", "scenario_create", "caseload_enter", "staff_create", "staff_edit"}
OF_TOWNSHIP = {"township_detail", "caseload_enter", "staff_create", "staff_edit"}


def test_the_chief_opens_every_page(world, people, browse):
    client = browse(people["chief"])
    assert {name: client.get(url).status_code for name, url in pages(world).items()} == dict.fromkeys(pages(world), 200)


def test_the_township_lead_opens_the_pages_of_the_own_township_and_no_other(world, people, browse):
    client = browse(people["lead"])
    for name, url in pages(world).items():
        assert client.get(url).status_code == (200 if name in OF_TOWNSHIP else 404), name


def test_the_neighbouring_township_finds_nothing(world, people, browse):
    client = browse(people["neighbour"])
    assert {client.get(url).status_code for url in pages(world).values()} == {404}


def test_the_city_reads_everything_and_edits_nothing(world, people, browse):
    client = browse(people["city"])
    for name, url in pages(world).items():
        assert client.get(url).status_code == (403 if name in EDITING else 200), name


@pytest.mark.parametrize("who", ["stranger"])
def test_another_district_finds_nothing(world, people, browse, who):
    client = browse(people[who])
    assert {client.get(url).status_code for url in pages(world).values()} == {404}


def test_a_contractor_does_not_come_in(world, people, browse):
    client = browse(people["contractor"])
    assert {client.get(url).status_code for url in pages(world).values()} == {403}


@pytest.mark.parametrize(
    ("who", "page"), [("chief", "unit_table"), ("lead", "township_detail"), ("city", "city_table"), ("stranger", "unit_table")]
)
def test_the_way_in_leads_to_the_table_that_fits_the_post(people, browse, who, page):
    response = browse(people[who]).get(reverse("staffing:home"), follow=True)
    assert response.resolver_match.view_name == f"staffing:{page}"
    assert response.status_code == 200


def test_the_table_says_how_many_are_missing_and_which_clause_says_so(world, people, browse):
    page = browse(people["chief"]).get(pages(world)["unit_table"]).content.decode()
    assert "2,501 × 2‰ = 5.002，下限进一得 6" in page
    assert "渝民发〔2018〕4号 三（二）" in page
    assert "未达标" in page
    assert "核减意见" in page


def test_the_city_table_shows_only_districts_in_reach(world, people, browse):
    page = browse(people["chief"]).get(reverse("staffing:city_table")).content.decode()
    assert ("甲区" in page, "乙区" in page) == (True, False)


@pytest.mark.parametrize("name", ["unit_table", "staff_list", "training_list"])
def test_a_page_costs_the_same_for_thirty_townships(world, people, browse, count_queries, name):
    client, url = browse(people["chief"]), pages(world)[name]
    client.get(url)  # the first visit of a session writes a few rows of its own
    few = count_queries(client, url)
    for number in range(28):
        township = make_township(world.home.bureau, f"5009019{number:02}", f"镇{number}").organisation
        make_caseload(township, 1500)
        make_staff(township)
    assert count_queries(client, url) == few
    assert few <= 40


def test_the_city_table_costs_the_same_for_more_districts(world, people, browse, count_queries):
    client, url = browse(people["city"]), reverse("staffing:city_table")
    client.get(url)  # the first visit of a session writes a few rows of its own
    few = count_queries(client, url)
    for district in world.districts[1:]:
        for township in district.townships:
            make_caseload(township.organisation, 1500)
            make_staff(township.organisation)
    assert count_queries(client, url) == few
    assert few <= 20


def test_numbers_typed_into_the_form_show_on_the_township(world, people, browse):
    client, url = browse(people["lead"]), pages(world)["caseload_enter"]
    response = client.post(url, {"as_of": "2026-10-31", "source": "十月台账", "TEKUN": "12", "URBAN_DIBAO": "1000"}, follow=True)
    assert response.status_code == 200
    assert "十月台账" in response.content.decode()


@pytest.mark.parametrize(("value", "message"), [("12.5", "整数"), ("-1", "负数"), ("", "至少填写一类")])
def test_a_bad_number_is_refused_with_its_reason_and_stays_typed(world, people, browse, value, message):
    before = Caseload.objects.count()
    response = browse(people["lead"]).post(pages(world)["caseload_enter"], {"as_of": "2026-10-31", "source": "台账", "TEKUN": value})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert Caseload.objects.count() == before


def upload(client, url, text):
    data = {"as_of": "2026-10-31", "source": "十月台账", "file": SimpleUploadedFile("表.csv", text.encode())}
    return client.post(url, data)


def test_an_import_writes_nothing_before_it_is_confirmed_and_once_after(world, people, browse):
    client, name = browse(people["chief"]), world.home.townships[0].organisation.name
    response = upload(client, pages(world)["caseload_import"], f"乡镇街道,特困\n{name},33\n没有镇,1\n")
    assert response.status_code == 200
    assert "没有镇" in response.content.decode()
    assert not Caseload.objects.filter(as_of=date(2026, 10, 31)).exists()
    confirm = reverse("staffing:caseload_import_confirm", args=[world.home.bureau.pk])
    for _ in range(2):
        client.post(confirm, {"sealed": response.context["sealed"], "idempotency_key": response.context["key"]})
    assert Caseload.objects.get(as_of=date(2026, 10, 31)).recipients == 33


def test_a_forged_preview_writes_nothing(world, people, browse):
    client = browse(people["chief"])
    confirm = reverse("staffing:caseload_import_confirm", args=[world.home.bureau.pk])
    before = Caseload.objects.count()
    client.post(confirm, {"sealed": "abc:def:ghi"})
    assert Caseload.objects.count() == before


def test_a_preview_of_one_district_is_not_confirmed_for_another(world, people, browse):
    name = world.home.townships[0].organisation.name
    sealed = upload(browse(people["chief"]), pages(world)["caseload_import"], f"乡镇街道,特困\n{name},33\n").context["sealed"]
    other = reverse("staffing:caseload_import_confirm", args=[world.districts[1].bureau.pk])
    browse(people["stranger"]).post(other, {"sealed": sealed})
    assert not Caseload.objects.filter(as_of=date(2026, 10, 31)).exists()


def test_the_sheet_holds_the_rows_of_the_page_and_their_sum(world, people, browse):
    response = browse(people["chief"]).get(pages(world)["unit_export"])
    rows = load_workbook(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [*(township.organisation.name for township in world.home.townships), "合计"]
    assert rows[-1][1] == 5002
    assert rows[-1][8] == sum(row[8] for row in rows[1:-1]) == 10


def staff_data(**changed):
    base = {"name": "乙", "employment": "OWN", "place": "TOWNSHIP", "education": "COLLEGE", "certificate": "0", "started_on": "2026-01-01"}
    return base | changed


def test_a_person_is_put_on_the_roster_and_leaves_it(world, people, browse):
    client = browse(people["lead"])
    assert client.post(pages(world)["staff_create"], staff_data()).status_code == 302
    member = StaffMember.objects.get(name="乙")
    client.post(reverse("staffing:staff_end", args=[member.pk]), {"ended_on": "2026-06-30"})
    member.refresh_from_db()
    assert member.ended_on == date(2026, 6, 30)


def test_a_posted_worker_without_contract_is_refused_on_the_page_with_the_clause(world, people, browse):
    response = browse(people["lead"]).post(pages(world)["staff_create"], staff_data(employment="POSTED"))
    assert response.status_code == 422
    assert "须依托已签订的购买服务合同" in response.content.decode()


def test_the_form_sent_twice_makes_one_person(world, people, browse):
    client = browse(people["lead"])
    for _ in range(2):
        client.post(pages(world)["staff_create"], staff_data(idempotency_key="k1"))
    assert StaffMember.objects.filter(name="乙").count() == 1


def test_a_training_is_recorded_with_those_who_came(world, people, browse):
    member = StaffMember.objects.filter(organisation=world.home.townships[0].organisation).get()
    data = {"title": "业务培训", "held_on": "2026-05-01", "hours": "8", "party_education": "on", "attendees": [member.pk]}
    browse(people["chief"]).post(pages(world)["training_create"], data)
    assert Attendance.objects.get().member == member
    assert Training.objects.get().party_education


def test_people_of_another_district_are_no_choice_for_a_training(world, people, browse):
    stranger = make_staff(world.districts[1].townships[0].organisation)
    data = {"title": "业务培训", "held_on": "2026-05-01", "hours": "8", "attendees": [stranger.pk]}
    assert browse(people["chief"]).post(pages(world)["training_create"], data).status_code == 422
    assert not Training.objects.exists()


def test_the_paper_is_ordered_and_is_one_landscape_page(world, people, browse):
    url = reverse("staffing:unit_paper", args=[world.home.bureau.pk])
    assert browse(people["chief"]).post(url).status_code == 302
    job = jobs.run(Job.objects.get(kind="staffing.table").pk)
    assert job.status == Job.Status.DONE, job.failure
    assert job.result.name.endswith(".pdf")


def test_search_finds_people_and_townships_only_in_reach(world, people, browse):
    name = world.home.townships[0].organisation.name
    assert [hit.kind for hit in reports.search(people["chief"], name)] == ["人员配备"]
    assert reports.search(people["stranger"], name) == []


def test_the_map_has_a_tile_for_each_township_that_says_in_words_what_its_colour_says(world, people, browse):
    page = browse(people["chief"]).get(pages(world)["unit_table"]).content.decode()
    assert page.count('class="tile ') == 2 and "▼ 缺 5" in page
    url = reverse("staffing:township_detail", args=[world.home.townships[0].organisation.pk])
    assert f'<a href="{url}" class="tile is-due">' in page


def test_the_citys_map_has_a_tile_for_each_district(world, people, browse):
    page = browse(people["city"]).get(reverse("staffing:city_table")).content.decode()
    assert page.count('class="tile ') == len(world.districts) and "▼ 缺 10" in page and "○ 无数据" in page
