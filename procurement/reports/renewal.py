"""Renewals as people read them: the contract year by year, one renewal with its conditions, what waits for whom."""

from datetime import date

from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Contract, Renewal
from procurement.rules import money
from procurement.rules import renewal as rules
from procurement.rules.contract import NO_CHANGE
from procurement.services import renewal as services
from procurement.services import years
from records import clock
from records.refusals import joined
from records.worklist import WorkItem

Status = Renewal.Status
TONES = {"draft": "", "under_review": "info", "approved": "due", "in_force": "ok", "withdrawn": "overdue"}
COLUMNS = [
    {"label": "年度", "align": ""},
    {"label": "合同金额", "align": "number"},
    {"label": "预算已安排", "align": "number"},
    {"label": "上年度评价", "align": ""},
    {"label": "续签", "align": ""},
]


def year_rows(contract: Contract) -> list[dict]:
    """Each year of a contract over several years; the first one opened with the signature."""
    needed = services.needed_of(contract)
    found = {row.fiscal_year: row for row in contract.renewals.order_by("pk")}
    grades = {row.period_end.year: row.grade for row in contract.grade_notices.order_by("period_end", "pk")}
    chain = years.chain_of(contract.project) if needed else []
    return [{"cells": year_cells(row, found.get(row.year), grades.get(row.year - 1), row.year in needed)} for row in chain]


def year_cells(row, renewal: Renewal | None, grade: str | None, needed: bool) -> list[dict]:
    state = {"text": "尚未办理", "chip": True, "tone": "due"} if needed else {"text": "合同签订时生效"}
    if renewal:
        state = {"text": renewal.get_status_display(), "url": reverse("procurement:renewal_detail", args=[renewal.pk])}
    return [
        {"text": f"{row.year} 年度"},
        {"text": money.yuan(row.contract or row.plan), "align": "number"},
        {"text": money.yuan(row.drawn), "align": "number", "sub": f"还差 {money.yuan(row.short)}" if row.short else ""},
        {"text": (grade or "尚未公布") if needed else "—"},
        state,
    ]


def facts_of(row: Renewal) -> list[dict]:
    grades = services.grades_until(row.contract, row.fiscal_year)
    return [
        {"label": "合同", "value": row.contract.number, "url": reverse("procurement:contract_renewals", args=[row.contract_id])},
        {"label": "承接主体", "value": str(row.contract.contractor)},
        {"label": "续签年度", "value": f"{row.fiscal_year} 年度"},
        {"label": "该年度合同金额", "value": money.yuan(row.amount), "clause": money.BUDGET_LAW},
        {"label": "上年度评价", "value": grades[-1].grade if grades else "尚未公布", "clause": rules.BY_RESULT},
        {"label": "续签理由", "value": row.reason or None},
        {"label": "经办人", "value": str(row.drafted_by)},
        {"label": "审查人", "value": str(row.reviewed_by) if row.reviewed_by else None},
        {"label": "承接主体签署", "value": f"{row.signed_by}，{clock.local_day(row.signed_at)}" if row.signed_by else None},
    ]


def gate_of(row: Renewal) -> list[dict]:
    """Met and unmet before review and signature; what the written reason lifts is met."""
    found = [breach for breach in services.renewal_breaches(row, clock.today()) if breach.binding or not row.reason]
    checks = (
        ("在采购时确定的服务期限内，逐年办理", ("P-22",), rules.BY_RESULT, True),
        ("承接主体没有被禁止参加政府采购活动", ("P-08",), NO_CHANGE, True),
        ("该年度预算已安排，金额不高于合同", ("F-09",), rules.BUDGET_FIRST, True),
        ("上年度绩效评价已公布，不为差（或者写明理由）", ("P-22", "E-12"), rules.BY_RESULT, False),
    )
    return [
        {"label": label, "met": not points, "note": joined(points), "clause": clause}
        for label, ids, clause, binding in checks
        for points in [[breach.message for breach in found if breach.rule in ids and breach.binding is binding]]
    ]


def worklist(user) -> list[WorkItem]:
    """The officer: years to renew once the year before is judged or the year has begun, own drafts. Then review, then signature."""
    items = []
    if may(user, Permission.CONTRACT_DRAFT):
        rows = Renewal.objects.reached_with(user, Permission.CONTRACT_DRAFT).filter(status=Status.DRAFT, drafted_by=user)
        items += [work(row, "续签", "完善后送审查") for row in rows.select_related("contract__project")[:50]]
        items += to_begin(user)
    if may(user, Permission.CONTRACT_SIGN):
        rows = Renewal.objects.reached_with(user, Permission.CONTRACT_SIGN).filter(status=Status.UNDER_REVIEW).exclude(drafted_by=user)
        items += [work(row, "续签审查", "待审查") for row in rows.select_related("contract__project")[:50]]
    if may(user, Permission.CONTRACT_COUNTERSIGN):
        rows = Renewal.objects.reached_with(user, Permission.CONTRACT_COUNTERSIGN).filter(status=Status.APPROVED)
        items += [work(row, "签署续签", "甲方已审定，请签署") for row in rows.select_related("contract__project")[:50]]
    return items


def to_begin(user) -> list[WorkItem]:
    """Running contracts over several years whose next year nobody has begun to renew."""
    rows = Contract.objects.reached_with(user, Permission.CONTRACT_DRAFT).running().filter(project__year_shares__isnull=False)
    rows = rows.distinct().select_related("project").prefetch_related("project__year_shares", "renewals", "grade_notices")
    return [item for contract in rows.order_by("pk")[:50] if (item := begin(contract))]


def begin(contract: Contract) -> WorkItem | None:
    """Once the year before is judged or the year has begun; from rows that were fetched together."""
    shares = [share.fiscal_year for share in contract.project.year_shares.all()]
    needed = rules.renewed_years(contract.starts_on, contract.ends_on, shares)
    renewals = contract.renewals.all()
    year = next((year for year in needed if year not in {row.fiscal_year for row in renewals if row.status == Status.IN_FORCE}), None)
    begun = any(row.fiscal_year == year and row.status in Renewal.OPEN for row in renewals)
    judged = any(row.period_end.year + 1 == year for row in contract.grade_notices.all())
    if year is None or begun or not (judged or clock.today().year >= year):
        return None
    url = reverse("procurement:contract_renewals", args=[contract.pk])
    return WorkItem(f"{contract.project.name} {year} 年度", url, date(year, 1, 1), "续签", str(rules.BY_RESULT), "办理续签或者决定不续签")


def work(row: Renewal, kind: str, note: str) -> WorkItem:
    title = f"{row.contract.project.name} {row.fiscal_year} 年度续签"
    url = reverse("procurement:renewal_detail", args=[row.pk])
    return WorkItem(title, url, date(row.fiscal_year, 1, 1), kind, str(rules.BY_RESULT), note)
