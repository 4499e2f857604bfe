from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from windows.rules.month import Month


class WindowMonthQuerySet(ScopedQuerySet):
    view_permission = Permission.MONTH_VIEW

    def of(self, month: Month):
        """What counts for the month now; what it replaced stays for the auditor."""
        return self.filter(year=month.year, month=month.month, replaced_at=None)


class WindowMonth(models.Model):
    """One township's month as it was counted. Never changed: a later count is a further row, and the former says when it was replaced."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    turn = models.PositiveSmallIntegerField("第几次统计", default=1)
    until = models.DateField("统计截至")
    figures = models.JSONField("数据")
    counted_at = models.DateTimeField("统计时间", default=clock.now)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="统计人")
    replaced_at = models.DateTimeField("被重新统计取代的时间", null=True, blank=True)

    objects = WindowMonthQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "窗口月报数据"
        ordering = ["-year", "-month", "organisation__path", "-turn"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="window_month_of_the_year"),
            models.UniqueConstraint(fields=["organisation", "year", "month", "turn"], name="window_month_turn_once"),
            models.UniqueConstraint(
                fields=["organisation", "year", "month"], condition=Q(replaced_at__isnull=True), name="window_month_one_counts"
            ),
        ]

    def __str__(self):
        return f"{self.organisation} {self.year} 年 {self.month} 月"
