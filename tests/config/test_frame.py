"""The frame every page stands in: navigation, work list, search, errors, display mode, gallery."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.access import may
from accounts.reach import narrow, reach_of
from accounts.roles import GRANTS, Permission, Role
from config import navigation, views
from config.context import LARGE_COOKIE
from config.figures import FIGURES, figures_for
from config.middleware import DISTRICT
from records import workdays
from records.policy import Breach, Clause
from records.worklist import Hit, WorkItem
from tests.contractors.factories import make_contractor
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
ENTRIES = [entry for group in navigation.NAVIGATION for entry in group.entries]


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau, name="李四平")


def render(template: str, request=None, **context) -> str:
    return engines["django"].from_string(template).render(context, request or RequestFactory().get("/"))


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


# Home


def items(*dues):
    return [WorkItem(title=f"事项{due}", url=f"/x/{due}/", due_on=due, kind="月报") for due in dues]


def test_work_is_grouped_by_urgency_and_sorted_by_date():
    late, later_late = date(2026, 11, 18), date(2026, 11, 20)
    groups = views.by_urgency(items(date(2026, 12, 1), None, date(2026, 11, 29), MONDAY, later_late, late), MONDAY)
    assert [(group["label"], [row["item"].due_on for row in group["items"]]) for group in groups] == [
        ("逾期", [late, later_late]),
        ("今天截止", [MONDAY]),
        ("本周", [date(2026, 11, 29)]),
        ("以后", [date(2026, 12, 1), None]),
    ]


def test_on_sunday_nothing_is_left_of_the_week():
    sunday = date(2026, 11, 29)
    assert [group["label"] for group in views.by_urgency(items(date(2026, 11, 30)), sunday)] == ["以后"]


@pytest.mark.parametrize(
    ("due", "state", "left"),
    [
        (date(2026, 11, 20), "overdue", 1),
        (MONDAY, "due", 0),
        (date(2026, 11, 26), "due", 3),
        (date(2026, 11, 27), "normal", 4),
        (None, "", None),
    ],
)
def test_a_row_says_how_many_working_days_are_left(due, state, left):
    workdays.refresh()
    assert views.light(due, MONDAY) == {"state": state, "left": left}


def test_without_a_published_calendar_no_number_is_guessed():
    workdays.refresh()
    assert views.light(date(2031, 1, 9), date(2031, 1, 6)) == {"state": "normal", "left": None}
    assert views.light(date(2031, 1, 3), date(2031, 1, 6)) == {"state": "overdue", "left": None}


def test_a_long_group_shows_its_head_and_says_how_many_more():
    (group,) = views.by_urgency(items(*[MONDAY] * (views.SHOWN_PER_GROUP + 5)), MONDAY)
    assert (group["count"], len(group["items"]), group["more"]) == (views.SHOWN_PER_GROUP + 5, views.SHOWN_PER_GROUP, 5)


def test_each_row_of_the_work_list_opens_the_form_that_settles_it(officer, browse, monkeypatch):
    monkeypatch.setattr(views, "WORKLISTS", (lambda user: items(date(2020, 1, 2)) if user == officer else [],))
    page = browse(officer).get("/").content.decode()
    assert 'href="/x/2020-01-02/"' in page and "逾期" in page and "■" in page


def test_an_empty_work_list_says_so(officer, browse, monkeypatch):
    monkeypatch.setattr(views, "WORKLISTS", ())
    assert "现在没有等您办理的事" in browse(officer).get("/").content.decode()


def test_a_figure_says_what_the_list_behind_it_shows(chongqing, browse, count_queries):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    client = browse(chief)
    page = client.get("/").content.decode()
    for figure in figures_for(chief):
        assert f'href="{figure["url"]}"' in page
        assert client.get(figure["url"]).status_code == 200
    assert [figure["label"] for figure in figures_for(chief)] == [figure.label for figure in FIGURES]
    assert count_queries(client, "/") <= 40


def test_who_may_open_no_list_sees_no_figure(chongqing):
    assert figures_for(make_user(role=Role.AUDIT_ADMIN, organisation=chongqing.city)) == []


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


# Gallery and components


def test_the_gallery_is_for_builders_only(client, settings):
    settings.DEBUG = False
    assert client.get("/components/").status_code == 404


def test_the_gallery_shows_every_component(client, settings):
    settings.DEBUG = True
    page = client.get("/components/").content.decode()
    marks = """stepper rail "light "clause" breaches facts gate table-wrap pager filters empty-state form-grid
        data-error-summary stats <progress workdays tabs print-head files blocked "chip"""
    assert not [mark for mark in marks.split() if mark not in page]


