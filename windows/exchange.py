"""In and out in volume: the masked list as a table; many cases at once for the demo, in rows that a service would have left."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation
from records import clock, exports, identity, jobs
from records.models import NumberSeries
from windows.filters import CaseFilter, StandingFilter
from windows.models import Case, CaseMaterial, CaseStep, Person, Programme, StandingEntry
from windows.reports import standing
from windows.rules.clock import Unit
from windows.rules.publicity import ISSUE_WORKDAYS
from windows.services import clocks, intake, people

EXPORT_JOB = "windows.case_export"
STANDING_JOB = "windows.standing_export"
CHUNK = 2_000
HEADINGS = (
    exports.Column("登记号", width=24),
    exports.Column("乡镇（街道）", width=20),
    exports.Column("求助人（掩码）"),
    exports.Column("身份证号（掩码）", width=22),
    exports.Column("求助事项", width=22),
    exports.Column("状态"),
    exports.Column("当前环节", width=28),
    exports.Column("登记日期", "date"),
    exports.Column("受理日期", "date"),
    exports.Column("最近到期日", "date"),
    exports.Column("经办人"),
)


def case_table(rows, kind: str) -> bytes:
    """The filtered cases as xlsx or csv; people masked, because a file leaves the house."""
    rows = rows.select_related("organisation", "person", "programme", "handler").order_by("-pk")
    table = (
        (
            case.number,
            case.organisation.name,
            identity.mask_name(case.person.name),
            identity.mask_id(case.person.id_number),
            case.programme.name,
            case.get_status_display(),
            case.next_step,
            timezone.localdate(case.registered_at),
            case.accepted_on,
            case.next_due_on,
            case.handler.name,
        )
        for case in rows.iterator(chunk_size=CHUNK)
    )
    return exports.csv(HEADINGS, table) if kind == "csv" else exports.xlsx(HEADINGS, table, sheet="救助申请")


@jobs.handler(EXPORT_JOB)
def export_cases(job, report):
    """The list of one user as it was filtered; the user's reach is asked anew when the job runs."""
    user = get_user_model().objects.get(pk=job.params["user"])
    request = type("Request", (), {"user": user})()
    rows = CaseFilter(QueryDict(job.params["query"]), queryset=Case.objects.visible_to(user), request=request).qs
    report(0, 1, "读取申请")
    kind = job.params["format"]
    return jobs.FileResult(case_table(rows, kind), f"救助申请清单.{kind}")


@jobs.handler(STANDING_JOB)
def export_standing(job, report):
    """The standing list of one user as it was filtered, within the reach of today."""
    user = get_user_model().objects.get(pk=job.params["user"])
    request = type("Request", (), {"user": user})()
    rows = StandingFilter(QueryDict(job.params["query"]), queryset=StandingEntry.objects.visible_to(user), request=request).qs
    report(0, 1, "读取在享名册")
    kind = job.params["format"]
    return jobs.FileResult(standing.entry_table(rows, kind), f"在享名册.{kind}")


# --- many at once -------------------------------------------------------------------------------------------------------


@transaction.atomic
def bulk_open_cases(organisation: Organisation, entries: Iterable[dict], *, by, clerk) -> int:
    """Open many cases of one township without the counter (demo volume, take-over from an older system).

    ``entries``: {"name", "id_number", "programme": Programme, "accepted_on": date, "done": steps already done}. Rows are those
    that the services would have left on that day, with one audit event for the batch; no slips. Raises ValueError for two open
    cases of one person on one programme. Returns how many were opened.
    """
    entries = list(entries)
    if not entries:
        return 0
    persons = _persons(organisation, entries)
    programmes = {p.pk: p for p in Programme.objects.prefetch_related("steps", "materials")}
    cases = _cases(organisation, entries, persons, by=by, clerk=clerk)
    steps = [
        step
        for case, entry in zip(cases, entries, strict=True)
        for step in _steps(case, programmes[case.programme_id], entry["done"], clerk)
    ]
    _show(cases, steps)
    Case.objects.bulk_create(cases, batch_size=CHUNK)
    for step in steps:
        step.case_id = step.case.pk
    CaseStep.objects.bulk_create(steps, batch_size=CHUNK)
    CaseMaterial.objects.bulk_create(_materials(cases, programmes), batch_size=CHUNK)
    audit.record(
        "windows.case.imported", organisation, by=by, detail={"count": len(cases), "first": cases[0].number, "last": cases[-1].number}
    )
    return len(cases)


def _persons(organisation: Organisation, entries: list[dict]) -> list[Person]:
    district, today = organisation.district, clock.today()
    wanted = {people.index_of(entry["id_number"]): entry for entry in entries}
    held = {p.id_index: p for p in Person.objects.filter(organisation=district, id_index__in=wanted)}
    fresh = []
    for index, entry in wanted.items():
        if index not in held:
            held[index] = person = _person(district, entry, index, today)
            fresh.append(person)
    Person.objects.bulk_create(fresh, batch_size=CHUNK)
    return [held[people.index_of(entry["id_number"])] for entry in entries]


