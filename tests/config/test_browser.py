"""The browser that the page tests use."""

import pytest


@pytest.mark.django_db(transaction=True)
def test_chromium_reaches_the_live_server_and_its_static_files(page):
    response = page.goto("/static/vendor/icons.svg")
    assert response.status == 200
    assert page.locator("symbol").count() > 40
