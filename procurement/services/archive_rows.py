"""What hangs from a project, found from the models themselves, so that a noun that is added tomorrow is in the file too.

Rows leave as CSV for people (Chinese headings, names) and as JSON lines for machines (field names, keys). Binary fields and blind
indexes never leave; encrypted text leaves masked. Until the result is announced nothing that hangs from the tender leaves either.
"""

import json
from collections.abc import Iterator
from functools import cache, lru_cache

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Cast

from accounts.models import AuditEvent, Organisation, User
from contractors.models import Contractor
from procurement.models import Bid, CatalogueItem, Envelope, Project, ProjectArchive, ProjectPaper, Tender
from records.crypto import EncryptedTextField
from records.exports import csv_lines
from records.identity import mask_name

NAMED = (User, Organisation, Contractor, CatalogueItem)  # few enough to be told by name
LEFT_OUT = (Envelope, ProjectArchive)  # sealed bytes go as files of their own; a packing must not change what is packed
PIECE = 2_000


@cache
def descent() -> dict[type[models.Model], str]:
    """Model → lookup that leads from it to its project, the shortest way, over required keys before optional ones."""
    ways, waiting = {Project: "pk"}, [Project]
    for optional in (False, True):
        waiting = list(ways)
        while waiting:
            above = waiting.pop(0)
            for model, name in keys_to(above, optional=optional):
                if model not in ways:
                    ways[model] = name if above is Project else f"{name}__{ways[above]}"
                    waiting.append(model)
    return {model: way for model, way in ways.items() if model not in LEFT_OUT}


def keys_to(target, *, optional: bool) -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_app_config("procurement").get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is target and model is not target and (optional or not field.null):
                yield model, field.name


def is_told(project: Project) -> bool:
    """May who bid and who judged be read? From the announcement of the result on, or once an opened tender has failed."""
    tender = Tender.objects.filter(project=project).first()
    if tender is None or ProjectPaper.objects.filter(project=project, kind=ProjectPaper.Kind.RESULT).exists():
        return True
    return tender.status == Tender.Status.FAILED and tender.opened_at is not None


def is_secret(model: type[models.Model]) -> bool:
    """Does this noun tell of bidders or judges: anything below the tender, or naming a contractor?"""
    below = "tender" in descent()[model].split("__")
    return below or any(field.related_model in (Contractor, Bid) for field in model._meta.concrete_fields)


def models_of(project: Project) -> list[type[models.Model]]:
    """The nouns of this project's file, in one order for ever."""
    told = is_told(project)
    found = [model for model in descent() if told or not is_secret(model)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def rows_of(model, project: Project) -> models.QuerySet:
    return model._base_manager.filter(**{descent()[model]: project.pk}).order_by("pk")


def fields_of(model) -> list[models.Field]:
    hidden = (models.BinaryField,)
    return [field for field in model._meta.concrete_fields if not isinstance(field, hidden) and not field.name.endswith("_index")]


def machine_value(row, field: models.Field):
    value = field.value_from_object(row)
    if isinstance(field, EncryptedTextField) and value:
        return masked(field, value)
    return value


def masked(field: models.Field, value: str) -> str:
    return mask_name(value) if "name" in field.name else "（加密保存，不随档案导出）"


@lru_cache(maxsize=4_096)
def name_of(model, pk) -> str:
    return str(model._base_manager.get(pk=pk))


def human_value(row, field: models.Field):
    value = machine_value(row, field)
    if value is None:
        return ""
    if field.related_model in NAMED:
        return name_of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder) if isinstance(value, dict | list) else value


def many_of(row) -> dict[str, list[str]]:
    return {field.name: [str(other) for other in getattr(row, field.name).order_by("pk")] for field in row._meta.many_to_many}


def json_lines(model, project: Project) -> Iterator[bytes]:
    fields = fields_of(model)
    for row in rows_of(model, project).iterator(chunk_size=PIECE):
        yield as_line({field.attname: machine_value(row, field) for field in fields} | many_of(row))


def table(model, project: Project) -> Iterator[bytes]:
    fields = fields_of(model)
    rows = rows_of(model, project).iterator(chunk_size=PIECE)
    return csv_lines([str(field.verbose_name) for field in fields], ([human_value(row, field) for field in fields] for row in rows))


def as_line(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder).encode() + b"\n"


# --- the trail ------------------------------------------------------------------------------------------------------------


def event_keys(project: Project) -> list[int]:
    """Of every event about a row of this file, oldest first. That it was packed is told of the packing and changes nothing here."""
    keys: set[int] = set()
    for model in models_of(project):
        targets = rows_of(model, project).order_by().annotate(row_key=Cast("pk", models.CharField())).values("row_key")
        told = AuditEvent.objects.told().filter(target_type=model._meta.label_lower, target_id__in=targets)
        keys.update(told.values_list("pk", flat=True))
    return sorted(keys)


def events(project: Project) -> Iterator[AuditEvent]:
    keys = event_keys(project)
    for at in range(0, len(keys), PIECE):
        yield from AuditEvent.objects.filter(pk__in=keys[at : at + PIECE]).order_by("pk")


EVENT_FIELDS = ("chain", "sequence", "action", "target_type", "target_id", "target_label", "actor_id", "actor_name")
EVENT_FIELDS += ("organisation_path", "detail", "at", "previous_hash", "hash")


def trail_lines(project: Project) -> Iterator[bytes]:
    """All that a hash covers, so that each event can be proved on its own."""
    for event in events(project):
        yield as_line({name: getattr(event, name) for name in EVENT_FIELDS} | {"at": event.at.isoformat()})
