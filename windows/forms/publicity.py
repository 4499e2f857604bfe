"""Shape of what is typed about a public notice and the objections to it."""

from django import forms

from windows.forms.counter import Versioned, VillageChoice, villages_of
from windows.forms.village import day_field
from windows.models import NoticeObjection
from windows.rules.publicity import FAMILY_MOST
from windows.services.objections import Raised
from windows.services.publicity import Posting

GRANTS = ((True, "拟给予（认定）"), (False, "拟不予（不认定）"))
UPHELD = ((True, "异议成立，原审核意见须改变"), (False, "异议不成立，维持原审核意见"))
LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 1000}


class PublicityForm(Versioned):
    """Five fields go on the wall; the money line goes with the village's task."""

    grants = forms.ChoiceField(label="拟审核结果", choices=GRANTS, widget=forms.RadioSelect, initial=True)
    family_count = forms.IntegerField(label="家庭成员数量", min_value=1, max_value=FAMILY_MOST)
    village = VillageChoice(label="在哪个村（社区）公示", queryset=None)
    phone = forms.CharField(label="监督电话", max_length=30)
    fee = forms.DecimalField(
        label="公示监督经费（元）", max_digits=12, decimal_places=2, required=False, help_text="费随事转；不拨经费的留空"
    )
    fund_source = forms.CharField(label="经费来源", max_length=80, required=False)
    no_fee_reason = forms.CharField(label="不拨经费的理由", max_length=200, required=False)

    def __init__(self, *args, townships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages_of(townships)

    def clean_grants(self) -> bool:
        return self.cleaned_data["grants"] == "True"

    def posting(self) -> Posting:
        return Posting(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class NoticeObjectionForm(Versioned):
    raised_on = day_field("提出日期")
    channel = forms.ChoiceField(label="途径", choices=NoticeObjection.Channel.choices)
    anonymous = forms.BooleanField(label="匿名", required=False, help_text="匿名的不保存姓名和联系方式，照样重新调查")
    objector = forms.CharField(label="异议人", max_length=60, required=False)
    contact = forms.CharField(label="联系方式", max_length=60, required=False)
    text = forms.CharField(label="异议内容", **LONG)

    def raised(self) -> Raised:
        return Raised(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class ObjectionSettleForm(Versioned):
    upheld = forms.ChoiceField(label="认定", choices=UPHELD, widget=forms.RadioSelect)
    finding = forms.CharField(label="重新调查的情况和理由", **LONG)
    reply_way = forms.ChoiceField(label="答复方式", choices=NoticeObjection.Way.choices)
    reply = forms.CharField(label="答复内容", required=False, **LONG)
    replied_on = day_field("答复日期")

    def __init__(self, *args, anonymous: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not anonymous:
            self.fields["reply_way"].choices = [row for row in NoticeObjection.Way.choices if row[0] != NoticeObjection.Way.NONE]

    def clean_upheld(self) -> bool:
        return self.cleaned_data["upheld"] == "True"
