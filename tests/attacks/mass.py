"""T03: post every field of the row behind a form, and compare with the same post without them. Nothing may differ."""

import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.core.cache import cache
from django.db import models, transaction

from accounts.models import Membership, User
from contractors.models import Contractor
from evaluation.models import Evaluation, Objection
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


def asked_by(response) -> dict:
    """What the page's own forms would send unchanged."""
    data = {}
    for form in forms_of(response):
        for bound in form:
            value = bound.value()
            if value is not None and value != "":
                data[bound.html_name] = [str(item) for item in value] if isinstance(value, list | tuple) else str(value)
    return data


def forms_of(response) -> list:
    contexts = response.context or []
    flat = {key: value for context in contexts for part in context for key, value in part.items()} if contexts else {}
    return [flat["form"]] if hasattr(flat.get("form"), "fields") else []


def probe(world: World, caller: Caller, *, spoil=None, kinds=tuple(MODELS)) -> Findings:
    findings = Findings()
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is None or route.suffixed or row.kind not in kinds or not (row.post or row.patch):
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
    with transaction.atomic():
        if not url.startswith("/api/"):
            data |= asked_by(client.get(url))
        transaction.set_rollback(True)
    extra = {name: value for name, value in forged(model, data).items() if name not in data}
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
