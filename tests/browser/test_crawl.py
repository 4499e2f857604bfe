"""Every page of the demo that links lead to, for every role: it answers, costs little, weighs little, and serves everybody.

One test, because one demo serves all of it; it reports every fault it finds, not the first. In a browser each run looks at the pages
that are made of something no other is; ``make attacks`` at every kind of page.
"""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from config.demo.organisation import ACCOUNTS
from records.models import Notice
from tests.attacks.walk import FULL, quiet
from tests.browser.crawl import Page, Walk, richest, telling
from windows.models import Case

MOST_QUERIES = 40
APPS = {"accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation"}
FIRST_VISIT, LATER_VISIT = 200_000, 40_000
MOST_TABS = 400  # a scheme has a row of fields for every indicator
PUBLIC = ("/accounts/login/", "/verify/", "/public/notices/", "/public/projects/", "/public/evaluations/", "/survey/", "/progress/")
FOCUS = """() => { const at = document.activeElement, style = getComputedStyle(at);
  return { primary: at.matches('main .btn-primary'), what: at.outerHTML.slice(0, 120),
           seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none' } }"""
MONEY_AT_LEFT = """() => [...document.querySelectorAll('main table td')].map(cell => [cell, cell.textContent.trim()])
  .filter(([cell, text]) => /^-?[0-9,]+\\.[0-9]{2}( 元)?$/.test(text) && getComputedStyle(cell).textAlign !== 'right')
  .map(([, text]) => text)"""


@pytest.mark.django_db(transaction=True)
def test_every_page_answers_is_light_and_serves_everybody(chromium, live_server):
    with quiet():
        call_command("demo", verbosity=0)
        faults = faults_of_the_demo(chromium, live_server)
    assert not faults, "\n".join(faults)


def faults_of_the_demo(chromium, live_server) -> list[str]:
    pages = every_page()
    kinds = {page.view for page in pages}
    assert len(kinds) > 250
    assert {kind.partition(":")[0] for kind in kinds} >= {
        "accounts",
        "records",
        "contractors",
        "procurement",
        "staffing",
        "windows",
        "evaluation",
    }
    faults = [fault for page in pages for fault in answers(page)]
    faults += heavy(pages)
    shown = richest(pages) if FULL else telling(richest(pages))
    assert len(shown) > 100
    for username in sorted({page.username for page in shown}):
        with Tab(chromium, live_server, username) as tab:
            for page in [page for page in shown if page.username == username]:
                faults += tab.look_at(page)
    return faults


def every_page() -> list[Page]:
    found = []
    for username in {account.role: account.username for account in reversed(ACCOUNTS)}.values():
        found += Walk(signed_in(username), username).follow()
    return found + Walk(Client(), "", start=(*PUBLIC, *by_code())).follow()


def by_code() -> list[str]:
    """What people open with a code from paper."""
    return [f"/verify/{Notice.objects.first().code}/", f"/progress/{Case.objects.first().progress_code}/"]


def signed_in(username: str) -> Client:
    client = Client()
    client.raise_request_exception = False
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(page: Page) -> list[str]:
    faults = []
    if page.status != 200:
        faults.append(f"{page.url} answers {page.status} to {page.username}, who was led there by {page.found_on}")
    if page.queries > MOST_QUERIES:
        faults.append(f"{page.url} takes {page.queries} queries for {page.username}")
    return faults


def heavy(pages: list[Page]) -> list[str]:
    """Weights as they go over the wire, the static files as the server keeps them."""
    faults, weights = [], {}
    for page in pages:
        html = len(gzip.compress(page.html))
        for path in page.assets - set(weights):
            weights[path] = len(gzip.compress(Path(finders.find(path.removeprefix("/static/"))).read_bytes(), 9))
        first = html + sum(weights[path] for path in page.assets)
        if html > LATER_VISIT or first > FIRST_VISIT:
            faults.append(f"{page.url} weighs {html:,} bytes, {first:,} on a first visit")
    return faults


# Rows of one table are alike, and so are the choices of one list: axe and the Tab key look at the first of them.
THIN = """keep => { const seen = new Map();
  for (const one of document.querySelectorAll('main :is(tr, li, section, details), main option:not(:checked), datalist option')) {
    const turn = (seen.get(one.parentNode) ?? 0) + 1;
    seen.set(one.parentNode, turn);
    if (turn > keep) one.remove(); } }"""
KEPT = 12


class Tab:
    """One person's window; what the console calls an error is a fault of the page it came from."""

    def __init__(self, chromium, live_server, username: str):
        self.context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
        if username:
            session = signed_in(username).cookies["sessionid"].value
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        self.page, self.complaints = self.context.new_page(), []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def look_at(self, page: Page) -> list[str]:
        faults = []
        self.page.set_viewport_size({"width": 375, "height": 800})
        self.page.goto(page.url)
        if (width := self.page.evaluate("document.documentElement.scrollWidth")) > 375:
            faults.append(f"{width} px wide on a phone")
        self.page.set_viewport_size({"width": 1440, "height": 900})
        faults += [f"the amount {text} is not aligned at the right" for text in self.page.evaluate(MONEY_AT_LEFT)]
        self.page.evaluate(THIN, KEPT)
        found = Axe().run(self.page).response["violations"]
        faults += [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]
        faults += self.unreached()
        faults += self.complaints
        self.complaints.clear()
        return [f"{page.url} ({page.username}): {fault}" for fault in faults]

    def unreached(self) -> list[str]:
        """Tab by Tab from the top of the page to its primary action, seeing where one is."""
        if not self.page.locator("main .btn-primary:visible:enabled").count():
            return []
        self.page.evaluate("document.getElementById('main').focus()")
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            if not focus["seen"]:
                return [f"the focus is not seen on {focus['what']}"]
            if focus["primary"]:
                return []
        return ["the primary action is not reached by Tab"]
