"""Every page and verb: owner, colleague, superior, stranger; nothing unmasked; nothing sent twice; nothing to fish for."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import clock
from records.pages import UNSEEN
from tests.factories import make_membership, make_user
from tests.windows.factories import log, make_clerk, make_window, programme, resident_number
from windows.models import Case, Person, Programme
from windows.services import intake

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 9, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def world(chongqing):
    """The people around one case: who logged it, the same window, above, beside, elsewhere."""
    home, township = chongqing.home, chongqing.home.townships[0].organisation
    make_window(township)
    world = {
        "owner": make_clerk(township),
        "colleague": make_clerk(township),
        "lead": make_user(role=Role.TOWNSHIP_LEAD, organisation=township),
        "superior": make_user(role=Role.ASSISTANCE_OFFICER, organisation=home.bureau),
        "sibling": make_clerk(home.townships[1].organisation),
        "stranger": make_clerk(chongqing.districts[1].townships[0].organisation),
        "department": make_user(role=Role.DEPARTMENT_HANDLER, organisation=home.departments["MEDICAL"]),
        "other_department": make_user(role=Role.DEPARTMENT_HANDLER, organisation=home.departments["HOUSING"]),
        "auditor": make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city),
        "contractor": make_user(role=Role.CONTRACTOR_REPORTER, organisation=chongqing.contractors[0]),
    }
    world["township"] = township
    world["case"] = log(world["owner"], township, "DIBAO", also=(programme("MEDICAL"),))
    return world


def post_for(township, serial=9, **changes):
    data = {
        "organisation": township.pk,
        "who": resident_number(serial),
        "name": "试验人",
        "programme": "DIBAO",
        "idempotency_key": "k1",
        "act": "log",
        **{f"paper_{code}": "on" for code in ("APPLICATION", "CONSENT", "PLEDGE", "IDENTITY")},
    }
    return data | changes


SEES = {"owner": 200, "colleague": 200, "lead": 200, "superior": 200, "auditor": 200}
SEES |= {"sibling": 404, "stranger": 404, "department": 403, "other_department": 403, "contractor": 403}


@pytest.mark.parametrize(("who", "status"), SEES.items())
def test_who_sees_a_case_and_its_slip(world, browse, who, status):
    case = world["case"]
    client = browse(world[who])
    assert client.get(reverse("windows:case_detail", args=[case.pk])).status_code == status
    assert client.get(reverse("windows:slip_detail", args=[case.slips.get().pk])).status_code == status


REFERRAL = {"owner": 200, "superior": 200, "department": 200, "other_department": 404, "sibling": 404, "stranger": 404, "contractor": 403}


@pytest.mark.parametrize(("who", "status"), REFERRAL.items())
def test_who_sees_a_sub_case(world, browse, who, status):
    row = world["case"].referrals.get()
    assert browse(world[who]).get(reverse("windows:referral_detail", args=[row.pk])).status_code == status


ANSWERS = {"department": 302, "owner": 403, "superior": 403, "other_department": 404, "stranger": 403}


@pytest.mark.parametrize(("who", "status"), ANSWERS.items())
def test_only_the_receiver_acknowledges(world, browse, who, status):
    row = world["case"].referrals.get()
    url = reverse("windows:referral_acknowledge", args=[row.pk])
    assert browse(world[who]).post(url, {"version": row.version}).status_code == status


COMPLETES = {
    "owner": 302,
    "colleague": 302,
    "lead": 302,
    "superior": 403,
    "auditor": 403,
    "sibling": 404,
    "stranger": 404,
    "department": 403,
}


@pytest.mark.parametrize(("who", "status"), COMPLETES.items())
def test_who_completes_a_step_of_the_township(world, browse, who, status):
    step = world["case"].steps.get(code="INQUIRY")
    url = reverse("windows:step_complete", args=[step.pk])
    assert browse(world[who]).post(url, {"version": Case.objects.get().version}).status_code == status


@pytest.mark.parametrize(("who", "status"), {"superior": 422, "owner": 403, "lead": 403, "stranger": 404}.items())
def test_benefits_are_confirmed_by_the_county(world, browse, who, status):
    """422: the right person, but steps are open. A clerk is not even asked."""
    url = reverse("windows:case_conclude", args=[world["case"].pk])
    data = {"version": Case.objects.get().version, "outcome": "CONFIRMED"}
    assert browse(world[who]).post(url, data).status_code == status


PAGES = ("intake", "desk", "overdue_board", "case_list", "referral_list", "programme_list", "window_list")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_clerk_opens_and_shows_no_clear_number(world, browse, name):
    page = browse(world["owner"]).get(reverse(f"windows:{name}"))
    assert page.status_code == 200
    assert resident_number(1) not in page.content.decode() and "12300000001" not in page.content.decode()


def test_the_case_and_the_sub_case_show_masked_numbers_only(world, browse):
    for url in (
        reverse("windows:case_detail", args=[world["case"].pk]),
        reverse("windows:referral_detail", args=[world["case"].referrals.get().pk]),
    ):
        text = browse(world["owner"]).get(url).content.decode()
        assert resident_number(1) not in text and "510200********" in text


def test_a_reveal_needs_a_reason_and_leaves_a_trace(world, browse):
    url = reverse("windows:case_reveal", args=[world["case"].pk])
    assert browse(world["owner"]).post(url, {"reason": ""}).status_code == 422
    page = browse(world["owner"]).post(url, {"reason": "电话通知补办手续"})
    assert resident_number(1) in page.content.decode() and page["Cache-Control"] == "no-store"
    assert AuditEvent.objects.get(action="windows.person.revealed").detail == {"reason": "电话通知补办手续"}


def test_a_stranger_finds_nothing_by_search_list_or_export(world, browse):
    client = browse(world["stranger"])
    for url in (reverse("windows:case_list"), reverse("windows:case_export") + "?format=csv", "/search/?q=试验人"):
        assert world["case"].number not in client.get(url).content.decode("utf-8", "replace")
    found = client.post(reverse("windows:case_search"), {"q": resident_number(1)})
    assert found.url == reverse("windows:case_list")


def test_the_list_finds_by_id_number_without_writing_it_into_the_address(world, browse):
    found = browse(world["owner"]).post(reverse("windows:case_search"), {"q": resident_number(1)})
    assert found.url.endswith(f"?person={world['case'].person_id}")


@pytest.mark.parametrize("text", ["试验", "syr", "500901101-2026-00001"])
def test_the_list_finds_by_name_initials_and_number(world, browse, text):
    page = browse(world["owner"]).get(reverse("windows:case_list"), {"q": text})
    assert world["case"].number in page.content.decode()


def test_the_export_is_masked(world, browse):
    text = browse(world["owner"]).get(reverse("windows:case_export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert world["case"].number in text and "试**" in text and "试验人" not in text and resident_number(1) not in text


def test_one_row_and_thirty_cost_the_same_queries(world, browse, count_queries):
    client = browse(world["owner"])
    urls = [reverse(f"windows:{name}") for name in ("case_list", "desk", "overdue_board", "referral_list")]
    warm = [count_queries(client, url) for url in urls]  # the calendar of the year is read once per process
    one = [count_queries(client, url) for url in urls]
    for serial in range(20, 49):
        log(world["owner"], world["township"], "DIBAO", serial=serial, also=(programme("MEDICAL"),))
    assert [count_queries(client, url) for url in urls] == one and max(warm) <= 40


def test_sending_the_form_twice_makes_one_case(world, browse):
    client = browse(world["owner"])
    first, second = (client.post(reverse("windows:intake"), post_for(world["township"])) for _ in range(2))
    assert first.url == second.url and Case.objects.count() == 2


def test_without_a_key_the_natural_key_still_guards_and_names_the_open_case(world, browse):
    client = browse(world["owner"])
    client.post(reverse("windows:intake"), post_for(world["township"], idempotency_key=""))
    again = client.post(reverse("windows:intake"), post_for(world["township"], idempotency_key=""))
    assert again.status_code == 422 and "已有在办申请" in again.content.decode() and Case.objects.count() == 2


def test_the_form_works_without_javascript_step_by_step(world, browse):
    client = browse(world["owner"])
    found = client.post(reverse("windows:intake"), {"who": resident_number(1), "act": "find"})
    assert found.status_code == 200 and "最低生活保障" in found.content.decode() and "在办" in found.content.decode()
    chosen = client.post(reverse("windows:intake"), {"who": resident_number(1), "programme": "TEKUN", "act": "choose"})
    assert "书面声明" in chosen.content.decode() and "无需提供（可核对）" in chosen.content.decode()
    assert Case.objects.count() == 1


def test_a_wrong_check_digit_is_told_at_the_first_field(world, browse):
    good = resident_number(9)
    bad = good[:-1] + ("1" if good[-1] != "1" else "2")
    page = browse(world["owner"]).post(reverse("windows:intake_person"), {"who": bad})
    assert "校验码" in page.content.decode()


def test_another_township_learns_of_the_open_case_but_gets_no_link(world, browse):
    page = browse(world["sibling"]).post(reverse("windows:intake_person"), {"who": resident_number(1)}).content.decode()
    assert "最低生活保障" in page and reverse("windows:case_detail", args=[world["case"].pk]) not in page


def test_a_name_opens_no_other_townships_people(world, browse):
    page = browse(world["sibling"]).post(reverse("windows:intake_person"), {"who": "试验人"}).content.decode()
    assert "510200****" not in page


def test_a_person_of_another_township_cannot_be_picked_by_number(world, browse):
    township = world["sibling"].memberships.get().organisation
    form = post_for(township, who="某某", name="某某", person_id=Person.objects.get().pk, no_id_reason="证件遗失", programme="OTHER")
    browse(world["sibling"]).post(reverse("windows:intake"), form)
    assert Case.objects.order_by("-pk").first().person.name == "某某"


@pytest.mark.parametrize(
    ("who", "more"),
    [(resident_number(77), {"name": "另一人"}), ("另一人", {"name": "另一人", "no_id_reason": "证件遗失"})],
    ids=["number", "name"],
)
def test_who_was_found_first_is_not_the_applicant_after_number_or_name_were_corrected(world, browse, who, more):
    first = world["case"].person
    form = post_for(world["case"].organisation, who=who, person_id=first.pk, programme="OTHER", **more)
    browse(world["owner"]).post(reverse("windows:intake"), form)
    later = Case.objects.order_by("-pk").first()
    assert (later != world["case"], later.person != first, later.person.name) == (True, True, "另一人")


def test_what_was_typed_about_one_person_is_not_put_beside_the_next(world, browse):
    township, first = world["case"].organisation, resident_number(77)

    def looked_up(who, looked):
        typed = {"organisation": township.pk, "who": who, "looked": looked, "name": "前一人", "phone": "13900000001"}
        return browse(world["owner"]).post(reverse("windows:intake_person"), typed).content.decode()

    assert "前一人" not in looked_up(resident_number(78), first) and "13900000001" not in looked_up(resident_number(1), first)
    assert "前一人" in looked_up(first, first) and "前一人" in looked_up(first, ""), "control: the same person keeps it"
    assert "13900000001" in looked_up("前一仁", "前一人"), "a spelling put right keeps it"


def test_the_second_clerk_gets_409_with_what_was_typed(world, browse):
    step, version = world["case"].steps.get(code="INQUIRY"), Case.objects.get().version
    url = reverse("windows:step_complete", args=[step.pk])
    browse(world["owner"]).post(url, {"version": version})
    extend = reverse("windows:case_extend", args=[world["case"].pk])
    late = browse(world["colleague"]).post(extend, {"version": version, "reason": "SEPARATED", "note": "人在外地务工多年"})
    assert late.status_code == 409 and "人在外地务工多年" in late.content.decode() and "version" in UNSEEN


def test_a_deputy_sees_the_desk_while_standing_in(world, browse):
    deputy = make_user(role=Role.DEPARTMENT_HANDLER, organisation=world["case"].referrals.get().to_organisation)
    assert world["case"].number in browse(deputy).get(reverse("windows:desk")).content.decode()
    stand_in = make_user()
    post = world["owner"].memberships.get()
    today = datetime(2026, 9, 21, tzinfo=UTC).date()
    make_membership(stand_in, Role.WINDOW_CLERK, world["township"], until=today, deputy_for=post)
    assert world["case"].number in browse(stand_in).get(reverse("windows:desk")).content.decode()


# --- the applicant


def ask(client, code, last_four):
    return client.post(reverse("progress:form"), {"code": code, "last_four": last_four})


def test_the_applicant_sees_stage_and_date_and_whom_to_call_and_nothing_else(world, client):
    case = world["case"]
    text = ask(client, case.progress_code, resident_number(1)[-4:]).content.decode()
    assert "办理" in text and case.first_contact.name in text
    assert "试验人" not in text and "最低生活保障" not in text and resident_number(1)[-4:] not in text


def test_a_wrong_code_and_a_wrong_number_answer_alike(world, client):
    case = world["case"]
    wrong_number = ask(client, case.progress_code, "0000")
    wrong_code = ask(client, "AAAAAAAAAA", "0000")
    bare = [page.content.decode().replace(case.progress_code, "AAAAAAAAAA") for page in (wrong_number, wrong_code)]
    same = [re.sub("[A-Za-z0-9]{64}", "TOKEN", text) for text in bare]
    assert wrong_number.status_code == wrong_code.status_code == 422 and same[0] == same[1]


def test_opening_a_slip_address_looks_nothing_up(world, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        real = client.get(reverse("progress:code", args=[world["case"].progress_code]))
    assert real.status_code == 200 == client.get(reverse("progress:code", args=["AAAAAAAAAA"])).status_code


def test_guessing_the_four_digits_is_stopped(world, client):
    answers = [ask(client, world["case"].progress_code, f"{n:04d}").status_code for n in range(12)]
    assert answers[:10] == [422] * 10 and answers[10:] == [429, 429]
    assert ask(client, world["case"].progress_code, resident_number(1)[-4:]).status_code == 429


def test_progress_codes_are_not_counted_up():
    codes = {intake.new_code() for _ in range(500)}
    assert len(codes) == 500 and all(len(code) == 10 for code in codes)


# --- the API


def test_the_api_has_the_pages_scope_and_masks(world, browse):
    own = browse(world["owner"]).get("/api/v1/cases/").json()["results"]
    assert [row["number"] for row in own] == [world["case"].number] and resident_number(1) not in str(own)
    assert browse(world["stranger"]).get("/api/v1/cases/").json()["results"] == []
    assert browse(world["department"]).get("/api/v1/referrals/").json()["results"][0]["case"] == world["case"].number
    guide = browse(world["department"]).get("/api/v1/programmes/").json()["results"]
    assert len(guide) == 18
    assert browse(world["department"]).get(f"/api/v1/programmes/{guide[0]['id']}/").json()["code"] == guide[0]["code"]


def test_the_guide_of_the_api_is_filtered_and_answers_for_another_day(world, browse):
    def codes(**query):
        return [row["code"] for row in browse(world["department"]).get("/api/v1/programmes/", query).json()["results"]]

    every = Programme.objects.current(clock.today())
    assert codes(q="dibao") == ["DIBAO"]
    assert set(codes(action="HANDLE")) == set(every.filter(action="HANDLE").values_list("code", flat=True)) != set(codes())
    assert codes(on="1999-01-01") == []
    assert browse(world["department"]).get("/api/v1/programmes/", {"on": "gestern"}).status_code == 400
