"""What still stands between a project and its next step. Pages show these breaches, verbs uphold them: one list, both times."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from procurement.models import Consultation, GuidanceEntry, Project
from procurement.rules import catalogue, money, scoring
from procurement.rules import project as rules
from procurement.services.money import cap_of, draws_of, purchaser_district, superior_money
from records import clock
from records.policy import Breach
from records.refusals import Refused
from records.values import policy_values

THRESHOLDS = ("open_tender_threshold_services", "decentralised_limit_services")


def reasons_of(project: Project) -> dict[str, str]:
    """Rule → written reason. The reason for F-03 is finance's alone."""
    reasons = {rule: text for rule, text in project.reasons.items() if text.strip() and rule != "F-03"}
    if project.finance_signed_by_id:
        reasons["F-03"] = project.finance_reason
    return reasons


def unsettled(project: Project, breaches: Iterable[Breach]) -> list[Breach]:
    """Breaches that stop: binding ones, and the others while no reason is on record."""
    reasons = reasons_of(project)
    return [breach for breach in breaches if breach.binding or breach.rule not in reasons]


def uphold_gate(project: Project, breaches: Iterable[Breach]) -> dict[str, str]:
    """Raise Refused on what is unsettled; return rule → reason of what a reason lifted, for the audit row."""
    found = list(breaches)
    stopping = unsettled(project, found)
    if stopping:
        raise Refused(stopping)
    reasons = reasons_of(project)
    return {breach.rule: reasons[breach.rule] for breach in found}


def text_of(project: Project) -> str:
    return "\n".join((project.name, project.requirement, project.qualification))


def what_breaches(project: Project) -> Iterable[Breach]:
    """What is bought: catalogue, programmes, negative list, employment, wording, standards."""
    items = list(project.items.all())
    district = purchaser_district(project.organisation)
    yield from catalogue.item_breaches([item.code for item in items], listed=listed_in_guidance(district, clock.today()))
    yield from catalogue.programme_breaches(project.programmes, offered={item.code: item.programmes for item in items})
    yield from catalogue.reserved_act_breaches(text_of(project))
    yield from catalogue.answer_breaches(catalogue.SCREENING, project.screening)
    yield from catalogue.answer_breaches(catalogue.EMPLOYMENT_TEST, project.employment_test)
    yield from rules.wording_breaches(text_of(project))
    standards = dict.fromkeys((item.code for item in items), 0)
    for code in project.standards.values_list("item__code", flat=True):
        standards[code] = standards.get(code, 0) + 1
    yield from rules.requirement_breaches(project.requirement, standards=standards, quantity=project.quantity, unit=project.unit)


def listed_in_guidance(district, on: date) -> list[str]:
    """Codes of the items that the district's own guidance catalogue holds on that day."""
    entries = GuidanceEntry.objects.filter(organisation=district, valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return list(entries.values_list("item__code", flat=True))


def money_breaches(project: Project) -> Iterable[Breach]:
    """Budget ≥ plan ≥ ceiling, the plan funded to the cent, the cap on superior special funds."""
    yield from money.funding_breaches(plan=project.plan_amount, draws=draws_of(project))
    if project.ceiling is None:
        yield Breach("P-15", money.NO_BUDGET_NO_PURCHASE, "尚未填写最高限价。")
    yield from money.chain_breaches(None, project.plan_amount, project.ceiling)
    cap = cap_of(purchaser_district(project.organisation), project.fiscal_year)
    yield from money.cap_breaches(cap, draws_superior=superior_money(project.fundings.all()) > 0)


def scale_of(project: Project) -> list[scoring.Factor]:
    """Price and the other factors as the scoring rules read them. At a fixed price the price is no factor (P-43)."""
    no_price = project.fixed_price and not project.price_weight
    price = [] if no_price else [scoring.Factor("价格", scoring.FactorKind.PRICE, project.price_weight)]
    others = [scoring.Factor(factor.name, factor.kind, factor.weight, tuple(bands_of(factor.bands))) for factor in project.factors.all()]
    return [*price, *others]


def bands_of(rows: Iterable[dict]) -> Iterable[scoring.Band]:
    return (scoring.Band(row["label"], Decimal(row["low"]), Decimal(row["high"])) for row in rows)


def how_breaches(project: Project) -> Iterable[Breach]:
    """Term, award basis, scoring weights."""
    yield from rules.term_breaches(project.starts_on, project.ends_on, project.multi_year)
    yield from rules.basis_breaches(project.award_basis)
    yield from scoring.weights_breaches(project.method, scale_of(project), fixed_price=project.fixed_price)


def survey_breaches(project: Project) -> Iterable[Breach]:
    surveys = project.consultations.filter(kind=Consultation.Kind.NEEDS_SURVEY)
    yield from rules.survey_breaches(surveys.aggregate(asked=Sum("respondents"))["asked"] or 0)


def submission_breaches(project: Project) -> list[Breach]:
    """Before the project goes to the approver."""
    return [
        *rules.purchaser_breaches(project.organisation.kind, project.purchaser_form),
        *what_breaches(project),
        *how_breaches(project),
        *money_breaches(project),
        *survey_breaches(project),
    ]


def approval_breaches(project: Project) -> list[Breach]:
    """Before approval: all of the above as it stands now, and a township's guidance opinion."""
    return [*guidance_breaches(project), *submission_breaches(project)]


def guidance_breaches(project: Project) -> Iterable[Breach]:
    kind = project.organisation.kind
    return rules.guidance_breaches(kind, opinion=project.guidance_opinion, given_on=project.guidance_on)


def publication_breaches(project: Project, *, on: date) -> list[Breach]:
    """Before the notice: public opinion, plan filed, method and thresholds, splitting, money as it stands now."""
    opinions = project.consultations.filter(kind=Consultation.Kind.PUBLIC_OPINION).values_list("started_on", "ended_on")
    found = policy_values(THRESHOLDS, project.organisation, on)
    open_threshold, limit = (found[code].value if code in found else None for code in THRESHOLDS)
    approval = project.method_approval
    return [
        *rules.opinion_breaches(list(opinions), on=on),
        *rules.plan_breaches(project.plan_number),
        *rules.method_breaches(project.method, project.ceiling, open_threshold=open_threshold, limit=limit, approval=approval),
        *rules.splitting_breaches(
            project.method, project.ceiling, others=same_category_total(project), open_threshold=open_threshold, approval=approval
        ),
        *guidance_breaches(project),
        *money_breaches(project),
    ]


def same_category_total(project: Project) -> Decimal:
    """Ceilings of the purchaser's other live projects of the year that share an item and go by another way than open tender."""
    others = Project.objects.filter(organisation=project.organisation, fiscal_year=project.fiscal_year, items__in=project.items.all())
    others = others.exclude(pk=project.pk).exclude(method=Project.Method.OPEN)
    others = others.exclude(status__in=(Project.Status.FAILED, Project.Status.TERMINATED))
    distinct = Project.objects.filter(pk__in=others.values("pk"))
    return distinct.aggregate(total=Sum("ceiling"))["total"] or Decimal("0.00")
