"""What everybody may read: published results, editions that were corrected marked as such."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from evaluation.models import Evaluation
from records import clock
from records.files import file_response
from records.listing import KeysetPage

COLUMNS = ("项目", "承接主体", "购买主体", "评价期间", "等级", "公布日期")


def _published():
    return Evaluation.objects.published().listed().select_related("announcement")


@public
@require_safe
def public_evaluation_list(request):
    rows = _published()
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(contract__project__name__icontains=text) | rows.filter(contract__contractor__organisation__name__icontains=text)
    page = KeysetPage(rows, order=("-published_at", "-pk"), request=request)
    context = {"page": page, "rows": [_row(row) for row in page.rows], "columns": [{"label": label} for label in COLUMNS], "text": text}
    return render(request, "evaluation/public/evaluation_list.html", context)


def _row(row: Evaluation) -> dict:
    shown = row.announcement.context["result"]
    corrected = row.status == Evaluation.Status.CORRECTED
    return {
        "cells": [
            {"text": row.contract.project.name, "url": reverse("public_evaluation", args=[row.pk]), "sub": row.announcement.number},
            {"text": row.contract.contractor.organisation.name},
            {"text": row.organisation.name},
            {"text": f"{row.period_start} 至 {row.period_end}"},
            {"text": f"{shown['grade']}（{shown['total']}）", "sub": "已更正，以新版为准" if corrected else ""},
            {"text": str(clock.local_day(row.published_at))},
        ]
    }


@public
@require_safe
def public_evaluation(request, pk):
    """The announcement as it was issued: from the frozen context, never from today's rows."""
    evaluation = get_object_or_404(_published(), pk=pk)
    later = Evaluation.objects.published().filter(supersedes=evaluation).first()
    context = {"evaluation": evaluation, "notice": evaluation.announcement, "shown": evaluation.announcement.context, "later": later}
    return render(request, "evaluation/public/evaluation_detail.html", context)


@public
@require_safe
def public_evaluation_pdf(request, pk):
    evaluation = get_object_or_404(_published(), pk=pk)
    if evaluation.announcement.file is None:
        raise Http404("公告文件正在生成，请稍后再试。")
    return file_response(evaluation.announcement.file, inline=True)
