"""An application in Chromium, by keyboard alone: one field starts it, the slip is in the hand within a minute."""

import time

import pytest
from playwright.sync_api import expect

from records import jobs
from tests.windows.factories import application, log, make_clerk, make_window, resident_number
from windows.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(chongqing):
    township = chongqing.home.townships[0].organisation
    make_window(township)
    return make_clerk(township, name="王经办")


def test_a_clerk_logs_an_application_by_keyboard_alone_within_a_minute(page, sign_in_as, chongqing, clerk):
    sign_in_as(clerk)
    page.goto("/windows/intake/")
    began = time.monotonic()
    page.keyboard.type(resident_number(1).lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("#person .found")
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("试验人")
    for _ in range(3):
        page.keyboard.press("Enter")  # phone, address, on to the needs
    expect(page.locator("[name=programme]").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("[data-papers] input").first).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/windows/cases/*/")
    took = time.monotonic() - began
    case = Case.objects.get()
    assert case.status == Case.Status.ACCEPTED and case.person.name == "试验人"
    assert took < 60
    page.keyboard.press("Enter")  # the print button has the focus
    page.wait_for_url("**/windows/slips/*/")
    assert page.get_by_role("heading", name="受理通知书").first.is_visible()


def test_a_wrong_check_digit_says_so_before_anything_else_is_typed(page, sign_in_as, clerk):
    sign_in_as(clerk)
    page.goto("/windows/intake/")
    good = resident_number(1)
    page.keyboard.type(good[:-1] + ("1" if good[-1] != "1" else "2"))
    page.keyboard.press("Tab")
    page.wait_for_selector("#person [role=alert]")
    assert "校验码" in page.inner_text("#person")


def test_a_known_person_comes_with_open_cases_beside_the_form(page, sign_in_as, chongqing, clerk):
    township = chongqing.home.townships[0].organisation
    case = log(clerk, township, "TEKUN")
    sign_in_as(clerk)
    page.goto("/windows/intake/")
    page.keyboard.type(application(township).person.id_number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#person .panel")
    assert "特困人员救助供养" in page.inner_text("#person") and case.person.id_number not in page.inner_text("#person")


def test_the_slip_is_drawn_once_and_the_reprint_is_marked(chongqing, clerk, browse):
    case = log(clerk, chongqing.home.townships[0].organisation)
    slip, client = case.slips.get(), browse(clerk)
    assert client.post(f"/windows/slips/{slip.pk}/print/").status_code == 302
    assert client.get(f"/windows/slips/{slip.pk}/pdf/").status_code == 202
    jobs.run_pending()
    first = client.get(f"/windows/slips/{slip.pk}/pdf/").content
    client.post(f"/windows/slips/{slip.pk}/print/")
    jobs.run_pending()
    second = client.get(f"/windows/slips/{slip.pk}/pdf/").content
    client.post(f"/windows/slips/{slip.pk}/print/")
    third = client.get(f"/windows/slips/{slip.pk}/pdf/").content
    assert first.startswith(b"%PDF") and second != first and third == second
