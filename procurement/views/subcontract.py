"""Pages of subcontracts: the contractor proposes, the purchaser decides."""

from django.urls import reverse

from accounts.access import fetch
from accounts.roles import Permission
from procurement.forms.amendment import DecisionForm, SubcontractForm
from procurement.forms.project import NoteForm
from procurement.models import Contract, Subcontract
from procurement.rules import amendment as rules
from procurement.rules.money import yuan
from procurement.services import subcontract as services
from procurement.views.frame import RowForm, version_of


class SubcontractPage(RowForm):
    permission = Permission.CONTRACT_SIGN
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        related = ("contract__project__organisation", "contract__contractor")
        return fetch(Subcontract.objects.select_related(*related), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("procurement:contract_changes", args=[self.row.contract_id])


class SubcontractPropose(RowForm):
    permission = Permission.CONTRACT_COUNTERSIGN
    form_class = SubcontractForm
    heading, submit = "提出分包", "提交甲方决定"
    intro = "只有响应文件载明的、不属于主体和关键性工作的部分可以分包，须经甲方同意。承接主体就全部服务负责。转包一律禁止。"
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        rows = Contract.objects.select_related("project__organisation", "contractor__organisation")
        return fetch(rows, self.request.user, self.permission, pk=self.kwargs["pk"])

    def act(self, form):
        services.propose_subcontract(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return reverse("procurement:contract_changes", args=[self.row.pk])


class SubcontractDecide(SubcontractPage):
    form_class = DecisionForm
    heading, submit = "决定分包申请", "确定"

    def act(self, form):
        services.decide_subcontract(self.row.pk, version=version_of(self.request), by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **kwargs):
        part = services.part_of(self.row)
        facts = [
            {"label": "分包单位", "value": f"{self.row.name}（{self.row.uscc}）"},
            {"label": "分包内容", "value": self.row.part},
            {"label": "分包金额", "value": yuan(self.row.amount)},
            {"label": "分包合计占合同", "value": f"{part.share:.1f}%", "clause": rules.SUPERVISION},
            {"label": "资格条件", "value": self.row.qualification or None},
            {"label": "响应文件已载明", "value": "是" if self.row.named_in_bid else "否", "clause": rules.WITH_CONSENT},
        ]
        return super().get_context_data(facts=facts, **kwargs)


class SubcontractEnd(SubcontractPage):
    heading, submit = "结束分包", "确定"

    def get_form(self, form_class=None):
        return NoteForm(self.request.POST or None, label="结束情况")

    def act(self, form):
        note = form.cleaned_data["note"]
        services.end_subcontract(self.row.pk, version=version_of(self.request), by=self.request.user, note=note)
