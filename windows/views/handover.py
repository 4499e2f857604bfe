"""J5: somebody leaves or goes on leave; the lead passes all open cases on at once, none forgotten."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import fetch, guarded, organisations_for
from accounts.models import Membership, Organisation, User
from accounts.roles import Permission
from records.idempotency import once_for
from records.pages import add_breaches
from records.refusals import Refused
from windows.forms.handover import HandoverForm
from windows.models import Case, Handover
from windows.reports import handover as reports
from windows.services import handover as services

KEEP, WHY = "keep_", "why_"
SHOWN = 300  # rows one can untick; what is beyond passes by the rule


@guarded(Permission.CASE_REASSIGN, methods=("GET", "HEAD"))
def handover_list(request):
    papers = Handover.objects.visible_to(request.user).select_related("organisation", "from_user", "made_by")[:50]
    return render(request, "windows/handover_list.html", {"holders": reports.holders(request.user), "papers": papers})


@guarded(Permission.CASE_REASSIGN, methods=("GET", "HEAD"))
def handover_detail(request, pk):
    paper = fetch(Handover.objects.select_related("organisation", "from_user", "made_by"), request.user, pk=pk)
    items = paper.items.select_related("case__person", "case__programme", "to_user")
    return render(request, "windows/handover_detail.html", {"paper": paper, "facts": reports.paper_facts(paper), "items": items})


@guarded(Permission.CASE_REASSIGN)
def handover_new(request, organisation, person):
    """Choose, look at who would get what (``act=preview`` writes nothing), confirm."""
    places = organisations_for(request.user, Permission.CASE_REASSIGN).filter(kind=Organisation.Kind.TOWNSHIP)
    window = get_object_or_404(places, pk=organisation)
    giver = get_object_or_404(staff_of(window), pk=person)
    form = HandoverForm(request.POST or None, people=services.colleagues(window, giver))
    if request.method != "POST" or not form.is_valid():
        return page(request, form, window, giver, status=422 if request.method == "POST" else 200)
    return confirm(request, form, window, giver) if request.POST.get("act") == "confirm" else page(request, form, window, giver)


def staff_of(window):
    """Whoever works or worked at this window, or has a case of it in hand."""
    posts = Membership.objects.filter(organisation=window).values("user")
    return User.objects.filter(Q(pk__in=posts) | Q(pk__in=Case.objects.filter(organisation=window).values("handler")))


def confirm(request, form, window, giver):
    values = form.cleaned_data
    seen = [int(pk) for pk in request.POST.get("seen", "").split(",") if pk.isdecimal()]
    if not values["reason"].strip():
        form.add_error("reason", "请写明移交原因。")
        return page(request, form, window, giver, status=422)
    try:
        with once_for(request, "windows.handover") as slot:
            if not slot.done:
                paper = services.reassign(
                    window, giver, receivers=form.chosen(), rule=values["rule"], kept=kept_of(request.POST), seen=seen,
                    reason=values["reason"], by=request.user,
                )  # fmt: skip
                slot.result = paper.pk
    except Refused as refusal:
        add_breaches(form, refusal)
        return page(request, form, window, giver, status=refusal.status)
    paper = Handover.objects.get(pk=slot.result)
    messages.success(request, f"已移交 {paper.moved} 件，暂不移交 {paper.kept} 件，共 {paper.total} 件")
    return redirect("windows:handover_detail", pk=slot.result)


def kept_of(data) -> dict[int, str]:
    """case → why it stays, from the ticks of the list."""
    ticked = [name.removeprefix(KEEP) for name in data if name.startswith(KEEP)]
    return {int(pk): data.get(f"{WHY}{pk}", "") for pk in ticked if pk.isdecimal()}


def page(request, form, window, giver, *, status=200):
    cases = list(services.open_cases(window, giver).select_related("person", "programme", "village"))
    kept, values = kept_of(request.POST), getattr(form, "cleaned_data", {})
    names = {user.pk: user.name for user in values.get("receivers", ())}
    moving = [case for case in cases if case.pk not in kept]
    goes_to = services.plan(window, moving, list(names), values["rule"]) if names and "rule" in values else {}
    rows = reports.preview_rows(cases, goes_to, names, kept)
    context = {
        "form": form,
        "window": window,
        "giver": giver,
        "rows": rows[:SHOWN],
        "more": len(rows[SHOWN:]),
        "seen": ",".join(str(case.pk) for case in cases),
        "shares": reports.shares(goes_to, names),
        "total": len(cases),
        "moving": len(moving),
        "kept": len(cases) - len(moving),
    }
    return render(request, "windows/handover_form.html", context, status=status)
