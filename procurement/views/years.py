"""A purchase over several budget years: the chain of each year, and finance giving a later year's money to it."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from accounts.access import fetch, guarded
from accounts.roles import Permission
from procurement.forms.sections import YearFundForm
from procurement.models import Project
from procurement.reports import sections
from procurement.reports import years as reports
from procurement.services import years as services
from procurement.views.frame import RowForm, version_of


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_years(request, pk):
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=pk)
    chain = services.chain_of(project)
    context = {
        "project": project,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_years"),
        "several": len(chain) > 1,
        "columns": reports.COLUMNS,
        "rows": reports.chain_rows(chain),
        "open_points": services.share_breaches(project) if project.status in Project.BEFORE_NOTICE else [],
        "links": reports.fund_links(project, chain, request.user),
    }
    return render(request, "procurement/project_years.html", context)


class YearFund(RowForm):
    permission = Permission.BUDGET_MANAGE
    submit = "确认安排"
    intro = "从该年度已批复的预算中安排，合计不超过该年度金额。该年度的服务在资金安排后才能验收。"
    crumb = ("购买项目", "procurement:project_list")

    @property
    def heading(self):
        return f"安排 {self.kwargs['year']} 年度资金"

    def fetch_row(self):
        project = fetch(Project.objects.select_related("organisation"), self.request.user, self.permission, pk=self.kwargs["pk"])
        if self.kwargs["year"] not in services.shares_of(project):
            raise Http404
        return project

    def get_form(self, form_class=None):
        return YearFundForm(self.request.POST or None, project=self.row, year=self.kwargs["year"])

    def act(self, form):
        services.fund_year(self.row.pk, version=version_of(self.request), year=self.kwargs["year"], by=self.request.user, **form.values)

    def get_success_url(self):
        return reverse("procurement:project_years", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        found = (row for row in services.chain_of(self.row) if row.year == self.kwargs["year"])
        return super().get_context_data(facts=reports.facts_of(next(found)), **kwargs)
