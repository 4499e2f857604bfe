"""验收: one paper for each period of the payment schedule. What was promised, what was found, who signed, what recipients said."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.money import money_field
from procurement.models.payment import Instalment
from procurement.models.project import ProjectStandard
from records.crypto import EncryptedTextField
from records.models import Versioned


class AcceptanceQuerySet(ScopedQuerySet):
    view_permission = Permission.CONTRACT_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True

    def counted(self):
        """What the accepted amount of a contract adds up."""
        return self.filter(status__in=Acceptance.CONCLUDED)


class Acceptance(Versioned):
    """验收书 of one period (P-60 … P-62). A failed one is followed by another round; so is a part that was in dispute."""

    class Status(models.TextChoices):
        DRAFT = "draft", "组织验收"
        SIGNING = "signing", "验收组签字"
        PASSED = "passed", "验收合格"
        FAILED = "failed", "验收不合格"
        ANNOUNCED = "announced", "合格，结果已公告"

    TRANSITIONS = {
        Status.DRAFT: {Status.SIGNING},
        Status.SIGNING: {Status.DRAFT, Status.PASSED, Status.FAILED},
        Status.PASSED: {Status.ANNOUNCED},
        Status.FAILED: set(),
        Status.ANNOUNCED: set(),
    }
    CONCLUDED = (Status.PASSED, Status.ANNOUNCED)
    OPEN = (Status.DRAFT, Status.SIGNING)

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances", verbose_name="合同")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="acceptances", verbose_name="付款期次")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT, db_index=True)
    amount = money_field("验收金额（元）", default=0)
    retained_amount = money_field("其中留存（元）", default=0, help_text="与绩效评价挂钩，评价公布后按等级支付")
    withheld = money_field("有争议未验收（元）", default=0)
    reason = models.TextField("扣减、争议或偏差说明", blank=True)
    conclusion = models.TextField("验收意见", blank=True)
    place = models.CharField("验收地点", max_length=120, blank=True)
    prepared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="验收组织人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    concluded_at = models.DateTimeField("验收结论时间", null=True, blank=True)
    announced_at = models.DateTimeField("结果公告时间", null=True, blank=True)
    pay_due_on = models.DateField("付款期限", null=True, blank=True)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="验收结果公告")

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "履约验收"
        verbose_name_plural = "履约验收"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(withheld__gte=0),
                name="acceptance_not_negative",
                violation_error_message="验收金额不能为负。",
            ),
            models.CheckConstraint(
                condition=Q(retained_amount__gte=0) & Q(retained_amount__lte=F("amount")),
                name="acceptance_retained_within_amount",
                violation_error_message="留存金额不能超过验收金额。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "signing")) | Q(concluded_at__isnull=False),
                name="acceptance_concluded_has_date",
                violation_error_message="没有结论时间的验收不能视为完成。",
            ),
            models.CheckConstraint(
                condition=~Q(status="announced") | (Q(announced_at__isnull=False) & Q(notice__isnull=False)),
                name="acceptance_announced_has_notice",
                violation_error_message="验收结果公告须有公告文书。",
            ),
            models.UniqueConstraint(
                fields=("instalment", "round"), name="one_acceptance_per_round", violation_error_message="该期次的这一轮验收已经建立。"
            ),
            models.UniqueConstraint(
                fields=("instalment",),
                condition=Q(status__in=("draft", "signing")),
                name="one_open_acceptance_per_instalment",
                violation_error_message="该期次已有一份验收正在办理。",
            ),
        ]

    def __str__(self):
        more = f"（第 {self.round} 轮）" if self.round > 1 else ""
        return f"{self.instalment.period} 验收{more}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation

    @property
    def payable(self):
        """What may be paid for this period before its evaluation is published."""
        return self.amount - self.retained_amount


class AcceptanceItem(models.Model):
    """One standard of the contract and what was found about it (P-60). It is copied: later changes do not reach a signed paper."""

    class Verdict(models.TextChoices):
        MET = "met", "达到"
        PARTLY = "partly", "部分达到"
        UNMET = "unmet", "未达到"

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="items", verbose_name="验收")
    standard = models.ForeignKey(ProjectStandard, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="服务标准")
    name = models.CharField("标准", max_length=120)
    measure = models.CharField("考核办法", max_length=200, blank=True)
    target = models.CharField("目标值", max_length=60, blank=True)
    finding = models.CharField("实际情况", max_length=300, blank=True)
    verdict = models.CharField("结论", max_length=8, choices=Verdict, blank=True)
    position = models.PositiveSmallIntegerField("序号", default=0)

    class Meta:
        verbose_name = "验收标准"
        verbose_name_plural = "验收标准"
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=("", "met", "partly", "unmet")),
                name="acceptance_item_known_verdict",
                violation_error_message="验收结论不在规定范围。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.target}）"


class AcceptanceMember(models.Model):
    """Somebody of the acceptance group. Staff sign for themselves; who has no account is named, and the paper they signed is kept."""

    class Seat(models.TextChoices):
        LEAD = "lead", "组长"
        MEMBER = "member", "成员"
        RECIPIENT = "recipient", "服务对象代表"
        INVITED = "invited", "应邀第三方或其他供应商"

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="members", verbose_name="验收")
    seat = models.CharField("身份", max_length=12, choices=Seat)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="用户")
    name = EncryptedTextField("姓名", blank=True, help_text="没有账号的成员；公告中隐去服务对象姓名")
    office = models.CharField("单位或身份", max_length=80, blank=True)
    agrees = models.BooleanField("同意验收结论", null=True, blank=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="登记人")
    paper = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="纸质签字件")

    class Meta:
        verbose_name = "验收组成员"
        verbose_name_plural = "验收组成员"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(agrees__isnull=False),
                name="acceptance_signature_says_what",
                violation_error_message="签字须表明是否同意。",
            ),
            models.UniqueConstraint(
                fields=("acceptance", "user"), name="one_seat_per_person_in_acceptance", violation_error_message="该人员已在验收组中。"
            ),
        ]

    def __str__(self):
        return f"{self.get_seat_display()} {self.user or self.office}"


class RecipientOpinion(models.Model):
    """What a service recipient said about the period (P-61). The contractor reads the words, never who said them."""

    class Satisfaction(models.TextChoices):
        GOOD = "good", "满意"
        FAIR = "fair", "基本满意"
        POOR = "poor", "不满意"

    class Channel(models.TextChoices):
        PRESENT = "present", "参加验收"
        VISIT = "visit", "入户"
        PHONE = "phone", "电话"
        PAPER = "paper", "书面"

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="opinions", verbose_name="验收")
    name = EncryptedTextField("服务对象", blank=True)
    satisfaction = models.CharField("评价", max_length=8, choices=Satisfaction)
    channel = models.CharField("方式", max_length=8, choices=Channel)
    text = models.CharField("意见", max_length=500)
    given_on = models.DateField("日期")
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "服务对象意见"
        verbose_name_plural = "服务对象意见"
        ordering = ("given_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="recipient_opinion_has_words", violation_error_message="服务对象意见不能为空。"
            ),
        ]

    def __str__(self):
        return f"{self.get_satisfaction_display()}（{self.get_channel_display()}）"
