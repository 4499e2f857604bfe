"""What changes a contract after it is signed: supplementary agreements and lawful changes, and parts given to others with consent."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.money import FundingLine, money_field
from records.models import Versioned

ZERO = Decimal("0.00")


class ContractPartQuerySet(ScopedQuerySet):
    view_permission = Permission.CONTRACT_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True


class Amendment(Versioned):
    """补充合同或合同变更 (P-23, P-24): drafted, reviewed by another person, signed by the contractor, and only then in force."""

    class Ground(models.TextChoices):
        SAME_SERVICE = "same_service", "追加与合同标的相同的服务"
        PUBLIC_INTEREST = "public_interest", "继续履行将损害国家利益和社会公共利益"
        CONTRACT_GROUND = "contract_ground", "合同约定的变更情形"

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        UNDER_REVIEW = "under_review", "待审查"
        APPROVED = "approved", "待承接主体签署"
        IN_FORCE = "in_force", "已生效"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.DRAFT: {Status.UNDER_REVIEW, Status.WITHDRAWN},
        Status.UNDER_REVIEW: {Status.APPROVED, Status.DRAFT, Status.WITHDRAWN},
        Status.APPROVED: {Status.IN_FORCE, Status.DRAFT, Status.WITHDRAWN},
        Status.IN_FORCE: set(),
        Status.WITHDRAWN: set(),
    }
    OPEN = (Status.DRAFT, Status.UNDER_REVIEW, Status.APPROVED)

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments", verbose_name="合同")
    number = models.PositiveSmallIntegerField("序号")
    ground = models.CharField("变更依据", max_length=20, choices=Ground)
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    increase = money_field("增加金额（元）", default=ZERO)
    decrease = money_field("减少金额（元）", default=ZERO)
    ends_on = models.DateField("变更后的服务结束日期", null=True, blank=True)
    content = models.TextField("变更内容")
    reason = models.TextField("变更理由")
    evidence = models.CharField("依据材料", max_length=200, blank=True, help_text="合同条款、会议纪要、文件名称与文号")
    same_terms = models.BooleanField("其他合同条款不变", default=True)
    funding_line = models.ForeignKey(
        FundingLine, models.PROTECT, related_name="amendments", null=True, blank=True, verbose_name="追加资金来源"
    )
    finance_signed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="资金会签人"
    )
    finance_reason = models.TextField("资金会签意见", blank=True)
    drafted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="经办人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审查人")
    reviewed_at = models.DateTimeField("审查时间", null=True, blank=True)
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="承接主体签署人")
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)
    previous_ends_on = models.DateField("变更前的服务结束日期", null=True, blank=True)

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = "合同变更"
        verbose_name_plural = "合同变更"
        ordering = ("contract", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "number"), name="one_amendment_per_number", violation_error_message="合同变更序号重复。"
            ),
            models.CheckConstraint(
                condition=Q(increase__gte=0) & Q(decrease__gte=0) & (Q(increase=0) | Q(decrease=0)),
                name="amendment_one_direction",
                violation_error_message="一份变更只能增加或者减少金额。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="amendment_reviewer_is_not_handler",
                violation_error_message="变更的审查人与经办人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="in_force") | (Q(signed_at__isnull=False) & Q(reviewed_by__isnull=False)),
                name="amendment_in_force_is_signed",
                violation_error_message="未经审查和签署的变更不能生效。",
            ),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(status__in=("draft", "under_review", "approved")),
                name="one_open_amendment_per_contract",
                violation_error_message="该合同已有一份变更正在办理。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 变更 {self.number}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class Subcontract(Versioned):
    """分包 of a part that is not the core, with the purchaser's consent (V-01 … V-03)."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待甲方同意"
        CONSENTED = "consented", "已同意"
        REFUSED = "refused", "不同意"
        ENDED = "ended", "已结束"

    TRANSITIONS = {
        Status.PROPOSED: {Status.CONSENTED, Status.REFUSED},
        Status.CONSENTED: {Status.ENDED},
        Status.REFUSED: set(),
        Status.ENDED: set(),
    }

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="subcontracts", verbose_name="合同")
    contractor = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, related_name="subcontracts", null=True, blank=True, verbose_name="承接主体库中的单位"
    )
    name = models.CharField("分包单位", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.PROPOSED, db_index=True)
    part = models.TextField("分包内容")
    amount = money_field("分包金额（元）")
    core = models.BooleanField("属于合同主体、关键性工作", default=False)
    named_in_bid = models.BooleanField("响应文件中已载明", default=False)
    qualification = models.TextField("分包单位的资格条件", blank=True)
    further_subcontracting = models.BooleanField("分包单位再次分包", default=False)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="提出人")
    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision_note = models.TextField("决定说明", blank=True)

    objects = ContractPartQuerySet.as_manager()

    class Meta:
        verbose_name = "分包"
        verbose_name_plural = "分包"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="subcontract_amount_positive", violation_error_message="分包金额必须大于零。"
            ),
            models.CheckConstraint(
                condition=~Q(status="consented") | (Q(decided_by__isnull=False) & Q(core=False) & Q(further_subcontracting=False)),
                name="subcontract_consented_is_lawful",
                violation_error_message="主体、关键性工作和再次分包不能同意。",
            ),
        ]

    def __str__(self):
        return f"{self.name}：{self.part[:30]}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
