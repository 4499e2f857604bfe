"""Changing a signed contract: drafted, reviewed by another person, signed by party B; then money, term and schedules follow at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.models import SUPERIOR_SPECIAL, Amendment, Contract, FundingLine, ProjectFunding
from procurement.rules import amendment as rules
from procurement.rules import money
from procurement.rules import project as project_rules
from procurement.services import years
from procurement.services.money import cap_of, free_amount, lock_cap, purchaser_district
from procurement.services.releases import release
from procurement.services.report import adapt_schedule
from procurement.services.service import clip_orders
from procurement.services.terms import reschedule
from records import clock, messages
from records.disclosure import personal_data_breaches
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Status = Amendment.Status
CHANGEABLE = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)
FIELDS = frozenset(
    {"ground", "increase", "decrease", "ends_on", "content", "reason", "evidence", "same_terms", "funding_line"},
)
HANDLING = tuple(f"procurement.amendment.{verb}" for verb in ("drafted", "edited", "under_review"))
ZERO = Decimal("0.00")


def url_of(amendment: Amendment) -> str:
    return reverse("procurement:amendment_detail", args=[amendment.pk])


def change_of(amendment: Amendment) -> rules.Change:
    contract = amendment.contract
    return rules.Change(
        ground=amendment.ground,
        increase=amendment.increase,
        decrease=amendment.decrease,
        ends_on=amendment.ends_on,
        content=amendment.content,
        reason=amendment.reason,
        evidence=amendment.evidence,
        same_terms=amendment.same_terms,
        original=contract.amount,
        supplements=contract.supplement_amount,
        value=contract.value,
        accepted=contract.accepted_amount,
        starts_on=contract.starts_on,
        current_end=contract.ends_on,
        conditions=contract.project.multi_year,
    )


def shortfall_of(amendment: Amendment) -> Decimal:
    """What the project's funds do not cover of the contract with this supplement. Later years count as what they bear (F-09)."""
    contract = amendment.contract
    promised = sum(years.shares_of(contract.project).values(), ZERO)
    funded = max(promised, contract.project.fundings.aggregate(total=Sum("amount"))["total"] or ZERO)
    return max(contract.value + amendment.increase - funded, ZERO) if amendment.increase else ZERO


def amendment_breaches(amendment: Amendment, on: date) -> list[Breach]:
    """Judged at every step anew: what was inside 10 % last week may not be today."""
    line, missing = amendment.funding_line, shortfall_of(amendment)
    change = change_of(amendment)
    more = {line.budget.fiscal_year: missing} if line else {}
    return [
        *rules.change_breaches(change, on=on),
        *rules.inside_budget_breaches(missing, free_amount(line) if line else None),
        *cap_breaches(amendment, missing),
        *years.change_breaches(
            amendment.contract, value=change.value + change.increase - change.decrease, ends_on=change.ends_on, more=more
        ),
    ]


def cap_breaches(amendment: Amendment, missing: Decimal) -> list[Breach]:
    """F-03: more superior money stays under the cap as well; while there is no ratio, finance answers for it in writing."""
    line = amendment.funding_line
    if line is None or not missing or line.source not in SUPERIOR_SPECIAL:
        return []
    cap = cap_of(purchaser_district(amendment.contract.project.organisation), line.budget.fiscal_year)
    found = money.cap_breaches(replace(cap, used=cap.used + missing), draws_superior=True)
    return [breach for breach in found if breach.binding or not amendment.finance_reason]


@transaction.atomic
def sign_off_funds(amendment_id: int, *, version: int, reason: str, by) -> Amendment:
    """F-03: finance's written answer for paying this supplement from superior money while the city has fixed no ratio."""
    amendment = claim_with_contract(amendment_id, version)
    if amendment.status not in Amendment.OPEN or not reason.strip():
        raise Refused.because("F-03", money.SOURCES, "变更办结前，请填写资金会签意见。")
    handlers = {"变更起草": amendment.drafted_by_id}
    uphold(project_rules.other_person_breaches(by.pk, handlers=handlers, act="资金会签"))
    amendment.finance_signed_by, amendment.finance_reason = by, reason.strip()
    touch(amendment)
    amendment.save(update_fields=["finance_signed_by", "finance_reason", "version"])
    audit.record("procurement.amendment.funds_signed", amendment, by=by, detail={"reason": reason})
    return amendment


