"""Shape of what is typed about villages: tasks, their reports, findings and answers."""

from django import forms

from windows.forms.counter import Versioned, VillageChoice
from windows.models import Finding, VillageTask
from windows.rules.village import NEEDS_HOUSEHOLDS, NEEDS_PHOTO


def day_field(label: str, **more) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


class VillagesChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, village):
        return village.name


class TaskForm(forms.Form):
    """One task for one or many villages; ``fee`` is per village."""

    villages = VillagesChoice(label="村（社区）", queryset=None, widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label="事项", choices=VillageTask.Kind.choices)
    title = forms.CharField(label="任务", max_length=80)
    detail = forms.CharField(label="要求", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = day_field("完成期限")
    fee = forms.DecimalField(label="每村经费（元）", max_digits=12, decimal_places=2, required=False, help_text="费随事转；不拨经费的留空")
    fund_source = forms.CharField(label="经费来源", max_length=80, required=False)
    no_fee_reason = forms.CharField(label="不拨经费的理由", max_length=200, required=False)

    def __init__(self, *args, villages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["villages"].queryset = villages


class TaskReportForm(Versioned):
    """What the kind of task asks for; an empty number is not a zero."""

    done_on = day_field("完成日期")
    households = forms.IntegerField(label="走访户数", min_value=0, max_value=100_000, required=False)
    text = forms.CharField(label="完成情况", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(label="现场照片", required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}))

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        if kind not in NEEDS_HOUSEHOLDS:
            self.fields["households"].help_text = "有走访的填写"
        if kind in NEEDS_PHOTO:
            self.fields["done_on"].label = "张贴日期"
            self.fields["done_on"].help_text = "公示期按张贴之日计算，张贴晚的相应顺延"
            self.fields["photo"].help_text = "公示监督须附照片，照片中不得出现身份证号"


class ReasonOnly(Versioned):
    reason = forms.CharField(label="原因", max_length=200)


class FindingForm(forms.Form):
    """Short enough for a doorstep."""

    village = VillageChoice(label="村（社区）", queryset=None, empty_label=None)
    kind = forms.ChoiceField(label="类别", choices=Finding.Kind.choices)
    situation = forms.CharField(label="情况", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="看到了什么、缺什么")
    urgent = forms.BooleanField(label="急难，需马上处理", required=False)
    name = forms.CharField(label="姓名", max_length=60, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    place = forms.CharField(label="住处", max_length=120, required=False)

    def __init__(self, *args, villages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages


class CaseChoice(forms.ModelChoiceField):
    def label_from_instance(self, case):
        return f"{case.number} {case.programme.name}：{case.person.name}"


class FindingAnswerForm(Versioned):
    registered = forms.ChoiceField(
        label="处理结果", choices=((True, "已协助申请"), (False, "不需申请")), widget=forms.RadioSelect, initial=True
    )
    case = CaseChoice(label="已登记的申请", queryset=None, required=False, empty_label="请选择")
    answer = forms.CharField(label="处理情况", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = cases

    def clean_registered(self) -> bool:
        return self.cleaned_data["registered"] == "True"
