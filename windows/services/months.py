"""Counting a month at the windows: township by township, kept as counted, each month closed by itself on the first of the next."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation
from records import clock, jobs
from records.refusals import uphold
from windows.models import Case, CaseStep, OneTimeNotice, Referral, Window, WindowMonth
from windows.rules import month as rules
from windows.rules.month import CaseFact, ClockFact, ListFact, Month

COUNT_JOB = "windows.month"
Kind = Organisation.Kind
CHUNK = 2_000


def order_count(place: Organisation, month: Month, *, by) -> jobs.Job:
    """Count the month anew for every township of the place. Refuses a month that has not begun (W-05)."""
    uphold(rules.month_breaches(month, today=clock.today()))
    key = f"{place.pk}:{month.year}-{month.month:02}:{by.pk}:{clock.now():%Y%m%d%H%M}"
    return _enqueue(place, month, key=key, by=by)


def close_month() -> int:
    """Of beat, on the first: last month of every district, each once. Returns how many districts."""
    month = Month.of(clock.today()).before()
    districts = list(Organisation.objects.filter(kind=Kind.BUREAU).valid(clock.today()))
    for district in districts:
        _enqueue(district, month, key=f"{district.pk}:{month.year}-{month.month:02}:closing", by=None)
    return len(districts)


def _enqueue(place: Organisation, month: Month, *, key: str, by) -> jobs.Job:
    title = f"统计{place.label}窗口月报（{month.words}）"
    return jobs.enqueue(COUNT_JOB, organisation=place, by=by, key=key, title=title, place=place.pk, year=month.year, month=month.month)


@jobs.handler(COUNT_JOB)
def run_count(job, report) -> None:
    """District by district, each in a transaction of its own; a second run finds the same figures and writes nothing."""
    place, month = Organisation.objects.get(pk=job.params["place"]), Month(job.params["year"], job.params["month"])
    groups = list(townships_by_district(place, min(month.last, clock.today())))
    for number, (name, townships) in enumerate(groups):
        report(number, len(groups), name)
        keep(month, townships, place=place, by=job.requested_by)
    report(len(groups), len(groups), "完成")


def townships_by_district(place: Organisation, on: date) -> Iterator[tuple[str, list[Organisation]]]:
    rows = Organisation.objects.filter(kind=Kind.TOWNSHIP, path__startswith=place.path).valid(on).select_related("parent").order_by("path")
    groups: dict[int, list[Organisation]] = {}
    for township in rows:
        groups.setdefault(township.parent_id, []).append(township)
    for townships in groups.values():
        yield townships[0].parent.label, townships


@transaction.atomic
def keep(month: Month, townships: list[Organisation], *, place: Organisation, by) -> list[WindowMonth]:
    """Count and keep; a township whose figures are what they were keeps its row. Returns the new rows."""
    until = min(month.last, clock.today())
    found = figures_of(month, until, townships)
    former = {row.organisation_id: row for row in WindowMonth.objects.of(month).filter(organisation__in=townships).select_for_update()}
    changed = [town for town in townships if not _same(former.get(town.pk), until, found[town.pk])]
    now = clock.now()
    WindowMonth.objects.filter(pk__in=[former[town.pk].pk for town in changed if town.pk in former]).update(replaced_at=now)
    rows = WindowMonth.objects.bulk_create(
        WindowMonth(
            organisation=town, year=month.year, month=month.month, turn=former[town.pk].turn + 1 if town.pk in former else 1,
            until=until, figures=found[town.pk], counted_at=now, counted_by=by,
        )
        for town in changed
    )  # fmt: skip
    if rows:
        detail = {"month": f"{month.year}-{month.month:02}", "until": until, "count": len(rows)}
        audit.record("windows.windowmonth.counted", rows[0], by=by, detail=detail, organisation=townships[0].parent or place)
    return rows


def _same(row: WindowMonth | None, until: date, figures: dict) -> bool:
    return row is not None and row.until == until and row.figures == figures


def figures_of(month: Month, until: date, townships: list[Organisation]) -> dict[int, dict]:
    """What the rules count, read in five statements: only rows that the month can have touched."""
    keys = [town.pk for town in townships]
    first, after = _midnight(month.first), _midnight(until + timedelta(days=1))
    touched = Q(ended_at__isnull=True) | Q(ended_at__gte=first)
    cases = Case.objects.filter(touched, organisation__in=keys, registered_at__lt=after)
    windows = Window.objects.filter(organisation__in=keys).prefetch_related("staff")
    covered = {window.organisation_id: (1, len(window.staff.all())) for window in windows}
    return rules.count(
        month,
        until,
        {key: covered.get(key, (0, 0)) for key in keys},
        cases=_cases(cases),
        steps=_steps(keys, month.first, until),
        referrals=_referrals(keys, first, after),
        lists=_lists(keys, first, after),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(moment) -> date | None:
    return timezone.localdate(moment) if moment else None


def _cases(rows) -> Iterator[CaseFact]:
    names = ("pk", "organisation", "handler", "handler__name", "registered_at", "accepted_on", "ended_at", "status", "due_on")
    for pk, town, handler, name, registered, accepted, ended, status, due in rows.order_by().values_list(*names).iterator(CHUNK):
        yield CaseFact(pk, town, handler, name, _day(registered), accepted, _day(ended), status, due)


def _steps(keys: list[int], first: date, until: date) -> Iterator[ClockFact]:
    touched = Q(done_on__isnull=True) | Q(done_on__gte=first)
    rows = CaseStep.objects.filter(touched, whole=False, starts_on__lte=until, case__organisation__in=keys)
    rows = rows.exclude(status=CaseStep.Status.SKIPPED, case__ended_at__lt=_midnight(first))
    names = ("case", "case__organisation", "name", "starts_on", "due_on", "done_on", "minimum", "status", "case__ended_at")
    for case, town, name, begun, due, done, minimum, status, ended in rows.order_by().values_list(*names).iterator(CHUNK):
        stopped = _day(ended) if status == CaseStep.Status.SKIPPED else None
        yield ClockFact(case, town, name, begun, due, done, stopped, minimum)


def _referrals(keys: list[int], first, after) -> Iterator[ClockFact]:
    touched = Q(answered_at__isnull=True) | Q(answered_at__gte=first)
    rows = Referral.objects.filter(touched, sent_at__lt=after, case__organisation__in=keys)
    names = ("case", "case__organisation", "to_organisation__name", "sent_at", "due_on", "answered_at", "status")
    for case, town, name, sent, due, answered, status in rows.order_by().values_list(*names).iterator(CHUNK):
        yield ClockFact(case, town, name, _day(sent), due, _day(answered), date.min if status == Referral.Status.RECALLED else None)


def _lists(keys: list[int], first, after) -> Iterator[ListFact]:
    rows = OneTimeNotice.objects.filter(case__organisation__in=keys, issued_at__gte=first, issued_at__lt=after)
    for town, ordinal in rows.order_by().values_list("case__organisation", "ordinal").iterator(CHUNK):
        yield ListFact(town, ordinal)
