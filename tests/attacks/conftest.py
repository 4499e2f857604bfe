from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction

from procurement.sealing import custody
from tests.attacks import world
from tests.evaluation.factories import TODAY


class Undo(Exception):
    """Leaves the transaction of the world without a trace."""


@pytest.fixture(scope="session")
def in_a_world(django_db_setup, django_db_blocker):
    """``in_a_world(attack)`` → what ``attack(world)`` returns: plain values, for the world is gone when the tests read them.

    Each file of attacks builds its own, so that files may run side by side.
    """

    def run(attack):
        with django_db_blocker.unblock(), a_world() as built:
            return attack(built)

    return run


@contextmanager
def a_world():
    """One world on one day, in a transaction that is taken back."""
    try:
        with pytest.MonkeyPatch.context() as patch, time_machine.travel(TODAY, tick=True), transaction.atomic():
            patch.setattr(custody, "MEMORY_KIB", 64)  # a world of a session comes before the fixtures of a test
            yield world.build()
            raise Undo
    except Undo:
        pass
