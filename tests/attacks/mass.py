"""T03: post every column of every row that a form writes, and compare with the same post without them. None of them may land.

What a post writes is read from its own statements: every table that it inserts into or updates is compared, whichever paper the
address is about, and also where it is about none. The forged value always differs from what the plain post wrote there.
"""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookies import SimpleCookie

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, models, transaction
from django.forms import BaseForm
from django.urls import resolve

from config.api import document
from tests.attacks.filling import filled, looked_round
from tests.attacks.policy import PUBLIC, ROUTES
from tests.attacks.routes import Route, all_routes
from tests.attacks.walk import ALLOWED, FULL, Caller, expected, quiet
from tests.attacks.world import OWN, World

WRITES = re.compile(r"^\s*(?:INSERT\s+INTO|UPDATE)\s+\"?([a-z_0-9]+)", re.IGNORECASE)
# The trail and the receipts tell of the post itself: they name every field that was sent.
NOT_COMPARED = {"accounts_auditevent", "accounts_auditchain", "django_session", "records_submission"}
NEVER_ASKED = {"id", "created_by", "created_by_id"}  # forged even where a form should ask for it
# Posts that are refused whatever is sent: nothing in their answer is looked at but that they still write nothing.
PLAUSIBLE = {
    "status": "approved",
    "score": "100",
    "amount": "1",
    "organisation": "1",
    "organisation_id": "1",
    "district": "1",
    "owner": "1",
}
TRIES = 4 if FULL else 1  # papers of one address that are tried, until one of them saves


@dataclass
class Findings:
    posts: int = 0
    saved: set[str] = field(default_factory=set)  # routes whose plain post wrote rows, so that forged fields had their chance
    tried: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)  # whose rows were compared
    columns: int = 0  # forged
    changed: list[str] = field(default_factory=list)


def unsafe_routes() -> list[tuple[Route, object, str]]:
    rows = ((route, ROUTES.get(route.key)) for route in all_routes())
    return [(route, row, "PATCH" if row.patch else "POST") for route, row in rows if row and (row.post or row.patch)]


