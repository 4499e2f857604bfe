"""续签: a further year of a contract, drafted, reviewed by another person, signed by party B (P-22, E-12, F-09, P-08, P-65)."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent
from accounts.roles import Role
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Contract, GradeNotice, Renewal
from procurement.rules import project as project_rules
from procurement.rules import renewal as rules
from procurement.rules import years as year_rules
from procurement.services import years
from records import clock, messages
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Status = Renewal.Status
HANDLING = tuple(f"procurement.renewal.{verb}" for verb in ("drafted", "edited", "under_review"))


def url_of(renewal: Renewal) -> str:
    return reverse("procurement:renewal_detail", args=[renewal.pk])


def needed_of(contract: Contract) -> list[int]:
    """Years of this contract that open by a renewal only."""
    shares = years.shares_of(contract.project)
    term = [year for year in year_rules.years_of(contract.starts_on, contract.ends_on) if year in shares]
    return rules.renewed_years(contract.starts_on, contract.ends_on, term)


def in_force_of(contract: Contract) -> list[int]:
    return list(contract.renewals.filter(status=Status.IN_FORCE).values_list("fiscal_year", flat=True))


def next_year(contract: Contract) -> int | None:
    """The year to renew now: the earliest that is not in force, while nobody is at it. What was given up may be taken up again."""
    in_force = in_force_of(contract)
    year = next((year for year in needed_of(contract) if year not in in_force), None)
    return None if contract.renewals.filter(fiscal_year=year, status__in=Renewal.OPEN).exists() else year


def grades_until(contract: Contract, year: int) -> list[GradeNotice]:
    """Published results that speak for ``year``: the newest one of each period, and the last of them of the year before."""
    rows = {row.period_end: row for row in contract.grade_notices.filter(period_end__year__lt=year).order_by("period_end", "pk")}
    found = list(rows.values())
    return found if found and found[-1].period_end.year == year - 1 else []


def renewal_breaches(renewal: Renewal, on: date) -> list[Breach]:
    """Judged at each step anew: term, order, money, standing, evaluation, and whether party B is shut out today."""
    contract, year = renewal.contract, renewal.fiscal_year
    bans = contractor_reports.profile(contract.contractor, on=on).bans
    part = years.planned_of(contract).get(year, years.ZERO)
    return [
        *rules.standing_breaches(in_service=contract.status == Contract.Status.IN_SERVICE, status=contract.get_status_display()),
        *rules.year_breaches(year, needed=needed_of(contract), taken=in_force_of(contract)),
        *contractor_rules.ban_breaches(bans, on=on),
        *rules.amount_breaches(renewal.amount, part),
        *years.unfunded_breaches(contract, year),
        *rules.evaluation_breaches(year, [row.grade for row in grades_until(contract, year)]),
    ]


def missing_breaches(contract: Contract, year: int) -> list[Breach]:
    """P-22 before anything of that year is accepted."""
    needed = needed_of(contract)
    return list(rules.missing_breaches(year, needed=needed, in_force=in_force_of(contract))) if needed else []


def lift(renewal: Renewal) -> dict[str, str]:
    """Rule → reason of what the written reason lifts; Refused on the rest."""
    lifted = uphold(renewal_breaches(renewal, clock.today()), reason=renewal.reason)
    return {breach.rule: renewal.reason for breach in lifted}


@transaction.atomic
def draft_renewal(contract_id: int, *, by, reason: str = "") -> Renewal:
    """The next year, with the contract's part of it. What no review could heal is told at once; money may still follow."""
    contract = claim(Contract.objects.select_related("project", "contractor"), contract_id)
    year = next_year(contract)
    if year is None:
        needed = needed_of(contract)
        message = "各年度的续签都已办理或者正在办理。" if needed else "合同期限不超过一年，没有以后年度可以续签；期满仍需要的，重新采购。"
        raise Refused.because("P-22", rules.BY_RESULT, message)
    part = years.planned_of(contract).get(year, years.ZERO)
    renewal = Renewal(contract=contract, fiscal_year=year, amount=part, reason=reason.strip(), drafted_by=by)
    found = renewal_breaches(renewal, clock.today())
    uphold(breach for breach in found if breach.binding and breach.rule != "F-09")
    renewal.save()
    audit.record("procurement.renewal.drafted", renewal, by=by, detail={"year": year, "amount": part, "reason": reason})
    return renewal


