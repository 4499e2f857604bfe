"""What every unit looked like on the first of a month: frozen, so that a trend never changes behind the reader."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from staffing.rules import Rounding, Standing


class StaffingMonthQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW


class StaffingMonth(models.Model):
    """One township (or the bureau itself, which has no recipients) as it stood on the first. Never changed, never removed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staffing_months", verbose_name="单位")
    month = models.DateField("月份（1 日）")
    recipients = models.PositiveIntegerField("救助对象（人）", null=True, blank=True)
    as_of = models.DateField("救助对象数截至", null=True, blank=True)
    categories = models.JSONField("各类对象（人）", default=dict, blank=True)
    minimum = models.PositiveIntegerField("标准下限", null=True, blank=True)
    maximum = models.PositiveIntegerField("标准上限", null=True, blank=True)
    own = models.PositiveIntegerField("自有专职")
    posted = models.PositiveIntegerField("派驻")
    part_time = models.PositiveIntegerField("兼职（不计）")
    higher_education = models.PositiveIntegerField("大专及以上")
    social_work = models.PositiveIntegerField("社会工作")
    trained = models.PositiveIntegerField("本年参训")
    gap = models.PositiveIntegerField("缺口")
    standing = models.CharField("结论", max_length=12, choices=[(item.value, item.label) for item in Standing])
    rounding = models.CharField("取整", max_length=8, choices=[(item.value, item.label) for item in Rounding])
    counted_categories = models.JSONField("计入标准的类别", default=list)
    frozen_at = models.DateTimeField("定格时间")

    objects = StaffingMonthQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员配备月度定格"
        ordering = ["-month", "organisation__path"]
        indexes = [models.Index(fields=["month"], name="staffing_month_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month"], name="staffing_month_once", violation_error_message="该单位该月已经定格。"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="staffing_month_first_day", violation_error_message="月份以 1 日表示。"),
            models.CheckConstraint(
                condition=Q(recipients__isnull=True, as_of__isnull=True) | Q(recipients__isnull=False, as_of__isnull=False),
                name="staffing_month_number_has_its_day",
                violation_error_message="救助对象数须有截至日期。",
            ),
            models.CheckConstraint(
                condition=Q(gap=0) | Q(standing="UNDERSTAFFED"),
                name="staffing_month_gap_is_a_shortage",
                violation_error_message="只有未达标的单位才有缺口。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} {self.month:%Y-%m}"

    @property
    def counted(self) -> int:
        return self.own + self.posted
