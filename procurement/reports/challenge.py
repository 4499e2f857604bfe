"""询问, 质疑 and 投诉 as people read them: rows, facts with their due days, and what waits for whom."""

from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Challenge, Complaint, Enquiry, ProjectPaper
from procurement.rules import challenge as rules
from records import clock
from records.worklist import WorkItem

COLUMNS = [{"label": label, "align": ""} for label in ("质疑", "项目", "供应商", "环节", "状态", "收到", "答复期限")]
TONES = {"raised": "due", "drafted": "info", "answered": "ok", "withdrawn": ""}
RELATED = ("tender__project__organisation", "contractor__organisation")
LIMIT = 50


def list_rows(rows) -> list[dict]:
    return [{"cells": cells_of(row)} for row in rows]


def cells_of(row: Challenge) -> list[dict]:
    late = row.status in Challenge.OPEN and row.due_on and row.due_on < clock.today()
    return [
        {"text": row.number, "url": reverse("procurement:challenge_detail", args=[row.pk])},
        {"text": row.tender.project.name, "sub": row.tender.project.code},
        {"text": str(row.contractor)},
        {"text": row.get_step_display()},
        {"text": row.get_status_display(), "chip": True, "tone": "overdue" if late else TONES[row.status]},
        {"text": f"{localtime(row.raised_at):%Y-%m-%d}"},
        {"text": f"{row.due_on or '日历公布后确定'}{'（逾期）' if late else ''}"},
    ]


def export_row(row: Challenge) -> list:
    return [
        row.number, row.tender.project.code, row.tender.project.name, str(row.contractor), row.get_step_display(), row.get_status_display(),
        localtime(row.raised_at).date(), row.due_on, row.get_verdict_display(), row.get_consequence_display(),
        localtime(row.answered_at).date() if row.answered_at else None,
    ]  # fmt: skip


def facts_of(row: Challenge) -> list[dict]:
    return [
        {"label": "收文编号", "value": row.number},
        {"label": "质疑供应商", "value": str(row.contractor)},
        {"label": "质疑环节", "value": row.get_step_display()},
        {"label": "应知权益受损之日", "value": str(row.known_on), "clause": rules.HARM_KNOWN},
        {"label": "质疑期限", "value": str(row.raise_by) if row.raise_by else None, "help": "7 个工作日"},
        {"label": "收到", "value": f"{localtime(row.raised_at):%Y-%m-%d %H:%M}"},
        {"label": "答复期限", "value": str(row.due_on) if row.due_on else None, "clause": rules.ANSWERING, "help": "收到后 7 个工作日"},
        {"label": "签订合同", "value": signing_state(row), "clause": rules.SUSPENSION},
    ]


def signing_state(row: Challenge) -> str:
    if not row.suspends:
        return f"可以继续：{row.release_reason}（{row.released_by}）"
    return "暂停，至答复为止" if row.status in Challenge.OPEN else "质疑已办结，不再暂停"


def answer_facts(row: Challenge) -> list[dict]:
    return [
        {"label": "结论", "value": row.get_verdict_display()},
        {"label": "处理", "value": row.get_consequence_display()},
        {"label": "拟稿", "value": str(row.drafted_by)},
        {"label": "复核", "value": str(row.reviewed_by) if row.reviewed_by else None},
        {"label": "答复时间", "value": f"{localtime(row.answered_at):%Y-%m-%d %H:%M}" if row.answered_at else None},
        {"label": "投诉期限", "value": str(row.complain_by) if row.complain_by else None, "clause": rules.COMPLAINING},
    ]


def complaint_facts(row: Complaint) -> list[dict]:
    halt = f"{row.suspended_from} 至 {row.suspended_until}" if row.suspended_from else "未通知暂停"
    found = [
        {"label": "受理部门", "value": row.department},
        {"label": "受理文号", "value": row.document_no},
        {"label": "投诉日期", "value": str(row.filed_on)},
        {"label": "受理日期", "value": str(row.accepted_on)},
        {"label": "暂停采购活动", "value": halt, "clause": rules.HALTING},
        {"label": "处理期限", "value": str(row.decide_by) if row.decide_by else None, "clause": rules.DECIDING},
    ]
    if row.decided_on:
        found += [
            {"label": "处理决定", "value": f"{row.decision_no}（{row.decided_on}）"},
            {"label": "结论", "value": f"{row.get_verdict_display()}；{row.get_consequence_display()}"},
        ]
    return found


def worklist(user) -> list[WorkItem]:
    """Questions and challenges to answer, answers to review, decisions of finance to record."""
    return [*_enquiries(user), *_answers(user), *_reviews(user), *_complaints(user)]


def _enquiries(user):
    if not may(user, Permission.CHALLENGE_ANSWER):
        return
    rows = Enquiry.objects.reached_with(user, Permission.CHALLENGE_ANSWER).filter(status=Enquiry.Status.ASKED)
    for row in rows.select_related("tender__project")[:LIMIT]:
        url = reverse("procurement:enquiry_answer", args=[row.pk])
        yield WorkItem(f"答复询问：{row.tender.project.name}", url, row.due_on, "询问", str(rules.ENQUIRY))


def _answers(user):
    if not may(user, Permission.CHALLENGE_ANSWER):
        return
    rows = Challenge.objects.reached_with(user, Permission.CHALLENGE_ANSWER).filter(status=Challenge.Status.RAISED)
    for row in rows.select_related("tender__project")[:LIMIT]:
        url = reverse("procurement:challenge_answer", args=[row.pk])
        yield WorkItem(f"答复质疑 {row.number}：{row.tender.project.name}", url, row.due_on, "质疑", str(rules.ANSWERING))


def _reviews(user):
    if not may(user, Permission.CHALLENGE_REVIEW):
        return
    rows = Challenge.objects.reached_with(user, Permission.CHALLENGE_REVIEW).filter(status=Challenge.Status.DRAFTED)
    for row in rows.exclude(drafted_by=user).select_related("tender__project")[:LIMIT]:
        url = reverse("procurement:challenge_detail", args=[row.pk])
        yield WorkItem(f"复核质疑答复 {row.number}：{row.tender.project.name}", url, row.due_on, "质疑", str(rules.ANSWERING))


def _complaints(user):
    if not may(user, Permission.COMPLAINT_RECORD):
        return
    rows = Complaint.objects.reached_with(user, Permission.COMPLAINT_RECORD)
    rows = rows.filter(status=Complaint.Status.ACCEPTED) | rows.to_announce()
    for row in rows.select_related("challenge__tender__project")[:LIMIT]:
        project = row.challenge.tender.project
        if row.status == Complaint.Status.ACCEPTED:
            url = reverse("procurement:complaint_decide", args=[row.pk])
            yield WorkItem(f"登记投诉处理决定：{project.name}", url, row.decide_by, "投诉", str(rules.DECIDING))
        else:
            url = reverse("procurement:notice_prepare", args=[project.pk, ProjectPaper.Kind.COMPLAINT])
            yield WorkItem(f"公告投诉处理结果：{project.name}", url, None, "投诉", str(rules.DECIDING))
