"""Lateness rises to the lead: once per clock and due day, whatever the scheduler does."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from records import clock, messages
from windows.models import CaseStep, Escalation, MeetingDecision, NoticeObjection, Referral

log = logging.getLogger(__name__)
CHUNK = 500


def escalate_all() -> int:
    """Every clock that ran out before today and was not told yet. One bad row stops nobody else. Returns how many were told."""
    today = clock.today()
    steps = CaseStep.objects.filter(status=CaseStep.Status.RUNNING, due_on__lt=today).exclude(_told("step"))
    rows = Referral.objects.at_receiver().filter(due_on__lt=today).exclude(_told("referral"))
    told = _each(steps.select_related("case__organisation__parent", "case__programme"), tell_step)
    told += _each(rows.select_related("case__organisation", "to_organisation", "programme"), tell_referral)
    objections = NoticeObjection.objects.open().filter(due_on__lt=today).exclude(told_for=F("due_on"))
    told += _each(objections.select_related("case__organisation__parent"), tell_objection)
    decisions = MeetingDecision.objects.open().filter(due_on__lt=today).exclude(told_for=F("due_on"))
    return told + _each(decisions.select_related("item__meeting__organisation", "item__meeting__chair", "owner"), tell_decision)


def _told(clock_name: str) -> Exists:
    """A day that moved (pause, extension, corrected calendar) and passed again is a new lateness."""
    return Exists(Escalation.objects.filter(**{clock_name: OuterRef("pk")}, due_on=OuterRef("due_on")))


def _each(rows, tell: Callable) -> int:
    """Tell row by row, oldest lateness first, all of them; a row that fails is logged and left for the next run."""
    told, pks = 0, list(rows.order_by("due_on", "pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        for row in rows.filter(pk__in=pks[start : start + CHUNK]).order_by("due_on", "pk"):
            try:
                told += tell(row)
            except Exception:
                log.exception("lateness of %s %s could not be told", row._meta.label, row.pk)
    return told


@transaction.atomic
def tell_step(step: CaseStep) -> bool:
    """To the township's lead, and for the county's own steps to the bureau's assistance officers. False when told before."""
    _, fresh = Escalation.objects.get_or_create(step=step, due_on=step.due_on)
    if not fresh:
        return False
    case = step.case
    act = "出具公示" if step.minimum and step.starts_on is None else "办结"
    late = f"{case.number} {case.programme}“{step.name}”应于 {step.due_on} {act}"
    key = f"windows.overdue:step:{step.pk}:{step.due_on}"
    url = reverse("windows:case_detail", args=[case.pk])
    if step.actor == "COUNTY":
        messages.to_role(case.organisation.parent, Role.ASSISTANCE_OFFICER, "办理环节已逾期", late, url=url, key=key)
    messages.to_role(case.organisation, Role.TOWNSHIP_LEAD, "办理环节已逾期", late, url=url, key=key)
    return True


@transaction.atomic
def tell_referral(row: Referral) -> bool:
    """To the receiver and to the lead of the township that sent it. False when told before."""
    _, fresh = Escalation.objects.get_or_create(referral=row, due_on=row.due_on)
    if not fresh:
        return False
    late = f"{row.case.number} {row.programme}：{row.to_organisation}应于 {row.due_on} {'签收' if row.status == 'SENT' else '答复'}"
    key, url = f"windows.overdue:referral:{row.pk}:{row.due_on}", reverse("windows:referral_detail", args=[row.pk])
    messages.to_role(row.to_organisation, Role.DEPARTMENT_HANDLER, "转办件已逾期", late, url=url, key=key)
    township: Organisation = row.case.organisation
    messages.to_role(township, Role.TOWNSHIP_LEAD, "转办件已逾期", late, url=url, key=key)
    return True


@transaction.atomic
def tell_objection(row: NoticeObjection) -> bool:
    """To the township's lead and the bureau's assistance officers; it names neither side. False when told before."""
    if not NoticeObjection.objects.filter(pk=row.pk).exclude(told_for=row.due_on).update(told_for=row.due_on):
        return False
    case, late = row.case, f"{row.case.number} 第 {row.ordinal} 件公示异议应于 {row.due_on} 前答复"
    key, url = f"windows.overdue:objection:{row.pk}:{row.due_on}", reverse("windows:objection_detail", args=[row.pk])
    messages.to_role(case.organisation, Role.TOWNSHIP_LEAD, "公示异议答复已逾期", late, url=url, key=key)
    messages.to_role(case.organisation.parent, Role.ASSISTANCE_OFFICER, "公示异议答复已逾期", late, url=url, key=key)
    return True


@transaction.atomic
def tell_decision(row: MeetingDecision) -> bool:
    """To the owner, the chair and those who convene at the meeting's place. False when told before."""
    if not MeetingDecision.objects.filter(pk=row.pk).exclude(told_for=row.due_on).update(told_for=row.due_on):
        return False
    meeting = row.item.meeting
    late = f"{meeting.title}：{row.item.title}应于 {row.due_on} 落实，{row.owner_organisation} {row.owner}"
    key, url = f"windows.overdue:decision:{row.pk}:{row.due_on}", reverse("windows:decision_detail", args=[row.pk])
    messages.send([row.owner, meeting.chair], "会议决定已逾期", late, url=url, key=key)
    role = Role.TOWNSHIP_LEAD if meeting.organisation.kind == Organisation.Kind.TOWNSHIP else Role.ASSISTANCE_OFFICER
    messages.to_role(meeting.organisation, role, "会议决定已逾期", late, url=url, key=key)
    return True
