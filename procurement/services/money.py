"""Budgets, funding lines, what superiors issued, and the sums that bind a project to them."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Subquery, Sum

from accounts import audit
from accounts.models import Organisation
from procurement.models import SUPERIOR_SPECIAL, Budget, FundingLine, PaymentLine, Project, ProjectFunding, Source, SuperiorGrant
from procurement.rules import money as rules
from procurement.rules import plan as plan_rules
from procurement.rules import years as year_rules
from procurement.services.drafts import claim_draft, lapse_guidance
from records import clock
from records.policy import Breach
from records.refusals import lifted_by, uphold
from records.values import policy_value
from records.workflow import touch

ZERO = Decimal("0.00")
ENDED = (Project.Status.FAILED, Project.Status.TERMINATED)


@transaction.atomic
def create_budget(*, organisation, fiscal_year, name, amount, document, approved_on, lines, by, reason: str = "") -> Budget:
    """A budget with its lines: [(source, amount, basis document)]. Raises Refused when the lines exceed it (F-09).

    While the year's own input is below last year's, the reason is kept in the audit row (F-05).
    """
    labels = dict(Source.choices)
    uphold(
        [
            *rules.line_breaches(budget=amount, lines=[line_amount for _, line_amount, _ in lines]),
            *(breach for source, _, _ in lines for breach in rules.source_breaches(str(source), labels)),
            *(breach for source, _, basis in lines for breach in rules.basis_breaches(labels.get(source, source), basis)),
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
    detail = {"amount": amount, "document": document, "lines": len(lines)}
    if lifted := uphold(input_breaches(budget), reason=reason):
        detail["lifted"] = lifted_by(reason, lifted)
    audit.record("procurement.budget.created", budget, by=by, detail=detail)
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
    """What a line still holds, leaving ``besides`` out of the count. Ended projects keep only what they were paid."""
    fundings = ProjectFunding.objects.filter(line=line).exclude(project__status__in=ENDED)
    spent = PaymentLine.objects.filter(line=line, payment__contract__project__status__in=ENDED).exclude(payment__status="returned")
    if besides is not None:
        fundings, spent = fundings.exclude(project=besides), spent.exclude(payment__contract__project=besides)
    drawn, gone = (Subquery(rows.order_by().values("line").annotate(total=Sum("amount")).values("total")) for rows in (fundings, spent))
    found = FundingLine.objects.filter(pk=line.pk).annotate(drawn=drawn, gone=gone).values_list("drawn", "gone").get()
    return line.amount - sum((total or ZERO for total in found), ZERO)


def draws_of(project: Project) -> list[rules.Draw]:
    fundings = project.fundings.select_related("line__budget")
    return [draw_for(funding.line, funding.amount, project) for funding in fundings]


def draw_for(line: FundingLine, amount: Decimal, project: Project) -> rules.Draw:
    return rules.Draw(str(line), amount, free_amount(line, besides=project))


@transaction.atomic
def fund_project(project_id: int, *, version: int, amounts: dict[int, Decimal], by) -> Project:
    """Set what the project draws from each line (line id → 元; absent or 0 = nothing).

    Lines are locked in order, so two projects cannot both take the last 元. Only in a draft: what was approved is
    not paid from elsewhere afterwards. Raises Refused (F-09, P-46) and StaleVersion.
    """
    project = claim_draft(project_id, version)
    wanted = {line_id: amount for line_id, amount in amounts.items() if amount}
    lines = list(FundingLine.objects.select_for_update(of=("self",)).select_related("budget").filter(pk__in=wanted).order_by("pk"))
    uphold([*rules.draw_breaches(draw_for(line, wanted[line.pk], project) for line in lines), *split_breaches(project, lines, wanted)])
    project.fundings.exclude(line__in=lines).delete()
    for line in lines:
        ProjectFunding.objects.update_or_create(project=project, line=line, defaults={"amount": wanted[line.pk]})
    project.finance_signed_by, project.finance_signed_at, project.finance_reason = None, None, ""  # signed for the old sums
    lapse_guidance(project)
    touch(project)
    project.save(update_fields=["version", "finance_signed_by", "finance_signed_at", "finance_reason"])
    audit.record("procurement.project.funded", project, by=by, detail={str(line): wanted[line.pk] for line in lines})
    return project


def split_breaches(project: Project, lines, wanted: dict[int, Decimal]):
    """F-09: lines of the years that bear the purchase, each inside its year's share."""
    drawn: dict[int, Decimal] = {}
    for line in lines:
        drawn[line.budget.fiscal_year] = drawn.get(line.budget.fiscal_year, ZERO) + wanted[line.pk]
    shares = dict(project.year_shares.values_list("fiscal_year", "amount"))
    return year_rules.drawn_breaches(shares=shares, drawn=drawn, first=project.fiscal_year)


def own_input(district: Organisation, year: int) -> Decimal:
    """区县本级财政资金 of the year's budgets below this district: what F-05 watches."""
    rows = FundingLine.objects.filter(budget__organisation__path__startswith=district.path, budget__fiscal_year=year)
    return rows.filter(source=Source.OWN_DISTRICT).aggregate(total=Sum("amount"))["total"] or ZERO


def input_breaches(budget: Budget) -> list[Breach]:
    """F-05 for the district and year of this budget, as it stands now."""
    district, year = purchaser_district(budget.organisation), budget.fiscal_year
    return list(plan_rules.own_input_breaches(year=year, now=own_input(district, year), before=own_input(district, year - 1)))


def superior_money(fundings) -> Decimal:
    return fundings.filter(line__source__in=SUPERIOR_SPECIAL).aggregate(total=Sum("amount"))["total"] or ZERO


def cap_of(district: Organisation, fiscal_year: int) -> rules.Cap:
    """F-03 for one district and budget year, over all planned and signed projects that draw from its lines."""
    grants = SuperiorGrant.objects.standing().filter(organisation__path__startswith=district.path, fiscal_year=fiscal_year)
    received = grants.aggregate(total=Sum("amount"))["total"] or ZERO
    ended, paid = superior_payments(district, fiscal_year)
    used = superior_money(ProjectFunding.objects.counted_for_cap(district, fiscal_year)) + ended
    return rules.Cap(received, used, cap_ratio(district), paid=paid)


def superior_payments(district: Organisation, fiscal_year: int) -> tuple[Decimal, Decimal]:
    """Of superior lines: what ended purchases keep for what was paid, and all that was paid."""
    rows = PaymentLine.objects.counted_for_cap(district, fiscal_year).filter(line__source__in=SUPERIOR_SPECIAL)
    ended = Sum("amount", filter=Q(payment__contract__project__status__in=ENDED))
    found = rows.aggregate(ended=ended, paid=Sum("amount", filter=Q(payment__status="paid")))
    return found["ended"] or ZERO, found["paid"] or ZERO


def lock_cap(district: Organisation) -> None:
    """Superior money is drawn one after the other: two at once would each see only its own part inside the cap."""
    Organisation.objects.select_for_update(no_key=True).get(pk=district.pk)


def cap_ratio(district: Organisation) -> Decimal | None:
    """Percent, as the city fixed it (F-03); a district cannot set one of its own. None until it is fixed."""
    city = Organisation.objects.get(path=district.ancestor_paths()[-1])
    ratio = policy_value("cap_ratio", city, clock.today())
    return ratio.value if ratio else None


def purchaser_district(organisation: Organisation) -> Organisation:
    """Whose cap and guidance catalogue apply: the district bureau, or the organisation itself outside districts."""
    return organisation.district or organisation
