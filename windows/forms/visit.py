"""Shape of what is typed about a visit at home."""

import re

from django import forms

from windows.forms.counter import Versioned
from windows.forms.village import day_field
from windows.services.visits import SITUATION, Seen

TEXT = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 1000, "required": False}
NAME_LENGTH = 60  # of the columns
SIGNED = ((True, "已签字"), (False, "没有签字"))


def typed_names(text: str) -> list[str]:
    """Each once, whatever stands between them."""
    return [name for name in dict.fromkeys(re.split(r"[、，,；;/\s]+", text)) if name]


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, user):
        return user.name


class HomeVisitForm(forms.Form):
    """``people``: who is posted at the township and its villages; others are typed."""

    visited_on = day_field("入户日期")
    people = PeopleChoice(label="调查人员", queryset=None, required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(label="其他调查人员", max_length=200, required=False, help_text="不在名单上的，用顿号分开；合计至少两名")
    village_guide = forms.CharField(label="村（社区）带路人员", max_length=60, required=False)
    met = forms.CharField(label="被访人", max_length=60, required=False)
    met_relation = forms.CharField(label="被访人与申请人关系", max_length=20, required=False, initial="本人")
    family = forms.CharField(label="家庭成员情况", help_text="人口、健康、上学、赡养抚养", **TEXT)
    housing = forms.CharField(label="居住情况", help_text="房屋来源、结构、面积、设施", **TEXT)
    work = forms.CharField(label="就业和收入情况", help_text="务工、务农、经营、其他收入", **TEXT)
    living = forms.CharField(label="生活和支出情况", help_text="日常生活、医疗、教育等支出", **TEXT)
    finding = forms.CharField(label="调查结论", **TEXT)
    by_video = forms.BooleanField(label="特殊时期以视频方式调查", required=False)
    video_reason = forms.CharField(label="视频调查的原因", max_length=200, required=False)
    signed = forms.ChoiceField(label="被访人签字", choices=SIGNED, widget=forms.RadioSelect, initial=True)
    unsigned_reason = forms.CharField(label="未签字的原因", max_length=200, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people

    def clean(self):
        data = super().clean()
        names = typed_names(data.get("others", ""))
        if any(len(name) > NAME_LENGTH for name in names):
            self.add_error("others", f"每名调查人员的姓名不超过 {NAME_LENGTH} 个字，多名之间用顿号分开。")
        if data.get("met", "").strip() in names:
            self.add_error("others", "被访人不能同时是调查人员。")
        return data

    def clean_signed(self) -> bool:
        return self.cleaned_data["signed"] == "True"

    def names(self) -> list[str]:
        """Each once. Two accounts of one name are two people: the second is told apart by the sign-in name."""
        found: list[str] = []
        for user in self.cleaned_data["people"]:
            found.append(f"{user.name}（{user.username}）" if user.name in found else user.name)
        return found + [name for name in typed_names(self.cleaned_data["others"]) if name not in found]

    def seen(self) -> Seen:
        data = self.cleaned_data
        own = ("visited_on", "met", "met_relation", "village_guide", "finding", *SITUATION)
        asked = ("by_video", "video_reason", "signed", "unsigned_reason")
        return Seen(names=self.names(), **{name: data[name] for name in (*own, *asked)})


class NewVisitForm(HomeVisitForm, Versioned):
    """The version is the case's: two who write the same visit see each other."""


class CorrectVisitForm(HomeVisitForm):
    reason = forms.CharField(label="更正原因", max_length=200, help_text="原记录保留，新的一版注明更正")


class VisitFileForm(forms.Form):
    upload = forms.FileField(label="照片或签字的调查表", help_text="PDF、JPEG、PNG、Word，20 MB 以内")
    note = forms.CharField(label="说明", max_length=60, required=False)
