"""Money before the contract: budget, funding lines by source, what superiors issued. 元, two places (F-10)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.striking import STANDING, StandingRows, Strikable, struck_with_reason


class Source(models.TextChoices):
    """F-01, F-02: where the money comes from. No other source may pay for a purchase."""

    OWN_DISTRICT = "own_district", "区县本级财政资金"
    WORK_FUND = "work_fund", "社会救助工作经费"
    CITY_SPECIAL = "city_special", "市级社会救助专项资金"
    CENTRAL_SPECIAL = "central_special", "中央社会救助专项资金"
    CITY_REWARD = "city_reward", "市级奖补资金"
    WELFARE_LOTTERY = "welfare_lottery", "福利彩票公益金"


SUPERIOR_SPECIAL = (Source.CITY_SPECIAL, Source.CENTRAL_SPECIAL)  # 上级下拨社会救助专项资金: what F-03 caps


def money_field(label, **extra):
    return models.DecimalField(label, max_digits=18, decimal_places=2, **extra)


class BudgetQuerySet(ScopedQuerySet):
    view_permission = Permission.BUDGET_VIEW
    scope_lookups = ("organisation__path",)


class Budget(models.Model):
    """A purchaser's approved budget for buying services in one fiscal year."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="budgets", verbose_name="预算单位")
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    name = models.CharField("预算项目", max_length=80)
    amount = money_field("批复金额（元）")
    document = models.CharField("批复文号", max_length=80)
    approved_on = models.DateField("批复日期")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="录入人")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "预算"
        verbose_name_plural = "预算"
        ordering = ("-fiscal_year", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="budget_amount_positive", violation_error_message="预算金额必须大于零。"
            ),
            models.UniqueConstraint(
                fields=("organisation", "fiscal_year", "name"),
                name="one_budget_per_name_and_year",
                violation_error_message="该年度已有同名预算项目。",
            ),
        ]

    def __str__(self):
        return f"{self.fiscal_year} 年 {self.name}"


class FundingLine(models.Model):
    """Part of a budget from one source, with the document that allows it (F-08)."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines", verbose_name="预算")
    source = models.CharField("资金来源", max_length=20, choices=Source)
    amount = money_field("金额（元）")
    basis_document = models.CharField("依据文件", max_length=120, help_text="允许用于购买服务的文件名称与文号")

    class Meta:
        verbose_name = "资金来源行"
        verbose_name_plural = "资金来源行"
        ordering = ("budget", "source", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="funding_line_positive", violation_error_message="资金来源金额必须大于零。"
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="funding_line_known_source", violation_error_message="资金来源不在许可范围。"
            ),
        ]

    def __str__(self):
        return f"{self.budget} · {self.get_source_display()} {self.amount:,.2f} 元"


class GrantQuerySet(StandingRows, BudgetQuerySet):
    pass


class SuperiorGrant(Strikable):
    """Superior special funds actually issued to a district (指标文): the denominator of F-03 and F-04."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="superior_grants", verbose_name="区县")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("资金来源", max_length=20, choices=[(s.value, s.label) for s in SUPERIOR_SPECIAL])
    amount = money_field("下达金额（元）")
    document = models.CharField("指标文号", max_length=80)
    issued_on = models.DateField("下达日期")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="录入人")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "上级下拨专项资金"
        verbose_name_plural = "上级下拨专项资金"
        ordering = ("-issued_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="superior_grant_positive", violation_error_message="下达金额必须大于零。"
            ),
            models.UniqueConstraint(
                fields=("organisation", "document", "source"),
                condition=STANDING,
                name="one_grant_per_document",
                violation_error_message="该指标文已经录入。",
            ),
            struck_with_reason("grant_struck_with_reason"),
        ]

    def __str__(self):
        return f"{self.document} {self.amount:,.2f} 元"


class ProjectFundingQuerySet(models.QuerySet):
    def counted_for_cap(self, district, fiscal_year):
        """What planned and signed projects of the district draw from budgets of that year: what F-03 adds up."""
        rows = self.filter(project__organisation__path__startswith=district.path, line__budget__fiscal_year=fiscal_year)
        return rows.exclude(project__status__in=("failed", "terminated"))


class ProjectFunding(models.Model):
    """What a project draws from a funding line, and by it from the budget of that line's year."""

    project = models.ForeignKey("procurement.Project", models.PROTECT, related_name="fundings", verbose_name="项目")
    line = models.ForeignKey(FundingLine, models.PROTECT, related_name="fundings", verbose_name="资金来源行")
    amount = money_field("安排金额（元）", default=Decimal("0.00"))

    objects = ProjectFundingQuerySet.as_manager()

    class Meta:
        verbose_name = "项目资金安排"
        verbose_name_plural = "项目资金安排"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="project_funding_positive", violation_error_message="安排金额必须大于零。"
            ),
            models.UniqueConstraint(
                fields=("project", "line"), name="one_funding_per_line", violation_error_message="同一资金来源行只能安排一次。"
            ),
        ]

    def __str__(self):
        return f"{self.line.get_source_display()} {self.amount:,.2f} 元"
