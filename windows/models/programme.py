"""What may be asked for, in which steps, by when and with which papers. Data, versioned; loaded from programmes.toml."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from records.policy import Clause
from windows.rules.clock import Limit, Unit

UNITS = [(Unit.WORKDAYS.value, "个工作日"), (Unit.DAYS.value, "日"), (Unit.HOURS.value, "小时")]


class Cited(models.Model):
    """A row that stands on one clause."""

    document = models.CharField("依据文件", max_length=80)
    number = models.CharField("条款", max_length=60, blank=True)

    class Meta:
        abstract = True

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)


class ProgrammeQuerySet(models.QuerySet):
    def current(self, on):
        """The versions that a case begun on this day falls under."""
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on))

    def standing(self):
        """Without those taken back before their day: they hold for no day at all."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")))


class Programme(Cited):
    """One version of one programme. A case keeps the version it began with."""

    class Action(models.TextChoices):
        HANDLE = "HANDLE", "窗口受理"
        TRANSFER = "TRANSFER", "转办"
        REFER = "REFER", "转介"
        REGISTER = "REGISTER", "一表登记"

    class Basis(models.TextChoices):
        VERIFIED = "VERIFIED", "文件规定"
        DESIGN = "DESIGN", "示例"

    code = models.CharField("事项代码", max_length=24)
    version = models.CharField("版本", max_length=16)
    key = models.CharField("快捷键", max_length=1)
    name = models.CharField("事项名称", max_length=60)
    group = models.CharField("类别", max_length=20)
    department = models.CharField("牵头部门", max_length=16, choices=Organisation.Function.choices)
    action = models.CharField("窗口办理方式", max_length=8, choices=Action.choices)
    apply_at = models.CharField("申请地点", max_length=120)
    decided_by = models.CharField("决定机关", max_length=120)
    valid_from = models.DateField("施行日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    urgent = models.BooleanField("先行救助，材料后补", default=False)
    whole_amount = models.PositiveSmallIntegerField("全程时限", null=True, blank=True)
    whole_unit = models.CharField("全程时限单位", max_length=2, choices=UNITS, blank=True)
    whole_basis = models.CharField("全程时限来源", max_length=8, choices=Basis.choices, default=Basis.VERIFIED)
    extended_amount = models.PositiveSmallIntegerField("特殊情形最长时限（工作日）", null=True, blank=True)
    extension_reasons = models.JSONField("可延长的情形", default=dict, blank=True)
    pause_reasons = models.JSONField("可暂停计时的事由", default=dict, blank=True)
    reason_clauses = models.JSONField("各情形的依据", default=dict, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "救助事项"
        ordering = ["order", "code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="programme_version_once"),
            models.CheckConstraint(
                condition=Q(whole_amount__isnull=True) | ~Q(whole_unit=""),
                name="programme_whole_has_unit",
                violation_error_message="全程时限须注明单位。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="programme_period_in_order",
                violation_error_message="失效日期不能早于施行日期。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True),
                name="programme_one_version_without_end",
                violation_error_message="同一事项只能有一个没有失效日期的版本。",
            ),
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="programme_one_version_a_day",
                violation_error_message="同一事项同一天只能有一个版本开始施行。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def whole(self) -> Limit | None:
        return Limit(self.whole_amount, Unit(self.whole_unit)) if self.whole_amount is not None else None

    @property
    def taken_back(self) -> bool:
        """Put in force for a coming day and taken back before it."""
        return self.valid_to is not None and self.valid_to == self.valid_from

    @property
    def leaves_window(self) -> bool:
        """Does the matter go to somebody else (转办 or 转介)?"""
        return self.action in (self.Action.TRANSFER, self.Action.REFER)


class Step(Cited):
    """One step with its clock. It begins when everything in ``after`` is done, or at acceptance."""

    class Actor(models.TextChoices):
        TOWNSHIP = "TOWNSHIP", "乡镇（街道）"
        COUNTY = "COUNTY", "区县民政局"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="steps", verbose_name="事项")
    code = models.CharField("步骤代码", max_length=16)
    name = models.CharField("步骤", max_length=40)
    position = models.PositiveSmallIntegerField("顺序")
    actor = models.CharField("办理方", max_length=8, choices=Actor.choices)
    after = models.JSONField("前置步骤", default=list, blank=True)
    amount = models.PositiveSmallIntegerField("时限", null=True, blank=True)
    unit = models.CharField("时限单位", max_length=2, choices=UNITS, blank=True)
    minimum = models.BooleanField("须满期限", default=False)
    basis = models.CharField("时限来源", max_length=8, choices=Programme.Basis.choices, default=Programme.Basis.VERIFIED)
    policy_value = models.CharField("政策参数代码", max_length=60, blank=True)
    rule = models.CharField("规则编号", max_length=8)
    people = models.PositiveSmallIntegerField("最少人数", default=0)
    concludes = models.BooleanField("作出决定的步骤", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "办理步骤"
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="step_once_per_programme")]

    def __str__(self):
        return self.name

    @property
    def limit(self) -> Limit | None:
        return Limit(self.amount, Unit(self.unit), self.minimum) if self.amount is not None else None

    @property
    def limit_words(self) -> str:
        """“3 个工作日内”, “公示满 7 日”; empty when the text gives no limit of its own."""
        if self.amount is None:
            return ""
        words = f"{self.amount} {self.get_unit_display()}"
        return f"满 {words}" if self.minimum else f"{words}内"


class Material(Cited):
    """One paper of a programme's list; SHAREABLE ones are listed so that nobody asks for them (W-07)."""

    class Need(models.TextChoices):
        REQUIRED = "REQUIRED", "须提供"
        IF_APPLICABLE = "IF_APPLICABLE", "有此情形的提供"
        SHAREABLE = "SHAREABLE", "无需提供（可核对）"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="materials", verbose_name="事项")
    code = models.CharField("材料代码", max_length=16)
    name = models.CharField("材料", max_length=60)
    hint = models.CharField("说明", max_length=80, blank=True)
    need = models.CharField("要求", max_length=16, choices=Need.choices)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="material_once_per_programme")]

    def __str__(self):
        return self.name
