"""The lots of a purchase: one table, one more lot while it is drafted, and how many one supplier may win."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.package import LimitForm, LotForm
from procurement.forms.project import NoteForm
from procurement.models import Award, Package, Project
from procurement.reports import sections
from procurement.services import lots
from procurement.services import package as services
from procurement.views.frame import version_of
from records.formpage import form_page

P = Permission


@guarded(P.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_lots(request, pk):
    project = fetch(Project.objects.select_related("organisation", "package"), request.user, pk=pk)
    rows = Project.objects.visible_to(request.user).filter(package=project.package_id) if project.package_id else Project.objects.none()
    rows = list(rows.order_by("lot_number"))
    awards = Award.objects.in_force().filter(tender__project__in=rows).select_related("tender", "contractor__organisation")
    winners = {award.tender.project_id: award for award in awards}
    drafting = may(request.user, P.PROJECT_DRAFT, project)
    context = {
        "project": project,
        "package": project.package,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_lots"),
        "rows": [{"lot": row, "award": winners.get(row.pk)} for row in rows],
        "total": lots.total_ceiling(project),
        "open_points": list(lots.together_breaches(project)) if project.status in Project.BEFORE_NOTICE else [],
        "may_add": drafting and project.status == Project.Status.DRAFT,
        "may_limit": drafting and project.package_id is not None and not any(row.published_at for row in rows),
        "public_url": reverse("public_lots", args=[rows[0].code]) if any(row.announced_at for row in rows) else "",
        "limit_form": LimitForm(initial={"limit": project.package.award_limit if project.package_id else None}),
    }
    return render(request, "procurement/project_lots.html", context)


@guarded(P.PROJECT_DRAFT)
def lot_new(request, pk):
    project = fetch(Project.objects.select_related("organisation", "package"), request.user, P.PROJECT_DRAFT, pk=pk)

    def save(data):
        return services.add_lot(pk, name=data["name"], version=version_of(request), by=request.user)

    def done(lot):
        messages.success(request, f"已增加包 {lot.lot_number}，请填写数量、金额和资金来源。")
        return redirect("procurement:project_detail", pk=lot.pk)

    context = {"title": "增加采购包", "submit": "增加", "project": project, "clause": lots.rules.SPLITTING, "tender": project}
    context["note"] = "各采购包分别限价、响应、开启、评审、成交和签约；合计金额决定采购方式，一并公告。"
    return form_page(request, LotForm(request.POST or None), save, template="procurement/tender_form.html", context=context, done=done)


@guarded(P.PROJECT_DRAFT, methods=("POST",))
def package_limit(request, pk):
    package = fetch(Package, request.user, P.PROJECT_DRAFT, pk=pk)
    form = LimitForm(request.POST)
    if form.is_valid():
        services.set_award_limit(pk, limit=form.cleaned_data["limit"], version=version_of(request), by=request.user)
        messages.success(request, "成交包数的限定已保存。")
    return redirect("procurement:project_lots", pk=package.lots.order_by("lot_number").first().pk)


@guarded(P.PROJECT_DRAFT)
def project_repeat(request, pk):
    """Begin a failed purchase anew."""
    project = fetch(Project.objects.select_related("organisation"), request.user, P.PROJECT_DRAFT, pk=pk)

    def save(data):
        return services.repeat_project(pk, reason=data["note"], by=request.user)

    def done(again):
        messages.success(request, f"已建立 {again.code}，内容与原项目相同，请调整后安排资金并送审。")
        return redirect("procurement:project_detail", pk=again.pk)

    context = {"title": "重新采购", "submit": "建立草稿", "project": project, "note": f"原项目废标原因：{project.closing_reason}"}
    form = NoteForm(request.POST or None, label="调整情况")
    return form_page(request, form, save, template="procurement/tender_form.html", context=context, done=done)
