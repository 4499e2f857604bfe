"""Releases of public data: one for each thing announced, in the order in which readers can see them.

A position is given while the series is locked until commit. A transaction that is slow to commit makes the others wait, so no position
ever becomes visible after a higher one: who reads on from the last position seen gets each release once and misses none.
"""

from procurement.models import Project, ProjectPaper, Release, ReleaseSeries
from procurement.services import ocds
from procurement.services.lots import live_lots
from records import clock

Kind = ProjectPaper.Kind
TAGS = {
    Kind.INTENT: ("planning", "planningUpdate"),
    Kind.SINGLE_SOURCE: ("planning", "planningUpdate"),
    Kind.NOTICE: ("tender", "tenderUpdate"),
    Kind.AMENDMENT: ("tenderAmendment", "tenderAmendment"),
    Kind.RESULT: ("award", "awardUpdate"),
    Kind.TERMINATION: ("tenderCancellation", "tenderCancellation"),
    Kind.CONTRACT: ("contract", "contractUpdate"),
    Kind.ACCEPTANCE: ("implementation", "implementationUpdate"),
    Kind.COMPLAINT: ("tenderUpdate", "tenderUpdate"),
}


JOINT = frozenset({"planning", "tender"})  # blocks that the lots of a purchase share; awards and contracts are each lot's own


def tag_of(paper: ProjectPaper) -> str:
    first, later = TAGS[paper.kind]
    if paper.kind == Kind.AMENDMENT and paper.detail.get("subject") == "result":
        return "awardUpdate"
    if paper.kind == Kind.TERMINATION and live_lots(paper.project).exclude(pk=paper.project_id).exists():
        return "tenderUpdate"  # one lot ends and the purchase goes on
    told = Release.objects.filter(project__in=lots_of(paper.project) if first in JOINT else [paper.project_id], tag=first)
    return later if told.exists() else first


def lots_of(project: Project):
    return Project.objects.filter(package=project.package_id) if project.package_id else [project.pk]


def release_paper(paper: ProjectPaper) -> Release:
    return release(paper.project, tag_of(paper), paper=paper)


def release(project: Project, tag: str, *, paper: ProjectPaper | None = None) -> Release:
    """Freeze what is public of the project now. Call it last in the transaction: others who announce wait for its end."""
    position, at = next_position(), clock.now()
    head = {"id": f"{ocds.ocid(project)}-{position}", "date": ocds.moment(at), "tag": [tag]}
    body = {**ocds.body_of(project), **head}
    return Release.objects.create(project=project, paper=paper, position=position, tag=tag, released_at=at, body=body)


def next_position() -> int:
    ReleaseSeries.objects.get_or_create(pk=1)
    series = ReleaseSeries.objects.select_for_update().get(pk=1)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