@transaction.atomic
def draft_amendment(contract_id: int, *, by, **values) -> Amendment:
    """One at a time: the next one is drafted when this one is in force or withdrawn."""
    check_fields(values)
    contract = claim(Contract.objects.select_related("project"), contract_id)
    if contract.status not in CHANGEABLE:
        raise Refused.because("P-24", rules.NO_CHANGE, f"合同现为“{contract.get_status_display()}”，不能变更。")
    other = contract.amendments.filter(status__in=Amendment.OPEN).select_related("drafted_by").first()
    if other:
        raise Refused.because(
            "P-24", rules.NO_CHANGE, f"{other.drafted_by}起草的“{other}”正在办理（{other.get_status_display()}），办结后再起草。"
        )
    number = contract.amendments.count() + 1
    amendment = Amendment(contract=contract, number=number, drafted_by=by, previous_ends_on=contract.ends_on, **values)
    refuse_at_once(amendment)
    amendment.save()
    audit.record("procurement.amendment.drafted", amendment, by=by, detail=detail_of(amendment))
    return amendment


def check_fields(values: dict) -> None:
    unknown = set(values) - FIELDS
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")


def refuse_at_once(amendment: Amendment) -> None:
    """What no review could heal is told while it is typed: P-23, P-24, F-09."""
    uphold(rules.change_breaches(change_of(amendment), on=clock.today()))


def detail_of(amendment: Amendment) -> dict:
    names = ("ground", "increase", "decrease", "ends_on", "reason")
    return {name: getattr(amendment, name) for name in names}


@transaction.atomic
def edit_amendment(amendment_id: int, *, version: int, by, **values) -> Amendment:
    check_fields(values)
    amendment = claim(Amendment.objects.select_related("contract__project"), amendment_id, version=version)
    if amendment.status != Status.DRAFT:
        raise Refused.because("P-24", rules.NO_CHANGE, f"变更现为“{amendment.get_status_display()}”，不能修改。")
    for name, value in values.items():
        setattr(amendment, name, value)
    amendment.finance_signed_by, amendment.finance_reason = None, ""  # signed for the old sums
    refuse_at_once(amendment)
    touch(amendment)
    amendment.save(update_fields=[*values, "finance_signed_by", "finance_reason", "version"])
    audit.record("procurement.amendment.edited", amendment, by=by, detail=detail_of(amendment))
    return amendment


def claim_with_contract(amendment_id: int, version: int | None) -> Amendment:
    """Contract first, then the amendment: the order of every verb on contract money."""
    contract = claim(
        Contract.objects.select_related("project"), Amendment.objects.values_list("contract_id", flat=True).get(pk=amendment_id)
    )
    amendment = claim(Amendment, amendment_id, version=version)
    amendment.contract = contract
    return amendment


@transaction.atomic
def submit_amendment(amendment_id: int, *, version: int, by) -> Amendment:
    amendment = claim_with_contract(amendment_id, version)
    uphold([*amendment_breaches(amendment, clock.today()), *personal_data_breaches(amendment.content.splitlines())])
    return move(amendment, Status.UNDER_REVIEW, by=by)


def reviewer_breaches(amendment: Amendment, person) -> list[Breach]:
    """P-65: not by its handler."""
    wrote = AuditEvent.objects.about(amendment).filter(action__in=HANDLING, actor=person).exists()
    handlers = {"变更起草": amendment.drafted_by_id, "变更修改或送审": person.pk if wrote else None}
    return list(project_rules.other_person_breaches(person.pk, handlers=handlers, act="变更审查"))


