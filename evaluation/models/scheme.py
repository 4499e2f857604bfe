"""What is asked of a service, by whom, and how much it counts. An edition is never changed: a new one follows it."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from evaluation import rules
from records import clock


class SchemeQuerySet(ScopedQuerySet):
    view_permission = Permission.SCHEME_VIEW

    def in_force(self, on):
        return self.filter(effective_from__lte=on)


class Scheme(models.Model):
    """One edition of the indicators for one class of service, dated. A period keeps the edition in force on its first day."""

    class ServiceClass(models.TextChoices):
        ANY = "any", "各类服务"
        ADMINISTRATIVE = "administrative", "事务性工作"
        DIRECT = "direct", "服务性工作"

    class Frequency(models.TextChoices):
        MONTH = rules.Frequency.MONTH.value, rules.FREQUENCY_LABELS[rules.Frequency.MONTH]
        QUARTER = rules.Frequency.QUARTER.value, rules.FREQUENCY_LABELS[rules.Frequency.QUARTER]
        HALF = rules.Frequency.HALF.value, rules.FREQUENCY_LABELS[rules.Frequency.HALF]
        YEAR = rules.Frequency.YEAR.value, rules.FREQUENCY_LABELS[rules.Frequency.YEAR]
        TERM = rules.Frequency.TERM.value, rules.FREQUENCY_LABELS[rules.Frequency.TERM]

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="制定单位")
    name = models.CharField("方案名称", max_length=120)
    service_class = models.CharField("适用服务", max_length=16, choices=ServiceClass, default=ServiceClass.ANY)
    edition = models.PositiveSmallIntegerField("版次")
    effective_from = models.DateField("生效日期")
    frequency = models.CharField("评价周期", max_length=8, choices=Frequency, default=Frequency.YEAR)
    collection_workdays = models.PositiveSmallIntegerField("期满后收集时限（工作日）", default=10)
    objection_workdays = models.PositiveSmallIntegerField("异议期（工作日）", default=rules.OBJECTION_WORKDAYS)
    answer_workdays = models.PositiveSmallIntegerField("异议答复时限（工作日）", default=rules.ANSWER_WORKDAYS)
    sample_floor = models.PositiveSmallIntegerField("最少有效答卷", default=rules.SAMPLE_FLOOR)
    sample_percent = models.PositiveSmallIntegerField("最低抽样比例（%）", default=rules.SAMPLE_PERCENT)
    disclosure_minimum = models.PositiveSmallIntegerField("向承接主体显示汇总的最少答卷", default=rules.DISCLOSURE_MINIMUM)
    source = models.CharField("依据文件", max_length=200)
    certainty = models.CharField("状态", max_length=12, default="示例", help_text="示例、待确认、已确认")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="制定人")
    created_at = models.DateTimeField("制定时间", default=clock.now)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = "评价方案"
        verbose_name_plural = "评价方案"
        ordering = ("-effective_from", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "service_class", "edition"), name="scheme_edition_once", violation_error_message="该版次已经存在。"
            ),
            models.UniqueConstraint(
                fields=("organisation", "service_class", "effective_from"),
                name="scheme_one_per_day",
                violation_error_message="同一天不能有两版方案生效。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（第 {self.edition} 版）"

    def lines(self) -> list[rules.Line]:
        return [indicator.line() for indicator in self.indicators.all()]


class Indicator(models.Model):
    class Dimension(models.TextChoices):
        RESULTS = rules.Dimension.RESULTS.value, rules.DIMENSION_LABELS[rules.Dimension.RESULTS]
        MANAGEMENT = rules.Dimension.MANAGEMENT.value, rules.DIMENSION_LABELS[rules.Dimension.MANAGEMENT]
        IMPACT = rules.Dimension.IMPACT.value, rules.DIMENSION_LABELS[rules.Dimension.IMPACT]

    class Evaluator(models.TextChoices):
        PURCHASER = rules.Evaluator.PURCHASER.value, rules.EVALUATOR_LABELS[rules.Evaluator.PURCHASER]
        RECIPIENT = rules.Evaluator.RECIPIENT.value, rules.EVALUATOR_LABELS[rules.Evaluator.RECIPIENT]
        THIRD_PARTY = rules.Evaluator.THIRD_PARTY.value, rules.EVALUATOR_LABELS[rules.Evaluator.THIRD_PARTY]

    class Source(models.TextChoices):
        MANUAL = rules.Source.MANUAL.value, rules.SOURCE_LABELS[rules.Source.MANUAL]
        FIGURE = rules.Source.FIGURE.value, rules.SOURCE_LABELS[rules.Source.FIGURE]
        SURVEY = rules.Source.SURVEY.value, rules.SOURCE_LABELS[rules.Source.SURVEY]

    class WhenMissing(models.TextChoices):
        WAIT = rules.WhenMissing.WAIT.value, rules.WHEN_MISSING_LABELS[rules.WhenMissing.WAIT]
        REDISTRIBUTE = rules.WhenMissing.REDISTRIBUTE.value, rules.WHEN_MISSING_LABELS[rules.WhenMissing.REDISTRIBUTE]

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="indicators", verbose_name="方案")
    code = models.CharField("指标编号", max_length=12)
    name = models.CharField("指标", max_length=80)
    dimension = models.CharField("评价方面", max_length=12, choices=Dimension)
    evaluator = models.CharField("评价主体", max_length=12, choices=Evaluator)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2)
    source = models.CharField("得分来源", max_length=8, choices=Source, default=Source.MANUAL)
    figure = models.CharField("数据项", max_length=40, blank=True)
    criteria = models.TextField("评分标准", blank=True, help_text="满意度测评的指标在此写题目")
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    when_missing = models.CharField("缺项处理", max_length=12, choices=WhenMissing, default=WhenMissing.WAIT)
    position = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "评价指标"
        verbose_name_plural = "评价指标"
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("scheme", "code"), name="indicator_code_once", violation_error_message="指标编号重复。"),
            models.CheckConstraint(
                condition=Q(weight__gt=0) & Q(weight__lte=100),
                name="indicator_weight_in_range",
                violation_error_message="权重应大于 0 且不超过 100。",
            ),
            models.CheckConstraint(
                condition=Q(source="figure", figure__gt="") | (~Q(source="figure") & Q(figure="")),
                name="indicator_figure_named",
                violation_error_message="数据计算的指标须选定数据项，其他指标不填。",
            ),
            models.CheckConstraint(
                condition=Q(source="survey", evaluator="recipient") | (~Q(source="survey") & ~Q(evaluator="recipient")),
                name="indicator_recipients_by_survey",
                violation_error_message="服务对象的评价只能来自满意度测评。",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def line(self, score=None) -> rules.Line:
        return rules.Line(self.code, self.name, self.dimension, self.evaluator, self.weight, self.source, self.when_missing, score)
