"""A new version of one programme in preparation at the city bureau, for a second person to read and put in force."""

from dataclasses import replace
from datetime import timedelta

from records import clock
from windows.models import Programme, ProgrammeDraft
from windows.services import programme_content as contents
from windows.services import programme_drafts as services

AHEAD_DAYS = 21


def draft(place, users) -> None:
    """最低生活保障 with a shorter first step and one paper fewer; the old one stays in force."""
    if ProgrammeDraft.objects.exists():
        return
    base = Programme.objects.current(clock.today()).get(code="DIBAO")
    row = services.begin(base.pk, organisation=place.city, by=users["shiju"])
    content = contents.of_draft(row)
    content = replace(
        content,
        valid_from=clock.today() + timedelta(days=AHEAD_DAYS),
        whole_amount=25,
        steps=tuple(replace(step, amount=2) if step.code == "INQUIRY" else step for step in content.steps),
        materials=tuple(paper for paper in content.materials if paper.code != "RESIDENCE"),
    )
    services.save(row.pk, content, label=row.label, why="压缩启动调查和全程时限（演示）", version=row.version, by=users["shiju"])
