"""The frame every page stands in: navigation, search, district, display mode, errors."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.access import may
from accounts.reach import narrow, reach_of
from accounts.roles import GRANTS, Permission, Role
from config import navigation, views
from config.context import LARGE_COOKIE
from config.middleware import DISTRICT
from records.worklist import Hit
from tests.contractors.factories import make_contractor
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ENTRIES = [entry for group in navigation.NAVIGATION for entry in group.entries]


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau, name="李四平")


# Navigation


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_every_entry_leads_somewhere_and_some_role_sees_it(entry):
    assert reverse(entry.url_name)
    assert entry.permission is None or any(entry.permission in granted for granted in GRANTS.values())


@pytest.mark.parametrize("role", Role.values)
def test_every_entry_a_role_sees_opens_for_that_role(role, chongqing, browse):
    user = make_user(role=role, organisation=home_of(role, chongqing))
    client = browse(user)
    for _, links in navigation.navigation_for(user, "/"):
        for link in links:
            assert client.get(link.url, follow=True).status_code == 200, f"{role} {link.label}"


def home_of(role, chongqing):
    district = chongqing.home
    if role.startswith("CITY") or role.endswith("_ADMIN") and not role.startswith("CONTRACTOR"):
        return chongqing.city
    if role.startswith("CONTRACTOR"):
        return make_contractor().organisation
    places = {
        "TOWNSHIP_LEAD": district.townships[0].organisation,
        "WINDOW_CLERK": district.townships[0].organisation,
        "VILLAGE_ASSISTANT": district.townships[0].villages[0],
        "DEPARTMENT_HANDLER": district.departments["MEDICAL"],
        "THIRD_PARTY": chongqing.third_party,
        "EXPERT": chongqing.pool,
    }
    return places.get(role, district.bureau)


def test_an_entry_without_the_permission_is_not_shown(chongqing):
    clerk = make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation)
    shown = {link.url for _, links in navigation.navigation_for(clerk, "/") for link in links}
    assert reverse("home") in shown
    assert reverse("accounts:audit_list") not in shown


def test_the_entry_of_the_open_page_is_marked_current_and_only_that(officer):
    links = [link for _, links in navigation.navigation_for(officer, "/accounts/users/17/") for link in links]
    assert [link.label for link in links if link.current] == ["用户与岗位"]


def test_open_work_is_counted_beside_its_entry(officer, browse, monkeypatch):
    counted = navigation.Entry("月报", "home", None, "inbox", lambda user: 7)
    monkeypatch.setattr(navigation, "NAVIGATION", (navigation.Group("实施监管", (counted,)),))
    assert re.search(r'月报</span><span class="badge-count">7', browse(officer).get("/search/").content.decode())


def test_a_badge_stays_three_digits_wide():
    assert [navigation.badge(count) for count in (0, 7, 999, 1000)] == ["", "7", "999", "999+"]


# Search


def test_the_search_box_is_on_every_page_and_finds_what_the_apps_offer(officer, browse, monkeypatch):
    monkeypatch.setattr(views, "SEARCHES", (lambda user, text: [Hit(f"项目 {text}", "/p/1/", "采购项目")],))
    page = browse(officer).get("/search/", {"q": " 家计调查 "}).content.decode()
    assert 'href="/p/1/"' in page and "项目 家计调查" in page and 'role="search"' in page


def test_an_empty_search_asks_no_app(officer, browse, monkeypatch):
    def never(user, text):
        raise AssertionError

    monkeypatch.setattr(views, "SEARCHES", (never,))
    assert browse(officer).get("/search/", {"q": "  "}).status_code == 200


def test_searched_text_is_shown_escaped(officer, browse):
    page = browse(officer).get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


# District switch


@pytest.fixture
def auditor(chongqing):
    return make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)


def test_only_who_sees_several_districts_may_choose_one(auditor, officer, browse):
    assert "全部区县" in browse(auditor).get("/").content.decode()
    assert "全部区县" not in browse(officer).get("/").content.decode()


def test_a_chosen_district_narrows_what_is_seen_until_it_is_taken_back(auditor, chongqing, browse):
    here, there = chongqing.districts[0].bureau, chongqing.districts[1].bureau
    make_user(role=Role.SUPERVISOR, organisation=here, name="近处的人")
    make_user(role=Role.SUPERVISOR, organisation=there, name="远处的人")
    client, people = browse(auditor), reverse("accounts:user_list")
    client.post("/district/", {"district": here.pk})
    page = client.get(people).content.decode()
    assert "近处的人" in page and "远处的人" not in page
    client.post("/district/", {"district": ""})
    assert "远处的人" in client.get(people).content.decode()


def test_a_district_out_of_reach_cannot_be_chosen(officer, chongqing, browse):
    client = browse(officer)
    assert client.post("/district/", {"district": chongqing.districts[1].bureau.pk}).status_code == 404
    assert not client.session.get(DISTRICT)


def test_narrowing_never_adds_reach(officer, chongqing):
    other = chongqing.districts[1].bureau
    narrow(officer, other.path)
    assert reach_of(officer).posts == ()
    assert not may(officer, Permission.PROJECT_VIEW, other)


def test_a_narrowed_city_reach_keeps_contractors(auditor, chongqing):
    narrow(auditor, chongqing.home.bureau.path)
    assert may(auditor, Permission.CONTRACTOR_VIEW, chongqing.contractors[0])
    assert may(auditor, Permission.PROJECT_VIEW, chongqing.home.townships[0].organisation)
    assert not may(auditor, Permission.PROJECT_VIEW, chongqing.districts[1].bureau)
    assert not may(auditor, Permission.PROJECT_VIEW, chongqing.city)


# Display mode


def test_the_large_mode_is_kept_in_a_cookie_and_drawn(client):
    answer = client.post("/display/", {"large": "1", "next": "/accounts/login/"})
    assert answer.url == "/accounts/login/" and answer.cookies[LARGE_COOKIE].value == "1"
    assert 'class="is-large"' in client.get("/accounts/login/").content.decode()
    client.post("/display/", {"large": "0", "next": "/accounts/login/"})
    assert 'class="is-large"' not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_display_switch_never_leads_to_another_host(client, target):
    assert client.post("/display/", {"large": "1", "next": target}).url == "/"


def test_the_display_switch_is_a_post(client):
    assert client.get("/display/").status_code == 405


# Errors


def test_an_unknown_address_answers_in_chinese(officer, browse):
    answer = browse(officer).get("/no/such/page/")
    assert answer.status_code == 404 and "没有找到这个页面" in answer.content.decode()


def test_a_refused_permission_says_why_and_whom_to_ask():
    answer = views.permission_denied(RequestFactory().get("/"), PermissionDenied("只有负责人可以批准。"))
    assert answer.status_code == 403
    assert "只有负责人可以批准。" in answer.content.decode() and "联系本单位负责人" in answer.content.decode()


def test_a_stale_csrf_token_says_to_reload():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/display/", {"large": "1"})
    assert answer.status_code == 403 and "刷新后重新提交" in answer.content.decode()


def test_a_server_error_page_stands_without_its_stylesheets(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500 and "系统没有完成这次操作" in answer.content.decode()


def test_a_server_error_page_needs_neither_database_nor_session(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500 and "系统没有完成这次操作" in answer.content.decode()


@pytest.mark.parametrize("status", [400, 429])
def test_other_errors_are_chinese_and_keep_the_draft(status):
    page = views.error(RequestFactory().get("/"), status).content.decode()
    assert "data-keep-drafts" in page and "草稿" in page or "重新提交" in page


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_told_as_503_with_the_time_to_come_back(client, monkeypatch, error):
    """D06: whoever calls, a page or a program, learns that it may try again."""

    def away(*_, **__):
        raise error("server closed the connection unexpectedly")

    client.raise_request_exception = False
    monkeypatch.setattr("procurement.views.public.KeysetPage", away)
    answer = client.get("/public/projects/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "请稍后" in answer.content.decode()
