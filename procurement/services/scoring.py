"""The experts' sheets, one by one and unseen by the others, and the ranking that comes of them."""

from collections import defaultdict
from decimal import Decimal

from django.db import transaction

from contractors import reports as contractor_reports
from procurement.models import Bid, CommitteeMember, Project, ScoreSheet, Standing, Tender
from procurement.rules import committee, scoring
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

from .limits import values_for
from .parties import barred
from .tender import require_status

QUALITY = scoring.FactorKind.QUALITY


@transaction.atomic
def save_sheet(sheet_id, *, marks: dict[str, Decimal], opinion: str, submit: bool, version=None, by) -> ScoreSheet:
    """Keep or hand in the own sheet. ``marks``: factor → points; a missing one may stay open until it is handed in."""
    sheet = claim(ScoreSheet.objects.select_related("bid__tender__project", "member"), sheet_id, version=version)
    tender = sheet.bid.tender
    if sheet.member.user_id != by.pk:
        raise Refused.because("P-56", scoring.COMPREHENSIVE, "只能填写本人的评分表。")
    uphold(still_fit_breaches(sheet.member, tender))
    require_status(tender, Tender.Status.SCORING, "评分")
    if sheet.status == ScoreSheet.Status.SUBMITTED:
        raise Refused.because("P-46", scoring.COMPREHENSIVE, "评分表已提交，不能再修改。")
    uphold(sheet_breaches(tender, marks, complete=submit))
    sheet.marks = {name: str(points) for name, points in marks.items()}
    sheet.opinion = opinion.strip()
    if submit:
        sheet.quality, sheet.submitted_at = sum(marks.values(), Decimal(0)), clock.now()
    touch(sheet)
    sheet.save()
    return move(sheet, ScoreSheet.Status.SUBMITTED, by=by) if submit else sheet


def still_fit_breaches(member, tender):
    """P-56, P-65 (T28): asked again at every sheet, for posts and ties change between the draw and the marks."""
    if member.status != CommitteeMember.Status.ACCEPTED:
        yield Breach("P-56", committee.STAND_ASIDE, f"您现为“{member.get_status_display()}”，不能评分。")
    yield from barred(member.user, tender, seat=member.seat)


def sheet_breaches(tender, marks, *, complete: bool):
    for factor in tender.factors_of(QUALITY):
        if factor.name in marks:
            yield from scoring.points_breaches(factor, marks[factor.name])
        elif complete:
            yield Breach("P-46", scoring.COMPREHENSIVE, f"“{factor.name}”尚未打分。")
    for name in marks.keys() - {factor.name for factor in tender.factors_of(QUALITY)}:
        yield Breach("P-46", scoring.COMPREHENSIVE, f"“{name}”不是采购文件规定由专家打分的因素。")


def sheets_of(tender):
    """Of everyone still seated: who was recused or stayed away counts no more."""
    gone = (CommitteeMember.Status.RECUSED, CommitteeMember.Status.ABSENT)
    return (
        ScoreSheet.objects.filter(bid__tender=tender)
        .exclude(member__status__in=gone)
        .select_related("member__user", "bid__contractor__organisation")
    )


def all_in(tender) -> bool:
    """Only then does anybody see anybody else's marks."""
    return not sheets_of(tender).filter(status=ScoreSheet.Status.DRAFT).exists()


def unexplained_gaps(tender) -> list[ScoreSheet]:
    """Sheets far from the committee's median whose members have not yet said why."""
    return [sheet for sheet in wide_gaps(tender) if not sheet.gap_reason]


def gap_percent(tender) -> Decimal | None:
    """How far from the median is too far without a reason, as the authority has set it; None while it has not."""
    value = values_for(["score_gap_percent"], tender.project).get("score_gap_percent")
    return value.value if value else None


def wide_gaps(tender) -> list[ScoreSheet]:
    by_bid = defaultdict(list)
    for sheet in sheets_of(tender).filter(status=ScoreSheet.Status.SUBMITTED):
        by_bid[sheet.bid_id].append(sheet)
    full, percent, found = tender.weight_of(QUALITY), gap_percent(tender), []
    for sheets in by_bid.values():
        far = scoring.wide_gaps({sheet.pk: sheet.quality for sheet in sheets}, full=full, percent=percent)
        found += [sheet for sheet in sheets if sheet.pk in far]
    return found


