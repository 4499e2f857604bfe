"""The clerk's form: one field starts it, the rest appears. Works in full without JavaScript; htmx only saves the reload."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import guarded, organisations_for, require
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock, identity
from records.idempotency import once_for
from records.refusals import Refused
from windows import reports
from windows.forms.counter import PAPER, IntakeForm, materials_of
from windows.models import CaseStep, Person, Programme
from windows.services import clocks, people, referrals, slips
from windows.services import intake as service

PURPOSE = "windows.case_log"
FIND, CHOOSE = "find", "choose"


def desks(user):
    return organisations_for(user, Permission.CASE_LOG).filter(kind=Organisation.Kind.TOWNSHIP).valid(clock.today()).order_by("path")


@guarded(Permission.CASE_LOG)
def intake(request):
    """GET: an empty form. POST: find the person, show the need, or register — by the button that was pressed."""
    organisations = desks(request.user)
    data = request.POST or None
    form = IntakeForm(data, organisations=organisations, initial={"organisation": organisations.first()})
    if data is None or request.POST.get("act") in (FIND, CHOOSE):
        return render(request, "windows/intake.html", page_context(request, form))
    if not form.is_valid():
        return render(request, "windows/intake.html", page_context(request, form, errors=True), status=422)
    require(request.user, Permission.CASE_LOG, form.cleaned_data["organisation"])
    try:
        with once_for(request, PURPOSE) as slot:
            if slot.done:
                return redirect(slot.result)
            case = service.log_application(_application(request, form), by=request.user)
            slot.result = reverse("windows:case_detail", args=[case.pk])
    except Refused as refusal:
        form.breaches = refusal.breaches
        form.add_error(None, str(refusal))
        return render(request, "windows/intake.html", page_context(request, form, errors=True), status=refusal.status)
    messages.success(request, f"{case.get_status_display()}：{case.number}")
    return redirect(slot.result)


def _application(request, form):
    """A person picked by name must be one the clerk may know, and of that name; a full number may be anybody's and decides by itself."""
    data = form.cleaned_data
    picked, district = data["person_id"], data["organisation"].district
    if picked and not people.answers_to(request.user, district, picked, data["who"].strip()):
        data["person_id"] = None
    return form.application()


@guarded(Permission.CASE_LOG, methods=("POST",))
def intake_person(request):
    """The person beside the form, by htmx. Posted, so that no ID number stands in an address."""
    form = IntakeForm(request.POST, organisations=desks(request.user))
    form.is_valid()
    context = person_context(request, form)
    if another_person(form.data.get("looked", ""), context):
        context["person_form"] = IntakeForm(organisations=desks(request.user))
    return render(request, "windows/intake_person.html", context)


def another_person(looked: str, context: dict) -> bool:
    """Was the answer before about somebody else? Then nothing that was typed about that person goes into this one's fields.

    A new person's name, corrected in its spelling, keeps what stands beside it; a number that was sound, or somebody on file, does not.
    """
    if not looked or looked == context["who"]:
        return False
    return context["panel"] is not None or (context["facts"] is not None and looked[:6].isdigit())


@guarded(Permission.CASE_LOG, methods=("POST",))
def intake_need(request):
    """Steps, departments, dates and papers of the chosen need, by htmx."""
    form = IntakeForm(request.POST, organisations=desks(request.user))
    form.is_valid()
    return render(request, "windows/intake_need.html", need_context(request, form))


def page_context(request, form, *, errors=False) -> dict:
    form.is_valid() if form.is_bound else None
    groups: dict[str, list] = {}
    for programme in form.fields["programme"].queryset:
        groups.setdefault(programme.group, []).append(programme)
    return {
        "form": form,
        "show_errors": errors,
        "groups": list(groups.items()),
        "chosen": form.data.get("programme", "") if form.is_bound else "",
        "organisations": list(form.fields["organisation"].queryset),
        **person_context(request, form),
        **need_context(request, form),
    }


def person_context(request, form) -> dict:
    """What is known of the one who stands at the counter: found, several of that name, or new."""
    data = getattr(form, "cleaned_data", {})
    who = identity.normalise_id(form.data.get("who", "")) if form.is_bound else ""
    context = {
        "form": form,
        "person_form": form,
        "who": who,
        "panel": None,
        "matches": [],
        "facts": None,
        "fault": "",
        "doubt": "",
        "by_name": False,
    }
    if not who:
        return context
    organisation = data.get("organisation") or desks(request.user).first()
    district = organisation.district
    if any(char.isdigit() for char in who[:6]):
        context["fault"], context["doubt"] = _faults(who)
        context["facts"] = identity.facts_of(who, clock.today())
        person = people.find(district, who) if context["facts"] else None
    else:
        context["by_name"] = True
        context["matches"] = [reports.person_panel(request.user, row) for row in people.matching(request.user, district, who)]
        person = Person.objects.visible_to(request.user).filter(pk=data.get("person_id")).first() if data.get("person_id") else None
    if person is not None:
        context["panel"] = reports.person_panel(request.user, person)
    return context


def _faults(number: str) -> tuple[str, str]:
    """(what is wrong with the number, what is unlikely and must be checked face to face)."""
    breaches = list(identity.check_resident_id(number, clock.today()))
    fault = "".join(breach.message for breach in breaches if breach.binding)
    return fault, "".join(breach.message for breach in breaches if not breach.binding)


def need_context(request, form) -> dict:
    programme = Programme.objects.current(clock.today()).filter(code=form.data.get("programme", "")).first() if form.is_bound else None
    if programme is None:
        return {"programme": None}
    organisation = getattr(form, "cleaned_data", {}).get("organisation") or desks(request.user).first()
    papers = materials_of(programme)
    for material in (*papers["required"], *papers["applicable"]):
        material.field = f"{PAPER}{material.code}"
        material.state = form.data.get(material.field, "")
    return {
        "form": form,
        "programme": programme,
        "papers": papers,
        "steps": list(programme.steps.all()),
        "receiver": referrals.receiver_for(programme, organisation) if programme.leaves_window else None,
        "also": form.fields["also"].queryset.exclude(code=programme.code),
        "also_chosen": form.data.getlist("also"),
        **_result_day(programme),
    }


def _result_day(programme: Programme) -> dict:
    """If accepted today: the day the whole runs out, day by day; or why it cannot be said yet."""
    if programme.whole is None:
        return {"due": None, "due_note": "", "strip": []}
    row = CaseStep(starts_on=clock.today(), amount=programme.whole_amount, unit=programme.whole_unit)
    clocks.set_due(row)
    return {"due": row.due_on, "due_note": row.due_note, "strip": slips.strip(row)}
