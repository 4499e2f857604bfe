"""Whom a township serves, typed or from a file."""

from django import forms

from staffing.forms.fields import DATE, count_field
from staffing.models import Category


class CaseloadForm(forms.Form):
    """One township on one day. A blank category says nothing; it is not 0."""

    as_of = forms.DateField(label="截至日期", widget=DATE)
    source = forms.CharField(label="数据来源", max_length=120, help_text="如：2026年三季度低保发放台账")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for category in Category:
            self.fields[category.value] = count_field(f"{category.label}（人）", required=False)
        self.order_fields(["as_of", *Category.values, "source"])

    def clean(self):
        data = super().clean()
        if not self.errors and not self.recipients():
            raise forms.ValidationError("请至少填写一类救助对象的人数；确为 0 人的请填 0。")
        return data

    def recipients(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in Category.values if self.cleaned_data.get(code) is not None}


class ImportForm(forms.Form):
    as_of = forms.DateField(label="截至日期", widget=DATE)
    source = forms.CharField(label="数据来源", max_length=120)
    file = forms.FileField(label="Excel 或 CSV 文件", help_text="表头需有“乡镇街道”和至少一类人数；空白单元格不作 0 处理。")
