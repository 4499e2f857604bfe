"""The year's money as people read it."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse

from procurement.models import SUPERIOR_SPECIAL, Budget, FundingLine, PaymentLine, PlanRow, ProjectFunding, Source, SuperiorGrant
from procurement.reports.project import meter
from procurement.rules.money import SOURCES, Cap, yuan
from procurement.rules.plan import own_input_breaches
from procurement.services.money import ENDED, cap_ratio

ZERO = Decimal("0.00")
PAID_BY = "payment__contract__project__organisation__path"
LINE_COLUMNS = [
    {"label": "预算项目", "align": ""},
    {"label": "预算单位", "align": ""},
    {"label": "资金来源", "align": ""},
    {"label": "金额", "align": "number"},
    {"label": "已安排", "align": "number"},
    {"label": "可用", "align": "number"},
    {"label": "已支付", "align": "number"},
]
GRANT_COLUMNS = [
    {"label": "指标文号", "align": ""},
    {"label": "区县", "align": ""},
    {"label": "资金来源", "align": ""},
    {"label": "下达金额", "align": "number"},
    {"label": "下达日期", "align": ""},
    {"label": "更正", "align": ""},
]


def meters(districts: list, year: int) -> list[dict]:
    """F-03 and F-05 for each district: four sums for all of them, one ratio: the city fixes it."""
    received = sums(districts, SuperiorGrant.objects.standing().filter(fiscal_year=year), "organisation__path")
    live = ProjectFunding.objects.filter(line__budget__fiscal_year=year, line__source__in=SUPERIOR_SPECIAL).exclude(
        project__status__in=ENDED
    )
    used = sums(districts, live, "project__organisation__path")
    drawn = PaymentLine.objects.filter(line__budget__fiscal_year=year, line__source__in=SUPERIOR_SPECIAL)
    ended, paid = (sums(districts, rows, PAID_BY) for rows in (drawn.exclude(payment__status="returned").of_ended(), drawn.paid()))
    ratio = cap_ratio(districts[0]) if districts else None
    now, before = own_inputs(districts, year), own_inputs(districts, year - 1)
    return [
        meter(Cap(received[d.pk], used[d.pk] + ended[d.pk], ratio, paid[d.pk]), f"{d.label} {year} 年")
        | {"own": own_facts(year, now[d.pk], before[d.pk])}
        for d in districts
    ]


def own_inputs(districts: list, year: int) -> dict[int, Decimal]:
    rows = FundingLine.objects.filter(budget__fiscal_year=year, source=Source.OWN_DISTRICT)
    return sums(districts, rows, "budget__organisation__path")


def own_facts(year: int, now: Decimal, before: Decimal) -> list[dict]:
    """F-05: own input beside last year's, in words."""
    falling = next(own_input_breaches(year=year, now=now, before=before), None)
    change = "上年没有登记" if not before else f"比上年{'减少' if falling else '增加'} {yuan(abs(now - before))}"
    return [
        {"label": "区县本级投入", "value": yuan(now), "help": f"上年 {yuan(before)}，{change}", "clause": SOURCES},
        *([{"label": "提示", "value": falling.message}] if falling else ()),
    ]


def sums(districts, rows, lookup: str) -> dict[int, Decimal]:
    """District → Σ amount of rows whose path lies below it, in one query."""
    totals = {f"d{d.pk}": Sum("amount", filter=Q(**{f"{lookup}__startswith": d.path})) for d in districts}
    found = rows.aggregate(**totals) if totals else {}
    return {d.pk: found[f"d{d.pk}"] or ZERO for d in districts}


def line_rows(budgets) -> list[dict]:
    """Each funding line with what projects already draw from it, and what was paid."""
    live = Sum("fundings__amount", filter=~Q(fundings__project__status__in=ENDED))
    lines = FundingLine.objects.filter(budget__in=budgets).select_related("budget__organisation").annotate(drawn=live)
    lines = list(lines.order_by("budget__organisation__path", "budget_id", "pk")[:500])
    rows = PaymentLine.objects.filter(line__in=lines).order_by("line")
    paid, ended = (by_line(found) for found in (rows.paid(), rows.exclude(payment__status="returned").of_ended()))
    return [line_row(line, (line.drawn or ZERO) + ended.get(line.pk, ZERO), paid.get(line.pk, ZERO)) for line in lines]


def by_line(rows) -> dict[int, Decimal]:
    return dict(rows.values_list("line").annotate(total=Sum("amount")))


