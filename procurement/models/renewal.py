"""续签: each budget year after the first of a contract over several years opens by an act of its own (P-22)."""

from django.db import models
from django.db.models import F, Q

from procurement.models.amendment import ContractPartQuerySet
from procurement.models.contract import Contract
from procurement.models.money import money_field
from procurement.models.payment import GradeNotice
from records.models import Versioned


class Renewal(Versioned):
    """One year renewed: drafted, reviewed by another person, signed by the contractor, and only then in force."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        UNDER_REVIEW = "under_review", "待审查"
        APPROVED = "approved", "待承接主体签署"
        IN_FORCE = "in_force", "已续签"
        WITHDRAWN = "withdrawn", "不续签"

    TRANSITIONS = {
        Status.DRAFT: {Status.UNDER_REVIEW, Status.WITHDRAWN},
        Status.UNDER_REVIEW: {Status.APPROVED, Status.DRAFT, Status.WITHDRAWN},
        Status.APPROVED: {Status.IN_FORCE, Status.DRAFT, Status.WITHDRAWN},
        Status.IN_FORCE: set(),
        Status.WITHDRAWN: set(),
    }
    OPEN = (Status.DRAFT, Status.UNDER_REVIEW, Status.APPROVED)

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="renewals", verbose_name="合同")
    fiscal_year = models.PositiveSmallIntegerField("续签年度")
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    amount = money_field("该年度合同金额（元）")
    grade_notice = models.ForeignKey(
        GradeNotice, models.PROTECT, related_name="renewals", null=True, blank=True, verbose_name="所依据的评价结果"
    )
    reason = models.TextField("续签理由", blank=True, help_text="没有评价结果或者评价为差的必须写明")
    drafted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="经办人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审查人")
    reviewed_at = models.DateTimeField("审查时间", null=True, blank=True)
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承接主体签署人")
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = "合同续签"
        verbose_name_plural = "合同续签"
        ordering = ("contract", "fiscal_year", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="renewal_amount_positive", violation_error_message="续签金额须大于零。"),
            models.UniqueConstraint(
                fields=("contract", "fiscal_year"),
                condition=~Q(status="withdrawn"),
                name="one_renewal_per_year",
                violation_error_message="该年度的续签已经建立。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="renewal_reviewer_is_not_handler",
                violation_error_message="续签的审查人与经办人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="in_force")
                | (Q(signed_at__isnull=False) & Q(signed_by__isnull=False) & Q(reviewed_by__isnull=False) & Q(reviewed_at__isnull=False)),
                name="renewal_in_force_is_signed",
                violation_error_message="未经审查和签署的续签不能生效。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} {self.fiscal_year} 年度续签"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
