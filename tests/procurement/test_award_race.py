"""T08: many hands on one award. Threads on real PostgreSQL, a barrier, and a control without lock or constraint that shows doubles."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, connections

from procurement.models import Award, Tender
from procurement.services import award
from records.refusals import Refused
from tests.factories import make_chongqing
from tests.procurement.tendering import add_bidder, make_world, reach_ranking

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks"),
]


def race(hands: int, act) -> Counter:
    """``act(number)`` from as many threads at once; what came of each, by name."""
    barrier, outcomes = threading.Barrier(hands), []

    def run(number):
        try:
            barrier.wait(timeout=60)
            act(number)
            outcomes.append("done")
        except (Refused, IntegrityError) as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return Counter(outcomes)


@pytest.fixture
def ranked():
    world = make_world(make_chongqing())
    bids = [add_bidder(world), add_bidder(world, "950000")]
    reach_ranking(world, {bids[0].pk: "35", bids[1].pk: "30"})
    return world, bids


@pytest.mark.parametrize("hands", [2, 20])
def test_of_many_confirmations_at_once_exactly_one_succeeds(ranked, hands):
    world, bids = ranked
    outcomes = race(hands, lambda _: award.confirm_award(world.tender.pk, bid_id=bids[0].pk, by=world.chief))
    assert outcomes == {"done": 1, "StaleVersion": hands - 1}
    assert Award.objects.filter(status="confirmed").count() == 1
    assert Tender.objects.get().status == Tender.Status.AWARDED


def naive(world, bid, barrier):
    """Check, then insert: what the lock and the constraint are there to prevent."""
    if not Award.objects.filter(tender=world.tender, status="confirmed").exists():
        barrier.wait(timeout=60)
        Award.objects.create(tender=world.tender, bid=bid, contractor=bid.contractor, amount=1, total=1, rank=1, confirmed_by=world.chief)


@pytest.fixture
def without_constraint(db):
    """The control runs against a table that lacks the constraint; it is put back afterwards."""
    constraint = next(c for c in Award._meta.constraints if c.name == "award_one_per_tender")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Award, constraint)
    yield
    Award.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Award, constraint)


def test_control_check_then_insert_awards_twice_without_the_constraint(ranked, without_constraint):
    world, bids = ranked
    meet = threading.Barrier(2)
    outcomes = race(2, lambda number: naive(world, bids[number], meet))
    assert outcomes == {"done": 2}
    assert Award.objects.filter(status="confirmed").count() == 2


def test_the_constraint_alone_stops_the_naive_double(ranked):
    world, bids = ranked
    meet = threading.Barrier(2)
    outcomes = race(2, lambda number: naive(world, bids[number], meet))
    assert outcomes == {"done": 1, "IntegrityError": 1}
