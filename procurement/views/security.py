"""The securities of a purchase: handed in, given back, kept."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.forms.selection import SecurityForm
from procurement.models import Project, Security, Tender
from procurement.reports import sections
from procurement.reports import selection as reports
from procurement.rules import selection as rules
from procurement.services import security as services
from records import clock
from records.formpage import form_page

P = Permission


@guarded(P.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_securities(request, pk):
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=pk)
    tender = Tender.objects.filter(project=project).first()
    rows = Security.objects.visible_to(request.user).filter(tender__project=project)
    manage = may(request.user, P.SECURITY_MANAGE, project)
    context = {
        "project": project,
        "tender": tender,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_securities"),
        "rows": reports.security_rows(rows.select_related("tender", "contract", "contractor__organisation", "closed_by")),
        "may_manage": manage and tender is not None and tender.opened_at is not None,
    }
    return render(request, "procurement/project_securities.html", context)


@guarded(P.SECURITY_MANAGE)
def security_new(request, pk):
    tender = fetch(Tender.objects.select_related("project__organisation"), request.user, P.SECURITY_MANAGE, pk=pk)
    firms = Contractor.objects.filter(bids__tender=tender, bids__opened_at__isnull=False).select_related("organisation").distinct()

    def save(data):
        return services.record_security(pk, by=request.user, **data)

    def done(_row):
        messages.success(request, "保证金已登记。")
        return redirect("procurement:project_securities", pk=tender.project_id)

    context = {"title": "登记保证金", "submit": "登记", "project": tender.project, "clause": rules.BID_SECURITY}
    context["note"] = "响应保证金不超过预算的 2%，履约保证金不超过合同金额的 10%；支票、汇票、本票或者保函，不收现金。"
    form = SecurityForm(request.POST or None, firms=firms, initial={"received_on": clock.today()})
    return form_page(request, form, save, template="procurement/tender_form.html", context=context, done=done)


@guarded(P.SECURITY_MANAGE, methods=("POST",))
def security_close(request, pk):
    """Give it back today, or keep it for a reason."""
    row = fetch(Security.objects.select_related("tender"), request.user, P.SECURITY_MANAGE, pk=pk)
    if request.POST.get("act") == "forfeit":
        services.forfeit_security(pk, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, "已登记不予退还。")
    else:
        services.return_security(pk, on=clock.today(), by=request.user)
        messages.success(request, "保证金已退还。")
    return redirect("procurement:project_securities", pk=row.tender.project_id)
