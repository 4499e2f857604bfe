"""What would happen if: a district's saved what-ifs, and the purchase that one of them led to."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models import Project
from records.models import Versioned
from staffing.rules import Place


class ScenarioQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW

    def active(self):
        return self.filter(status=Scenario.Status.ACTIVE)


class Scenario(Versioned):
    """A saved what-if of one district. It plans additions only; what stands above the standard is kept (W-19c)."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "有效"
        WITHDRAWN = "WITHDRAWN", "已撤销"

    TRANSITIONS = {Status.ACTIVE: {Status.WITHDRAWN}, Status.WITHDRAWN: set()}

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staffing_scenarios", verbose_name="区县局")
    name = models.CharField("方案名称", max_length=80)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ACTIVE)
    post_cost = models.DecimalField("每个购买岗位年费用（元）", max_digits=10, decimal_places=2)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="复制自")
    withdrawal_reason = models.CharField("撤销原因", max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="制定人")
    created_at = models.DateTimeField("制定时间")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "测算方案"
        verbose_name_plural = "测算方案"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="scenario_name_once", violation_error_message="该区县已有同名方案。"
            ),
            models.CheckConstraint(
                condition=Q(post_cost__gte=0), name="scenario_cost_not_negative", violation_error_message="费用不能为负。"
            ),
            models.CheckConstraint(
                condition=Q(status="ACTIVE") | ~Q(withdrawal_reason=""),
                name="scenario_withdrawn_with_reason",
                violation_error_message="撤销方案须写明原因。",
            ),
        ]

    def __str__(self):
        return self.name


class ScenarioLine(models.Model):
    """What the scenario assumes for one township (or for the bureau itself, which has no recipients), and what was known then."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="lines", verbose_name="方案")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    recipients = models.PositiveIntegerField("救助对象（人）")
    own = models.PositiveIntegerField("自有专职（人）")
    posted = models.PositiveIntegerField("派驻（人）")
    post_cost = models.DecimalField("本单位每个岗位年费用（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    baseline = models.PositiveIntegerField("基数（人）")
    recorded = models.PositiveIntegerField("制定时登记的救助对象（人）", null=True, blank=True)
    recorded_on = models.DateField("登记数截至", null=True, blank=True)

    class Meta:
        verbose_name = "方案明细"
        verbose_name_plural = "方案明细"
        ordering = ["organisation__path"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "organisation"], name="scenario_line_once"),
            models.CheckConstraint(
                condition=Q(post_cost__isnull=True) | Q(post_cost__gte=0),
                name="scenario_line_cost_not_negative",
                violation_error_message="费用不能为负。",
            ),
            models.CheckConstraint(
                condition=Q(recorded__isnull=True, recorded_on__isnull=True) | Q(recorded__isnull=False, recorded_on__isnull=False),
                name="scenario_line_number_has_its_day",
                violation_error_message="登记数须有截至日期。",
            ),
        ]

    def __str__(self):
        return f"{self.scenario} {self.organisation}"


class PostingPlanQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW
    scope_lookups = ("scenario__organisation__path",)


class PostingPlan(models.Model):
    """The purchase that a scenario led to: one draft of a project for a service with posted workers, never labour dispatch (P-33)."""

    scenario = models.OneToOneField(Scenario, models.PROTECT, related_name="posting_plan", verbose_name="测算方案")
    project = models.OneToOneField(Project, models.PROTECT, related_name="posting_plan", verbose_name="购买项目")
    budget = models.DecimalField("测算金额（元）", max_digits=14, decimal_places=2)
    reason = models.TextField("提示事项的说明", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    made_at = models.DateTimeField("建立时间")

    objects = PostingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "派驻服务方案"
        verbose_name_plural = "派驻服务方案"
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__gte=0), name="posting_plan_budget_not_negative", violation_error_message="金额不能为负。"
            )
        ]

    def __str__(self):
        return f"{self.scenario} → {self.project}"

    @property
    def posts(self) -> int:
        return sum(line.posts for line in self.lines.all())

    @property
    def placed(self):
        """Its lines with their places."""
        return self.lines.select_related("organisation")


class PostingPlanLine(models.Model):
    """Posts at one of the allowed places, with the shortage as it stood when the draft was made (W-20)."""

    PLACES = [(place.value, place.label) for place in (Place.BUREAU, Place.TOWNSHIP)]

    plan = models.ForeignKey(PostingPlan, models.PROTECT, related_name="lines", verbose_name="派驻服务方案")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="派驻单位")
    place = models.CharField("岗位所在", max_length=10, choices=PLACES)
    posts = models.PositiveSmallIntegerField("岗位数")
    post_cost = models.DecimalField("每个岗位年费用（元）", max_digits=10, decimal_places=2)
    own = models.PositiveIntegerField("现有自有专职（人）")
    posted = models.PositiveIntegerField("现有派驻（人）")
    minimum = models.PositiveIntegerField("标准下限（人）", null=True, blank=True)
    basis = models.CharField("缺口依据", max_length=200)

    class Meta:
        verbose_name = "派驻岗位"
        verbose_name_plural = "派驻岗位"
        ordering = ["organisation__path"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], name="posting_line_once"),
            models.CheckConstraint(condition=Q(posts__gte=1), name="posting_line_has_posts", violation_error_message="岗位数至少为 1。"),
            models.CheckConstraint(
                condition=Q(place__in=("BUREAU", "TOWNSHIP")),
                name="posting_line_at_an_allowed_place",
                violation_error_message="测算方案只安排到区县民政部门和乡镇（街道）。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} {self.posts} 个岗位"

    @property
    def cost(self):
        return self.post_cost * self.posts

    @property
    def short(self) -> int | None:
        """Own and posted staff against the lower bound; None where nothing is judged."""
        return None if self.minimum is None else max(0, self.minimum - self.own - self.posted)
