from django.conf import settings
from django.db import models

from records import clock


class CalendarYear(models.Model):
    """One published year of working days. ``digest`` changes with any day in it, so caches know."""

    year = models.PositiveSmallIntegerField("年份", unique=True)
    source = models.CharField("来源文件", max_length=200)
    digest = models.CharField("内容摘要", max_length=64)
    loaded_at = models.DateTimeField("录入时间", default=clock.now)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="录入人", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "工作日历年度"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year} 年工作日历"


class CalendarDay(models.Model):
    """One day: does it count as a working day, and under which name (国庆节, 调休上班 …)."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否工作日")
    name = models.CharField("说明", max_length=40, blank=True)
    source = models.CharField("来源文件", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self):
        return f"{self.date} {'工作日' if self.is_workday else '休息日'}"
