"""Shape and units of what people type; rules judge it, services write it."""

from decimal import Decimal

from django import forms

from evaluation import figures, rules
from evaluation.models import Indicator, Sample, Scheme, SurveyReply
from evaluation.services.schemes import Spec

NOT_YET = "——"


class ScoresForm(forms.Form):
    """One score, one reason and perhaps a paper for each manual indicator of one voice."""

    def __init__(self, *args, indicators, kept=None, needs_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicators, kept = list(indicators), kept or {}
        for row in self.indicators:
            known = kept.get(row.pk)
            help_text = f"权重 {row.weight:.2f}。{row.criteria}"
            self.fields[f"value_{row.code}"] = forms.DecimalField(
                label=f"{row.code} {row.name}：得分",
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                help_text=help_text,
                initial=known and known.value.quantize(Decimal("0.01")),
            )
            self.fields[f"comment_{row.code}"] = forms.CharField(
                label="佐证与说明" if needs_reason else "说明",
                required=needs_reason,
                max_length=2000,
                widget=forms.Textarea({"rows": 2}),
                help_text=row.evidence and f"应有：{row.evidence}",
                initial=known and known.comment,
            )
            self.fields[f"file_{row.code}"] = forms.FileField(
                label="佐证材料",
                required=False,
                help_text=f"已有：{known.file.name}" if known and known.file else "PDF、图片或 Office 文件",
            )

    def typed(self) -> dict[str, tuple]:
        """code → (value, comment, uploaded file or None)."""
        data = self.cleaned_data
        return {row.code: (data[f"value_{row.code}"], data[f"comment_{row.code}"], data[f"file_{row.code}"]) for row in self.indicators}


class AssignmentForm(forms.Form):
    third_party = forms.ModelChoiceField(label="第三方机构", queryset=None)
    procurement_reference = forms.CharField(label="采购依据", max_length=120, help_text="委托合同或成交通知书编号")

    def __init__(self, *args, third_parties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["third_party"].queryset = third_parties


class DeclarationForm(forms.Form):
    no_control = forms.BooleanField(label="本机构与承接主体不存在控股、管理或者其他利害关系", required=False)
    no_payment = forms.BooleanField(label="本机构不向承接主体收取任何费用", required=False)


class CodesForm(forms.Form):
    population = forms.IntegerField(label="本期服务对象人数", min_value=1, max_value=10_000_000)
    population_source = forms.CharField(label="人数来源", max_length=120)
    count = forms.IntegerField(label="本次发放张数", min_value=1, max_value=2_000)
    expires_on = forms.DateField(label="有效期至", widget=forms.DateInput({"type": "date"}))


class QuestionsForm(forms.Form):
    """The slip on a screen: one question after another, five faces and “说不清”."""

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(level), label) for level, label in rules.ANSWER_LABELS.items()]
        for row in questions:
            field = forms.ChoiceField(label=row.criteria or row.name, choices=choices, widget=forms.RadioSelect)
            field.error_messages["required"] = "请选一个答案；不了解的可以选“说不清”。"
            self.fields[f"q{row.pk}"] = field

    def levels(self) -> dict[int, int]:
        return {int(name[1:]): int(value) for name, value in self.cleaned_data.items() if name.startswith("q")}


class EntryForm(QuestionsForm):
    """The same questions, put on the phone or at the door."""

    serial = forms.IntegerField(label="测评单编号", min_value=1, help_text="纸单右上角的编号")
    channel = forms.ChoiceField(label="方式", choices=[(c.value, c.label) for c in SurveyReply.Channel if c != SurveyReply.Channel.WEB])
    proxy = forms.BooleanField(label="由家属或他人代答", required=False)


