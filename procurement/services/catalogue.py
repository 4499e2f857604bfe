"""The catalogue as data: loaded from ``data/catalogue.toml`` and listed locally by each district."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from procurement.models import CatalogueItem, GuidanceEntry, ServiceStandard

FILE = Path(__file__).parent.parent / "data" / "catalogue.toml"
ITEM_FIELDS = ("name", "kind", "programmes", "guard", "document", "clause", "extension", "valid_from")


@transaction.atomic
def load_catalogue(item_model=CatalogueItem, standard_model=ServiceStandard) -> int:
    """Bring items and standards in line with the file; may run any number of times. Returns the number of items.

    The models are arguments so that a migration can pass its historic ones.
    """
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["item"]
    for row in rows:
        item, _ = item_model.objects.update_or_create(code=row["code"], defaults={name: row[name] for name in ITEM_FIELDS})
        for number, (name, measure, target) in enumerate(row["standards"], start=1):
            values = {"name": name, "measure": measure, "target": target}
            standard_model.objects.update_or_create(item=item, number=number, defaults=values)
    return len(rows)


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
