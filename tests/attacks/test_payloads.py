"""T10, T24 on the pages: what people with bad intentions type ends in no server error, in no header and in no line of the log.

The person may, and the paper exists. Each text goes into every field of the page's own form, and again only where people type, with sound
values beside it, so that it comes as far as the database; where the post succeeds, the page that follows is read too. In every run a sample
of the addresses, the same each time; ``make attacks`` (YIMEN_WALK=full) takes all of them. In the same world every table that leaves the
portal is taken out with formulas in the rows behind it.
"""

import logging
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

import pytest
from django.core.cache import cache
from django.template.base import Template

from config.logs import JsonFormatter, PlainFormatter
from tests.attacks import exports, walk
from tests.attacks.forms import Form, forms_in
from tests.attacks.payloads import IN_QUERIES, TEXTS
from tests.attacks.policy import PUBLIC, ROUTES
from tests.attacks.routes import Route, all_routes

pytestmark = pytest.mark.django_db
IN_ADDRESSES = ("q", "after", "before", "page", "status", "year", "from", "tab", "next", "condition", "on", "month", "version")
IN_BUTTONS = ("version", "reason", "note", "text", "pick", "bid", "member", "until", "key", "payload", "sealed", "q")
FORM = "application/x-www-form-urlencoded"
ONE_IN, TEXTS_EACH = 9, 2  # of the addresses, and of the texts, in a sample
DEFUSED = "{{7*7}}"
ALWAYS = {"template"}
WORKED = ("49{% debug", "<script>alert(1)</script>")


@dataclass
class Sent:
    report: walk.Report
    routes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    statuses: Counter = field(default_factory=Counter)
    literal: int = 0  # answers that show the template text as it was typed
    worked: list[str] = field(default_factory=list)  # … as its result
    injected: list[str] = field(default_factory=list)  # answers with a header of ours
    lines: list[str] = field(default_factory=list)  # log entries that take more than a line
    logged: int = 0
    cpu: float = 0.0
    control: walk.Report | None = None
    tables: exports.Tables | None = None
    bare: exports.Tables | None = None  # the same where nothing is defused
    exporting: dict[str, str] = field(default_factory=dict)


class OneLine(logging.Handler):
    """Writes every entry as both formatters would, and keeps those that take more than a line."""

    def __init__(self, sent: Sent):
        super().__init__()
        self.sent = sent
        self.formatters = (JsonFormatter(), PlainFormatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record):
        self.sent.logged += 1
        record.exc_info = record.exc_text = None  # a trace of ours has lines of its own
        self.sent.lines += [text[:300] for text in (one.format(record) for one in self.formatters) if len(text.splitlines()) > 1]


@contextmanager
def overheard(sent: Sent):
    """The log of the portal, and templates drawn without the tests' recording."""
    handler, root = OneLine(sent), logging.getLogger()
    django = logging.getLogger("django")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", walk.plain_render)
        for logger in (root, django):
            patch.setattr(logger, "handlers", [handler])
        patch.setattr(django, "propagate", False)
        yield


class Sender:
    def __init__(self, world, caller, sent: Sent):
        self.world, self.caller, self.sent = world, caller, sent
        self.known: dict[str, Form] = {}  # forms seen so far, by where they are sent
        self.asked = self.posted = 0

    def attack(self, route: Route, row) -> None:
        place = self.place(row)
        if place is None:
            return
        seat, paper = place
        url = route.url(paper.values if paper else {})
        self.sent.routes.add(route.name)
        forms = forms_in(self.send(seat, "GET", url, route).body)
        self.known.update({form.action.partition("?")[0]: form for form in forms if form.action and form.method == "POST"})
        if row.get:
            self.ask(seat, route, url, forms)
        if row.post and walk.expected(row, "POST", seat, paper) == walk.ALLOWED:
            own = next((form for form in forms if form.method == "POST" and form.action in ("", url)), self.known.get(url))
            self.post(seat, route, url, own or Form("POST", url, set(IN_BUTTONS)), paper.data if paper else {})

    def ask(self, seat, route, url: str, forms: list[Form]) -> None:
        names = set().union(*(form.names for form in forms if form.method == "GET"))
        self.asked += 1
        for key in chosen(self.asked, IN_QUERIES):
            self.sent.texts.add(key)
            self.send(seat, "GET", f"{url}?{encoded(dict.fromkeys(IN_ADDRESSES, IN_QUERIES[key]))}", route)
            if names:
                self.send(seat, "GET", f"{url}?{encoded(dict.fromkeys(sorted(names), IN_QUERIES[key]))}", route)

    def post(self, seat, route, url: str, form: Form, data: dict) -> None:
        self.posted += 1
        for key in chosen(self.posted, TEXTS):
            self.sent.texts.add(key)
            everywhere = dict.fromkeys(form.names, TEXTS[key])
            typed = form.chosen | {name: str(value) for name, value in data.items()} | dict.fromkeys(form.typed, TEXTS[key])
            for values in (everywhere, typed) if form.typed and form.chosen else (everywhere,):
                self.send(seat, "POST", url, route, encoded(values).encode())

    def place(self, row):
        """Somebody who may post, else somebody who may read."""
        for method in ("POST", "GET"):
            for paper in self.world.papers[row.kind] if row.kind else [None]:
                for seat in self.world.seats.values():
                    if row.who(method) and walk.expected(row, method, seat, paper) == walk.ALLOWED:
                        return seat, paper
        return None

    def send(self, seat, method, url, route, body=b""):
        cache.clear()

        def ask(client):
            answer = client.generic(method, url, body, content_type=FORM)
            if method == "POST" and answer.status_code == 302 and answer["Location"].startswith("/"):
                return client.get(answer["Location"])
            return answer

        answer = self.caller.send(seat.name, url, route.name, ask, method)
        self.sent.statuses[answer.status] += 1
        text = answer.body.decode("utf-8", "replace") if answer.headers.get("Content-Type", "").startswith("text/html") else ""
        self.sent.literal += DEFUSED in text
        if any(result in text for result in WORKED):
            self.sent.worked.append(f"{method} {url[:200]}")
        if "X-Injected" in answer.headers:
            self.sent.injected.append(f"{method} {url[:200]}")
        return answer


