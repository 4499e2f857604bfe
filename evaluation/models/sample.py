"""Who is asked: a sample drawn from numbers of service events, and the doubts about what came back."""

from django.db import models
from django.db.models import Q

from evaluation.models.survey import Survey, SurveyReply
from records import clock


class Sample(models.Model):
    """One draw for one survey, never made again: list, seed and order let anybody repeat it. The database keeps it as it was drawn."""

    class Source(models.TextChoices):
        RECORDS = "records", "本期服务记录"
        LIST = "list", "经办人提供的清单"

    class Confidence(models.TextChoices):
        P90 = "90", "90%"
        P95 = "95", "95%"
        P99 = "99", "99%"

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="sample", verbose_name="测评")
    source = models.CharField("清单来源", max_length=8, choices=Source)
    frame = models.JSONField("服务事件清单")
    frame_sha256 = models.CharField("清单摘要", max_length=64)
    population = models.PositiveIntegerField("清单行数")
    seed = models.CharField("抽取种子", max_length=64)
    confidence = models.CharField("置信水平", max_length=2, choices=Confidence)
    margin = models.DecimalField("允许误差（百分点）", max_digits=4, decimal_places=2)
    terms = models.CharField("参数依据", max_length=300)
    needed = models.PositiveIntegerField("按公式需要")
    size = models.PositiveIntegerField("抽取数")
    drawn_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间", default=clock.now)

    class Meta:
        verbose_name = "测评抽样"
        verbose_name_plural = "测评抽样"
        constraints = [
            models.CheckConstraint(
                condition=Q(needed__gte=1, size__gte=models.F("needed"), size__lte=models.F("population")),
                name="sample_size_in_range",
                violation_error_message="抽取数应在需要数与清单行数之间。",
            ),
            models.CheckConstraint(
                condition=Q(margin__gt=0, margin__lt=100),
                name="sample_margin_in_range",
                violation_error_message="允许误差应在 0 至 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(seed__gt="", frame_sha256__gt="", terms__gt=""),
                name="sample_can_be_repeated",
                violation_error_message="抽样须留下种子、清单摘要和参数依据。",
            ),
        ]

    def __str__(self):
        return f"{self.survey} 抽样"


class SampleUnit(models.Model):
    """One service event that was called: drawn at first, or from the reserve for one whose person cannot be reached.

    Slips are not tied to it: by way of a service event the number of a slip would lead to a name.
    """

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="units", verbose_name="抽样")
    position = models.PositiveIntegerField("抽取顺序")
    reference = models.CharField("服务事件", max_length=40)
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True, blank=True, verbose_name="替补")
    unreached_reason = models.CharField("无法访问原因", max_length=120, blank=True)
    unreached_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="登记人")
    unreached_at = models.DateTimeField("登记时间", null=True, blank=True)

    class Meta:
        verbose_name = "抽样对象"
        verbose_name_plural = "抽样对象"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("sample", "position"), name="sample_position_once"),
            models.UniqueConstraint(fields=("sample", "reference"), name="sample_reference_once"),
            models.CheckConstraint(
                condition=Q(unreached_reason="", unreached_by__isnull=True, unreached_at__isnull=True)
                | Q(unreached_reason__gt="", unreached_by__isnull=False, unreached_at__isnull=False),
                name="sample_unreached_by_someone",
                violation_error_message="登记无法访问须有原因和登记人。",
            ),
        ]

    def __str__(self):
        return f"第 {self.position} 名"


class ReplyDoubt(models.Model):
    """What the patterns saw in one reply, and what a person decided. The reply itself is never touched."""

    class Decision(models.TextChoices):
        OPEN = "open", "待核定"
        ASIDE = "aside", "剔除"
        KEPT = "kept", "保留"

    reply = models.OneToOneField(SurveyReply, models.PROTECT, related_name="doubt", verbose_name="答卷")
    findings = models.JSONField("疑点", help_text="疑点类别 → 情况")
    found_at = models.DateTimeField("查出时间", default=clock.now)
    decision = models.CharField("核定", max_length=6, choices=Decision, default=Decision.OPEN)
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="核定人")
    decided_at = models.DateTimeField("核定时间", null=True, blank=True)

    class Meta:
        verbose_name = "答卷疑点"
        verbose_name_plural = "答卷疑点"
        ordering = ("reply__code__serial",)
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="open", reason="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=("aside", "kept"), reason__gt="", decided_by__isnull=False, decided_at__isnull=False),
                name="doubt_decided_by_someone",
                violation_error_message="核定答卷须有理由和核定人。",
            ),
        ]

    def __str__(self):
        return f"{self.reply} {self.get_decision_display()}"
