"""T06: many bids around the deadline. Who was received in time is decided by the database alone, and the list shows one order."""

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from procurement.models import Bid, Tender
from procurement.sealing.content import Content
from procurement.services import bidding, opening
from records import clock
from records.refusals import Refused
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_chongqing
from tests.procurement.tendering import make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks"),
]
HANDS = 16


def test_bids_around_the_deadline_are_taken_exactly_when_received_in_time():
    world = make_world(make_chongqing())
    parties = [(contractor, make_contractor_admin(contractor)) for contractor in (make_contractor() for _ in range(HANDS))]
    deadline = clock.now() + timedelta(seconds=2)
    Tender.objects.filter(pk=world.tender.pk).update(bid_deadline=deadline, opening_at=deadline)
    refused = []

    def bid(number):
        contractor, admin = parties[number]
        moment = deadline + timedelta(milliseconds=120 * (number - HANDS // 2))
        time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
        try:
            bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(Decimal(900000), ""), by=admin)
        except Refused as error:
            refused.append((contractor.pk, error.breaches[0].rule))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bid, args=(number,)) for number in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    taken = list(Bid.objects.all())
    assert len(taken) + len(refused) == HANDS
    assert {rule for _, rule in refused} == {"T-02"}
    assert taken
    assert all(row.received_at <= deadline for row in taken)
    assert list(world.tender.commitments.values_list("sequence", flat=True)) == list(range(1, len(taken) + 1))
    assert list(opening.list_breaches(Tender.objects.get(), taken)) == []
