from django.conf import settings
from django.db import models
from django.db.models import F, Q

from records import clock
from windows.models.programme import UNITS
from windows.rules.clock import Limit, Unit


class Clocked(models.Model):
    """A row with a time limit of its own. ``due_on`` is None before the start, in a pause, and while a year's calendar is missing."""

    starts_on = models.DateField("起算日期", null=True, blank=True)
    amount = models.PositiveSmallIntegerField("时限", null=True, blank=True)
    unit = models.CharField("时限单位", max_length=2, choices=UNITS, blank=True)
    minimum = models.BooleanField("须满期限", default=False)
    due_on = models.DateField("到期日", null=True, blank=True)
    due_at = models.DateTimeField("到期时刻", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=200, blank=True)
    paused_on = models.DateField("暂停日期", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def limit(self) -> Limit | None:
        return Limit(self.amount, Unit(self.unit), self.minimum) if self.amount is not None else None


class Standstill(models.Model):
    """One pause of one clock: the listed reason, who, and how the due day moved."""

    step = models.ForeignKey("windows.CaseStep", models.PROTECT, null=True, blank=True, related_name="standstills", verbose_name="步骤")
    referral = models.ForeignKey(
        "windows.Referral", models.PROTECT, null=True, blank=True, related_name="standstills", verbose_name="转办件"
    )
    reason = models.CharField("事由", max_length=16)
    note = models.CharField("情况说明", max_length=200, blank=True)
    started_on = models.DateField("暂停日期")
    ended_on = models.DateField("恢复日期", null=True, blank=True)
    due_before = models.DateField("原到期日", null=True, blank=True)
    due_after = models.DateField("新到期日", null=True, blank=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="暂停人")
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="恢复人")

    class Meta:
        verbose_name = verbose_name_plural = "暂停计时"
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__isnull=False, referral__isnull=True) | Q(step__isnull=True, referral__isnull=False),
                name="standstill_of_one_clock",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="standstill_in_order",
                violation_error_message="恢复日期不能早于暂停日期。",
            ),
            models.UniqueConstraint(fields=["step"], condition=Q(ended_on__isnull=True), name="standstill_one_open_per_step"),
            models.UniqueConstraint(fields=["referral"], condition=Q(ended_on__isnull=True), name="standstill_one_open_per_referral"),
        ]

    def __str__(self):
        return f"{self.started_on} 至 {self.ended_on or '今'}"


class RecomputedYear(models.Model):
    """Which version of a year's calendar the open clocks were last computed with."""

    year = models.PositiveSmallIntegerField("年份", unique=True)
    digest = models.CharField("日历摘要", max_length=64)
    recomputed_at = models.DateTimeField("重新计算时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "期限重新计算"
        ordering = ["year"]

    def __str__(self):
        return f"{self.year} 年"


class Escalation(models.Model):
    """Lateness told to the lead, once per clock and due day."""

    step = models.ForeignKey("windows.CaseStep", models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="步骤")
    referral = models.ForeignKey(
        "windows.Referral", models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="转办件"
    )
    due_on = models.DateField("逾期的到期日")
    told_at = models.DateTimeField("提醒时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "逾期提醒"
        constraints = [
            models.UniqueConstraint(fields=["step", "due_on"], condition=Q(step__isnull=False), name="escalation_once_per_step"),
            models.UniqueConstraint(
                fields=["referral", "due_on"], condition=Q(referral__isnull=False), name="escalation_once_per_referral"
            ),
            models.CheckConstraint(
                condition=Q(step__isnull=False, referral__isnull=True) | Q(step__isnull=True, referral__isnull=False),
                name="escalation_of_one_clock",
            ),
        ]

    def __str__(self):
        return f"{self.step or self.referral} 逾期"