@transaction.atomic
def explain_gap(sheet_id, *, reason: str, by) -> ScoreSheet:
    """A member's reason for a mark far from the others'. The mark itself stays."""
    sheet = claim(ScoreSheet.objects.select_related("bid__tender", "member"), sheet_id)
    require_status(sheet.bid.tender, Tender.Status.SCORING, "说明分差")
    if sheet.member.user_id != by.pk or not reason.strip():
        raise Refused.because("P-46", scoring.COMPREHENSIVE, "由打分的成员本人写明分差较大的理由。")
    sheet.gap_reason = reason.strip()
    touch(sheet)
    sheet.save(update_fields=["gap_reason", "version"])
    return sheet


def ranking_gate(tender):
    """What is missing before the ranking; shown on the page."""
    silent = CommitteeMember.objects.filter(committee__tender=tender, status=CommitteeMember.Status.DRAWN).count()
    if silent:
        yield Breach("P-56", committee.STAND_ASIDE, f"{silent} 名递补成员尚未作回避声明。")
    waiting = sheets_of(tender).filter(status=ScoreSheet.Status.DRAFT).count()
    if waiting:
        yield Breach("P-46", scoring.COMPREHENSIVE, f"还有 {waiting} 份评分表未提交。")
        return
    gaps = unexplained_gaps(tender)
    if gaps:
        yield Breach(
            "P-46", scoring.COMPREHENSIVE, f"有 {len(gaps)} 份评分与评审小组中位数相差超过 {gap_percent(tender):f}%，成员尚未说明理由。"
        )


@transaction.atomic
def rank_bids(tender_id, *, by) -> Tender:
    """Sum up: price by formula, quality as the mean of all members, prior results by grade; then the order (P-44 … P-49)."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    require_status(tender, Tender.Status.SCORING, "汇总排名")
    uphold(ranking_gate(tender))
    rows = [standing_of(tender, bid) for bid in tender.bids.valid().select_related("contractor")]
    give_price_points(tender, rows)
    keys = [scoring.Standing(row.bid_id, row.total, row.evaluated_price, row.quality_points) for row in rows]
    places, quality = scoring.rank(tender.project.method, keys), scoring.quality_ranks(keys)
    for row in rows:
        row.rank, row.quality_rank = places[row.bid_id], quality[row.bid_id]
    Standing.objects.bulk_create(rows)
    tender.ranked_at = clock.now()
    tender.save(update_fields=["ranked_at"])
    project = claim(Project, tender.project_id)
    if project.status != Project.Status.EVALUATED:  # a second review finds it there
        move(project, Project.Status.EVALUATED, by=by)
    return move(tender, Tender.Status.RANKED, by=by, detail={str(row.bid_id): str(row.total) for row in rows})


def standing_of(tender, bid: Bid) -> Standing:
    """Quality and prior results of one bid; its price points follow when all prices are known."""
    sheets = [sheet.quality for sheet in sheets_of(tender) if sheet.bid_id == bid.pk]
    grades = contractor_reports.recent_grades(bid.contractor, on=clock.today())
    weight = tender.weight_of(scoring.FactorKind.PERFORMANCE)
    return Standing(
        bid=bid,
        evaluated_price=scoring.evaluated_price(
            bid.price, small_business=bool(bid.small_business), deduction_percent=tender.small_business_deduction
        ),
        quality_points=scoring.mean_points(sheets),
        performance_points=scoring.performance_score(grades, weight) if weight else Decimal("0.00"),
        grades=grades if weight else [],
    )


def give_price_points(tender, rows: list[Standing]) -> None:
    weight, lowest = tender.weight_of(scoring.FactorKind.PRICE), min(row.evaluated_price for row in rows)
    for row in rows:
        row.price_points = scoring.price_score(lowest, row.evaluated_price, weight) if weight else Decimal("0.00")
        row.total = row.price_points + row.quality_points + row.performance_points
