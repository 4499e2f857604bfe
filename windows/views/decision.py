"""What meetings decided: the list, one decision, and its result."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded
from accounts.roles import Permission
from records import clock
from records.exports import export
from records.formpage import form_page
from records.listing import KeysetPage
from windows.filters import MeetingDecisionFilter
from windows.forms.meeting import ResultForm
from windows.models import MeetingDecision
from windows.reports import meeting as reports
from windows.services import minutes

VIEW = Permission.MEETING_VIEW
WITH = ("item__meeting__organisation", "item__case__organisation", "owner_organisation", "owner", "done_by", "minutes__notice")


@guarded(VIEW, methods=("GET", "HEAD"))
def decision_list(request):
    """Within reach, filtered; ``?format=xlsx`` exports exactly that."""
    chosen = MeetingDecisionFilter(request.GET, queryset=MeetingDecision.objects.visible_to(request.user), request=request)
    rows = chosen.qs.select_related("item__meeting", "owner_organisation", "owner")
    if request.GET.get("format") in ("xlsx", "csv"):
        return export(reports.COLUMNS, reports.sheet_rows(rows.order_by("-pk")), name="会议决定", kind=request.GET["format"])
    page = KeysetPage(rows, order=("-pk",), request=request)
    today = clock.today()
    context = {"filter": chosen, "page": page, "rows": [reports.decision_row(row, today) for row in page.rows]}
    return render(request, "windows/decision_list.html", context)


def decision_of(request, pk) -> MeetingDecision:
    return fetch(MeetingDecision.objects.select_related(*WITH), request.user, pk=pk)


def decision_context(request, row: MeetingDecision, **more) -> dict:
    acts = row.status == MeetingDecision.Status.OPEN and reports.answers_for(request.user, row)
    return {
        "row": row,
        "shown": reports.decision_row(row, clock.today()),
        "facts": reports.decision_facts(request.user, row),
        "form": ResultForm(initial={"version": row.version}) if acts else None,
        **more,
    }


@guarded(VIEW, methods=("GET", "HEAD"))
def decision_detail(request, pk):
    return render(request, "windows/decision_detail.html", decision_context(request, decision_of(request, pk)))


@guarded(VIEW, methods=("POST",))
def decision_finish(request, pk):
    """By the owner, a deputy, or a colleague at the same office; not by those above it."""
    row = decision_of(request, pk)
    if not reports.answers_for(request.user, row):
        raise PermissionDenied("这项决定由责任单位落实，您的岗位不能填写结果。")
    form = ResultForm(request.POST)

    def done(_):
        messages.success(request, "落实结果已保存，召集单位会收到通知")
        return redirect("windows:decision_detail", pk=pk)

    context = decision_context(request, row, form=form)
    return form_page(
        request, form, lambda data: minutes.finish(pk, by=request.user, **data), template="windows/decision_detail.html",
        context=context, done=done,
    )  # fmt: skip
