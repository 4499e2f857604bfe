"""Who may take part in one purchase: the tab of earlier advisers, and the credit sites for all bidders in one go."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from accounts.access import fetch, guarded, may, require
from accounts.roles import Permission
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.forms.market import AdviserForm, CreditRoundForm
from procurement.forms.project import NoteForm
from procurement.models import Adviser, Bid, Project, Tender
from procurement.reports import sections
from procurement.rules import market as rules
from procurement.services import market as services
from records import clock
from records.files import file_response
from records.formpage import form_page

P = Permission
ADVISERS = "procurement:project_advisers"


def visible_project(request, pk, permission=None) -> Project:
    return fetch(Project.objects.select_related("organisation"), request.user, permission, pk=pk)


@guarded(P.PROJECT_VIEW)
def project_advisers(request, pk):
    """Who worked on this purchase beforehand; whoever stands here may not bid (P-11)."""
    project = visible_project(request, pk)
    manage = may(request.user, P.PROJECT_DRAFT, project)
    if request.method == "POST":
        require(request.user, P.PROJECT_DRAFT, project)
    form = AdviserForm(request.POST or None)

    def done(row):
        messages.success(request, f"已登记“{row.name}”，其不得参加本项目的采购活动。")
        return redirect(ADVISERS, pk=pk)

    context = {
        "project": project,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current=ADVISERS),
        "advisers": project.advisers.select_related("recorded_by", "struck_by"),
        "may_manage": manage,
        "reason_form": NoteForm(),
        "clause": rules.ADVISERS,
    }
    save = lambda data: services.record_adviser(pk, by=request.user, **data)  # noqa: E731
    return form_page(request, form, save, template="procurement/project_advisers.html", context=context, done=done)


@guarded(P.PROJECT_DRAFT, methods=("POST",))
def adviser_strike(request, pk):
    row = fetch(Adviser.objects.select_related("project__organisation"), request.user, pk=pk)
    require(request.user, P.PROJECT_DRAFT, row.project)
    services.strike_adviser(pk, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "登记已撤销，记录保留。")
    return redirect(ADVISERS, pk=row.project_id)


@guarded(P.TENDER_MANAGE)
def tender_credit(request, pk):
    """Both sites for every bidder and partner, on the day of review (P-09)."""
    tender = fetch(Tender.objects.select_related("project__organisation"), request.user, P.TENDER_MANAGE, pk=pk)
    require(request.user, P.CONTRACTOR_VERIFY)
    subjects = services.subjects_of(tender)
    form = (
        CreditRoundForm(request.POST, request.FILES, subjects=subjects) if request.method == "POST" else CreditRoundForm(subjects=subjects)
    )

    def done(count):
        messages.success(request, f"已登记 {count} 项信用查询。")
        return redirect("procurement:tender_detail", pk=pk)

    context = {
        "tender": tender,
        "project": tender.project,
        "state": [credit_state(subject) for subject in subjects],
        "opened": tender.status == Tender.Status.OPENED,
        "clause": contractor_rules.CREDIT,
    }
    save = lambda data: services.record_credit_round(pk, results=form.results(), by=request.user)  # noqa: E731
    return form_page(request, form, save, template="procurement/tender_credit.html", context=context, done=done)


def credit_state(contractor) -> dict:
    """What is on record for today, as the review will read it."""
    today = clock.today()
    checks = [check for check in contractor.credit_checks.all() if check.checked_on == today]
    return {"contractor": contractor, "checks": checks, "breaches": list(contractor_reports.credit(contractor, on=today))}


@guarded(P.BID_VIEW, methods=("GET", "HEAD"))
def bid_agreement(request, pk):
    """The agreement of a consortium, under its bid: whoever may see the bid may read it."""
    bid = fetch(Bid.objects.select_related("agreement"), request.user, pk=pk)
    if bid.agreement is None:
        raise Http404
    return file_response(bid.agreement)
