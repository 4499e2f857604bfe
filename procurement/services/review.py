"""Between opening and scoring: qualification review, abnormally low quotes, and the gate to the experts' desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localtime

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Bid, CommitteeMember, LowPriceReview, Project, ScoreSheet, Security, Tender
from procurement.rules import bidding, committee, scoring, selection
from records import clock
from records.files import store_upload
from records.policy import Breach, Clause
from records.refusals import HOUSE, Refused, lifted_by, uphold
from records.workflow import claim, move

from . import market
from .tender import require_status

REVIEW = Clause("财政部令第87号", "第四十四条")
EXPLANATION = Clause(HOUSE, "异常低价审查")


def bids_to_review(tender):
    """The opened bids with all that the review reads, in a fixed number of queries."""
    read = [f"contractor__{name}" for name in contractor_reports.READ]
    rows = tender.bids.live().filter(status__in=Bid.OPENED_STATUSES)
    members = ["partners__contractor__organisation", *(f"partners__contractor__{name}" for name in contractor_reports.READ)]
    rows = rows.select_related("contractor__organisation", "tender__project", "file", "agreement")
    return rows.prefetch_related(*read, *members)


@dataclass(frozen=True, slots=True)
class Background:
    """What holds for all bids of a tender. ``held``: contractor id → bid security handed in, in 元."""

    advisers: list
    held: Mapping[int, Decimal]


def background(tender: Tender) -> Background:
    securities = Security.objects.held().filter(tender=tender, kind=Security.Kind.BID) if tender.bid_security else Security.objects.none()
    held = securities.values("contractor_id").annotate(held=Sum("amount")).order_by().values_list("contractor_id", "held")
    return Background(market.advisers_of(tender.project), dict(held))


def qualification_findings(bid, *, rivals, on, known: Background | None = None):
    """Every fault of this bidder on the day of review: eligibility, credit (P-09), demanded qualifications, control (P-10), ceiling.

    ``known`` spares a page with many bids the questions that are the same for each.
    """
    contractor, known = bid.contractor, known or background(bid.tender)
    yield from contractor_reports.eligibility(contractor, on=on)
    yield from contractor_reports.credit(contractor, on=on)
    held = contractor_reports.qualifications(contractor)
    yield from contractor_rules.qualification_breaches(held, bid.tender.required_qualifications, on=on)
    others = [contractor_reports.control(other.contractor) for other in rivals if other.pk != bid.pk]
    yield from contractor_rules.same_control_breaches(contractor_reports.control(contractor), others)
    yield from contractor_rules.sign_breaches(contractor_reports.control(contractor), others)
    yield from market.partner_findings(bid, rivals=rivals, advisers=known.advisers, on=on)
    yield from bidding.quote_breaches(bid.quote, ceiling=bid.tender.ceiling, project=bid.tender.project.code)
    yield from selection.handed_in_breaches(demanded=bid.tender.bid_security, held=known.held.get(contractor.pk, Decimal(0)))
    yield from scoring.declaration_breaches(declared=bool(bid.small_business), registered=contractor.small_business)


@transaction.atomic
def judge_bid(bid_id, *, valid: bool, reason: str = "", by) -> Bid:
    """P-57: the purchaser says whether a bidder qualifies. Valid only without a binding fault; invalid only with a reason.

    What lifts a warning is the reviewer's own reason; the bidder's words (``bid.reason``) stand beside and lift nothing.
    """
    bid = claim(Bid.objects.select_related("tender__project", "contractor__organisation"), bid_id)
    require_status(bid.tender, Tender.Status.OPENED, "审查资格")
    lifted, said = [], reason.strip()
    if valid:
        lifted = uphold(qualification_findings(bid, rivals=bids_to_review(bid.tender), on=clock.today()), reason=said)
    elif not said:
        raise Refused.because("P-57", REVIEW, f"请写明认定“{bid.contractor}”响应无效的理由，结果公告将告知该供应商。")
    bid.invalid_reason = "" if valid else said
    bid.reviewed_by, bid.reviewed_at = by, clock.now()
    bid.save(update_fields=["invalid_reason", "reviewed_by", "reviewed_at"])
    move(bid, Bid.Status.VALID if valid else Bid.Status.INVALID, by=by, note=reason, detail={"lifted": lifted_by(said, lifted)})
    screen_prices(bid.tender)
    return bid


def screen_prices(tender) -> None:
    """P-52: once every bid is judged, ask for explanations of quotes that are abnormally low."""
    if tender.bids.filter(status=Bid.Status.OPENED).exists():
        return
    valid = {bid.pk: bid for bid in tender.bids.valid()}
    rates = bidding.LowRates(tender.low_rate_mean, tender.low_rate_second, tender.low_rate_ceiling)
    if tender.project.method == Project.Method.CONSULTATION and not tender.quotes_opened_at:
        return  # judged on the final quotes
    found = bidding.abnormally_low({pk: bid.price for pk, bid in valid.items()}, ceiling=tender.ceiling, rates=rates)
    for pk, grounds in found.items():
        LowPriceReview.objects.get_or_create(bid=valid[pk], defaults={"grounds": grounds})


@transaction.atomic
def explain_low_price(review_id, *, explanation: str, evidence=None, by) -> LowPriceReview:
    """The bidder's side (P-53)."""
    review = LowPriceReview.objects.select_for_update(of=("self",)).select_related("bid__contractor__organisation").get(pk=review_id)
    if review.verdict != LowPriceReview.Verdict.OPEN:
        raise Refused.because("P-53", EXPLANATION, f"异常低价审查已有结论（{review.get_verdict_display()}），不能再补充说明。")
    if not explanation.strip():
        raise Refused.because("P-53", EXPLANATION, "请说明报价的成本构成和合理性。")
    review.explanation, review.explained_at = explanation.strip(), clock.now()
    if evidence:
        review.evidence = store_upload(evidence, organisation=review.bid.contractor.organisation, by=by)
    review.save()
    audit.record("procurement.bid.low_price_explained", review.bid, by=by)
    return review


