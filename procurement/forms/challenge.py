"""What suppliers and officers type about 询问, 质疑 and 投诉."""

from django import forms

from procurement.forms.fields import Day, text_area
from procurement.models import Challenge, Complaint, Consequence


class EnquiryForm(forms.Form):
    question = forms.CharField(label="询问内容", widget=text_area(5), max_length=4000)


class AnswerForm(forms.Form):
    answer = forms.CharField(label="答复", widget=text_area(5), max_length=4000)


class ChallengeForm(forms.Form):
    """``steps``: (value, label) of the steps that may be challenged today."""

    step = forms.ChoiceField(label="质疑环节")
    demand = forms.CharField(label="质疑请求", widget=text_area(3), max_length=2000, help_text="明确、具体，与质疑事项相关")
    facts = forms.CharField(label="事实依据", widget=text_area(5), max_length=8000)
    basis = forms.CharField(label="法律依据", widget=text_area(3), max_length=2000)
    upload = forms.FileField(label="证明材料", required=False, help_text="PDF、Word 或图片，20 MB 以内")

    def __init__(self, *args, steps, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = steps


class ChallengeAnswerForm(forms.Form):
    verdict = forms.ChoiceField(label="答复结论", choices=Challenge.Verdict, widget=forms.RadioSelect)
    consequence = forms.ChoiceField(label="处理", choices=Consequence, widget=forms.RadioSelect)
    answer = forms.CharField(label="答复内容（事实、理由和依据）", widget=text_area(6), max_length=8000)


class ComplaintForm(forms.Form):
    department = forms.CharField(label="受理财政部门", max_length=80)
    document_no = forms.CharField(label="受理（暂停）通知文号", max_length=80)
    filed_on = Day(label="投诉日期")
    accepted_on = Day(label="受理日期")
    suspended_from = Day(label="暂停采购活动自", required=False)
    suspended_until = Day(label="暂停采购活动至", required=False, help_text="最长 30 日")


class DecisionForm(forms.Form):
    decision_no = forms.CharField(label="处理决定文号", max_length=80)
    decided_on = Day(label="决定日期")
    verdict = forms.ChoiceField(label="决定结论", choices=Complaint.Verdict, widget=forms.RadioSelect)
    consequence = forms.ChoiceField(label="处理", choices=Consequence, widget=forms.RadioSelect)
    grounds = forms.CharField(label="处理依据及结果", widget=text_area(5), max_length=8000)
