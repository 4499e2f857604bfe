"""A purchase over several budget years: how much of its plan each year bears (F-09)."""

from django.db import models
from django.db.models import Q

from procurement.models.money import money_field
from procurement.models.project import Project


class YearShare(models.Model):
    """What one budget year bears of a project's plan. Projects of one year have none: their fiscal year bears it all."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="year_shares", verbose_name="项目")
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    amount = money_field("分年度金额（元）")

    class Meta:
        verbose_name = "分年度金额"
        verbose_name_plural = "分年度金额"
        ordering = ("project", "fiscal_year")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="year_share_positive", violation_error_message="分年度金额必须大于零。"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2018) & Q(fiscal_year__lte=2099),
                name="year_share_year_in_range",
                violation_error_message="预算年度应在 2018 至 2099 之间。",
            ),
            models.UniqueConstraint(
                fields=("project", "fiscal_year"), name="one_share_per_project_and_year", violation_error_message="同一年度只能有一个金额。"
            ),
        ]

    def __str__(self):
        return f"{self.fiscal_year} 年度 {self.amount:,.2f} 元"
