"""The year's plan: what is to be bought from which money, and how a budget was adjusted after its approval."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.catalogue import CatalogueItem
from procurement.models.money import Budget, FundingLine, money_field
from procurement.models.project import Project
from procurement.models.striking import STANDING, StandingRows, Strikable, struck_with_reason


class BudgetAdjustment(models.Model):
    """One change of a budget or of one of its lines, with its paper. Append only: the history of the money."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="adjustments", verbose_name="预算")
    line = models.ForeignKey(
        FundingLine, models.PROTECT, related_name="adjustments", null=True, blank=True, verbose_name="资金来源行", help_text="空为预算总额"
    )
    before = money_field("调整前（元）")
    after = money_field("调整后（元）")
    document = models.CharField("调整文号", max_length=80)
    reason = models.CharField("调整理由", max_length=500)
    adjusted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="录入人")
    adjusted_at = models.DateTimeField("调整时间", auto_now_add=True)

    class Meta:
        verbose_name = "预算调整"
        verbose_name_plural = "预算调整"
        ordering = ("-adjusted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(before__gte=0) & Q(after__gt=0), name="adjustment_positive", violation_error_message="调整后的金额必须大于零。"
            ),
        ]

    def __str__(self):
        return f"{self.line or self.budget}：{self.before:,.2f} → {self.after:,.2f} 元"


class PlanRowQuerySet(StandingRows, ScopedQuerySet):
    view_permission = Permission.BUDGET_VIEW
    scope_lookups = ("organisation__path",)


class PlanRow(Strikable):
    """One purchase of the year as planned. It becomes a project draft once, and keeps pointing at it."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="plan_rows", verbose_name="购买主体")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("项目名称", max_length=120)
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="+", verbose_name="购买内容")
    amount = money_field("计划金额（元）")
    line = models.ForeignKey(FundingLine, models.PROTECT, related_name="plan_rows", null=True, blank=True, verbose_name="资金来源行")
    month = models.PositiveSmallIntegerField("预计采购月份")
    project = models.OneToOneField(Project, models.PROTECT, related_name="plan_row", null=True, blank=True, verbose_name="项目")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="录入人")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        verbose_name = "年度购买计划"
        verbose_name_plural = "年度购买计划"
        ordering = ("fiscal_year", "month", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="plan_row_positive", violation_error_message="计划金额必须大于零。"),
            models.CheckConstraint(
                condition=Q(month__gte=1) & Q(month__lte=12), name="plan_row_month", violation_error_message="月份应在 1 至 12 之间。"
            ),
            models.UniqueConstraint(
                fields=("organisation", "fiscal_year", "name"),
                condition=STANDING,
                name="one_plan_row_per_name_and_year",
                violation_error_message="该年度已有同名计划。",
            ),
            struck_with_reason("plan_row_struck_with_reason"),
        ]

    def __str__(self):
        return f"{self.fiscal_year} 年 {self.name}"
