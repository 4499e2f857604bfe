"""The split of a purchase over budget years: set in the draft, funded year by year, held along the whole chain (F-09)."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum

from accounts import audit
from procurement.models import Acceptance, Contract, FundingLine, Payment, Project, ProjectFunding, YearShare
from procurement.rules import money
from procurement.rules import years as rules
from procurement.services.drafts import claim_draft, lapse_guidance
from procurement.services.money import cap_of, draw_for, lock_cap, purchaser_district, superior_money
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, touch

ZERO = Decimal("0.00")
FUNDED_LATER = (Project.Status.AWARDED, Project.Status.CONTRACTED, Project.Status.IN_SERVICE, Project.Status.ACCEPTED)


def shares_of(project: Project) -> dict[int, Decimal]:
    """Year → what it bears. Empty for a purchase of one year."""
    return dict(project.year_shares.values_list("fiscal_year", "amount"))


def drawn_of(project: Project) -> dict[int, Decimal]:
    """Budget year → what the project draws from its lines."""
    rows = project.fundings.values_list("line__budget__fiscal_year").annotate(total=Sum("amount"))
    return dict(rows.order_by("line__budget__fiscal_year"))


def share_breaches(project: Project, shares: dict[int, Decimal] | None = None) -> list[Breach]:
    """F-09 and P-15 of the split: complete, and covered for the years whose budget is there."""
    shares = shares_of(project) if shares is None else shares
    drawn = drawn_of(project)
    return [
        *rules.share_breaches(plan=project.plan_amount, shares=shares, starts=project.starts_on, ends=project.ends_on),
        *rules.drawn_breaches(shares=shares, drawn=drawn, first=project.fiscal_year),
        *rules.covered_breaches(shares=shares, drawn=drawn, until=project.fiscal_year),
    ]


@transaction.atomic
def set_shares(project_id: int, *, version: int, amounts: dict[int, Decimal], by) -> Project:
    """What each budget year bears (year → 元; none = a purchase of one year). Funds that no longer fit are let go."""
    project = claim_draft(project_id, version)
    wanted = {year: amount for year, amount in amounts.items() if amount}
    if wanted == shares_of(project):
        return project
    uphold(rules.share_breaches(plan=project.plan_amount, shares=wanted, starts=project.starts_on, ends=project.ends_on) if wanted else ())
    for year, drawn in drawn_of(project).items():
        if wanted and drawn > wanted.get(year, ZERO):
            project.fundings.filter(line__budget__fiscal_year=year).delete()
    project.year_shares.all().delete()
    lapse_guidance(project)
    YearShare.objects.bulk_create(YearShare(project=project, fiscal_year=year, amount=amount) for year, amount in sorted(wanted.items()))
    touch(project)
    project.save(update_fields=["version"])
    audit.record("procurement.project.split", project, by=by, detail={str(year): amount for year, amount in sorted(wanted.items())})
    return project


@transaction.atomic
def fund_year(project_id: int, *, version: int, year: int, amounts: dict[int, Decimal], by, reason: str = "") -> Project:
    """Finance: what a later year's approved budget gives to a running purchase (line id → 元), at most the year's share.

    The first year was funded in the draft and stays. Raises Refused (F-09, F-03 without a reason) and StaleVersion.
    """
    project = claim(Project.objects.select_related("organisation"), project_id, version=version)
    uphold(later_breaches(project, year))
    wanted = {pk: amount for pk, amount in amounts.items() if amount}
    lines = list(FundingLine.objects.select_for_update(of=("self",)).select_related("budget").filter(pk__in=wanted).order_by("pk"))
    uphold(line_breaches(project, year, lines))
    draws = [draw_for(line, wanted[line.pk], project) for line in lines]
    shares, drawn = shares_of(project), {year: sum(wanted.values(), ZERO)}
    uphold([*money.draw_breaches(draws), *rules.drawn_breaches(shares=shares, drawn=drawn, first=project.fiscal_year)])
    uphold(kept_breaches(project, year, drawn[year]))
    project.fundings.filter(line__budget__fiscal_year=year).exclude(line__in=lines).delete()
    for line in lines:
        ProjectFunding.objects.update_or_create(project=project, line=line, defaults={"amount": wanted[line.pk]})
    district = purchaser_district(project.organisation)
    lock_cap(district)
    superior = superior_money(project.fundings.filter(line__budget__fiscal_year=year)) > 0
    lifted = uphold(money.cap_breaches(cap_of(district, year), draws_superior=superior), reason=reason)
    touch(project)
    project.save(update_fields=["version"])
    detail = {"year": year, **{str(line): wanted[line.pk] for line in lines}, "lifted": {breach.rule: reason for breach in lifted}}
    audit.record("procurement.project.year_funded", project, by=by, detail=detail)
    return project


def later_breaches(project: Project, year: int, shares: Collection[int] | None = None) -> list[Breach]:
    """Whether this year of this project is funded now. ``shares``: its years, where the caller has read them."""
    if year not in (shares_of(project) if shares is None else shares) or year <= project.fiscal_year:
        return [Breach("F-09", money.BUDGET_LAW, f"{year} 年度不是本项目以后年度的预算年度。")]
    if project.status not in FUNDED_LATER:
        return [Breach("F-09", money.BUDGET_LAW, f"项目现为“{project.get_status_display()}”，成交后、履行期内才安排以后年度资金。")]
    return []


def line_breaches(project: Project, year: int, lines) -> list[Breach]:
    """Only lines of the purchaser's own budget of that year."""
    foreign = [line for line in lines if line.budget.fiscal_year != year or line.budget.organisation_id != project.organisation_id]
    return [Breach("F-09", money.BUDGET_LAW, f"{line}不是购买主体 {year} 年度预算的资金来源。") for line in foreign]


