"""The papers over the counter: on the screen at once, as PDF as soon as it is drawn."""

from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, require
from accounts.roles import Permission
from records import files
from windows.models import Case, Slip
from windows.services import slips


def slip_of(request, pk) -> Slip:
    slip = Slip.objects.select_related("case", "notice__file", "notice__organisation", "reprint", "first_printed_by").filter(pk=pk).first()
    if slip is None:
        raise Http404
    case = fetch(Case.objects.select_related("organisation"), request.user, Permission.CASE_VIEW, pk=slip.case_id)
    require(request.user, Permission.PERSON_VIEW, case.organisation)  # a paper names the person in full
    return slip


@guarded(Permission.CASE_VIEW, methods=("GET", "HEAD"))
def slip_detail(request, pk):
    slip = slip_of(request, pk)
    context = {"slip": slip, "case": slip.case, "paper": slip.notice.context["paper"], "file": slips.file_of(slip)}
    context["may_log"] = may(request.user, Permission.CASE_LOG)
    return render(request, "windows/slip_detail.html", context)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def slip_print(request, pk):
    """Count the print, then show the PDF; from the second on it is the reprint."""
    slip = slip_of(request, pk)
    fetch(Case, request.user, Permission.CASE_HANDLE, pk=slip.case_id)
    slips.count_print(pk, by=request.user)
    return redirect("windows:slip_pdf", pk=pk)


@guarded(Permission.CASE_VIEW, methods=("GET", "HEAD"))
def slip_pdf(request, pk):
    """The stored file; while it is being drawn, a page that asks again."""
    slip = slip_of(request, pk)
    stored = slips.file_of(slip)
    if stored is None:
        return render(request, "windows/slip_waiting.html", {"slip": slip, "case": slip.case}, status=202)
    return files.file_response(stored, inline=True)
