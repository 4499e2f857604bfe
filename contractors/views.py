"""The city-wide register of contractors, and each contractor's own page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.models import User
from accounts.roles import Permission, Role
from contractors import forms, reports, rules, services
from contractors.filters import ContractorFilter
from contractors.models import ConditionProof, Contractor, CreditCheck, Qualification
from records import clock
from records.files import file_response
from records.formpage import form_page
from records.listing import KeysetPage

P = Permission
FORM = "contractors/form.html"
COLUMNS = [{"label": "单位名称"}, {"label": "组织形式"}, {"label": "状态"}, {"label": "登记时间"}]
TONES = {"pending": "due", "verified": "ok", "suspended": "paused"}
PAPERS = {"proof": (ConditionProof, "file"), "qualification": (Qualification, "file"), "credit": (CreditCheck, "screenshot")}


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
    }
    return render(request, "contractors/contractor_list.html", context)


def prepared(row: Contractor) -> dict:
    return {
        "cells": [
            {"text": str(row), "url": reverse("contractors:contractor_detail", args=[row.pk]), "sub": row.uscc},
            {"text": row.get_legal_form_display()},
            {"text": row.get_status_display(), "chip": 1, "tone": TONES[row.status]},
            {"text": f"{row.created_at:%Y-%m-%d}"},
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
        "debarments": contractor.debarments.select_related("issued_by"),
        "violations": contractor.violations.all(),
        "performances": contractor.performances.select_related("purchaser"),
        "today": today,
        "may_edit": own,
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
        ("联系电话", contractor.phone or None, ""),
    ]
    if not own and contractor.verified_at:
        rows.append(("最近核实", f"{contractor.verified_at:%Y-%m-%d} {contractor.verified_by}", ""))
    return [{"label": label, "value": value, "help": note} for label, value, note in rows]


def conditions(contractor) -> list[dict]:
    """The conditions of P-07, each with its proof or the lack of one."""
    proofs = {proof.condition: proof for proof in contractor.proofs.select_related("file", "verified_by")}
    return [{"code": code, "label": label, "proof": proofs.get(code)} for code, label in rules.CONDITION_LABELS.items()]


def back_to(contractor, text):
    def done(request):
        messages.success(request, text)
        return redirect("contractors:contractor_detail", pk=contractor.pk)

    return done


def sheet(request, contractor, form, save, *, title, submit, text, clause=None):
    """A form page about one contractor."""

    def done(_result):
        messages.success(request, text)
        return redirect("contractors:contractor_detail", pk=contractor.pk)

    context = {"contractor": contractor, "title": title, "submit": submit, "clause": clause}
    return form_page(request, form, save, template=FORM, context=context, done=done)


def bound(form_class, request, **options):
    """The form with what was sent, or fresh."""
    return form_class(request.POST, request.FILES, **options) if request.method == "POST" else form_class(**options)


@guarded(P.CONTRACTOR_REGISTER)
def contractor_new(request):
    def done(contractor):
        messages.success(request, f"已登记“{contractor}”，待核实。")
        return redirect("contractors:contractor_detail", pk=contractor.pk)

    context = {"title": "登记承接主体", "submit": "登记", "clause": rules.FOUNDING}
    form = bound(forms.RegisterForm, request)
    return form_page(request, form, lambda data: services.register(by=request.user, **data), template=FORM, context=context, done=done)


def own_contractor(request, pk) -> Contractor:
    """The contractor as its own administrator changes it; whoever else sees it gets 403."""
    return fetch(Contractor.objects.select_related("organisation"), request.user, P.CONTRACTOR_EDIT, pk=pk)


def any_contractor(request, pk) -> Contractor:
    return fetch(Contractor.objects.select_related("organisation"), request.user, pk=pk)


@guarded(P.CONTRACTOR_EDIT)
def contractor_edit(request, pk):
    contractor = own_contractor(request, pk)
    initial = {field: getattr(contractor, field) for field in services.FIELDS}
    form = bound(forms.ContractorForm, request, initial=initial)

    def save(data):
        version = request.POST.get("version") or None
        return services.update(pk, values=data, version=int(version) if version else None, by=request.user)

    return sheet(request, contractor, form, save, title="修改登记信息", submit="保存并待核实", text="已保存，待民政局重新核实。")


@guarded(P.CONTRACTOR_EDIT)
def proof_new(request, pk):
    contractor = own_contractor(request, pk)
    form = bound(forms.ProofForm, request, initial={"condition": request.GET.get("condition", "")})

    def save(data):
        return services.submit_proof(contractor, by=request.user, **data)

    return sheet(request, contractor, form, save, title="提交条件证明", submit="提交", text="证明已提交，待核实。", clause=rules.CONDITIONS)


@guarded(P.CONTRACTOR_EDIT)
def qualification_new(request, pk):
    contractor = own_contractor(request, pk)

    def save(data):
        return services.submit_qualification(contractor, by=request.user, **data)

    form = bound(forms.QualificationForm, request)
    return sheet(request, contractor, form, save, title="登记资质", submit="提交", text="资质已提交，待核实。")


@guarded(P.CONTRACTOR_VERIFY)
def credit_check_new(request, pk):
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_credit_check(contractor, by=request.user, **data)

    form = bound(forms.CreditCheckForm, request)
    return sheet(request, contractor, form, save, title="登记信用查询", submit="登记", text="信用查询已登记。", clause=rules.CREDIT)


@guarded(P.CONTRACTOR_VERIFY)
def violation_new(request, pk):
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_violation(contractor, by=request.user, **data)

    form = bound(forms.ViolationForm, request)
    return sheet(request, contractor, form, save, title="登记违法记录", submit="登记", text="违法记录已登记。", clause=rules.SERIOUS)


@guarded(P.DEBARMENT_IMPORT)
def debarment_new(request, pk):
    contractor = any_contractor(request, pk)

    def save(data):
        return services.import_debarment(contractor, by=request.user, **data)

    form = bound(forms.DebarmentForm, request)
    return sheet(request, contractor, form, save, title="录入禁入决定", submit="录入", text="禁入决定已录入。", clause=rules.PENALTY)


@guarded(P.CONTRACTOR_VERIFY)
def controller_new(request, pk):
    """P-10: who directly holds or manages this contractor; read when its rivals' bids are reviewed."""
    contractor = any_contractor(request, pk)

    def save(data):
        return services.record_controller(contractor, by=request.user, **data)

    form = bound(forms.ControllerForm, request)
    return sheet(
        request, contractor, form, save, title="登记控股管理关系", submit="登记", text="控股管理关系已登记。", clause=rules.SAME_HEAD
    )


@guarded(P.CONTRACTOR_VERIFY)
def tie_new(request, pk):
    contractor = any_contractor(request, pk)
    people = User.objects.visible_to(request.user) | User.objects.filter(memberships__role=Role.EXPERT)

    def save(data):
        return services.record_tie(data.pop("user"), contractor, by=request.user, **data)

    form = bound(forms.TieForm, request, people=people.distinct())
    return sheet(request, contractor, form, save, title="登记回避关系", submit="登记", text="回避关系已登记。")


@guarded(P.CONTRACTOR_VERIFY, methods=("POST",))
def papers_verify(request, pk):
    """Tick what was seen and found true."""
    contractor = any_contractor(request, pk)
    chosen = {name: [int(text) for text in request.POST.getlist(name) if text.isdigit()] for name in ("proofs", "qualifications")}
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
