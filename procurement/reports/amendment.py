"""Contract changes and subcontracts as people read them."""

from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from procurement.models import SUPERIOR_SPECIAL, Amendment, Contract, Subcontract
from procurement.rules import amendment as rules
from procurement.rules.contract import NO_CHANGE
from procurement.rules.money import SOURCES, yuan
from procurement.rules.project import TERM
from procurement.services import amendment as services
from procurement.services import subcontract as subcontracts
from records import clock
from records.policy import Clause
from records.refusals import joined
from records.worklist import WorkItem

TONES = {"draft": "", "under_review": "info", "approved": "due", "in_force": "ok", "withdrawn": ""}
PART_TONES = {"proposed": "due", "consented": "ok", "refused": "overdue", "ended": ""}
COLUMNS = [
    {"label": "变更", "align": ""},
    {"label": "依据", "align": ""},
    {"label": "金额", "align": "number"},
    {"label": "服务结束日期", "align": ""},
    {"label": "状态", "align": ""},
]


def change_rows(contract: Contract) -> list[dict]:
    return [{"cells": cells_of(row)} for row in contract.amendments.order_by("number")]


def cells_of(row: Amendment) -> list[dict]:
    return [
        {"text": f"第 {row.number} 次变更", "url": reverse("procurement:amendment_detail", args=[row.pk]), "sub": row.content[:40]},
        {"text": row.get_ground_display()},
        {"text": money_of(row), "align": "number"},
        {"text": f"{row.previous_ends_on} → {row.ends_on}" if row.ends_on else "不变"},
        {"text": row.get_status_display(), "chip": True, "tone": TONES[row.status]},
    ]


def money_of(row: Amendment) -> str:
    if row.increase:
        return f"+{yuan(row.increase)}"
    return f"−{yuan(row.decrease)}" if row.decrease else "不变"


def supplement_facts(contract: Contract) -> list[dict]:
    """P-23 as a small account: how much of the ten percent is used."""
    limit = contract.amount * rules.SUPPLEMENT_PERCENT / rules.HUNDRED
    return [
        {"label": "原合同金额", "value": yuan(contract.amount)},
        {"label": "补充上限（10%）", "value": yuan(limit), "clause": rules.SUPPLEMENT},
        {"label": "已补充", "value": yuan(contract.supplement_amount)},
        {"label": "还可补充", "value": yuan(limit - contract.supplement_amount)},
        {"label": "变更减少", "value": yuan(contract.reduced_amount) if contract.reduced_amount else None},
        {"label": "现合同价款", "value": yuan(contract.value)},
    ]


def facts_of(row: Amendment) -> list[dict]:
    shortfall = services.shortfall_of(row) if row.status in Amendment.OPEN else 0
    return [
        {"label": "合同", "value": row.contract.number, "url": reverse("procurement:contract_changes", args=[row.contract_id])},
        {"label": "变更依据", "value": row.get_ground_display(), "clause": rules.SUPPLEMENT if row.increase else NO_CHANGE},
        {"label": "金额", "value": money_of(row)},
        {"label": "服务结束日期", "value": f"{row.previous_ends_on} 改为 {row.ends_on}" if row.ends_on else "不变"},
        {"label": "变更内容", "value": row.content},
        {"label": "变更理由", "value": row.reason},
        {"label": "依据材料", "value": row.evidence or None},
        {"label": "其他合同条款", "value": "不变" if row.same_terms else "有变更"},
        {"label": "资金", "value": f"还需安排 {yuan(shortfall)}" if shortfall else "项目已安排资金内", "help": str(row.funding_line or "")},
        {"label": "资金会签", "value": f"{row.finance_reason}（{row.finance_signed_by}）" if row.finance_reason else None},
        {"label": "经办人", "value": str(row.drafted_by)},
        {"label": "审查人", "value": str(row.reviewed_by) if row.reviewed_by else None},
    ]


def part_rows(contract: Contract, user) -> list[dict]:
    """Subcontracts, each with its share and what this person may do about it."""
    deciding = may(user, Permission.CONTRACT_SIGN, contract)
    rows = contract.subcontracts.select_related("decided_by")
    return [part_row(row, contract, deciding) for row in rows]


