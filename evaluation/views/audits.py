"""The auditor's desk: read, take single papers, take one ZIP of what was chosen. Each access is itself on record."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import fetch, guarded
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission, Role
from accounts.typed import number_in
from evaluation import exchange, rules
from evaluation.filters import EvaluationFilter
from evaluation.models import Evaluation
from records.files import file_response
from records.refusals import Refused


@guarded(Permission.EVALUATION_DOWNLOAD, methods=("GET", "HEAD"))
def report_pdf(request, pk):
    """The report that was issued: the same bytes every time. An auditor's look at it is recorded with the evaluation."""
    rows = Evaluation.objects.listed().select_related("report__file")
    evaluation = fetch(rows, request.user, Permission.EVALUATION_DOWNLOAD, pk=pk)
    if evaluation.report is None or evaluation.report.file is None:
        raise Http404("评价报告正在生成，请稍后再试。")
    if request.method == "GET" and Role.CITY_AUDITOR in reach_of(request.user).roles:
        audit.record("evaluation.evaluation.downloaded", evaluation, by=request.user, detail={"report": evaluation.report.number})
    return file_response(evaluation.report.file, inline=True)


@require_POST
@guarded(Permission.EVALUATION_DOWNLOAD, methods=("POST",))
def evaluation_archive(request):
    """One ZIP of the ticked rows, or of everything that the filter shows."""
    rows = Evaluation.objects.visible_to(request.user).listed()
    ticked = [pk for text in request.POST.getlist("pick") if (pk := number_in(text)) is not None]
    chosen = rows.filter(pk__in=ticked) if ticked else EvaluationFilter(request.GET, queryset=rows, request=request).qs
    found = list(chosen.order_by("pk")[: exchange.LARGEST + 1])
    if not 0 < len(found) <= exchange.LARGEST:
        raise Refused.because("E-10", rules.DISCLOSURE, f"一次打包 1 至 {exchange.LARGEST} 件，请缩小筛选范围或勾选部分。")
    with transaction.atomic():
        exchange.enqueue_archive(found, organisation=_home(request.user), by=request.user)
    messages.success(request, f"正在打包 {len(found)} 件，完成后在下载中心取。")
    return redirect("evaluation:evaluation_list")


def _home(user) -> Organisation:
    """Where the job belongs: the organisation where this person may download."""
    path = reach_of(user).paths(Permission.EVALUATION_DOWNLOAD)[0]
    return Organisation.objects.get(path=path)
