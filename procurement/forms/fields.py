"""Fields that several forms share."""

from django import forms


class Money(forms.DecimalField):
    """元, two places, never negative."""

    unit = "元"

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_digits=18, decimal_places=2, **kwargs)

    def to_python(self, value):
        return super().to_python(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)


class Day(forms.DateField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class YesNo(forms.TypedChoiceField):
    """是 or 否, and no answer until one is given."""

    def __init__(self, **kwargs):
        choices = (("yes", "是"), ("no", "否"))
        super().__init__(
            choices=choices, widget=forms.RadioSelect, coerce=lambda value: value == "yes", empty_value=None, required=False, **kwargs
        )


def text_area(rows: int = 4, **attrs) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})
