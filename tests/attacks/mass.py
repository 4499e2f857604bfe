"""T03: post every field of the row behind a form, and compare with the same post without them. Nothing may differ."""

import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.core.cache import cache
from django.db import models, transaction
from django.urls import resolve

from accounts.models import Membership, User
from config.api import document
from contractors.models import Contractor
from evaluation.models import Evaluation, Objection
from procurement.forms.package import LotForm
from procurement.models import Bid, Contract, PeriodicReport, Project, ScoreSheet, Tender
from staffing.models import StaffMember
from tests.attacks.policy import ROUTES
from tests.attacks.routes import Route, all_routes
from tests.attacks.walk import ALLOWED, Caller, expected
from tests.attacks.world import World
from windows.models import Case, CaseStep, Referral

MODELS = {
    "user": User, "post": Membership, "contractor": Contractor, "project": Project, "tender": Tender, "bid": Bid, "sheet": ScoreSheet,
    "contract": Contract, "report": PeriodicReport, "staff": StaffMember, "case": Case, "step": CaseStep, "referral": Referral,
    "evaluation": Evaluation, "objection": Objection,
}  # fmt: skip


TAKES = {"procurement:lot_new": LotForm.base_fields}  # addresses without a page of their own, and the form behind them


@dataclass
class Findings:
    posts: int = 0
    saved: int = 0  # posts that changed the row, so that forged fields had their chance
    changed: list[str] = field(default_factory=list)


def forged(model, taken) -> dict:
    """A value for every column the form does not ask for."""
    found = {}
    for column in model._meta.concrete_fields:
        for name in {column.name, column.attname} - set(taken):
            found[name] = _value(column)
    return found


def _value(column):
    if column.choices:
        return list(column.flatchoices)[-1][0]
    if isinstance(column, models.BooleanField):
        return "1"
    if isinstance(column, models.DateTimeField):
        return "2001-01-01T00:00:00+08:00"
    if isinstance(column, models.DateField):
        return "2001-01-01"
    if column.is_relation or isinstance(column, models.IntegerField | models.DecimalField | models.AutoField):
        return "1"
    return "FORGED"


def row_of(model, pk) -> dict:
    """The row as it stands, without the moments at which things were done."""
    moments = {column.attname for column in model._meta.concrete_fields if isinstance(column, models.DateTimeField)}
    return {name: value for name, value in model._base_manager.filter(pk=pk).values()[0].items() if name not in moments}


def written_in(schema: dict, route: Route) -> set[str]:
    """Fields that the API's own document says may be written here."""
    found = set()
    for url, methods in schema["paths"].items():
        if resolve(url.replace("{id}", "1")).view_name == route.name:
            for operation in methods.values():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                found |= set(schema["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], body).get("properties", {}))
    return found


def asked_by(response) -> dict:
    """What the page's own forms would send unchanged."""
    data = {}
    for form in forms_of(response):
        for bound in form:
            value = bound.value()
            if value is not None and value != "":
                data[bound.html_name] = [str(item) for item in value] if isinstance(value, list | tuple) else str(value)
    return data


def names_in(response) -> set[str]:
    """Every field of the page's own forms, the empty ones too: what they take is no forgery."""
    return {bound.html_name for form in forms_of(response) for bound in form}


def forms_of(response) -> list:
    """The page's own form: the first that its templates were given. Parts of the page drawn later may bring others under that name."""
    drawn = [part for context in response.context or [] for part in context]
    return [part["form"] for part in drawn if hasattr(part.get("form"), "fields")][:1]


def probe(world: World, caller: Caller, *, spoil=None, kinds=tuple(MODELS)) -> Findings:
    findings = Findings()
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is None or row.kind not in kinds or not (row.post or row.patch):
            continue
        for paper in world.papers[row.kind]:
            method = "PATCH" if row.patch else "POST"
            seat = next((seat for seat in world.seats.values() if expected(row, method, seat, paper) == ALLOWED), None)
            if seat is not None:
                compare(findings, caller, route, method, seat, paper, MODELS[row.kind], spoil)
    return findings


def compare(findings, caller, route: Route, method, seat, paper, model, spoil) -> None:
    url, pk = route.url(paper.values), paper.values["pk"]
    client = caller.clients[seat.name]
    client.cookies = SimpleCookie({"sessionid": caller.keys[seat.name]})
    cache.clear()
    before = row_of(model, pk)
    data = {"version": str(before.get("version", 0)), **paper.data}
    names = set(TAKES.get(route.name, ()))
    with transaction.atomic():
        if not url.startswith("/api/"):
            page = client.get(url)
            data |= asked_by(page)
            names |= names_in(page)
        transaction.set_rollback(True)
    extra = forged(model, {*data, *names, *written_in(document(), route)})
    plain, full = (after(client, method, url, sent, model, pk) for sent in (data, {**data, **extra}))
    if spoil:
        full = spoil(full)
    findings.posts += 2
    findings.saved += plain != before
    differing = sorted(name for name in plain if plain[name] != full[name])
    if differing:
        findings.changed.append(f"{method} {route.name} as {seat.name} on {paper.whose}: {differing}")


def after(client, method, url, data, model, pk) -> dict:
    with transaction.atomic():
        if url.startswith("/api/"):
            client.generic(method, url, json.dumps(data), content_type="application/json")
        else:
            client.post(url, data)
        row = row_of(model, pk)
        transaction.set_rollback(True)
    return row