def kept_breaches(project: Project, year: int, after: Decimal) -> list[Breach]:
    """What was accepted in the year stays funded."""
    row = next((one for one in chain_of(project) if one.year == year), None)
    if row is None or after >= row.accepted:
        return []
    return [Breach("F-09", money.BUDGET_LAW, f"{year} 年度已验收 {money.yuan(row.accepted)}，资金不能少于这个数。")]


# The chain by year


def contract_of(project: Project) -> Contract | None:
    return Contract.objects.filter(project=project).first()


def planned_of(contract: Contract) -> dict[int, Decimal]:
    """Budget year → Σ of its periods in the payment schedule: what of the contract the year bears."""
    found = defaultdict(lambda: ZERO)
    for end, planned in contract.instalments.values_list("period_end", "planned"):
        found[end.year] += planned
    return dict(found)


def accepted_of(contract: Contract) -> dict[int, Decimal]:
    rows = contract.acceptances.filter(status__in=Acceptance.CONCLUDED).values_list("instalment__period_end__year")
    return dict(rows.annotate(total=Sum("amount")).order_by("instalment__period_end__year"))


def paid_of(contract: Contract) -> dict[int, Decimal]:
    """Settled by accepted periods of the year, set-off advance included."""
    rows = contract.payments.filter(status=Payment.Status.PAID, acceptance__isnull=False)
    rows = rows.values_list("acceptance__instalment__period_end__year").annotate(total=Sum(F("amount") + F("offset")))
    return dict(rows.order_by("acceptance__instalment__period_end__year"))


def chain_of(project: Project) -> list[rules.Year]:
    """One row for each budget year. A purchase of one year has one row: all of it is that year's."""
    shares, drawn, contract = shares_of(project), drawn_of(project), contract_of(project)
    if not shares:
        return [whole_of(project, drawn, contract)]
    ceilings = rules.split(project.ceiling, shares) if project.ceiling is not None else {}
    sums = [sums_of(contract) for sums_of in (planned_of, accepted_of, paid_of)] if contract else [{}, {}, {}]
    planned, accepted, paid = sums
    return [
        rules.Year(
            year,
            drawn.get(year, ZERO),
            share,
            ceilings.get(year),
            planned.get(year, ZERO) if contract else None,
            accepted.get(year, ZERO),
            paid.get(year, ZERO),
        )
        for year, share in sorted(shares.items())
    ]


