"""A district keeps its own service standards; a draft is filled from the set in force, else from the catalogue's examples."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import Organisation
from procurement.models import CatalogueItem, DistrictStandard, StandardSet
from procurement.rules import standard as rules
from records import clock
from records.refusals import uphold
from records.workflow import claim


@transaction.atomic
def keep_standards(
    *, organisation: Organisation, item: CatalogueItem, document: str, valid_from: date, rows: list[dict], by
) -> StandardSet:
    """A new set from that day; the one before ends the day before. ``rows``: {category, name, measure, target}."""
    claim(Organisation, organisation.pk)  # one set at a time
    before = StandardSet.objects.filter(organisation=organisation, item=item)
    latest = before.aggregate(latest=Max("valid_from"))["latest"]
    uphold(
        [
            *rules.row_breaches((row["name"], row["measure"], row["target"]) for row in rows),
            *rules.date_breaches(valid_from, on=clock.today(), latest=latest),
        ]
    )
    before.filter(valid_to__isnull=True).update(valid_to=valid_from - timedelta(days=1))
    facts = {"organisation": organisation, "item": item, "document": document, "valid_from": valid_from, "created_by": by}
    made = StandardSet.objects.create(**facts)
    DistrictStandard.objects.bulk_create(DistrictStandard(standards=made, number=n, **row) for n, row in enumerate(rows, start=1))
    detail = {"item": item.code, "document": document, "from_day": valid_from, "count": len(rows)}
    audit.record("procurement.standardset.kept", made, by=by, detail=detail, organisation=organisation)
    return made


def standards_for(district: Organisation, item: CatalogueItem, on: date) -> list[dict]:
    """What a draft of this district is filled with: {name, measure, target} in order."""
    own = DistrictStandard.objects.filter(standards__in=StandardSet.objects.in_force(on).filter(organisation=district, item=item))
    rows = list(own.order_by("number")) or list(item.standards.all())
    return [{"name": row.name, "measure": row.measure, "target": row.target} for row in rows]