@transaction.atomic
def judge_low_price(review_id, *, accepted: bool, reason: str, by) -> LowPriceReview:
    """The committee's verdict, set down by ``by`` with its reasons and its members' names (P-53).

    Not before the committee is seated and has declared, nor before the bidder had its thirty minutes.
    """
    review = LowPriceReview.objects.select_for_update(of=("self",)).select_related("bid__tender__project").get(pk=review_id)
    tender = review.bid.tender
    require_status(tender, Tender.Status.OPENED, "审查异常低价")
    uphold(seating_breaches(tender))
    answered = review.explained_at is not None
    uphold(bidding.explanation_time_breaches(asked_at=localtime(review.asked_at), now=localtime(clock.now()), answered=answered))
    if review.verdict != LowPriceReview.Verdict.OPEN or not reason.strip():
        raise Refused.because("P-53", bidding.ABNORMALLY_LOW, "异常低价审查只作一次结论，且必须写明理由（含核实的材料和网页）。")
    review.verdict = LowPriceReview.Verdict.ACCEPTED if accepted else LowPriceReview.Verdict.REJECTED
    review.verdict_reason, review.judged_by, review.judged_at = reason.strip(), by, clock.now()
    members = CommitteeMember.objects.filter(committee__tender=tender).seated().select_related("user")
    review.judges = [str(member) for member in members]
    review.save()
    detail = {"accepted": accepted, "reason": reason, "judges": review.judges}
    audit.record("procurement.bid.low_price_judged", review.bid, by=by, detail=detail, embargo=tender.committee_embargo)
    if not accepted:
        bid = review.bid
        bid.invalid_reason = f"异常低价说明不成立：{reason.strip()}"
        bid.save(update_fields=["invalid_reason"])
        move(bid, Bid.Status.INVALID, by=by, note=bid.invalid_reason)
    return review


def scoring_gate(tender):
    """What is still missing before the experts may score; shown on the page before the button is pressed."""
    project = tender.project
    unjudged = [str(bid.contractor) for bid in tender.bids.filter(status=Bid.Status.OPENED).select_related("contractor__organisation")]
    if unjudged:
        yield Breach("P-57", REVIEW, f"尚未完成资格审查：{'、'.join(unjudged)}。")
        return
    valid = list(tender.bids.valid())
    too_few = list(bidding.bidder_count_breaches(project.method, len(valid)))
    yield from too_few
    yield from bidding.budget_breaches([bid.price for bid in valid], budget=project.plan_amount or tender.ceiling)
    if not too_few:
        yield from selection.final_quote_breaches(project.method, opened=tender.quotes_opened_at is not None)
    waiting = LowPriceReview.objects.filter(bid__tender=tender, verdict=LowPriceReview.Verdict.OPEN)
    yield from bidding.unsettled_low_breaches(str(review.bid.contractor) for review in waiting)
    yield from seating_breaches(tender)


def seating_breaches(tender):
    """P-54, P-56: everyone seated has declared, and the seats add up."""
    members = list(CommitteeMember.objects.filter(committee__tender=tender).seated().select_related("user"))
    silent = [str(member) for member in members if member.status == CommitteeMember.Status.DRAWN]
    if silent:
        yield Breach("P-56", committee.STAND_ASIDE, f"{len(silent)} 名评审小组成员尚未作回避声明。")
    experts = sum(member.seat == CommitteeMember.Seat.EXPERT for member in members)
    yield from committee.committee_breaches(tender.project.method, size=len(members), experts=experts, minimum=tender.committee_size)


@transaction.atomic
def start_scoring(tender_id, *, by) -> Tender:
    """Lay one empty sheet for each member and valid bid."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    require_status(tender, Tender.Status.OPENED, "开始评分")
    uphold(scoring_gate(tender))
    members = CommitteeMember.objects.filter(committee__tender=tender).seated()
    bids = list(tender.bids.valid())
    ScoreSheet.objects.bulk_create(ScoreSheet(member=member, bid=bid) for member in members for bid in bids)
    return move(tender, Tender.Status.SCORING, by=by, detail={"bids": len(bids), "members": len(members)})
