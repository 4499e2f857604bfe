"""Budgets, what superiors issued, and the cap meter of the district and year."""

from django.db import IntegrityError
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import FormView

from accounts.access import Guarded, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.money import BudgetForm, GrantForm
from procurement.models import Budget, PlanRow, SuperiorGrant
from procurement.reports import money as reports
from procurement.reports import years as year_reports
from procurement.services import money as services
from records import clock
from records.idempotency import once_for
from records.pages import RefusalsInForm

YEARS_BACK = 5
DISTRICTS_SHOWN = 60
PLAN = ("organisation", "item", "line", "project")


@guarded(Permission.BUDGET_VIEW, methods=("GET", "HEAD"))
def budget_list(request):
    """The year's money: meters, budgets with their lines and what is left, what superiors issued."""
    year = year_of(request)
    districts = organisations_for(request.user, Permission.BUDGET_VIEW).filter(kind=Organisation.Kind.BUREAU).order_by("path")
    budgets = Budget.objects.visible_to(request.user).filter(fiscal_year=year).select_related("organisation")
    grants = SuperiorGrant.objects.visible_to(request.user).filter(fiscal_year=year).select_related("organisation")
    context = {
        "year": year,
        "years": range(clock.today().year + 1, clock.today().year - YEARS_BACK, -1),
        "meters": reports.meters(list(districts[:DISTRICTS_SHOWN]), year),
        "line_columns": reports.LINE_COLUMNS,
        "line_rows": reports.line_rows(budgets),
        "grant_columns": reports.GRANT_COLUMNS,
        "grant_rows": reports.grant_rows(grants[:200], managing=may(request.user, Permission.BUDGET_MANAGE)),
        "may_manage": may(request.user, Permission.BUDGET_MANAGE),
        "plan_columns": reports.PLAN_COLUMNS,
        "plan_rows": reports.plan_rows(PlanRow.objects.visible_to(request.user).filter(fiscal_year=year).select_related(*PLAN)[:500]),
        "year_columns": year_reports.PLAN_COLUMNS,
        "year_rows": year_reports.plan_rows(year, request.user),
        "may_plan": may(request.user, Permission.PROJECT_DRAFT),
    }
    return render(request, "procurement/budget_list.html", context)


def year_of(request) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 else clock.today().year


class MoneyForm(Guarded, RefusalsInForm, FormView):
    permission = Permission.BUDGET_MANAGE
    template_name = "procurement/budget_form.html"
    heading = submit = taken = ""

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except IntegrityError:
            form.add_error(None, self.taken)
            self.status = 422
            return self.form_invalid(form)

    def save(self, form):
        with once_for(self.request, f"procurement.{type(self).__name__}") as slot:
            if not slot.done:
                slot.result = self.create(form).pk

    def get_success_url(self):
        return reverse("procurement:budget_list")

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, submit=self.submit, cancel_url=self.get_success_url(), **kwargs)


class BudgetCreate(MoneyForm):
    form_class = BudgetForm
    heading, submit = "登记预算", "登记"
    taken = "该单位当年已有同名预算项目。"

    def create(self, form):
        names = ("organisation", "fiscal_year", "name", "amount", "document", "approved_on", "reason")
        values = {name: form.cleaned_data[name] for name in names}
        return services.create_budget(**values, lines=form.lines, by=self.request.user)


class GrantCreate(MoneyForm):
    form_class = GrantForm
    heading, submit = "登记上级下达指标", "登记"
    taken = "该指标文已经登记过。"

    def create(self, form):
        return services.record_grant(**form.cleaned_data, by=self.request.user)
