"""慈善帮扶: which charities a bureau has verified, and what each of them offers for a need."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.charity_need import CharityNeed

PROMISED = ("MATCHED", "DELIVERED", "DISPUTED")
HANDED = (*PROMISED, "CONFIRMED", "FAILED", "RELEASED")


class CharityQuerySet(ScopedQuerySet):
    """The bureau that verified it, and the city above."""

    view_permission = Permission.CHARITY_VIEW
    scope_lookups = ("bureau__path",)

    def active(self, on):
        """Whom needs may be shown to on that day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), status=Charity.Status.VERIFIED)


class Charity(Versioned):
    """One organisation as one bureau verified it: what it saw, until when it holds. Another bureau verifies for itself."""

    class Status(models.TextChoices):
        VERIFIED = "VERIFIED", "已核实"
        SUSPENDED = "SUSPENDED", "停用"

    class Form(models.TextChoices):
        CHARITY = "CHARITY", "慈善组织（已登记或者认定）"
        FOUNDATION = "FOUNDATION", "基金会"
        ASSOCIATION = "ASSOCIATION", "社会团体"
        SERVICE = "SERVICE", "社会服务机构"
        RED_CROSS = "RED_CROSS", "红十字会"

    TRANSITIONS = {Status.VERIFIED: {Status.SUSPENDED}, Status.SUSPENDED: {Status.VERIFIED}}

    bureau = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="核实的区县民政局")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="charities", verbose_name="慈善组织")
    form = models.CharField("组织形式", max_length=12, choices=Form.choices)
    registration = models.CharField("登记（认定）证书号", max_length=60)
    registrar = models.CharField("登记机关", max_length=60)
    valid_until = models.DateField("证书有效期至", null=True, blank=True)
    scope = models.CharField("帮扶范围", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=60)
    phone = models.CharField("联系电话", max_length=30)
    checked_on = models.DateField("核实日期")
    checked_how = models.CharField("核实方式", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.VERIFIED)
    suspended_reason = models.CharField("停用原因", max_length=200, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核实人")

    objects = CharityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "慈善组织"
        ordering = ["bureau", "organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "organisation"], name="charity_once_per_bureau", violation_error_message="该组织已在本区县登记。"
            ),
            models.CheckConstraint(
                condition=~Q(status="SUSPENDED") | ~Q(suspended_reason=""),
                name="charity_suspended_with_reason",
                violation_error_message="停用须写明原因。",
            ),
        ]

    def __str__(self):
        return self.organisation.name

    @property
    def audit_organisation(self):
        return self.bureau

    def is_active(self, on) -> bool:
        return self.status == self.Status.VERIFIED and (self.valid_until is None or self.valid_until >= on)


class CharityOfferQuerySet(ScopedQuerySet):
    """A charity sees its own offers and nobody else's; offices reach them through the need."""

    view_permission = Permission.CHARITY_OFFER
    scope_lookups = ("charity__organisation__path",)

    def promised(self):
        """Matched and not yet settled: what still counts against the need beside what was confirmed."""
        return self.filter(status__in=PROMISED)


