"""Call every address as every seat about every paper, and compare the answer with the written policy."""

import logging
import os
import re
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.template.base import Template
from django.test import Client

from accounts.middleware import BEGAN, SEEN
from accounts.roles import Role
from tests.attacks.policy import NOWHERE, PUBLIC, ROUTES, SIGNED_IN, Row
from tests.attacks.routes import Route, all_routes
from tests.attacks.world import MISSING, OWN, Paper, Seat, World

FULL = os.environ.get("YIMEN_WALK") == "full"
PARTS = {"procurement": "purchase", "contractors": "purchase", "windows": "casework", "staffing": "casework", "evaluation": "casework"}
PAGES_OF_THE_API = {"schema", "docs"}  # for people: whoever is not signed in is sent to the sign-in page
UNSAFE_RARE = ("PUT", "PATCH", "DELETE")
WRITES = re.compile(r"^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?([a-z_0-9]+)", re.IGNORECASE)
BODY = b'{"version": 0, "comments": {"services": "x"}}'
TELLS_WHAT_IS_WRONG = "healthz"  # 503 where no worker runs, as in this walk
ALLOWED, NOT_OFFERED = "allowed", "not offered"
# What a GET may write: the session's own clock, and the proof that an auditor took a report (P-80 asks for that trace).
WRITTEN_BY_READING = {"django_session"}


@dataclass
class Answer:
    status: int
    length: int
    headers: dict
    body: bytes

    @property
    def shape(self) -> tuple[int, int]:
        return self.status, self.length


@dataclass
class Report:
    """Everything the walk saw, as plain values: the transaction it ran in is gone when the tests read it."""

    cells: Counter = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # 5xx
    writes: set[str] = field(default_factory=set)  # "GET route: INSERT table"
    pages: dict = field(default_factory=dict)  # (route, status) → Answer of signed-in HTML
    seconds: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)  # route → CPU seconds
    cpu: float = 0.0  # of this process: the machine may be busy with other things

    def expect(self, fits: bool, text: str) -> None:
        if not fits:
            self.mismatches.append(text)


