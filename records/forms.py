"""Shape of what people type on the pages of this app."""

import re

from django import forms
from django.db.models import Q

from accounts.models import Organisation
from records import values
from records.notices import SECTIONS
from records.values import REGISTRY

DATE = forms.DateInput(attrs={"type": "date"})


class NoticeFilter(forms.Form):
    q = forms.CharField(label="标题或文号", required=False, max_length=60)
    section = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *SECTIONS.items()])
    issued_from = forms.DateField(label="签发日期自", required=False, widget=DATE)
    issued_to = forms.DateField(label="签发日期至", required=False, widget=DATE)

    def narrow(self, rows):
        """The rows that fit; a field that cannot be read narrows nothing and shows its error."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("q"):
            rows = rows.filter(Q(title__icontains=wanted["q"]) | Q(number__icontains=wanted["q"]))
        if wanted.get("section"):
            rows = rows.filter(kind__startswith=f"{wanted['section']}.")
        if wanted.get("issued_from"):
            rows = rows.filter(issued_at__date__gte=wanted["issued_from"])
        if wanted.get("issued_to"):
            rows = rows.filter(issued_at__date__lte=wanted["issued_to"])
        return rows


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="撤回原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="公开页面会显示。")


class CodeForm(forms.Form):
    code = forms.CharField(label="验证码", max_length=40, help_text="文件末页二维码旁的12位验证码，横线可以不填。")


class CompareForm(forms.Form):
    file = forms.FileField(label="手中的 PDF 文件", required=False, help_text="只计算摘要，不保存文件。")
    sha256 = forms.CharField(label="或填写文件的 SHA-256 摘要", required=False, max_length=64)

    def clean_sha256(self):
        digest = self.cleaned_data["sha256"].strip().lower()
        if digest and not re.fullmatch("[0-9a-f]{64}", digest):
            raise forms.ValidationError("SHA-256 摘要应为64位十六进制数字。")
        return digest

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("file") and not cleaned.get("sha256"):
            raise forms.ValidationError("请选择文件，或填写摘要。")
        return cleaned


class CalendarForm(forms.Form):
    source = forms.CharField(
        label="来源文件", max_length=200, help_text="如：国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕×号）"
    )
    file = forms.FileField(label="节假日安排（Excel 或 CSV）", help_text="三列：日期、类型（休息／上班）、名称。只列与平常周次不同的日子。")


class PolicyValueForm(forms.Form):
    """One value of one registered parameter; its field follows the kind of the parameter."""

    organisation = forms.ModelChoiceField(label="适用单位（含下级）", queryset=Organisation.objects.none())
    value = forms.CharField(label="取值", max_length=100)
    effective_from = forms.DateField(label="生效日期", widget=DATE)
    effective_to = forms.DateField(label="失效日期", required=False, widget=DATE, help_text="当日起不再适用；不填表示长期有效。")
    source_document = forms.CharField(label="依据文件", max_length=200, help_text="文号和名称，必要时写到条款。")
    example = forms.BooleanField(label="仅作示例（页面上标明“示例”）", required=False)

    def __init__(self, *args, code: str, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = REGISTRY[code]
        self.fields["organisation"].queryset = organisations
        field = self.fields["value"]
        field.unit = self.known.unit
        if self.known.kind == values.CHOICE:
            self.fields["value"] = forms.ChoiceField(label="取值", choices=self.known.choices, widget=forms.RadioSelect)
        elif self.known.kind == values.LIST:
            self.fields["value"] = forms.MultipleChoiceField(label="取值", choices=self.known.choices, widget=forms.CheckboxSelectMultiple)


class PolicyValueFilter(forms.Form):
    q = forms.CharField(label="参数名称或代码", required=False, max_length=60)
    status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("unset", "未设定"), ("pending", "待确认"), ("confirmed", "已确认"), ("example", "示例")],
    )