def whole_of(project: Project, drawn: dict, contract: Contract | None) -> rules.Year:
    facts = (contract.value, contract.accepted_amount, contract.paid_amount) if contract else (None, ZERO, ZERO)
    return rules.Year(project.fiscal_year, sum(drawn.values(), ZERO), project.plan_amount or ZERO, project.ceiling, *facts)


def contract_breaches(contract: Contract) -> list[Breach]:
    """Before review and signing: a term over one year is split, and its years bear the contract."""
    shares = shares_of(contract.project)
    if not shares:
        return list(rules.share_breaches(plan=None, shares={}, starts=contract.starts_on, ends=contract.ends_on))
    term = rules.years_of(contract.starts_on, contract.ends_on)
    return [*rules.missing_breaches(term, shares), *rules.room_breaches(contract.value, room_of(contract, shares))]


def room_of(contract: Contract, shares: dict[int, Decimal], *, since: int = 0) -> dict[int, Decimal]:
    """What each year of the term still bears beside the periods that an acceptance has touched."""
    kept = defaultdict(lambda: ZERO)
    for end, planned in contract.instalments.filter(acceptances__isnull=False).distinct().values_list("period_end", "planned"):
        kept[end.year] += planned
    years = [year for year in rules.years_of(contract.starts_on, contract.ends_on) if year >= since]
    return {year: shares[year] - kept[year] for year in years if year in shares}


def change_breaches(contract: Contract, *, value: Decimal, ends_on, more: dict[int, Decimal]) -> list[Breach]:
    """F-09 of an amendment: the new value fits into the years that are left, with what the supplement adds to its year."""
    shares = shares_of(contract.project)
    if not shares:
        longer = ends_on is not None and ends_on > contract.ends_on
        return list(rules.share_breaches(plan=None, shares={}, starts=contract.starts_on, ends=ends_on)) if longer else []
    kept = contract.instalments.filter(acceptances__isnull=False).distinct().order_by("number")
    done = sum((one.planned for one in kept), ZERO)
    last = kept.last()
    contract.ends_on, before = ends_on or contract.ends_on, contract.ends_on
    grown = {year: amount + more.get(year, ZERO) for year, amount in shares.items()}
    room = room_of(contract, grown, since=last.period_end.year if last else 0)
    contract.ends_on = before
    term = rules.years_of(contract.starts_on, ends_on or before)
    return [*rules.missing_breaches(term, shares), *rules.room_breaches(value - done, room)]


def unfunded_breaches(contract: Contract, year: int) -> list[Breach]:
    """F-09: the budget of that year bears what is accepted in it."""
    rows = (row for row in chain_of(contract.project) if row.year == year)
    return [breach for row in rows for breach in rules.unfunded_breaches(row)] if shares_of(contract.project) else []


def left_of(contract: Contract, year: int) -> Decimal:
    """What of the contract may still be accepted; in a purchase over several years, of that year's part."""
    whole = contract.value - contract.accepted_amount
    if not shares_of(contract.project):
        return whole
    return min(whole, planned_of(contract).get(year, ZERO) - accepted_of(contract).get(year, ZERO))


def add_to_share(project: Project, year: int, amount: Decimal) -> None:
    """A supplement's money on top of its year. The caller holds the contract and judged it."""
    share = project.year_shares.filter(fiscal_year=year).first()
    if share is None:
        raise Refused.because("F-09", money.BUDGET_LAW, f"{year} 年度不承担本项目，请选择合同期内年度的资金来源。")
    share.amount += amount
    share.save(update_fields=["amount"])
