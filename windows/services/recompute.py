"""A year's calendar was corrected: the due days of open clocks follow, all in one transaction, each move on record (D-02)."""

from datetime import date

from django.db import transaction

from accounts import audit
from records import clock, workdays
from records.models import CalendarYear
from records.workflow import claim
from windows.models import Case, CaseStep, RecomputedYear, Referral
from windows.models.case import OPEN
from windows.services import clocks, minutes, objections


@transaction.atomic
def recompute_corrected() -> int:
    """Recompute every open clock that runs through a year whose calendar is not the one it was last computed with.

    Returns how many due days moved; a second run finds the digests equal and changes nothing.
    """
    workdays.refresh()
    known = dict(RecomputedYear.objects.select_for_update().values_list("year", "digest"))
    changed = [row for row in CalendarYear.objects.order_by("year") if known.get(row.year) != row.digest]
    if not changed:
        return 0
    years = [row.year for row in changed]
    sources = "；".join(f"{row.year} 年：{row.source}" for row in changed if row.year in known)
    moved = recompute(date(min(years), 1, 1), date(max(years), 12, 31), reason=f"工作日历更正（{sources}）" if sources else "工作日历录入")
    for row in changed:
        values = {"digest": row.digest, "recomputed_at": clock.now()}
        RecomputedYear.objects.update_or_create(year=row.year, defaults=values)
    return moved


@transaction.atomic
def recompute(first: date, last: date, *, reason: str) -> int:
    """The open clocks that run between ``first`` and ``last``, computed anew, and the days of objections and of meetings' decisions.

    The case is locked before its clocks, as in every verb.
    """
    cases = {row.case_id for rows in _running() for row in rows.filter(starts_on__lte=last, due_on__gte=first) if _moved(row)}
    moved = sum(_recompute_case(pk, reason) for pk in sorted(cases))
    return moved + objections.recompute(first, last, reason=reason) + minutes.recompute(first, last, reason=reason)


def _running():
    steps = CaseStep.objects.filter(status=CaseStep.Status.RUNNING, case__status__in=OPEN, due_on__isnull=False)
    referrals = Referral.objects.open().filter(due_on__isnull=False)
    return [rows.prefetch_related("standstills") for rows in (steps, referrals)]


def _moved(row) -> bool:
    """Sets the due day anew. Not saved."""
    before = row.due_on
    clocks.set_due(row, clocks.standstills(row))
    return row.due_on != before


def _recompute_case(pk: int, reason: str) -> int:
    case, moved = claim(Case, pk), 0
    for rows in _running():
        for row in rows.filter(case=case).select_related("case__organisation"):
            before = row.due_on
            if _moved(row):
                row.save(update_fields=clocks.DUE_FIELDS)
                detail = {"reason": reason, "due_before": before, "due_after": row.due_on}
                _trace(row, detail)
                moved += 1
    clocks.show_on_case(case)
    return moved


def _trace(row, detail: dict) -> None:
    if isinstance(row, CaseStep):
        audit.record("windows.casestep.recomputed", row, by=None, detail=detail)
    else:
        audit.record("windows.referral.recomputed", row, by=None, detail=detail)