def line_row(line: FundingLine, drawn: Decimal, paid: Decimal) -> dict:
    cells = [
        {"text": line.budget.name, "sub": line.budget.document, "url": reverse("procurement:budget_detail", args=[line.budget_id])},
        {"text": line.budget.organisation.label},
        {"text": line.get_source_display(), "sub": line.basis_document},
        *({"text": yuan(value), "align": "number"} for value in (line.amount, drawn, line.amount - drawn, paid)),
    ]
    return {"cells": cells}


def grant_state(grant: SuperiorGrant, managing: bool) -> dict:
    if grant.struck_at:
        return {"text": "已撤销", "chip": True, "tone": "paused", "sub": grant.struck_reason}
    return {"text": "登记有误", "url": reverse("procurement:grant_strike", args=[grant.pk])} if managing else {"text": "—"}


def grant_rows(grants: Iterable[SuperiorGrant], *, managing: bool) -> list[dict]:
    return [
        {
            "cells": [
                {"text": grant.document},
                {"text": grant.organisation.label},
                {"text": grant.get_source_display()},
                {"text": yuan(grant.amount), "align": "number"},
                {"text": str(grant.issued_on)},
                grant_state(grant, managing),
            ]
        }
        for grant in grants
    ]


PLAN_COLUMNS = [
    {"label": "项目名称", "align": ""},
    {"label": "购买主体", "align": ""},
    {"label": "购买内容", "align": ""},
    {"label": "计划金额", "align": "number"},
    {"label": "预计采购", "align": ""},
    {"label": "项目", "align": ""},
]


def plan_rows(rows: Iterable[PlanRow]) -> list[dict]:
    return [{"cells": plan_cells(row)} for row in rows]


def plan_cells(row: PlanRow) -> list[dict]:
    project = row.project
    state = {
        "text": "已撤销" if row.struck_at else "未立项",
        "url": reverse("procurement:plan_row", args=[row.pk]),
        "sub": row.struck_reason,
    }
    if project:
        url = reverse("procurement:project_detail", args=[project.pk])
        state = {"text": project.get_status_display(), "url": url, "sub": project.code}
    return [
        {"text": row.name},
        {"text": row.organisation.label},
        {"text": str(row.item), "sub": row.line.get_source_display() if row.line else ""},
        {"text": yuan(row.amount), "align": "number"},
        {"text": f"{row.month} 月"},
        state,
    ]


DRAW_COLUMNS = [
    {"label": "资金来源", "align": ""},
    {"label": "项目", "align": ""},
    {"label": "安排金额", "align": "number"},
    {"label": "合同价款", "align": "number"},
    {"label": "已验收", "align": "number"},
    {"label": "从本来源支付", "align": "number"},
]


def draw_rows(budget: Budget) -> list[dict]:
    """What projects draw from each line, how far each has got down the chain, and what this line paid of it."""
    rows = ProjectFunding.objects.filter(line__budget=budget).select_related("line", "project__contract").order_by("line", "pk")
    found = PaymentLine.objects.paid().filter(line__budget=budget).order_by("line").values_list("line", "payment__contract__project")
    paid = {(line, project): total for line, project, total in found.annotate(total=Sum("amount"))}
    shown = [(row, paid.get((row.line_id, row.project_id), ZERO)) for row in rows]
    return [draw_row(row, gone) for row, gone in shown if gone or row.project.status not in ENDED]


def draw_row(row: ProjectFunding, paid: Decimal) -> dict:
    contract = getattr(row.project, "contract", None)
    chain = (contract.value, contract.accepted_amount, paid) if contract else ()
    cells = [{"text": yuan(value), "align": "number"} for value in chain] or [{"text": "—", "align": "number"}] * 3
    project = {"text": row.project.name, "sub": row.project.code, "url": reverse("procurement:project_detail", args=[row.project_id])}
    return {"cells": [{"text": row.line.get_source_display()}, project, {"text": yuan(row.amount), "align": "number"}, *cells]}


def budget_facts(budget: Budget) -> list[dict]:
    return [
        {"label": "预算单位", "value": budget.organisation.name},
        {"label": "批复金额", "value": yuan(budget.amount)},
        {"label": "批复文号", "value": budget.document},
        {"label": "批复日期", "value": str(budget.approved_on)},
        {"label": "录入人", "value": str(budget.created_by)},
    ]


def history_of(budget: Budget) -> list[dict]:
    rows = budget.adjustments.select_related("line", "adjusted_by")
    return [
        {
            "what": f"{row.line.get_source_display() if row.line else '预算总额'}：{yuan(row.before)} → {yuan(row.after)}",
            "at": row.adjusted_at,
            "who": row.adjusted_by.name,
            "note": f"{row.document}：{row.reason}",
        }
        for row in rows
    ]