def test_labels_errors_and_help_are_tied_to_their_field(client, settings):
    settings.DEBUG = True
    page = client.get("/components/").content.decode()
    assert '<label for="id_bad-name">' in page
    field = re.search(r'<input type="text" name="bad-name"[^>]*>', page).group()
    assert 'aria-invalid="true"' in field
    for target in re.search(r'aria-describedby="([^"]+)"', field).group(1).split():
        assert f'id="{target}"' in page
    assert 'href="#id_bad-name"' in page


def test_a_breach_shows_its_value_rule_and_clause():
    breach = Breach("P-44", Clause("渝民发〔2018〕4号", "二（四）"), "报价高于最高限价。")
    page = render('{% include "components/breaches.html" with breaches=breaches only %}', breaches=[breach])
    assert "报价高于最高限价。" in page and "渝民发〔2018〕4号 二（四）" in page and "P-44" in page


def test_a_blocked_action_stays_visible_with_its_reason():
    breach = Breach("P-44", Clause("甲", "一"), "还缺评分表。")
    page = render('{% include "components/action.html" with label="发布公告" url="/x/" breaches=breaches only %}', breaches=[breach])
    assert "disabled" in page and "发布公告" in page and "还缺评分表。" in page and "<form" not in page


def test_an_open_action_posts_with_token_key_and_version():
    page = render('{% include "components/action.html" with label="发布公告" url="/x/" version=3 only %}')
    assert 'name="csrfmiddlewaretoken"' in page and 'name="idempotency_key"' in page and 'name="version" value="3"' in page


def test_a_form_that_comes_back_keeps_its_idempotency_key():
    request = RequestFactory().post("/x/", {"idempotency_key": "abc123"})
    assert 'value="abc123"' in render("{% once_field %}", request)
    assert render("{% once_field %}") != render("{% once_field %}")


@pytest.mark.parametrize(
    ("state", "shape", "word"), [("normal", "●", "正常"), ("due", "▲", "临期"), ("overdue", "■", "逾期"), ("paused", "‖", "暂停")]
)
def test_a_light_is_shape_and_word(state, shape, word):
    page = render('{% include "components/light.html" with state=state due_on=day left=3 only %}', state=state, day=MONDAY)
    assert shape in page and word in page


def test_a_light_counts_working_days():
    page = render('{% include "components/light.html" with state="due" due_on=day left=3 only %}', day=date(2026, 11, 25))
    assert "还剩 3 个工作日（11月25日止）" in page


# Filters of values


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ 1280000|money }}", "1,280,000.00 元"),
        ("{{ nothing|money }}", "—"),
        ("{{ 1280000|wan }}", "128.00 万元"),
        ("{{ 1204|figures }}", "1,204"),
        ("{{ '0.50'|figures:2 }}", "0.50"),
        ("{{ '12.50'|percent }}", "12.5%"),
        ("{{ '100'|percent }}", "100%"),
        ("{{ '33.333'|percent }}", "33.33%"),
        ("{{ day|day }}", "2026-11-23"),
        ("{{ day|day_cn }}", "2026年11月23日"),
        ("{{ day|short_day }}", "11月23日"),
        ("{{ 38200|filesize }}", "37 KB"),
        ("{% chip sharp 'due' %}", '<span class="chip is-due">&lt;b&gt;</span>'),
    ],
)
def test_values_are_written_the_house_way(template, shown):
    assert render(template, day=MONDAY, nothing=None, sharp="<b>") == shown


def test_sorting_keeps_the_filters_and_drops_the_page():
    request = RequestFactory().get("/x/?status=DUE&after=abc&sort=name")
    page = render('{% sort_link "name" as head %}{{ head.url }} {{ head.direction }}', request)
    assert page == "?status=DUE&amp;sort=-name ascending"


def test_what_is_filtered_by_shows_as_chips_that_can_be_taken_away(client, settings):
    settings.DEBUG = True
    page = client.get("/components/", {"q": "家计", "status": "OVERDUE"}).content.decode()
    assert "状态：逾期" in page and 'href="?q=%E5%AE%B6%E8%AE%A1"' in page
