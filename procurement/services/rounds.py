"""重新评审: the round before is frozen, its ranks fall, and the same committee marks again."""

from django.db import transaction

from procurement.models import Project, ReviewRound, ScoreSheet, Standing, Tender
from procurement.rules import scoring as rules
from procurement.services.scoring import sheets_of
from records.refusals import Refused
from records.workflow import claim, move


@transaction.atomic
def review_again(tender_id, *, reason: str, by) -> ReviewRound:
    """Open the desks again. What was marked and ranked stays in the round's snapshot. Raises Refused unless it was ranked."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    if tender.status != Tender.Status.RANKED or not reason.strip():
        raise Refused.because("P-46", rules.COMPREHENSIVE, "评审完成且没有有效的成交结果时，写明原因后才能重新评审。")
    made = ReviewRound.objects.create(
        tender=tender, number=tender.rounds.count() + 1, reason=reason.strip(), snapshot=snapshot_of(tender), opened_by=by
    )
    Standing.objects.filter(bid__tender=tender).delete()
    for sheet in sheets_of(tender).filter(status=ScoreSheet.Status.SUBMITTED):
        sheet.quality, sheet.submitted_at, sheet.gap_reason = None, None, ""
        move(sheet, ScoreSheet.Status.DRAFT, by=by, note=reason)
        sheet.save(update_fields=["quality", "submitted_at", "gap_reason"])
    tender.ranked_at = None
    tender.save(update_fields=["ranked_at"])
    move(tender, Tender.Status.SCORING, by=by, note=reason)
    project = claim(Project, tender.project_id)
    if project.status == Project.Status.AWARDED:
        move(project, Project.Status.EVALUATED, by=by, note=reason)
    return made


def snapshot_of(tender) -> dict:
    """Every mark and rank of the round as plain JSON."""
    sheets = [
        {"member": str(sheet.member), "bidder": str(sheet.bid.contractor), "marks": sheet.marks, "quality": str(sheet.quality),
         "opinion": sheet.opinion, "gap_reason": sheet.gap_reason}
        for sheet in sheets_of(tender)
    ]  # fmt: skip
    rows = Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation")
    standings = [
        {"bidder": str(row.bid.contractor), "price": str(row.evaluated_price), "price_points": str(row.price_points),
         "quality": str(row.quality_points), "performance": str(row.performance_points), "total": str(row.total), "rank": row.rank}
        for row in rows
    ]  # fmt: skip
    return {"ranked_at": tender.ranked_at.isoformat() if tender.ranked_at else "", "sheets": sheets, "standings": standings}
