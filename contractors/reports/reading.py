"""Reading a contractor as the rules want it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from accounts.models import Organisation
from contractors import rules
from contractors.models import Contractor
from contractors.rules.relations import common_signs
from records.values import policy_value

# what ``profile``, ``credit``, ``qualifications`` and ``control`` read; prefetch it for lists of contractors
READ = ("proofs", "debarments", "violations", "credit_checks", "qualifications", "controllers")
RECENT_YEARS = 3
MOST_RELATED = 20


def large_fine(on: date) -> Decimal | None:
    """What counts as 较大数额罚款 (P-08), in 元; None while the city has not set it."""
    value = policy_value("serious_fine_threshold", Organisation.objects.get(kind=Organisation.Kind.CITY), on)
    return value.value if value else None


def profile(contractor, *, on) -> rules.Profile:
    """Everything eligibility is judged on, as of the rows we hold. ``on`` is the day of judgement, kept for later texts."""
    wrongs = tuple(rules.Wrong(wrong.kind, wrong.decided_on, wrong.fine, wrong.ban_ends_on) for wrong in contractor.violations.all())
    return rules.Profile(
        name=str(contractor),
        legal_form=contractor.legal_form,
        verified=contractor.status == Contractor.Status.VERIFIED,
        fiscally_funded=contractor.fiscally_funded,
        conditions=frozenset(proof.condition for proof in contractor.proofs.all() if proof.verified_on and proof.verified_on <= on),
        bans=tuple(rules.Ban(ban.decision_no, ban.starts_on, ban.last_day) for ban in contractor.debarments.all()),
        wrongs=wrongs,
        large_fine=large_fine(on) if any(wrong.kind == "FINE" for wrong in wrongs) else None,
    )


def eligibility(contractor, *, on):
    """May this contractor bid on that day? Yields breaches."""
    return rules.eligibility_breaches(profile(contractor, on=on), on=on)


def credit(contractor, *, on):
    """P-09 for that day. Yields breaches."""
    return rules.credit_breaches(lookups(contractor), on=on)


def lookups(contractor) -> list[rules.Lookup]:
    return [rules.Lookup(check.site, check.checked_on, tuple(check.listed_in)) for check in contractor.credit_checks.all()]


def qualifications(contractor) -> dict:
    """Verified qualifications: name → last valid day (None = without end); of several the longest."""
    held: dict = {}
    for row in contractor.qualifications.all():
        if row.verified_on is None:
            continue
        if row.kind not in held or (held[row.kind] is not None and (row.valid_until is None or row.valid_until > held[row.kind])):
            held[row.kind] = row.valid_until
    return held


def control(contractor) -> rules.Control:
    """What P-10 compares."""
    held_by = frozenset(row.uscc for row in contractor.controllers.all())
    return rules.Control(
        str(contractor), contractor.uscc, contractor.representative, held_by, contractor.phone, contractor.address,
        head_id=contractor.representative_index or "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Related:
    pk: int
    name: str
    why: list[str]


def related(contractor) -> list[Related]:
    """Others of the register with the same head, telephone or address, or held by one another. Narrowed by the database first."""
    own = control(contractor)
    alike = Q(pk__in=[])
    for field in ("representative_index", "representative", "phone", "address"):
        if getattr(contractor, field):
            alike |= Q(**{field: getattr(contractor, field)})
    alike |= Q(uscc__in=own.held_by) | Q(controllers__uscc=contractor.uscc)
    rows = Contractor.objects.filter(alike).exclude(pk=contractor.pk).select_related("organisation").prefetch_related("controllers")
    found = []
    for row in rows.distinct()[:MOST_RELATED]:
        other = control(row)
        held = own.code in other.held_by or other.code in own.held_by
        why = common_signs(own, other) + (["控股或管理关系"] if held else [])
        if why:
            found.append(Related(row.pk, str(row), why))
    return found


def recent_grades(contractor, *, on) -> list[str]:
    """Grades of the last three years, city-wide (E-11), oldest first."""
    years = range(on.year - RECENT_YEARS + 1, on.year + 1)
    return list(contractor.performances.filter(year__in=years).order_by("year", "pk").values_list("grade", flat=True))
