"""Reading a contractor as the rules want it, and the contractors' part of home page and search."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from contractors import rules
from contractors.models import Contractor, Qualification
from records import clock
from records.worklist import Hit, WorkItem

# what ``profile``, ``credit``, ``qualifications`` and ``control`` read; prefetch it for lists of contractors
READ = ("proofs", "debarments", "violations", "credit_checks", "qualifications", "controllers")
SOON = timedelta(days=30)
RECENT_YEARS = 3
FOUND = 8


def profile(contractor, *, on) -> rules.Profile:
    """Everything eligibility is judged on, as of the rows we hold. ``on`` is the day of judgement, kept for later texts."""
    return rules.Profile(
        name=str(contractor),
        legal_form=contractor.legal_form,
        verified=contractor.status == Contractor.Status.VERIFIED,
        fiscally_funded=contractor.fiscally_funded,
        conditions=frozenset(proof.condition for proof in contractor.proofs.all() if proof.verified_on and proof.verified_on <= on),
        bans=tuple(rules.Ban(ban.decision_no, ban.starts_on, ban.ends_on) for ban in contractor.debarments.all()),
        wrongs=tuple(rules.Wrong(wrong.kind, wrong.decided_on, wrong.fine, wrong.ban_ends_on) for wrong in contractor.violations.all()),
    )


def eligibility(contractor, *, on):
    """May this contractor bid on that day? Yields breaches."""
    return rules.eligibility_breaches(profile(contractor, on=on), on=on)


def credit(contractor, *, on):
    """P-09 for that day. Yields breaches."""
    last = next(iter(contractor.credit_checks.all()), None)
    return rules.credit_breaches(checked_on=last.checked_on if last else None, listed_in=last.listed_in if last else (), on=on)


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
    """What P-10 compares. Without an ID number on record the name stands for the person."""
    head = contractor.representative_index or contractor.representative
    return rules.Control(str(contractor), contractor.uscc, head, frozenset(row.uscc for row in contractor.controllers.all()))


def recent_grades(contractor, *, on) -> list[str]:
    """Grades of the last three years, city-wide (E-11), oldest first."""
    years = range(on.year - RECENT_YEARS, on.year + 1)
    return list(contractor.performances.filter(year__in=years).order_by("year", "pk").values_list("grade", flat=True))


def worklist(user) -> list[WorkItem]:
    """Contractors to verify for the bureau; qualifications about to run out for the contractor."""
    items, today = [], clock.today()
    if may(user, Permission.CONTRACTOR_VERIFY):
        waiting = Contractor.objects.visible_to(user).filter(status=Contractor.Status.PENDING).select_related("organisation")
        items += [
            WorkItem(f"核实承接主体：{row}", reverse("contractors:contractor_detail", args=[row.pk]), None, "承接主体核实", "二（三）")
            for row in waiting.order_by("created_at")[:50]
        ]
    if may(user, Permission.CONTRACTOR_EDIT):
        ending = Qualification.objects.visible_to(user).filter(valid_until__lte=today + SOON).select_related("contractor")
        items += [
            WorkItem(
                f"资质即将到期：{row.kind}",
                reverse("contractors:contractor_detail", args=[row.contractor_id]),
                row.valid_until,
                "资质更新",
                "政府采购法 第二十二条",
            )
            for row in ending.order_by("valid_until")[:50]
        ]
    return items


def search(user, text: str) -> list[Hit]:
    """By name or code, within reach."""
    rows = Contractor.objects.visible_to(user).filter(Q(organisation__name__icontains=text) | Q(uscc__startswith=text.upper()))
    return [
        Hit(str(row), reverse("contractors:contractor_detail", args=[row.pk]), "承接主体", row.get_legal_form_display())
        for row in rows.select_related("organisation")[:FOUND]
    ]
