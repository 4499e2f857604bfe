from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction

from accounts.scoping import ScopedQuerySet
from procurement.sealing import custody
from tests.attacks import mass, walk, world
from tests.evaluation.factories import TODAY

CONTROL_ROUTES = ("procurement:project_detail", "windows:case_detail", "procurement:report_detail", "case-detail", "staffing:staff_edit")


class Undo(Exception):
    """Leaves the transaction of the walk without a trace."""


@dataclass
class Seen:
    """What the attacks on one world found: plain values, for the world is gone when the tests read them."""

    walked: walk.Report
    leaking: walk.Report  # the control: some routes again while every queryset answers everything
    masses: mass.Findings
    spoilt: mass.Findings  # the control: a status that slips through


@pytest.fixture(scope="session")
def seen(django_db_setup, django_db_blocker) -> Seen:
    """One world, all walks, nothing of it kept in the database."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(custody, "MEMORY_KIB", 64)  # as in tests/procurement: key stretching is not what is asked here
        try:
            with time_machine.travel(TODAY, tick=True), transaction.atomic():
                found = attack(world.build())
                raise Undo
        except Undo:
            return found


def attack(built: world.World) -> Seen:
    walked = walk.walk(built)
    caller = walk.Caller(built, walk.Report())
    masses = mass.probe(built, caller)
    spoilt = mass.probe(built, caller, spoil=lambda row: {**row, "id": -1}, kinds=("staff",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        leaking = walk.walk(built, names=CONTROL_ROUTES)
    return Seen(walked, leaking, masses, spoilt)


@pytest.fixture(scope="session")
def walked(seen) -> walk.Report:
    return seen.walked
