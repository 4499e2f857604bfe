"""Pages that correct what was entered by mistake: a grant, a planned purchase, an item of the guidance catalogue."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.access import fetch, organisations_for
from accounts.roles import Permission
from procurement.forms.catalogue import DelistForm
from procurement.forms.plan import StrikeForm
from procurement.models import GuidanceEntry, PlanRow, SuperiorGrant
from procurement.services import catalogue
from procurement.services import striking as services
from procurement.views.frame import RowForm
from procurement.views.plan import year_url


class StrikePage(RowForm):
    form_class = StrikeForm
    submit = "撤销登记"
    intro = "登记有误的写明原因撤销，记录保留，不再计入；正确的另行登记。"
    crumb = ("年度计划与资金", "procurement:budget_list")

    def get_success_url(self):
        return year_url(self.row.fiscal_year)


class GrantStrike(StrikePage):
    permission = Permission.BUDGET_MANAGE
    heading = "撤销上级下达指标"

    def fetch_row(self):
        return fetch(SuperiorGrant.objects.select_related("organisation"), self.request.user, self.permission, pk=self.kwargs["pk"])

    def act(self, form):
        services.strike_grant(self.row.pk, by=self.request.user, **form.cleaned_data)


class PlanRowStrike(StrikePage):
    permission = Permission.PROJECT_DRAFT
    heading = "撤销购买计划"

    def fetch_row(self):
        return fetch(PlanRow.objects.select_related("organisation"), self.request.user, self.permission, pk=self.kwargs["pk"])

    def act(self, form):
        services.strike_plan_row(self.row.pk, by=self.request.user, **form.cleaned_data)


class GuidanceDelist(RowForm):
    permission = Permission.GUIDANCE_LIST
    form_class = DelistForm
    heading, submit = "移出指导性目录", "确认移出"
    intro = "填写在目录中的最后一天。此后不能再以该项目立项；以前的采购不受影响。"
    crumb = ("购买目录", "procurement:catalogue_list")

    def fetch_row(self):
        own = GuidanceEntry.objects.filter(organisation__in=organisations_for(self.request.user, self.permission))
        return get_object_or_404(own.select_related("organisation", "item"), pk=self.kwargs["pk"])

    def act(self, form):
        catalogue.delist(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return f"{reverse('procurement:catalogue_list')}?district={self.row.organisation_id}"
