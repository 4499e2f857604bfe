"""What a contract says about paying, and the schedule that follows from it. Amendments adapt what no acceptance has touched yet."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from accounts import audit
from procurement.models import Contract, Instalment, PaymentTerms
from procurement.rules import payment as rules
from procurement.rules import years as year_rules
from procurement.services import years
from procurement.services.money import purchaser_district
from records import clock
from records.policy import Breach
from records.refusals import Refused
from records.values import policy_values
from records.workflow import claim

FIELDS = frozenset({"cycle", "advance_share", "retained_share", "grade_scale", "payment_days", "late_rate"})
FIGURES = ("advance_payment_share", "retained_share", "lpr_one_year")


def figures_of(contract: Contract) -> dict:
    """The authority's figures for advance, retained share and LPR on this day; None where unset."""
    found = policy_values(FIGURES, purchaser_district(contract.project.organisation), clock.today())
    return {code: found[code].value if code in found else None for code in FIGURES}


def terms_of(contract: Contract) -> PaymentTerms:
    """The contract's terms; the first time with the authority's usual shares, which a draft may still change."""
    terms = PaymentTerms.objects.filter(contract=contract).first()
    if terms is None:
        figures = figures_of(contract)
        terms = PaymentTerms.objects.create(
            contract=contract,
            advance_share=figures["advance_payment_share"] or 0,
            retained_share=min(figures["retained_share"] or 0, rules.LARGEST_RETAINED),
            grade_scale=dict(rules.USUAL_SCALE),
        )
    terms.contract = contract
    return terms


def terms_breaches(contract: Contract) -> list[Breach]:
    terms, figures = terms_of(contract), figures_of(contract)
    facts = rules.Terms(
        terms.advance_share,
        terms.retained_share,
        terms.grade_scale,
        terms.payment_days,
        terms.late_rate,
        advance_limit=figures["advance_payment_share"],
        lpr=figures["lpr_one_year"],
    )
    return list(rules.terms_breaches(facts))


def change_terms(contract: Contract, changes: dict) -> None:
    """Inside ``edit_contract``: the draft's payment terms, and the schedule with them."""
    unknown = set(changes) - FIELDS
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    terms = terms_of(contract)
    for name, value in changes.items():
        setattr(terms, name, value)
    terms.save(update_fields=list(changes))


@transaction.atomic
def set_payee(contract_id: int, *, bank: str, account: str, by) -> PaymentTerms:
    """P-63: party B's own account, entered by party B. The holder is always party B itself."""
    contract = claim(Contract, contract_id)
    if contract.status == Contract.Status.TERMINATED and not contract.accepted_amount:
        raise Refused.because("P-63", rules.IN_TIME, "合同已终止且没有验收，不需要收款账户。")
    terms = terms_of(contract)
    changed = bool(terms.payee_account) and terms.payee_account != account
    terms.payee_bank, terms.payee_account = bank.strip(), account.replace(" ", "").strip()
    terms.save(update_fields=["payee_bank", "payee_account"])
    audit.record("procurement.contract.payee_set", contract, by=by, detail={"bank": bank, "last4": account[-4:], "changed": changed})
    return terms


def account_of(contract: Contract) -> rules.Account:
    return rules.Account(
        value=contract.value,
        accepted=contract.accepted_amount,
        retained=contract.retained_amount,
        released=contract.released_amount,
        paid=contract.paid_amount,
        advance=contract.advance_amount,
        settled=contract.advance_settled,
    )


def reschedule(contract: Contract) -> int:
    """Draw the schedule anew: what an acceptance has touched stays as it is, the rest of the money goes over the rest of the term.

    The caller holds the contract. Returns how many periods there are.
    """
    if contract.starts_on is None or contract.ends_on is None:
        return 0
    kept = list(contract.instalments.filter(acceptances__isnull=False).distinct().order_by("number"))
    contract.instalments.exclude(pk__in=[one.pk for one in kept]).delete()
    start = kept[-1].period_end + timedelta(days=1) if kept else contract.starts_on
    rest = max(contract.value - sum(one.planned for one in kept), 0)
    open_periods = rules.periods(start, contract.ends_on, terms_of(contract).cycle) if start <= contract.ends_on else []
    if not open_periods and rest and kept:
        open_periods = [(kept[-1].period_start, kept[-1].period_end)]  # more money, no more time: one further paper for the last period
    number = kept[-1].number if kept else 0
    rows = planned_periods(contract, rest, open_periods)
    for step, ((begin, end), planned) in enumerate(rows, start=1):
        Instalment.objects.create(contract=contract, number=number + step, period_start=begin, period_end=end, planned=planned)
    return len(kept) + len(rows)


def planned_periods(contract: Contract, rest: Decimal, open_periods: list) -> list[tuple]:
    """Periods with their amounts. In a purchase over several years each period lies in one budget year, inside what the year bears."""
    shares = years.shares_of(contract.project)
    if not shares or not open_periods:
        return list(zip(open_periods, rules.spread(rest, open_periods), strict=True))
    rows, parts = [], year_rules.cut(open_periods)
    for year, amount in year_rules.split(rest, years.room_of(contract, shares, since=parts[0][1].year)).items():
        own = [part for part in parts if part[1].year == year]
        rows += zip(own, rules.spread(amount, own), strict=True)
    return rows


def ensure_schedule(contract: Contract) -> None:
    if not contract.instalments.exists():
        reschedule(contract)
