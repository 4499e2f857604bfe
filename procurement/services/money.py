"""Budgets, funding lines, what superiors issued, and the sums that bind a project to them."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts import audit
from accounts.models import Organisation
from procurement.models import SUPERIOR_SPECIAL, Budget, FundingLine, Project, ProjectFunding, SuperiorGrant
from procurement.rules import money as rules
from procurement.services.drafts import claim_draft
from records import clock
from records.refusals import uphold
from records.values import policy_value
from records.workflow import touch

ZERO = Decimal("0.00")
ENDED = (Project.Status.FAILED, Project.Status.TERMINATED)


@transaction.atomic
def create_budget(*, organisation, fiscal_year, name, amount, document, approved_on, lines, by) -> Budget:
    """A budget with its lines: [(source, amount, basis document)]. Raises Refused when the lines exceed it (F-09)."""
    uphold(
        [
            *rules.line_breaches(budget=amount, lines=[line_amount for _, line_amount, _ in lines]),
            *(breach for source, _, basis in lines for breach in rules.basis_breaches(str(source), basis)),
        ]
    )
    budget = Budget.objects.create(
        organisation=organisation,
        fiscal_year=fiscal_year,
        name=name,
        amount=amount,
        document=document,
        approved_on=approved_on,
        created_by=by,
    )
    for source, line_amount, basis in lines:
        FundingLine.objects.create(budget=budget, source=source, amount=line_amount, basis_document=basis)
    audit.record("procurement.budget.created", budget, by=by, detail={"amount": amount, "document": document, "lines": len(lines)})
    return budget


@transaction.atomic
def record_grant(*, organisation, fiscal_year, source, amount, document, issued_on, by) -> SuperiorGrant:
    """What a superior issued to the district by 指标文: the denominator of the cap (F-04)."""
    grant = SuperiorGrant.objects.create(
        organisation=organisation,
        fiscal_year=fiscal_year,
        source=source,
        amount=amount,
        document=document,
        issued_on=issued_on,
        created_by=by,
    )
    audit.record("procurement.superiorgrant.recorded", grant, by=by, detail={"amount": amount, "document": document})
    return grant


def free_amount(line: FundingLine, *, besides: Project | None = None) -> Decimal:
    """What a line still holds, leaving ``besides`` and ended projects out of the count."""
    fundings = ProjectFunding.objects.filter(line=line).exclude(project__status__in=ENDED)
    if besides is not None:
        fundings = fundings.exclude(project=besides)
    return line.amount - (fundings.aggregate(total=Sum("amount"))["total"] or ZERO)


def draws_of(project: Project) -> list[rules.Draw]:
    fundings = project.fundings.select_related("line__budget")
    return [rules.Draw(str(funding.line), funding.amount, free_amount(funding.line, besides=project)) for funding in fundings]


@transaction.atomic
def fund_project(project_id: int, *, version: int, amounts: dict[int, Decimal], by) -> Project:
    """Set what the project draws from each line (line id → 元; absent or 0 = nothing).

    Lines are locked in order, so two projects cannot both take the last 元. Only in a draft: what was approved is
    not paid from elsewhere afterwards. Raises Refused (F-09, P-46) and StaleVersion.
    """
    project = claim_draft(project_id, version)
    wanted = {line_id: amount for line_id, amount in amounts.items() if amount}
    lines = list(FundingLine.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    draws = [rules.Draw(str(line), wanted[line.pk], free_amount(line, besides=project)) for line in lines]
    uphold(breach for breach in rules.funding_breaches(plan=project.plan_amount, draws=draws) if breach.rule == "F-09")
    project.fundings.exclude(line__in=lines).delete()
    for line in lines:
        ProjectFunding.objects.update_or_create(project=project, line=line, defaults={"amount": wanted[line.pk]})
    project.finance_signed_by, project.finance_signed_at, project.finance_reason = None, None, ""  # signed for the old sums
    touch(project)
    project.save(update_fields=["version", "finance_signed_by", "finance_signed_at", "finance_reason"])
    audit.record("procurement.project.funded", project, by=by, detail={str(line): wanted[line.pk] for line in lines})
    return project


def superior_money(fundings) -> Decimal:
    return fundings.filter(line__source__in=SUPERIOR_SPECIAL).aggregate(total=Sum("amount"))["total"] or ZERO


def cap_of(district: Organisation, fiscal_year: int) -> rules.Cap:
    """F-03 for one district and year, over all its planned and signed projects."""
    grants = SuperiorGrant.objects.filter(organisation__path__startswith=district.path, fiscal_year=fiscal_year)
    received = grants.aggregate(total=Sum("amount"))["total"] or ZERO
    used = superior_money(ProjectFunding.objects.filter(project__in=Project.objects.counted_for_cap(district, fiscal_year)))
    return rules.Cap(received, used, cap_ratio(district))


def cap_ratio(district: Organisation) -> Decimal | None:
    """Percent, as the city fixed it (F-03); a district cannot set one of its own. None until it is fixed."""
    city = Organisation.objects.get(path=district.ancestor_paths()[-1])
    ratio = policy_value("cap_ratio", city, clock.today())
    return ratio.value if ratio else None


def purchaser_district(organisation: Organisation) -> Organisation:
    """Whose cap and guidance catalogue apply: the district bureau, or the organisation itself outside districts."""
    return organisation.district or organisation
