"""Whom a township serves: recipients by category and day."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet


class Category(models.TextChoices):
    """Kinds of assistance recipients; which of them count towards the standard is a setting."""

    URBAN_DIBAO = "URBAN_DIBAO", "城市低保"
    RURAL_DIBAO = "RURAL_DIBAO", "农村低保"
    TEKUN = "TEKUN", "特困人员"
    EDGE = "EDGE", "低保边缘"
    HARDSHIP = "HARDSHIP", "刚性支出困难"
    OTHER = "OTHER", "其他救助对象"


class CaseloadQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW


class Caseload(models.Model):
    """Recipients (persons, not households) of one category in one township on one day.

    A correction keeps the old number in the audit trail.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="caseloads", verbose_name="乡镇（街道）")
    as_of = models.DateField("截至日期")
    category = models.CharField("对象类别", max_length=12, choices=Category)
    recipients = models.PositiveIntegerField("人数")
    source = models.CharField("数据来源", max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        verbose_name = "救助对象数"
        verbose_name_plural = "救助对象数"
        ordering = ["-as_of", "organisation__path", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "as_of", "category"],
                name="caseload_once_a_day",
                violation_error_message="同一乡镇（街道）同一日期同一类别只能有一个数。",
            )
        ]

    def __str__(self):
        return f"{self.organisation} {self.as_of:%Y-%m-%d} {self.get_category_display()} {self.recipients} 人"
