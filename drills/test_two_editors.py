"""D09: twenty pairs of officers, each pair on one draft, a hundred edits each, through two webs: no edit is lost, the second is told."""

import json
from collections import Counter

import pytest

from drills.editors import Edit, Editor
from drills.machine import Web, collect
from tests.processes import run_python

PAIRS, EDITS, AT_ONCE = 20, 100, 5
STORED = """
import json
from procurement.models import Project
print(json.dumps({{row.pk: [row.name, row.version] for row in Project.objects.filter(pk__in={})}}))
"""


@pytest.fixture
def drafts(environment) -> list[dict]:
    return json.loads(run_python(f"import json; from drills import ground; print(json.dumps(ground.lay_drafts({PAIRS})))", environment))


@pytest.fixture
def webs(environment, var):
    collect(environment)
    found = [Web(environment, var, name) for name in ("web-c", "web-d")]
    for web in found:
        web.start()
    yield found
    for web in found:
        web.end()


def edits_of(draft: dict, webs: list[Web]) -> list[Editor]:
    tokens = zip("甲乙", draft["tokens"], webs, strict=True)
    return [Editor(f"{draft['project']}{who}", token, draft["project"], web.port, EDITS) for who, token, web in tokens]


def test_d09_two_officers_on_one_draft_lose_no_edit(drafts, webs, environment):
    ledgers: dict[int, list[Edit]] = {}
    for first in range(0, PAIRS, AT_ONCE):
        pairs = {draft["project"]: edits_of(draft, webs) for draft in drafts[first : first + AT_ONCE]}
        for editors in pairs.values():
            for editor in editors:
                editor.start()
        for project, editors in pairs.items():
            for editor in editors:
                editor.join(600)
            ledgers[project] = [edit for editor in editors for edit in editor.ledger]
    stored = json.loads(run_python(STORED.format(list(ledgers)), environment))
    for draft in drafts:
        told(ledgers[draft["project"]], draft["version"], *stored[str(draft["project"])])
    answers = Counter(edit.status for ledger in ledgers.values() for edit in ledger)
    print(f"\nD09: {PAIRS} pairs, {EDITS} edits each: {answers[200]} taken, {answers[409]} told that somebody was first, 0 lost")
    assert answers[409] > PAIRS, "the control: they did meet"


def told(edits: list[Edit], began: int, name: str, version: int) -> None:
    """Every edit was answered; those taken are the versions of the row one by one, and the last of them stands."""
    taken = sorted((edit for edit in edits if edit.status == 200), key=lambda edit: edit.version)
    assert len(edits) == 2 * EDITS
    assert {edit.status for edit in edits} <= {200, 409}
    assert [edit.version for edit in taken] == list(range(began + 1, version + 1))
    assert name == taken[-1].text
