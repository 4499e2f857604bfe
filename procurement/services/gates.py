"""What still stands between a project and its next step. Pages show these breaches, verbs uphold them: one list, both times."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.timezone import localtime

from procurement.models import Consultation, GuidanceEntry, Project, ProjectPaper
from procurement.rules import catalogue, money, scoring, wording
from procurement.rules import deadlines as limits
from procurement.rules import project as rules
from procurement.services import deadlines, market, years
from procurement.services.lots import together_breaches, total_ceiling
from procurement.services.money import cap_of, draws_of, purchaser_district, superior_money
from records import clock
from records.policy import Breach
from records.refusals import Refused
from records.values import policy_values

THRESHOLDS = ("open_tender_threshold_services", "decentralised_limit_services")


def principles(breaches: Iterable[Breach]) -> dict[str, list[str]]:
    """Rule → everything that it says now and that a reason may lift. F-03 and T-01 are answered on pages of their own."""
    found: dict[str, list[str]] = {}
    for breach in breaches:
        if not breach.binding and breach.rule not in ("F-03", "T-01"):
            found.setdefault(breach.rule, []).append(breach.message)
    return {rule: sorted(set(messages)) for rule, messages in found.items()}


def reasons_of(project: Project, breaches: Iterable[Breach]) -> dict[str, str]:
    """Rule → written reason, as far as the rule still says what it said when the reason was written. F-03's is finance's alone."""
    now = principles(breaches)
    reasons = {
        rule: text
        for rule, text in project.reasons.items()
        if text.strip() and rule != "F-03" and (rule not in now or now[rule] == project.reasoned.get(rule))
    }
    if project.finance_signed_by_id:
        reasons["F-03"] = project.finance_reason
    return reasons


def unsettled(project: Project, breaches: Iterable[Breach]) -> list[Breach]:
    """Breaches that stop: binding ones, and the others while no reason is on record."""
    found = list(breaches)
    reasons = reasons_of(project, found)
    return [breach for breach in found if breach.binding or breach.rule not in reasons]


def uphold_gate(project: Project, breaches: Iterable[Breach]) -> dict[str, str]:
    """Raise Refused on what is unsettled; return rule → reason of what a reason lifted, for the audit row."""
    found = list(breaches)
    stopping = unsettled(project, found)
    if stopping:
        raise Refused(stopping)
    reasons = reasons_of(project, found)
    return {breach.rule: reasons[breach.rule] for breach in found}


def text_of(project: Project) -> str:
    return "\n".join((project.name, project.requirement, project.qualification))


def what_breaches(project: Project) -> Iterable[Breach]:
    """What is bought: catalogue, programmes, negative list, employment, wording, standards."""
    items = list(project.items.all())
    district = purchaser_district(project.organisation)
    names = {item.code: str(item) for item in items}
    listed = [names.get(code, code) for code in listed_in_guidance(district, clock.today())]
    yield from catalogue.item_breaches(names.values(), listed=listed)
    yield from catalogue.programme_breaches(project.programmes, offered={str(item): item.programmes for item in items})
    yield from catalogue.reserved_act_breaches(text_of(project))
    yield from catalogue.fee_breaches(text_of(project))
    yield from catalogue.answer_breaches(catalogue.SCREENING, project.screening)
    yield from catalogue.answer_breaches(catalogue.EMPLOYMENT_TEST, project.employment_test)
    yield from wording.wording_breaches(text_of(project))
    kept = Counter(standard.item_id for standard in project.standards.all())
    standards = {str(item): kept[item.pk] for item in items}
    yield from rules.requirement_breaches(project.requirement, standards=standards, quantity=project.quantity, unit=project.unit)


def listed_in_guidance(district, on: date) -> list[str]:
    """Codes of the items that the district's own guidance catalogue holds on that day."""
    entries = GuidanceEntry.objects.filter(organisation=district, valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return list(entries.values_list("item__code", flat=True))


def money_breaches(project: Project) -> Iterable[Breach]:
    """Budget ≥ plan ≥ ceiling, the plan funded to the cent, the cap on superior special funds."""
    draws, shares = draws_of(project), years.shares_of(project)
    yield from money.draw_breaches(draws) if shares else money.funding_breaches(plan=project.plan_amount, draws=draws)
    yield from years.share_breaches(project, shares)
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
    yield from market.set_aside_breaches(project)
    yield from scoring.weights_breaches(project.method, scale_of(project), fixed_price=project.fixed_price, approval=project.price_approval)


def survey_breaches(project: Project) -> Iterable[Breach]:
    surveys = [one for one in project.consultations.all() if one.kind == Consultation.Kind.NEEDS_SURVEY]
    yield from rules.survey_breaches(sum(one.respondents or 0 for one in surveys))


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
        *intent_breaches(project, on),
        *single_source_breaches(project, on),
        *rules.plan_breaches(project.plan_number),
        *rules.method_breaches(project.method, total_ceiling(project), open_threshold=open_threshold, limit=limit, approval=approval),
        *together_breaches(project),
        *rules.splitting_breaches(
            project.method, total_ceiling(project), others=same_category_total(project), open_threshold=open_threshold, approval=approval
        ),
        *guidance_breaches(project),
        *money_breaches(project),
    ]


def last_paper(project: Project, kind) -> ProjectPaper | None:
    """The newest paper of this kind that was not withdrawn."""
    return project.papers.filter(kind=kind, notice__withdrawn_at=None).order_by("issued_at", "pk").last()


def intent_breaches(project: Project, on: date) -> Iterable[Breach]:
    """T-01. An intent published anew, because it changed, begins anew."""
    intent = last_paper(project, ProjectPaper.Kind.INTENT)
    announced_on = localtime(intent.issued_at).date() if intent else None
    earliest = deadlines.end_of(limits.INTENT, announced_on) if announced_on else None
    return limits.intent_breaches(project.method, announced_on=announced_on, earliest=earliest, on=on)


def single_source_breaches(project: Project, on: date) -> Iterable[Breach]:
    """T-10, for a purchase from one supplier."""
    if project.method != Project.Method.SINGLE_SOURCE:
        return ()
    shown = last_paper(project, ProjectPaper.Kind.SINGLE_SOURCE)
    announced_on = localtime(shown.issued_at).date() if shown else None
    return limits.single_source_breaches(announced_on=announced_on, until=shown.until if shown else None, on=on)


def same_category_total(project: Project) -> Decimal:
    """Ceilings of the purchaser's other live projects of the year that share an item and go by another way than open tender."""
    others = Project.objects.filter(organisation=project.organisation, fiscal_year=project.fiscal_year, items__in=project.items.all())
    others = others.exclude(pk=project.pk).exclude(method=Project.Method.OPEN)
    others = others.exclude(status__in=(Project.Status.FAILED, Project.Status.TERMINATED))
    if project.package_id:  # the other lots are in this purchase's own total
        others = others.exclude(package=project.package_id)
    distinct = Project.objects.filter(pk__in=others.values("pk"))
    return distinct.aggregate(total=Sum("ceiling"))["total"] or Decimal("0.00")
