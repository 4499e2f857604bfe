"""One person on the roster."""

from django import forms
from django.db.models import Q

from accounts.models import Organisation, User
from procurement.models import Contract
from records import clock
from staffing import rules
from staffing.forms.fields import DATE
from staffing.models import Absence, StaffMember
from staffing.services import PLACES_BY_KIND, StaffFacts


class StaffForm(forms.Form):
    """One person at one place of the given organisation."""

    name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="身份证号", max_length=40, required=False, help_text="加密保存；用于发现一人登记两处")
    employment = forms.ChoiceField(label="用工方式", choices=StaffMember.Employment.choices)
    place = forms.ChoiceField(label="岗位所在")
    institution = forms.CharField(label="供养机构名称", max_length=120, required=False, help_text="仅岗位在特困供养服务机构时填写")
    contract = forms.ModelChoiceField(
        label="所依合同", queryset=Contract.objects.none(), required=False, help_text="派驻人员必选；不得以劳务派遣方式用工"
    )
    account = forms.CharField(
        label="登录账号（用户名）", max_length=60, required=False, help_text="填写后，本人可以用自己的账号扫码签到培训"
    )
    education = forms.ChoiceField(label="学历", choices=StaffMember.Education.choices)
    social_work_education = forms.BooleanField(label="社会工作专业毕业", required=False)
    certificate = forms.TypedChoiceField(label="社会工作职业资格", choices=StaffMember.Certificate.choices, coerce=int)
    certificate_until = forms.DateField(
        label="职业资格登记有效期至", widget=DATE, required=False, help_text="到期前三个月在待办中提醒续办登记"
    )
    exception_reason = forms.CharField(label="例外理由", max_length=200, required=False, help_text="派驻人员学历低于大专时填写")
    started_on = forms.DateField(label="到岗日期", widget=DATE)
    ended_on = forms.DateField(label="离岗日期", widget=DATE, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, organisation: Organisation, user, member: StaffMember | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation, self.member = organisation, member
        if member and member.id_number:
            self.fields["id_number"].help_text = f"已登记 {member.id_masked}；不改请留空"
        places = PLACES_BY_KIND.get(organisation.kind, set())
        self.fields["place"].choices = [(item.value, item.label) for item in rules.Place if item in places]
        district = organisation.district
        contracts = Contract.objects.visible_to(user).filter(signed_at__isnull=False).select_related("project")
        self.fields["contract"].queryset = contracts.filter(project__organisation__path__startswith=district.path if district else "-")

    @staticmethod
    def initial_of(member: StaffMember) -> dict:
        """What is on record; the resident number never goes back to the page."""
        names = ("name", "employment", "place", "institution", "contract", "education", "social_work_education", "certificate")
        names += ("certificate_until", "exception_reason", "started_on", "ended_on", "version")
        return {name: getattr(member, name) for name in names} | {"account": member.account.username if member.account else ""}

    def clean_account(self):
        """An account of this district, or of a contractor; of anybody else there is none. One roster entry in post each."""
        username = self.cleaned_data["account"].strip()
        if not username:
            return None
        district = self.organisation.district
        within = Q(memberships__organisation__path__startswith=district.path if district else "-")
        firms = Q(memberships__organisation__kind=Organisation.Kind.CONTRACTOR)
        user = User.objects.filter(within | firms, username=username, is_active=True).distinct().first()
        if user is None:
            raise forms.ValidationError(f"没有用户名为“{username}”的本区县或者承接主体账号。")
        if StaffMember.objects.filter(account=user, ended_on=None).exclude(pk=self.member.pk if self.member else None).exists():
            raise forms.ValidationError(f"账号“{username}”已关联名册上的另一名在岗人员。")
        return user

    def facts(self) -> StaffFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return StaffFacts(organisation=self.organisation, **data)


class AbsenceForm(forms.Form):
    """One leave."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="absence_%s", **kwargs)

    kind = forms.ChoiceField(label="类别", choices=Absence.Kind.choices)
    started_on = forms.DateField(label="开始日期", widget=DATE)
    ended_on = forms.DateField(label="结束日期", widget=DATE)
    note = forms.CharField(label="说明", max_length=200, required=False)


class RosterForm(forms.Form):
    file = forms.FileField(
        label="Excel 或 CSV 文件",
        help_text="表头至少有姓名、身份证号、服务单位、用工方式、学历、到岗日期；可有村（社区）、合同编号、职业资格、有效期等列。",
    )


class EndForm(forms.Form):
    ended_on = forms.DateField(label="离岗日期", widget=DATE, initial=clock.today)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="end_%s", **kwargs)


class CandidateForm(forms.Form):
    """Where a worker of a contract is posted, and since when; who the worker is comes from the contract."""

    organisation = forms.ModelChoiceField(label="派驻单位", queryset=Organisation.objects.none())
    education = forms.ChoiceField(label="学历", choices=StaffMember.Education.choices)
    social_work_education = forms.BooleanField(label="社会工作专业毕业", required=False)
    started_on = forms.DateField(label="到岗日期", widget=DATE)
    exception_reason = forms.CharField(label="例外理由", max_length=200, required=False, help_text="学历低于大专时填写")

    def __init__(self, *args, bureau: Organisation, candidate, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        self.initial = {"education": candidate.education, "started_on": clock.today()}
        places = Organisation.objects.below(bureau).filter(kind__in=PLACES_BY_KIND).valid(clock.today()).order_by("kind", "path")
        self.fields["organisation"].queryset = places

    def facts(self) -> StaffFacts:
        worker = self.candidate.worker
        more = {"certificate": self.candidate.level, "certificate_until": worker.certificate_until if self.candidate.level else None}
        return StaffFacts(
            place=str(self.cleaned_data["organisation"].kind), name=worker.name, employment=StaffMember.Employment.POSTED,
            contract=worker.contract, id_number=worker.id_number, **self.cleaned_data, **more,
        )  # fmt: skip