@contextmanager
def overheard(tables: set[str], bound: list[BaseForm]):
    """The tables that are written, and the forms that are bound, while one post is answered."""

    def wrapper(execute, sql, params, many, context):
        if match := WRITES.match(sql):
            tables.add(match[1])
        return execute(sql, params, many, context)

    original = BaseForm.__init__

    def noted(form, *args, **kwargs):
        bound.append(form)
        original(form, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(wrapper):
        patch.setattr(BaseForm, "__init__", noted)
        yield


def models_of(tables: set[str]) -> list:
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return [known[name] for name in sorted(tables - NOT_COMPARED) if name in known]


def rows_of(model) -> dict:
    return {row[model._meta.pk.attname]: row for row in model._base_manager.values()}


def compared(model) -> list:
    """Columns, without the moments at which things were done: they differ from post to post by themselves."""
    return [column for column in model._meta.concrete_fields if not isinstance(column, models.DateTimeField)]


@dataclass
class Written:
    """What one post left behind: for each model the new rows in their order, and the changed ones."""

    new: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        return any(self.new.values()) or any(self.changed.values())

    def values(self, model, attname) -> list:
        return [row[attname] for row in [*self.new.get(model, []), *self.changed.get(model, {}).values()]]


def forged(written: Written, names: set[str]) -> dict:
    """A value for every column of every row that the plain post wrote and its form does not ask for; never what stands there anyway."""
    found = {}
    for model in written.new:
        if not (written.new[model] or written.changed[model]):
            continue
        for column in model._meta.concrete_fields:
            value = another(column, written.values(model, column.attname))
            for name in {column.name, column.attname}:
                if value is not None and (name not in names or name in NEVER_ASKED):
                    found.setdefault(name, value)
    return found


def another(column, standing: list) -> str | None:
    if column.choices:
        return next((str(value) for value, _ in reversed(column.flatchoices) if value not in standing), None)
    if isinstance(column, models.BooleanField):
        return "" if all(standing) else "1"
    if isinstance(column, models.DateTimeField):
        return "2001-01-01T00:00:00+08:00"
    if isinstance(column, models.DateField):
        return "2001-01-01"
    if column.is_relation:
        return next((str(value) for value in others(column.related_model, column.target_field.attname) if value not in standing), None)
    if isinstance(column, models.AutoField):
        return "987654"
    if isinstance(column, models.IntegerField | models.DecimalField):
        return "77"
    return "FORGED"


@lru_cache(None)
def others(model, attname: str) -> list:
    return list(model._base_manager.order_by("-pk").values_list(attname, flat=True)[:5])


def landed(column, value, sent: str) -> bool:
    """Is this what was forged?"""
    target = column.target_field if column.is_relation else column
    try:
        return value == target.to_python(sent) or (isinstance(column, models.BooleanField) and bool(value) == bool(sent))
    except Exception:  # a value that the column cannot even hold
        return False


def differing(plain: Written, full: Written, sent: dict) -> list[str]:
    found = []
    for model in plain.new:
        old, new = plain.new[model], full.new.get(model, [])
        if len(old) != len(new) or plain.changed[model].keys() != full.changed.get(model, {}).keys():
            found.append(
                f"{model.__name__}: {len(old)} + {len(plain.changed[model])} rows, then {len(new)} + {len(full.changed.get(model, {}))}"
            )
            continue
        pairs = [*zip(old, new, strict=True), *((row, full.changed[model][pk]) for pk, row in plain.changed[model].items())]
        for column in compared(model):
            forgery = next((sent[name] for name in (column.name, column.attname) if name in sent), None)
            for one, other in pairs:
                value = other[column.attname]
                if forgery is not None and value != one[column.attname] and landed(column, value, forgery):
                    found.append(f"{model.__name__}.{column.attname} = {value!r}")
    return sorted(set(found))


def written_in(schema: dict, route: Route) -> set[str]:
    """Fields that the API's own document says may be written here."""
    found = set()
    for url, methods in schema["paths"].items():
        if resolve(url.replace("{id}", "1")).view_name == route.name:
            for operation in methods.values():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                found |= set(schema["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], body).get("properties", {}))
    return found


class Prober:
    def __init__(self, world: World, caller: Caller):
        self.world, self.caller, self.findings = world, caller, Findings()
        self.known: dict = {}  # forms seen so far, by where they are sent
        self.schema = document()
        self.before: dict = {}  # every post is taken back, so that this holds throughout
        self.looked: set = set()
        self.pages: dict[str, list] = {}
        for route in all_routes():
            row = ROUTES.get(route.key)
            if row is not None and row.kind:
                self.pages.setdefault(row.kind, []).append((route, row))

    def probe(self, route: Route, row, method: str) -> None:
        tries = 0
        for paper in sorted(self.world.papers[row.kind], key=lambda paper: paper.whose != OWN) if row.kind else [None]:
            seat = next((seat for seat in self.world.seats.values() if expected(row, method, seat, paper) == ALLOWED), None)
            if seat is None or tries == TRIES or route.name in self.findings.saved:
                continue
            tries += 1
            name = "anonymous" if row.who(method) == PUBLIC else seat.name
            self.compare(route, row, method, name, paper)

    def compare(self, route: Route, row, method: str, name: str, paper) -> None:
        url, client = route.url(paper.values if paper else {}), self.caller.clients[name]
        data, names = self.asked(route, row, client, name, url, paper)
        tables, bound = set(), []
        plain = self.after(client, name, method, url, data, tables, bound)
        names |= set(data) | {form.add_prefix(key) for form in bound for key in form.fields}
        if url.startswith("/api/"):
            names |= written_in(self.schema, route)
        extra = forged(plain, names) if plain.anything else PLAUSIBLE
        full = self.after(client, name, method, url, {**data, **extra}, tables, [])
        self.findings.posts += 2
        self.findings.tried.add(route.name)
        found = differing(plain, full, extra)
        if plain.anything:
            self.findings.saved.add(route.name)
            self.findings.columns += len(extra)
            self.findings.models |= {model.__name__ for model in plain.new if plain.new[model] or plain.changed[model]}
        elif full.anything:
            found.append("saves only with forged fields")
        if found:
            self.findings.changed.append(f"{method} {route.name} as {name} on {paper.whose if paper else '-'}: {found}")

    def asked(self, route, row, client, name, url, paper) -> tuple[dict, set[str]]:
        """What the form here asks for, filled in."""
        given = dict(paper.data) if paper else {}
        if url.startswith("/api/"):
            return {"version": 0, **given}, set()
        self.sign_in(client, name)
        with transaction.atomic():
            page = client.get(url)
            if page.status_code == 405 and url not in self.known:
                self.look_round(row.kind, client, name, paper)
            transaction.set_rollback(True)
        data, names = filled(page, url, self.known)
        return {**data, **given}, names

    def look_round(self, kind, client, name: str, paper) -> None:
        """The paper's own pages, once for each who looks, for the forms that are sent to an address without a page."""
        if paper is None or (kind, name, paper.whose) in self.looked:
            return
        self.looked.add((kind, name, paper.whose))
        with quiet():
            looked_round(client, [route for route, row in self.pages.get(kind, ()) if row.get], paper, self.known)

    def sign_in(self, client, name: str) -> None:
        key = self.caller.keys[name]
        client.cookies = SimpleCookie({"sessionid": key} if key else {})
        cache.clear()

    def standing(self, model) -> dict:
        if model not in self.before:
            self.before[model] = rows_of(model)
        return self.before[model]

    def after(self, client, name, method, url, data, tables: set[str], bound: list) -> Written:
        """What the post wrote, told by the tables that its own statements name."""
        self.sign_in(client, name)
        for value in data.values():
            if hasattr(value, "seek"):
                value.seek(0)
        with transaction.atomic():
            with quiet(), overheard(tables, bound):
                if url.startswith("/api/"):
                    client.generic(method, url, json.dumps(data), content_type="application/json")
                else:
                    client.post(url, data)
            later = {model: rows_of(model) for model in models_of(tables)}
            transaction.set_rollback(True)
        written = Written()
        for model, rows in later.items():
            before = self.standing(model)
            written.new[model] = [row for pk, row in sorted(rows.items(), key=lambda item: str(item[0])) if pk not in before]
            names = [column.attname for column in compared(model)]
            written.changed[model] = {
                pk: row for pk, row in rows.items() if pk in before and any(row[name] != before[pk][name] for name in names)
            }
        return written


def probe(world: World, caller: Caller, *, names=()) -> Findings:
    others.cache_clear()  # of an earlier world
    prober = Prober(world, caller)
    for route, row, method in unsafe_routes():
        if not names or route.name in names:
            prober.probe(route, row, method)
    return prober.findings
