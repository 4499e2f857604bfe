"""One case: what must be done now, by when and why; and the verbs on it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may, require
from accounts.roles import Permission
from records import clock, identity
from windows import reports
from windows.forms.counter import ConcludeForm, ExtendForm, NameForm, PapersForm, PauseForm, ReasonForm, ReferForm, RevealForm, StepForm
from windows.models import Case, CaseMaterial, CaseStep, Programme, Step
from windows.reports import charity, meeting, publicity, verification, visit
from windows.services import course, people, referrals, slips
from windows.services import intake as intake_service
from windows.services.objections import REASON as OBJECTION
from windows.timeline import timeline

WITH = ("person__household", "programme", "organisation", "first_contact", "handler", "village")


def case_of(request, pk, permission=None) -> Case:
    return fetch(Case.objects.select_related(*WITH), request.user, permission, pk=pk)


@guarded(Permission.CASE_VIEW, methods=("GET", "HEAD"))
def case_detail(request, pk):
    case = case_of(request, pk)
    return render(request, "windows/case_detail.html", detail_context(request, case))


def detail_context(request, case: Case, **forms) -> dict:
    today, user = clock.today(), request.user
    rights = rights_on(user, case)
    visits = visit.of_case(user, case)
    rows = case.steps.select_related("step", "done_by").prefetch_related("standstills")
    steps = [step_view(step, today, rights, visits) for step in rows]
    named = may(user, Permission.PERSON_VIEW, case.organisation)
    return {
        "case": case,
        "name": case.person.name if named else identity.mask_name(case.person.name),
        "person": reports.person_panel(user, case.person),
        "light": reports.case_light(case, today),
        "rights": rights,
        "whole": next((step for step in steps if step["row"].whole), None),
        "steps": [step for step in steps if not step["row"].whole],
        "stepper": stepper(case, steps),
        "papers": list(case.materials.select_related("material")),
        "missing": [paper.name for paper in intake_service.rules.missing(intake_service.current_papers(case))],
        "states": CaseMaterial.State.choices,
        "referrals": [referral_view(row, today) for row in case.referrals.select_related("to_organisation", "programme", "receiver")],
        "notices": list(case.one_time_notices.all()),
        "slips": list(case.slips.select_related("notice")) if named else [],
        "verification": verification.of_case(user, case),
        "publicity": publicity.of_case(user, case),
        "meetings": meeting.of_case(user, case),
        "charity": charity.of_case(user, case),
        "events": timeline(case, reads=may(user, Permission.INQUIRY_VIEW, case.organisation)),
        "agent_phone": identity.mask_phone(case.agent_phone),
        **case_forms(case, rights),
        **forms,
    }


def rights_on(user, case: Case) -> dict[str, bool]:
    """What this person may do here: the page shows no button that would answer 403."""
    handle = may(user, Permission.CASE_HANDLE, case.organisation)
    county = may(user, Permission.CASE_CONFIRM, case.organisation.district)
    township = may(user, Permission.CASE_CONFIRM, case.organisation)
    return {
        "handle": handle and case.is_open,
        "county": county and case.is_open,
        "conclude": case.status == Case.Status.ACCEPTED and may_conclude(case, handle=handle, county=county, township=township),
        "reveal": may(user, Permission.PERSON_REVEAL, case.organisation),
    }


def may_conclude(case: Case, *, handle: bool, county: bool, township: bool) -> bool:
    """Benefits are confirmed by the county, or by the township's lead where that is delegated; the rest by the window."""
    if case.programme.action != Programme.Action.HANDLE:
        return handle
    actor = case.steps.filter(step__concludes=True).values_list("actor", flat=True).first()
    return township if actor == Step.Actor.TOWNSHIP else county


