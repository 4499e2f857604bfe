"""Contract changes and subcontracts as typed."""

from django import forms

from procurement.forms.fields import Day, Money, text_area
from procurement.models import Amendment, Contract, FundingLine


class AmendmentForm(forms.Form):
    ground = forms.ChoiceField(label="变更依据", choices=Amendment.Ground.choices, widget=forms.RadioSelect)
    increase = Money(label="增加金额", required=False, help_text="只限追加相同服务，累计不超过原合同的 10%")
    decrease = Money(label="减少金额", required=False)
    ends_on = Day(label="变更后的服务结束日期", required=False, help_text="期限不变的不填")
    content = forms.CharField(label="变更内容", widget=text_area(3))
    reason = forms.CharField(label="变更理由", widget=text_area(3))
    evidence = forms.CharField(label="依据材料", max_length=200, required=False, help_text="合同条款、会议纪要、文件名称与文号")
    same_terms = forms.BooleanField(label="其他合同条款不变", required=False, initial=True)
    funding_line = forms.ModelChoiceField(
        queryset=FundingLine.objects.none(), label="追加资金来源", required=False, help_text="项目已安排资金够用的不选"
    )

    def __init__(self, *args, contract: Contract, **kwargs):
        super().__init__(*args, **kwargs)
        lines = FundingLine.objects.filter(budget__organisation=contract.project.organisation).select_related("budget")
        self.fields["funding_line"].queryset = lines

    def clean(self):
        data = super().clean()
        data["increase"], data["decrease"] = data.get("increase") or 0, data.get("decrease") or 0
        if data["increase"] and data["decrease"]:
            self.add_error("decrease", "一份变更只能增加或者减少金额。")
        return data


class SubcontractForm(forms.Form):
    name = forms.CharField(label="分包单位", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=18)
    part = forms.CharField(label="分包内容", widget=text_area(3))
    amount = Money(label="分包金额")
    qualification = forms.CharField(label="分包单位的资格条件", widget=text_area(2), required=False)
    named_in_bid = forms.BooleanField(label="响应文件中已载明这项分包", required=False)
    core = forms.BooleanField(label="属于合同主体、关键性工作", required=False)
    further_subcontracting = forms.BooleanField(label="分包单位还会再次分包", required=False)


class DecisionForm(forms.Form):
    consent = forms.TypedChoiceField(
        label="决定",
        choices=(("yes", "同意分包"), ("no", "不同意")),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    note = forms.CharField(
        label="说明", widget=text_area(3), max_length=2000, required=False, help_text="不同意的，或者分包比例达到预警线而同意的，必须写明"
    )
