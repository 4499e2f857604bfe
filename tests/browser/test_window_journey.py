"""J1 and J2 in Chromium, by the people at the window and in the department."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.factories import make_user
from tests.windows.factories import log, make_clerk, make_window, resident_number
from windows.models import Case, Referral

pytestmark = pytest.mark.django_db(transaction=True)
MOST_KEYS = 45


@pytest.fixture
def township(chongqing):
    township = chongqing.home.townships[0].organisation
    make_window(township)
    return township


@pytest.fixture
def clerk(township):
    return make_clerk(township, name="王经办")


class Keys:
    """A keyboard that counts what it was asked for."""

    def __init__(self, page):
        self.page, self.count, self.began = page, 0, time.monotonic()

    def write(self, text):
        self.count += len(text)
        self.page.keyboard.type(text)

    def press(self, *names):
        for name in names:
            self.count += 1
            self.page.keyboard.press(name)


def test_an_ordinary_application_takes_few_keys_and_ends_at_the_slip(play, clerk):
    page = play(clerk, "/windows/intake/")
    keys = Keys(page)
    keys.write(resident_number(1).lower())
    keys.press("Enter")
    page.wait_for_selector("#person .found")
    keys.write("试验人")
    keys.press("Enter", "Enter", "Enter")
    expect(page.locator("[name=programme]").first).to_be_focused()
    keys.press("1")
    expect(page.locator("[data-papers] input").first).to_be_focused()
    keys.press("a", "Control+Enter")
    page.wait_for_url("**/windows/cases/*/")
    print(f"J1: {keys.count} keys, {time.monotonic() - keys.began:.1f} s with the server's share")
    assert keys.count < MOST_KEYS
    assert Case.objects.get().first_contact == clerk
    expect(page.get_by_role("link", name="打印受理通知书")).to_be_focused()
    press_twice(page)


def press_twice(page):
    """D10: a double click on the button sends once; where the page's own guard is away it opens one case all the same."""
    for serial, guarded in ((2, True), (3, False)):
        page.goto("/windows/intake/")
        page.keyboard.type(resident_number(serial))
        page.keyboard.press("Enter")
        page.wait_for_selector("#person .found")
        page.locator("[name=name]").fill("双击人")
        page.locator("[name=programme]").first.check()
        page.wait_for_selector("[data-papers] input")
        for box in page.locator("[data-papers] input").all():
            box.check()
        sent = []
        page.on("request", lambda request, sent=sent: sent.append(request.url) if request.method == "POST" else None)
        if not guarded:
            page.evaluate("window.addEventListener('submit', (event) => event.stopImmediatePropagation(), true)")
        page.locator("[data-submit]").dblclick()
        page.wait_for_url("**/windows/cases/*/")
        assert not guarded or len([url for url in sent if url.endswith("/windows/intake/")]) == 1
        assert Case.objects.count() == serial


def test_enter_asks_for_the_person_once_and_what_is_typed_meanwhile_stays(play, clerk):
    page = play(clerk, "/windows/intake/")
    answered = []
    page.on("requestfinished", lambda request: answered.append(request.url) if request.url.endswith("/intake/person/") else None)
    page.keyboard.type(resident_number(3))
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("试验人")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_name")).to_have_value("试验人")
    assert len(answered) == 1


@pytest.mark.parametrize("first_answer", ["ok", "failed", "refused", "lost"])
def test_a_number_corrected_while_the_first_is_looked_up_is_looked_up_in_the_end(play, clerk, first_answer):
    page = play(clerk, "/windows/intake/")
    page.foreseen += ["htmx:", "Response Status Error", "Failed to load resource"]
    first = []

    def late(route):
        if first:
            return route.continue_()
        first.append(route)
        answer = route.fetch()
        page.locator("#id_who").fill(resident_number(5, "19510607"))
        page.keyboard.press("Enter")
        if first_answer == "lost":
            return route.abort()
        if first_answer == "ok":
            return route.fulfill(response=answer)
        return route.fulfill(status=503 if first_answer == "failed" else 403, body="")

    page.route("**/intake/person/", late)
    page.keyboard.type(resident_number(4))
    page.keyboard.press("Enter")
    expect(page.locator("#person .found")).to_contain_text("1951")


def test_a_draft_about_one_person_fills_in_nobody_else(play, clerk):
    page = play(clerk, "/windows/intake/")
    page.keyboard.type(resident_number(6))
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("前一人")
    page.wait_for_selector("text=草稿已保存在本机")
    page.reload()
    expect(page.locator("#id_name")).to_have_value("前一人")
    page.locator("#id_who").fill(resident_number(7, "19510607"))
    page.keyboard.press("Enter")
    expect(page.locator("#person .found")).to_contain_text("1951")
    expect(page.locator("#id_name")).to_have_value("")


def test_what_was_typed_outlives_a_reload_and_is_gone_after_signing_out(play, clerk):
    page = play(clerk, "/windows/intake/")
    number = resident_number(2)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#person .found")
    page.locator("#id_need").fill("房屋漏雨")
    page.wait_for_selector("text=草稿已保存在本机")
    page.reload()
    expect(page.locator("#id_who")).to_have_value(number)
    expect(page.locator("#id_need")).to_have_value("房屋漏雨")
    page.get_by_label("王经办 的账号菜单").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_selector("text=您已退出登录")
    assert json.loads(page.evaluate("JSON.stringify(localStorage)")) == {}


def test_the_department_acknowledges_and_answers_and_the_window_sees_it(play, press, chongqing, township, clerk):
    doctor = make_user(role=Role.DEPARTMENT_HANDLER, organisation=chongqing.home.departments["MEDICAL"], name="易医保")
    case = log(clerk, township, "MEDICAL")
    page = play(doctor, "/")
    page.locator("a.item", has_text="医疗救助").first.click()
    page.wait_for_url(re.compile(r"/windows/referrals/\d+/"))
    press("签收")
    page.locator("form[data-draft] [name=outcome]").select_option("GRANTED")
    page.locator("form[data-draft] [name=text]").fill("符合医疗救助条件，已纳入。")
    press("答复窗口")
    assert Referral.objects.get().status == Referral.Status.ANSWERED
    page = play(clerk, f"/windows/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("符合医疗救助条件，已纳入。")
