"""Contract terms and the takeover plan as typed."""

from django import forms

from procurement.forms.fields import Day, text_area
from procurement.models import Contract, FundingLine, PaymentTerms
from procurement.rules import contract as rules
from procurement.rules import payment as payment_rules
from procurement.services import contract as services
from procurement.services.terms import terms_of

TEXTS = ("scope", "quantity_terms", "quality_terms", "price_terms", "settlement", "rights_duties", "liability", "exit_clause")
PAYMENT = ("cycle", "advance_share", "retained_share", "payment_days", "late_rate")
PLAN_TEXTS = ("substitute", "contact_name", "contact_phone")


def share(label: str, **more) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False, **more)


class ContractForm(forms.Form):
    """The amount and the parties come from the award and are not typed."""

    starts_on = Day(label="服务开始日期", required=False)
    ends_on = Day(label="服务结束日期", required=False)
    report_due_workdays = forms.IntegerField(label="月报报送期限", min_value=1, max_value=20, help_text="每月结束后几个工作日内报送")
    exit_triggers = forms.MultipleChoiceField(
        label="退出情形", choices=list(rules.EXIT_TRIGGERS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    cycle = forms.TypedChoiceField(label="结算周期", choices=PaymentTerms.Cycle.choices, coerce=int)
    advance_share = share("预付款比例（%）", help_text="不高于“政策参数”中的比例；没有预付款的填 0")
    retained_share = share("与绩效评价挂钩的留存比例（%）", help_text="验收时留存，评价公布后按等级支付；不超过 30%")
    payment_days = forms.IntegerField(label="付款期限（日）", min_value=1, max_value=60, help_text="验收结论后多少日内付款，一般 30 日")
    late_rate = share("约定的逾期年利率（%）", help_text="不填则按每日万分之五；约定的不低于一年期贷款市场报价利率")
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
        for grade in payment_rules.GRADES:
            help_text = "评价为此等级时，支付留存部分的比例"
            initial = self.terms.grade_scale.get(grade)
            self.fields[f"scale-{grade}"] = share(f"评价“{grade}”支付留存（%）", help_text=help_text, initial=initial)
        lines = FundingLine.objects.filter(budget__organisation=contract.project.organisation).select_related("budget")
        self.fields["funding_line"].queryset = lines
        if contract.status == Contract.Status.SIGNED:  # terms are fixed, the plan may still be mended
            for name in [*services.TERMS, *PAYMENT, *scale_names()]:
                del self.fields[name]
        payment = [*PAYMENT, *scale_names()]
        self.order_fields(["starts_on", "ends_on", "report_due_workdays", *TEXTS[:-1], *payment, "exit_triggers", "exit_clause"])

    @property
    def terms(self) -> PaymentTerms:
        return terms_of(self.contract)

    @staticmethod
    def initial_of(contract: Contract) -> dict:
        plan, payment = contract.takeover_plan, terms_of(contract)
        names = ("starts_on", "ends_on", "report_due_workdays", "exit_triggers")
        plan_names = (*PLAN_TEXTS, "activation_hours", "funding_line", "handover_items")
        found = {name: getattr(contract, name) for name in names} | {name: getattr(plan, name) for name in plan_names}
        return found | {name: getattr(payment, name) for name in PAYMENT}

    def save(self, *, version: int, by) -> Contract:
        terms = {name: value for name, value in self.cleaned_data.items() if name in services.TERMS}
        plan = {name: value for name, value in self.cleaned_data.items() if name in services.PLAN}
        return services.edit_contract(self.contract.pk, version=version, by=by, plan=plan, payment=self.payment, **terms)

    @property
    def payment(self) -> dict:
        """The payment terms as typed; nothing once the contract is signed."""
        data = self.cleaned_data
        if "cycle" not in data:
            return {}
        shares = {name: data[name] or 0 for name in ("advance_share", "retained_share")}
        scale = {
            grade: f"{data[f'scale-{grade}'].normalize():f}" for grade in payment_rules.GRADES if data.get(f"scale-{grade}") is not None
        }
        return {
            "cycle": data["cycle"],
            **shares,
            "payment_days": data["payment_days"],
            "late_rate": data["late_rate"],
            "grade_scale": scale,
        }


def scale_names() -> list[str]:
    return [f"scale-{grade}" for grade in payment_rules.GRADES]
