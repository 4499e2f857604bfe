"""Pages of a periodic report: the contractor fills and files, the supervisor accepts or sends back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement import exchange
from procurement.filters import ReportFilter
from procurement.forms.report import FiguresForm, ReturnForm, SheetForm
from procurement.models import PeriodicReport
from procurement.reports import report as reports
from procurement.reports import trail
from procurement.rules import report as rules
from procurement.services import report as services
from procurement.views.frame import ListPage, act, version_of
from records import clock
from records.exports import Column, download
from records.idempotency import once_for
from records.pages import add_breaches
from records.refusals import Refused, StaleVersion

Status = PeriodicReport.Status


class ReportList(ListPage):
    permission = Permission.REPORT_VIEW
    model = PeriodicReport
    filterset_class = ReportFilter
    template_name = "procurement/report_list.html"
    related = reports.LIST_RELATED
    order = ("-period_start", "-pk")
    columns = reports.COLUMNS
    export_name = "定期报告"
    export_columns = [
        Column("合同编号", width=26),
        Column("项目", width=36),
        Column("承接主体", width=20),
        *(Column(title, "date") for title in ("期间开始", "期间结束", "报送期限")),
        Column("类别"),
        Column("状态"),
        *(Column(field.label, "int" if field.kind == "count" else "text") for field in rules.FIELDS),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)


def detail_url(pk) -> str:
    return reverse("procurement:report_detail", args=[pk])


def fetch_report(request, pk, permission=None) -> PeriodicReport:
    return fetch(PeriodicReport.objects.select_related(*reports.LIST_RELATED), request.user, permission, pk=pk)


@guarded(Permission.REPORT_VIEW, methods=("GET", "HEAD"))
def report_detail(request, pk):
    report = fetch_report(request, pk)
    fillable = report.status in services.FILLABLE and may(request.user, Permission.REPORT_FILE, report)
    return show(request, report, form=FiguresForm(report=report, counted=services.counted(report)) if fillable else None)


def show(request, report, *, form=None, return_form=None, sheet_form=None, status=200):
    reviewing = report.status == Status.SUBMITTED and may(request.user, Permission.REPORT_REVIEW, report)
    context = {
        "report": report,
        "form": form,
        "sheet_form": sheet_form or (SheetForm() if form is not None else None),
        "return_form": return_form or (ReturnForm(report=report) if reviewing else None),
        "reviewing": reviewing,
        "reviewer_breaches": services.reviewer_breaches(report, request.user) if reviewing else [],
        "light": reports.light(report, clock.today()) if report.status in reports.OWED else "",
        "facts": reports.facts_of(report),
        "sections": reports.sections_of(report.figures, report.kind),
        "differences": reports.differences(report),
        "comments": reports.open_comments(report),
        "rounds": reports.rounds_of(report),
        "events": trail.timeline(report),
        "warnings": warnings_of(report) if form is not None else [],
    }
    return render(request, "procurement/report_detail.html", context, status=status)


def warnings_of(report) -> list:
    """What can be filed with a word on it, before it is filed."""
    own = [breach for breach in rules.figures_breaches(report.figures, report.kind) if not breach.binding]
    return own + services.difference_breaches(report)


@guarded(Permission.REPORT_FILE, methods=("POST",))
def report_save(request, pk):
    """Keep what is typed; with 报送 pressed file it as well. A refusal comes back in the form, nothing typed is lost."""
    report = fetch_report(request, pk, Permission.REPORT_FILE)
    form = FiguresForm(request.POST, report=report)
    if not form.is_valid():
        return show(request, report, form=form, status=422)
    try:
        save_or_submit(request, report, form.cleaned_data)
    except StaleVersion:
        raise
    except Refused as refusal:
        report.refresh_from_db()
        add_breaches(form, refusal)
        return show(request, report, form=form, status=refusal.status)
    messages.success(request, "已报送，等待审核。" if "submit" in request.POST else "已保存，尚未报送。")
    return redirect(detail_url(pk))


def save_or_submit(request, report, figures) -> None:
    with once_for(request, "procurement.report_save") as slot:
        if slot.done:
            return
        saved = services.save_figures(report.pk, version=version_of(request), figures=figures, by=request.user)
        if "submit" in request.POST:
            services.submit_report(report.pk, version=saved.version, by=request.user, reason=request.POST.get("reason", ""))
        slot.result = report.pk


@guarded(Permission.REPORT_REVIEW, methods=("POST",))
def report_accept(request, pk):
    fetch(PeriodicReport, request.user, Permission.REPORT_REVIEW, pk=pk)
    return act(request, services.accept_report, pk, detail_url(pk), "报告已通过。")


@guarded(Permission.REPORT_REVIEW, methods=("POST",))
def report_return(request, pk):
    report = fetch_report(request, pk, Permission.REPORT_REVIEW)
    form = ReturnForm(request.POST, report=report)
    if not form.is_valid():
        return show(request, report, return_form=form, status=422)
    try:
        return act(request, services.return_report, pk, detail_url(pk), "已退回。", comments=form.cleaned_data)
    except StaleVersion:
        raise
    except Refused as refusal:
        add_breaches(form, refusal)
        return show(request, report, return_form=form, status=refusal.status)


@guarded(Permission.REPORT_VIEW, methods=("GET", "HEAD"))
def report_template(request, pk):
    report = fetch_report(request, pk)
    return download(exchange.template(report), f"{report}.xlsx")


@guarded(Permission.REPORT_FILE, methods=("POST",))
def report_import(request, pk):
    """The filled template: all of it or, with one wrong cell, none of it. It is saved, not filed."""
    report = fetch_report(request, pk, Permission.REPORT_FILE)
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, report, form=FiguresForm(report=report), sheet_form=form, status=422)
    try:
        filled = exchange.read(form.cleaned_data["file"], report.kind)
        if not filled.faults:
            services.save_figures(report.pk, version=version_of(request), figures=filled.figures, by=request.user)
    except StaleVersion:
        raise
    except Refused as refusal:
        add_breaches(form, refusal)
        return show(request, report, form=FiguresForm(report=report), sheet_form=form, status=refusal.status)
    for cell, message in filled.faults:
        form.add_error("file", f"单元格 {cell}：{message}")
    if filled.faults:
        return show(request, report, form=FiguresForm(report=report), sheet_form=form, status=422)
    messages.success(request, "表格已读入并保存，请核对后报送。")
    return redirect(detail_url(pk))
