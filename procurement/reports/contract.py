"""Contracts as people read them, from the purchaser's side and from the contractor's."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Contract, Project
from procurement.rules import contract as rules
from procurement.rules import deadlines as limits
from procurement.rules import money
from procurement.services import contract as services
from procurement.services import deadlines
from records import clock
from records.refusals import MissingCalendar, joined
from records.worklist import Hit, WorkItem

COLUMNS = [
    {"label": "合同", "align": ""},
    {"label": "购买主体", "align": ""},
    {"label": "承接主体", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "合同金额", "align": "number"},
    {"label": "服务期限", "align": ""},
]
Status = Contract.Status
TONES = {Status.DRAFT: "", Status.UNDER_REVIEW: "info", Status.APPROVED: "due", Status.SIGNED: "info", Status.IN_SERVICE: "ok"}
LIST_RELATED = ("project__organisation", "contractor__organisation")


def list_rows(contracts: Iterable[Contract]) -> list[dict]:
    return [{"cells": cells_of(contract)} for contract in contracts]


def cells_of(contract: Contract) -> list[dict]:
    return [
        {"text": contract.project.name, "url": reverse("procurement:contract_detail", args=[contract.pk]), "sub": contract.number},
        {"text": contract.project.organisation.label},
        {"text": str(contract.contractor)},
        {"text": contract.get_status_display(), "chip": True, "tone": TONES.get(contract.status, "")},
        {"text": money.yuan(contract.amount), "align": "number"},
        {"text": f"{contract.starts_on} 至 {contract.ends_on}"},
    ]


def export_row(contract: Contract) -> list:
    return [
        contract.number,
        contract.project.name,
        str(contract.project.organisation),
        str(contract.contractor),
        contract.get_status_display(),
        contract.amount,
        contract.accepted_amount,
        contract.paid_amount,
        contract.starts_on,
        contract.ends_on,
        timezone.localtime(contract.signed_at).date() if contract.signed_at else None,
    ]


def facts_of(contract: Contract) -> list[dict]:
    return [
        {"label": "合同编号", "value": contract.number},
        {"label": "甲方（购买主体）", "value": str(contract.project.organisation)},
        {"label": "乙方（承接主体）", "value": str(contract.contractor)},
        {"label": "合同金额", "value": money.yuan(contract.amount)},
        {"label": "已验收", "value": money.yuan(contract.accepted_amount)},
        {"label": "已支付", "value": money.yuan(contract.paid_amount)},
        {"label": "服务期限", "value": f"{contract.starts_on} 至 {contract.ends_on}"},
        {"label": "月报期限", "value": f"每月结束后 {contract.report_due_workdays} 个工作日"},
        {"label": "合同经办人", "value": str(contract.drafted_by)},
        {"label": "合同审查人", "value": str(contract.reviewed_by) if contract.reviewed_by else None},
    ]


def terms_of(contract: Contract) -> list[dict]:
    names = [name for name in rules.REQUIRED_CONTENT if name not in ("starts_on", "ends_on")]
    terms = [{"label": Contract._meta.get_field(name).verbose_name, "value": one_line(getattr(contract, name))} for name in names]
    triggers = "、".join(rules.EXIT_TRIGGERS.get(key, key) for key in contract.exit_triggers)
    return [
        *terms,
        {"label": "退出情形", "value": triggers or None, "clause": rules.EXIT},
        {"label": "退出条款", "value": one_line(contract.exit_clause)},
    ]


def one_line(text: str) -> str | None:
    """Lines of a text as one, parted by semicolons; None when there is none."""
    return "；".join(line.strip().rstrip("；。") for line in text.splitlines() if line.strip()) or None


def takeover_facts(contract: Contract) -> list[dict]:
    plan = getattr(contract, "takeover_plan", None)
    if plan is None:
        return []
    return [
        {"label": "接管单位", "value": plan.substitute or None},
        {"label": "联系人", "value": f"{plan.contact_name} {plan.contact_phone}".strip() or None},
        {"label": "启动时限", "value": f"{plan.activation_hours} 小时内" if plan.activation_hours else None},
        {"label": "经费来源", "value": str(plan.funding_line) if plan.funding_line else None},
        {"label": "交接清单", "value": one_line(plan.handover_items)},
    ]


def deadlines_of(contract: Contract) -> list[dict]:
    """T-14 and T-15 as steps: until when, kept or not."""
    try:
        sign_by = signing_due(contract)
        announce_by = services.announcement_due(contract)
    except MissingCalendar as missing:
        return [{"label": "期限", "state": "todo", "note": str(missing)}]
    return [
        deadline("签订合同", sign_by, contract.signed_at, rules.SIGNING),
        deadline("合同公告", announce_by, contract.announced_at, rules.ANNOUNCEMENT),
        deadline("启动服务", contract.starts_on, contract.started_at, rules.EXIT),
    ]


def deadline(label: str, due: date | None, done_at, clause) -> dict:
    if done_at:
        return {"label": label, "state": "done", "on": timezone.localtime(done_at).date(), "clause": clause}
    overdue = due is not None and due < clock.today()
    return {"label": label, "state": "overdue" if overdue else "todo", "due_on": due, "clause": clause}


def start_gate(contract: Contract) -> list[dict]:
    """Met and unmet before the first day of service (V-07, V-08, T-15)."""
    found = services.start_breaches(contract, clock.today())
    checks = (
        ("临时接管预案完整", "V-08", rules.EXIT),
        ("合同已公告", "T-15", rules.ANNOUNCEMENT),
        ("已到合同约定的服务开始日期", "P-20", rules.CONTENT),
    )
    return [gate_item(label, [breach.message for breach in found if breach.rule == rule], clause) for label, rule, clause in checks]


def gate_item(label: str, open_points: list[str], clause) -> dict:
    return {"label": label, "met": not open_points, "note": joined(open_points), "clause": clause}


def worklist(user) -> list[WorkItem]:
    """Drafts to finish, contracts to review, to sign, to announce, to start."""
    rows = []
    if may(user, Permission.CONTRACT_DRAFT):
        reach = Contract.objects.reached_with(user, Permission.CONTRACT_DRAFT).select_related(*LIST_RELATED)
        rows += [work(c, "合同", "完善条款后送审查") for c in reach.filter(status=Status.DRAFT, drafted_by=user)[:50]]
        unannounced = reach.filter(status=Status.SIGNED, announced_at=None)[:50]
        rows += [work(c, "合同公告", "签订后 2 个工作日内公告", due_or_none(services.announcement_due, c)) for c in unannounced]
        startable = reach.filter(status=Status.SIGNED, announced_at__isnull=False, starts_on__lte=clock.today())[:50]
        rows += [work(c, "启动服务", "已到服务开始日期", c.starts_on) for c in startable]
    if may(user, Permission.CONTRACT_SIGN):
        reach = Contract.objects.reached_with(user, Permission.CONTRACT_SIGN).filter(status=Status.UNDER_REVIEW)
        rows += [work(c, "合同审查", "待审查") for c in reach.exclude(drafted_by=user).select_related(*LIST_RELATED)[:50]]
    if may(user, Permission.CONTRACT_COUNTERSIGN):
        reach = Contract.objects.reached_with(user, Permission.CONTRACT_COUNTERSIGN).filter(status=Status.APPROVED)
        rows += [
            work(c, "签订合同", "甲方已审定，请签署", due_or_none(signing_due, c))
            for c in reach.select_related("award__notice", *LIST_RELATED)[:50]
        ]
    return rows


def due_or_none(compute, contract: Contract) -> date | None:
    """A due day for the work list; an unpublished calendar must not take the whole list down."""
    try:
        return compute(contract)
    except MissingCalendar:
        return None


def signing_due(contract: Contract) -> date:
    return deadlines.end_of(limits.SIGNING, contract.award.told_on)


def work(contract: Contract, kind: str, note: str, due_on: date | None = None) -> WorkItem:
    url = reverse("procurement:contract_detail", args=[contract.pk])
    return WorkItem(str(contract), url, due_on, kind, str(rules.EXIT), note)


def search(user, text: str) -> list[Hit]:
    rows = Contract.objects.visible_to(user).select_related("project")
    found = rows.filter(number__icontains=text) | rows.filter(project__name__icontains=text)
    return [
        Hit(str(contract), reverse("procurement:contract_detail", args=[contract.pk]), "合同", contract.get_status_display())
        for contract in found.order_by("-created_at", "-pk")[:10]
    ]


def may_draft_for(user, project: Project) -> bool:
    return project.status == Project.Status.AWARDED and may(user, Permission.CONTRACT_DRAFT, project)
