"""What people type about contractors: shape and units only."""

from django import forms

from accounts.models import Organisation, User
from contractors import rules
from contractors.models import CONDITION_CHOICES, LEGAL_FORM_CHOICES, PersonalTie, Violation

LISTS = (
    ("失信被执行人", "失信被执行人"),
    ("重大税收违法失信主体", "重大税收违法失信主体"),
    ("政府采购严重违法失信行为记录名单", "政府采购严重违法失信行为记录名单"),
    ("严重违法失信社会组织名单", "严重违法失信社会组织名单"),
)


def day_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def text_area(label, **options):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class ContractorForm(forms.Form):
    legal_form = forms.ChoiceField(label="组织形式", choices=[("", "请选择"), *LEGAL_FORM_CHOICES])
    fiscally_funded = forms.BooleanField(label="由财政拨款保障", required=False)
    small_business = forms.BooleanField(label="属于小型、微型企业（社会组织、事业单位不属于）", required=False)
    representative = forms.CharField(label="法定代表人（负责人）", max_length=60)
    representative_id = forms.CharField(
        label="法定代表人证件号码", max_length=30, required=False, help_text="加密保存，仅用于核对不同供应商的负责人是否为同一人"
    )
    address = forms.CharField(label="住所", max_length=200, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)


class RegisterForm(ContractorForm):
    name = forms.CharField(label="单位名称", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=30)
    uscc_reason = forms.CharField(label="代码情况说明", max_length=200, required=False, help_text="代码校验不通过但确为证书所载时填写")
    field_order = ("name", "uscc", "uscc_reason")


class ProofForm(forms.Form):
    condition = forms.ChoiceField(label="法定条件", choices=CONDITION_CHOICES)
    statement = text_area("说明", required=False)
    upload = forms.FileField(label="证明材料", required=False)


class QualificationForm(forms.Form):
    kind = forms.CharField(label="资质名称", max_length=80)
    number = forms.CharField(label="证书编号", max_length=80, required=False)
    valid_until = day_field("有效期至", required=False, help_text="长期有效的不填")
    upload = forms.FileField(label="扫描件", required=False)


class CreditCheckForm(forms.Form):
    listed_in = forms.MultipleChoiceField(
        label="列入的名单", choices=LISTS, widget=forms.CheckboxSelectMultiple, required=False, help_text="未列入任何名单的不勾选"
    )
    upload = forms.FileField(label="查询截图", required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)


class ViolationForm(forms.Form):
    kind = forms.ChoiceField(label="处罚种类", choices=Violation.Kind.choices)
    document_no = forms.CharField(label="处罚文书文号", max_length=80)
    decided_on = day_field("决定日期")
    fine = forms.DecimalField(label="罚款金额", max_digits=18, decimal_places=2, min_value=0, initial=0)
    ban_ends_on = day_field("同时禁止活动的，截止日期", required=False)


class DebarmentForm(forms.Form):
    decision_no = forms.CharField(label="处罚决定文号", max_length=80)
    issued_by = forms.ModelChoiceField(label="作出决定的财政部门", queryset=Organisation.objects.none())
    starts_on = day_field("禁入起始日期")
    ends_on = day_field("禁入截止日期")
    ground = forms.CharField(label="事由", max_length=200, required=False)
    source_url = forms.URLField(label="公布网址", required=False, assume_scheme="https")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issued_by"].queryset = Organisation.objects.filter(
            kind=Organisation.Kind.DEPARTMENT, function=Organisation.Function.FINANCE
        )


class ControllerForm(forms.Form):
    name = forms.CharField(label="控股或管理单位", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=30, help_text="18 位")

    def clean_uscc(self):
        code = rules.normalise_uscc(self.cleaned_data["uscc"])
        if len(code) != 18 or not code.isalnum():
            raise forms.ValidationError(f"统一社会信用代码应为 18 位字母和数字，现为 {len(code)} 位，请核对。")
        return code


class TieForm(forms.Form):
    user = forms.ModelChoiceField(label="人员", queryset=User.objects.none())
    kind = forms.ChoiceField(label="关系", choices=PersonalTie.Kind.choices)
    ended_on = day_field("终止日期", required=False, help_text="仍然存在的不填")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people


class ReasonForm(forms.Form):
    reason = text_area("理由", required=False)
