"""The opening: two key holders, the database's clock, and every envelope proved against the list before one is read."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from accounts.models import AuditEvent
from procurement.models import Bid, Commitment, EscrowRelease, Project, Tender
from procurement.rules import bidding, committee
from procurement.sealing import custody, envelope, shamir
from procurement.sealing.content import Content, unpack
from records import clock
from records.files import store_bytes
from records.policy import Breach, Clause
from records.refusals import HOUSE, Refused, uphold
from records.workflow import claim, move

from . import market, quotes
from .bidding import about, chain_value
from .parties import ties_to_bidders
from .tender import CUSTODY, require_status, share_of

PROOF = Clause(HOUSE, "响应文件密封")


@dataclass(frozen=True, slots=True)
class Contribution:
    """``opened`` False: this share is in, the other holder is awaited."""

    opened: bool
    tender: Tender


@transaction.atomic
def contribute_share(tender_id, *, passphrase: str, by) -> Contribution:
    """One holder's part of the opening. The first share waits, sealed to the other holder; the second one opens."""
    now = Tender.objects.database_time(tender_id)
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    final = require_openable(tender)
    uphold(bidding.too_early_breaches(now=localtime(now), opening_at=localtime(opening_time(tender))))
    holder = require_holder(tender, by)
    private = unlock(holder, passphrase)
    own = envelope.unseal(private, bytes(holder.share), about=share_of(tender))
    second = second_share(tender, holder, private)
    if second is None:
        hand_over(tender, holder, own, now)
        return Contribution(False, tender)
    holder.released_at = now
    holder.save(update_fields=["released_at"])
    (open_quotes if final else open_all)(tender, tender_key(tender, own, second), at=now, by=by)
    return Contribution(True, tender)


def require_openable(tender) -> bool:
    """Bids or final quotes wait to be opened. True for final quotes."""
    final = tender.status == Tender.Status.QUOTING
    if not final:
        require_status(tender, Tender.Status.OPEN, "开启")
    return final


def opening_time(tender):
    """Before this moment of the database's clock nothing is opened."""
    return tender.quote_deadline if tender.status == Tender.Status.QUOTING else tender.opening_at


def time_has_come(tender) -> bool:
    """Bids or final quotes may be opened now: shares are put in, and an absent holder's may be replaced."""
    return tender.status in (Tender.Status.OPEN, Tender.Status.QUOTING) and opening_time(tender) <= clock.now()


def require_holder(tender, user):
    """The holder row of this person; refused to bidders and to whoever is tied to one (P-56)."""
    holder = tender.holders.filter(user=user).first()
    if holder is None:
        raise Refused.because("P-65", CUSTODY, "您不是本项目的密钥保管人，不能参加开启。")
    ties = ties_to_bidders(user, tender)
    uphold(committee.recusal_breaches(str(user), ties, on=localtime(tender.opening_at).date()))
    return holder


def unlock(holder, passphrase: str) -> bytes:
    try:
        return custody.unlock(bytes(holder.public_key), bytes(holder.locked_key), passphrase)
    except custody.WrongPassphrase:
        raise Refused.because("P-65", CUSTODY, "开启口令不正确。口令区分大小写，系统中没有备份。") from None


def second_share(tender, holder, private: bytes) -> bytes | None:
    """The other holder's share, handed over to this one; or the system's, where another person has allowed it; or None."""
    other = tender.holders.exclude(pk=holder.pk).filter(released_share__isnull=False).first()
    if other:
        return envelope.unseal(private, bytes(other.released_share), about=share_of(tender))
    leave = EscrowRelease.objects.filter(tender=tender, final=tender.status == Tender.Status.QUOTING).first()
    if leave and leave.approved_by_id != holder.user_id:
        _, escrow = custody.escrow_key(settings.BID_ESCROW_KEY)
        return envelope.unseal(escrow, bytes(tender.escrow_share), about=share_of(tender))
    return None


def hand_over(tender, holder, own: bytes, now) -> None:
    """Seal the first share to the second holder: the server can't read it, and nobody can without that passphrase."""
    other = tender.holders.exclude(pk=holder.pk).get()
    holder.released_at = now
    holder.released_share = envelope.seal(bytes(other.public_key), own, size=custody.SHARE_ENVELOPE, about=share_of(tender))
    holder.save(update_fields=["released_at", "released_share"])


def tender_key(tender, *shares: bytes) -> bytes:
    """The tender's private key, proved against its public half."""
    try:
        key = shamir.combine([shamir.Share.from_bytes(share) for share in shares], length=32)
    except ValueError:
        key = b""
    if not key or envelope.public_of(key) != bytes(tender.public_key):
        raise Refused.because("P-65", CUSTODY, "密钥份额与本项目不符，不能开启。请核对是否被替换。")
    return key


@transaction.atomic
def approve_escrow(tender_id, *, reason: str, by) -> EscrowRelease:
    """Leave to use the system's share for an absent holder: after the opening time, by neither holder nor handler."""
    now = Tender.objects.database_time(tender_id)
    tender = claim(Tender, tender_id)
    final = require_openable(tender)
    uphold(bidding.too_early_breaches(now=localtime(now), opening_at=localtime(opening_time(tender))))
    done = {"经办本项目": tender.created_by_id} | {f"保管密钥（{n + 1}）": holder.user_id for n, holder in enumerate(tender.holders.all())}
    uphold(bidding.separate_people_breaches(by.pk, done, act="批准动用托管份额"))
    if not reason.strip():
        raise Refused.because("P-65", CUSTODY, "请写明一名保管人不能到场的原因。")
    leave, made = EscrowRelease.objects.get_or_create(tender=tender, final=final, defaults={"reason": reason.strip(), "approved_by": by})
    if not made:
        raise Refused.because("P-65", CUSTODY, f"{leave.approved_by}已经批准动用托管份额。")
    return leave


