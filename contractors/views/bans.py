"""Decisions of finance departments that keep a supplier out: the list with its history, entry by form and by sheet, early end."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from contractors import exchange, forms, rules, services
from contractors.filters import DebarmentFilter
from contractors.models import Debarment
from contractors.views.frame import FORM, P, any_contractor, bound
from records import clock
from records.files import read_upload
from records.formpage import form_page
from records.idempotency import once_for
from records.listing import KeysetPage

COLUMNS = [
    {"label": "单位"}, {"label": "处罚决定文号"}, {"label": "作出决定的财政部门"}, {"label": "禁入期"}, {"label": "状态"},
]  # fmt: skip


@guarded(P.CONTRACTOR_VIEW, methods=("GET", "HEAD"))
def debarment_list(request):
    rows = Debarment.objects.visible_to(request.user).select_related("contractor")
    found = DebarmentFilter(request.GET, rows)
    if request.GET.get("export") in ("xlsx", "csv"):
        return exchange.listing(found.qs.order_by("-starts_on", "-pk")[: exchange.MOST_ROWS], request.GET["export"])
    page = KeysetPage(found.qs, order=("-starts_on", "-pk"), request=request)
    context = {
        "filter": found.form,
        "columns": COLUMNS,
        "rows": [prepared(row, clock.today()) for row in page.rows],
        "page": page,
        "may_import": may(request.user, P.DEBARMENT_IMPORT),
        "clause": rules.PENALTY,
    }
    return render(request, "contractors/debarment_list.html", context)


def prepared(row: Debarment, on) -> dict:
    name, tone = state_of(row, on)
    return {
        "cells": [
            {"text": row.name, "url": reverse("contractors:debarment_detail", args=[row.pk]), "sub": row.uscc},
            {"text": row.decision_no},
            {"text": row.issuer},
            {"text": f"{row.starts_on} 至 {row.ends_on}", "sub": f"{row.lifted_on} 起解除" if row.lifted_on else ""},
            {"text": name, "chip": 1, "tone": tone},
        ]
    }


def state_of(row: Debarment, on) -> tuple[str, str]:
    if on < row.starts_on:
        return "未生效", "info"
    if on <= row.last_day:
        return "禁入中", "overdue"
    return ("已解除", "paused") if row.lifted_on else ("已期满", "paused")


@guarded(P.CONTRACTOR_VIEW, methods=("GET", "HEAD"))
def debarment_detail(request, pk):
    row = fetch(Debarment.objects.select_related("contractor__organisation", "imported_by", "lifted_by"), request.user, pk=pk)
    state, tone = state_of(row, clock.today())
    context = {
        "debarment": row,
        "state": state,
        "tone": tone,
        "others": Debarment.objects.visible_to(request.user).filter(uscc=row.uscc).exclude(pk=row.pk),
        "may_lift": may(request.user, P.DEBARMENT_IMPORT) and not row.lifted_on and clock.today() <= row.ends_on,
        "lift_form": forms.LiftForm(),
        "clause": rules.PENALTY,
    }
    return render(request, "contractors/debarment_detail.html", context)


def enter(request, initial, back):
    form = bound(forms.DecisionForm, request, initial=initial)

    def done(row):
        messages.success(request, f"{row.decision_no} 已录入，{row.starts_on} 至 {row.last_day} 不得参加政府采购活动。")
        return back(row)

    context = {"title": "录入禁入决定", "submit": "录入", "clause": rules.PENALTY}
    save = lambda data: services.enter_decision(services.Decision(**data), by=request.user)  # noqa: E731
    return form_page(request, form, save, template=FORM, context=context, done=done)


@guarded(P.DEBARMENT_IMPORT)
def debarment_enter(request):
    return enter(request, {}, lambda row: redirect("contractors:debarment_detail", pk=row.pk))


@guarded(P.DEBARMENT_IMPORT)
def debarment_new(request, pk):
    """A decision about a contractor of the register."""
    contractor = any_contractor(request, pk)
    initial = {"uscc": contractor.uscc, "name": str(contractor)}
    return enter(request, initial, lambda row: redirect("contractors:debarment_detail", pk=row.pk))


@guarded(P.DEBARMENT_IMPORT)
def debarment_import(request):
    form = bound(forms.BanImportForm, request)

    def read(data):
        return exchange.preview(read_upload(data["upload"]), data["upload"].name)

    def done(found):
        context = {"preview": found, "sealed": exchange.seal(found), "columns": exchange.COLUMNS}
        return render(request, "contractors/debarment_preview.html", context)

    return form_page(request, form, read, template="contractors/debarment_import.html", context={"clause": rules.PENALTY}, done=done)


@guarded(P.DEBARMENT_IMPORT, methods=("POST",))
def debarment_confirm(request):
    """Write exactly what the preview showed, all or nothing; sent twice it is written once."""
    decisions = exchange.unseal(request.POST.get("sealed", ""))
    with once_for(request, "contractors.debarment_import") as slot:
        if not slot.done:
            slot.result = len([services.enter_decision(decision, by=request.user) for decision in decisions])
    messages.success(request, f"已录入 {slot.result} 项禁入决定。")
    return redirect("contractors:debarment_list")


@guarded(P.DEBARMENT_IMPORT, methods=("GET", "HEAD"))
def debarment_template(request):
    return exchange.template()


@guarded(P.DEBARMENT_IMPORT, methods=("POST",))
def debarment_lift(request, pk):
    row = get_object_or_404(Debarment.objects.visible_to(request.user), pk=pk)
    form = forms.LiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写解除日期和依据文号。")
    else:
        services.lift_debarment(row.pk, by=request.user, **form.cleaned_data)
        messages.success(request, f"{row.decision_no} 自 {form.cleaned_data['lifted_on']} 起解除。")
    return redirect("contractors:debarment_detail", pk=pk)
