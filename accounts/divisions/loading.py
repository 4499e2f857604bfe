"""Bring the database to a tree of divisions: create what is new, carry out changes, never reopen or delete anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db import connection, transaction

from accounts import audit
from accounts.divisions.tree import CITY_PATH, Place, Tree
from accounts.models import Organisation, OrganisationCode

BATCH = 2_000
KINDS = ("CITY", "BUREAU", "DEPARTMENT", "TOWNSHIP", "VILLAGE")


@dataclass
class Report:
    """What a load did, in the words of the command: 新增、变更、停用、不变, and what a person has to settle."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0
    doubts: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        head = f"新增 {len(self.added)}，变更 {len(self.changed)}，停用 {len(self.ended)}，不变 {self.unchanged}，待确认 {len(self.doubts)}"
        details = [f"变更：{text}" for text in self.changed] + [f"停用：{text}" for text in self.ended]
        return [head, *details, *(f"待确认：{text}" for text in self.doubts)]


def tree_from_database(on: date) -> Tree:
    """The divisions as they stand, as plain values: the ground a later list is carried into."""
    codes: dict[int, dict[str, str]] = {}
    for organisation_id, scheme, code in OrganisationCode.objects.values_list("organisation_id", "scheme", "code"):
        codes.setdefault(organisation_id, {})[scheme] = code
    tree = Tree({})
    for row in Organisation.objects.filter(kind__in=KINDS).select_related("succeeded_by").order_by("path"):
        tree.add(
            Place(
                row.path,
                row.name,
                row.kind,
                row.code,
                row.code_scheme,
                short_name=row.short_name,
                function=row.function,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                successor_path=row.succeeded_by.path if row.succeeded_by else "",
                note=row.note,
                codes=codes.get(row.pk, {}),
            )
        )
    return tree


@transaction.atomic
def apply(tree: Tree, *, by=None) -> Report:
    """Write ``tree``. Twice gives the same rows; a place that ended stays ended, a name set by hand stays."""
    report = Report(doubts=list(tree.doubts))
    known = {row.path: row for row in Organisation.objects.filter(kind__in=KINDS)}
    fresh = [place for place in tree.places.values() if place.path not in known]
    standing = [place for place in tree.places.values() if place.path in known]
    _create(fresh, known)
    report.added = [place.name for place in fresh]
    altered = [known[place.path] for place in standing if _compare(place, known, report)]
    altered += _link_fresh(fresh, known)
    Organisation.objects.bulk_update(altered, ["name", "note", "valid_to", "succeeded_by"], batch_size=500)
    _add_codes(tree, known)
    if len(fresh) > BATCH:
        _tell_planner()
    if report.added or report.changed or report.ended:
        counts = {"added": len(report.added), "changed": report.changed[:200], "ended": len(report.ended)}
        audit.record("accounts.organisation.divisions_loaded", known[CITY_PATH], by=by, detail=counts)
    return report


def _create(fresh: list[Place], known: dict[str, Organisation]) -> None:
    """Insert level by level, so that every parent has its key."""
    fresh.sort(key=lambda place: (place.path.count("/"), place.path))
    for _, level in groupby(fresh, key=lambda place: place.path.count("/")):
        rows = [
            Organisation(
                path=place.path,
                name=place.name,
                short_name=place.short_name,
                kind=place.kind,
                function=place.function,
                code=place.code,
                code_scheme=place.scheme,
                parent=known.get(place.parent_path),
                valid_from=place.valid_from,
                valid_to=place.valid_to,
                note=place.note,
            )
            for place in level
        ]
        known.update((row.path, row) for row in Organisation.objects.bulk_create(rows, batch_size=BATCH))


def _tell_planner() -> None:
    """A first load turns an empty table into thousands of rows; who asks before the next autovacuum must not wait for a bad plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Organisation._meta.db_table)}")


def _compare(place: Place, known: dict[str, Organisation], report: Report) -> bool:
    """Carry the differences of one standing place into its row; True when the row must be saved."""
    row = known[place.path]
    ends = place.valid_to is not None and row.valid_to is None
    renamed = bool(place.former_name) and row.name == place.former_name
    if ends:
        row.valid_to, row.succeeded_by, row.note = place.valid_to, known.get(place.successor_path), place.note
        report.ended.append(f"{row.name}（{row.code}）→ {row.succeeded_by or '无承继'}")
    if renamed:
        row.name, row.note = place.name, place.note
        report.changed.append(f"{place.former_name} → {place.name}（{row.code}）")
    elif row.name not in (place.name, place.former_name):
        report.doubts.append(f"{row.code} 现名“{row.name}”与名单“{place.name}”不同，未改动")
    report.unchanged += not (ends or renamed)
    return ends or renamed


def _link_fresh(fresh: Iterable[Place], known: dict[str, Organisation]) -> list[Organisation]:
    """Places that come in already ended (the bundled history) name who carried on."""
    linked = []
    for place in fresh:
        if place.successor_path:
            known[place.path].succeeded_by = known[place.successor_path]
            linked.append(known[place.path])
    return linked


def _add_codes(tree: Tree, known: dict[str, Organisation]) -> None:
    """Further codes of the same place, each once."""
    held = set(OrganisationCode.objects.values_list("scheme", "code"))
    rows = [
        OrganisationCode(organisation=known[place.path], scheme=scheme, code=code)
        for place in tree.places.values()
        for scheme, code in place.codes.items()
        if (scheme, code) not in held
    ]
    OrganisationCode.objects.bulk_create(rows, batch_size=BATCH)
