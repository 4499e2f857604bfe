"""OCDS out: packages of releases and records, to the API and to files. Reads what was released and adds nothing."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import BigIntegerField, Case, F, Max, Q, When
from django.urls import reverse

from accounts.models import Organisation
from procurement.models import Project, Release
from procurement.services import ocds
from records import clock

VERSION = "1.1"
REGISTRY = "https://raw.githubusercontent.com/open-contracting-extensions"
EXTENSIONS = [f"{REGISTRY}/{name}/v1.1.5/extension.json" for name in ("ocds_lots_extension", "ocds_bid_extension")]
PAGE, MOST = 100, 1_000


def head(uri: str, publisher: str) -> dict:
    """What every package begins with."""
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": EXTENSIONS,
        "publisher": {"name": publisher, "uri": settings.SITE_URL},
        "publishedDate": ocds.moment(clock.now()),
    }


def address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


# The lots of a purchase are one contracting process, a project without lots is one by itself.
PROCESS = Case(
    When(project__package__isnull=False, then=-F("project__package_id")), default=F("project_id"), output_field=BigIntegerField()
)


def released(*, district: Organisation | None = None, year: int | None = None, code: str = ""):
    """Releases in the order in which they became visible, narrowed by district, budget year, or the code of a project or its lot."""
    rows = Release.objects.annotate(process=PROCESS).order_by("position")
    if district is not None:
        rows = rows.filter(project__organisation__path__startswith=district.path)
    if year is not None:
        rows = rows.filter(project__fiscal_year=year)
    if not code:
        return rows
    return rows.filter(Q(project__code=code) | Q(project__package__in=Project.objects.filter(code=code).values("package")))


def release_page(rows, *, after: int, limit: int, uri: str, publisher: str, next_uri) -> dict:
    """A package of the releases after a position. ``links.next`` is there when there are more; ask the last one again for news.

    ``next_uri(position)``: the address that reads on from there.
    """
    found = list(rows.filter(position__gt=after).values_list("position", "body")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    package = {**head(uri, publisher), "releases": [body for _, body in found]}
    position = found[-1][0] if found else after
    return {**package, "links": {"next": next_uri(position)} if more else {}, "position": position}


def records_of(releases: Iterable[Release]) -> Iterator[dict]:
    """One record for each process; ``releases`` come grouped by process, oldest first."""
    bodies, current = [], None
    for row in releases:
        if current is not None and row.process != current:
            yield record(bodies)
            bodies = []
        current = row.process
        bodies.append(row.body)
    if bodies:
        yield record(bodies)


def changed_processes(rows, *, after: int, limit: int) -> tuple[list[tuple[int, int]], bool]:
    """(process, position of its last release) of those that changed after a position, in that order; and whether there are more."""
    last = rows.order_by().values("process").annotate(last=Max("position")).filter(last__gt=after).order_by("last")
    found = list(last.values_list("process", "last")[: limit + 1])
    return found[:limit], len(found) > limit


def records_in_order(processes: list[int]) -> list[dict]:
    """Their records, in the order given, in one query."""
    bodies: dict[int, list[dict]] = {process: [] for process in processes}
    alone, packages = [pk for pk in processes if pk > 0], [-pk for pk in processes if pk < 0]
    rows = released().filter(Q(project__in=alone, project__package=None) | Q(project__package__in=packages))
    for process, body in rows.values_list("process", "body"):
        bodies[process].append(body)
    return [record(found) for found in bodies.values()]


def record(bodies: list[dict]) -> dict:
    """All releases of one process and, compiled, what they add up to: each release tells everything known, so the last one does."""
    last = bodies[-1]
    compiled = {**last, "id": f"{last['ocid']}-compiled-{last['id'].rpartition('-')[2]}", "tag": ["compiled"]}
    return {"ocid": last["ocid"], "releases": bodies, "compiledRelease": compiled}


def record_package(records: Iterable[dict], *, uri: str, publisher: str) -> dict:
    return {**head(uri, publisher), "records": list(records)}


def project_package(project: Project) -> dict:
    """Everything released of one project; of a lot, everything of its purchase."""
    uri = address(reverse("ocds_project", args=[project.code]))
    return {**head(uri, project.organisation.name), "releases": [row.body for row in released(code=project.code)]}


def export(out: Path, *, district: Organisation, year: int) -> dict[str, int]:
    """Write ``releases.json``, ``records.json`` and ``projects/<code>.json`` into ``out``; returns how many of each."""
    rows = released(district=district, year=year)
    listing = address(reverse("ocds_releases"))
    (out / "projects").mkdir(parents=True, exist_ok=True)
    count = write(out / "releases.json", {**head(listing, district.name), "releases": [row.body for row in rows.iterator()]})
    grouped = rows.order_by("process", "position").iterator()
    records = write(
        out / "records.json", record_package(records_of(grouped), uri=address(reverse("ocds_records")), publisher=district.name)
    )
    projects = Project.objects.filter(pk__in=rows.order_by().values("project")).select_related("organisation", "package").order_by("code")
    firsts = {first.code: first for first in map(ocds.head_of, projects)}
    for code, first in firsts.items():
        write(out / "projects" / f"{code}.json", project_package(first))
    return {"releases": count, "records": records, "projects": len(firsts)}


def write(path: Path, package: dict) -> int:
    """The file whole or not at all; returns how many releases or records it holds."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(package, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return len(package.get("releases") or package.get("records") or ())
