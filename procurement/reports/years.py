"""A purchase over several budget years as people read it: the chain of each year, and each year's part on the year's plan."""

from decimal import Decimal

from django.db.models import F, Sum
from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Acceptance, Instalment, Payment, Project, ProjectFunding, YearShare
from procurement.rules import years as rules
from procurement.rules.money import BUDGET_LAW, yuan
from procurement.services import years as services
from procurement.services.money import ENDED

ZERO = Decimal("0.00")
COLUMNS = [
    {"label": "预算年度", "align": ""},
    {"label": "计划", "align": "number"},
    {"label": "预算已安排", "align": "number"},
    {"label": "最高限价", "align": "number"},
    {"label": "合同", "align": "number"},
    {"label": "已验收", "align": "number"},
    {"label": "已支付", "align": "number"},
    {"label": "状态", "align": ""},
]
PLAN_COLUMNS = [
    {"label": "项目", "align": ""},
    {"label": "购买主体", "align": ""},
    {"label": "本年度金额", "align": "number"},
    {"label": "预算已安排", "align": "number"},
    {"label": "合同", "align": "number"},
    {"label": "已验收", "align": "number"},
    {"label": "已支付", "align": "number"},
]


def chain_rows(chain: list[rules.Year]) -> list[dict]:
    return [{"cells": chain_cells(row)} for row in chain]


def chain_cells(row: rules.Year) -> list[dict]:
    reached = (row.contract, row.accepted, row.paid) if row.contract is not None else (None, None, None)
    sums = (row.plan, row.drawn, row.ceiling, *reached)
    over = next(rules.year_breaches(row), None)
    state = ("逐级未超出", "ok") if not row.short else (f"还差 {yuan(row.short)}", "due")
    text, tone = (over.message, "overdue") if over else state
    return [
        {"text": f"{row.year} 年度"},
        *({"text": "—" if value is None else yuan(value), "align": "number"} for value in sums),
        {"text": text, "chip": True, "tone": tone},
    ]


def fund_links(project: Project, chain: list[rules.Year], user) -> list[dict]:
    """Finance: the later years that can be funded now."""
    if not may(user, Permission.BUDGET_MANAGE, project):
        return []
    shares = services.shares_of(project)
    return [
        {"label": f"安排 {row.year} 年度资金", "url": reverse("procurement:year_fund", args=[project.pk, row.year]), "short": row.short}
        for row in chain
        if not services.later_breaches(project, row.year, shares)
    ]


def facts_of(row: rules.Year) -> list[dict]:
    return [
        {"label": "该年度计划", "value": yuan(row.plan), "clause": BUDGET_LAW},
        {"label": "已安排", "value": yuan(row.drawn)},
        {"label": "合同在该年度", "value": yuan(row.contract) if row.contract is not None else None},
        {"label": "已验收", "value": yuan(row.accepted)},
    ]


def plan_rows(year: int, user) -> list[dict]:
    """Purchases over several years that this year bears a part of: a constant number of queries."""
    shares = YearShare.objects.filter(fiscal_year=year, project__in=Project.objects.visible_to(user)).exclude(project__status__in=ENDED)
    shares = list(shares.select_related("project__organisation").order_by("project__organisation__path", "project_id")[:200])
    sums = sums_of(year, [share.project_id for share in shares])
    return [{"cells": plan_cells(share, sums)} for share in shares]


def sums_of(year: int, projects: list[int]) -> list[dict[int, Decimal]]:
    """Project → 元 in that year: drawn, contract, accepted, paid."""
    drawn = ProjectFunding.objects.filter(project__in=projects, line__budget__fiscal_year=year)
    planned = Instalment.objects.filter(contract__project__in=projects, period_end__year=year)
    accepted = Acceptance.objects.counted().filter(contract__project__in=projects, instalment__period_end__year=year)
    paid = Payment.objects.filter(contract__project__in=projects, status=Payment.Status.PAID)
    paid = paid.filter(acceptance__instalment__period_end__year=year)
    return [
        totals(drawn, "project", Sum("amount")),
        totals(planned, "contract__project", Sum("planned")),
        totals(accepted, "contract__project", Sum("amount")),
        totals(paid, "contract__project", Sum(F("amount") + F("offset"))),
    ]


def totals(rows, key: str, total) -> dict[int, Decimal]:
    return dict(rows.order_by(key).values_list(key).annotate(total=total))


def plan_cells(share: YearShare, sums: list[dict]) -> list[dict]:
    project = share.project
    url = reverse("procurement:project_years", args=[project.pk])
    figures = (share.amount, *(found.get(project.pk, ZERO) for found in sums))
    return [
        {"text": project.name, "sub": project.code, "url": url},
        {"text": project.organisation.label},
        *({"text": yuan(value), "align": "number"} for value in figures),
    ]
