"""T23, T24: whatever the API's own document allows, and much that it does not, ends in no server error.

Schemathesis draws requests from the OpenAPI document, legal ones and broken ones, by a fixed seed; the payload lists are sent besides.
Each operation is called by somebody who may, about a paper that exists: behind the door is where things break.
"""

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

import pytest
import requests
import schemathesis
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from config.api import document
from records.api import KeysetPages
from tests.attacks import walk
from tests.attacks.payloads import BODIES, CURSORS, IN_QUERIES, TEXTS
from tests.attacks.policy import ROUTES

pytestmark = pytest.mark.django_db
JSON = "application/json"
EVERYWHERE = {"page_size", "cursor"}
EXAMPLES = 12 if walk.FULL else 4  # for each operation and mode
DRAWN = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass
class Fuzzed:
    report: walk.Report
    control: walk.Report
    operations: set[str] = field(default_factory=set)
    limits: list[int] = field(default_factory=list)  # rows asked of the database when 10⁹ were asked of the API
    seconds: float = 0.0
    cpu: float = 0.0


class Fuzzer:
    """All calls about one operation of the document."""

    def __init__(self, world, caller, operation, tried=None):
        self.tried = set() if tried is None else tried  # parameters that every list reads by the same code, and that had their turn
        self.caller, self.operation, self.method = caller, operation, operation.method.upper()
        self.route = resolve(operation.path.replace("{id}", "1")).url_name
        row = ROUTES[self.route]
        self.papers = world.papers[row.kind] if row.kind else [None]
        seats = [(seat, paper) for paper in self.papers for seat in world.seats.values()]
        self.seat, paper = next(pair for pair in seats if walk.expected(row, self.method, *pair) == walk.ALLOWED)
        self.url = operation.path.replace("{id}", str(paper.values["pk"]) if paper else "")
        self.ids = {"id": paper.values["pk"]} if paper else None

    def send(self, url: str, body: bytes = b"", kind: str = JSON):
        cache.clear()
        ask = lambda client: client.generic(self.method, url, body, content_type=kind)  # noqa: E731
        return self.caller.send(self.seat.name, url, self.route, ask, self.method)

    def draw(self) -> None:
        for mode in GenerationMode:
            for ids in (self.ids, None):

                @DRAWN
                @given(self.operation.as_strategy(mode, path_parameters=ids))
                def once(case):
                    self.send_case(case)

                with suppress(Unsatisfiable):  # nothing about some operations can be broken
                    once()
                if not self.ids:
                    break

    def send_case(self, case) -> None:
        try:
            asked = requests.Request(**case.as_transport_kwargs("http://testserver")).prepare()
        except (requests.exceptions.RequestException, UnicodeError):
            return  # no client can send it
        body = asked.body or b""
        self.send(asked.path_url, body.encode() if isinstance(body, str) else body, asked.headers.get("Content-Type") or JSON)

    def pay(self) -> None:
        """Every text in every query parameter, every path and every field of the body."""
        asked = {parameter["name"] for parameter in self.definition.get("parameters", []) if parameter["in"] == "query"}
        for name in sorted(asked - self.tried):
            texts = CURSORS if name == "cursor" else IN_QUERIES
            for text in texts.values():
                self.send(f"{self.url}?{name}={quoted(text)}")
        if "cursor" in asked & self.tried:
            self.send(f"{self.url}?cursor={quoted(CURSORS['text'])}")  # keys differ in type from list to list
        self.tried |= asked & EVERYWHERE
        if self.method == "GET":
            return
        for body in BODIES.values():
            self.send(self.url, body)
        for text in TEXTS.values():
            self.send(self.url, json.dumps({name: text for name in self.fields()}).encode())
        self.send(self.url, b'{"x": "' + b"x" * 3_000_000 + b'"}')

    @property
    def definition(self) -> dict:
        return document()["paths"][self.operation.path][self.method.lower()]

    def fields(self) -> dict:
        body = self.definition.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
        while "$ref" in body:
            body = document()["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        return body.get("properties", {})


def quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def operations():
    return [found.ok() for found in schemathesis.openapi.from_dict(document()).get_all_operations()]


def attack(world) -> Fuzzed:
    fuzzed, began, cpu = Fuzzed(walk.Report(), walk.Report()), time.monotonic(), time.process_time()
    caller, tried = walk.Caller(world, fuzzed.report), set()
    with walk.quiet():
        for operation in operations():
            fuzzer = Fuzzer(world, caller, operation, tried)
            fuzzer.draw()
            fuzzer.pay()
            fuzzed.operations.add(f"{fuzzer.method} {operation.path}")
            if "cursor" in {parameter["name"] for parameter in fuzzer.definition.get("parameters", [])}:
                fuzzed.limits.append(rows_asked(fuzzer))
        fuzzed.seconds, fuzzed.cpu = time.monotonic() - began, time.process_time() - cpu
        caller.report = fuzzed.control
        break_something(world, caller)
    return fuzzed


def rows_asked(fuzzer: Fuzzer) -> int:
    """The largest LIMIT that reached the database when a thousand million rows were asked for."""
    with CaptureQueriesContext(connection) as captured:
        fuzzer.send(f"{fuzzer.url}?page_size=1000000000")
    found = [int(sql["sql"].rsplit("LIMIT ", 1)[1].split()[0].rstrip(")")) for sql in captured if "LIMIT " in sql["sql"]]
    return max(found, default=0)


def break_something(world, caller) -> None:
    """The control: a list that believes the number it is told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeysetPages, "get_page_size", lambda self, request: int(request.query_params.get("page_size", 50)))
        for operation in operations():
            if operation.path in ("/api/v1/projects/", "/api/v1/contracts/", "/api/v1/staff/") and operation.method == "get":
                Fuzzer(world, caller, operation).draw()


@pytest.fixture(scope="module")
def fuzzed(in_a_world) -> Fuzzed:
    return in_a_world(attack)


def test_no_generated_request_ends_in_a_server_error(fuzzed):
    calls = sum(fuzzed.report.cells.values())
    print(f"\n{calls:,} requests to {len(fuzzed.operations)} operations in {fuzzed.seconds:.0f} s, CPU {fuzzed.cpu:.0f} s")
    failures = fuzzed.report.failures
    assert not failures, f"{len(failures)}:\n" + "\n".join(sorted(set(failures))[:60])


def test_every_operation_of_the_document_was_tried(fuzzed):
    written = {f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods}
    assert fuzzed.operations == written
    assert sum(fuzzed.report.cells.values()) > 30 * len(written)


def test_a_thousand_million_rows_are_not_asked_of_the_database(fuzzed):
    assert fuzzed.limits and max(fuzzed.limits) <= KeysetPages.max_page_size + 1
    assert max(fuzzed.limits) > KeysetPages.page_size, "the parameter is taken, up to the cap"


def test_no_get_of_the_fuzz_writes_a_row(fuzzed):
    assert fuzzed.report.writes == set()


def test_control_a_list_that_trusts_its_page_size_is_seen_by_drawn_requests(fuzzed):
    assert {"project-list", "contract-list", "staffmember-list"} & {line.split()[1] for line in fuzzed.control.failures}
