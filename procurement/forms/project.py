"""What people type about a project, section by section. Shape and units here; rules judge in the services."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.db import transaction

from accounts.access import organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.fields import Day, Money, YesNo, text_area
from procurement.models import CatalogueItem, Consultation, Project, ScoringFactor
from procurement.rules import catalogue
from procurement.rules import project as rules
from procurement.rules.catalogue import PROGRAMMES
from procurement.services import gates, market
from procurement.services import project as services
from records import clock

PURCHASERS = (Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP)
OFFERED_METHODS = ("CONSULTATION", "OPEN", "INVITED", "SINGLE_SOURCE", "BELOW_THRESHOLD")


class Items(forms.ModelMultipleChoiceField):
    """The catalogue in force, as boxes: code, name and kind."""

    def __init__(self, **kwargs):
        super().__init__(queryset=CatalogueItem.objects.all(), widget=forms.CheckboxSelectMultiple, label="购买内容", **kwargs)

    def label_from_instance(self, item):
        return f"{item.code} {item.name}（{item.get_kind_display()}）"


class Programmes(forms.MultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=list(PROGRAMMES.items()), widget=forms.CheckboxSelectMultiple, label="救助类别", **kwargs)


class ProjectForm(forms.Form):
    """立项: the few facts that a draft begins with."""

    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="购买主体", empty_label=None)
    name = forms.CharField(label="项目名称", max_length=120)
    fiscal_year = forms.IntegerField(label="预算年度", min_value=2018, max_value=2099)
    items = Items()
    programmes = Programmes()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        choices = organisations_for(user, Permission.PROJECT_DRAFT).filter(kind__in=PURCHASERS).order_by("path")
        self.fields["organisation"].queryset = choices
        self.fields["organisation"].initial = choices.first()
        self.fields["fiscal_year"].initial = clock.today().year


class SectionForm(forms.Form):
    """One section of a project: ``initial_of`` reads it, ``save`` hands it to the services."""

    title = ""
    intro = ""

    def __init__(self, *args, project: Project, **kwargs):
        self.project = project
        super().__init__(*args, initial=self.initial_of(project), **kwargs)

    @staticmethod
    def initial_of(project) -> dict:
        return {}

    def save(self, *, version: int, by) -> Project:
        return services.edit_project(self.project.pk, version=version, by=by, **self.cleaned_data)


def values_of(project: Project, *names: str) -> dict:
    return {name: getattr(project, name) for name in names}


class BasicsForm(SectionForm):
    title = "基本情况"

    name = forms.CharField(label="项目名称", max_length=120)
    purchaser_form = forms.ChoiceField(label="购买主体性质", choices=Project.PurchaserForm)
    fiscal_year = forms.IntegerField(label="预算年度", min_value=2018, max_value=2099)
    items = Items()
    programmes = Programmes()
    starts_on = Day(label="服务开始日期", required=False)
    ends_on = Day(label="服务结束日期", required=False, help_text="一般不超过 1 年；同时符合下列五项条件的可到 3 年")
    multi_year = forms.MultipleChoiceField(
        label="超过一年的条件", choices=list(rules.MULTI_YEAR_CONDITIONS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    contact_name = forms.CharField(label="项目联系人", max_length=40, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=30, required=False)
    contact_address = forms.CharField(label="联系地址", max_length=120, required=False)
    accepts_consortium = forms.BooleanField(label="接受联合体", required=False)

    @staticmethod
    def initial_of(project):
        plain = ("name", "purchaser_form", "fiscal_year", "programmes", "starts_on", "ends_on")
        contact = ("contact_name", "contact_phone", "contact_address", "accepts_consortium")
        multi_year = [key for key, met in project.multi_year.items() if met]
        return {**values_of(project, *plain, *contact), "items": list(project.items.all()), "multi_year": multi_year}

    def clean_multi_year(self):
        return dict.fromkeys(self.cleaned_data["multi_year"], True)


class RequirementForm(SectionForm):
    title = "采购需求与服务标准"
    intro = "需求应当完整、明确；每个购买内容至少一条便于考核的服务标准。不得限定供应商的所有制、组织形式或者所在地。"

    requirement = forms.CharField(label="采购需求", widget=text_area(6), required=False)
    quantity = forms.DecimalField(label="服务数量", max_digits=14, decimal_places=2, min_value=0, required=False)
    unit = forms.CharField(label="计量单位", max_length=20, required=False, help_text="如 人次、户次、场次")
    qualification = forms.CharField(label="供应商资格要求", widget=text_area(3), required=False)
    standards = forms.CharField(
        label="服务标准",
        widget=text_area(8),
        required=False,
        help_text="每行一条：目录代码｜标准｜考核办法｜目标值",
    )

    @staticmethod
    def initial_of(project):
        lines = [f"{s.item.code}｜{s.name}｜{s.measure}｜{s.target}" for s in project.standards.select_related("item")]
        return {**values_of(project, "requirement", "quantity", "unit", "qualification"), "standards": "\n".join(lines)}

    def clean_standards(self):
        items = {item.code: item for item in self.project.items.all()}
        rows = []
        for number, line in enumerate(self.cleaned_data["standards"].splitlines(), start=1):
            if line.strip():
                rows.append(self._row(number, line, items))
        return rows

    def _row(self, number, line, items) -> dict:
        parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
        if len(parts) != 4 or not all(parts):
            raise forms.ValidationError(f"第 {number} 行应为四项，用“｜”隔开：目录代码｜标准｜考核办法｜目标值。")
        code, name, measure, target = parts
        if code not in items:
            raise forms.ValidationError(f"第 {number} 行的目录代码“{code}”不在本项目的购买内容（{'、'.join(items)}）中。")
        if len(name) > 120 or len(measure) > 200 or len(target) > 60:
            raise forms.ValidationError(f"第 {number} 行过长：标准 120 字、考核办法 200 字、目标值 60 字以内。")
        return {"item": items[code], "name": name, "measure": measure, "target": target}

    @transaction.atomic
    def save(self, *, version, by):
        standards = self.cleaned_data.pop("standards")
        project = super().save(version=version, by=by)
        return services.set_standards(project.pk, version=project.version, rows=standards, by=by)


class MethodForm(SectionForm):
    title = "采购方式与金额"
    intro = "默认采用竞争性磋商。达到公开招标数额标准而采用其他方式的，须填写市财政部门批准文号。"

    method = forms.ChoiceField(label="采购方式", choices=[(m, Project.Method(m).label) for m in OFFERED_METHODS])
    method_reason = forms.CharField(label="采购方式理由", widget=text_area(2), required=False)
    method_approval = forms.CharField(label="财政部门批准文号", max_length=80, required=False)
    plan_amount = Money(label="采购计划金额", required=False)
    ceiling = Money(label="最高限价", required=False)
    plan_number = forms.CharField(label="采购实施计划备案号", max_length=80, required=False)
    set_aside = forms.ChoiceField(
        label="中小企业预留",
        choices=Project.SetAside,
        required=False,
        help_text="社会组织、事业单位不属于中小企业；整体预留会排除社会组织",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        unset = market.set_aside_unset(self.project)
        if unset:
            self.fields["set_aside"].help_text += f"。{unset}"

    def clean_set_aside(self):
        return self.cleaned_data["set_aside"] or Project.SetAside.NONE

    @staticmethod
    def initial_of(project):
        return values_of(project, "method", "method_reason", "method_approval", "plan_amount", "ceiling", "plan_number", "set_aside")

    def clean(self):
        data = super().clean()
        plan, ceiling = data.get("plan_amount"), data.get("ceiling")
        if plan is not None and ceiling is not None and ceiling > plan:
            self.add_error("ceiling", f"最高限价 {ceiling:,.2f} 元高于采购计划 {plan:,.2f} 元，请修改。")
        return data


class ScaleForm(SectionForm):
    title = "评审因素"
    intro = "采用综合评分法，质量和标准优先。价格分值与各因素分值合计 100；质量因素逐档写明得分区间，最高档上限等于分值。"

    price_weight = forms.DecimalField(
        label="价格分值", max_digits=5, decimal_places=2, min_value=0, max_value=100, help_text="磋商 10–30 分；招标不低于 10 分"
    )
    price_approval = forms.CharField(
        label="价格分值的财政部门批准文号", max_length=80, required=False, help_text="磋商项目价格分值超出 10–30 分的，先报财政部门批准"
    )
    fixed_price = forms.BooleanField(label="执行统一价格", required=False, help_text="价格不列为评审因素，价格分值填 0")
    factors = forms.CharField(
        label="其他评审因素",
        widget=text_area(8),
        required=False,
        help_text="每行一项：名称｜质量 或 绩效｜分值｜区间，如 服务方案｜质量｜40｜优 30-40，良 15-29，一般 0-14（绩效因素不写区间）",
    )
    KINDS = {"质量": ScoringFactor.Kind.QUALITY, "绩效": ScoringFactor.Kind.PERFORMANCE}

    @staticmethod
    def initial_of(project):
        lines = "\n".join(factor_line(factor) for factor in project.factors.all())
        return {**values_of(project, "price_weight", "price_approval", "fixed_price"), "factors": lines}

    def clean_factors(self):
        lines = enumerate(self.cleaned_data["factors"].splitlines(), start=1)
        return [self._row(number, line) for number, line in lines if line.strip()]

    def _row(self, number, line) -> dict:
        parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
        if len(parts) not in (3, 4) or parts[1] not in self.KINDS or not parts[0] or len(parts[0]) > 80:
            raise forms.ValidationError(f"第 {number} 行应为：名称｜质量 或 绩效｜分值｜区间。")
        kind = self.KINDS[parts[1]]
        try:
            return {"name": parts[0], "kind": kind, "weight": points(parts[2]), "bands": bands_of(parts[3] if len(parts) == 4 else "")}
        except (InvalidOperation, ValueError):
            raise forms.ValidationError(f"第 {number} 行的分值或区间不是数字，区间写作“优 30-40，良 15-29”。")

    def save(self, *, version, by):
        data = self.cleaned_data
        scale = {name: data[name] for name in ("price_weight", "price_approval", "fixed_price")} | {"rows": data["factors"]}
        return services.set_factors(self.project.pk, version=version, **scale, by=by)


def points(text: str) -> Decimal:
    """A weight above 0 and not above 100, two places. Raises ValueError."""
    value = Decimal(text)
    if not value.is_finite() or not 0 < value <= 100 or value != value.quantize(Decimal("0.01")):
        raise ValueError(text)
    return value


def bands_of(text: str) -> list[dict]:
    """ "优 30-40，良 15-29" → bands. Raises ValueError or InvalidOperation."""
    bands = []
    for part in filter(None, (part.strip() for part in text.replace(",", "，").replace("；", "，").split("，"))):
        label, _, span = part.rpartition(" ")
        low, dash, high = span.replace("–", "-").replace("—", "-").partition("-")
        if not label.strip() or not dash:
            raise ValueError(part)
        bands.append({"label": label.strip(), "low": str(Decimal(low)), "high": str(Decimal(high))})
    return bands


def factor_line(factor: ScoringFactor) -> str:
    kind = next(label for label, value in ScaleForm.KINDS.items() if value == factor.kind)
    bands = "，".join(f"{band['label']} {band['low']}-{band['high']}" for band in factor.bands)
    return "｜".join(filter(None, (factor.name, kind, f"{factor.weight.normalize():f}", bands)))


class AnswersForm(SectionForm):
    """A list of questions answered one by one; what is not answered stays unanswered."""

    questions: tuple[catalogue.Question, ...] = ()
    field = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        answers = getattr(self.project, self.field)
        for question in self.questions:
            given = answers.get(question.key, {})
            initial = {True: "yes", False: "no"}.get(given.get("answer"))
            self.fields[question.key] = YesNo(label=f"{question.text}", initial=initial)
            if question.key in catalogue.NOTED:
                self.fields[f"{question.key}-note"] = forms.CharField(
                    label="审查情况", widget=text_area(2), required=False, initial=given.get("note", "")
                )

    def save(self, *, version, by):
        data = self.cleaned_data
        answers = {q.key: {"answer": data[q.key], "note": data.get(f"{q.key}-note", "")} for q in self.questions}
        return services.edit_project(self.project.pk, version=version, by=by, **{self.field: answers})


class ScreeningForm(AnswersForm):
    title = "负面清单逐项审查"
    intro = "逐项回答，答案随项目保存。任何一项答“是”都不能购买。"
    questions, field = catalogue.SCREENING, "screening"


class EmploymentForm(AnswersForm):
    title = "变相用工审查"
    intro = "购买的是服务成果，不是人员。派驻服务的用人单位是承接主体。"
    questions, field = catalogue.EMPLOYMENT_TEST, "employment_test"


class ReasonsForm(SectionForm):
    """A written reason for each principle that is not met; the audit trail keeps it."""

    title = "提示事项的说明"
    intro = "以下为原则性要求。写明理由后可以继续，理由记入审计。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for rule, messages in gates.principles(gates.submission_breaches(self.project)).items():
            said, same = self.project.reasons.get(rule, ""), self.project.reasoned.get(rule) == messages
            self.fields[rule] = forms.CharField(
                label=" ".join(messages),
                widget=text_area(2),
                required=False,
                initial=said if same else "",
                help_text="" if same or not said else f"提示内容已变化，原说明不再适用：{said}",
            )

    def save(self, *, version, by):
        reasons = {**self.project.reasons, **{rule: text.strip() for rule, text in self.cleaned_data.items()}}
        return services.edit_project(self.project.pk, version=version, by=by, reasons=reasons)


class ConsultationForm(forms.Form):
    kind = forms.ChoiceField(label="类型", choices=Consultation.Kind, widget=forms.RadioSelect)
    started_on = Day(label="开始日期")
    ended_on = Day(label="结束日期")
    channel = forms.CharField(label="方式", max_length=120, help_text="如 区政府网站、座谈会、书面问询")
    respondents = forms.IntegerField(label="反馈主体数", min_value=0, max_value=1_000_000)
    summary = forms.CharField(label="意见与采纳情况", widget=text_area(4))

    def clean(self):
        data = super().clean()
        if data.get("started_on") and data.get("ended_on") and data["ended_on"] < data["started_on"]:
            self.add_error("ended_on", "结束日期不能早于开始日期。")
        return data


class NoteForm(forms.Form):
    """A word on why: returning, guiding, signing off, ending."""

    note = forms.CharField(label="意见", widget=text_area(3), max_length=2000)

    def __init__(self, *args, label="意见", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label
