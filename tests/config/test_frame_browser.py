"""The frame in a real browser: keyboard, small screen, drafts, no JavaScript, accessibility, weight."""

import json
import re
from urllib.parse import urlsplit

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_VISIT, LATER_VISIT = 200_000, 40_000


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau, name="李四平")


@pytest.fixture
def gallery(page, officer, sign_in_as, settings):
    settings.DEBUG = True
    sign_in_as(officer)
    page.goto("/components/")
    return page


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def kept(page) -> dict:
    return json.loads(page.evaluate("JSON.stringify(localStorage)"))


@pytest.mark.parametrize("width", [1440, 375])
def test_the_gallery_has_no_accessibility_fault_and_no_overflow(gallery, width):
    gallery.set_viewport_size({"width": width, "height": 900})
    assert violations(gallery) == []
    assert gallery.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/page/", "/accounts/goodbye/"])
@pytest.mark.parametrize("large", [False, True])
def test_public_pages_have_no_accessibility_fault(page, chongqing, path, large):
    if large:
        page.goto("/accounts/login/")
        page.get_by_role("button", name="适老模式").click()
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "18px"
    page.goto("/accounts/login/") if path == "/no/such/page/" else page.goto(path)
    assert violations(page) == []


def test_home_has_no_accessibility_fault(page, officer, sign_in_as):
    sign_in_as(officer)
    page.goto("/")
    assert violations(page) == []


def test_the_first_tab_leads_past_the_navigation(page, officer, sign_in_as):
    sign_in_as(officer)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_a_key_leads_to_the_search_box(page, officer, sign_in_as, keys):
    sign_in_as(officer)
    page.goto("/")
    page.keyboard.press(keys)
    assert page.evaluate("document.activeElement.id") == "quickfind"


def test_a_slash_typed_in_a_field_stays_in_the_field(gallery):
    gallery.fill("#id_name", "甲")
    gallery.press("#id_name", "End")
    gallery.keyboard.type("/乙")
    assert gallery.input_value("#id_name") == "甲/乙"


def test_escape_closes_the_account_menu_and_gives_the_focus_back(page, officer, sign_in_as):
    sign_in_as(officer)
    page.goto("/")
    page.get_by_label("李四平 的账号菜单").click()
    assert page.get_by_role("button", name="退出登录").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="退出登录").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_navigation_opens_on_a_phone(page, officer, sign_in_as):
    page.set_viewport_size({"width": 375, "height": 800})
    sign_in_as(officer)
    page.goto("/")
    assert not page.get_by_role("navigation", name="主导航").is_visible()
    page.get_by_role("button", name="打开导航").click()
    assert page.get_by_role("navigation", name="主导航").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.keyboard.press("Escape")
    assert not page.get_by_role("navigation", name="主导航").is_visible()


def test_everything_opens_without_javascript(chromium, live_server, officer, page, sign_in_as):
    sign_in_as(officer)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport={"width": 375, "height": 800})
    context.add_cookies(page.context.cookies(live_server.url))
    tab = context.new_page()
    tab.goto("/")
    tab.get_by_label("打开导航").click()
    assert tab.get_by_role("navigation", name="主导航").is_visible()
    tab.goto("/")
    tab.get_by_label("李四平 的账号菜单").click()
    tab.get_by_role("button", name="退出登录").click()
    assert tab.get_by_role("heading", name="您已退出登录").is_visible()
    context.close()


def test_what_is_typed_survives_a_reload(gallery, officer):
    gallery.fill("#id_name", "家计调查服务")
    gallery.check("input[name=kinds][value=B]")
    gallery.wait_for_selector("text=草稿已保存在本机")
    gallery.reload()
    assert gallery.input_value("#id_name") == "家计调查服务"
    assert gallery.is_checked("input[name=kinds][value=B]")
    assert list(kept(gallery)) == [f"yimen:{officer.pk}:gallery"]


def test_a_restored_form_sends_the_same_idempotency_key(gallery):
    key = gallery.input_value("form[data-draft] [name=idempotency_key]")
    gallery.fill("#id_name", "家计调查服务")
    gallery.wait_for_selector("text=草稿已保存在本机")
    gallery.reload()
    assert gallery.input_value("form[data-draft] [name=idempotency_key]") == key


def test_signing_out_wipes_what_the_browser_kept(gallery):
    gallery.fill("#id_name", "家计调查服务")
    gallery.wait_for_selector("text=草稿已保存在本机")
    gallery.get_by_label("李四平 的账号菜单").click()
    gallery.get_by_role("button", name="退出登录").click()
    gallery.wait_for_selector("text=您已退出登录")
    assert kept(gallery) == {}


def test_the_next_person_at_this_machine_finds_nothing(gallery, chongqing, live_server):
    gallery.fill("#id_name", "家计调查服务")
    gallery.wait_for_selector("text=草稿已保存在本机")
    other = Client()
    other.force_login(
        make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau), backend="django.contrib.auth.backends.ModelBackend"
    )
    gallery.context.add_cookies([{"name": "sessionid", "value": other.cookies["sessionid"].value, "url": live_server.url}])
    gallery.reload()
    assert gallery.input_value("#id_name") == ""
    assert kept(gallery) == {}


def test_a_draft_is_forgotten_once_it_was_sent(gallery, live_server):
    gallery.fill("#id_name", "家计调查服务")
    gallery.wait_for_selector("text=草稿已保存在本机")
    gallery.eval_on_selector("form[data-draft]", "form => { form.action = '/display/' }")
    gallery.eval_on_selector("form[data-draft]", "form => form.requestSubmit()")
    gallery.wait_for_url(live_server.url + "/")
    assert kept(gallery) == {}


def test_one_press_sends_once(gallery):
    sent = []
    gallery.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    gallery.route("**/components/", lambda route: None if route.request.method == "POST" else route.continue_())
    gallery.eval_on_selector("form[data-draft]", "form => { form.requestSubmit(); form.requestSubmit() }")
    gallery.wait_for_timeout(200)
    assert len(sent) == 1


def test_the_error_summary_has_the_focus_and_leads_to_the_field(gallery):
    assert gallery.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    gallery.locator("[data-error-summary] a", has_text="项目名称").click()
    assert gallery.evaluate("document.activeElement.id") == "id_bad-name"


def compressed(path: str) -> int:
    with open(finders.find(path.removeprefix("/static/")), "rb") as file:
        return len(brotli.compress(file.read(), quality=9))


def test_a_first_visit_is_light_and_later_ones_lighter(officer, browse):
    html = browse(officer).get("/").content
    assets = {urlsplit(path).path for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', html.decode())}
    assert len(assets) > 5
    assert len(brotli.compress(html)) < LATER_VISIT
    assert len(brotli.compress(html)) + sum(map(compressed, assets)) < FIRST_VISIT
