"""Shapes of inspections, rectification, complaints and signs of 转包 as typed."""

from django import forms

from procurement.forms.fields import Day, YesNo, text_area
from procurement.models import Contract, Finding, Inspection, InspectionSubject, ServiceComplaint
from procurement.services import rectification as rectifications
from records import clock, identity

LONG = 2000


class InspectionForm(forms.Form):
    kind = forms.ChoiceField(label="检查方式", choices=Inspection.Kind.choices)
    planned_on = Day(label="计划日期")
    scope = forms.CharField(label="检查内容", max_length=300)
    size = forms.IntegerField(label="抽查人数", min_value=1, max_value=500, initial=5, help_text="随机抽查时使用；抽取种子自动生成")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"planned_on": clock.today()}, **kwargs)


class HoldForm(forms.Form):
    held_on = Day(label="检查日期")
    summary = forms.CharField(label="检查情况", widget=text_area(4), max_length=LONG)

    def __init__(self, *args, inspection: Inspection, **kwargs):
        super().__init__(*args, initial={"held_on": clock.today()}, **kwargs)
        self.subjects = list(inspection.subjects.select_related("recipient"))
        for subject in self.subjects:
            label = f"{subject.position}. {subject.recipient.code} {identity.mask_name(subject.recipient.name)}"
            results = [("", "请选择"), *(pair for pair in InspectionSubject.Result.choices if pair[0] != "open")]
            self.fields[f"result_{subject.pk}"] = forms.ChoiceField(label=f"{label}：核查结果", choices=results)
            self.fields[f"note_{subject.pk}"] = forms.CharField(label=f"{label}：情况", max_length=300, required=False)

    def results(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {subject.pk: (data[f"result_{subject.pk}"], data[f"note_{subject.pk}"]) for subject in self.subjects}


class FindingForm(forms.Form):
    fact = forms.CharField(label="事实", widget=text_area(3), max_length=LONG)
    clause = forms.CharField(label="依据（合同条款或者规定）", max_length=200)
    severity = forms.ChoiceField(label="程度", choices=Finding.Severity.choices)
    subject = forms.ModelChoiceField(label="抽查对象", queryset=InspectionSubject.objects.none(), required=False, empty_label="（不指定）")
    photo = forms.FileField(label="照片", required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}))

    def __init__(self, *args, inspection: Inspection, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = inspection.subjects.all()


class RectifyForm(forms.Form):
    findings = forms.ModelMultipleChoiceField(
        label="检查发现",
        queryset=Finding.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项。"},
    )
    demand = forms.CharField(label="整改要求", widget=text_area(4), max_length=LONG)
    due_on = Day(label="整改期限", required=False, help_text="不填按政策参数“整改时限”计算")

    def __init__(self, *args, inspection: Inspection, **kwargs):
        super().__init__(*args, initial={"due_on": rectifications.default_due(inspection.contract)}, **kwargs)
        self.fields["findings"].queryset = inspection.findings.filter(rectification=None)
        self.fields["findings"].label_from_instance = lambda row: f"{row.number}. {row.fact}（{row.get_severity_display()}）"


class PlanForm(forms.Form):
    owner = forms.CharField(label="整改负责人", max_length=40)
    plan = forms.CharField(label="整改方案", widget=text_area(5), max_length=LONG)


class EvidenceForm(forms.Form):
    evidence = forms.CharField(label="整改情况", widget=text_area(5), max_length=LONG)
    file = forms.FileField(label="佐证材料", required=False)


class VerifyForm(forms.Form):
    passed = YesNo(label="复查通过")
    comment = forms.CharField(label="复查意见", widget=text_area(4), max_length=LONG)

    def clean_passed(self):
        if self.cleaned_data["passed"] is None:
            raise forms.ValidationError("请选择是否通过。")
        return self.cleaned_data["passed"]


class ExtendForm(forms.Form):
    days = forms.IntegerField(label="延长（工作日）", min_value=1, max_value=366)
    reason = forms.CharField(label="延期原因", max_length=300)


class ComplaintFields(forms.Form):
    about = forms.ChoiceField(label="事项", choices=ServiceComplaint.About.choices)
    happened_on = Day(label="发生日期", required=False)
    text = forms.CharField(label="投诉内容", widget=text_area(5), max_length=LONG)
    complainant = forms.CharField(label="您的姓名（可以不填）", max_length=40, required=False)
    phone = forms.CharField(label="联系电话（可以不填）", max_length=30, required=False)
    disclose = forms.BooleanField(label="同意让服务机构知道是我反映的", required=False)


def service_label(row: Contract) -> str:
    return f"{row.project.organisation.name} · {row.project.name}（{row.contractor}）"


class PublicComplaintForm(ComplaintFields):
    """For people without an account. The contract is chosen by what they know: the place, the service, the organisation."""

    contract = forms.ModelChoiceField(label="哪一项服务", queryset=Contract.objects.none(), empty_label="（请选择）")
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people leave it empty

    field_order = ("contract",)

    def __init__(self, *args, contracts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = contracts
        self.fields["contract"].label_from_instance = lambda row: (
            f"{row.project.organisation.name} · {row.project.name}（{row.contractor}）"
        )


class EnteredComplaintForm(ComplaintFields):
    """What staff take down by telephone or face to face."""

    channel = forms.ChoiceField(label="渠道", choices=[pair for pair in ServiceComplaint.Channel.choices if pair[0] != "public"])
    field_order = ("channel",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["complainant"].label, self.fields["phone"].label = "投诉人", "联系电话"
        self.fields["disclose"].label = "投诉人同意向承接主体公开身份"


class AskForm(forms.Form):
    code = forms.CharField(label="查询码", max_length=20)


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(label="认定", choices=ServiceComplaint.Verdict.choices)
    answer = forms.CharField(label="答复", widget=text_area(4), max_length=LONG)
    reason = forms.CharField(label="未等承接主体说明即答复的原因", max_length=300, required=False)


class JudgeForm(forms.Form):
    confirmed = YesNo(label="认定转包")
    outcome = forms.CharField(label="认定意见", widget=text_area(4), max_length=LONG)

    def clean_confirmed(self):
        if self.cleaned_data["confirmed"] is None:
            raise forms.ValidationError("请选择是否认定。")
        return self.cleaned_data["confirmed"]