class Caller:
    """Clients signed in once; each call in a savepoint that is rolled back, each with the cookies of the start."""

    def __init__(self, world: World, report: Report):
        self.report, self.clients, self.keys = report, {"anonymous": Client(raise_request_exception=False)}, {"anonymous": None}
        for seat in world.seats.values():
            client = Client(raise_request_exception=False)
            client.force_login(seat.user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session[SEEN] = session[BEGAN] = time.time() + 600  # no page writes the session's clock while we look
            session.save()
            self.clients[seat.name], self.keys[seat.name] = client, client.cookies["sessionid"].value

    def call(self, name: str, method: str, url: str, data: dict | None = None, *, route: str = "") -> Answer:
        if not url.startswith("/api/"):
            return self.send(name, url, route, lambda client: getattr(client, method.lower())(url, data or {}), method)
        body = BODY if method != "GET" else b""
        return self.send(name, url, route, lambda client: client.generic(method, url, body, content_type="application/json"), method)

    def send(self, name: str, url: str, route: str, ask, method: str) -> Answer:
        """``ask(client)`` in a savepoint, with everything noted that its answer and its statements tell."""
        client = self.clients[name]
        client.cookies = SimpleCookie({"sessionid": self.keys[name]} if self.keys[name] else {})
        written: list[str] = []
        with connection.execute_wrapper(note_writes(written)), transaction.atomic():
            response = ask(client)
            transaction.set_rollback(True)
        if method == "GET":
            self.report.writes.update(f"{route} {statement}" for statement in written)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        self.report.cells[method] += 1
        if response.status_code >= 500 and route != TELLS_WHAT_IS_WRONG:
            reason = repr(response.exc_info[1])[:300] if getattr(response, "exc_info", None) else ""
            self.report.failures.append(f"{method} {route} as {name}: {response.status_code} {url[:200]} {reason}")
        answer = Answer(response.status_code, len(body.replace(url.encode(), b"")), dict(response.headers), body)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            self.report.pages.setdefault((route, answer.status, name == "anonymous"), answer)
        return answer


def note_writes(found: list[str]):
    def wrapper(execute, sql, params, many, context):
        if (match := WRITES.match(sql)) and match[2] not in WRITTEN_BY_READING:
            found.append(f"{match[1].split()[0].upper()} {match[2]}")
        return execute(sql, params, many, context)

    return wrapper


def expected(row: Row, method: str, seat: Seat, paper: Paper | None):
    """The answer the policy writes down: ALLOWED, NOT_OFFERED, 403 or 404."""
    who = row.who(method)
    if who is None:
        return NOT_OFFERED
    if who == NOWHERE:
        return 404
    reached = paper is None or paper.reached_by(seat, row.sees)
    if who in (PUBLIC, SIGNED_IN):
        return ALLOWED if reached else 404
    if seat.role not in (row.enter or who):
        return 403
    if not reached:
        return 404
    holds = seat.role in who or (row.holder_acts and seat.name in paper.persons)
    if not holds or (row.verb and seat.name not in paper.acting[row.verb]):
        return 403
    return ALLOWED


def fits(wanted, answer: Answer, missing: Answer | None) -> bool:
    """Does the answer tell what the policy says, and nothing more than a paper that does not exist would?"""
    if wanted == ALLOWED:
        return answer.status not in (401, 403, 404, 405) and answer.status < 500
    if wanted == NOT_OFFERED:
        return answer.status in (403, 404, 405) and (missing is None or answer.status == 405 or answer.shape == missing.shape)
    if wanted == 404 or (wanted == 403 and missing is not None and missing.status == 403):
        return answer.status == wanted and (missing is None or answer.shape == missing.shape)
    return answer.status == wanted


def walk_route(world: World, caller: Caller, route: Route, row: Row, *, methods=("GET", "POST"), seats=None) -> None:
    papers = world.papers[row.kind] if row.kind else [None]
    for method in methods:
        for seat in seats or callers(world, route, row, method):
            cache.clear()  # rate limits are tested apart
            compare(caller, route, row, method, seat, papers)


def compare(caller: Caller, route: Route, row: Row, method: str, seat: Seat, papers: list) -> None:
    """One seat at one address. Where the right is held nowhere the door is shut before any paper is looked at: one paper tells it."""
    inside = passes_door(row, method, seat) or is_witness(seat)
    missing = caller.call(seat.name, method, route.url(values_of_nothing(papers)), route=route.name) if row.kind and inside else None
    for paper in near(papers, seat) if passes_door(row, method, seat) else ends(papers) if inside else papers[:1]:
        data = paper.data if paper and method != "GET" else None  # an address with its query is another address
        answer = caller.call(seat.name, method, route.url(paper.values if paper else {}), data, route=route.name)
        wanted = expected(row, method, seat, paper)
        told = f"{answer.shape}, missing {missing.shape if missing else '-'}"
        whose = paper.whose if paper else "-"
        told = f"{method} {route.name} as {seat.name} on {whose}: wanted {wanted}, got {told}"
        caller.report.expect(fits(wanted, answer, missing), told)


def callers(world: World, route: Route, row: Row, method: str) -> list[Seat]:
    """Every seat; three for what is public; where the method is not offered, one who may use the other and one who may nothing."""
    seats = list(world.seats.values())
    if row.who(method) == PUBLIC:
        return [world.seats[name] for name in (Role.BUREAU_CHIEF, Role.CONTRACTOR_ADMIN, "NO POST")]
    if row.who(method) is not None:
        return seats if FULL else sample(route, row, method, seats)
    other = "GET" if row.get is not None else "POST"
    return [next((seat for seat in seats if passes_door(row, other, seat)), seats[0]), world.seats["NO POST"]]


def sample(route: Route, row: Row, method: str, seats: list[Seat]) -> list[Seat]:
    """In every run: of those with the right one from each organisation, one without it, and the witnesses.

    Who it is differs from address to address and is the same in every run, so that every role is tried at many addresses;
    ``make attacks`` asks all of them everywhere.
    """
    turn = zlib.crc32(f"{method} {route.name}".encode())
    rooms: dict[int, list[Seat]] = {}
    for seat in seats:
        if passes_door(row, method, seat):
            rooms.setdefault(seat.organisation.pk if seat.organisation else 0, []).append(seat)
    inside = [room[turn % len(room)] for room in rooms.values()]
    outside = [seat for seat in seats if not passes_door(row, method, seat)]
    chosen = inside + ([outside[turn % len(outside)]] if outside else [])
    chosen += [seat for seat in seats if is_witness(seat)]
    return list({seat.name: seat for seat in chosen}.values())


def is_witness(seat: Seat) -> bool:
    """For all whom the door keeps out, this one also knocks at papers near, far and missing: they must answer alike."""
    return seat.role in (None, Role.WINDOW_CLERK)


def passes_door(row: Row, method: str, seat: Seat) -> bool:
    """Is the right held anywhere at all?"""
    who = row.who(method)
    return who in (PUBLIC, SIGNED_IN) or (who not in (None, NOWHERE) and seat.role in (row.enter or who))


def ends(papers: list) -> list:
    return papers if len(papers) < 3 else [papers[0], papers[-1]]


def near(papers, seat: Seat) -> list:
    """Of what every seat has one of its own (post, file, message …): the seat's own and three of others."""
    if len(papers) <= 6:
        return papers
    own = [paper for paper in papers if seat.name in paper.persons]
    return own + [paper for paper in papers if paper not in own][:4]


def values_of_nothing(papers) -> dict:
    """The address of a paper that does not exist: every number and code replaced, the words between kept."""
    return papers[0].values | {name: value for name, value in MISSING.items() if name in papers[0].values}


def walk_rare_methods(world: World, caller: Caller, route: Route, row: Row) -> None:
    """PUT, PATCH and DELETE for one who may and one who may not (``make attacks``: for every seat): nothing may answer 2xx."""
    paper = next((p for p in world.papers[row.kind] if p.whose == OWN), world.papers[row.kind][0]) if row.kind else None
    url = route.url(paper.values if paper else {})
    allowed = next((seat for seat in world.seats.values() if expected(row, "POST" if row.post else "GET", seat, paper) == ALLOWED), None)
    for name in world.seats if FULL else {allowed.name if allowed else "NO POST", "NO POST"}:
        cache.clear()
        for method in UNSAFE_RARE if row.patch is None else ("PUT", "DELETE"):
            answer = caller.call(name, method, url, route=route.name)
            caller.report.expect(answer.status in (403, 404, 405), f"{method} {route.name} as {name}: {answer.status}")


def walk_anonymous(world: World, caller: Caller, route: Route, row: Row) -> None:
    papers = world.papers[row.kind] if row.kind else [None]
    for paper in papers if PUBLIC in (row.get, row.post) else papers[:1]:
        cache.clear()
        url = route.url(paper.values if paper else {})
        for method in ("GET", "POST"):
            answer = caller.call("anonymous", method, url, paper.data if paper and method != "GET" else None, route=route.name)
            wanted = anonymous_statuses(row, method, paper, api=url.startswith("/api/") and route.name not in PAGES_OF_THE_API)
            caller.report.expect(answer.status in wanted, f"{method} {route.name} unsigned: wanted {wanted}, got {answer.status}")
            if answer.status == 302 and "public" not in str(row.who(method)):
                here = answer.headers["Location"].startswith("/accounts/login/")
                caller.report.expect(here, f"{method} {route.name} unsigned: sent to {answer.headers['Location']}")


def anonymous_statuses(row: Row, method: str, paper, *, api: bool):
    who = row.who(method)
    if who == PUBLIC:
        return (404,) if paper is not None and not paper.to_all else (200, 302, 400, 413, 422)
    if who == NOWHERE:
        return (404,)
    if PUBLIC in (row.get, row.post):
        return (405,)
    return (401, 403, 405) if api else (302, 404, 405)


def part_of(route: Route) -> str:
    """Which file walks this address. What is new falls to one of them by itself."""
    if route.pattern.startswith("api/"):
        return "api"
    return PARTS.get(route.name.partition(":")[0], "frame")


def walk(world: World, *, names=(), part="", roles=()) -> Report:
    """One part of the routes, or those named; as all seats, or those of these roles."""
    report, began, cpu = Report(), time.monotonic(), time.process_time()
    caller = Caller(world, report)
    with quiet():
        for route in all_routes():
            row = ROUTES.get(route.key)
            if row is None or (names and route.name not in names) or (part and part_of(route) != part) or route.name == TELLS_WHAT_IS_WRONG:
                continue  # told by tests of their own
            if row.kind and row.kind not in world.papers:
                report.expect(False, f"{route.name}: no paper of the kind {row.kind!r} in tests/attacks/world.py")
                continue
            if roles:
                walk_route(world, caller, route, row, seats=[world.seats[role] for role in roles])
            else:
                walk_one(world, caller, route, row)
    report.seconds, report.cpu = time.monotonic() - began, time.process_time() - cpu
    return report


def walk_one(world: World, caller: Caller, route: Route, row: Row) -> None:
    began = time.process_time()
    walk_route(world, caller, route, row, methods=("GET", "POST", "PATCH") if row.patch else ("GET", "POST"))
    walk_rare_methods(world, caller, route, row)
    walk_anonymous(world, caller, route, row)
    caller.report.costs[route.name] = time.process_time() - began


@contextmanager
def quiet():
    """Nothing is logged (every refusal would come with its traceback), and templates are drawn without the tests' recording."""
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", plain_render)
        yield
    logging.disable(logging.NOTSET)


def plain_render(template: Template, context):
    """As ``Template._render`` is outside of tests."""
    return template.nodelist.render(context)
