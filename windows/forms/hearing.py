"""Shape of what is typed about a hearing before help is stopped."""

from django import forms

from windows.forms.village import day_field
from windows.models import StandingHearing
from windows.services.hearings import Heard

LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "required": False}


class HearingForm(forms.Form):
    ground = forms.CharField(
        label="拟减发、停止的事实和理由", max_length=300, help_text="告知本人的原话", widget=forms.Textarea(attrs={"rows": 2})
    )
    told_on = day_field("告知日期")
    way = forms.ChoiceField(label="告知方式", choices=StandingHearing.Way.choices)
    heard_on = day_field("听取意见日期", help_text="无法联系的，填最后一次联系的日期")
    outcome = forms.ChoiceField(label="结果", choices=StandingHearing.Outcome.choices, widget=forms.RadioSelect)
    statement = forms.CharField(label="陈述的意见", max_length=1000, **LONG)
    note = forms.CharField(label="联系经过", max_length=200, required=False, help_text="无法联系的写明何时以何种方式联系过")

    def heard(self) -> Heard:
        return Heard(**self.cleaned_data)
