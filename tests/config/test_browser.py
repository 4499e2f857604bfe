"""The browser that the page tests use."""

import pytest


@pytest.mark.django_db(transaction=True)
def test_chromium_reaches_the_live_server_and_its_static_files(page):
    assert page.goto("/accounts/login/").status == 200
    icons = page.request.get("/static/vendor/icons.svg")
    assert icons.status == 200
    assert icons.text().count("<symbol") > 40
