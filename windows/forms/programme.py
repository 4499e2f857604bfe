"""Shape of what the city bureau types about a new version: the head, and rows of steps, papers and reasons."""

import re

from django import forms

from windows.forms.counter import Versioned
from windows.forms.village import day_field
from windows.models import Material, Programme, Step
from windows.models.programme import UNITS
from windows.rules.programme import Content, MaterialSpec, ReasonSpec, StepSpec
from windows.rules.programme_change import NEEDS
from windows.services.programme_content import clause_of, of_programme

NO_UNIT = [("", "—"), *UNITS]
MOST_DAYS = 1000


def clause_field(**more) -> forms.CharField:
    """One line with the index to choose from; what is not in the index is kept for the rule to name."""
    widget = forms.TextInput(attrs={"list": "clauses", "placeholder": "文件 条款"})
    return forms.CharField(label="依据", max_length=140, required=False, widget=widget, **more)


def amount_field(label: str, **more) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_DAYS, required=False, **more)


def chosen(label: str, choices) -> forms.ChoiceField:
    """Stands on its first choice, which a browser sends for an empty row too: that alone makes no row."""
    return forms.ChoiceField(label=label, choices=choices.choices, initial=choices.values[0])


class DraftForm(Versioned):
    label = forms.CharField(label="版本名称", max_length=16, help_text="例：D57-2、2027")
    valid_from = day_field("施行日期", required=False, help_text="最早自明天起；此日起登记的申请按新版本办理")
    name = forms.CharField(label="事项名称", max_length=60)
    clause = clause_field(help_text="从条款索引中选择；索引中没有的不能发布")
    apply_at = forms.CharField(label="申请地点", max_length=120)
    decided_by = forms.CharField(label="决定机关", max_length=120)
    whole_amount = amount_field("全程时限")
    whole_unit = forms.ChoiceField(label="全程时限单位", choices=NO_UNIT, required=False)
    whole_basis = forms.ChoiceField(label="全程时限来源", choices=Programme.Basis.choices)
    extended_amount = amount_field("延长后的时限（工作日）", help_text="没有规定可以延长的留空")
    why = forms.CharField(label="修订说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RowForm(forms.Form):
    code = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label="顺序", min_value=1, max_value=99, required=False)


class StepForm(RowForm):
    name = forms.CharField(label="步骤", max_length=40)
    actor = chosen("办理方", Step.Actor)
    amount = amount_field("时限")
    unit = forms.ChoiceField(label="单位", choices=NO_UNIT, required=False)
    basis = chosen("时限来源", Programme.Basis)
    people = forms.IntegerField(label="最少人数", min_value=0, max_value=20, required=False)
    clause = clause_field()
    minimum = forms.BooleanField(label="须满期限（公示）", required=False)
    concludes = forms.BooleanField(label="作出决定的步骤", required=False)
    after = forms.MultipleChoiceField(label="前置步骤", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, others, fixed, **kwargs):
        """``others``: (code, name) of the saved steps. ``fixed``: what the row keeps and nobody types (rule id, policy value)."""
        super().__init__(*args, **kwargs)
        self.fixed = fixed
        own = self["code"].value()
        choices = {code: name for code, name in others if code != own}
        # a step that somebody else struck meanwhile: kept as typed, and named by the rule
        lost = [code for code in self["after"].value() or [] if code not in choices] if self.is_bound else []
        self.fields["after"].choices = [*choices.items(), *((code, f"{code}（已删除）") for code in lost if code != own)]
        kept = fixed.get(own, {}).get("policy_value")
        if kept:
            self.fields["amount"].help_text = "市、区县设定了政策参数的，以参数为准"

    def spec(self, code: str) -> StepSpec:
        data, kept = self.cleaned_data, self.fixed.get(code, {})
        return StepSpec(
            code=code, name=data["name"].strip(), actor=data["actor"], after=tuple(data["after"]), amount=data["amount"],
            unit=data["unit"] if data["amount"] is not None else "", minimum=data["minimum"], basis=data["basis"],
            policy_value=kept.get("policy_value", ""), rule=kept.get("rule", ""), people=data["people"] or 0,
            concludes=data["concludes"], **place(data),
        )  # fmt: skip


class MaterialForm(RowForm):
    name = forms.CharField(label="材料", max_length=60)
    need = chosen("要求", Material.Need)
    hint = forms.CharField(label="说明", max_length=80, required=False)
    clause = clause_field()

    def spec(self, code: str) -> MaterialSpec:
        data = self.cleaned_data
        return MaterialSpec(code, data["name"].strip(), data["need"], data["hint"].strip(), **place(data))


