from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.models import Versioned
from windows.models.case import Case
from windows.models.clock import Clocked

OPEN_REFERRAL = ("SENT", "ACKNOWLEDGED", "MORE_ASKED", "RETURNED")


class ReferralQuerySet(ScopedQuerySet):
    """The window that sent it and the receiver both see it."""

    view_permission = Permission.REFERRAL_VIEW
    scope_lookups = ("to_organisation__path", "case__organisation__path")

    def open(self):
        return self.filter(status__in=OPEN_REFERRAL)

    def at_receiver(self):
        """What lies on the receiver's desk."""
        return self.filter(status__in=(Referral.Status.SENT, Referral.Status.ACKNOWLEDGED, Referral.Status.MORE_ASKED))


class Referral(Clocked, Versioned):
    """A sub-case at one department (转办) or charity (转介): its own receiver, its own clock, first to acknowledge, then to answer."""

    class Mode(models.TextChoices):
        TRANSFER = "TRANSFER", "转办"
        REFER = "REFER", "转介"

    class Status(models.TextChoices):
        SENT = "SENT", "待签收"
        ACKNOWLEDGED = "ACKNOWLEDGED", "办理中"
        MORE_ASKED = "MORE_ASKED", "待补充"
        RETURNED = "RETURNED", "已退回"
        ANSWERED = "ANSWERED", "已答复"
        RECALLED = "RECALLED", "已撤回"

    class Outcome(models.TextChoices):
        GRANTED = "GRANTED", "给予救助（服务）"
        DECLINED = "DECLINED", "不符合条件"
        ALREADY = "ALREADY", "已在享受"
        OTHER = "OTHER", "其他"

    TRANSITIONS = {
        Status.SENT: {Status.ACKNOWLEDGED, Status.RETURNED, Status.RECALLED},
        Status.ACKNOWLEDGED: {Status.MORE_ASKED, Status.ANSWERED, Status.RETURNED, Status.RECALLED},
        Status.MORE_ASKED: {Status.ACKNOWLEDGED, Status.RECALLED},
        Status.RETURNED: {Status.SENT, Status.RECALLED},
        Status.ANSWERED: set(),
        Status.RECALLED: set(),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name="申请")
    programme = models.ForeignKey("windows.Programme", models.PROTECT, related_name="+", verbose_name="事项")
    mode = models.CharField("方式", max_length=8, choices=Mode.choices)
    to_organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="接收单位")
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.SENT)
    reason = models.CharField("事由", max_length=500)
    consent = models.BooleanField("已取得申请人同意", default=False)
    sent_at = models.DateTimeField("送出时间", default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="送出人")
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收经办人"
    )
    question = models.CharField("需要补充的内容", max_length=500, blank=True)
    supplement = models.CharField("补充说明", max_length=500, blank=True)
    return_reason = models.CharField("退回理由", max_length=500, blank=True)
    outcome = models.CharField("办理结果", max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField("办理情况", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转办转介件"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["to_organisation", "due_on"], name="referral_desk", condition=Q(status__in=OPEN_REFERRAL)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "programme", "to_organisation"],
                condition=Q(status__in=OPEN_REFERRAL),
                name="referral_one_open_per_receiver",
                violation_error_message="同一事项已送该单位，尚未办结。",
            ),
            models.CheckConstraint(
                condition=Q(mode="TRANSFER") | Q(consent=True),
                name="referral_needs_consent",
                violation_error_message="转介须先取得申请人同意。",
            ),
            models.CheckConstraint(
                condition=~Q(status="ANSWERED") | (~Q(answer="") & ~Q(outcome="") & Q(answered_at__isnull=False)),
                name="referral_answered_in_words",
            ),
            models.CheckConstraint(condition=~Q(status="RETURNED") | ~Q(return_reason=""), name="referral_returned_with_reason"),
        ]

    def __str__(self):
        return f"{self.case.number} {self.get_mode_display()}{self.to_organisation}"

    @property
    def audit_organisation(self):
        return self.case.organisation

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_REFERRAL
