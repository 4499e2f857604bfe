"""The catalogue as data: loaded from ``data/catalogue.toml`` and listed locally by each district."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from procurement.models import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.rules import catalogue as rules
from records.refusals import Refused
from records.workflow import claim

FILE = Path(__file__).parent.parent / "data" / "catalogue.toml"
ITEM_FIELDS = ("name", "kind", "programmes", "guard", "document", "clause", "extension", "valid_from")


@transaction.atomic
def load_catalogue(item_model=CatalogueItem, standard_model=ServiceStandard) -> int:
    """Bring items and standards in line with the file; may run any number of times. Returns the number of items.

    A standard that left the file goes: projects keep their own copy. An item stays, for the projects that bought it.

    The models are arguments so that a migration can pass its historic ones.
    """
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["item"]
    items = {item.code: item for item in item_model.objects.all()}
    for row in rows:
        items[row["code"]] = _aligned(item_model, items.get(row["code"]), {name: row[name] for name in ("code", *ITEM_FIELDS)})
    standards = {(standard.item_id, standard.number): standard for standard in standard_model.objects.all()}
    for row in rows:
        item = items[row["code"]].pk
        for number, (name, measure, target) in enumerate(row["standards"], start=1):
            values = {"item_id": item, "number": number, "name": name, "measure": measure, "target": target}
            _aligned(standard_model, standards.pop((item, number), None), values)
    in_file = {items[row["code"]].pk for row in rows}
    standard_model.objects.filter(pk__in=[left.pk for (item, _), left in standards.items() if item in in_file]).delete()
    return len(rows)


def _aligned(model, row, values: dict):
    """The row with these values: made where missing, saved where one differs."""
    if row is None:
        return model.objects.create(**values)
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row


@transaction.atomic
def list_in_guidance(district: Organisation, items, *, document: str, valid_from: date, by) -> list[GuidanceEntry]:
    """Put items into the district's own guidance catalogue (P-06); items already listed that day stay as they are."""
    entries = []
    for item in items:
        code = f"{district.code}-{item.code}"
        defaults = {"code": code, "document": document}
        entry, fresh = GuidanceEntry.objects.get_or_create(organisation=district, item=item, valid_from=valid_from, defaults=defaults)
        entries.append(entry)
        if fresh:
            audit.record("procurement.guidanceentry.listed", entry, by=by, detail={"document": document})
    return entries


@transaction.atomic
def delist(entry_id: int, *, valid_to: date, document: str, by) -> GuidanceEntry:
    """The item leaves the district's guidance catalogue (P-06): the last day it stands there, and the paper that says so."""
    entry = claim(GuidanceEntry.objects.select_related("organisation"), entry_id)
    if entry.valid_to:
        raise Refused.because("P-06", rules.GUIDANCE_LIST, f"该项目已于 {entry.valid_to} 移出目录。")
    if valid_to < entry.valid_from or not document.strip():
        raise Refused.because("P-06", rules.GUIDANCE_LIST, f"请写明依据文件，最后一天不早于列入日期 {entry.valid_from}。")
    entry.valid_to = valid_to
    entry.save(update_fields=["valid_to"])
    detail = {"document": document, "valid_to": valid_to}
    audit.record("procurement.guidanceentry.delisted", entry, by=by, detail=detail)
    return entry
