"""Money of a running contract: what it says about paying, the schedule, what is retained and released, what was paid.

The sums stand on the contract (``Contract.accepted_amount`` … ``paid_amount``) with their constraints; on PostgreSQL triggers add up the
rows as well (migration ``contract_money_guards``), so that no way of writing can pay more than was accepted.
"""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.money import FundingLine, money_field
from records.crypto import EncryptedTextField
from records.models import Versioned

ZERO = Decimal("0.00")


def share_field(label, **extra):
    """A share in percent, 0 to 100."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=ZERO, **extra)


class PaymentTerms(models.Model):
    """结算方式 in figures: how often, how much beforehand, how much waits for the evaluation, to which account."""

    class Cycle(models.IntegerChoices):
        MONTH = 1, "按月"
        QUARTER = 3, "按季"
        HALF = 6, "按半年"
        WHOLE = 0, "期满一次"

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="payment_terms", verbose_name="合同")
    cycle = models.PositiveSmallIntegerField("结算周期", choices=Cycle, default=Cycle.QUARTER)
    advance_share = share_field("预付款比例（%）")
    retained_share = share_field("与绩效评价挂钩的留存比例（%）")
    grade_scale = models.JSONField("留存支付比例", default=dict, blank=True, help_text="评价等级 → 留存部分的支付比例（%）")
    payment_days = models.PositiveSmallIntegerField("付款期限（日）", default=30)
    late_rate = models.DecimalField(
        "约定的逾期年利率（%）", max_digits=5, decimal_places=2, null=True, blank=True, help_text="不填则按每日万分之五"
    )
    payee_bank = models.CharField("乙方开户银行", max_length=80, blank=True)
    payee_account = EncryptedTextField("乙方银行账号", blank=True)

    class Meta:
        verbose_name = "付款条款"
        verbose_name_plural = "付款条款"
        constraints = [
            models.CheckConstraint(
                condition=Q(advance_share__gte=0) & Q(advance_share__lte=100) & Q(retained_share__gte=0) & Q(retained_share__lte=100),
                name="payment_terms_shares_in_range",
                violation_error_message="比例应在 0 至 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(payment_days__gte=1) & Q(payment_days__lte=60),
                name="payment_terms_days_in_range",
                violation_error_message="付款期限最长不超过 60 日。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 付款条款"


class Instalment(models.Model):
    """One period of the payment schedule: accepted on its own (P-62), then paid."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="instalments", verbose_name="合同")
    number = models.PositiveSmallIntegerField("期次")
    period_start = models.DateField("期间开始")
    period_end = models.DateField("期间结束")
    planned = money_field("计划金额（元）")

    class Meta:
        verbose_name = "付款期次"
        verbose_name_plural = "付款期次"
        ordering = ("contract", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "number"), name="one_instalment_per_number", violation_error_message="合同的付款期次不能重复。"
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=0), name="instalment_not_negative", violation_error_message="计划金额不能为负。"
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="instalment_ends_after_start",
                violation_error_message="期间结束不能早于开始。",
            ),
        ]

    def __str__(self):
        return f"第 {self.number} 期（{self.period}）"

    @property
    def period(self) -> str:
        return f"{self.period_start} 至 {self.period_end}"

    def is_over(self, on: date) -> bool:
        return self.period_end < on


