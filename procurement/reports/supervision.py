"""Inspections, rectification, complaints and signs of 转包 as people read them, and what each owes today."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Finding, Inspection, Rectification, ServiceComplaint, Suspicion
from procurement.reports.service import columns
from procurement.rules.report import SUPERVISION
from records import clock, identity
from records.worklist import WorkItem

P = Permission
INSPECTION_COLUMNS = columns("检查", "方式", "内容", "计划日期", "#问题", "状态")
FINDING_COLUMNS = columns("序号", "事实", "依据", "程度", "整改")
SUBJECT_COLUMNS = columns("顺序", "服务对象", "核对的服务记录", "核查结果", "情况")
RECTIFICATION_COLUMNS = columns("整改", "承接主体", "期限", "状态")
ROUND_COLUMNS = columns("轮次", "整改情况", "报送", "复查结果", "复查意见")
COMPLAINT_COLUMNS = columns("投诉", "事项", "收到", "答复期限", "认定", "状态")
SUSPICION_COLUMNS = columns("迹象", "承接主体", "发现的情况", "发现日期", "状态")
BOTH = ("contract__project__organisation", "contract__contractor__organisation")


def chip(row) -> dict:
    return {"text": row.get_status_display(), "chip": True, "tone": getattr(row, "STATUS_TONES", {}).get(row.status, "info")}


def deadline(due_on: date | None, *, owed: bool) -> dict:
    if due_on is None:
        return {"text": "时限未设定"}
    today = clock.today()
    if not owed:
        return {"text": str(due_on)}
    return {"light": "overdue" if due_on < today else "due" if due_on == today else "normal", "due_on": due_on}


def rectification_url(pk: int) -> str:
    return reverse("procurement:rectification_detail", args=[pk])


def inspection_rows(rows: Iterable[Inspection]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": f"第 {row.number} 次", "url": reverse("procurement:inspection_detail", args=[row.pk])},
                {"text": row.get_kind_display()},
                {"text": row.scope},
                {"text": str(row.planned_on)},
                {"text": str(row.found), "align": "number"},
                chip(row),
            ]
        }
        for row in rows
    ]


def subject_rows(inspection: Inspection) -> list[dict]:
    return [
        {
            "cells": [
                {"text": str(row.position)},
                {
                    "text": row.recipient.code,
                    "url": reverse("procurement:recipient_detail", args=[row.recipient_id]),
                    "sub": identity.mask_name(row.recipient.name),
                },
                {"text": str(row.visit.planned_on), "url": reverse("procurement:visit_detail", args=[row.visit_id])}
                if row.visit_id
                else {"text": "没有记录"},
                {"text": row.get_result_display()},
                {"text": row.note or "—"},
            ]
        }
        for row in inspection.subjects.select_related("recipient", "visit")
    ]


def finding_rows(findings: Iterable[Finding]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": str(row.number)},
                {"text": row.fact},
                {"text": row.clause},
                {"text": row.get_severity_display()},
                {
                    "text": f"整改 {row.rectification.number}",
                    "url": reverse("procurement:rectification_detail", args=[row.rectification_id]),
                }
                if row.rectification_id
                else {"text": "未发通知"},
            ]
        }
        for row in findings
    ]


def rectification_rows(rows: Iterable[Rectification]) -> list[dict]:
    return [
        {
            "cells": [
                {
                    "text": f"整改 {row.number}",
                    "url": reverse("procurement:rectification_detail", args=[row.pk]),
                    "sub": row.contract.number,
                },
                {"text": str(row.contract.contractor)},
                deadline(row.due_on, owed=row.status in Rectification.OWED),
                chip(row),
            ]
        }
        for row in rows
    ]


def round_rows(row: Rectification) -> list[dict]:
    return [
        {
            "cells": [
                {"text": str(each.number)},
                {"text": each.evidence},
                {"text": f"{each.submitted_by}，{timezone.localtime(each.submitted_at):%Y-%m-%d}"},
                {"text": each.get_outcome_display()},
                {"text": f"{each.comment}（{each.verified_by}）" if each.verified_by_id else "—"},
            ]
        }
        for each in row.rounds.select_related("submitted_by", "verified_by")
    ]


def inspection_url(row: Rectification) -> str:
    return reverse("procurement:inspection_detail", args=[row.inspection_id])


def rectification_facts(row: Rectification, user) -> list[dict]:
    """``user``: the check behind it is the purchaser's own."""
    inside = bool(row.inspection_id) and may(user, P.INSPECTION_VIEW, row.inspection)
    return [
        {"label": "承接主体", "value": str(row.contract.contractor)},
        {"label": "整改期限", "value": str(row.due_on), "help": f"原定 {row.first_due_on}，{row.extension_reason}" if row.extended else ""},
        {"label": "签发", "value": f"{row.issued_by}，{timezone.localtime(row.issued_at):%Y-%m-%d}"},
        {"label": "整改负责人", "value": row.owner or None},
        {"label": "来源检查", "value": f"第 {row.inspection.number} 次检查" if inside else None, "url": inside and inspection_url(row)},
        {"label": "复查人", "value": str(row.verified_by) if row.verified_by_id else None},
        {"label": "逾期上报", "value": f"{row.escalated_on} 已报局负责人" if row.escalated_on else None},
    ]


