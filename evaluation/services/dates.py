"""Limits of an evaluation in working days. A year without a calendar leaves them open; the night fills them when it is there.

Open dates stop nobody: the contractor may object as long as the end of the window is not known (E-15).
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.roles import Role
from evaluation import rules
from evaluation.models import Evaluation, Objection, Scheme
from records import clock, messages
from records.workdays import Due, add_workdays, due
from records.workflow import claim

Status = Evaluation.Status


def collect_due(scheme: Scheme, start: date) -> Due:
    return due(add_workdays, start, scheme.collection_workdays)


def objection_due(scheme: Scheme, start: date) -> Due:
    return due(add_workdays, start, scheme.objection_workdays)


def answer_due(scheme: Scheme, start: date) -> Due:
    return due(add_workdays, start, scheme.answer_workdays)


def publish_due(start: date) -> Due:
    return due(add_workdays, start, rules.PUBLICATION_WORKDAYS)


def fill_open_dates() -> int:
    """Every date that waited for a calendar year and can be computed now. Returns how many. May run twice."""
    waiting = {
        "collect_due_on": Evaluation.objects.filter(status=Status.COLLECTING),
        "objection_due_on": Evaluation.objects.filter(status=Status.OBJECTION, objection_from__isnull=False),
        "publish_due_on": Evaluation.objects.filter(finalised_at__isnull=False),
    }
    found = 0
    for field, rows in waiting.items():
        for pk in list(rows.filter(**{field: None}).values_list("pk", flat=True)):
            found += _fill(pk, field)
    for pk in list(Objection.objects.filter(outcome=Objection.Outcome.OPEN, answer_due_on=None).values_list("pk", flat=True)):
        found += _fill_answer(pk)
    return found


@transaction.atomic
def _fill(pk: int, field: str) -> bool:
    evaluation = claim(Evaluation, pk)
    day = _computed(evaluation, field).on
    if day is None or getattr(evaluation, field) is not None:
        return False
    setattr(evaluation, field, day)
    evaluation.save(update_fields=[field])
    audit.record("evaluation.evaluation.dated", evaluation, by=None, detail={"field": field, "due_on": day})
    if field == "objection_due_on":
        _tell_contractor(evaluation)
    return True


def _computed(evaluation: Evaluation, field: str) -> Due:
    if field == "collect_due_on":
        corrected = evaluation.supersedes_id is not None
        return collect_due(evaluation.scheme, _day(evaluation.created_at) if corrected else evaluation.period_end)
    if field == "publish_due_on":
        return publish_due(_day(evaluation.finalised_at))
    found = objection_due(evaluation.scheme, evaluation.objection_from)
    return Due(max(found.on, clock.today())) if found.on else found  # never closed before the contractor could know the day


def _day(moment) -> date:
    return timezone.localdate(moment)


def _tell_contractor(evaluation: Evaluation) -> None:
    title = f"异议期限已确定：{evaluation.contract.project.name}"
    body = f"工作日历已经公布。如对评价结果有异议，请在 {evaluation.objection_due_on} 前（含当日）提出。"
    url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
    key = f"evaluation-objection-dated:{evaluation.pk}:{evaluation.objection_from}"
    messages.to_role(evaluation.contract.contractor.organisation, Role.CONTRACTOR_ADMIN, title, body, url=url, key=key)


@transaction.atomic
def _fill_answer(pk: int) -> bool:
    objection = claim(Objection, pk)
    day = answer_due(objection.evaluation.scheme, _day(objection.raised_at)).on
    if day is None or objection.answer_due_on is not None:
        return False
    objection.answer_due_on = day
    objection.save(update_fields=["answer_due_on"])
    return True