def part_row(row: Subcontract, contract: Contract, deciding: bool) -> dict:
    row.contract = contract
    share = rules.percent_of(row.amount, contract.value)
    return {
        "row": row,
        "tone": PART_TONES[row.status],
        "amount": yuan(row.amount),
        "share": f"{share:.1f}%",
        "warnings": [breach for breach in subcontracts.consent_breaches(row) if not breach.binding] if row.status == "proposed" else [],
        "may_decide": deciding and row.status == Subcontract.Status.PROPOSED,
        "may_end": deciding and row.status == Subcontract.Status.CONSENTED,
    }


def gate_of(row: Amendment) -> list[dict]:
    """Met and unmet before review and signature."""
    found = services.amendment_breaches(row, clock.today())
    checks = (
        ("有法定的变更依据，内容和理由写明", "P-24", NO_CHANGE),
        ("补充合同累计不超过 10%，其他条款不变", "P-23", rules.SUPPLEMENT),
        ("资金有保障，不低于已验收金额", "F-09", rules.BUDGET_LAW),
        ("上级专项资金不超过比例，尚无比例的由财务会签", "F-03", SOURCES),
        ("服务期限符合规定", "P-21", TERM),
    )
    return [
        {"label": label, "met": not points, "note": joined(points), "clause": clause}
        for label, rule, clause in checks
        for points in [[breach.message for breach in found if breach.rule == rule]]
    ]


def worklist(user) -> list[WorkItem]:
    """Changes to review and to sign, subcontracts to decide."""
    items = []
    related = ("contract__project",)
    if may(user, Permission.CONTRACT_DRAFT):
        rows = Amendment.objects.reached_with(user, Permission.CONTRACT_DRAFT).filter(status=Amendment.Status.DRAFT, drafted_by=user)
        items += [work(row, "合同变更", "完善后送审查") for row in rows.select_related(*related)[:50]]
    if may(user, Permission.CONTRACT_SIGN):
        rows = Amendment.objects.reached_with(user, Permission.CONTRACT_SIGN).filter(status=Amendment.Status.UNDER_REVIEW)
        items += [work(row, "合同变更审查", "待审查") for row in rows.exclude(drafted_by=user).select_related(*related)[:50]]
        parts = Subcontract.objects.reached_with(user, Permission.CONTRACT_SIGN).filter(status=Subcontract.Status.PROPOSED)
        items += [part_work(row) for row in parts.select_related(*related)[:50]]
    if may(user, Permission.CONTRACT_COUNTERSIGN):
        rows = Amendment.objects.reached_with(user, Permission.CONTRACT_COUNTERSIGN).filter(status=Amendment.Status.APPROVED)
        items += [work(row, "签署合同变更", "甲方已审定，请签署") for row in rows.select_related(*related)[:50]]
    return [*items, *funds_work(user)]


def funds_work(user) -> list[WorkItem]:
    """F-03: supplements from superior money that finance answers for. Few: only while the city has fixed no ratio."""
    if not may(user, Permission.FUNDS_SIGN):
        return []
    rows = Amendment.objects.reached_with(user, Permission.FUNDS_SIGN).filter(status__in=Amendment.OPEN, increase__gt=0, finance_reason="")
    rows = rows.filter(funding_line__source__in=SUPERIOR_SPECIAL).exclude(drafted_by=user)
    rows = rows.select_related("contract__project__organisation", "funding_line__budget")[:20]
    waiting = [row for row in rows if any(not one.binding for one in services.cap_breaches(row, services.shortfall_of(row)))]
    return [work(row, "资金会签", "市级尚未确定比例", clause=SOURCES) for row in waiting]


def work(row: Amendment, kind: str, note: str, *, clause: Clause = NO_CHANGE) -> WorkItem:
    title = f"{row.contract.project.name} 第 {row.number} 次变更"
    return WorkItem(title, reverse("procurement:amendment_detail", args=[row.pk]), None, kind, str(clause), note)


def part_work(row: Subcontract) -> WorkItem:
    url = reverse("procurement:subcontract_decide", args=[row.pk])
    return WorkItem(f"{row.contract.project.name} · {row.name}", url, None, "分包申请", str(rules.WITH_CONSENT), yuan(row.amount))