def case_forms(case: Case, rights) -> dict:
    start = {"initial": {"version": case.version}}
    return {
        "refuse_form": ReasonForm(**start, auto_id="refuse_%s"),
        "withdraw_form": ReasonForm(**start, auto_id="withdraw_%s"),
        "refer_form": ReferForm(**start, receivers=referrals.choices_for(case.organisation), auto_id="refer_%s"),
        "extend_form": ExtendForm(**start, choices=case.programme.extension_reasons.items(), auto_id="extend_%s"),
        "conclude_form": ConcludeForm(**start, **conclusion(case), auto_id="conclude_%s"),
        "reveal_form": RevealForm(auto_id="reveal_%s"),
        "name_form": NameForm(**start, auto_id="name_%s"),
        "pause_reasons": case.programme.pause_reasons,
    }


def conclusion(case: Case) -> dict:
    """What may be concluded, and what the county says along with it."""
    return {"outcomes": course.outcomes_for(case), "near_relative": case.near_relative, "county_looks": course.county_looks(case)}


def step_view(step: CaseStep, today, rights, visits) -> dict:
    mine = rights["county"] if step.actor == Step.Actor.COUNTY else rights["handle"]
    concludes = bool(step.step and step.step.concludes)
    return {
        "row": step,
        "light": reports.step_light(step, today),
        "strip": slips.strip(step),
        "limit": slips.limit_words(step) if step.amount is not None else "",
        "basis": step.step.get_basis_display() if step.step else "",
        "clause": step.step.clause if step.step else step.case.programme.clause,
        "pauses": list(step.standstills.all()),
        "may_complete": mine and step.status == CaseStep.Status.RUNNING and not concludes and not step.whole and _ready(step),
        "posts": step.minimum and not step.whole,
        "may_post": mine and step.minimum and step.status == CaseStep.Status.RUNNING and step.starts_on is None,
        "may_pause": mine and step.status == CaseStep.Status.RUNNING and not step.whole,
        "may_resume": mine and step.status == CaseStep.Status.PAUSED and not step.whole and not _objected(step),
        "people": step.step.people if step.step else 0,
        "visits": [row for row in visits if row.step_id == step.pk],
    }


def _ready(step: CaseStep) -> bool:
    """A step that hangs on the wall first is completed after it hung."""
    return not step.minimum or step.starts_on is not None


def _objected(step: CaseStep) -> bool:
    """Stopped by an objection: its answer starts the clock again, nobody's hand."""
    return any(pause.ended_on is None and pause.reason == OBJECTION for pause in step.standstills.all())


def stepper(case: Case, steps: list[dict]) -> list[dict]:
    """The steps for the stepper component, after 登记 and 受理."""
    state = {"DONE": "done", "RUNNING": "current", "PAUSED": "current", "WAITING": "todo", "SKIPPED": "todo"}
    head = [
        {"label": "登记", "state": "done", "on": case.registered_at, "who": case.first_contact.name},
        {"label": "受理", "state": "done" if case.accepted_on else "current", "on": case.accepted_on},
    ]
    rows = [
        {
            "label": step["row"].name,
            "state": state[step["row"].status],
            "on": step["row"].done_on,
            "who": step["row"].done_by.name if step["row"].done_by else "",
            "note": "" if step["row"].done_on else step["light"].text if step["row"].starts_on or step["row"].due_on else step["limit"],
        }
        for step in steps
        if not step["row"].whole
    ]
    return head + rows


def referral_view(row, today) -> dict:
    return {"row": row, "light": reports.referral_light(row, today), "strip": slips.strip(row)}


def back(pk: int, anchor: str = ""):
    return redirect(f"{reverse('windows:case_detail', args=[pk])}{anchor}")


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_papers(request, pk):
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = PapersForm(request.POST, case=case)
    if not form.is_valid():
        return invalid(request, case, form)
    data = form.cleaned_data
    case = intake_service.add_papers(pk, form.ticks(), version=data["version"], by=request.user, reason=data["reason"])
    messages.success(request, f"材料已登记，{case.get_status_display()}")
    return back(pk)


