"""The year's money as people read it."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, Sum

from procurement.models import SUPERIOR_SPECIAL, FundingLine, ProjectFunding, SuperiorGrant
from procurement.reports.project import meter
from procurement.rules.money import Cap, yuan
from procurement.services.money import ENDED, cap_ratio

ZERO = Decimal("0.00")
LINE_COLUMNS = [
    {"label": "预算项目", "align": ""},
    {"label": "预算单位", "align": ""},
    {"label": "资金来源", "align": ""},
    {"label": "金额", "align": "number"},
    {"label": "已安排", "align": "number"},
    {"label": "可用", "align": "number"},
]
GRANT_COLUMNS = [
    {"label": "指标文号", "align": ""},
    {"label": "区县", "align": ""},
    {"label": "资金来源", "align": ""},
    {"label": "下达金额", "align": "number"},
    {"label": "下达日期", "align": ""},
]


def meters(districts: list, year: int) -> list[dict]:
    """F-03 for each district: two sums for all of them, one ratio: the city fixes it."""
    received = sums(districts, SuperiorGrant.objects.filter(fiscal_year=year), "organisation__path")
    live = ProjectFunding.objects.filter(project__fiscal_year=year, line__source__in=SUPERIOR_SPECIAL).exclude(project__status__in=ENDED)
    used = sums(districts, live, "project__organisation__path")
    ratio = cap_ratio(districts[0]) if districts else None
    return [meter(Cap(received[d.pk], used[d.pk], ratio), f"{d.label} {year} 年") for d in districts]


def sums(districts, rows, lookup: str) -> dict[int, Decimal]:
    """District → Σ amount of rows whose path lies below it, in one query."""
    totals = {f"d{d.pk}": Sum("amount", filter=Q(**{f"{lookup}__startswith": d.path})) for d in districts}
    found = rows.aggregate(**totals) if totals else {}
    return {d.pk: found[f"d{d.pk}"] or ZERO for d in districts}


def line_rows(budgets) -> list[dict]:
    """Each funding line with what projects already draw from it."""
    live = Sum("fundings__amount", filter=~Q(fundings__project__status__in=ENDED))
    lines = FundingLine.objects.filter(budget__in=budgets).select_related("budget__organisation").annotate(drawn=live)
    return [line_row(line, line.drawn or ZERO) for line in lines.order_by("budget__organisation__path", "budget_id", "pk")[:500]]


def line_row(line: FundingLine, drawn: Decimal) -> dict:
    cells = [
        {"text": line.budget.name, "sub": line.budget.document},
        {"text": line.budget.organisation.label},
        {"text": line.get_source_display(), "sub": line.basis_document},
        *({"text": yuan(value), "align": "number"} for value in (line.amount, drawn, line.amount - drawn)),
    ]
    return {"cells": cells}


def grant_rows(grants: Iterable[SuperiorGrant]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": grant.document},
                {"text": grant.organisation.label},
                {"text": grant.get_source_display()},
                {"text": yuan(grant.amount), "align": "number"},
                {"text": str(grant.issued_on)},
            ]
        }
        for grant in grants
    ]
