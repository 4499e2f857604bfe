"""What every test may ask for."""

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from procurement.sealing import custody
from records import workdays
from records.fonts import fontconfig_file
from tests import flush, template
from tests.factories import make_chongqing
from tests.kept import _kept_below_every_test, kept_scene, scene  # noqa: F401

flush.install()
settings.register_profile("yimen", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("yimen")  # the same examples every time, and a busy machine is no failure
expect.set_options(timeout=30_000)  # as long as a tab waits: a busy machine is no failure


def answering(name: str) -> str | None:
    """The program, when it runs: on Ubuntu ``chromium-browser`` may be a stub that only says which snap to install."""
    path = shutil.which(name)
    return path if path and not subprocess.run([path, "--version"], capture_output=True).returncode else None


CHROMIUM = shutil.which("chromium") or answering("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
REFUSED = "status of 422"
QUIET += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


ALONE = ("tests/production/", "tests/config/test_serve.py")  # whole stacks of processes: one after the other, in one worker
LONG = ("tests/browser/test_crawl.py", *ALONE, "tests/attacks/", "tests/browser/", "tests/evaluation/test_jobs.py")  # these begin


def place(file: str) -> int:
    return next((turn for turn, name in enumerate(LONG) if file.startswith(name)), len(LONG))


class ByFile(LoadScopeScheduling):
    """A file stays in one worker, with all that it prepared once; the stacks of processes stay together."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "processes" if file.startswith(ALONE) else file


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: place(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """pytest-django asks here before it makes the test database."""
    template.prepare()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, pytestconfig):
    yield
    with django_db_blocker.unblock(), pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        for told in template.end_sessions():
            print(f"\n{told}", file=sys.stderr)


@pytest.fixture(autouse=True)
def _calendar_of_its_own():
    """A year that another test loaded, and rolled back, is not remembered."""
    workdays.refresh()


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and counters of one test must not reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _light_key_stretching(monkeypatch):
    """Argon2 with 64 MiB, four times a tender, would make tests wait for nothing they ask about."""
    monkeypatch.setattr(custody, "MEMORY_KIB", 64)


@pytest.fixture
def chongqing(request):
    """See ``tests.factories.Chongqing``; where the file keeps a scene (``tests.kept``), that one's."""
    if hasattr(request.module, "scene_once"):
        return request.getfixturevalue("scene").chongqing
    request.getfixturevalue("db")
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
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        if not CHROMIUM and not Path(playwright.chromium.executable_path).exists():
            if os.environ.get("CI"):
                pytest.fail("Chromium is missing: scripts/setup.sh test installs it.")
            warnings.warn(pytest.PytestWarning("Chromium is missing: browser tests are SKIPPED."), stacklevel=1)
            pytest.skip("Chromium is missing")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=QUIET, env=os.environ | {"FONTCONFIG_FILE": str(fontconfig_file())}
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def page(chromium, live_server):
    """A fresh tab at 1440 px; anything the console calls an error fails the test (CSP violations are such errors).

    A refused form (422) is an answer, not an error. ``page.foreseen``: words of the errors that a test causes on purpose.
    """
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    tab = context.new_page()
    tab.set_default_timeout(30_000)
    complaints: list[str] = []
    tab.foreseen = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" and REFUSED not in message.text else None)
    yield tab
    if folder := os.environ.get("YIMEN_SHOTS"):
        tab.screenshot(path=str(Path(folder) / "last.png"), full_page=True)
    context.close()
    complaints = [text for text in complaints if not any(words in text for words in tab.foreseen)]
    assert not complaints, complaints


@pytest.fixture
def sign_in_as(page, live_server):
    """``sign_in_as(user)`` puts that person's session into the browser (the sign-in form has its own test)."""

    def enter(user) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return enter
