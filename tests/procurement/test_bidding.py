"""Sealed bids: handed in, kept closed, opened by two, and what touches them is found."""

from datetime import timedelta
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from contractors import services as contractor_services
from contractors.models import Contractor
from procurement.models import Bid, Commitment, Envelope, Project, Tender
from procurement.sealing import envelope
from procurement.sealing.content import Content
from procurement.services import award, bidding, opening, tender
from records import clock
from records.refusals import Refused
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.procurement.tendering import (
    PASSPHRASES,
    add_bidder,
    make_world,
    open_bids,
    reach_opening_time,
    reach_ranking,
)

pytestmark = pytest.mark.django_db


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing)
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


def rules_of(error):
    return [breach.rule for breach in error.value.breaches]


def test_from_sealed_bids_to_one_award(world):
    cheap, good = add_bidder(world, "800000.00"), add_bidder(world, "960000.00", file=b"%PDF-1.4 plan")
    reach_ranking(world, {cheap.pk: "25", good.pk: "38"})
    best = good.standing
    assert (best.price_points, best.quality_points, best.total, best.rank) == (D("16.67"), D("76.00"), D("92.67"), 1)
    chosen = award.confirm_award(world.tender.pk, bid_id=good.pk, by=world.chief)
    world.tender.refresh_from_db()
    assert (chosen.amount, chosen.contractor) == (D("960000.00"), good.contractor)
    assert world.tender.status == Tender.Status.AWARDED
    assert world.tender.project.status == Project.Status.AWARDED


def test_opened_bid_holds_exactly_what_was_sealed(world):
    bid = add_bidder(world, "912345.67", proposal="每户两人，留痕", file=b"%PDF-1.4 x")
    open_bids(world)
    bid.refresh_from_db()
    assert (bid.quote, bid.proposal, bid.file.size) == (D("912345.67"), "每户两人，留痕", 10)
    assert bid.status == Bid.Status.OPENED


def test_all_envelopes_of_a_tender_have_one_size(world):
    for proposal in ("短", "长" * 3000):
        add_bidder(world, proposal=proposal)
    assert {len(bytes(row.sealed)) for row in Envelope.objects.all()} == {64 * 1024}


def test_a_bid_after_the_deadline_is_refused_by_the_databases_clock(world):
    Tender.objects.filter(pk=world.tender.pk).update(bid_deadline=clock.now() - timedelta(milliseconds=1))
    with pytest.raises(Refused) as error:
        add_bidder(world)
    assert rules_of(error) == ["T-02"]
    assert not Bid.objects.exists()


def test_a_turned_application_clock_gains_no_second(world, monkeypatch):
    Tender.objects.filter(pk=world.tender.pk).update(bid_deadline=clock.now() - timedelta(minutes=1))
    monkeypatch.setattr(clock, "now", lambda: world.tender.published_at)
    with pytest.raises(Refused):
        add_bidder(world)


def test_a_quote_over_the_ceiling_is_refused_before_it_is_sealed(world):
    with pytest.raises(Refused) as error:
        add_bidder(world, "1000000.01")
    assert rules_of(error) == ["P-51"]


def test_an_unverified_contractor_is_refused(world):
    with pytest.raises(Refused) as error:
        add_bidder(world, verified=False)
    assert "P-07" in rules_of(error)


def test_a_debarred_contractor_is_refused_until_the_day_after(world, chongqing):
    contractor = make_contractor()
    finance = chongqing.home.departments["FINANCE"]
    today = clock.today()
    ban = contractor_services.import_debarment(
        contractor, decision_no="渝财采罚〔2025〕3号", issued_by=finance, by=world.officer,
        starts_on=today - timedelta(days=700), ends_on=today,
    )  # fmt: skip
    content, admin = Content(D(900000), ""), make_contractor_admin(contractor)
    with pytest.raises(Refused) as error:
        bidding.submit_bid(world.tender.pk, contractor=contractor, content=content, by=admin)
    assert rules_of(error) == ["P-08"]
    type(ban).objects.filter(pk=ban.pk).update(ends_on=today - timedelta(days=1))
    contractor = Contractor.objects.get(pk=contractor.pk)
    assert bidding.submit_bid(world.tender.pk, contractor=contractor, content=content, by=admin).pk


