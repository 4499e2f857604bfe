"""Freeze what every unit looked like on the first of the month, once, and tell the chief what changed."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, jobs, messages
from staffing import rules
from staffing.models import StaffingMonth
from staffing.reports import months as reports
from staffing.reports.table import StaffCount, UnitTable, category_counts, district_table
from staffing.rules import Verdict
from staffing.services.basis import basis_for

FREEZE_JOB = "staffing.month"


def freeze_all() -> int:
    """Of beat, every night: this month of every district, each once, so that a first on which the machine stood still is made up for."""
    month = clock.today().replace(day=1)
    bureaus = list(Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(month))
    for bureau in bureaus:
        title = f"定格{bureau.label}人员配备（{month:%Y-%m}）"
        key = f"{bureau.pk}:{month:%Y-%m}"
        jobs.enqueue(FREEZE_JOB, organisation=bureau, by=None, key=key, title=title, bureau=bureau.pk, month=month.isoformat())
    return len(bureaus)


@jobs.handler(FREEZE_JOB)
def run_freeze(job, report) -> None:
    report(0, 1, "定格")
    freeze(Organisation.objects.get(pk=job.params["bureau"]), date.fromisoformat(job.params["month"]))
    report(1, 1, "完成")


@transaction.atomic
def freeze(bureau: Organisation, month: date) -> list[StaffingMonth]:
    """The rows of one district for one month; called again it writes and tells nothing. Returns the new rows."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=bureau.pk)  # two workers: the second finds the rows of the first
    if StaffingMonth.objects.filter(organisation=bureau, month=month).exists():
        return []
    table = district_table(bureau, basis_for(bureau, month))
    parts = category_counts([row.pk for row in table.rows], month)
    rows = [_row(table, bureau.pk, table.bureau_staff, rules.judge_district(table.bureau_staff.counted))]
    rows += [
        _row(table, one.pk, one.staff, one.verdict, recipients=one.recipients, as_of=one.as_of, categories=parts.get(one.pk, {}))
        for one in table.rows
    ]
    StaffingMonth.objects.bulk_create(rows)
    audit.record("staffing.staffingmonth.frozen", rows[0], by=None, organisation=bureau, detail={"month": month, "count": len(rows)})
    tell(bureau, month)
    return rows


def _row(table: UnitTable, pk: int, staff: StaffCount, verdict: Verdict | None, **caseload) -> StaffingMonth:
    counts = {name: getattr(staff, name) for name in ("own", "posted", "part_time", "higher_education", "social_work", "trained")}
    basis = table.basis
    return StaffingMonth(
        organisation_id=pk,
        month=basis.on,
        minimum=verdict.standard.minimum if verdict else None,
        maximum=verdict.standard.maximum if verdict else None,
        gap=verdict.gap if verdict else 0,
        standing=verdict.standing if verdict else rules.Standing.UNKNOWN,
        rounding=basis.rounding,
        counted_categories=list(basis.categories),
        frozen_at=clock.now(),
        **counts,
        **caseload,
    )


def tell(bureau: Organisation, month: date) -> int:
    """One message per chief and month, whatever runs twice."""
    comparison = reports.compare(bureau, month)
    title = f"{month:%Y年%m月}人员配备：{comparison.headline}"
    url = f"{reverse('staffing:unit_months', args=[bureau.pk])}?month={month:%Y-%m}"
    key = f"staffing-month:{bureau.pk}:{month:%Y-%m}"
    return messages.to_role(bureau, Role.BUREAU_CHIEF, title, comparison.told(), url=url, key=key)
