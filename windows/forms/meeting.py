"""Shape of what is typed about a meeting: when and with whom, the agenda, who came, what was decided."""

from django import forms

from accounts.models import Organisation, User
from windows.forms.counter import Versioned
from windows.models import AgendaItem, Meeting
from windows.models.meeting import DecisionKind
from windows.services import meeting as services
from windows.services.meeting import Plan
from windows.services.minutes import Entry

MOMENT = "%Y-%m-%dT%H:%M"
OTHERS_MOST = 20
LONG = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 500}


class PlanForm(Versioned):
    """The meeting itself. Who has no account is written down line by line, name first."""

    kind = forms.ChoiceField(label="会议类别", choices=Meeting.Kind.choices)
    title = forms.CharField(label="会议名称", max_length=80, help_text="会出现在公开的纪要核验页，不写个人姓名")
    held_at = forms.DateTimeField(label="召开时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT))
    place = forms.CharField(label="地点", max_length=80)
    chair = forms.ModelChoiceField(label="主持人", queryset=User.objects.none(), empty_label="请选择", help_text="由主持人签发纪要")
    organisations = forms.ModelMultipleChoiceField(
        label="参会单位", queryset=Organisation.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.ModelMultipleChoiceField(
        label="参会人", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label="其他人员", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        help_text="没有本系统账号的，每行一人：姓名，空格，单位和职务",
    )  # fmt: skip

    def __init__(self, *args, organisation: Organisation, kept: Meeting | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        posts = list(services.posts(organisation))
        labels = {post.user_id: f"{post.user.name}（{post.organisation.label}）" for post in posts}
        self.fields["chair"].queryset = services.chairs(organisation)
        self.fields["chair"].label_from_instance = lambda user: user.name
        self.fields["organisations"].queryset = services.offices(organisation)
        self.fields["people"].queryset = User.objects.filter(pk__in=labels).order_by("name", "pk")
        self.fields["people"].label_from_instance = lambda user: labels.get(user.pk, user.name)
        if kept is not None:
            del self.fields["kind"]
        elif organisation.kind != Organisation.Kind.BUREAU:
            self.fields["kind"].choices = [row for row in Meeting.Kind.choices if row[0] == Meeting.Kind.CASE]

    def clean_others(self) -> list[tuple[str, str]]:
        rows = [line.split(maxsplit=1) for line in self.cleaned_data["others"].replace("\u3000", " ").splitlines() if line.strip()]
        if any(len(row) < 2 or len(row[0]) > 30 or len(row[1]) > 60 for row in rows):
            raise forms.ValidationError("每行写一人：姓名（30 字以内），空格，单位和职务（60 字以内）。")
        if len(rows) > OTHERS_MOST:
            raise forms.ValidationError(f"其他人员最多 {OTHERS_MOST} 人，现为 {len(rows)} 人。")
        return [(name, office.strip()) for name, office in rows]

    def plan(self) -> Plan:
        names = ("title", "held_at", "place", "chair", "organisations", "people", "others")
        values = {name: self.cleaned_data[name] for name in names}
        return Plan(**values | {"organisations": list(values["organisations"]), "people": list(values["people"])})

    @staticmethod
    def initial_of(meeting: Meeting) -> dict:
        guests = list(meeting.guests.all())
        return {
            **{name: getattr(meeting, name) for name in ("version", "title", "held_at", "place")},
            "chair": meeting.chair_id,
            "organisations": [guest.organisation_id for guest in guests if guest.organisation_id],
            "people": [guest.user_id for guest in guests if guest.user_id],
            "others": "\n".join(f"{guest.name} {guest.office}" for guest in guests if guest.name),
        }  # fmt: skip


class ChairForm(Versioned):
    chair = forms.ModelChoiceField(label="主持人", queryset=User.objects.none(), empty_label="请选择")

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = services.chairs(organisation)
        self.fields["chair"].label_from_instance = lambda user: user.name


class AgendaForm(Versioned):
    """``keys`` are ticked beside the rows of the page; one free item at a time."""

    keys = forms.MultipleChoiceField(label="议题", required=False)
    free_title = forms.CharField(label="其他议题", max_length=120, required=False)
    free_brief = forms.CharField(label="提请事由", max_length=300, required=False)

    def __init__(self, *args, keys, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [(key, key) for key in keys]

    def free(self) -> list[tuple[str, str]]:
        return [(self.cleaned_data["free_title"], self.cleaned_data["free_brief"])]


class HoldForm(Versioned):
    """``present`` is ticked beside the guests."""

    present = forms.TypedMultipleChoiceField(label="到会", coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="到会不足仍召开的理由", max_length=200, required=False, help_text="到会没有过半的填写")

    def __init__(self, *args, guests, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [(guest["pk"], guest["name"]) for guest in guests]


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, post):
        return f"{post.organisation.name}　{post.user.name}"


class EntryForm(Versioned):
    discussion = forms.CharField(
        label="讨论情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), help_text="不写申请人姓名和证件号"
    )
    decision = forms.ChoiceField(label="决定", choices=DecisionKind.choices, widget=forms.RadioSelect)
    decision_text = forms.CharField(label="决定的内容和理由", **LONG)
    amount = forms.DecimalField(label="金额（元）", max_digits=12, decimal_places=2, required=False, help_text="一事一议确定金额的填写")
    post = PostChoice(label="责任单位和责任人", queryset=None, required=False, empty_label="请选择")
    days = forms.IntegerField(label="办理时限（工作日）", required=False, min_value=1, max_value=366, help_text="自纪要签发次日起算")

    def __init__(self, *args, item: AgendaItem, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = services.posts(item.meeting.organisation)
        if item.case_id is None:
            del self.fields["amount"]
            self.fields["decision"].choices = [row for row in DecisionKind.choices if row[0] != DecisionKind.AMOUNT]

    def entry(self) -> Entry:
        return Entry(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    @staticmethod
    def initial_of(item: AgendaItem) -> dict:
        names = ("version", "discussion", "decision", "decision_text", "amount", "days")
        held = services.posts(item.meeting.organisation).filter(organisation=item.owner_organisation_id, user=item.owner_id)
        return {name: getattr(item, name) for name in names} | {"post": held.first() if item.owner_id else None}


class ResultForm(Versioned):
    result = forms.CharField(label="落实结果", **LONG)
