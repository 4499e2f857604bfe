"""What people type about invitations, final quotes, single source and securities: shape and units only."""

from decimal import Decimal

from django import forms

from contractors.models import Contractor
from procurement.forms.fields import Day, Money, text_area
from procurement.forms.tender import moment_field
from procurement.models import Contract, Security, SoleSource


class InvitationForm(forms.Form):
    wanted = forms.IntegerField(
        label="邀请家数", min_value=3, max_value=20, initial=3, help_text="不少于 3 家，从全部符合条件的供应商中随机抽取"
    )


class QuoteCallForm(forms.Form):
    deadline = moment_field("最后报价截止时间")
    note = forms.CharField(
        label="磋商情况和采购需求的变动", widget=text_area(4), required=False, help_text="以书面形式同时通知所有参加磋商的供应商"
    )


class FinalQuoteForm(forms.Form):
    quote = forms.DecimalField(label="最后报价", max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    quote.unit = "元"
    statement = forms.CharField(label="报价说明", widget=text_area(3), required=False, max_length=1000)


class LapseForm(forms.Form):
    reason = forms.CharField(label="不签订合同的情况", widget=text_area(3), max_length=1000)
    upload = forms.FileField(label="书面拒签材料", required=False, help_text="PDF、Word 或图片，20 MB 以内；签订期限届满前必须上传")


class SeatForm(forms.Form):
    """Another representative of the purchaser."""

    user = forms.ModelChoiceField(label="采购人代表", queryset=None)

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues


class SoleSourceForm(forms.Form):
    ground = forms.ChoiceField(label="适用情形", choices=SoleSource.Ground, widget=forms.RadioSelect)
    reason = forms.CharField(label="采用单一来源的原因及说明", widget=text_area(5), max_length=4000)
    contractor = forms.ModelChoiceField(label="拟定供应商", queryset=Contractor.objects.none())
    original = forms.ModelChoiceField(label="原合同", queryset=Contract.objects.none(), required=False, help_text="添购时选择")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contractor"].queryset = Contractor.objects.verified().select_related("organisation").order_by("organisation__name")
        signed = Contract.objects.filter(project__organisation=organisation, signed_at__isnull=False)
        self.fields["original"].queryset = signed.select_related("project")


class OpinionForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="工作单位", max_length=120)
    title = forms.CharField(label="职称", max_length=60)
    opinion = forms.CharField(label="论证意见", widget=text_area(4), max_length=2000)
    given_on = Day(label="论证日期")


class ObjectionForm(forms.Form):
    objection = forms.CharField(label="收到的异议", widget=text_area(4), max_length=4000)
    answer = forms.CharField(label="补充论证意见和答复", widget=text_area(4), max_length=4000, required=False)


class NegotiationForm(forms.Form):
    held_on = Day(label="协商日期")
    people = forms.CharField(label="采购人员名单", widget=text_area(3), help_text="一行一人：姓名、单位、职务")
    cost_note = forms.CharField(label="供应商成本说明、同类合同价格", widget=text_area(4), required=False)
    terms = forms.CharField(label="合同主要条款及价格商定情况", widget=text_area(5))
    price = Money(label="商定价格")


class SecurityForm(forms.Form):
    """``firms``: the suppliers that may hand one in."""

    kind = forms.ChoiceField(label="种类", choices=Security.Kind)
    contractor = forms.ModelChoiceField(label="交纳人", queryset=Contractor.objects.none())
    form = forms.ChoiceField(label="形式", choices=Security.Form, help_text="不收现金")
    instrument_no = forms.CharField(label="票据或保函编号", max_length=80)
    issuer = forms.CharField(label="出具机构", max_length=120)
    amount = Money(label="金额")
    received_on = Day(label="收到日期")

    def __init__(self, *args, firms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contractor"].queryset = firms
