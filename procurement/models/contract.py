"""The contract, and the plan for the day its contractor fails."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from procurement.models.award import Award
from procurement.models.money import FundingLine, money_field
from procurement.models.project import Project
from procurement.models.retained import Retained, RetainedQuerySet
from records.models import Versioned

# Amounts have two places, so this changes no verdict; it keeps SQLite, which adds in floating point, from refusing an equal sum.
SLACK = Decimal("0.004")


class ContractQuerySet(RetainedQuerySet):
    """Seen from both sides: the purchaser's tree and the contractor's own organisation."""

    view_permission = Permission.CONTRACT_VIEW
    scope_lookups = ("project__organisation__path", "contractor__organisation__path")
    scope_by_keys = True

    def running(self):
        return self.filter(status=Contract.Status.IN_SERVICE)


class Contract(Retained, Versioned):
    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        UNDER_REVIEW = "under_review", "待审查"
        APPROVED = "approved", "待承接主体签署"
        SIGNED = "signed", "已签订"
        IN_SERVICE = "in_service", "服务中"
        COMPLETED = "completed", "已履行完毕"
        TERMINATED = "terminated", "已终止"
        CANCELLED = "cancelled", "已作废（未签订）"

    TRANSITIONS = {
        Status.DRAFT: {Status.UNDER_REVIEW, Status.CANCELLED},
        Status.UNDER_REVIEW: {Status.APPROVED, Status.DRAFT, Status.CANCELLED},
        Status.APPROVED: {Status.SIGNED, Status.DRAFT, Status.CANCELLED},
        Status.SIGNED: {Status.IN_SERVICE, Status.TERMINATED},
        Status.IN_SERVICE: {Status.COMPLETED, Status.TERMINATED},
        Status.COMPLETED: set(),
        Status.TERMINATED: set(),
        Status.CANCELLED: set(),
    }
    UNSIGNED = (Status.DRAFT, Status.UNDER_REVIEW, Status.APPROVED)

    project = models.OneToOneField(Project, models.PROTECT, related_name="contract", verbose_name="项目")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="contracts", verbose_name="承接主体")
    award = models.OneToOneField(Award, models.PROTECT, related_name="contract", verbose_name="成交结果")
    number = models.CharField("合同编号", max_length=60, unique=True)
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    amount = money_field("合同金额（元）")
    accepted_amount = money_field("已验收金额（元）", default=Decimal("0.00"))
    paid_amount = money_field("已支付金额（元）", default=Decimal("0.00"), help_text="按验收结算，含抵扣的预付款")
    supplement_amount = money_field("补充合同金额（元）", default=Decimal("0.00"))
    reduced_amount = money_field("变更减少金额（元）", default=Decimal("0.00"))
    retained_amount = money_field("留存金额（元）", default=Decimal("0.00"), help_text="已验收而待评价的部分")
    released_amount = money_field("已释放留存（元）", default=Decimal("0.00"))
    advance_amount = money_field("已付预付款（元）", default=Decimal("0.00"))
    advance_settled = money_field("已抵扣预付款（元）", default=Decimal("0.00"))
    starts_on = models.DateField("服务开始日期", null=True, blank=True)
    ends_on = models.DateField("服务结束日期", null=True, blank=True)
    terminated_on = models.DateField("终止日期", null=True, blank=True, help_text="提前终止的，服务到这一天为止")

    scope = models.TextField("服务内容", blank=True)
    quantity_terms = models.TextField("数量", blank=True)
    quality_terms = models.TextField("质量标准", blank=True)
    price_terms = models.TextField("价格", blank=True)
    settlement = models.TextField("结算方式", blank=True)
    rights_duties = models.TextField("双方权利义务", blank=True)
    liability = models.TextField("违约责任", blank=True)
    exit_triggers = models.JSONField("退出情形", default=list, blank=True)
    exit_clause = models.TextField("退出条款", blank=True)
    report_due_workdays = models.PositiveSmallIntegerField("月报报送期限（工作日）", default=5)

    drafted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="合同经办人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="合同审查人")
    reviewed_at = models.DateTimeField("审查时间", null=True, blank=True)
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承接主体签署人")
    signed_at = models.DateTimeField("签订时间", null=True, blank=True)
    announced_at = models.DateTimeField("合同公告时间", null=True, blank=True)
    started_at = models.DateTimeField("服务启动时间", null=True, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "合同"
        verbose_name_plural = "合同"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("-created_at", "-id"), name="contract_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="contract_amount_positive", violation_error_message="合同金额必须大于零。"
            ),
            models.CheckConstraint(
                condition=Q(supplement_amount__gte=0) & Q(amount__gte=F("supplement_amount") * 10),
                name="contract_supplements_within_tenth",
                violation_error_message="补充合同累计不能超过原合同金额的百分之十。",
            ),
            models.CheckConstraint(
                condition=Q(reduced_amount__gte=0) & Q(reduced_amount__lt=F("amount") + F("supplement_amount")),
                name="contract_reduced_within_amount",
                violation_error_message="变更减少的金额应小于合同金额。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_amount__gte=0)
                & Q(accepted_amount__lte=F("amount") + F("supplement_amount") - F("reduced_amount") + SLACK),
                name="contract_accepted_within_amount",
                violation_error_message="已验收金额不能超过合同金额。",
            ),
            models.CheckConstraint(
                condition=Q(released_amount__gte=0)
                & Q(released_amount__lte=F("retained_amount"))
                & Q(retained_amount__lte=F("accepted_amount")),
                name="contract_retained_within_accepted",
                violation_error_message="留存不能超过已验收金额，释放不能超过留存。",
            ),
            models.CheckConstraint(
                condition=Q(paid_amount__gte=0)
                & Q(paid_amount__lte=F("accepted_amount") - F("retained_amount") + F("released_amount") + SLACK),
                name="contract_paid_within_accepted",
                violation_error_message="已支付金额不能超过已验收金额（留存未释放的部分除外）。",
            ),
            models.CheckConstraint(
                condition=Q(advance_settled__gte=0)
                & Q(advance_settled__lte=F("advance_amount"))
                & Q(
                    advance_amount__lte=F("amount")
                    + F("supplement_amount")
                    - F("reduced_amount")
                    - F("paid_amount")
                    + F("advance_settled")
                    + SLACK
                ),
                name="contract_advance_within_amount",
                violation_error_message="预付款与已支付合计不能超过合同金额，抵扣不能超过预付款。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message="服务结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="contract_reviewer_is_not_handler",
                violation_error_message="合同审查人与经办人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "under_review", "approved", "cancelled")) | Q(signed_at__isnull=False),
                name="contract_signed_before_service",
                violation_error_message="合同未签订，不能开始服务。",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.project.name}"

    @property
    def value(self):
        """What the contract is worth now: the award, with supplements and reductions in force (P-23)."""
        return self.amount + self.supplement_amount - self.reduced_amount

    @property
    def audit_organisation(self):
        """Whose audit chain keeps what happens here: the purchaser's."""
        return self.project.organisation


class TakeoverPlan(models.Model):
    """Who serves the recipients if the contractor stops overnight (V-08). Must be complete before service starts."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="takeover_plan", verbose_name="合同")
    substitute = models.CharField("接管单位", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    activation_hours = models.PositiveSmallIntegerField("启动时限（小时）", null=True, blank=True)
    funding_line = models.ForeignKey(
        FundingLine, models.PROTECT, related_name="takeover_plans", null=True, blank=True, verbose_name="经费来源行"
    )
    handover_items = models.TextField("交接清单", blank=True, help_text="档案、钥匙、数据等，一行一项")

    class Meta:
        verbose_name = "临时接管预案"
        verbose_name_plural = "临时接管预案"

    def __str__(self):
        return f"{self.contract.number} 接管预案"
