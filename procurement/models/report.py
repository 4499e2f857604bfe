"""Periodic reports of the contractor: generated from the contract's schedule, kept round by round."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from records.models import Versioned


class ReportQuerySet(ScopedQuerySet):
    view_permission = Permission.REPORT_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True

    def owed(self):
        return self.filter(status__in=(PeriodicReport.Status.DUE, PeriodicReport.Status.RETURNED))

    def overdue(self, today):
        return self.owed().filter(due_on__lt=today)


class PeriodicReport(Versioned):
    class Status(models.TextChoices):
        NOT_DUE = "not_due", "未到期"
        DUE = "due", "待报送"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已通过"

    TRANSITIONS = {
        Status.NOT_DUE: {Status.DUE},
        Status.DUE: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.RETURNED, Status.ACCEPTED},
        Status.RETURNED: {Status.SUBMITTED},
        Status.ACCEPTED: set(),
    }

    class Kind(models.TextChoices):
        SERVICE = "service", "月报"
        FINANCE = "finance", "财务报告"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="reports", verbose_name="合同")
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.SERVICE)
    period_start = models.DateField("期间开始")
    period_end = models.DateField("期间结束")
    due_on = models.DateField("报送期限", null=True, blank=True, help_text="该年工作日历公布后确定")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.NOT_DUE, db_index=True)
    figures = models.JSONField("数据", default=dict, blank=True, help_text="字段 → 值；缺项为空，不等于 0")
    submitted_at = models.DateTimeField("最近报送时间", null=True, blank=True)
    accepted_at = models.DateTimeField("通过时间", null=True, blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "定期报告"
        verbose_name_plural = "定期报告"
        ordering = ("-period_start", "-pk")
        indexes = [models.Index(fields=("status", "due_on"), name="report_by_due")]
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "kind", "period_start"),
                name="one_report_per_kind_and_period",
                violation_error_message="该期间报告已生成。",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")) & (Q(due_on__isnull=True) | Q(due_on__gt=F("period_end"))),
                name="report_due_after_period",
                violation_error_message="报送期限应晚于期间结束日期。",
            ),
        ]

    def __str__(self):
        if self.kind == self.Kind.FINANCE:
            return f"{self.contract.number} {self.period_end:%Y年%m月}止财务报告"
        return f"{self.contract.number} {self.period_start:%Y年%m月}报告"

    @property
    def audit_organisation(self):
        """Whose audit chain keeps what happens here: the purchaser's."""
        return self.contract.project.organisation


class ReportRound(models.Model):
    """One submission and what the supervisor answered. Never deleted, never overwritten."""

    class Outcome(models.TextChoices):
        OPEN = "open", "待审核"
        RETURNED = "returned", "退回"
        ACCEPTED = "accepted", "通过"

    report = models.ForeignKey(PeriodicReport, models.PROTECT, related_name="rounds", verbose_name="报告")
    number = models.PositiveSmallIntegerField("轮次")
    figures = models.JSONField("报送数据")
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="报送人")
    submitted_at = models.DateTimeField("报送时间")
    outcome = models.CharField("结果", max_length=12, choices=Outcome, default=Outcome.OPEN)
    comments = models.JSONField("分节意见", default=dict, blank=True, help_text="章节 → 意见")
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审核人")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)

    class Meta:
        verbose_name = "报告轮次"
        verbose_name_plural = "报告轮次"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("report", "number"), name="one_round_per_number", violation_error_message="该轮次已存在。"),
        ]

    def __str__(self):
        return f"{self.report} 第 {self.number} 轮"