def test_a_second_bid_replaces_the_first_and_both_stay_on_the_list(world):
    first = add_bidder(world, "900000")
    contractor, admin = world.bidders[0]
    second = bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(D(850000), ""), by=admin)
    first.refresh_from_db()
    assert (first.status, second.round) == (Bid.Status.REPLACED, 2)
    assert list(world.tender.commitments.values_list("kind", flat=True)) == ["received", "replaced", "received"]
    open_bids(world)
    assert list(world.tender.bids.exclude(quote=None).values_list("quote", flat=True)) == [D("850000.00")]


def test_a_withdrawn_bid_is_not_opened(world):
    kept, gone = add_bidder(world, "900000"), add_bidder(world, "800000")
    bidding.withdraw_bid(gone.pk, contractor=gone.contractor, by=world.bidders[1][1])
    open_bids(world)
    gone.refresh_from_db(), kept.refresh_from_db()
    assert (gone.status, gone.quote, kept.status) == (Bid.Status.WITHDRAWN, None, Bid.Status.OPENED)


def test_nobody_withdraws_after_the_deadline(world):
    bid = add_bidder(world)
    reach_opening_time(world)
    with pytest.raises(Refused) as error:
        bidding.withdraw_bid(bid.pk, contractor=bid.contractor, by=world.bidders[0][1])
    assert rules_of(error) == ["T-02"]


def test_a_bid_larger_than_the_envelope_is_refused(world):
    with pytest.raises(Refused, match="信封容量"):
        add_bidder(world, file=bytes(70_000))


def test_one_holder_alone_opens_nothing(world):
    add_bidder(world)
    reach_opening_time(world)
    result = opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief)
    assert not result.opened
    assert Bid.objects.get().quote is None
    again = opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief)
    assert not again.opened


def test_nothing_opens_before_its_time_even_with_both_passphrases(world):
    add_bidder(world)
    for holder, passphrase in zip(world.holders, PASSPHRASES, strict=True):
        with pytest.raises(Refused) as error:
            opening.contribute_share(world.tender.pk, passphrase=passphrase, by=holder)
        assert rules_of(error) == ["T-02"]


def test_a_wrong_passphrase_and_a_stranger_are_refused(world):
    reach_opening_time(world)
    with pytest.raises(Refused, match="口令不正确"):
        opening.contribute_share(world.tender.pk, passphrase="x" * 12, by=world.chief)
    with pytest.raises(Refused, match="不是本项目的密钥保管人"):
        opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.officer)


def test_the_escrow_share_needs_another_person_and_a_reason(world):
    bid = add_bidder(world)
    reach_opening_time(world)
    for person, reason in ((world.chief, "丙出差"), (world.officer, "丙出差")):
        with pytest.raises(Refused) as error:
            opening.approve_escrow(world.tender.pk, reason=reason, by=person)
        assert rules_of(error) == ["P-65"]
    other = world.experts[0]
    with pytest.raises(Refused):
        opening.approve_escrow(world.tender.pk, reason=" ", by=other)
    opening.approve_escrow(world.tender.pk, reason="监管丙住院", by=other)
    assert opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief).opened
    bid.refresh_from_db()
    assert bid.quote == D("900000.00")


def test_a_holder_tied_to_a_bidder_may_not_open(world):
    bid = add_bidder(world)
    contractor_services.record_tie(world.chief, bid.contractor, kind="KIN", by=world.officer)
    reach_opening_time(world)
    with pytest.raises(Refused) as error:
        opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief)
    assert rules_of(error) == ["P-56"]


