"""Follows the links of a signed-in person, first without a browser: which pages there are, and what each costs."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from tests.attacks.walk import FULL

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')
PER_VIEW = 3 if FULL else 1  # pages of one kind that a person opens; one page of a list is like another
NOT_PAGES = ("evaluation:report_pdf", "records:file_download", "evaluation:evaluation_archive")


@dataclass
class Page:
    """One address as one person sees it."""

    username: str
    url: str
    view: str
    status: int = 0
    queries: int = 0
    html: bytes = b""
    found_on: str = ""
    leads_to: str = ""  # a redirect, as of an entry that opens the table which fits the post

    @property
    def assets(self) -> set[str]:
        return {urlsplit(path).path for path in ASSET.findall(self.html.decode())}


@dataclass
class Walk:
    """``follow()`` opens what can be reached from ``start`` by links, at most PER_VIEW pages of each view."""

    client: Client
    username: str
    start: tuple[str, ...] = ("/",)
    pages: list[Page] = field(default_factory=list)

    def follow(self) -> list[Page]:
        waiting, seen, found = [(url, "") for url in self.start], set(self.start), Counter()
        while waiting:
            url, found_on = waiting.pop(0)
            page = self.open(url)
            page.found_on = found_on
            if page.html:
                self.pages.append(page)
            for url in self.links(page):
                if url not in seen and found[view_of(url)] < PER_VIEW:
                    found[view_of(url)] += 1
                    seen.add(url)
                    waiting.append((url, page.url))
        return self.pages

    def open(self, url: str) -> Page:
        connection.queries_log.clear()  # it would run over in a walk so long
        with CaptureQueriesContext(connection) as captured:
            response = self.client.get(url)
        page = Page(self.username, url, view_of(url) or "", response.status_code, len(captured))
        page.leads_to = response.headers.get("Location", "")
        if response.status_code != 302 and response.headers.get("Content-Type", "").startswith("text/html"):
            page.html = response.content
        return page

    def links(self, page: Page) -> list[str]:
        found = dict.fromkeys([page.leads_to, *(unescape(link) for link in LINK.findall(page.html.decode()))])
        return [url for url in found if url.startswith("/") and "?" not in url and view_of(url) not in (None, *NOT_PAGES)]


@cache
def view_of(url: str) -> str | None:
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return None
    return match.view_name if not match.namespace.startswith("api") else None


def richest(pages: list[Page]) -> list[Page]:
    """Of every view the page with the most on it; of home one for each person."""
    best: dict[str, Page] = {}
    for page in pages:
        key = f"home {page.username}" if page.view == "home" else page.view
        if key not in best or len(page.html) > len(best[key].html):
            best[key] = page
    return list(best.values())


PART = re.compile(r'<(\w+)(?=[^>]*?\bclass="([^"]*)")?(?=[^>]*?\btype="([^"]*)")?[^>]*?(?<!/)>')


def parts_of(page: Page) -> set[str]:
    """What the main part of a page is made of: elements with their classes and types, and which of them stands in which."""
    main = page.html.decode().partition("<main")[2].partition("</main>")[0]
    found = [".".join((name, kind, *sorted(classes.split()))) for name, classes, kind in PART.findall(main)]
    return {*found, *(f"{one} > {other}" for one, other in zip(found, found[1:], strict=False))}


def telling(pages: list[Page]) -> list[Page]:
    """The fewest of these pages, taken greedily, that hold every part and every pair of parts that stand one after the other."""
    parts = {index: parts_of(page) for index, page in enumerate(pages)}
    left, chosen = set().union(*parts.values()), []
    while left:
        index = max(parts, key=lambda one: (len(parts[one] & left), -one))
        left -= parts[index]
        chosen.append(pages[index])
    return chosen
