"""The bureau's desk for applications: look, send back, refuse, enter into the register."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import fetch, guarded, may, require
from accounts.typed import number_in
from contractors import forms, rules
from contractors.filters import ApplicationFilter
from contractors.models import QUALIFICATION, Application
from contractors.services import admission
from contractors.views.frame import P
from records import clock
from records.files import file_response
from records.listing import KeysetPage

COLUMNS = [{"label": "单位名称"}, {"label": "组织形式"}, {"label": "受理单位"}, {"label": "提交时间"}, {"label": "状态"}]
TONES = {"submitted": "due", "returned": "paused", "approved": "ok", "refused": "overdue"}
CODE = "reissued_code"


@guarded(P.APPLICATION_VIEW, methods=("GET", "HEAD"))
def application_list(request):
    rows = Application.objects.visible_to(request.user).select_related("district")
    found = ApplicationFilter(request.GET, rows)
    page = KeysetPage(found.qs, order=("-submitted_at", "-pk"), request=request)
    context = {"filter": found.form, "columns": COLUMNS, "rows": [prepared(row) for row in page.rows], "page": page}
    return render(request, "contractors/application_list.html", context)


def prepared(row: Application) -> dict:
    return {
        "cells": [
            {"text": row.name, "url": reverse("contractors:application_detail", args=[row.pk]), "sub": f"{row.uscc} {row.number}"},
            {"text": row.get_legal_form_display()},
            {"text": row.district.name},
            {"text": f"{localtime(row.submitted_at):%Y-%m-%d %H:%M}", "sub": f"第 {row.round} 次"},
            {"text": row.get_status_display(), "chip": 1, "tone": TONES[row.status]},
        ]
    }


def visible(request, pk, permission=None) -> Application:
    """In reach at all, and with ``permission`` at its own bureau."""
    row = fetch(Application.objects.select_related("district", "judged_by", "contractor__organisation"), request.user, pk=pk)
    if permission:
        require(request.user, permission, row.district)
    return row


@guarded(P.APPLICATION_VIEW, methods=("GET", "HEAD"))
def application_detail(request, pk):
    row = visible(request, pk)
    papers = list(row.papers.select_related("file"))
    shown_for, code = request.session.pop(CODE, (None, ""))
    waiting = row.status == Application.Status.SUBMITTED
    context = {
        "application": row,
        "tone": TONES[row.status],
        "facts": facts(row),
        "services": [rules.SERVICE_LABELS.get(service, service) for service in row.services],
        "papers": [paper for paper in papers if paper.kind != QUALIFICATION],
        "certificates": [paper for paper in papers if paper.kind == QUALIFICATION],
        "breaches": admission.approval_breaches(row, on=clock.today()) if waiting else [],
        "notes": row.notes.select_related("returned_by"),
        "may_verify": may(request.user, P.CONTRACTOR_VERIFY, row.district),
        "waiting": waiting,
        "return_form": forms.ReturnForm(),
        "reason_form": forms.ReasonForm(),
        "code": code if shown_for == row.pk else "",
    }
    context["barred"] = [breach for breach in context["breaches"] if breach.binding]
    return render(request, "contractors/application_detail.html", context)


def facts(row: Application) -> list[dict]:
    rows = [
        ("统一社会信用代码", row.uscc, row.uscc_reason),
        ("组织形式", row.get_legal_form_display(), row.form_reason),
        ("财政拨款保障", "是" if row.fiscally_funded else "否", ""),
        ("小型、微型企业", "是" if row.small_business else "否", ""),
        ("住所", row.address or None, ""),
        ("法定代表人（负责人）", row.representative or None, "证件号码已加密登记" if row.representative_id else "未填证件号码"),
        ("联系人", f"{row.contact_name} {row.phone}", row.email),
        ("承诺人", row.declared_by or None, ""),
        ("受理单位", row.district.name, ""),
    ]
    return [{"label": label, "value": value, "help": note} for label, value, note in rows]


def back(request, pk, text):
    messages.success(request, text)
    return redirect("contractors:application_detail", pk=pk)


def version_of(request):
    sent = request.POST.get("version", "")
    return number_in(sent)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def application_approve(request, pk):
    visible(request, pk, P.CONTRACTOR_VERIFY)
    row = admission.approve(pk, reason=request.POST.get("reason", ""), version=version_of(request), by=request.user)
    return back(request, pk, f"“{row.name}”已登记并核实。申请单位凭查询码领取账号 {row.administrator.username}。")


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def application_return(request, pk):
    visible(request, pk, P.CONTRACTOR_VERIFY)
    notes = {section: request.POST.get(section, "") for section in rules.SECTION_LABELS}
    admission.send_back(pk, notes=notes, version=version_of(request), by=request.user)
    return back(request, pk, "已退回补正，申请单位在查询页可以看到各部分的原因。")


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def application_refuse(request, pk):
    visible(request, pk, P.CONTRACTOR_VERIFY)
    admission.refuse(pk, reason=request.POST.get("reason", ""), version=version_of(request), by=request.user)
    return back(request, pk, "已作出不予登记的决定。")


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def application_code(request, pk):
    """A new code for an applicant who lost theirs; shown once on the next page."""
    visible(request, pk, P.CONTRACTOR_VERIFY)
    _, code = admission.reissue_code(pk, reason=request.POST.get("reason", ""), by=request.user)
    request.session[CODE] = [pk, code]
    return back(request, pk, "已发放新的查询码，原查询码失效。")


@guarded(P.APPLICATION_VIEW, methods=("GET", "HEAD"))
def application_evidence(request, pk, paper):
    found = visible(request, pk).papers.select_related("file").filter(pk=paper).first()
    if found is None or found.file is None:
        raise Http404
    return file_response(found.file)