def flip(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def tamper_one_byte(bids):
    row = bids[0].envelope
    Envelope.objects.filter(pk=row.pk).update(sealed=flip(bytes(row.sealed), 5000))


def tamper_and_fix_digests(bids):
    row = bids[0].envelope
    changed = flip(bytes(row.sealed), 5000)
    Envelope.objects.filter(pk=row.pk).update(sealed=changed)
    Bid.objects.filter(pk=bids[0].pk).update(commitment=envelope.digest(changed))
    Commitment.objects.filter(receipt=bids[0].receipt).update(digest=envelope.digest(changed))


def swap_two_bids(bids):
    one, two = (bytes(bid.envelope.sealed) for bid in bids)
    Envelope.objects.filter(bid=bids[0]).update(sealed=two)
    Envelope.objects.filter(bid=bids[1]).update(sealed=one)


def swap_with_their_digests(bids):
    swap_two_bids(bids)
    for bid, other in (bids, bids[::-1]):
        Bid.objects.filter(pk=bid.pk).update(commitment=other.commitment)


def delete_a_bid(bids):
    Envelope.objects.filter(bid=bids[0]).delete()
    Bid.objects.filter(pk=bids[0].pk).delete()


def delete_a_bid_and_its_line(bids):
    delete_a_bid(bids)
    Commitment.objects.filter(receipt=bids[0].receipt).delete()


def delete_the_last_bid_and_line(bids):
    delete_a_bid(bids[::-1])
    Commitment.objects.filter(receipt=bids[1].receipt).delete()


def mark_withdrawn(bids):
    Bid.objects.filter(pk=bids[0].pk).update(status=Bid.Status.WITHDRAWN)


def replace_by_forged_bid(bids):
    forged = envelope.seal(
        bytes(bids[0].tender.public_key), b"\x00\x00\x00\x02{}", size=64 * 1024,
        about=bidding.about(bids[0].tender_id, bids[0].contractor_id, 1, bids[0].receipt),
    )  # fmt: skip
    Envelope.objects.filter(bid=bids[0]).update(sealed=forged)
    Bid.objects.filter(pk=bids[0].pk).update(commitment=envelope.digest(forged))


@pytest.mark.parametrize(
    "attack",
    [
        tamper_one_byte,
        tamper_and_fix_digests,
        swap_two_bids,
        swap_with_their_digests,
        delete_a_bid,
        delete_a_bid_and_its_line,
        delete_the_last_bid_and_line,
        mark_withdrawn,
        replace_by_forged_bid,
    ],
)
def test_opening_refuses_and_names_what_was_touched(world, attack):
    bids = [add_bidder(world, "900000"), add_bidder(world, "800000")]
    attack(bids)
    with pytest.raises(Refused) as error:
        open_bids(world)
    text = str(error.value)
    assert any(name in text for bid in bids for name in (bid.receipt, str(bid.contractor))) or "承诺清单第" in text
    assert not Bid.objects.exclude(quote=None).exists()


def test_an_old_version_put_back_does_not_open(world):
    first = add_bidder(world, "900000")
    contractor, admin = world.bidders[0]
    second = bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(D(850000), ""), by=admin)
    Envelope.objects.filter(bid=second).update(sealed=bytes(first.envelope.sealed))
    with pytest.raises(Refused, match=second.receipt):
        open_bids(world)


def test_the_database_refuses_content_before_the_opening(world):
    bid = add_bidder(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.filter(pk=bid.pk).update(quote=D(1))


def test_a_bidder_finds_its_own_file_on_the_list_and_a_changed_one_not(world):
    bid = add_bidder(world)
    sealed = bytes(bid.envelope.sealed)
    assert bidding.match_digest(world.tender, envelope.digest(sealed)).receipt == bid.receipt
    assert bidding.match_digest(world.tender, envelope.digest(flip(sealed, 9))) is None


def test_the_scale_is_frozen_when_the_tender_opens(world):
    world.tender.project.factors.update(weight=D(10))
    assert [str(factor.weight) for factor in Tender.objects.get(pk=world.tender.pk).factors] == ["20.00", "40.00", "40.00"]


def test_a_tender_opens_only_with_both_keys_taken(chongqing):
    world = make_world(chongqing, open_for_bids=False)
    world.tender.holders.update(taken_at=None)
    with pytest.raises(Refused, match="尚未领取"):
        tender.open_for_bids(world.tender.pk, by=world.officer)


def test_the_two_holders_are_two_people(chongqing):
    world = make_world(chongqing, open_for_bids=False)
    with pytest.raises(Refused, match="两名不同"):
        tender.prepare_tender(world.tender.project_id, values={}, holders=[world.chief, world.chief], by=world.officer)


def test_a_short_passphrase_is_refused(chongqing):
    world = make_world(chongqing, open_for_bids=False)
    with pytest.raises(Refused, match="至少 10"):
        tender.take_custody(world.tender.pk, passphrase="kurz", by=world.chief)


def test_private_key_is_stored_nowhere(world, monkeypatch):
    """The key that opens the bids is not among the bytes of any table before the opening."""
    made = []
    fresh = envelope.new_key
    monkeypatch.setattr(envelope, "new_key", lambda: made.append(fresh()) or made[-1])
    Tender.objects.filter(pk=world.tender.pk).update(status=Tender.Status.PREPARED)
    tender.open_for_bids(world.tender.pk, by=world.officer)
    (_, private), found = made[0], []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_key, escrow_share FROM procurement_tender UNION ALL SELECT share, locked_key FROM procurement_keyholder"
        )
        for row in cursor.fetchall():
            found += [bytes(value) for value in row if value is not None]
    assert found
    assert not any(private in value for value in found)