def claim_with_contract(renewal_id: int, version: int | None) -> Renewal:
    """Contract first, then the renewal: the order of every verb on contract money."""
    contract = claim(
        Contract.objects.select_related("project", "contractor"), Renewal.objects.values_list("contract_id", flat=True).get(pk=renewal_id)
    )
    renewal = claim(Renewal, renewal_id, version=version)
    renewal.contract = contract
    return renewal


@transaction.atomic
def edit_renewal(renewal_id: int, *, version: int, by, reason: str) -> Renewal:
    """The reason; the amount follows the contract's payment schedule."""
    renewal = claim_with_contract(renewal_id, version)
    if renewal.status != Status.DRAFT:
        raise Refused.because("P-22", rules.BY_RESULT, f"续签现为“{renewal.get_status_display()}”，不能修改。")
    renewal.reason = reason.strip()
    renewal.amount = years.planned_of(renewal.contract).get(renewal.fiscal_year, renewal.amount)
    touch(renewal)
    renewal.save(update_fields=["reason", "amount", "version"])
    audit.record("procurement.renewal.edited", renewal, by=by, detail={"amount": renewal.amount, "reason": reason})
    return renewal


@transaction.atomic
def submit_renewal(renewal_id: int, *, version: int, by) -> Renewal:
    renewal = claim_with_contract(renewal_id, version)
    lifted = lift(renewal)
    grades = grades_until(renewal.contract, renewal.fiscal_year)
    renewal.grade_notice = grades[-1] if grades else None
    renewal.save(update_fields=["grade_notice"])
    return move(renewal, Status.UNDER_REVIEW, by=by, detail={"lifted": lifted})


def reviewer_breaches(renewal: Renewal, person) -> list[Breach]:
    """P-65: not by its handler."""
    wrote = AuditEvent.objects.about(renewal).filter(action__in=HANDLING, actor=person).exists()
    handlers = {"续签起草": renewal.drafted_by_id, "续签修改或送审": person.pk if wrote else None}
    return list(project_rules.other_person_breaches(person.pk, handlers=handlers, act="续签审查"))


@transaction.atomic
def approve_renewal(renewal_id: int, *, version: int, by, note: str = "") -> Renewal:
    renewal = claim_with_contract(renewal_id, version)
    uphold(reviewer_breaches(renewal, by))
    lifted = lift(renewal)
    renewal.reviewed_by, renewal.reviewed_at = by, clock.now()
    renewal.save(update_fields=["reviewed_by", "reviewed_at"])
    move(renewal, Status.APPROVED, by=by, note=note, detail={"lifted": lifted})
    title = f"续签待签署：{renewal.contract.project.name} {renewal.fiscal_year} 年度"
    party = renewal.contract.contractor.organisation
    messages.to_role(party, Role.CONTRACTOR_ADMIN, title, url=url_of(renewal), key=f"renewal-sign:{renewal.pk}:{renewal.version}")
    return renewal


@transaction.atomic
def return_renewal(renewal_id: int, *, version: int, by, note: str) -> Renewal:
    renewal = claim(Renewal, renewal_id, version=version)
    if not note.strip():
        raise Refused.because("P-65", project_rules.DUTIES, "退回须写明原因。")
    renewal.reviewed_by, renewal.reviewed_at = None, None
    renewal.save(update_fields=["reviewed_by", "reviewed_at"])
    return move(renewal, Status.DRAFT, by=by, note=note)


@transaction.atomic
def withdraw_renewal(renewal_id: int, *, version: int, by, note: str) -> Renewal:
    """Decided not to renew: on file with its reason; the contractor is told."""
    renewal = claim_with_contract(renewal_id, version)
    if not note.strip():
        raise Refused.because("P-22", rules.BY_RESULT, "不续签须写明原因。")
    move(renewal, Status.WITHDRAWN, by=by, note=note)
    title = f"不续签：{renewal.contract.project.name} {renewal.fiscal_year} 年度"
    party = renewal.contract.contractor.organisation
    messages.to_role(party, Role.CONTRACTOR_ADMIN, title, note, url=url_of(renewal), key=f"renewal-withdrawn:{renewal.pk}")
    return renewal


@transaction.atomic
def sign_renewal(renewal_id: int, *, version: int, by) -> Renewal:
    """Party B signs: from here the year is in force, and what is done in it may be accepted and paid."""
    renewal = claim_with_contract(renewal_id, version)
    lifted = lift(renewal)
    renewal.signed_by, renewal.signed_at = by, clock.now()
    renewal.save(update_fields=["signed_by", "signed_at"])
    return move(renewal, Status.IN_FORCE, by=by, detail={"year": renewal.fiscal_year, "amount": renewal.amount, "lifted": lifted})
