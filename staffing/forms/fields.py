"""Fields that several forms share."""

from django import forms

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
COUNT = {"invalid": "请填写整数（人），不要小数。"}


def count_field(label: str, **options) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control"})
    return forms.IntegerField(label=label, error_messages=COUNT, widget=widget, **options)
