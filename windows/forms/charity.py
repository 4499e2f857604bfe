"""Shape of what is typed about charities, needs and offers. Rules judge it, services write it."""

from django import forms

from windows.forms.counter import Versioned
from windows.forms.village import day_field
from windows.models import Charity, CharityNeed
from windows.rules.charity import HANDABLE
from windows.services.charities import Register
from windows.services.charity_needs import Draft

LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 300}
UPHELD = ((True, "投诉成立，对接作废，重新征集"), (False, "投诉不成立，对接恢复"))
REVOKED = ((True, "申请人撤回同意"), (False, "不再需要或者登记有误"))


def amount(label: str, **more) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, **more)


class NeedForm(forms.Form):
    """The three texts that leave stand together; the consent is asked for below them."""

    gap = forms.ChoiceField(label="政策情况", choices=CharityNeed.Gap.choices)
    gap_note = forms.CharField(label="政策不能覆盖的说明", help_text="只在办公室内看，不公开", **LONG)
    category = forms.ChoiceField(label="类别", choices=CharityNeed.Category.choices)
    kind = forms.ChoiceField(label="帮扶方式", choices=CharityNeed.Kind.choices)
    what = forms.CharField(label="需要什么（公开）", max_length=40, help_text="如“轮椅”“康复费”“每周一次上门理发”")
    quantity = amount("数量（公开）", min_value=0)
    unit = forms.CharField(label="单位（公开）", max_length=6, help_text="元、台、套、次")
    situation = forms.CharField(label="情况说明（公开）", help_text="不写姓名、电话、证件号、村（社区）、学校、医院", **LONG)
    consent_giver = forms.ChoiceField(label="谁同意的", choices=CharityNeed.Giver.choices)
    consent_way = forms.ChoiceField(label="同意方式", choices=CharityNeed.Way.choices)
    consent_on = day_field("同意日期", help_text="不具名发布须先取得同意；同意可以随时撤回")
    share_name = forms.BooleanField(label="同意对接后提供姓名", required=False)
    share_phone = forms.BooleanField(label="同意对接后提供联系电话", required=False)
    share_address = forms.BooleanField(label="同意对接后提供住址", required=False)

    def draft(self) -> Draft:
        return Draft(**{name: self.cleaned_data[name] for name in Draft.__slots__})


class NeedChangeForm(NeedForm, Versioned):
    pass


class PublishForm(Versioned):
    checked = forms.BooleanField(label="已核对：发布内容不能识别到个人", required=False)


class WordsForm(Versioned):
    """One text with the version; what it is called, the page says."""

    reason = forms.CharField(label="理由", **LONG)

    def __init__(self, *args, label="理由", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class NeedWithdrawForm(WordsForm):
    revoked = forms.ChoiceField(label="情形", choices=REVOKED)

    field_order = ("revoked", "reason")

    def clean_revoked(self) -> bool:
        return self.cleaned_data["revoked"] == "True"


class OfferForm(forms.Form):
    charity = forms.ModelChoiceField(label="以哪个组织的名义", queryset=None, empty_label=None)
    quantity = amount("认领数量", min_value=0, help_text="可以认领全部，也可以认领一部分")
    ready_on = day_field("预计交付日期")
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, charities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["charity"].queryset = charities


class MatchForm(Versioned):
    """Only what the applicant agreed to can be ticked."""

    hand = forms.MultipleChoiceField(label="提供给慈善组织", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, need: CharityNeed, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hand"].choices = [(one, label) for one, label in HANDABLE.items() if getattr(need, f"share_{one}")]
        if not self.fields["hand"].choices:
            self.fields["hand"].help_text = "申请人没有同意提供身份信息，由经办人代为联系和转交"


class RevealPurposeForm(forms.Form):
    purpose = forms.CharField(label="用途", max_length=120)


class DeliverForm(Versioned):
    delivered_on = day_field("交付日期")
    delivered = amount("交付数量", min_value=0)
    evidence = forms.CharField(label="交付情况和凭证", help_text="转账回单、收据、签收单的编号", **LONG)
    upload = forms.FileField(label="凭证", required=False, help_text="PDF、JPEG、PNG、Word，20 MB 以内；不要拍受助人面部和住处")


class ConfirmForm(Versioned):
    confirmed_on = day_field("确认日期")
    how = forms.CharField(label="向谁、怎样确认", **LONG)


class ComplaintForm(Versioned):
    raised_on = day_field("提出日期")
    text = forms.CharField(label="投诉内容", **LONG)


class SettleForm(Versioned):
    upheld = forms.ChoiceField(label="结论", choices=UPHELD, widget=forms.RadioSelect)
    finding = forms.CharField(label="核实情况", **LONG)

    def clean_upheld(self) -> bool:
        return self.cleaned_data["upheld"] == "True"


class CharityForm(forms.Form):
    name = forms.CharField(label="名称", max_length=120, help_text="与登记证书一致")
    uscc = forms.CharField(label="统一社会信用代码", max_length=30)
    form = forms.ChoiceField(label="组织形式", choices=Charity.Form.choices)
    registration = forms.CharField(label="登记（认定）证书号", max_length=60)
    registrar = forms.CharField(label="登记机关", max_length=60)
    valid_until = day_field("证书有效期至", required=False)
    scope = forms.CharField(label="帮扶范围", max_length=200, required=False)
    contact = forms.CharField(label="联系人", max_length=60)
    phone = forms.CharField(label="联系电话", max_length=30)
    checked_on = day_field("核实日期")
    checked_how = forms.CharField(label="核实方式", max_length=200, help_text="查验的证书、查询的网站和结果")

    def register(self) -> Register:
        return Register(**self.cleaned_data)


class CharityCheckForm(Versioned):
    valid_until = day_field("证书有效期至", required=False)
    checked_on = day_field("核实日期")
    checked_how = forms.CharField(label="核实方式", max_length=200)