class DrawForm(forms.Form):
    """The list that is drawn from, and how sure the sample must be where no authority has said so."""

    source = forms.ChoiceField(label="服务事件清单", choices=Sample.Source.choices, widget=forms.RadioSelect, initial=Sample.Source.RECORDS)
    references = forms.CharField(
        label="服务事件编号",
        required=False,
        max_length=900_000,
        widget=forms.Textarea({"rows": 6}),
        help_text="用自己的清单时填写：一行一个编号，每名服务对象只列一次；不写姓名、电话、身份证号",
    )
    confidence = forms.ChoiceField(label="置信水平", choices=[("", NOT_YET), *Sample.Confidence.choices])
    margin = forms.DecimalField(label="允许误差（百分点）", min_value=1, max_value=20, max_digits=4, decimal_places=2)
    size = forms.IntegerField(
        label="抽取数", required=False, min_value=1, max_value=2_000, help_text="空：按公式需要的数。可以多抽，不能少抽"
    )
    expires_on = forms.DateField(label="测评码有效期至", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args, terms, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("confidence", "margin"):
            if getattr(terms, name) is not None:
                del self.fields[name]

    def clean(self):
        data = super().clean()
        data["references"] = [line.strip() for line in data.get("references", "").splitlines() if line.strip()]
        return {"confidence": "", "margin": None} | data


class UnreachedForm(forms.Form):
    position = forms.IntegerField(label="抽取顺序", min_value=1, max_value=1_000_000, help_text="名单第一列的顺序号")
    reason = forms.CharField(label="无法访问的原因", max_length=120, help_text="例如：已去世、已迁出、三次上门未遇")


class DecisionForm(forms.Form):
    """Which doubted replies, what becomes of them, and why."""

    serials = forms.TypedMultipleChoiceField(label="答卷", coerce=int)
    decision = forms.ChoiceField(label="核定", choices=[("aside", "剔除"), ("kept", "保留")])
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, serials, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["serials"].choices = [(str(serial), f"{serial:03d}") for serial in serials]


class UnreachableForm(forms.Form):
    serial = forms.IntegerField(label="测评单编号", min_value=1)
    reason = forms.CharField(label="无法访问的原因", max_length=120, help_text="例如：已去世、已迁出")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=1000, widget=forms.Textarea({"rows": 3}))


class ImprovementForm(forms.Form):
    text = forms.CharField(label="需要改进", required=False, max_length=4000, widget=forms.Textarea({"rows": 4}))


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label="异议内容", max_length=4000, widget=forms.Textarea({"rows": 6}), help_text="请写明对哪项指标、哪个数据有异议和理由"
    )
    file = forms.FileField(label="附件", required=False)


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label="结论",
        choices=[("", NOT_YET), ("1", "成立，重新计分"), ("0", "不成立，维持原分")],
        coerce=lambda value: value == "1",
        empty_value=None,
    )
    answer = forms.CharField(label="答复", max_length=4000, widget=forms.Textarea({"rows": 6}))


class PublishForm(forms.Form):
    summary = forms.CharField(label="公布说明", required=False, max_length=4000, widget=forms.Textarea({"rows": 5}))


class SchemeForm(forms.ModelForm):
    """The head of an edition. Saved by the service, never by ``save()``."""

    class Meta:
        model = Scheme
        fields = (
            "name",
            "service_class",
            "effective_from",
            "frequency",
            "collection_workdays",
            "objection_workdays",
            "answer_workdays",
            "sample_floor",
            "sample_percent",
            "disclosure_minimum",
            "source",
        )
        widgets = {"effective_from": forms.DateInput({"type": "date"})}

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"organisation": forms.ModelChoiceField(label="制定单位", queryset=organisations)} | self.fields


class IndicatorForm(forms.Form):
    code = forms.CharField(label="编号", max_length=12)
    name = forms.CharField(label="指标", max_length=80)
    dimension = forms.ChoiceField(label="方面", choices=Indicator.Dimension.choices)
    evaluator = forms.ChoiceField(label="评价主体", choices=Indicator.Evaluator.choices)
    weight = forms.DecimalField(label="权重", min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2)
    source = forms.ChoiceField(label="得分来源", choices=Indicator.Source.choices)
    figure = forms.ChoiceField(label="数据项", required=False)
    criteria = forms.CharField(label="评分标准（题目）", required=False, max_length=500)
    evidence = forms.CharField(label="佐证材料", required=False, max_length=200)
    when_missing = forms.ChoiceField(label="缺项处理", choices=Indicator.WhenMissing.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = [("", NOT_YET), *((row.code, row.name) for row in figures.REGISTRY.values())]


class BaseIndicatorFormSet(forms.BaseFormSet):
    def specs(self) -> list[Spec]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [Spec(**{name: row[name] for name in Spec.__dataclass_fields__}) for row in rows]


IndicatorFormSet = forms.formset_factory(IndicatorForm, formset=BaseIndicatorFormSet, extra=2, can_delete=True, max_num=40, absolute_max=60)