def open_all(tender, key: bytes, *, at, by) -> None:
    """Prove the list, then every envelope, then read them all; or refuse and name what was touched."""
    bids = list(tender.bids.live().select_related("contractor__organisation", "envelope"))
    contents, breaches = {}, list(list_breaches(tender, bids))
    for bid in bids:
        try:
            contents[bid] = read(bid, key)
        except envelope.Tampered:
            breaches.append(Breach("P-51", PROOF, f"{bid.contractor} 的响应文件（回执 {bid.receipt}）与递交时不一致，不能开启。"))
    uphold(breaches)
    for bid, content in contents.items():
        reveal(bid, content, at=at, by=by)
    tender.opened_at = at
    tender.save(update_fields=["opened_at"])
    audit.lift(tender.bidders_key)
    detail = {"bids": len(bids), "holders": [str(holder) for holder in tender.holders.filter(released_at__isnull=False)]}
    move(tender, Tender.Status.OPENED, by=by, detail=detail)
    move(claim(Project, tender.project_id), Project.Status.OPENED, by=by, note=f"开启 {len(bids)} 份响应文件")


def open_quotes(tender, key: bytes, *, at, by) -> None:
    """The final quotes: each proved against the list and its seal before one is read."""
    rows = quotes.live_quotes(tender)
    contents, breaches = {}, list(list_breaches(tender, rows, kind=Commitment.Kind.FINAL))
    for row in rows:
        sealed, what = bytes(row.sealed), quotes.about_quote(tender.pk, row.bid_id, row.number, row.receipt)
        try:
            if envelope.digest(sealed) != row.commitment:
                raise envelope.Tampered("digest differs")
            contents[row] = unpack(envelope.unseal(key, sealed, about=what))
        except (envelope.Tampered, ValueError):
            breaches.append(Breach("P-51", PROOF, f"{row.contractor} 的最后报价（回执 {row.receipt}）与递交时不一致，不能开启。"))
    uphold(breaches)
    quotes.settle_quotes(tender, contents, at=at, by=by)


def read(bid, key: bytes) -> Content:
    """The content, if the envelope is still the one committed to. Raises Tampered."""
    sealed = bytes(bid.envelope.sealed) if hasattr(bid, "envelope") else b""
    if envelope.digest(sealed) != bid.commitment:
        raise envelope.Tampered("digest differs")
    packed = envelope.unseal(key, sealed, about=about(bid.tender_id, bid.contractor_id, bid.round, bid.receipt))
    try:
        return unpack(packed)
    except ValueError as error:
        raise envelope.Tampered("not a bid") from error


def reveal(bid, content: Content, *, at, by) -> None:
    bid.opened_at, bid.quote, bid.proposal = at, content.quote, content.proposal
    bid.small_business = content.small_business
    if content.file:
        bid.file = store_bytes(content.file, content.file_name, organisation=bid.contractor.organisation, by=bid.submitted_by)
    if content.agreement:
        bid.agreement = store_bytes(
            content.agreement, content.agreement_name, organisation=bid.contractor.organisation, by=bid.submitted_by
        )
    bid.save(update_fields=["opened_at", "quote", "proposal", "small_business", "file", "agreement"])
    market.reveal_partners(bid, content.partners)
    move(bid, Bid.Status.OPENED, by=by)


def list_breaches(tender, bids, kind=Commitment.Kind.RECEIVED):
    """Does the commitment list hold together, and do the bids match it and the audit trail, none missing, none added?

    ``bids``: sealed bids, or the final quotes with their own ``kind``.
    """
    standing, previous = {}, ""
    for number, line in enumerate(tender.commitments.order_by("sequence"), start=1):
        if line.sequence != number or line.chain != chain_value(line, previous):
            yield Breach("P-51", PROOF, f"承诺清单第 {number} 行（回执 {line.receipt}）缺失或被改动，不能开启。")
        previous = line.chain
        if line.kind == kind:
            standing[line.receipt] = line.digest
        elif line.kind in (Commitment.Kind.REPLACED, Commitment.Kind.WITHDRAWN):
            standing.pop(line.receipt, None)
    yield from trail_breaches(tender)
    found = {bid.receipt: bid.commitment for bid in bids}
    for receipt in standing.keys() - found.keys():
        yield Breach("P-51", PROOF, f"回执 {receipt} 的响应文件不见了，不能开启。")
    for receipt in found.keys() - standing.keys():
        yield Breach("P-51", PROOF, f"回执 {receipt} 的响应文件不在承诺清单中，不能开启。")
    for receipt in found.keys() & standing.keys():
        if found[receipt] != standing[receipt]:
            yield Breach("P-51", PROOF, f"回执 {receipt} 的响应文件与承诺清单的摘要不一致，不能开启。")


def trail_breaches(tender):
    """The audit trail has its own copy of every line; a list cut at its end differs from it."""
    told = {
        event.detail["sequence"]: event.detail["chain"]
        for event in AuditEvent.objects.about(tender).filter(action="procurement.tender.commitment")
    }
    listed = dict(tender.commitments.values_list("sequence", "chain"))
    for sequence in sorted(told.keys() | listed.keys()):
        if told.get(sequence) != listed.get(sequence):
            yield Breach("P-51", PROOF, f"承诺清单第 {sequence} 行与审计记录不一致，不能开启。")
