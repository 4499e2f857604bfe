"""What people type about contractors: shape and units only."""

from django import forms

from accounts.models import Organisation, User
from accounts.roles import Role
from contractors import rules
from contractors.models import CONDITION_CHOICES, LEGAL_FORM_CHOICES, Controller, CreditCheck, PersonalTie, Violation
from records import clock

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


def code_field(label="统一社会信用代码"):
    return forms.CharField(label=label, max_length=30, help_text="18 位，登记证书或者营业执照上的代码")


class BasicsForm(forms.Form):
    legal_form = forms.ChoiceField(label="组织形式", choices=[("", "请选择"), *LEGAL_FORM_CHOICES])
    fiscally_funded = forms.BooleanField(label="由财政拨款保障", required=False)
    small_business = forms.BooleanField(label="属于小型、微型企业（社会组织、事业单位不属于）", required=False)


class RegisterForm(BasicsForm):
    name = forms.CharField(label="单位名称", max_length=120)
    uscc = code_field()
    uscc_reason = forms.CharField(
        label="提示事项的说明", max_length=200, required=False, help_text="代码校验不通过但确为证书所载，或者组织形式有提示时填写"
    )
    representative = forms.CharField(label="法定代表人（负责人）", max_length=60)
    representative_id = forms.CharField(
        label="法定代表人证件号码", max_length=30, required=False, help_text="加密保存，仅用于核对不同供应商的负责人是否为同一人"
    )
    address = forms.CharField(label="住所", max_length=200, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    field_order = ("name", "uscc", "uscc_reason")


class StartForm(BasicsForm):
    """The entrance: who it is and of what form. Everything else is filled in afterwards, piece by piece."""

    district = forms.ModelChoiceField(label="受理的区县民政局", queryset=Organisation.objects.none(), empty_label="请选择")
    name = forms.CharField(label="单位名称", max_length=120, help_text="与登记证书一致")
    uscc = code_field()
    uscc_reason = forms.CharField(
        label="代码情况说明", max_length=200, required=False, help_text="系统提示代码校验不通过，但确为证书所载时填写"
    )
    form_reason = forms.CharField(label="组织形式的说明", max_length=300, required=False, help_text="系统对组织形式有提示时填写")
    field_order = ("district", "name", "uscc", "legal_form", "fiscally_funded", "small_business", "uscc_reason", "form_reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(clock.today()).order_by("path")

    def clean_uscc(self):
        code = rules.normalise_uscc(self.cleaned_data["uscc"])
        if len(code) != 18 or not code.isalnum() or not code.isascii():
            raise forms.ValidationError(f"统一社会信用代码应为 18 位字母和数字，现为 {len(code)} 位，请核对。")
        return code


class EnterForm(forms.Form):
    number = forms.CharField(label="申请编号", max_length=24, help_text="以 DJ 开头")
    code = forms.CharField(label="查询码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))


class ContactForm(forms.Form):
    contact_name = forms.CharField(label="联系人", max_length=60)
    phone = forms.CharField(label="联系电话", max_length=30)
    email = forms.EmailField(label="电子邮箱", required=False)
    services = forms.MultipleChoiceField(
        label="能够提供的服务", choices=list(rules.SERVICE_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    introduction = text_area("单位简介", required=False, max_length=1000, help_text="登记后公开，不写个人信息")


class ParticularsForm(ContactForm):
    """The applicant's whole sheet; it is kept as it is, complete or not."""

    name = forms.CharField(label="单位名称", max_length=120)
    uscc_reason = forms.CharField(label="代码情况说明", max_length=200, required=False)
    form_reason = forms.CharField(label="提示事项的说明", max_length=300, required=False)
    legal_form = forms.ChoiceField(label="组织形式", choices=LEGAL_FORM_CHOICES)
    fiscally_funded = forms.BooleanField(label="由财政拨款保障", required=False)
    small_business = forms.BooleanField(label="属于小型、微型企业（社会组织、事业单位不属于）", required=False)
    representative = forms.CharField(label="法定代表人（负责人）", max_length=60)
    representative_id = forms.CharField(
        label="法定代表人证件号码", max_length=30, help_text="加密保存，仅用于核对不同供应商的负责人是否为同一人"
    )
    address = forms.CharField(label="住所", max_length=200)
    field_order = (
        "name", "legal_form", "fiscally_funded", "small_business", "form_reason", "uscc_reason", "address",
        "representative", "representative_id", "contact_name", "phone", "email", "services", "introduction",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("representative", "representative_id", "address", "contact_name", "phone", "services"):
            self.fields[name].required = False


class PaperForm(forms.Form):
    upload = forms.FileField(label="文件", required=False, help_text="PDF、Word 或图片，10 MB 以内")
    statement = text_area("说明", required=False)


class CertificateForm(PaperForm):
    title = forms.CharField(label="资质名称", max_length=80)
    number = forms.CharField(label="证书编号", max_length=80, required=False)
    valid_until = day_field("有效期至", required=False, help_text="长期有效的不填")
    field_order = ("title", "number", "valid_until", "upload", "statement")


class DeclarationForm(forms.Form):
    declared = forms.BooleanField(label="本单位承诺：所填内容和所交材料真实、合法、有效；弄虚作假的，承担法律责任。", required=False)
    declared_by = forms.CharField(label="承诺人姓名", max_length=60, required=False)


class ClaimForm(forms.Form):
    password = forms.CharField(
        label="设定密码", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 12 个字符；可以是一句话。不能是常见密码。",
    )  # fmt: skip
    again = forms.CharField(
        label="再输入一次", strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self):
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", "两次输入的密码不一致，请重新输入。")
        return self.cleaned_data


class ReturnForm(forms.Form):
    """One reason for each section; what is left empty is in order."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for section, label in rules.SECTION_LABELS.items():
            self.fields[section] = text_area(label, required=False)


class ChangeForm(forms.Form):
    statement = text_area("变更说明", help_text="什么时候、因为什么变更")
    upload = forms.FileField(label="变更证明", required=False, help_text="变更后的登记证书、任命文件等")


class BasicsChangeForm(ChangeForm, BasicsForm):
    address = forms.CharField(label="住所", max_length=200)
    field_order = ("legal_form", "fiscally_funded", "small_business", "address", "statement", "upload")


class HeadChangeForm(ChangeForm):
    representative = forms.CharField(label="法定代表人（负责人）", max_length=60)
    representative_id = forms.CharField(label="法定代表人证件号码", max_length=30, required=False, help_text="加密保存；不变的不填")
    field_order = ("representative", "representative_id", "statement", "upload")


class ColleagueForm(forms.Form):
    short = forms.RegexField(
        r"^[A-Za-z0-9]{2,20}$", label="用户名简称", error_messages={"invalid": "用 2–20 个字母或数字。"},
        help_text="用户名为“本单位代码-简称”",
    )  # fmt: skip
    name = forms.CharField(label="姓名", max_length=60)
    role = forms.ChoiceField(label="岗位", choices=[(Role.CONTRACTOR_REPORTER.value, "填报"), (Role.CONTRACTOR_ADMIN.value, "管理员")])
    phone = forms.CharField(label="电话", max_length=30, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)


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
    sites = forms.MultipleChoiceField(
        label="查询网站", choices=CreditCheck.Site.choices, widget=forms.CheckboxSelectMultiple, initial=CreditCheck.Site.values
    )
    listed_in = forms.MultipleChoiceField(
        label="列入的名单", choices=LISTS, widget=forms.CheckboxSelectMultiple, required=False, help_text="未列入任何名单的不勾选"
    )
    upload = forms.FileField(label="查询截图", required=False)
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="没有截图的必填：查询时间、方式和结果")


class ViolationForm(forms.Form):
    kind = forms.ChoiceField(label="处罚种类", choices=Violation.Kind.choices)
    document_no = forms.CharField(label="处罚文书文号", max_length=80)
    decided_on = day_field("决定日期")
    fine = forms.DecimalField(label="罚款金额", max_digits=18, decimal_places=2, min_value=0, initial=0)
    ban_ends_on = day_field("同时禁止活动的，截止日期", required=False)


class DecisionForm(forms.Form):
    uscc = code_field()
    name = forms.CharField(label="单位名称", max_length=120)
    decision_no = forms.CharField(label="处罚决定文号", max_length=80)
    issuer = forms.CharField(label="作出决定的财政部门", max_length=120, help_text="如：重庆市财政局；民政局只能提出建议，不能作出禁入决定")
    starts_on = day_field("禁入起始日期")
    ends_on = day_field("禁入截止日期")
    ground = forms.CharField(label="事由", max_length=200, required=False)
    source_url = forms.URLField(label="公布网址", required=False, assume_scheme="https")

    def clean_uscc(self):
        return rules.normalise_uscc(self.cleaned_data["uscc"])


class BanImportForm(forms.Form):
    upload = forms.FileField(label="禁入决定表（Excel 或 CSV）", help_text="先看预览，确认后才写入")


class LiftForm(forms.Form):
    lifted_on = day_field("解除日期", help_text="自此日起不再禁止")
    document = forms.CharField(label="解除依据文号", max_length=80)


class ControllerForm(forms.Form):
    kind = forms.ChoiceField(label="关系", choices=Controller.Kind.choices)
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