def complaint_rows(rows: Iterable[ServiceComplaint]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": f"投诉 {row.number}", "url": reverse("procurement:complaint_detail", args=[row.pk]), "sub": row.contract.number},
                {"text": row.get_about_display()},
                {"text": f"{timezone.localtime(row.received_at):%Y-%m-%d}", "sub": row.get_channel_display()},
                deadline(row.answer_due_on, owed=row.status in ServiceComplaint.OPEN),
                {"text": row.get_verdict_display() or "—"},
                chip(row),
            ]
        }
        for row in rows
    ]


def complaint_facts(row: ServiceComplaint, *, outside: bool) -> list[dict]:
    """``outside``: the contractor's side, which learns who complained only by consent."""
    named = not outside or row.disclose
    who = identity.mask_name(row.complainant) if not (outside and row.disclose) else row.complainant
    return [
        {"label": "事项", "value": row.get_about_display()},
        {"label": "发生日期", "value": str(row.happened_on) if row.happened_on else None},
        {"label": "投诉人", "value": (who or "未留名") if named else "不公开"},
        {"label": "同意公开身份", "value": "是" if row.disclose else "否"},
        {"label": "受理期限", "value": str(row.acknowledge_due_on) if row.acknowledge_due_on else "时限未设定"},
        {"label": "答复期限", "value": str(row.answer_due_on) if row.answer_due_on else "时限未设定"},
    ]


def suspicion_rows(rows: Iterable[Suspicion]) -> list[dict]:
    return [
        {
            "cells": [
                {
                    "text": row.get_sign_display(),
                    "url": reverse("procurement:suspicion_detail", args=[row.pk]),
                    "sub": row.contract.number,
                },
                {"text": str(row.contract.contractor)},
                {"text": row.facts},
                {"text": str(row.found_on)},
                chip(row),
            ]
        }
        for row in rows
    ]


# What is owed


def worklist(user) -> list[WorkItem]:
    return [*_contractors_work(user), *_supervisors_work(user)]


def _item(row, name: str, due_on, kind: str, note: str = "") -> WorkItem:
    return WorkItem(str(row), reverse(f"procurement:{name}", args=[row.pk]), due_on, kind, str(SUPERVISION), note)


def _rows(model, user, permission, **wanted):
    return model.objects.reached_with(user, permission).filter(**wanted).select_related(*BOTH)[:50]


def _contractors_work(user) -> list[WorkItem]:
    found = []
    if may(user, P.RECTIFICATION_ANSWER):
        rows = _rows(Rectification, user, P.RECTIFICATION_ANSWER, status__in=Rectification.OWED)
        found += [_item(row, "rectification_detail", row.due_on, "整改", row.get_status_display()) for row in rows]
    if may(user, P.COMPLAINT_ANSWER):
        rows = _rows(ServiceComplaint, user, P.COMPLAINT_ANSWER, status="forwarded")
        found += [_item(row, "complaint_detail", row.answer_due_on, "说明投诉") for row in rows]
    if may(user, P.SUSPICION_EXPLAIN):
        rows = _rows(Suspicion, user, P.SUSPICION_EXPLAIN, status="open")
        found += [_item(row, "suspicion_detail", None, "说明情况") for row in rows]
    return found


def _to_verify(row: Rectification) -> WorkItem:
    return _item(row, "rectification_detail", None, "复查整改")


def _to_press(row: Rectification) -> WorkItem:
    return _item(row, "rectification_detail", row.due_on, "督办整改", "已逾期，请督办")


def _supervisors_work(user) -> list[WorkItem]:
    found, today = [], clock.today()
    if may(user, P.RECTIFICATION_VERIFY):
        rows = Rectification.objects.reached_with(user, P.RECTIFICATION_VERIFY).select_related(*BOTH)
        mine = Q(status="evidence") & ~Q(issued_by=user) & ~Q(findings__found_by=user)
        late = Q(status__in=Rectification.OWED, due_on__lt=today)
        found += [_to_verify(row) if row.status == "evidence" else _to_press(row) for row in rows.filter(mine | late)[:100]]
    if may(user, P.COMPLAINT_HANDLE):
        rows = _rows(ServiceComplaint, user, P.COMPLAINT_HANDLE, status__in=("received", "accepted", "explained"))
        found += [_item(row, "complaint_detail", complaint_due(row), "办理投诉", row.get_status_display()) for row in rows]
    if may(user, P.SUSPICION_JUDGE):
        rows = _rows(Suspicion, user, P.SUSPICION_JUDGE, status__in=("open", "explained"))
        found += [_item(row, "suspicion_detail", None, "核实转包迹象", row.get_status_display()) for row in rows]
    if may(user, P.INSPECTION_MANAGE):
        rows = _rows(Inspection, user, P.INSPECTION_MANAGE, status="planned")
        found += [_item(row, "inspection_detail", row.planned_on, "实施检查", row.scope) for row in rows]
    return found


def complaint_due(row: ServiceComplaint) -> date | None:
    return row.acknowledge_due_on if row.status == ServiceComplaint.Status.RECEIVED else row.answer_due_on
