"""The register as everybody may read it: who is verified, what it offers, how it was judged. Nothing about persons."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from contractors import rules
from contractors.filters import PublicContractorFilter
from contractors.models import Contractor, Debarment, Performance
from records import clock
from records.listing import KeysetPage

COLUMNS = [{"label": "单位名称"}, {"label": "组织形式"}, {"label": "服务内容"}, {"label": "最近评价"}]
SHOWN = 4


@public
@require_safe
def public_contractor_list(request):
    rows = Contractor.objects.verified().select_related("organisation")
    found = PublicContractorFilter(request.GET, rows)
    page = KeysetPage(found.qs, request=request)
    grades = latest_grades(page.rows)
    context = {"filter": found.form, "page": page, "columns": COLUMNS, "rows": [prepared(row, grades) for row in page.rows]}
    return render(request, "contractors/public/list.html", context)


def latest_grades(rows) -> dict[int, Performance]:
    """Contractor → its newest published result; one query for the page."""
    found: dict[int, Performance] = {}
    for row in Performance.objects.filter(contractor__in=[row.pk for row in rows]).order_by("-year", "-pk"):
        found.setdefault(row.contractor_id, row)
    return found


def prepared(row: Contractor, grades) -> dict:
    offered = [rules.SERVICE_LABELS[code] for code in row.services if code in rules.SERVICE_LABELS]
    more = f"等 {len(offered)} 项" if len(offered) > SHOWN else ""
    last = grades.get(row.pk)
    return {
        "cells": [
            {"text": str(row), "url": reverse("public_contractor", args=[row.uscc]), "sub": row.uscc},
            {"text": row.get_legal_form_display()},
            {"text": "、".join(offered[:SHOWN]) + more or "未填写"},
            {"text": f"{last.grade}（{last.year} 年）" if last else "暂无"},
        ]
    }


@public
@require_safe
def public_contractor(request, code):
    row = get_object_or_404(Contractor.objects.verified().select_related("organisation"), uscc=code)
    today = clock.today()
    context = {
        "contractor": row,
        "facts": [
            {"label": "统一社会信用代码", "value": row.uscc},
            {"label": "组织形式", "value": row.get_legal_form_display()},
            {"label": "住所", "value": row.address or None},
            {"label": "登记核实日期", "value": str(clock.local_day(row.verified_at))},
        ],
        "services": [rules.SERVICE_LABELS[service] for service in row.services if service in rules.SERVICE_LABELS],
        "qualifications": row.qualifications.exclude(verified_on=None),
        "performances": row.performances.select_related("purchaser"),
        "bans": Debarment.objects.filter(uscc=row.uscc).in_force(today),
        "today": today,
    }
    return render(request, "contractors/public/detail.html", context)
