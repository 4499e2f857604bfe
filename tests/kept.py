"""A scene that takes long to build is built once for a file; each test gets a copy of its objects and its own savepoint on top.

A file says what it needs and names what its tests ask for:

    def scene_once():
        chongqing = make_chongqing()
        office = make_office(chongqing)
        return SimpleNamespace(chongqing=chongqing, office=office, contract=make_running(office, chongqing.contractors[0]))

    office, contract = fixture_of("office"), fixture_of("contract")

``chongqing`` is then the scene's own. Not for files with ``transaction=True``: such a test empties the tables.
"""

import copy

import pytest
from django.db import transaction

from procurement.sealing import custody


def fixture_of(name: str):
    """The part ``name`` of the scene, as a fixture."""

    @pytest.fixture
    def part(scene):
        return getattr(scene, name)

    return part


@pytest.fixture(scope="module")
def kept_scene(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(custody, "MEMORY_KIB", 64)
        atomic = transaction.atomic()
        atomic._from_testcase = True  # what says durable=True may run in it, as in Django's own TestCase
        with atomic:
            built = request.module.scene_once()
            patch.undo()
            with django_db_blocker.block():
                yield built
            transaction.set_rollback(True)


@pytest.fixture(scope="module", autouse=True)
def _kept_below_every_test(request):
    """Before a test opens its own savepoint."""
    if hasattr(request.module, "scene_once"):
        request.getfixturevalue("kept_scene")


@pytest.fixture
def scene(kept_scene, db):
    return copy.deepcopy(kept_scene)
