"""What every test may ask for."""

import os
import shutil
import warnings
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect, sync_playwright

from records import workdays
from records.fonts import fontconfig_file
from tests import flush
from tests.factories import make_chongqing

flush.install()
expect.set_options(timeout=30_000)  # as long as a tab waits: a busy machine is no failure

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
REFUSED = "status of 422"
QUIET += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


ALONE = ("tests/production/", "tests/config/test_serve.py")  # whole stacks of processes: one after the other, in one worker


def pytest_collection_modifyitems(items):
    """For ``pytest -n 2 --dist loadgroup``: a file stays in one worker, and the stacks of processes stay together."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group("processes" if file.startswith(ALONE) else file))


@pytest.fixture(autouse=True)
def _calendar_of_its_own():
    """A year that another test loaded, and rolled back, is not remembered."""
    workdays.refresh()


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and counters of one test must not reach the next."""
    cache.clear()


@pytest.fixture
def chongqing(db):
    """See ``tests.factories.Chongqing``."""
    return make_chongqing()


@pytest.fixture
def browse():
    """``browse(user)`` → a client that is signed in; CSRF is not checked (that has its own test)."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def count_queries():
    """``count_queries(client, url)`` → how many SQL statements one GET takes; the page must answer 200."""

    def counted(client, url) -> int:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
        assert response.status_code == 200, f"{url} answered {response.status_code}"
        return len(captured)

    return counted


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the run. Where there is none the browser tests are skipped loudly, and in CI they fail."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: install the package 'chromium' (scripts/setup.sh test).")
        warnings.warn(pytest.PytestWarning("Chromium is missing: browser tests are SKIPPED."), stacklevel=1)
        pytest.skip("Chromium is missing")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=QUIET, env=os.environ | {"FONTCONFIG_FILE": str(fontconfig_file())}
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def page(chromium, live_server):
    """A fresh tab at 1440 px; anything the console calls an error fails the test (CSP violations are such errors).

    A refused form (422) is an answer, not an error.
    """
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    tab = context.new_page()
    tab.set_default_timeout(30_000)
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" and REFUSED not in message.text else None)
    yield tab
    if folder := os.environ.get("YIMEN_SHOTS"):
        tab.screenshot(path=str(Path(folder) / "last.png"), full_page=True)
    context.close()
    assert not complaints, complaints


@pytest.fixture
def sign_in_as(page, live_server):
    """``sign_in_as(user)`` puts that person's session into the browser (the sign-in form has its own test)."""

    def enter(user) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return enter
