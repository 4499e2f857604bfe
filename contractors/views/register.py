"""The city-wide register of contractors, and each contractor's page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.typed import number_in
from contractors import forms, reports, rules, services
from contractors.filters import ContractorFilter
from contractors.models import Application, ConditionProof, Contractor, ContractorChange, CreditCheck, Qualification
from contractors.views.frame import FORM, TONES, P, any_contractor, back_to, bound
from records import clock
from records.files import file_response
from records.formpage import form_page
from records.listing import KeysetPage

COLUMNS = [{"label": "单位名称"}, {"label": "组织形式"}, {"label": "状态"}, {"label": "登记时间"}]
PAPERS = {
    "proof": (ConditionProof, "file"),
    "qualification": (Qualification, "file"),
    "credit": (CreditCheck, "screenshot"),
    "change": (ContractorChange, "file"),
}


@guarded(P.CONTRACTOR_VIEW, methods=("GET", "HEAD"))
def contractor_list(request):
    rows = Contractor.objects.visible_to(request.user).select_related("organisation")
    found = ContractorFilter(request.GET, rows)
    page = KeysetPage(found.qs, request=request)
    context = {
        "filter": found.form,
        "columns": COLUMNS,
        "rows": [prepared(row) for row in page.rows],
        "page": page,
        "may_register": may(request.user, P.CONTRACTOR_REGISTER),
        "may_see_applications": may(request.user, P.APPLICATION_VIEW),
        "waiting": Application.objects.visible_to(request.user).waiting().count(),
    }
    return render(request, "contractors/contractor_list.html", context)


def prepared(row: Contractor) -> dict:
    return {
        "cells": [
            {"text": str(row), "url": reverse("contractors:contractor_detail", args=[row.pk]), "sub": row.uscc},
            {"text": row.get_legal_form_display()},
            {"text": row.get_status_display(), "chip": 1, "tone": TONES[row.status]},
            {"text": str(clock.local_day(row.created_at))},
        ]
    }


@guarded(P.CONTRACTOR_VIEW, methods=("GET", "HEAD"))
def contractor_detail(request, pk):
    contractor = fetch(Contractor.objects.select_related("organisation", "verified_by"), request.user, pk=pk)
    today, user = clock.today(), request.user
    own = may(user, P.CONTRACTOR_EDIT, contractor)
    context = {
        "contractor": contractor,
        "tone": TONES[contractor.status],
        "facts": facts(contractor, own=own),
        "breaches": list(reports.eligibility(contractor, on=today)),
        "missing": list(services.verification_breaches(contractor, on=today)),
        "conditions": conditions(contractor),
        "qualifications": contractor.qualifications.select_related("file"),
        "checks": contractor.credit_checks.select_related("checked_by", "screenshot")[:5],
        "debarments": contractor.debarments.all(),
        "controllers": contractor.controllers.all(),
        "related": reports.related(contractor) if not own else [],
        "changes": [change_row(row) for row in contractor.changes.select_related("submitted_by", "judged_by", "file")[:10]],
        "services": [rules.SERVICE_LABELS[code] for code in contractor.services if code in rules.SERVICE_LABELS],
        "violations": contractor.violations.all(),
        "performances": contractor.performances.select_related("purchaser"),
        "today": today,
        "may_edit": own,
        "may_house": may(user, P.COLLEAGUE_MANAGE, contractor),
        "may_verify": may(user, P.CONTRACTOR_VERIFY),
        "may_debar": may(user, P.DEBARMENT_IMPORT),
        "reason_form": forms.ReasonForm(),
    }
    return render(request, "contractors/contractor_detail.html", context)


def facts(contractor, *, own: bool) -> list[dict]:
    rows = [
        ("统一社会信用代码", contractor.uscc, contractor.uscc_reason),
        ("组织形式", contractor.get_legal_form_display(), ""),
        ("法定代表人（负责人）", contractor.representative, "证件号码已加密登记" if contractor.representative_index else ""),
        ("财政拨款保障", "是" if contractor.fiscally_funded else "否", ""),
        ("小型、微型企业", "是" if contractor.small_business else "否", ""),
        ("住所", contractor.address or None, ""),
        ("联系人", f"{contractor.contact_name} {contractor.phone}".strip() or None, contractor.email),
    ]
    if not own and contractor.verified_at:
        rows.append(("最近核实", f"{clock.local_day(contractor.verified_at)} {contractor.verified_by}", ""))
    return [{"label": label, "value": value, "help": note} for label, value, note in rows]


def change_row(row: ContractorChange) -> dict:
    """A change as words: which field becomes what."""
    fields = {field.name: field for field in Contractor._meta.concrete_fields}
    words = [(str(fields[name].verbose_name), change_words(fields[name], value)) for name, value in row.values.items()]
    if row.representative_id:
        words.append(("法定代表人证件号码", "已加密提交"))
    tone = {"pending": "due", "accepted": "ok", "refused": "overdue"}[row.status]
    return {"row": row, "words": words, "tone": tone}


def change_words(field, value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(dict(field.flatchoices).get(value, value)) or "空"


def conditions(contractor) -> list[dict]:
    """The conditions of P-07, each with its proof or the lack of one."""
    proofs = {proof.condition: proof for proof in contractor.proofs.select_related("file", "verified_by")}
    return [{"code": code, "label": label, "proof": proofs.get(code)} for code, label in rules.CONDITION_LABELS.items()]


@guarded(P.CONTRACTOR_REGISTER)
def contractor_new(request):
    def done(contractor):
        messages.success(request, f"已登记“{contractor}”，待核实。")
        return redirect("contractors:contractor_detail", pk=contractor.pk)

    context = {"title": "登记承接主体", "submit": "登记", "clause": rules.FOUNDING}
    form = bound(forms.RegisterForm, request)
    return form_page(request, form, lambda data: services.register(by=request.user, **data), template=FORM, context=context, done=done)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def papers_verify(request, pk):
    """Tick what was seen and found true."""
    contractor = any_contractor(request, pk)
    chosen = {
        name: [pk for text in request.POST.getlist(name) if (pk := number_in(text)) is not None] for name in ("proofs", "qualifications")
    }
    services.verify_papers(contractor, by=request.user, **chosen)
    return back_to(contractor, "所选材料已核实。")(request)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def contractor_verify(request, pk):
    contractor = any_contractor(request, pk)
    services.verify(pk, reason=request.POST.get("reason", ""), version=request.POST.get("version") or None, by=request.user)
    return back_to(contractor, f"“{contractor}”已核实，可以参加采购活动。")(request)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def contractor_suspend(request, pk):
    contractor = any_contractor(request, pk)
    services.suspend(pk, reason=request.POST.get("reason", ""), by=request.user)
    return back_to(contractor, f"“{contractor}”已停用。")(request)


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def contractor_reinstate(request, pk):
    contractor = any_contractor(request, pk)
    services.reinstate(pk, reason=request.POST.get("reason", ""), by=request.user)
    return back_to(contractor, f"“{contractor}”已恢复，待重新核实。")(request)


@guarded(P.CONTRACTOR_VIEW, methods=("GET", "HEAD"))
def paper_file(request, pk, kind, paper):
    """A paper of this contractor, under its owner's address: whoever may see the contractor may read it."""
    contractor = any_contractor(request, pk)
    model, field = PAPERS.get(kind, (None, None))
    row = model.objects.filter(pk=paper, contractor=contractor).first() if model else None
    stored = getattr(row, field) if row else None
    if stored is None:
        raise Http404
    return file_response(stored)


@guarded(P.CONTRACTOR_EDIT, methods=("GET", "HEAD"))
def own_page(request):
    """The contractor's short way to its own page."""
    contractor = Contractor.objects.visible_to(request.user).order_by("pk").first()
    if contractor is None:
        raise Http404
    return redirect("contractors:contractor_detail", pk=contractor.pk)
