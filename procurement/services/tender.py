"""Before the first bid: prepare the tender, hand the key to two holders, freeze the scale, open for bids; or end it."""

from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from accounts.access import may
from accounts.roles import Permission
from procurement.models import KeyHolder, Project, Tender
from procurement.rules import bidding, committee, scoring, selection, wording
from procurement.sealing import custody, envelope, shamir
from procurement.services import deadlines
from procurement.services.lots import total_ceiling
from records import clock
from records.policy import Breach, Clause
from records.refusals import HOUSE, Refused, lifted_by, uphold
from records.values import policy_value
from records.workflow import claim, move, touch

CUSTODY = Clause(HOUSE, "开启密钥")
FIELDS = (
    "bid_deadline",
    "opening_at",
    "opening_reason",
    "envelope_kib",
    "committee_size",
    "weighty",
    "small_business_deduction",
    "low_rate_mean",
    "low_rate_second",
    "low_rate_ceiling",
    "bid_security",
    "performance_percent",
    "required_qualifications",
)
PREPARABLE = (Project.Status.APPROVED, Project.Status.NOTICE_PUBLISHED)


@transaction.atomic
def prepare_tender(project_id, *, values: dict, holders, by, version: int | None = None) -> Tender:
    """Make or change the tender of an approved project. ``holders``: the two officers who will keep the key."""
    project = claim(Project, project_id)
    if project.status not in PREPARABLE:
        raise Refused.because("T-02", bidding.OPENING, f"项目“{project}”现为“{project.get_status_display()}”，批准后才能筹备采购活动。")
    tender = Tender.objects.filter(project=project).first() or Tender(project=project, created_by=by)
    if tender.pk:
        tender = claim(Tender, tender.pk, version=version)
        require_status(tender, Tender.Status.PREPARED, "修改筹备内容")
        touch(tender)
    for field in FIELDS:
        if field in values:
            setattr(tender, field, values[field])
    lifted = uphold(preparation_breaches(tender), reason=tender.opening_reason)
    tender.save()
    appoint_holders(tender, holders, by=by)
    detail = {**{field: str(getattr(tender, field)) for field in FIELDS}, "lifted": lifted_by(tender.opening_reason, lifted)}
    audit.record("procurement.tender.prepared_saved", tender, by=by, detail=detail)
    return tender


def preparation_breaches(tender):
    project = tender.project
    yield from bidding.opening_time_breaches(deadline=localtime(tender.bid_deadline), opening_at=localtime(tender.opening_at))
    yield from scoring.deduction_breaches(tender.small_business_deduction)
    yield from bidding.low_rates_breaches(bidding.LowRates(tender.low_rate_mean, tender.low_rate_second, tender.low_rate_ceiling))
    budget = project.plan_amount or project.ceiling or Decimal(0)
    yield from selection.demanded_breaches(tender.bid_security, budget=budget, performance_percent=tender.performance_percent)
    yield from (breach for breach in wording.demanded_breaches(tender.required_qualifications) if breach.binding)
    experts = committee.experts_needed(tender.committee_size)
    yield from committee.committee_breaches(project.method, size=tender.committee_size, experts=experts, minimum=least_committee(tender))


def least_committee(tender) -> int:
    """P-54: by the budget of the purchase; over the open-tender threshold where all its lots together reach one that is set."""
    project = tender.project
    threshold = policy_value("open_tender_threshold_services", project.organisation, clock.today())
    budget = project.plan_amount or project.ceiling or Decimal(0)
    over = threshold is not None and (total_ceiling(project) or budget) >= threshold.value
    return committee.minimum_size(project.method, budget, over_open_threshold=over, weighty=tender.weighty)


def appoint_holders(tender, holders, *, by) -> None:
    """Exactly two officers who may open bids here. A holder who already took the key stays; others are replaced."""
    holders = list(dict.fromkeys(holders))
    if len(holders) != 2:
        raise Refused.because("P-65", CUSTODY, "请指定两名不同的密钥保管人，开启须两人同时在场。")
    for holder in holders:
        if not may(holder, Permission.BID_OPEN, tender.project.organisation):
            raise Refused.because("P-65", CUSTODY, f"{holder}在“{tender.project.organisation}”没有开启响应文件的权限。")
    kept = {row.user_id: row for row in tender.holders.all()}
    for pk, row in kept.items():
        if pk not in {holder.pk for holder in holders}:
            row.delete()
    for holder in holders:
        if holder.pk not in kept:
            KeyHolder.objects.create(tender=tender, user=holder, appointed_by=by)