class ReasonForm(RowForm):
    position = None  # reasons have no order
    label = forms.CharField(label="情形", max_length=60)
    clause = clause_field()

    def spec(self, code: str) -> ReasonSpec:
        return ReasonSpec(code, self.cleaned_data["label"].strip(), **place(self.cleaned_data))


def place(data: dict) -> dict[str, str]:
    clause = clause_of(data["clause"])
    return {"document": clause.document[:80], "number": clause.number[:60]}


class Rows(forms.BaseFormSet):
    """Rows in the order that was typed; a new row gets the next free code of its letter. ``known``: codes that rows may bring."""

    letter = "N"
    known: frozenset[str] = frozenset()

    def specs(self) -> tuple:
        rows = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        taken, specs = {form.cleaned_data["code"] for form in self.forms if form.cleaned_data} | self.known, []
        for form in sorted(rows, key=lambda form: form.cleaned_data.get("position") or 100):
            code = form.cleaned_data["code"]
            if not self._may_bring(code):
                code = next(f"{self.letter}{n}" for n in range(1, 1000) if f"{self.letter}{n}" not in taken)
                taken.add(code)
            specs.append(form.spec(code))
        return tuple(specs)

    def _may_bring(self, code: str) -> bool:
        return code in self.known or bool(re.fullmatch(f"{self.letter}[1-9][0-9]{{0,2}}", code))

    def clean(self):
        codes = [form.cleaned_data["code"] for form in self.forms if form.cleaned_data and form.cleaned_data.get("code")]
        if len(codes) != len(set(codes)):
            raise forms.ValidationError("同一行提交了两次，请刷新页面后重新填写。")


def rows_of(form, letter: str, most: int, extra: int):
    made = forms.formset_factory(form, formset=Rows, extra=extra, can_delete=True, max_num=most, absolute_max=most + 10)
    made.letter = letter
    return made


StepRows = rows_of(StepForm, "S", 20, 1)
MaterialRows = rows_of(MaterialForm, "M", 60, 2)
ReasonRows = rows_of(ReasonForm, "R", 12, 1)
PARTS = {"steps": StepRows, "materials": MaterialRows, "extensions": ReasonRows, "pauses": ReasonRows}


class DraftForms:
    """The whole editor as one thing: the head and four kinds of rows, bound together or not at all."""

    def __init__(self, data, *, draft, content: Content):
        self.head = DraftForm(data, initial=head_of(draft, content))
        base = of_programme(draft.base)
        options = {
            "others": [(step.code, step.name) for step in content.steps],
            "fixed": {step.code: {"rule": step.rule, "policy_value": step.policy_value} for step in (*base.steps, *content.steps)},
        }
        self.rows = {
            # what was sent stands for itself: rows that somebody else saved meanwhile are not the start of these
            name: made(data, initial=None if data else initial_of(getattr(content, name)), prefix=name, form_kwargs=kwargs)
            for name, made, kwargs in ((name, made, options if name == "steps" else {}) for name, made in PARTS.items())
        }
        for name, rows in self.rows.items():
            rows.known = frozenset(row.code for row in (*getattr(base, name), *getattr(content, name)))

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def typed(self) -> Content:
        """What the forms say. Only after ``is_valid``."""
        data = self.head.cleaned_data
        plain = ("name", "apply_at", "decided_by", "valid_from", "whole_amount", "whole_basis", "extended_amount")
        unit = data["whole_unit"] if data["whole_amount"] is not None else ""
        rows = {name: rows.specs() for name, rows in self.rows.items()}
        return Content(**{name: data[name] for name in plain}, whole_unit=unit, **place(data), **rows)


def head_of(draft, content: Content) -> dict:
    names = [name for name in DraftForm.base_fields if hasattr(content, name) and name != "clause"]
    return {name: getattr(content, name) for name in names} | {
        "label": draft.label,
        "why": draft.why,
        "version": draft.version,
        "clause": str(content.clause),
    }


def initial_of(specs) -> list[dict]:
    rows = []
    for position, spec in enumerate(specs, start=1):
        values = {name: getattr(spec, name) for name in type(spec).__dataclass_fields__}
        told = {
            "title": getattr(spec, "name", "") or getattr(spec, "label", ""),
            "words": getattr(spec, "limit_words", "") or NEEDS.get(getattr(spec, "need", ""), ""),
        }
        rows.append(values | told | {"position": position, "clause": str(spec.clause)})
    return rows


class EnactForm(Versioned):
    reason = forms.CharField(
        label="理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="说明为什么仍要发布，记入审计",
    )

    def __init__(self, *args, asked: bool = True, **kwargs):
        """``asked``: there is something to give a reason for."""
        super().__init__(*args, **kwargs)
        if not asked:
            del self.fields["reason"]


class EndForm(Versioned):
    reason = forms.CharField(label="原因", max_length=200)
