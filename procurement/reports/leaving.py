"""Terminations and what a person may start on the exit tab."""

from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Contract, Termination
from procurement.rules import leaving as rules
from procurement.rules.contract import EXIT

TERMINATIONS = [
    {"label": "依据", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "告知书", "align": ""},
    {"label": "陈述申辩截止", "align": ""},
]
SETTLEABLE = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE, Contract.Status.TERMINATED)


def actions_of(user, contract: Contract) -> list[dict]:
    """Beside the takeover: write down a trigger, begin a termination, write to finance."""
    if not may(user, Permission.EXIT_RAISE, contract) or not contract.signed_at:
        return []
    found = [{"label": "登记退出情形", "url": reverse("procurement:trigger_new", args=[contract.pk])}]
    if contract.status in (Contract.Status.SIGNED, Contract.Status.IN_SERVICE):
        found.append({"label": "终止合同事先告知", "url": reverse("procurement:termination_new", args=[contract.pk])})
    return [*found, {"label": "建议财政部门处理", "url": reverse("procurement:proposal_new", args=[contract.pk])}]


def termination_rows(contract: Contract) -> list[dict]:
    rows = contract.terminations.select_related("prior_notice")
    return [
        {
            "cells": [
                {"text": row.get_ground_display(), "url": reverse("procurement:termination_detail", args=[row.pk])},
                {"text": row.get_status_display(), "chip": True, "tone": "due" if row.status in Termination.OPEN else ""},
                {"text": row.prior_notice.number if row.prior_notice else "—"},
                {"text": str(row.answer_by)},
            ]
        }
        for row in rows
    ]


def settlement_of(contract: Contract) -> list[dict]:
    """What a final settlement would start from: accepted less paid."""
    if contract.status not in SETTLEABLE:
        return []
    owed = contract.accepted_amount - contract.paid_amount
    return [
        {"label": "已验收", "value": f"{contract.accepted_amount:,.2f} 元"},
        {"label": "已支付", "value": f"{contract.paid_amount:,.2f} 元"},
        {"label": "待结算（已验收未支付）", "value": f"{owed:,.2f} 元", "help": "未验收的服务须先验收，再结算"},
    ]


def facts_of(row: Termination) -> list[dict]:
    return [
        {"label": "合同", "value": row.contract.number},
        {"label": "承接主体", "value": str(row.contract.contractor)},
        {"label": "终止依据", "value": row.get_ground_display(), "clause": rules.NO_CHANGE},
        {"label": "事实和理由", "value": row.facts},
        {"label": "事先告知书", "value": row.prior_notice.number if row.prior_notice else None},
        {"label": "陈述申辩截止", "value": str(row.answer_by)},
        {"label": "陈述申辩", "value": row.statement or ("放弃" if row.waived else None)},
        {"label": "听取意见", "value": f"{row.heard_on}：{row.minutes}" if row.heard_on else None, "clause": EXIT},
        {"label": "决定", "value": row.decision or None},
        {"label": "终止通知书", "value": row.decision_notice.number if row.decision_notice else None},
    ]
