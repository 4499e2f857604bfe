"""Rows of staffing for tests."""

from datetime import date
from itertools import count

from records import clock
from staffing.models import Absence, Caseload, Category, StaffingMonth, StaffMember

AS_OF = date(2026, 9, 30)
SINCE = date(2024, 1, 1)
_serial = count(1)


def make_caseload(township, recipients, *, as_of=AS_OF, category=Category.URBAN_DIBAO, source="三季度台账") -> Caseload:
    return Caseload.objects.create(
        organisation=township, as_of=as_of, category=category, recipients=recipients, source=source, entered_at=clock.now()
    )


def make_staff(organisation, *, employment="OWN", place=None, education="BACHELOR", **fields) -> StaffMember:
    return StaffMember.objects.create(
        organisation=organisation,
        employment=employment,
        place=place or organisation.kind,
        education=education,
        name=fields.pop("name", f"甲{next(_serial)}"),
        started_on=fields.pop("started_on", SINCE),
        **fields,
    )


def make_month(organisation, month, **fields) -> StaffingMonth:
    counts = dict.fromkeys(("own", "posted", "part_time", "higher_education", "social_work", "trained", "gap"), 0)
    values = counts | {"standing": "UNKNOWN", "rounding": "ceil", "frozen_at": clock.now()} | fields
    return StaffingMonth.objects.create(organisation=organisation, month=month, **values)


def make_absence(member, by, *, started_on=date(2026, 11, 20), ended_on=date(2026, 11, 30), **fields) -> Absence:
    values = {"kind": "SICK", "made_by": by, "made_at": clock.now()} | fields
    return Absence.objects.create(member=member, started_on=started_on, ended_on=ended_on, **values)
