"""What people type from the preparation of a tender to the award: shape and units only."""

from decimal import Decimal

from django import forms

from contractors.rules import normalise_uscc
from procurement.forms.fields import Money
from procurement.models import Tender
from procurement.rules.scoring import FactorKind

MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label, **options):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **options)


def text_area(label, rows=3, **options):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def rate_field(label, least):
    """P-52: a rate that the document may raise to 0.65."""
    help_text = f"{least}–0.65，随采购文件公布；留空为 {least}"
    field = forms.DecimalField(label=label, max_digits=3, decimal_places=2, required=False, help_text=help_text)
    field.least = Decimal(least)
    return field


class TenderForm(forms.Form):
    bid_deadline = moment_field("响应文件提交截止时间")
    opening_at = moment_field("开启时间", help_text="一般与截止时间相同")
    opening_reason = forms.CharField(label="开启时间说明", max_length=200, required=False, help_text="开启不在截止当日的写明原因")
    holder_one = forms.ModelChoiceField(label="密钥保管人一", queryset=None)
    holder_two = forms.ModelChoiceField(label="密钥保管人二", queryset=None)
    committee_size = forms.TypedChoiceField(label="评审小组人数", choices=[(n, f"{n} 人") for n in (3, 5, 7, 9)], coerce=int)
    weighty = forms.BooleanField(label="技术复杂或社会影响较大", required=False)
    small_business_deduction = forms.DecimalField(
        label="小微企业价格扣除", max_digits=4, decimal_places=2, min_value=0, help_text="10–20；不扣除填 0"
    )
    small_business_deduction.unit = "%"
    low_rate_mean = rate_field("异常低价线（均值）", "0.50")
    low_rate_second = rate_field("异常低价线（次低价）", "0.50")
    low_rate_ceiling = rate_field("异常低价线（最高限价）", "0.45")
    bid_security = Money(label="响应保证金", required=False, help_text="不超过预算的 2%；不收取的留空")
    performance_percent = forms.DecimalField(
        label="履约保证金", max_digits=4, decimal_places=2, min_value=0, required=False, help_text="合同金额的百分比，不超过 10；不收取填 0"
    )
    performance_percent.unit = "%"
    required_qualifications = text_area("要求的资质", required=False, help_text="每行一项，不得限定所在地或组织形式")
    envelope_kib = forms.TypedChoiceField(label="密封信封大小", choices=Tender.EnvelopeSize.choices, coerce=int)

    def __init__(self, *args, officers, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("holder_one", "holder_two"):
            self.fields[name].queryset = officers

    def clean(self):
        data = super().clean()
        for name, field in self.fields.items():
            if hasattr(field, "least") and data.get(name) is None:
                data[name] = field.least
        return data

    def clean_performance_percent(self):
        return self.cleaned_data["performance_percent"] or Decimal(0)

    def clean_required_qualifications(self):
        return [line.strip() for line in self.cleaned_data["required_qualifications"].splitlines() if line.strip()]


class PassphraseForm(forms.Form):
    """The field is called ``password`` so that every filter for secrets in logs and error pages knows it."""

    password = forms.CharField(
        label="开启口令", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class NewPassphraseForm(PassphraseForm):
    again = forms.CharField(
        label="再输入一次", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def clean(self):
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", "两次输入的口令不一致，请重新输入。")
        return self.cleaned_data


class BidForm(forms.Form):
    quote = forms.DecimalField(label="报价", max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    quote.unit = "元"
    proposal = text_area("服务方案要点", rows=8, required=False)
    upload = forms.FileField(label="响应文件", required=False, help_text="PDF 或 Word，连同文字一起装入密封信封")
    partners = text_area("联合体其他成员", required=False, help_text="以联合体响应的，每行一个统一社会信用代码，不含本单位；单独响应的不填")
    agreement = forms.FileField(label="联合协议", required=False, help_text="各成员共同签署，载明分工和义务，一并装入密封信封")
    reason = text_area("提示事项的说明", required=False, help_text="页面上列有提示事项时填写")

    def __init__(self, *args, consortium: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not consortium:
            del self.fields["partners"], self.fields["agreement"]

    def clean_partners(self):
        return tuple(normalise_uscc(line) for line in self.cleaned_data["partners"].splitlines() if line.strip())


class ReasonForm(forms.Form):
    reason = text_area("理由", required=False)


class DrawForm(forms.Form):
    buyer_seat = forms.ModelChoiceField(label="采购人代表", queryset=None, required=False, help_text="不派代表的，全部由评审专家组成")

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["buyer_seat"].queryset = colleagues


class ExplanationForm(forms.Form):
    explanation = text_area("成本构成与合理性说明", rows=6)
    evidence = forms.FileField(label="证明材料", required=False)


class SheetForm(forms.Form):
    """One decimal field for each factor that experts score; the steps stand as help under it."""

    opinion = text_area("评审意见", required=False)

    def __init__(self, *args, factors, **kwargs):
        super().__init__(*args, **kwargs)
        self.factors = [factor for factor in factors if factor.kind == FactorKind.QUALITY]
        for number, factor in enumerate(self.factors):
            steps = "；".join(f"{band.label} {band.low}–{band.high} 分" for band in factor.bands)
            field = forms.DecimalField(
                label=f"{factor.name}（满分 {factor.weight}）", max_digits=5, decimal_places=2, required=False, help_text=steps
            )
            field.unit = "分"
            self.fields[f"factor_{number}"] = field
        self.order_fields([f"factor_{number}" for number in range(len(self.factors))])

    @property
    def marks(self) -> dict[str, Decimal]:
        given = ((factor.name, self.cleaned_data.get(f"factor_{number}")) for number, factor in enumerate(self.factors))
        return {name: points for name, points in given if points is not None}


class DigestForm(forms.Form):
    digest = forms.RegexField(
        label="SHA-256 摘要", regex=r"^\s*[0-9a-fA-F]{64}\s*$", required=False, error_messages={"invalid": "摘要应为 64 位十六进制字符。"}
    )
    upload = forms.FileField(label="或上传下载的密封文件", required=False)
