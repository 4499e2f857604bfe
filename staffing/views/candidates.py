"""Whom to post: the workers of the district's contracts, ranked; and posting one of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import guarded, may
from accounts.roles import Permission
from records.idempotency import once_for
from records.refusals import Refused
from staffing import rules, services
from staffing.forms.staff import CandidateForm
from staffing.reports.candidates import candidates
from staffing.views.entry import refuse
from staffing.views.tables import fetch_unit

VIEW, EDIT = Permission.STAFFING_VIEW, Permission.STAFFING_EDIT


@guarded(VIEW, methods=("GET", "HEAD"))
def candidate_list(request, pk):
    """Ranked by social work, then by education; nobody is left out."""
    bureau = fetch_unit(request, pk)
    context = {"bureau": bureau, "rows": candidates(bureau, request.user), "clause": rules.STANDARD}
    return render(request, "staffing/candidate_list.html", context | {"may_edit": may(request.user, EDIT, bureau)})


@guarded(EDIT)
def candidate_post(request, pk, worker):
    """Put one of them on the roster; judged like anybody posted."""
    bureau = fetch_unit(request, pk, EDIT)
    candidate = next((one for one in candidates(bureau, request.user) if one.worker.pk == worker), None)
    if candidate is None:
        raise Http404
    form = CandidateForm(request.POST or None, bureau=bureau, candidate=candidate)
    if request.method == "POST" and form.is_valid():
        try:
            with once_for(request, "staffing.candidate") as slot:
                if not slot.done:
                    slot.result = services.add_staff(form.facts(), by=request.user).name
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已登记{slot.result}派驻。")
            return redirect("staffing:candidate_list", bureau.pk)
    context = {"form": form, "bureau": bureau, "candidate": candidate}
    return render(request, "staffing/candidate_form.html", context, status=422 if form.errors else 200)
