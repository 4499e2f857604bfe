"""The year's plan: one budget with its history, planned purchases by hand or by sheet, and the draft that comes of each."""

import secrets
from decimal import Decimal

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may, organisations_for
from accounts.roles import Permission
from procurement import exchange_plan
from procurement.forms.plan import AdjustForm, PlanRowForm, PlanSheetForm
from procurement.models import Budget, CatalogueItem, PlanRow
from procurement.reports import money as reports
from procurement.services import plan as services
from procurement.views.frame import RowForm
from records import clock
from records.exports import download, export
from records.idempotency import once_for
from records.pages import RefusalsInForm, add_breaches
from records.refusals import Refused

VIEW, MANAGE, DRAFT = Permission.BUDGET_VIEW, Permission.BUDGET_MANAGE, Permission.PROJECT_DRAFT
SALT = "procurement.plan"
SHEET_SECONDS = 3600


def year_url(year: int) -> str:
    return f"{reverse('procurement:budget_list')}?year={year}"


@guarded(VIEW, methods=("GET", "HEAD"))
def budget_detail(request, pk):
    budget = fetch(Budget.objects.select_related("organisation", "created_by"), request.user, pk=pk)
    context = {
        "budget": budget,
        "facts": reports.budget_facts(budget),
        "line_columns": reports.LINE_COLUMNS[2:],
        "lines": [{"cells": row["cells"][2:]} for row in reports.line_rows([budget])],
        "draw_columns": reports.DRAW_COLUMNS,
        "draws": reports.draw_rows(budget),
        "history": reports.history_of(budget),
        "may_adjust": may(request.user, MANAGE, budget),
    }
    return render(request, "procurement/budget_detail.html", context)


class BudgetAdjust(RowForm):
    permission = MANAGE
    heading, submit = "调整预算", "确认调整"
    intro = "各来源不能少于项目已安排的金额，合计不能超过预算总额。每次调整留有记录。"
    crumb = ("年度计划与资金", "procurement:budget_list")

    def fetch_row(self):
        return fetch(Budget.objects.select_related("organisation"), self.request.user, MANAGE, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return AdjustForm(self.request.POST or None, budget=self.row)

    def act(self, form):
        services.adjust_budget(self.row.pk, by=self.request.user, **form.values)

    def get_success_url(self):
        return reverse("procurement:budget_detail", args=[self.row.pk])


class PlanRowCreate(Guarded, RefusalsInForm, FormView):
    permission = DRAFT
    form_class = PlanRowForm
    template_name = "procurement/budget_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def save(self, form):
        with once_for(self.request, "procurement.plan_row_create") as slot:
            if not slot.done:
                slot.result = services.add_plan_row(by=self.request.user, **form.cleaned_data).fiscal_year
        return slot.result

    def get_success_url(self):
        return year_url(self.saved)

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading="新增购买计划", submit="保存", cancel_url=reverse("procurement:budget_list"), **kwargs)


@guarded(VIEW, methods=("GET", "HEAD"))
def plan_row(request, pk):
    row = fetch(PlanRow.objects.select_related("organisation", "item", "line__budget", "project"), request.user, pk=pk)
    if row.project_id:
        return redirect("procurement:project_detail", row.project_id)
    facts = [
        {"label": cell["label"], "value": value["text"]} for cell, value in zip(reports.PLAN_COLUMNS, reports.plan_cells(row), strict=True)
    ]
    may_draft = not row.struck_at and may(request.user, DRAFT, row)
    context = {"row": row, "facts": facts, "may_draft": may_draft, "year_url": year_url(row.fiscal_year)}
    return render(request, "procurement/plan_row.html", context)


@guarded(DRAFT, methods=("POST",))
def plan_draft(request, pk):
    """The project draft of a planned purchase; a second press opens the first one."""
    fetch(PlanRow, request.user, DRAFT, pk=pk)
    project = services.draft_from_plan(pk, by=request.user)
    messages.success(request, "已按计划立项，请继续填写需求。")
    return redirect("procurement:project_detail", project.pk)


@guarded(VIEW, methods=("GET", "HEAD"))
def plan_export(request):
    """The rows of one year, or the empty template."""
    if request.GET.get("template"):
        return download(exchange_plan.template(), "年度购买计划模板.xlsx")
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else clock.today().year
    rows = PlanRow.objects.standing().visible_to(request.user).filter(fiscal_year=year).select_related("item", "line", "project")
    kind = "csv" if request.GET.get("export") == "csv" else "xlsx"
    return export([*exchange_plan.HEAD, *exchange_plan.MORE], map(exchange_plan.plan_row, rows), name=f"{year}年度购买计划", kind=kind)


@guarded(DRAFT)
def plan_import(request):
    """Upload, look at the preview, then confirm: nothing is written before."""
    form = PlanSheetForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            rows, faults = exchange_plan.read(form.cleaned_data["sheet"])
        except Refused as refusal:
            add_breaches(form, refusal)
        else:
            return preview(request, form.cleaned_data, rows, faults)
    context = {"form": form, "cancel_url": reverse("procurement:budget_list")}
    return render(request, "procurement/plan_import.html", context, status=422 if form.errors else 200)


def preview(request, data: dict, rows: list[dict], faults) -> object:
    organisation, year = data["organisation"], data["fiscal_year"]
    known = set(PlanRow.objects.standing().filter(organisation=organisation, fiscal_year=year).values_list("name", flat=True))
    context = {
        "organisation": organisation,
        "year": year,
        "rows": [{**row, "state": "已有同名计划" if row["name"] in known else "新增"} for row in rows],
        "faults": faults or [("A", f"已有同名计划：{row['name']}") for row in rows if row["name"] in known],
        "sealed": signing.dumps([organisation.pk, year, rows], salt=SALT, compress=True),
        "key": secrets.token_hex(16),
    }
    return render(request, "procurement/plan_preview.html", context, status=422 if context["faults"] else 200)


@guarded(DRAFT, methods=("POST",))
def plan_import_confirm(request):
    """Write all rows of the preview or none; each is judged again."""
    try:
        pk, year, rows = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=SHEET_SECONDS)
    except signing.BadSignature:
        messages.error(request, "预览已失效，没有写入任何数据。请重新上传文件。")
        return redirect("procurement:plan_import")
    organisation = fetch(organisations_for(request.user, DRAFT), request.user, pk=pk)
    items = {item.code: item for item in CatalogueItem.objects.all()}
    typed = [{**row, "item": items[row["item"]], "amount": Decimal(row["amount"]), "month": int(row["month"])} for row in rows]
    with once_for(request, "procurement.plan_import") as slot:
        if not slot.done:
            slot.result = len(services.add_plan_rows(typed, organisation=organisation, fiscal_year=year, by=request.user))
    messages.success(request, f"已写入 {slot.result} 条购买计划。")
    return redirect(year_url(year))
