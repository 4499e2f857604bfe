"""Trainings: planned, held, and what came of them."""

from django import forms

from procurement.forms.fields import text_area
from staffing.forms.fields import COUNT, DATE, count_field
from staffing.models import Attendance, StaffMember, Training
from staffing.services import TrainingPlan
from staffing.services.training import PLAN_FIELDS


def hours_field() -> forms.IntegerField:
    return forms.IntegerField(label="学时", min_value=1, max_value=200, error_messages=COUNT)


class TrainingForm(forms.Form):
    """A training that is over, with who was there."""

    title = forms.CharField(label="培训名称", max_length=120)
    held_on = forms.DateField(label="培训日期", widget=DATE)
    hours = hours_field()
    party_education = forms.BooleanField(label="含党性教育", required=False)
    attendees = forms.ModelMultipleChoiceField(
        label="参训人员", queryset=StaffMember.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendees"].queryset = members
        self.fields["attendees"].label_from_instance = lambda member: f"{member.name}（{member.organisation.label}）"


class PlanForm(forms.Form):
    """A training to come."""

    title = forms.CharField(label="培训名称", max_length=120)
    held_on = forms.DateField(label="培训日期", widget=DATE)
    place = forms.CharField(label="培训地点", max_length=120)
    topic = forms.CharField(label="培训内容", max_length=300, widget=text_area(2))
    hours = hours_field()
    capacity = count_field("计划人数", min_value=1, max_value=10_000)
    party_education = forms.BooleanField(label="含党性教育", required=False)
    tested = forms.BooleanField(label="结束时考核", required=False, help_text="安排考核的，考核合格才发培训证书")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(training: Training) -> dict:
        return {name: getattr(training, name) for name in (*PLAN_FIELDS, "version")}

    def plan(self) -> TrainingPlan:
        return TrainingPlan(**{name: self.cleaned_data[name] for name in PLAN_FIELDS})


class ResultsForm(forms.Form):
    """Marks, one line per person who was there and has no certificate yet."""

    def __init__(self, *args, training: Training, **kwargs):
        super().__init__(*args, **kwargs)
        rows = training.attendances.select_related("member__organisation", "certificate").order_by("member__organisation__path", "member")
        self.rows = [row for row in rows if row.certificate is None or row.certificate.is_withdrawn]
        for row in self.rows:
            self.fields[f"result_{row.pk}"] = forms.ChoiceField(
                label=f"{row.member.name}考核结果", choices=Attendance.Result.choices, initial=row.result
            )
            score = count_field(f"{row.member.name}成绩", min_value=0, max_value=100, required=False, initial=row.score)
            self.fields[f"score_{row.pk}"] = score

    def clean(self):
        data = super().clean()
        for row in self.rows:
            if data.get(f"score_{row.pk}") is not None and data.get(f"result_{row.pk}") == Attendance.Result.NONE:
                self.add_error(f"result_{row.pk}", "有成绩的，请选择合格或者不合格。")
        return data

    def lines(self):
        return [(row, self[f"result_{row.pk}"], self[f"score_{row.pk}"]) for row in self.rows]

    def marks(self) -> dict[int, tuple[str, int | None]]:
        return {row.pk: (self.cleaned_data[f"result_{row.pk}"], self.cleaned_data[f"score_{row.pk}"]) for row in self.rows}