def _person(district, entry: dict, index: str, today: date) -> Person:
    facts = identity.facts_of(entry["id_number"], today)
    if facts is None:
        raise ValueError("a faulty ID number")
    pinyin, initials = people.pinyin_of(entry["name"])
    return Person(
        organisation=district, name=entry["name"], pinyin=pinyin, initials=initials, id_number=identity.normalise_id(entry["id_number"]),
        id_index=index, birth_on=facts.born, sex="M" if facts.sex == "男" else "F", phone=entry.get("phone", ""),
    )  # fmt: skip


def _cases(organisation, entries, persons, *, by, clerk) -> list[Case]:
    cases, numbers = [], _numbers(organisation, entries)
    for entry, person, number in zip(entries, persons, numbers, strict=True):
        programme = entry["programme"]
        at = timezone.make_aware(timezone.datetime.combine(entry["accepted_on"], timezone.datetime.min.time()) + timedelta(hours=10))
        case = Case(
            organisation=organisation, number=number, progress_code=intake.new_code(), person=person, programme=programme,
            programme_code=programme.code, first_contact=clerk, handler=clerk, registered_at=at, accepted_on=entry["accepted_on"],
            status=Case.Status.ACCEPTED, need=entry.get("need", ""),
        )  # fmt: skip
        if entry.get("ended"):
            case.status, case.ended_at = Case.Status(entry["ended"]), at + timedelta(days=entry.get("days", 20))
            case.conclusion = entry.get("conclusion", "符合条件，予以确认。")
        cases.append(case)
    return cases


def _numbers(organisation, entries) -> list[str]:
    """Running numbers of each year, taken in one go under the series' lock."""
    numbers = {}
    for year in sorted({entry["accepted_on"].year for entry in entries}):
        count = sum(entry["accepted_on"].year == year for entry in entries)
        NumberSeries.objects.get_or_create(organisation=organisation, prefix=intake.SERIES, year=year)
        series = NumberSeries.objects.select_for_update(of=("self",)).get(organisation=organisation, prefix=intake.SERIES, year=year)
        numbers[year] = iter(range(series.last + 1, series.last + count + 1))
        series.last += count
        series.save(update_fields=["last"])
    return [intake.case_number(organisation, e["accepted_on"].year, next(numbers[e["accepted_on"].year])) for e in entries]


def _steps(case: Case, programme: Programme, done: int, clerk) -> list[CaseStep]:
    """The first ``done`` steps finished one working stretch apart, what follows running, the rest waiting."""
    rows, day, finished = [], case.accepted_on, set()
    if programme.whole is not None:
        rows.append(_clocked(intake.whole_row(case, delegated=False), day, CaseStep.Status.RUNNING))
    for index, step in enumerate(programme.steps.all()):
        row = intake.step_row(case, step, delegated=False)
        if not case.is_open or index < done:
            _clocked(row, day, CaseStep.Status.DONE)
            day = row.done_on = min(clock.today(), day + timedelta(days=(step.amount or 3) if step.unit != Unit.HOURS else 1))
            row.done_by = clerk
            finished.add(step.code)
        elif set(step.after) <= finished:
            _clocked(row, day, CaseStep.Status.RUNNING)
        rows.append(row)
    if not case.is_open and rows and rows[0].whole:
        rows[0].status, rows[0].done_on, rows[0].done_by = CaseStep.Status.DONE, day, clerk
    return rows


def _clocked(row: CaseStep, day: date, status) -> CaseStep:
    row.status = status
    at = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()) + timedelta(hours=10))
    if status == CaseStep.Status.RUNNING:
        clocks.begin(row, at, issue_days=ISSUE_WORKDAYS)
    else:
        clocks.start(row, at)
    return row


def _show(cases: list[Case], steps: list[CaseStep]) -> None:
    """What lists read on the case, from its steps (services.clocks.show_on_case, in memory)."""
    by_case: dict[int, list[CaseStep]] = {}
    for step in steps:
        by_case.setdefault(id(step.case), []).append(step)
    for case in cases:
        running = [step for step in by_case.get(id(case), []) if step.status == CaseStep.Status.RUNNING]
        case.next_due_on = min((step.due_on for step in running if step.due_on), default=None)
        case.next_step = "；".join(step.name for step in running if not step.whole)[:60]
        case.due_on = next((step.due_on for step in by_case.get(id(case), []) if step.whole), None)


def _materials(cases: list[Case], programmes: dict[int, Programme]) -> Iterable[CaseMaterial]:
    for case in cases:
        for material in programmes[case.programme_id].materials.all():
            if material.need == "SHAREABLE":
                continue
            brought = material.need == "REQUIRED"
            yield CaseMaterial(
                case=case, material=material, state=CaseMaterial.State.BROUGHT if brought else CaseMaterial.State.NOT_APPLICABLE,
                brought_on=case.accepted_on if brought else None,
            )  # fmt: skip
