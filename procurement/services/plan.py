"""The year's plan: rows that become project drafts, budgets adjusted with their history."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts import audit
from accounts.models import Organisation
from procurement.models import Budget, BudgetAdjustment, FundingLine, PlanRow, Project, ProjectFunding, YearShare
from procurement.rules import plan as rules
from procurement.services.money import ENDED, ZERO, free_amount, fund_project, input_breaches
from procurement.services.project import create_project, edit_project
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim


def drawn_from(line: FundingLine) -> Decimal:
    return line.amount - free_amount(line)


@transaction.atomic
def adjust_budget(budget_id: int, *, amount: Decimal, lines: dict[int, Decimal], document: str, reason: str, by) -> Budget:
    """Set the budget and its lines (line id → 元) anew. Never below what projects draw; every change stays on record.

    Own input that falls below last year's is lifted by the reason (F-05), which the audit row keeps.
    """
    budget = claim(Budget.objects.select_related("organisation"), budget_id)
    rows = list(FundingLine.objects.select_for_update(of=("self",)).filter(budget=budget).order_by("pk"))
    if not document.strip() or not reason.strip():
        raise Refused.because("F-09", rules.BUDGET_LAW, "预算调整须写明调整文号和理由。")
    after = {row.pk: lines.get(row.pk, row.amount) for row in rows}
    changes = [rules.LineChange(str(row.get_source_display()), after[row.pk], drawn_from(row)) for row in rows]
    uphold(rules.adjustment_breaches(budget=amount, changes=changes))
    paper = {"budget": budget, "document": document, "reason": reason, "adjusted_by": by}
    if amount > budget.amount:
        set_amount(budget, amount, paper)
    for row in sorted(rows, key=lambda row: after[row.pk] - row.amount):  # what is taken away first, so that the sum never overflows
        set_amount(row, after[row.pk], paper, line=row)
    set_amount(budget, amount, paper)
    lifted = uphold(input_breaches(budget), reason=reason)
    detail = {"amount": amount, "document": document, "reason": reason, "lifted": {breach.rule: reason for breach in lifted}}
    audit.record("procurement.budget.adjusted", budget, by=by, detail=detail)
    return budget


def set_amount(row, after: Decimal, paper: dict, *, line: FundingLine | None = None) -> None:
    if row.amount == after:
        return
    BudgetAdjustment.objects.create(line=line, before=row.amount, after=after, **paper)
    row.amount = after
    row.save(update_fields=["amount"])


def plan_breaches(organisation: Organisation, year: int, line: FundingLine | None) -> list[Breach]:
    """F-09 over all rows of purchaser and year that are no project yet, the new one included."""
    waiting = PlanRow.objects.standing().filter(organisation=organisation, fiscal_year=year, project=None)
    drawn = ProjectFunding.objects.filter(line__budget__organisation=organisation, line__budget__fiscal_year=year)
    drawn = drawn.exclude(project__status__in=ENDED)
    free = total(Budget.objects.filter(organisation=organisation, fiscal_year=year)) - total(drawn) - promised(organisation, year)
    found = list(rules.plan_breaches(planned=total(waiting), free=free))
    if line is not None:
        planned = total(waiting.filter(line=line))
        found += rules.line_plan_breaches(line.get_source_display(), planned=planned, free=free_amount(line))
    return found


def promised(organisation: Organisation, year: int) -> Decimal:
    """What running purchases of earlier years will still take from this year's budget (F-09)."""
    rows = YearShare.objects.filter(project__organisation=organisation, fiscal_year=year, project__fiscal_year__lt=year)
    live = rows.exclude(project__status__in=ENDED)
    drawn = ProjectFunding.objects.filter(project__in=live.values("project"), line__budget__fiscal_year=year)
    return max(total(live) - total(drawn), ZERO)


def total(rows) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


@transaction.atomic
def add_plan_row(*, organisation: Organisation, fiscal_year: int, name: str, item, amount: Decimal, month: int, by, line=None) -> PlanRow:
    """One planned purchase; together they stay inside the year's budget."""
    claim(Organisation, organisation.pk)
    if PlanRow.objects.standing().filter(organisation=organisation, fiscal_year=fiscal_year, name=name).exists():
        raise Refused.because("F-09", rules.BUDGET_LAW, f"{fiscal_year} 年已有计划“{name}”。")
    facts = {"organisation": organisation, "fiscal_year": fiscal_year, "name": name, "item": item, "amount": amount}
    row = PlanRow.objects.create(month=month, line=line, created_by=by, **facts)
    uphold(plan_breaches(organisation, fiscal_year, line))
    audit.record("procurement.planrow.added", row, by=by, detail={"amount": amount, "item": item.code}, organisation=organisation)
    return row


@transaction.atomic
def add_plan_rows(rows: list[dict], *, organisation: Organisation, fiscal_year: int, by) -> list[PlanRow]:
    """All rows of a sheet or none."""
    return [add_plan_row(organisation=organisation, fiscal_year=fiscal_year, by=by, **row) for row in rows]


@transaction.atomic
def draft_from_plan(row_id: int, *, by) -> Project:
    """The project draft of a planned purchase, with its amount and money. A second call returns the first draft."""
    row = claim(PlanRow.objects.select_related("item"), row_id)
    if row.project_id:
        return row.project
    if row.struck_at:
        raise Refused.because("F-09", rules.BUDGET_LAW, "该计划已经撤销，不能立项。")
    programmes = [code for code in row.item.programmes if code != "MA"]  # medical assistance needs its own bureau as co-owner
    facts = {"organisation": row.organisation, "name": row.name, "fiscal_year": row.fiscal_year}
    project = create_project(items=[row.item], programmes=programmes, by=by, **facts)
    project = edit_project(project.pk, version=project.version, by=by, plan_amount=row.amount, ceiling=row.amount)
    if row.line_id:
        project = fund_project(project.pk, version=project.version, amounts={row.line_id: row.amount}, by=by)
    row.project = project
    row.save(update_fields=["project"])
    return project
