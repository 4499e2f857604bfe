"""Bids in: sealed at once, received by the database's clock, replaced or withdrawn until the deadline."""

import hashlib
import secrets
from dataclasses import replace

from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Bid, Commitment, Envelope, Project, Tender
from procurement.rules import bidding
from procurement.sealing import envelope
from procurement.sealing.content import Content, pack
from records.policy import Breach, Clause
from records.refusals import HOUSE, Refused, lifted_by, uphold
from records.workflow import claim, move

from . import market
from .invitation import invited_breaches
from .tender import require_status

SEALING = Clause(HOUSE, "响应文件密封")


def submit_bid(tender_id, *, contractor, content: Content, reason: str = "", by) -> Bid:
    """Seal and take a bid; an earlier one of the same bidder is replaced. Raises Refused.

    The moment of receipt is read from the database before anything else is done, so that waiting for a lock costs no
    bidder the deadline, and an application server's wrong clock gains nobody a second.
    """
    received_at = Tender.objects.database_time(tender_id)
    with transaction.atomic():
        tender = claim(Tender.objects.select_related("project"), tender_id)
        lifted = uphold(acceptance_breaches(tender, contractor, content=content, received_at=received_at), reason=reason)
        earlier = tender.bids.filter(contractor=contractor)
        live = earlier.live().first()
        if live:
            move(live, Bid.Status.REPLACED, by=by)
            commit(tender, Commitment.Kind.REPLACED, live, at=received_at, by=by)
        content = replace(content, small_business=contractor.small_business)
        bid = seal_bid(tender, contractor, content, number=earlier.count() + 1, received_at=received_at, reason=reason, by=by)
        commit(tender, Commitment.Kind.RECEIVED, bid, at=received_at, by=by, lifted=lifted_by(reason, lifted))
    return bid


def acceptance_breaches(tender, contractor, *, content: Content | None, received_at):
    """Why this bid is not taken. P-10 is judged after the opening: naming the other bidder here would betray who bids."""
    require_status(tender, Tender.Status.OPEN, "递交响应文件")
    if tender.project.status != Project.Status.NOTICE_PUBLISHED:
        yield Breach("T-02", bidding.LATE, f"项目已“{tender.project.get_status_display()}”，不再接收响应文件。")
    yield from bidding.late_breaches(received_at=localtime(received_at), deadline=localtime(tender.bid_deadline))
    if content is not None:
        yield from bidding.quote_breaches(content.quote, ceiling=tender.ceiling, project=tender.project.code)
    yield from invited_breaches(tender, contractor)
    on = localtime(received_at).date()
    yield from market.entry_breaches(tender, contractor)
    if content is not None:
        yield from market.consortium_breaches(tender, contractor, content.partners, agreement=bool(content.agreement), on=on)
    yield from contractor_reports.eligibility(contractor, on=on)
    yield from contractor_rules.qualification_breaches(contractor_reports.qualifications(contractor), tender.required_qualifications, on=on)


def seal_bid(tender, contractor, content, *, number, received_at, reason, by) -> Bid:
    receipt = f"{tender.pk}-{secrets.token_hex(5).upper()}"
    try:
        sealed = envelope.seal(
            bytes(tender.public_key), pack(content), size=tender.envelope_bytes, about=about(tender.pk, contractor.pk, number, receipt)
        )
    except envelope.TooLarge as error:
        message = f"响应文件超过本项目信封容量（{tender.get_envelope_kib_display()}，可放约 {error.room // 1024} KB），请压缩后再递交。"
        raise Refused.because("P-51", SEALING, message) from None
    bid = Bid.objects.create(
        tender=tender,
        contractor=contractor,
        round=number,
        receipt=receipt,
        commitment=envelope.digest(sealed),
        submitted_by=by,
        received_at=received_at,
        reason=reason,
    )
    Envelope.objects.create(bid=bid, sealed=sealed)
    return bid


def about(tender_id, contractor_id, number, receipt) -> bytes:
    """What an envelope is bound to: moved to another tender, bidder or round it does not open."""
    return f"tender {tender_id}|contractor {contractor_id}|round {number}|receipt {receipt}".encode()


def commit(tender, kind, bid, *, at, by, lifted: dict | None = None) -> Commitment:
    """Add a line to the list. The tender row is locked by the caller, so the lines come one after another."""
    last = tender.commitments.order_by("-sequence").first()
    line = Commitment(
        tender=tender, sequence=last.sequence + 1 if last else 1, kind=kind, receipt=bid.receipt, digest=bid.commitment, at=at
    )
    line.chain = chain_value(line, last.chain if last else "")
    line.save(force_insert=True)
    detail = {"sequence": line.sequence, "kind": kind, "receipt": bid.receipt, "sha256": bid.commitment, "chain": line.chain}
    detail |= {"lifted": lifted} if lifted else {}
    audit.record(
        "procurement.tender.commitment", tender, by=by, detail=detail, organisation=bid.contractor.organisation, embargo=tender.bidders_key
    )
    return line


def chain_value(line: Commitment, previous: str) -> str:
    moment = int(line.at.timestamp() * 1_000_000)
    return hashlib.sha256(f"{previous}|{line.sequence}|{line.kind}|{line.receipt}|{line.digest}|{moment}".encode()).hexdigest()


@transaction.atomic
def withdraw_bid(bid_id, *, contractor, by) -> Bid:
    """Take a bid back before the deadline."""
    now = Tender.objects.database_time(Bid.objects.values_list("tender_id", flat=True).get(pk=bid_id))
    bid = Bid.objects.select_related("contractor__organisation").get(pk=bid_id, contractor=contractor)
    tender = claim(Tender, bid.tender_id)
    require_status(tender, Tender.Status.OPEN, "撤回响应文件")
    uphold(bidding.late_breaches(received_at=localtime(now), deadline=localtime(tender.bid_deadline)))
    move(bid, Bid.Status.WITHDRAWN, by=by)
    commit(tender, Commitment.Kind.WITHDRAWN, bid, at=now, by=by)
    return bid


def shown_commitments(tender):
    """All lines, but while final quotes come in those of the first round only: how many have quoted stays secret."""
    if tender.quote_deadline and not tender.quotes_opened_at:
        return tender.commitments.filter(at__lte=tender.bid_deadline)
    return tender.commitments.all()


def late_breaches_now(tender, deadline):
    """Is it too late by the database's clock? For the page, before anything is typed."""
    return bidding.late_breaches(received_at=localtime(Tender.objects.database_time(tender.pk)), deadline=localtime(deadline))


def match_digest(tender, digest: str) -> Commitment | None:
    """The line of the list that a bidder's own file belongs to; None: this file was never received."""
    kinds = (Commitment.Kind.RECEIVED, Commitment.Kind.FINAL)
    return shown_commitments(tender).filter(kind__in=kinds, digest=digest.strip().lower()).first()
