"""What stands behind a requirement, as people read it: answers one by one with who and when, and what the public said."""

from django.urls import reverse
from django.utils import timezone

from procurement.models import CommentRound, Project, PublicComment
from procurement.services.answers import LISTS, last_answers
from records import clock

TONES = {"waiting": "due", "shown": "ok", "hidden": ""}


def answers_of(project: Project) -> list[dict]:
    """Each list with each question, its answer, by whom and when."""
    found = last_answers(project)
    return [{"title": name.label, "rows": rows_of(project, name, found)} for name in LISTS]


def rows_of(project: Project, name, found: dict) -> list[dict]:
    given = getattr(project, name)
    return [answer_row(question, given.get(question.key, {}), found.get((name, question.key))) for question in LISTS[name]]


def answer_row(question, given: dict, row) -> dict:
    answer = given.get("answer")
    word = "未回答" if answer is None else "是" if answer else "否"
    tone = (
        "due"
        if answer is None
        else "overdue"
        if answer == question.wrong and question.binding
        else "ok"
        if answer != question.wrong
        else "due"
    )
    who = f"{row.answered_by}，{timezone.localtime(row.answered_at):%Y-%m-%d %H:%M}" if row else "—"
    return {
        "text": question.text,
        "rule": question.rule,
        "clause": question.clause,
        "word": word,
        "tone": tone,
        "note": given.get("note", ""),
        "who": who,
    }


def rounds_of(project: Project, *, drafting: bool) -> list[dict]:
    rows = project.comment_rounds.select_related("opened_by", "consultation").prefetch_related("comments__reviewed_by")
    return [round_row(row, drafting) for row in rows]


def round_row(row: CommentRound, drafting: bool) -> dict:
    comments = [comment_row(comment, drafting and row.consultation_id is None) for comment in row.comments.all()]
    over = row.ends_on < clock.today()
    state = "已汇总" if row.consultation_id else "已结束，待汇总" if over else "征求意见中"
    return {
        "pk": row.pk,
        "period": f"{row.started_on} 至 {row.ends_on}",
        "state": state,
        "tone": "ok" if row.consultation_id else "due",
        "comments": comments,
        "url": reverse("public_comment", args=[row.pk]),
        "may_close": drafting and over and row.consultation_id is None,
    }


def comment_row(comment: PublicComment, reviewing: bool) -> dict:
    adopted = "" if comment.adopted is None else "采纳" if comment.adopted else "不采纳"
    return {
        "pk": comment.pk,
        "text": comment.text,
        "at": timezone.localtime(comment.written_at),
        "state": comment.get_status_display(),
        "tone": TONES[comment.status],
        "answer": "：".join(filter(None, [adopted, comment.answer])),
        "may_review": reviewing,
    }


def public_comments(row: CommentRound) -> list[dict]:
    """Only what was looked at and found fit to show; never who wrote it."""
    rows = row.comments.filter(status=PublicComment.Status.SHOWN)
    return [{"text": one.text, "at": timezone.localtime(one.written_at), "answer": one.answer, "adopted": one.adopted} for one in rows]
