"""最后报价 of a consultation: called by the group, sealed with the tender's key, opened by the same two holders (P-44)."""

import secrets
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from procurement.models import Bid, Commitment, FinalQuote, Project, Tender
from procurement.rules import bidding as rules
from procurement.rules import selection
from procurement.sealing import envelope
from procurement.sealing.content import Content, pack
from procurement.services.bidding import commit
from procurement.services.limits import least_of
from procurement.services.review import screen_prices, seating_breaches
from records import clock, messages
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move

from .tender import require_status

QUOTE_ENVELOPE = 4096
METHODS = (Project.Method.CONSULTATION, Project.Method.BELOW_THRESHOLD)


def call_gate(tender):
    """What must stand before final quotes are asked for; shown on the page."""
    if tender.project.method not in METHODS:
        yield Breach("P-44", selection.FINAL_QUOTE, f"{tender.project.get_method_display()}不设最后报价。")
    if tender.quotes_opened_at:
        yield Breach("P-44", selection.FINAL_QUOTE, "最后报价已经开启，不能再次报价。")
    if tender.bids.filter(status=Bid.Status.OPENED).exists():
        yield Breach("P-57", rules.FAILED, "资格审查完成后才能发起最后报价。")
    else:
        yield from rules.bidder_count_breaches(tender.project.method, tender.bids.valid().count())
    yield from seating_breaches(tender)


@transaction.atomic
def call_quotes(tender_id, *, deadline, note: str, by) -> Tender:
    """Ask every valid bidder for its final quote until ``deadline``. The two shares must be put in anew afterwards."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    require_status(tender, Tender.Status.OPENED, "发起最后报价")
    times = {"now": localtime(clock.now()), "deadline": localtime(deadline)}
    uphold([*call_gate(tender), *selection.quote_time_breaches(**times, minutes=least_of("final_quote_minutes", tender.project))])
    tender.quote_deadline, tender.quote_note = deadline, note.strip()
    tender.save(update_fields=["quote_deadline", "quote_note"])
    tender.holders.update(released_at=None, released_share=None)
    move(tender, Tender.Status.QUOTING, by=by, note=note, detail={"deadline": deadline.isoformat()})
    tell_bidders(tender)
    return tender


def tell_bidders(tender) -> None:
    firms = tender.bids.valid().values("contractor__organisation")
    posts = Membership.objects.active(clock.today()).filter(organisation__in=firms, role=Role.CONTRACTOR_ADMIN)
    people = User.objects.filter(memberships__in=posts).distinct()
    url = reverse("procurement:final_quote", args=[tender.pk])
    body = f"截止 {localtime(tender.quote_deadline):%Y-%m-%d %H:%M}，未在规定时间内报价的视为退出磋商。"
    messages.send(people, f"请提交最后报价：{tender.project.name}", body, url=url, key=f"final-quote:{tender.pk}")


def own_bid(tender, contractor) -> Bid:
    """The bidder's valid bid. Raises Refused for who has none."""
    bid = tender.bids.valid().filter(contractor=contractor).first()
    if bid is None:
        raise Refused.because("P-44", selection.FINAL_QUOTE, "只有资格审查有效、参加磋商的供应商可以提交最后报价。")
    return bid


def submit_quote(tender_id, *, contractor, quote: Decimal, statement: str = "", by) -> FinalQuote:
    """Seal and take a final quote by the database's clock; an earlier one of the same bidder is replaced. Raises Refused."""
    received_at = Tender.objects.database_time(tender_id)
    with transaction.atomic():
        tender = claim(Tender.objects.select_related("project"), tender_id)
        require_status(tender, Tender.Status.QUOTING, "提交最后报价")
        bid = own_bid(tender, contractor)
        uphold(
            [
                *rules.late_breaches(received_at=localtime(received_at), deadline=localtime(tender.quote_deadline)),
                *rules.quote_breaches(quote, ceiling=tender.ceiling, project=tender.project.code),
            ]
        )
        live = bid.final_quotes.live().first()
        if live:
            move(live, FinalQuote.Status.REPLACED, by=by)
            commit(tender, Commitment.Kind.REPLACED, live, at=received_at, by=by)
        made = seal_quote(tender, bid, Content(quote, statement.strip()), received_at=received_at, by=by)
        commit(tender, Commitment.Kind.FINAL, made, at=received_at, by=by)
    return made


def seal_quote(tender, bid, content: Content, *, received_at, by) -> FinalQuote:
    number, receipt = bid.final_quotes.count() + 1, f"{tender.pk}-Z{secrets.token_hex(5).upper()}"
    try:
        about = about_quote(tender.pk, bid.pk, number, receipt)
        sealed = envelope.seal(bytes(tender.public_key), pack(content), size=QUOTE_ENVELOPE, about=about)
    except envelope.TooLarge:
        raise Refused.because("P-44", selection.FINAL_QUOTE, "报价说明过长，请缩短后再提交。") from None
    return FinalQuote.objects.create(
        bid=bid,
        number=number,
        receipt=receipt,
        commitment=envelope.digest(sealed),
        sealed=sealed,
        submitted_by=by,
        received_at=received_at,
    )


def about_quote(tender_id, bid_id, number, receipt) -> bytes:
    return f"final quote of tender {tender_id}|bid {bid_id}|number {number}|receipt {receipt}".encode()


def live_quotes(tender) -> list[FinalQuote]:
    return list(FinalQuote.objects.live().filter(bid__tender=tender).select_related("bid__contractor__organisation"))


def settle_quotes(tender, contents: dict[FinalQuote, Content], *, at, by) -> None:
    """Write the opened quotes to their bids; who has sent none has left the consultation. Then look for low prices (P-52)."""
    for row, content in contents.items():
        row.quote, row.statement = content.quote, content.proposal
        FinalQuote.objects.filter(pk=row.pk).update(quote=row.quote, statement=row.statement, status=FinalQuote.Status.OPENED)
        audit.record("procurement.finalquote.opened", row, by=by, detail={"amount": content.quote, "receipt": row.receipt})
        Bid.objects.filter(pk=row.bid_id).update(final_quote=content.quote)
    for bid in tender.bids.valid().exclude(pk__in=[row.bid_id for row in contents]):
        bid.invalid_reason = "未在规定时间内提交最后报价，视为退出磋商"
        bid.save(update_fields=["invalid_reason"])
        move(bid, Bid.Status.INVALID, by=by, note=bid.invalid_reason)
    tender.quotes_opened_at = at
    tender.save(update_fields=["quotes_opened_at"])
    audit.lift(tender.bidders_key)
    move(tender, Tender.Status.OPENED, by=by, note=f"开启最后报价 {len(contents)} 份")
    screen_prices(tender)
