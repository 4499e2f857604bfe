"""What lies on whose desk, and the work list drawn from it."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import F, Q
from django.urls import reverse

from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock
from records.worklist import WorkItem
from windows.models import CaseStep, Referral, Step
from windows.models.case import OPEN
from windows.reports.lights import LightView, referral_light, step_light
from windows.services.guards import principals

DESK_ROWS = 200
COUNTED = 1000  # the badge says 999+
BY_DUE = (F("due_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing on a desk; ``due`` None sorts last."""

    kind: str
    title: str
    note: str
    url: str
    due: date | None
    light: LightView
    clause: str = ""
    person: str = ""
    number: str = ""


def desk(user) -> list[DeskRow]:
    """Everything this person has to act on, the least time left first."""
    today, own = clock.today(), list(_first(_own_steps(user)))
    awaited = _awaited(own)
    rows = [
        *(_received_row(row, today) for row in _received(user)[:DESK_ROWS]),
        *(_step_row(step, today) for step in _first(_county_steps(user))),
        *(_step_row(step, today, awaited.get(step.case_id)) for step in own),
        *(_come_back_row(row, today) for row in _come_back(user)[:DESK_ROWS]),
    ]
    return sorted(rows, key=lambda row: (row.due is None, row.due or today, row.number))


def open_work(user) -> int:
    """The count beside the navigation entry, of every page: one statement, which stops where nobody counts on."""
    sources = (_received(user), _county_steps(user), _own_steps(user), _come_back(user))
    first, *others = (rows.order_by().values_list("pk") for rows in sources)
    return first.union(*others, all=True)[:COUNTED].count()


def _received(user):
    rows = Referral.objects.at_receiver().filter(to_organisation__path__in=reach_of(user).paths(Permission.REFERRAL_ANSWER))
    return rows.select_related("case__person", "case__organisation", "programme").order_by(F("due_on").asc(nulls_last=True), "pk")


def _received_row(row: Referral, today) -> DeskRow:
    return DeskRow(
        kind=f"{row.get_mode_display()}·{row.get_status_display()}",
        title=f"{row.programme.name}：{row.case.person.name}",
        note=f"{row.case.organisation.name} {clock.local_day(row.sent_at):%m-%d} 送",
        url=reverse("windows:referral_detail", args=[row.pk]),
        due=row.due_on,
        light=referral_light(row, today),
        clause="渝民发〔2018〕4号 三（一）",
        person=row.case.person.name,
        number=row.case.number,
    )


def _steps(actor: str):
    """Of open cases only: the database then reads their index, and not all the cases there ever were."""
    rows = CaseStep.objects.filter(actor=actor, whole=False, status__in=(CaseStep.Status.RUNNING, CaseStep.Status.PAUSED))
    rows = rows.filter(case__status__in=OPEN)
    return rows.order_by(*BY_DUE)


def _first(steps):
    """The first of them, chosen by their keys: only to these is joined what the page shows."""
    rows = CaseStep.objects.filter(pk__in=steps.values("pk")[:DESK_ROWS])
    return rows.select_related("case__person", "case__organisation", "case__programme", "step").order_by(*BY_DUE)


def _county_steps(user):
    wider = [path for path in reach_of(user).paths(Permission.CASE_CONFIRM) if not _is_township(path)]
    within = [Q(case__organisation__path__startswith=path) for path in wider]
    return _steps(Step.Actor.COUNTY).filter(reduce(or_, within, Q(pk__in=[])))


def _is_township(path: str) -> bool:
    return path.count("/") > 2


def _own_steps(user):
    mine = _steps(Step.Actor.TOWNSHIP).filter(case__handler__in=principals(user))
    return mine if reach_of(user).paths(Permission.CASE_HANDLE) else mine.none()


def _awaited(steps: list[CaseStep]) -> dict[int, Referral]:
    """Case → the sub-case that is due first at a department, of the cases whose own step has no day of its own."""
    cases = [step.case_id for step in steps if step.due_on is None]
    theirs = (Referral.Status.SENT, Referral.Status.ACKNOWLEDGED)  # what came back to the window is a row of its own
    rows = Referral.objects.filter(case__in=cases, status__in=theirs) if cases else Referral.objects.none()
    found: dict[int, Referral] = {}
    for row in rows.select_related("to_organisation").order_by(F("due_on").asc(nulls_last=True), "pk"):
        found.setdefault(row.case_id, row)
    return found


def _step_row(step: CaseStep, today, awaited: Referral | None = None) -> DeskRow:
    """``awaited``: the step waits for that department, so its day and its light are the sub-case's (W-03: the window stays responsible)."""
    case = step.case
    if awaited and step.due_on is None:
        return DeskRow(
            kind=f"等{awaited.to_organisation.label}答复",
            title=f"{case.programme.name}：{case.person.name}",
            note=f"{case.organisation.name} {case.number}",
            url=f"{reverse('windows:case_detail', args=[case.pk])}#referral-{awaited.pk}",
            due=awaited.due_on,
            light=referral_light(awaited, today),
            clause=str(step.step.clause) if step.step else "",
            person=case.person.name,
            number=case.number,
        )
    return DeskRow(
        kind=step.name,
        title=f"{case.programme.name}：{case.person.name}",
        note=f"{case.organisation.name} {case.number}",
        url=f"{reverse('windows:case_detail', args=[case.pk])}#step-{step.pk}",
        due=step.due_on,
        light=step_light(step, today),
        clause=str(step.step.clause) if step.step else "",
        person=case.person.name,
        number=case.number,
    )


def _come_back(user):
    """Sub-cases that wait for the window: returned, or asked for more."""
    rows = Referral.objects.filter(status__in=(Referral.Status.RETURNED, Referral.Status.MORE_ASKED), case__handler__in=principals(user))
    return rows.select_related("case__person", "programme", "to_organisation").order_by("pk")


def _come_back_row(row: Referral, today) -> DeskRow:
    return DeskRow(
        kind=f"{row.to_organisation.label}{row.get_status_display()}",
        title=f"{row.programme.name}：{row.case.person.name}",
        note=(row.return_reason if row.status == Referral.Status.RETURNED else row.question)[:60],
        url=f"{reverse('windows:case_detail', args=[row.case_id])}#referral-{row.pk}",
        due=today,
        light=referral_light(row, today),
        clause="渝民发〔2018〕4号 三（一）",
        person=row.case.person.name,
        number=row.case.number,
    )


def worklist(user) -> list[WorkItem]:
    """The window's part of the home page, which draws the light of a date itself; without a date the word says why."""
    return [
        WorkItem(
            row.title, row.url, row.due, row.kind, row.clause, row.note if row.due else f"{row.light.shape}{row.light.word} {row.note}"
        )
        for row in desk(user)
    ]
