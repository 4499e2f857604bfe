"""The public guide: what is asked there, and the texts behind it."""

from django import forms

from accounts.models import Organisation
from windows.filters import programmes
from windows.forms.counter import Versioned
from windows.forms.village import day_field
from windows.models import GuideText


class GuideSearch(forms.Form):
    """``district`` None: the whole city."""

    q = forms.CharField(label="查找", max_length=40, required=False, strip=True)
    district = forms.ModelChoiceField(
        label="所在区县", queryset=Organisation.objects.none(), required=False, to_field_name="code", empty_label="全市"
    )

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts
        self.fields["district"].label_from_instance = lambda bureau: bureau.label


class GuideTextForm(Versioned):
    organisation = forms.ModelChoiceField(label="发布机关", queryset=Organisation.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="类别", choices=GuideText.Kind.choices)
    programme_code = forms.ChoiceField(label="救助事项", required=False, help_text="政策解读和常见问题可以不选")
    title = forms.CharField(label="标题", max_length=120)
    body = forms.CharField(
        label="内容", max_length=6000, widget=forms.Textarea(attrs={"rows": 12}), help_text="空一行另起一段；不得写入个人信息"
    )
    source = forms.CharField(label="依据文件", max_length=160, help_text="文件名称和文号")
    formed_on = day_field("信息形成日期")

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["formed_on"].help_text = "形成或变更之日起 10 个工作日内发布"
        self.fields["programme_code"].choices = lambda: [("", "（不限事项）"), *programmes()]


class PublishForm(Versioned):
    reason = forms.CharField(label="逾期发布的原因", max_length=200, required=False)


class WithdrawForm(Versioned):
    reason = forms.CharField(label="撤下的原因", max_length=200)
