"""Shape of what is typed and sent around a check of means."""

from django import forms

from windows.forms.counter import Versioned
from windows.forms.village import day_field
from windows.models import VerificationBatch, VerificationRequest
from windows.services.people import PersonData

APPLICANT, MEMBER = "applicant", "member"


class AskForm(Versioned):
    """The applicant, or a member of the household with name and number."""

    who = forms.ChoiceField(
        label="核对谁", choices=((APPLICANT, "申请人本人"), (MEMBER, "共同生活的家庭成员、法定义务人")), widget=forms.RadioSelect
    )
    consent_on = day_field(label="授权日期", help_text="本人在核对授权书上签字的日期；没有授权不得核对")
    name = forms.CharField(label="姓名", max_length=60, required=False)
    id_number = forms.CharField(label="身份证号", max_length=60, required=False)
    relation = forms.CharField(label="与申请人关系", max_length=20, required=False, help_text="例：配偶、儿子、父亲")

    def clean(self):
        data = super().clean()
        if data.get("who") == MEMBER:
            for name in ("name", "id_number", "relation"):
                if not data.get(name):
                    self.add_error(name, f"请填写家庭成员的{self.fields[name].label}。")
        return data

    def facts(self) -> dict:
        data = self.cleaned_data
        facts = {"version": data["version"], "consent_on": data["consent_on"]}
        if data["who"] == MEMBER:
            facts |= {"relation": data["relation"], "member": PersonData(name=data["name"], id_number=data["id_number"])}
        return facts


class SendForm(forms.Form):
    organisation = forms.ModelChoiceField(label="区县民政局", queryset=None, empty_label=None)
    kind = forms.ChoiceField(label="文件格式", choices=VerificationBatch.Kind.choices)

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = districts


class AnswersForm(forms.Form):
    file = forms.FileField(label="核对结果文件", help_text="在送出的批次文件上填写“核对结果、不一致项目、信息来源”三列；Excel 或 CSV")


class SettleForm(Versioned):
    decision = forms.ChoiceField(label="处理", choices=VerificationRequest.Decision.choices)
    heard_on = day_field(label="听取申请人说明的日期", required=False)
    heard = forms.CharField(
        label="申请人怎么说", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="结果不一致的必填：把不一致的项目告诉申请人，记下本人的说明和出示的证明",
    )  # fmt: skip
    reason = forms.CharField(label="处理理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class StopForm(Versioned):
    reason = forms.CharField(label="撤销原因", max_length=200)
