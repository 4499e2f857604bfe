"""Shapes of an uploaded list and of an entry's end."""

from django import forms

from records import clock
from windows.models import StandingImport
from windows.models.standing import Category, Unheard

MONTHLY = [choice for choice in Category.choices if choice[0] != Category.TEMPORARY]


class StandingSheetForm(forms.Form):
    organisation = forms.ModelChoiceField(label="乡镇（街道）", queryset=None, empty_label=None)
    kind = forms.ChoiceField(label="表格", choices=StandingImport.Kind.choices)
    category = forms.ChoiceField(
        label="表内未写类别时",
        choices=[("", "拒绝该行"), *MONTHLY],
        required=False,
        help_text="只用于没有“类别”一列或该格为空的行",
    )
    upload = forms.FileField(label="名册文件", help_text="xlsx、xls 或 csv；合并单元格、两行表头、GBK 编码都可以，不必先整理")

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = places
        if len(places) == 1:
            self.fields["organisation"].initial = places[0].pk


ASKED = [("", "已听取意见"), *(choice for choice in Unheard.choices if choice[0] in (Unheard.DEATH, Unheard.REQUEST))]


class EndForm(forms.Form):
    unheard = forms.ChoiceField(label="听取意见", choices=ASKED, required=False, help_text="去世、本人书面申请退出的，不需先听取意见")
    posted_on = forms.DateField(
        label="终止公示之日",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="特困供养终止前须在村（社区）公示满 7 日；有异议的 15 个工作日内重新作出决定、重新公示，填重新公示之日",
    )
    ended_on = forms.DateField(label="终止日期", initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="终止原因", max_length=200, help_text="如家庭收入超过标准、去世、迁出；写进告知书和审计记录")

    def __init__(self, *args, tekun: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not tekun:
            del self.fields["posted_on"]