class CharityOffer(Versioned):
    """What one charity offers for one need, wholly or in part; what may be handed to it is decided with the match."""

    class Status(models.TextChoices):
        OFFERED = "OFFERED", "待对接"
        MATCHED = "MATCHED", "已对接"
        DECLINED = "DECLINED", "未采纳"
        WITHDRAWN = "WITHDRAWN", "已撤回"
        DELIVERED = "DELIVERED", "待受助人确认"
        CONFIRMED = "CONFIRMED", "已确认收到"
        DISPUTED = "DISPUTED", "投诉核实中"
        FAILED = "FAILED", "未履行"
        RELEASED = "RELEASED", "已解除"

    TRANSITIONS = {
        Status.OFFERED: {Status.MATCHED, Status.DECLINED, Status.WITHDRAWN},
        Status.MATCHED: {Status.DELIVERED, Status.DISPUTED, Status.RELEASED},
        Status.DELIVERED: {Status.CONFIRMED, Status.DISPUTED},
        Status.CONFIRMED: {Status.DISPUTED},
        Status.DISPUTED: {Status.MATCHED, Status.DELIVERED, Status.CONFIRMED, Status.FAILED},
        Status.DECLINED: set(),
        Status.WITHDRAWN: set(),
        Status.FAILED: set(),
        Status.RELEASED: set(),
    }

    need = models.ForeignKey(CharityNeed, models.PROTECT, related_name="offers", verbose_name="需求")
    charity = models.ForeignKey(Charity, models.PROTECT, related_name="offers", verbose_name="慈善组织")
    quantity = models.DecimalField("认领数量", max_digits=12, decimal_places=2)
    note = models.CharField("说明", max_length=300, blank=True)
    ready_on = models.DateField("预计交付日期")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OFFERED)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="认领人")
    offered_at = models.DateTimeField("认领时间", default=clock.now)
    due_on = models.DateField("本环节期限", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=120, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对接人")
    decided_on = models.DateField("对接日期", null=True, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    hand_name = models.BooleanField("提供姓名", default=False)
    hand_phone = models.BooleanField("提供联系电话", default=False)
    hand_address = models.BooleanField("提供住址", default=False)
    delivered_on = models.DateField("交付日期", null=True, blank=True)
    delivered = models.DecimalField("交付数量", max_digits=12, decimal_places=2, null=True, blank=True)
    evidence = EncryptedTextField("交付情况和凭证", blank=True)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证")
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交付登记人"
    )
    confirmed_on = models.DateField("受助人确认日期", null=True, blank=True)
    confirmed_how = EncryptedTextField("确认情况", blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认登记人"
    )

    objects = CharityOfferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "慈善认领"
        ordering = ["pk"]
        indexes = [models.Index(fields=["charity", "-id"], name="charity_offer_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "charity"],
                condition=Q(status__in=("OFFERED", *PROMISED)),
                name="charity_offer_one_open",
                violation_error_message="本组织已认领该需求，尚未办结。",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="charity_offer_is_something", violation_error_message="认领数量须大于零。"
            ),
            models.CheckConstraint(
                condition=Q(hand_name=False, hand_phone=False, hand_address=False) | Q(status__in=HANDED),
                name="charity_offer_identity_after_match",
                violation_error_message="对接之后才能提供身份信息。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=HANDED) | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="charity_offer_matched_by_someone",
                violation_error_message="对接须有对接人和日期。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("DELIVERED", "CONFIRMED"))
                | Q(delivered_on__isnull=False, delivered__isnull=False, delivered__gt=0, delivered__lte=F("quantity")),
                name="charity_offer_delivered_within",
                violation_error_message="交付须有日期，数量大于零且不超过对接数量。",
            ),
            models.CheckConstraint(
                condition=~Q(status="CONFIRMED") | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="charity_offer_confirmed_by_someone",
                violation_error_message="确认须有日期和登记人。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("DECLINED", "FAILED", "RELEASED")) | ~Q(reason=""),
                name="charity_offer_ended_with_reason",
                violation_error_message="未采纳、未履行、解除须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.need.code} {self.charity}"

    @property
    def audit_organisation(self):
        return self.need.organisation


class OfferComplaint(Versioned):
    """The recipient says that it did not come, or not as promised. While it is open the offer stands still."""

    class Status(models.TextChoices):
        OPEN = "OPEN", "核实中"
        UPHELD = "UPHELD", "投诉成立"
        REJECTED = "REJECTED", "投诉不成立"

    TRANSITIONS = {Status.OPEN: {Status.UPHELD, Status.REJECTED}, Status.UPHELD: set(), Status.REJECTED: set()}

    offer = models.ForeignKey(CharityOffer, models.PROTECT, related_name="complaints", verbose_name="认领")
    was = models.CharField("投诉时状态", max_length=10, choices=CharityOffer.Status.choices)
    text = EncryptedTextField("投诉内容")
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("核实期限", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=120, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    finding = EncryptedTextField("核实情况", blank=True)
    settled_on = models.DateField("核实日期", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人")

    class Meta:
        verbose_name = verbose_name_plural = "慈善帮扶投诉"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(status="OPEN"), name="offer_complaint_one_open", violation_error_message="该投诉正在核实。"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN") | Q(settled_on__isnull=False, settled_by__isnull=False),
                name="offer_complaint_settled_by_someone",
                violation_error_message="核实完毕须有核实人和日期。",
            ),
        ]

    def __str__(self):
        return f"{self.offer} 投诉"

    @property
    def audit_organisation(self):
        return self.offer.need.organisation
