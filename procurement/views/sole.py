"""单一来源: the case, its announcement, the negotiation, and the choice."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, require
from accounts.roles import Permission
from procurement.forms.selection import NegotiationForm, ObjectionForm, OpinionForm, SoleSourceForm
from procurement.models import Award, Project, ProjectPaper, SoleSource
from procurement.reports import selection as reports
from procurement.rules import selection as rules
from procurement.services import gates, results
from procurement.services import sole as services
from records.formpage import form_page
from records.refusals import MissingCalendar

P = Permission
FORM = "procurement/tender_form.html"
Status = SoleSource.Status


def project_of(request, pk, permission=None) -> Project:
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=pk)
    if permission:
        require(request.user, permission, project.organisation)
    if project.method != Project.Method.SINGLE_SOURCE:
        raise Http404
    return project


def case_of(request, pk, permission) -> SoleSource:
    rows = SoleSource.objects.select_related("project__organisation", "contractor__organisation", "original", "paper__notice")
    case = rows.filter(project=project_of(request, pk, permission)).first()
    if case is None:
        raise Http404
    return case


def back(request, pk, text):
    messages.success(request, text)
    return redirect("procurement:sole_detail", pk=pk)


@guarded(P.PROJECT_VIEW, methods=("GET", "HEAD"))
def sole_detail(request, pk):
    project = project_of(request, pk)
    rows = SoleSource.objects.select_related("contractor__organisation", "original", "paper__notice", "created_by", "project__organisation")
    case = rows.filter(project=project).first()
    award = Award.objects.in_force().filter(tender__project=project).first()
    context = {
        "project": project,
        "case": case,
        "paper": gates.last_paper(project, ProjectPaper.Kind.SINGLE_SOURCE),
        "opinions": case.opinions.all() if case else [],
        "gate": gate_of(case) if case and case.status == Status.PREPARED else [],
        "award": award,
        "award_barred": list(services.award_breaches(case, by=request.user)) if case and case.status == Status.NEGOTIATED else [],
        "result_paper": results.result_paper(award.tender, award) if award else None,
        "limits": reports.limit_notes(project, "single_source_opinions", "negotiation_buyers"),
        "may_manage": may(request.user, P.TENDER_MANAGE, project),
        "may_confirm": may(request.user, P.AWARD_CONFIRM, project),
    }
    return render(request, "procurement/sole_detail.html", context)


def gate_of(case) -> list:
    try:
        return services.case_breaches(case)
    except MissingCalendar as missing:
        return missing.breaches


@guarded(P.TENDER_MANAGE)
def sole_prepare(request, pk):
    project = project_of(request, pk, P.TENDER_MANAGE)
    case = SoleSource.objects.filter(project=project).first()

    def save(data):
        return services.prepare_case(pk, version=request.POST.get("version") or None, by=request.user, **data)

    context = {"title": "单一来源论证", "submit": "保存", "project": project, "clause": rules.SOLE_GROUNDS, "tender": case}
    initial = {name: getattr(case, name) for name in services.FIELDS} if case else {}
    form = SoleSourceForm(request.POST or None, organisation=project.organisation, initial=initial)
    return form_page(request, form, save, template=FORM, context=context, done=lambda _: back(request, pk, "论证情况已保存。"))


@guarded(P.TENDER_MANAGE)
def sole_opinion(request, pk):
    case = case_of(request, pk, P.TENDER_MANAGE)

    def save(data):
        return services.add_opinion(case.pk, by=request.user, **data)

    context = {"title": "登记专业人员论证意见", "submit": "登记", "project": case.project, "clause": rules.SOLE_NOTICE}
    form = OpinionForm(request.POST or None)
    return form_page(request, form, save, template=FORM, context=context, done=lambda _: back(request, pk, "论证意见已登记。"))


@guarded(P.TENDER_MANAGE)
def sole_objection(request, pk):
    case = case_of(request, pk, P.TENDER_MANAGE)

    def save(data):
        return services.record_objection(case.pk, by=request.user, **data)

    context = {"title": "登记公示异议", "submit": "登记", "project": case.project, "clause": rules.SOLE_NOTICE}
    form = ObjectionForm(request.POST or None, initial={"objection": case.objection, "answer": case.objection_answer})
    return form_page(request, form, save, template=FORM, context=context, done=lambda _: back(request, pk, "异议和论证已登记。"))


@guarded(P.TENDER_MANAGE)
def sole_negotiate(request, pk):
    case = case_of(request, pk, P.TENDER_MANAGE)

    def save(data):
        return services.negotiate(case.pk, version=request.POST.get("version") or None, by=request.user, **data)

    context = {"title": "协商情况记录", "submit": "记录", "project": case.project, "clause": rules.SOLE_RECORD, "tender": case}
    context["note"] = (
        f"供应商：{case.contractor}。最高限价 {case.project.ceiling:,.2f} 元。单一来源不评分，在保证质量的基础上商定合理价格。"
    )
    form = NegotiationForm(request.POST or None)
    return form_page(
        request, form, save, template=FORM, context=context, done=lambda _: back(request, pk, "协商情况已记录，请负责人确定成交。")
    )


@guarded(P.AWARD_CONFIRM, methods=("POST",))
def sole_confirm(request, pk):
    case = case_of(request, pk, P.AWARD_CONFIRM)
    services.confirm(case.pk, by=request.user)
    return back(request, pk, "已确定成交供应商。请在 2 个工作日内发布结果公告。")