@transaction.atomic
def take_custody(tender_id, *, passphrase: str, by) -> KeyHolder:
    """The officer chooses a passphrase; what it locks can be used by nobody else, and by nobody who has forgotten it."""
    tender = claim(Tender, tender_id)
    require_status(tender, Tender.Status.PREPARED, "领取开启密钥")
    holder = tender.holders.filter(user=by).first()
    if holder is None:
        raise Refused.because("P-65", CUSTODY, "您不是本项目指定的密钥保管人。")
    if len(passphrase) < custody.MINIMUM_LENGTH or passphrase.lower() in {by.username.lower(), "1234567890", "0123456789"}:
        raise Refused.because("P-65", CUSTODY, f"开启口令至少 {custody.MINIMUM_LENGTH} 个字符，且不能是用户名或简单数字。")
    holder.public_key, holder.locked_key = custody.take(passphrase)
    holder.taken_at = clock.now()
    holder.save()
    audit.record("procurement.tender.custody_taken", tender, by=by)
    return holder


@transaction.atomic
def open_for_bids(tender_id, *, by) -> Tender:
    """Freeze scale and ceiling, make the key, give each holder a share, forget the key. Raises Refused."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    require_status(tender, Tender.Status.PREPARED, "开始接收响应文件")
    tender.scale = frozen_scale(tender)
    lifted = uphold(opening_for_bids_breaches(tender), reason=tender.opening_reason)
    tender.ceiling = tender.project.ceiling
    deal_key(tender)
    tender.published_at = clock.now()
    tender.save()
    detail = {"scale": tender.scale, "deadline": tender.bid_deadline.isoformat(), "lifted": lifted_by(tender.opening_reason, lifted)}
    return move(tender, Tender.Status.OPEN, by=by, detail=detail)


def opening_for_bids_breaches(tender):
    """Everything the gate to the first bid asks; shown on the page before the button is pressed."""
    project = tender.project
    if project.status != Project.Status.NOTICE_PUBLISHED:
        yield Breach("T-02", bidding.OPENING, f"项目现为“{project.get_status_display()}”，发布采购公告后才能接收响应文件。")
    waiting = [str(holder) for holder in tender.holders.all() if not holder.taken_at]
    if waiting or tender.holders.count() != 2:
        yield Breach("P-65", CUSTODY, f"两名密钥保管人都领取密钥后才能接收响应文件，尚未领取：{'、'.join(waiting) or '未指定'}。")
    if project.ceiling is None:
        yield Breach("P-51", bidding.FAILED, "项目尚未确定最高限价。")
    issued = localtime(project.published_at).date() if project.published_at else clock.today()
    yield from deadlines.response_breaches(project.method, issued_on=issued, deadline_on=localtime(tender.bid_deadline).date())
    yield from preparation_breaches(tender)
    draft = Tender(project_id=project.pk, scale=tender.scale or frozen_scale(tender))  # by key: by object it would become project.tender
    found = scoring.weights_breaches(project.method, draft.factors, fixed_price=project.fixed_price, approval=project.price_approval)
    yield from (breach for breach in found if breach.binding)  # what a reason lifts was settled when the notice was approved


def frozen_scale(tender) -> list[dict]:
    """Price and the project's factors as they stand now, as plain JSON."""
    project = tender.project
    price = (
        []
        if project.fixed_price and not project.price_weight
        else [{"name": "价格", "kind": "PRICE", "weight": str(project.price_weight), "bands": []}]
    )
    return price + [
        {
            "name": factor.name,
            "kind": factor.kind,
            "weight": str(factor.weight),
            "bands": [{key: str(band[key]) for key in ("label", "low", "high")} for band in factor.bands],
        }
        for factor in project.factors.all()
    ]


def deal_key(tender) -> None:
    """A fresh pair; the private half is split 2 of 3 to the two holders and the escrow, and kept nowhere."""
    tender.public_key, private = envelope.new_key()
    shares = shamir.split(private)
    for holder, share in zip(tender.holders.all(), shares, strict=False):
        holder.share = envelope.seal(bytes(holder.public_key), share.to_bytes(), size=custody.SHARE_ENVELOPE, about=share_of(tender))
        holder.save(update_fields=["share"])
    escrow, _ = custody.escrow_key(settings.BID_ESCROW_KEY)
    tender.escrow_share = envelope.seal(escrow, shares[2].to_bytes(), size=custody.SHARE_ENVELOPE, about=share_of(tender))


def share_of(tender) -> bytes:
    return f"share of tender {tender.pk}".encode()


def require_status(tender, status, act: str) -> None:
    if tender.status != status:
        message = f"采购活动现为“{tender.get_status_display()}”，不能{act}（须为“{Tender.Status(status).label}”）。"
        raise Refused.because("R-STATE", Clause(HOUSE, "办理状态"), message)