class GradeNotice(models.Model):
    """The published evaluation of a contract, as told by the evaluation office: what the retained share and a renewal hang on."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="grade_notices", verbose_name="合同")
    period_start = models.DateField("评价期间开始")
    period_end = models.DateField("评价期间截至")
    grade = models.CharField("评价等级", max_length=2)
    source_url = models.CharField("评价结果", max_length=300)
    told_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, verbose_name="公布人")
    told_at = models.DateTimeField("公布时间", auto_now_add=True)

    class Meta:
        verbose_name = "评价结果通知"
        verbose_name_plural = "评价结果通知"
        ordering = ("period_end", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "source_url"), name="one_grade_per_publication", violation_error_message="该评价结果已经收到。"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=("优", "良", "中", "差")),
                name="grade_notice_known_grade",
                violation_error_message="评价等级不在规定范围。",
            ),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")),
                name="grade_notice_period_in_order",
                violation_error_message="评价期间的开始不能晚于截至日期。",
            ),
        ]

    def __str__(self):
        return f"截至 {self.period_end}：{self.grade}"


class RetainedRelease(models.Model):
    """E-09: the part of what an acceptance retained that the grade sets free. A corrected grade adds a second row, never takes one away."""

    acceptance = models.ForeignKey("procurement.Acceptance", models.PROTECT, related_name="releases", verbose_name="验收")
    grade_notice = models.ForeignKey(GradeNotice, models.PROTECT, related_name="releases", verbose_name="评价结果")
    share = share_field("支付比例（%）")
    amount = money_field("释放金额（元）")
    recover = money_field("应追回（元）", default=ZERO, help_text="更正后等级降低，而按原等级已释放的部分")
    pay_due_on = models.DateField("付款期限", null=True, blank=True)
    released_at = models.DateTimeField("释放时间", auto_now_add=True)

    class Meta:
        verbose_name = "留存释放"
        verbose_name_plural = "留存释放"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("acceptance", "grade_notice"), name="one_release_per_grade", violation_error_message="该期留存已按此评价结果处理。"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(recover__gte=0), name="release_not_negative", violation_error_message="释放金额不能为负。"
            ),
        ]

    def __str__(self):
        return f"留存 {self.amount:,.2f} 元（{self.grade_notice.grade}）"


class PaymentQuerySet(ScopedQuerySet):
    view_permission = Permission.CONTRACT_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True

    def live(self):
        return self.exclude(status=Payment.Status.RETURNED)


class Payment(Versioned):
    """One payment: asked for by the officer, confirmed by finance when the treasury has paid. Nobody does both."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", "预付款"
        INSTALMENT = "instalment", "验收付款"
        RETAINED = "retained", "留存支付"

    class Status(models.TextChoices):
        REQUESTED = "requested", "待财务确认"
        PAID = "paid", "已支付"
        RETURNED = "returned", "已退回"

    TRANSITIONS = {Status.REQUESTED: {Status.PAID, Status.RETURNED}, Status.PAID: set(), Status.RETURNED: set()}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="payments", verbose_name="合同")
    kind = models.CharField("类型", max_length=12, choices=Kind)
    acceptance = models.ForeignKey(
        "procurement.Acceptance", models.PROTECT, related_name="payments", null=True, blank=True, verbose_name="验收"
    )
    release = models.ForeignKey(RetainedRelease, models.PROTECT, related_name="payments", null=True, blank=True, verbose_name="留存释放")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.REQUESTED, db_index=True)
    amount = money_field("支付金额（元）")
    offset = money_field("抵扣预付款（元）", default=ZERO)
    payee_name = models.CharField("收款人", max_length=120)
    payee_bank = models.CharField("开户银行", max_length=80)
    payee_account = EncryptedTextField("账号")
    due_on = models.DateField("付款期限", null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="申请人")
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="财务确认人")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    paid_on = models.DateField("支付日期", null=True, blank=True)
    voucher = models.CharField("国库支付凭证号", max_length=60, blank=True)
    late_days = models.PositiveSmallIntegerField("逾期天数", default=0)
    interest = money_field("逾期利息（元）", default=ZERO)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "支付"
        verbose_name_plural = "支付"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("status", "due_on"), name="payment_by_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(offset__gte=0) & (Q(amount__gt=0) | Q(offset__gt=0)),
                name="payment_amount_positive",
                violation_error_message="支付金额必须大于零。",
            ),
            models.CheckConstraint(
                condition=Q(kind="advance", acceptance__isnull=True, release__isnull=True, offset=0)
                | Q(kind="instalment", acceptance__isnull=False, release__isnull=True)
                | Q(kind="retained", acceptance__isnull=False, release__isnull=False, offset=0),
                name="payment_rests_on_its_ground",
                violation_error_message="支付须有对应的验收或留存释放。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("requested_by")),
                name="payment_two_people",
                violation_error_message="支付的申请人与确认人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid")
                | (Q(confirmed_by__isnull=False) & Q(paid_on__isnull=False) & Q(confirmed_at__isnull=False) & ~Q(voucher="")),
                name="payment_paid_has_voucher",
                violation_error_message="已支付须有支付日期和凭证号。",
            ),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(kind="advance") & ~Q(status="returned"),
                name="one_advance_per_contract",
                violation_error_message="该合同的预付款已经申请。",
            ),
            models.UniqueConstraint(
                fields=("acceptance",),
                condition=Q(kind="instalment") & ~Q(status="returned"),
                name="one_payment_per_acceptance",
                violation_error_message="该期验收已经申请支付。",
            ),
            models.UniqueConstraint(
                fields=("release",),
                condition=Q(kind="retained") & ~Q(status="returned"),
                name="one_payment_per_release",
                violation_error_message="该期留存已经申请支付。",
            ),
            models.UniqueConstraint(
                fields=("contract", "voucher"),
                condition=~Q(voucher=""),
                name="one_payment_per_voucher",
                violation_error_message="该凭证号已经登记过。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount:,.2f} 元"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class PaymentLineQuerySet(models.QuerySet):
    def counted_for_cap(self, district, fiscal_year):
        """What purchases of the district were paid, or asked to be paid, from budgets of that year."""
        rows = self.filter(payment__contract__project__organisation__path__startswith=district.path)
        return rows.filter(line__budget__fiscal_year=fiscal_year).exclude(payment__status=Payment.Status.RETURNED)

    def of_ended(self):
        """Purchases that ended without result keep what they were paid; the rest went back to the line."""
        return self.filter(payment__contract__project__status__in=("failed", "terminated"))

    def paid(self):
        return self.filter(payment__status=Payment.Status.PAID)


class PaymentLine(models.Model):
    """How much of a payment comes from which funding line. Together they are the payment, to the cent; no line is overdrawn."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="lines", verbose_name="支付")
    line = models.ForeignKey(FundingLine, models.PROTECT, related_name="payment_lines", verbose_name="资金来源行")
    amount = money_field("金额（元）")

    objects = PaymentLineQuerySet.as_manager()

    class Meta:
        verbose_name = "支付资金来源"
        verbose_name_plural = "支付资金来源"
        ordering = ("payment", "line")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payment_line_positive", violation_error_message="资金来源金额必须大于零。"
            ),
            models.UniqueConstraint(
                fields=("payment", "line"), name="one_payment_line_per_line", violation_error_message="同一资金来源行只能写一次。"
            ),
        ]

    def __str__(self):
        return f"{self.line.get_source_display()} {self.amount:,.2f} 元"
