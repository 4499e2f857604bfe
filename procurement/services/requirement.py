"""What stands behind a requirement: answers given one by one, and the public asked on the public site (P-17)."""

from datetime import date

from django.db import transaction

from accounts import audit
from procurement.models import CommentRound, Consultation, Project, PublicComment
from procurement.rules import project as rules
from procurement.services.answers import last_answers, write_answers
from procurement.services.project import record_consultation
from records import clock
from records.disclosure import personal_data_breaches
from records.refusals import Refused, uphold
from records.workflow import claim

__all__ = ["close_round", "last_answers", "leave_comment", "open_round", "review_comment", "write_answers"]


@transaction.atomic
def open_round(project_id: int, *, ends_on: date, by) -> CommentRound:
    """Put the requirement, as it stands now, on the public site from today. The text fixes no length; we ask for one whole day at least."""
    project = claim(Project, project_id)
    if project.status not in Project.BEFORE_NOTICE:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "公告发布后不能再征求意见。")
    if not project.requirement.strip():
        raise Refused.because("P-19", rules.REQUIREMENT, "采购需求尚未填写，不能公开征求意见。")
    if ends_on <= clock.today():
        raise Refused.because("P-17", rules.PUBLIC_OPINION, f"结束日期 {ends_on} 应在今天（{clock.today()}）之后。")
    if project.comment_rounds.filter(consultation=None).exists():
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "该项目正在网上征求意见，结束并汇总后才能再次发布。")
    uphold(personal_data_breaches(project.requirement.splitlines()))
    row = CommentRound.objects.create(
        project=project, started_on=clock.today(), ends_on=ends_on, requirement=project.requirement, opened_by=by
    )
    audit.record("procurement.project.comments_opened", project, by=by, detail={"ends_on": ends_on})
    return row


@transaction.atomic
def leave_comment(round_id: int, *, text: str, contact: str = "") -> PublicComment:
    """Anybody, while the round is open. Nothing is shown before it was looked at."""
    row = claim(CommentRound, round_id)
    if row.consultation_id or not row.started_on <= clock.today() <= row.ends_on:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, f"征求意见已于 {row.ends_on} 结束。")
    if not text.strip():
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "请写下您的意见。")
    return PublicComment.objects.create(round=row, text=text.strip(), contact=contact.strip())


@transaction.atomic
def review_comment(comment_id: int, *, shown: bool, adopted: bool, answer: str, by) -> PublicComment:
    """Show it or not, take it up or not, and why. Until the round is summed up it may be looked at again."""
    comment = claim(PublicComment.objects.select_related("round__project"), comment_id)
    if comment.round.consultation_id:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "本次征求意见已经汇总，不能再改。")
    if not answer.strip():
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "请写明采纳情况或者不采纳、不公开的理由。")
    uphold(personal_data_breaches([*comment.text.splitlines(), *answer.splitlines()] if shown else []))
    comment.status = PublicComment.Status.SHOWN if shown else PublicComment.Status.HIDDEN
    comment.adopted, comment.answer, comment.reviewed_by, comment.reviewed_at = adopted, answer.strip(), by, clock.now()
    comment.save(update_fields=["status", "adopted", "answer", "reviewed_by", "reviewed_at"])
    detail = {"shown": shown, "adopted": adopted, "answer": answer}
    audit.record("procurement.project.comment_reviewed", comment.round.project, by=by, detail=detail)
    return comment


@transaction.atomic
def close_round(round_id: int, *, summary: str, by) -> Consultation:
    """Sum up what was said as the project's record of public opinion: after the last day, with every comment looked at."""
    row = claim(CommentRound.objects.select_related("project"), round_id)
    if row.consultation_id:
        return row.consultation
    if clock.today() <= row.ends_on:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, f"征求意见到 {row.ends_on} 才结束，届时再汇总。")
    waiting = row.comments.filter(status=PublicComment.Status.WAITING).count()
    if waiting:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, f"还有 {waiting} 条意见未审阅，请逐条审阅后汇总。")
    row.consultation = record_consultation(
        row.project_id,
        kind=Consultation.Kind.PUBLIC_OPINION,
        started_on=row.started_on,
        ended_on=row.ends_on,
        channel="公开网站网上征求意见",
        respondents=row.comments.count(),
        summary=summary,
        by=by,
    )
    row.save(update_fields=["consultation"])
    return row.consultation
