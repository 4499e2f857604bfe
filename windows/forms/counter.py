"""Shape of what is typed at the window. Rules judge it, services write it."""

from django import forms

from accounts.models import Organisation
from records import clock, identity
from records.refusals import Refused
from windows.models import Case, CaseMaterial, Material, Programme, Referral
from windows.reports import looks_like_id
from windows.services.intake import CODE_ALPHABET, Application
from windows.services.people import PersonData

PAPER = "paper_"
TICKED = CaseMaterial.State.BROUGHT.value


class VillageChoice(forms.ModelChoiceField):
    """Villages by their own name: the township stands above in the form."""

    def label_from_instance(self, village):
        return village.name


def villages_of(townships):
    """The villages and communities of today under these townships."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.VILLAGE, parent__in=townships.order_by())
    return rows.valid(clock.today()).order_by("path")


class IntakeForm(forms.Form):
    """The clerk's form. ``who`` is the one field that starts it: ID number or name."""

    organisation = forms.ModelChoiceField(label="受理窗口", queryset=None, empty_label=None)
    who = forms.CharField(label="身份证号或姓名", max_length=60)
    person_id = forms.IntegerField(label="已登记的人", required=False)
    name = forms.CharField(label="姓名", max_length=60, required=False)
    id_number = forms.CharField(label="身份证号", max_length=60, required=False)
    no_id_reason = forms.CharField(label="无证件说明", max_length=80, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    address = forms.CharField(label="现住址", max_length=120, required=False)
    checked = forms.CharField(label="如何当面核对的", max_length=120, required=False)
    village = VillageChoice(label="村（社区）", queryset=None, required=False, empty_label="不填")
    programme = forms.ModelChoiceField(label="求助事项", queryset=None, to_field_name="code", empty_label=None)
    need = forms.CharField(label="情况说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    also = forms.ModelMultipleChoiceField(label="同时求助", queryset=None, to_field_name="code", required=False)
    consent = forms.BooleanField(label="申请人同意转介，并同意提供必要信息", required=False)
    by_proxy = forms.BooleanField(label="由他人代为申请", required=False)
    agent_name = forms.CharField(label="代办人姓名", max_length=60, required=False)
    agent_phone = forms.CharField(label="代办人电话", max_length=30, required=False)
    mandate = forms.BooleanField(label="委托手续已查验", required=False)
    near_relative = forms.BooleanField(label="与经办人员或村（居）干部有近亲属关系", required=False)
    relation = forms.CharField(label="关系", max_length=80, required=False)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["village"].queryset = villages_of(organisations)
        current = Programme.objects.current(clock.today()).order_by("order")
        self.fields["programme"].queryset = current
        self.fields["also"].queryset = current.filter(action__in=(Programme.Action.TRANSFER, Programme.Action.REFER))

    def clean(self):
        data = super().clean()
        who = data.get("who", "")
        if looks_like_id(who) or any(char.isdigit() for char in identity.normalise_id(who)[:6]):
            data["id_number"] = identity.normalise_id(who)
        elif not data.get("name"):
            data["name"] = who.strip()
        self._check_number(data)
        if data.get("by_proxy") and not data.get("agent_name"):
            self.add_error("agent_name", "代为申请须登记代办人姓名。")
        village, township = data.get("village"), data.get("organisation")
        if village and township and not village.path.startswith(township.path):
            self.add_error("village", f"{village.name}不属于{township}，请重新选择。")
        return data

    def _check_number(self, data):
        number = data.get("id_number", "")
        field = "who" if data.get("who") and looks_like_id(data["who"]) else "id_number"
        for breach in identity.check_resident_id(number, clock.today()) if number else ():
            if breach.binding:
                self.add_error(field, breach.message)

    def papers(self) -> dict[str, str]:
        """Ticks by material code, for the chosen programme only."""
        programme = self.cleaned_data["programme"]
        states = {}
        for material in programme.materials.all():
            typed = self.data.get(f"{PAPER}{material.code}", "")
            if typed == "on" or typed in CaseMaterial.State.values:
                states[material.code] = TICKED if typed == "on" else typed
        return states

    def application(self) -> Application:
        data = self.cleaned_data
        person = PersonData(
            name=data["name"],
            id_number=data["id_number"],
            phone=data["phone"],
            no_id_reason=data["no_id_reason"],
            person_id=data["person_id"],
            address=data["address"],
            checked=data["checked"],
        )
        names = ("organisation", "programme", "need", "consent", "by_proxy", "agent_name", "agent_phone", "mandate", "village")
        own = {name: data[name] for name in (*names, "near_relative", "relation")}
        also = tuple(row for row in data["also"] if row != data["programme"])
        return Application(person=person, papers=self.papers(), also=also, **own)


class Versioned(forms.Form):
    """Every verb on a case carries the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PapersForm(Versioned):
    """Papers brought later. One tick each; a paper that turns out to be needed after all asks for a reason."""

    reason = forms.CharField(label="再次告知的原因", max_length=300, required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case

    def ticks(self) -> dict[str, str]:
        states = {}
        for row in self.case.materials.select_related("material"):
            typed = self.data.get(f"{PAPER}{row.material.code}", "")
            if typed in CaseMaterial.State.values:
                states[row.material.code] = typed
        return states


class ReasonForm(Versioned):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class StepForm(Versioned):
    note = forms.CharField(label="办理情况", max_length=500, required=False)


class PauseForm(Versioned):
    reason = forms.ChoiceField(label="暂停事由", choices=())
    note = forms.CharField(label="情况说明", max_length=200, required=False)

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(choices)


class ExtendForm(PauseForm):
    note = forms.CharField(label="具体情况", max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "特殊情形"


class ConcludeForm(Versioned):
    outcome = forms.ChoiceField(label="结论", choices=())
    reason = forms.CharField(label="结论和理由", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    county_visit_on = forms.DateField(label="区县入户核查日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    complained = forms.BooleanField(
        label="审核确认阶段接到投诉、举报", required=False, help_text="接到的，须由区县民政局入户核查，并填写核查日期"
    )

    def __init__(self, *args, outcomes=(), near_relative=False, county_looks=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(outcome.value, outcome.label) for outcome in outcomes]
        if not county_looks:
            del self.fields["complained"]
        if not near_relative and not county_looks:
            del self.fields["county_visit_on"]


class ReferForm(Versioned):
    programme = forms.ModelChoiceField(label="事项", queryset=None, empty_label=None)
    receiver = forms.ModelChoiceField(label="接收单位", queryset=None, required=False, empty_label="按事项自动确定")
    reason = forms.CharField(label="事由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    consent = forms.BooleanField(label="已取得申请人同意（转介必须）", required=False)

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.current(clock.today()).exclude(action=Programme.Action.HANDLE)
        self.fields["receiver"].queryset = receivers


class SendAgainForm(Versioned):
    receiver = forms.ModelChoiceField(label="接收单位", queryset=None, empty_label=None)
    reason = forms.CharField(label="事由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = receivers


class TextForm(Versioned):
    """One text and the version: send back, ask, supply, recall."""

    text = forms.CharField(label="内容", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, label="内容", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class AnswerForm(Versioned):
    outcome = forms.ChoiceField(label="办理结果", choices=Referral.Outcome.choices)
    text = forms.CharField(label="办理情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class RevealForm(forms.Form):
    reason = forms.CharField(label="用途", max_length=120)


class NameForm(Versioned):
    """A mistyped name put right."""

    name = forms.CharField(label="正确的姓名", max_length=60)
    reason = forms.CharField(label="更正原因", max_length=120)


class WindowForm(forms.Form):
    address = forms.CharField(label="地址", max_length=120)
    hours = forms.CharField(label="开放时间", max_length=80, initial="工作日 9:00—12:00，13:30—17:30")
    phone = forms.CharField(label="咨询电话", max_length=30)
    staff = forms.ModelMultipleChoiceField(label="专职人员", queryset=None, widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people


class ProgressForm(forms.Form):
    """The applicant's own question. Both fields in one posted form, so neither stands in an address."""

    code = forms.CharField(label="查询码", max_length=20)
    last_four = forms.CharField(label="身份证号后四位", max_length=8)

    def clean_code(self):
        """However it is spelled, one slip has one code: tries are counted by it."""
        return "".join(char for char in identity.normalise_id(self.cleaned_data["code"]) if char in CODE_ALPHABET)

    def clean_last_four(self):
        return identity.normalise_id(self.cleaned_data["last_four"])


def materials_of(programme: Programme) -> dict[str, list[Material]]:
    """{"required": …, "applicable": …, "never": …} for the page."""
    groups = {Material.Need.REQUIRED: "required", Material.Need.IF_APPLICABLE: "applicable", Material.Need.SHAREABLE: "never"}
    sorted_out: dict[str, list[Material]] = {name: [] for name in groups.values()}
    for material in programme.materials.all():
        sorted_out[groups[Material.Need(material.need)]].append(material)
    return sorted_out


def add_breaches(form: forms.Form, refusal: Refused) -> None:
    for breach in refusal.breaches:
        form.add_error(None, breach.message)