@transaction.atomic
def approve_amendment(amendment_id: int, *, version: int, by, note: str = "") -> Amendment:
    amendment = claim_with_contract(amendment_id, version)
    uphold([*reviewer_breaches(amendment, by), *amendment_breaches(amendment, clock.today())])
    amendment.reviewed_by, amendment.reviewed_at = by, clock.now()
    amendment.save(update_fields=["reviewed_by", "reviewed_at"])
    move(amendment, Status.APPROVED, by=by, note=note)
    title = f"合同变更待签署：{amendment.contract.project.name}"
    party = amendment.contract.contractor.organisation
    messages.to_role(party, Role.CONTRACTOR_ADMIN, title, url=url_of(amendment), key=f"amendment-sign:{amendment.pk}:{amendment.version}")
    return amendment


@transaction.atomic
def return_amendment(amendment_id: int, *, version: int, by, note: str) -> Amendment:
    amendment = claim(Amendment, amendment_id, version=version)
    if not note.strip():
        raise Refused.because("P-65", project_rules.DUTIES, "退回须写明原因。")
    amendment.reviewed_by, amendment.reviewed_at = None, None
    amendment.save(update_fields=["reviewed_by", "reviewed_at"])
    return move(amendment, Status.DRAFT, by=by, note=note)


@transaction.atomic
def withdraw_amendment(amendment_id: int, *, version: int, by, note: str) -> Amendment:
    """Given up before it came into force; it stays on file."""
    amendment = claim(Amendment, amendment_id, version=version)
    if not note.strip():
        raise Refused.because("P-24", rules.NO_CHANGE, "撤回变更须写明原因。")
    return move(amendment, Status.WITHDRAWN, by=by, note=note)


@transaction.atomic
def sign_amendment(amendment_id: int, *, version: int, by) -> Amendment:
    """Party B signs: from here it binds. Sums, term, payment schedule and reports follow in the same transaction."""
    amendment = claim_with_contract(amendment_id, version)
    contract = amendment.contract
    if amendment.funding_line_id:
        amendment.funding_line = claim(FundingLine.objects.select_related("budget"), amendment.funding_line_id)
        lock_cap(purchaser_district(contract.project.organisation))
    uphold(amendment_breaches(amendment, clock.today()))
    fund(amendment, by)
    amendment.signed_by, amendment.signed_at = by, clock.now()
    amendment.save(update_fields=["signed_by", "signed_at"])
    contract.supplement_amount += amendment.increase
    contract.reduced_amount += amendment.decrease
    shorter = amendment.ends_on is not None and amendment.ends_on < contract.ends_on
    contract.ends_on = amendment.ends_on or contract.ends_on
    touch(contract)
    contract.save(update_fields=["supplement_amount", "reduced_amount", "ends_on", "version"])
    reschedule(contract)
    if contract.status == Contract.Status.IN_SERVICE:
        adapt_schedule(contract)
    if shorter:
        clip_orders(contract, by=by)
    move(amendment, Status.IN_FORCE, by=by, detail=detail_of(amendment))
    audit.record("procurement.contract.amended", contract, by=by, detail={"number": amendment.number, "value": contract.value})
    release(contract.project, "contractAmendment")
    return amendment


def fund(amendment: Amendment, by) -> None:
    """Draw what is missing from the chosen line; the caller holds it."""
    missing = shortfall_of(amendment)
    if not missing:
        return
    project, line = amendment.contract.project, amendment.funding_line
    if years.shares_of(project):
        years.add_to_share(project, line.budget.fiscal_year, missing)
    row, fresh = ProjectFunding.objects.get_or_create(project=project, line=line, defaults={"amount": missing})
    if not fresh:
        row.amount += missing
        row.save(update_fields=["amount"])
    audit.record("procurement.project.funded", project, by=by, detail={str(line): missing, "amendment": amendment.number})
