"""Contract terms and the takeover plan as typed."""

from django import forms

from procurement.forms.fields import Day, text_area
from procurement.models import Contract, FundingLine
from procurement.rules import contract as rules
from procurement.services import contract as services

TEXTS = ("scope", "quantity_terms", "quality_terms", "price_terms", "settlement", "rights_duties", "liability", "exit_clause")
PLAN_TEXTS = ("substitute", "contact_name", "contact_phone")


class ContractForm(forms.Form):
    """The amount and the parties come from the award and are not typed."""

    starts_on = Day(label="服务开始日期", required=False)
    ends_on = Day(label="服务结束日期", required=False)
    report_due_workdays = forms.IntegerField(label="月报报送期限", min_value=1, max_value=20, help_text="每月结束后几个工作日内报送")
    exit_triggers = forms.MultipleChoiceField(
        label="退出情形", choices=list(rules.EXIT_TRIGGERS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    substitute = forms.CharField(label="接管单位", max_length=120, required=False)
    contact_name = forms.CharField(label="接管联系人", max_length=40, required=False)
    contact_phone = forms.CharField(label="接管联系电话", max_length=30, required=False)
    activation_hours = forms.IntegerField(label="接管启动时限（小时）", min_value=1, max_value=240, required=False)
    funding_line = forms.ModelChoiceField(queryset=FundingLine.objects.none(), label="接管经费来源", required=False)
    handover_items = forms.CharField(label="交接清单", widget=text_area(3), required=False, help_text="档案、钥匙、数据等，一行一项")

    def __init__(self, *args, contract: Contract, **kwargs):
        self.contract = contract
        super().__init__(*args, initial=self.initial_of(contract), **kwargs)
        for name in TEXTS:
            label = Contract._meta.get_field(name).verbose_name
            self.fields[name] = forms.CharField(label=label, widget=text_area(3), required=False, initial=getattr(contract, name))
        lines = FundingLine.objects.filter(budget__organisation=contract.project.organisation).select_related("budget")
        self.fields["funding_line"].queryset = lines
        if contract.status == Contract.Status.SIGNED:  # terms are fixed, the plan may still be mended
            for name in services.TERMS:
                del self.fields[name]
        self.order_fields(["starts_on", "ends_on", "report_due_workdays", *TEXTS[:-1], "exit_triggers", "exit_clause"])

    @staticmethod
    def initial_of(contract: Contract) -> dict:
        plan = contract.takeover_plan
        names = ("starts_on", "ends_on", "report_due_workdays", "exit_triggers")
        plan_names = (*PLAN_TEXTS, "activation_hours", "funding_line", "handover_items")
        return {**{name: getattr(contract, name) for name in names}, **{name: getattr(plan, name) for name in plan_names}}

    def save(self, *, version: int, by) -> Contract:
        terms = {name: value for name, value in self.cleaned_data.items() if name in services.TERMS}
        plan = {name: value for name, value in self.cleaned_data.items() if name in services.PLAN}
        return services.edit_contract(self.contract.pk, version=version, by=by, plan=plan, **terms)
