"""Shape of what people type; the rules judge it afterwards."""

from django import forms

from accounts.models import Organisation
from procurement.models import Contract
from records import clock
from staffing import rules
from staffing.models import Category, StaffMember
from staffing.services import PLACES_BY_KIND, StaffFacts

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
COUNT = {"invalid": "请填写整数（人），不要小数。"}


def count_field(label: str, **options) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control"})
    return forms.IntegerField(label=label, error_messages=COUNT, widget=widget, **options)


class CaseloadForm(forms.Form):
    """One township on one day. A blank category says nothing; it is not 0."""

    as_of = forms.DateField(label="截至日期", widget=DATE)
    source = forms.CharField(label="数据来源", max_length=120, help_text="如：2026年三季度低保发放台账")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for category in Category:
            self.fields[category.value] = count_field(f"{category.label}（人）", required=False)
        self.order_fields(["as_of", *Category.values, "source"])

    def clean(self):
        data = super().clean()
        if not self.errors and not self.recipients():
            raise forms.ValidationError("请至少填写一类救助对象的人数；确为 0 人的请填 0。")
        return data

    def recipients(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in Category.values if self.cleaned_data.get(code) is not None}


class ImportForm(forms.Form):
    as_of = forms.DateField(label="截至日期", widget=DATE)
    source = forms.CharField(label="数据来源", max_length=120)
    file = forms.FileField(label="Excel 或 CSV 文件", help_text="表头需有“乡镇街道”和至少一类人数；空白单元格不作 0 处理。")


class StaffForm(forms.Form):
    """One person at one place of the given organisation."""

    name = forms.CharField(label="姓名", max_length=60)
    employment = forms.ChoiceField(label="用工方式", choices=StaffMember.Employment.choices)
    place = forms.ChoiceField(label="岗位所在")
    institution = forms.CharField(label="供养机构名称", max_length=120, required=False, help_text="仅岗位在特困供养服务机构时填写")
    contract = forms.ModelChoiceField(
        label="所依合同", queryset=Contract.objects.none(), required=False, help_text="派驻人员必选；不得以劳务派遣方式用工"
    )
    education = forms.ChoiceField(label="学历", choices=StaffMember.Education.choices)
    social_work_education = forms.BooleanField(label="社会工作专业毕业", required=False)
    certificate = forms.TypedChoiceField(label="社会工作职业资格", choices=StaffMember.Certificate.choices, coerce=int)
    exception_reason = forms.CharField(label="例外理由", max_length=200, required=False, help_text="派驻人员学历低于大专时填写")
    started_on = forms.DateField(label="到岗日期", widget=DATE)
    ended_on = forms.DateField(label="离岗日期", widget=DATE, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, organisation: Organisation, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        places = PLACES_BY_KIND.get(organisation.kind, set())
        self.fields["place"].choices = [(item.value, item.label) for item in rules.Place if item in places]
        district = organisation.district
        contracts = Contract.objects.visible_to(user).filter(signed_at__isnull=False).select_related("project")
        self.fields["contract"].queryset = contracts.filter(project__organisation__path__startswith=district.path if district else "-")

    def facts(self) -> StaffFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return StaffFacts(organisation=self.organisation, **data)


class EndForm(forms.Form):
    ended_on = forms.DateField(label="离岗日期", widget=DATE, initial=clock.today)


class TrainingForm(forms.Form):
    title = forms.CharField(label="培训名称", max_length=120)
    held_on = forms.DateField(label="培训日期", widget=DATE)
    hours = forms.IntegerField(label="学时", min_value=1, max_value=200, error_messages=COUNT)
    party_education = forms.BooleanField(label="含党性教育", required=False)
    attendees = forms.ModelMultipleChoiceField(
        label="参训人员", queryset=StaffMember.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendees"].queryset = members
        self.fields["attendees"].label_from_instance = lambda member: f"{member.name}（{member.organisation.label}）"


class ScenarioForm(forms.Form):
    """Name and price of a what-if; its lines are one set of numbers per township."""

    name = forms.CharField(label="方案名称", max_length=80)
    post_cost = forms.DecimalField(label="每个购买岗位年费用（元）", min_value=0, max_digits=10, decimal_places=2)

    def __init__(self, *args, table, **kwargs):
        super().__init__(*args, **kwargs)
        self.table = table
        for row in table.rows:
            for field, label, value in (
                ("recipients", "救助对象", row.recipients or 0),
                ("own", "自有专职", row.staff.own),
                ("posted", "派驻", row.staff.posted),
            ):
                self.fields[f"{field}_{row.pk}"] = count_field(f"{row.name}{label}", min_value=0, max_value=1_000_000, initial=value)

    def lines(self):
        """[(row, its three fields)] for the template's table."""
        return [(row, [self[f"{name}_{row.pk}"] for name in ("recipients", "own", "posted")]) for row in self.table.rows]