def invalid(request, case: Case, form):
    """The page again with the form's faults on top and what was typed below them."""
    return render(request, "windows/case_detail.html", detail_context(request, case, faulty=form), status=422)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_refuse(request, pk):
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return invalid(request, case, form)
    intake_service.refuse_application(pk, by=request.user, **form.cleaned_data)
    return back(pk)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_withdraw(request, pk):
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return invalid(request, case, form)
    course.withdraw(pk, by=request.user, **form.cleaned_data)
    return back(pk)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_extend(request, pk):
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = ExtendForm(request.POST, choices=case.programme.extension_reasons.items())
    if not form.is_valid():
        return invalid(request, case, form)
    course.extend(pk, by=request.user, **form.cleaned_data)
    return back(pk)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_refer(request, pk):
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = ReferForm(request.POST, receivers=referrals.choices_for(case.organisation))
    if not form.is_valid():
        return invalid(request, case, form)
    data = form.cleaned_data
    receiver = data["receiver"] or referrals.receiver_for(data["programme"], case.organisation)
    row = referrals.send_from_case(
        pk, data["programme"], receiver, reason=data["reason"], consent=data["consent"], version=data["version"], by=request.user
    )
    return back(pk, f"#referral-{row.pk}")


@guarded(Permission.CASE_VIEW, methods=("POST",))
def case_conclude(request, pk):
    case = case_of(request, pk)
    if not rights_on(request.user, case)["conclude"] and case.is_open:
        require(request.user, Permission.CASE_CONFIRM, case.organisation.district)
    form = ConcludeForm(request.POST, **conclusion(case))
    if not form.is_valid():
        return invalid(request, case, form)
    course.conclude(pk, by=request.user, **form.cleaned_data)
    return back(pk)


def step_of(request, pk) -> CaseStep:
    """The step, where its actor's right is held: the township's by CASE_HANDLE, the county's by CASE_CONFIRM in the district."""
    step = CaseStep.objects.select_related("case__organisation", "case__programme", "step").filter(pk=pk).first()
    case = case_of(request, step.case_id if step else 0)
    if step.actor == Step.Actor.COUNTY:
        require(request.user, Permission.CASE_CONFIRM, case.organisation.district)
    else:
        require(request.user, Permission.CASE_HANDLE, case.organisation)
    return step


@guarded(Permission.CASE_VIEW, methods=("POST",))
def step_complete(request, pk):
    step = step_of(request, pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        return invalid(request, step.case, form)
    course.complete_step(pk, by=request.user, **form.cleaned_data)
    return back(step.case_id, f"#step-{pk}")


@guarded(Permission.CASE_VIEW, methods=("POST",))
def step_pause(request, pk):
    step = step_of(request, pk)
    form = PauseForm(request.POST, choices=step.case.programme.pause_reasons.items())
    if not form.is_valid():
        return invalid(request, step.case, form)
    course.pause_step(pk, by=request.user, **form.cleaned_data)
    return back(step.case_id, f"#step-{pk}")


@guarded(Permission.CASE_VIEW, methods=("POST",))
def step_resume(request, pk):
    step = step_of(request, pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        return invalid(request, step.case, form)
    course.resume_step(pk, version=form.cleaned_data["version"], by=request.user)
    return back(step.case_id, f"#step-{pk}")


@guarded(Permission.PERSON_REVEAL, methods=("POST",))
def case_reveal(request, pk):
    """The clear number and phone in answer to a reason; shown once, never stored, never cached."""
    case = case_of(request, pk, Permission.PERSON_REVEAL)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return invalid(request, case, form)
    clear = people.reveal(case.person, reason=form.cleaned_data["reason"], by=request.user, organisation=case.organisation)
    return render(request, "windows/case_detail.html", detail_context(request, case, clear=clear))


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def case_name(request, pk):
    """A mistyped name, put right with a reason."""
    case = case_of(request, pk, Permission.CASE_HANDLE)
    form = NameForm(request.POST)
    if not form.is_valid():
        return invalid(request, case, form)
    data = form.cleaned_data
    people.correct_name(case, name=data["name"], reason=data["reason"], by=request.user)
    messages.success(request, "姓名已更正")
    return back(pk)
