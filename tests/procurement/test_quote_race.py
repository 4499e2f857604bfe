"""T08: both holders put in their shares for the final quotes at the same moment, twice each. Opened once, by whoever comes second."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import AuditEvent
from procurement.models import FinalQuote, Tender
from procurement.services import opening, quotes
from records import clock
from tests.factories import make_chongqing
from tests.procurement.tendering import PASSPHRASES, add_bidder, judge_all, make_world, open_bids, seat_committee
from tests.procurement.test_award_race import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks"),
]


@pytest.fixture
def quoted():
    """Two sealed final quotes whose time is up."""
    world = make_world(make_chongqing())
    add_bidder(world), add_bidder(world, "950000")
    open_bids(world)
    judge_all(world)
    seat_committee(world)
    quotes.call_quotes(world.tender.pk, deadline=clock.now() + timedelta(minutes=40), note="", by=world.officer)
    for contractor, person in world.bidders:
        quotes.submit_quote(world.tender.pk, contractor=contractor, quote=800000, by=person)
    Tender.objects.update(quote_deadline=clock.now() - timedelta(minutes=1))
    return world


def contribute(world, found: list):
    def act(number):
        holder, passphrase = world.holders[number % 2], PASSPHRASES[number % 2]
        found.append(opening.contribute_share(world.tender.pk, passphrase=passphrase, by=holder).opened)

    return act


def test_of_four_hands_on_the_final_quotes_one_opens_them_once(quoted):
    found = []
    outcomes = race(4, contribute(quoted, found))
    assert found.count(True) == 1 and outcomes["done"] == len(found) and sum(outcomes.values()) == 4
    assert set(outcomes) <= {"done", "Refused"}
    assert AuditEvent.objects.filter(action="procurement.finalquote.opened").count() == 2
    assert list(FinalQuote.objects.values_list("status", "quote")) == [("opened", 800000)] * 2
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_control_without_the_lock_both_wait_for_each_other_and_nothing_is_opened(quoted, monkeypatch):
    found, meet, looked = [], threading.Barrier(2), opening.second_share

    def both_look(*args):
        share = looked(*args)
        meet.wait(timeout=60)
        return share

    monkeypatch.setattr(opening, "claim", lambda rows, pk: rows.get(pk=pk))
    monkeypatch.setattr(opening, "second_share", both_look)
    assert race(2, contribute(quoted, found)) == {"done": 2} and found == [False, False]
    assert Tender.objects.get().status == Tender.Status.QUOTING
