"""The purchaser's choice: in rank order, by somebody who did not handle the tender, exactly one in force."""

from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Award, CommitteeMember, Contract, Project, Standing, Tender
from procurement.rules import bidding, scoring
from procurement.rules import deadlines as limits
from procurement.services import deadlines
from records import clock
from records.files import store_upload
from records.refusals import Refused, uphold
from records.workflow import claim, move, stale

from . import market
from .lots import at_limit, limit_breaches
from .parties import handles
from .security import forfeit_of_refuser
from .tender import require_status


def award_breaches(tender, standing: Standing, *, by):
    """Everything that speaks against choosing this bid now; shown on the page before the button is pressed."""
    members = set(CommitteeMember.objects.filter(committee__tender=tender).values_list("user_id", flat=True))
    done = {"经办本项目": by.pk if handles(by, tender) else None, "参加评审": by.pk if by.pk in members else None}
    yield from bidding.separate_people_breaches(by.pk, done, act="确定成交供应商")
    rows = list(Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation"))
    lapsed = set(tender.awards.forfeited().values_list("bid_id", flat=True))
    better = [row for row in rows if row.rank < standing.rank and row.bid_id not in lapsed]
    ahead = [str(row.bid.contractor) for row in better if not at_limit(tender.project, row.bid.contractor)]
    yield from limit_breaches(tender.project, standing.bid.contractor)
    yield from bidding.award_order_breaches(standing.rank, passed_over=ahead)
    profile = contractor_reports.profile(standing.bid.contractor, on=clock.today())
    yield from contractor_rules.ban_breaches(profile.bans, on=clock.today())
    yield from market.entry_breaches(tender, standing.bid.contractor)
    keys = [scoring.Standing(row.bid_id, row.total, row.evaluated_price, row.quality_points) for row in rows]
    yield from scoring.lowest_price_breaches(standing.bid_id, keys)


@transaction.atomic
def confirm_award(tender_id, *, bid_id, reason: str = "", by) -> Award:
    """Choose the bid. Of two people who press at once one succeeds, the other gets StaleVersion; the database holds it too."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    if tender.status == Tender.Status.AWARDED:
        raise stale(tender)
    require_status(tender, Tender.Status.RANKED, "确定成交供应商")
    standing = Standing.objects.select_related("bid__contractor__organisation").get(bid_id=bid_id, bid__tender=tender)
    lifted = uphold(award_breaches(tender, standing, by=by), reason=reason)
    bid = standing.bid
    award = Award.objects.create(
        tender=tender,
        bid=bid,
        contractor=bid.contractor,
        amount=bid.price,
        total=standing.total,
        rank=standing.rank,
        reason=reason.strip(),
        confirmed_by=by,
    )
    detail = {"bid": bid.receipt, "amount": bid.price, "lifted": [breach.rule for breach in lifted], "reason": reason}
    audit.record("procurement.award.confirmed", award, by=by, detail=detail)
    move(tender, Tender.Status.AWARDED, by=by, note=f"成交：{bid.contractor}")
    project = claim(Project, tender.project_id)
    if project.status != Project.Status.AWARDED:
        move(project, Project.Status.AWARDED, by=by, note=f"成交：{bid.contractor}")
    return award


def signed_contract(award: Award):
    """The contract of this award, once it binds; None before."""
    return Contract.objects.filter(award=award, signed_at__isnull=False).first()


def refusal_breaches(award: Award, *, refusal: bool, by):
    """P-59, P-65: another person than the handler says that the winner will not sign: on its written refusal, or after the time to sign."""
    handler = by.pk if handles(by, award.tender) else None
    yield from bidding.separate_people_breaches(by.pk, {"经办本项目": handler}, act="认定成交供应商不签订合同")
    last = deadlines.due(limits.SIGNING, localtime(award.confirmed_at).date()).on
    yield from bidding.refusal_breaches(refusal=refusal, last_day=last, on=clock.today())


@transaction.atomic
def lapse_award(award_id, *, reason: str, refusal=None, by) -> Award:
    """P-59: the winner will not sign; its security is forfeited and the next candidate may be confirmed. ``refusal``: its letter."""
    award = Award.objects.select_related("tender__project", "contractor").get(pk=award_id)
    uphold(refusal_breaches(award, refusal=bool(refusal), by=by))
    if refusal:
        award.refusal = store_upload(refusal, organisation=award.tender.project.organisation, by=by)
        award.save(update_fields=["refusal"])
    return undo_award(award_id, reason=reason, by=by)


@transaction.atomic
def undo_award(award_id, *, reason: str, reopened: bool = False, by) -> Award:
    """The award falls and the ranking stands. ``reopened``: a second review may choose it again, and nothing is forfeited."""
    award = Award.objects.select_for_update(of=("self",)).select_related("tender").get(pk=award_id)
    contract = signed_contract(award)
    if contract:
        message = f"合同 {contract.number} 已经签订，不能再使成交结果失效；需要终止的按合同退出机制办理。"
        raise Refused.because("P-59", bidding.CONFIRMATION, message)
    if not reason.strip():
        raise Refused.because("P-59", bidding.CONFIRMATION, "请写明成交供应商不签订合同的情况。")
    award.lapsed_reason = reason.strip()
    award.reopened = reopened
    award.save(update_fields=["lapsed_reason", "reopened"])
    move(award, Award.Status.LAPSED, by=by, note=reason)
    if not reopened:
        forfeit_of_refuser(award, by=by)
    move(claim(Tender, award.tender_id), Tender.Status.RANKED, by=by, note="成交结果失效，改由下一名候选供应商")
    return award