def chosen(turn: int, texts: dict) -> list[str]:
    """All of them, or a few, the next ones at the next address and the same in every run, with what is to be shown as it stands."""
    keys = list(texts)
    return (
        keys
        if walk.FULL
        else list({keys[(turn * TEXTS_EACH + number) % len(keys)] for number in range(TEXTS_EACH)} | ALWAYS & texts.keys())
    )


def encoded(values: dict) -> str:
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(text.encode('utf-8', 'surrogatepass'))}" for name, text in values.items()
    )


def pages(names=()):
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is None or walk.part_of(route) == "api" or route.name == walk.TELLS_WHAT_IS_WRONG:
            continue
        if route.name in names if names else walk.FULL or zlib.crc32(route.name.encode()) % ONE_IN == 0:
            yield route, row


def attack(world) -> Sent:
    sent = Sent(walk.Report())
    caller = walk.Caller(world, sent.report)
    began = time.process_time()
    with overheard(sent):
        sender = Sender(world, caller, sent)
        for route, row in pages():
            sender.attack(route, row)
        sent.control = caller.report = walk.Report()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("accounts.views_people.number_in", int)
            for route, row in pages(("accounts:audit_list",)):
                Sender(world, caller, Sent(caller.report)).attack(route, row)
    caller.report = sent.report
    with walk.quiet():
        take_tables(world, caller, sent)
    sent.cpu = time.process_time() - began
    return sent


def take_tables(world, caller, sent: Sent) -> None:
    sent.exporting = exports.discover(world, caller) if walk.FULL else exports.EXPORTS
    sent.tables = exports.take_all(world, caller)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("records.exports.defuse", str)
        sent.bare = exports.take_all(world, caller, names=("procurement:project_list",))


@pytest.fixture(scope="module")
def sent(in_a_world) -> Sent:
    return in_a_world(attack)


def test_no_page_answers_a_payload_with_a_server_error(sent):
    told = f"{sum(sent.statuses.values()):,} requests to {len(sent.routes)} pages: {dict(sent.statuses)}"
    print(f"\n{told}; {sent.logged} log entries; CPU {sent.cpu:.0f} s")
    failures = sorted(set(sent.report.failures))
    assert not failures, f"{len(failures)}:\n" + "\n".join(failures[:80])


def test_every_page_of_the_sample_that_somebody_may_open_was_tried(sent):
    nobody = {route.name for route, row in pages() if row.get != PUBLIC and row.post is None and row.get is None}
    assert len({route.name for route, _ in pages()} - sent.routes - nobody) <= 2
    assert sent.texts == set(TEXTS) | set(IN_QUERIES), "every text has its turn"


def test_a_template_or_a_script_is_shown_as_text_and_never_worked_out(sent):
    assert sent.literal > 1
    assert sent.worked == []


def test_no_line_break_becomes_a_header(sent):
    assert sent.injected == []


def test_no_text_becomes_a_line_of_the_log(sent):
    assert sent.logged > 20, "refusals are logged"
    assert sent.lines == []


def test_no_cell_of_any_table_is_a_formula(sent):
    """T10: in Excel every such text is a text cell, in CSV it stands behind an apostrophe."""
    print(f"\n{sent.tables.seeded} columns seeded; {sum(sent.tables.read.values()):,} such texts in {len(sent.tables.read)} tables")
    assert sent.tables.formulas == []
    assert sent.tables.refused == []
    silent = {name for name, texts in sent.tables.read.items() if not texts}
    assert len(silent) < len(sent.tables.read) / 3, f"without any text of ours: {sorted(silent)}"


def test_every_table_that_leaves_the_portal_is_tried(sent):
    assert sent.exporting == exports.EXPORTS
    assert exports.makers() - exports.READERS == set(exports.MAKERS)
    named = {name for ways in exports.MAKERS.values() for name in ways.split() if ":" in name}
    assert named <= set(exports.EXPORTS)


def test_control_a_table_that_defuses_nothing_is_seen(sent):
    assert any(line.startswith("procurement:project_list") for line in sent.bare.formulas)


def test_control_a_page_that_trusts_a_number_is_seen(sent):
    assert any("ValueError" in line for line in sent.control.failures)


@pytest.mark.parametrize("path", ["/verify/%00/", "/public/notices/%00/", "/progress/%00/", "/public/projects/%00/", "/survey/%ff%fe/"])
def test_an_address_with_bytes_of_no_text_is_not_found(client, db, path):
    assert client.get(path).status_code in (400, 404)
