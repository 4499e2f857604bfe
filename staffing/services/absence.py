"""Register a leave, withdraw it. Who is away stays counted."""

from datetime import date

from django.db import transaction

from accounts import audit
from records import clock
from records.refusals import Refused, uphold
from staffing import rules
from staffing.models import Absence, StaffMember
from staffing.rules import STANDARD


@transaction.atomic
def record_absence(member_pk: int, *, kind: str, started_on: date, ended_on: date, note: str = "", by) -> Absence:
    """One leave. Refused: dates out of order, outside the time in post, over another leave."""
    member = StaffMember.objects.select_for_update(of=("self",)).get(pk=member_pk)
    over = member.absences.filter(withdrawn_at=None, started_on__lte=ended_on, ended_on__gte=started_on)
    days = {"in_post_from": member.started_on, "in_post_until": member.ended_on}
    uphold(rules.absence_breaches(started_on, ended_on, **days, taken=over.exists()))
    facts = {"kind": kind, "started_on": started_on, "ended_on": ended_on, "note": note}
    absence = Absence.objects.create(member=member, **facts, made_by=by, made_at=clock.now())
    detail = {"started_on": started_on, "ended_on": ended_on}
    audit.record("staffing.absence.recorded", absence, by=by, organisation=member.organisation, detail=detail)
    return absence


@transaction.atomic
def withdraw_absence(pk: int, *, by) -> Absence:
    """Take back what was registered by mistake; the row stays."""
    absence = Absence.objects.select_for_update(of=("self",)).select_related("member__organisation").get(pk=pk)
    if absence.withdrawn_at is not None:
        raise Refused.because("W-19b", STANDARD, "这次休假已经撤销。")
    absence.withdrawn_at = clock.now()
    absence.save(update_fields=["withdrawn_at"])
    audit.record("staffing.absence.withdrawn", absence, by=by, organisation=absence.member.organisation, detail={})
    return absence
