"""What a meeting decided: who does it and by which day, until the result is back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records.models import Versioned
from windows.models.meeting import AgendaItem, DecisionKind, MeetingMinutes


class DecisionQuerySet(ScopedQuerySet):
    """Who convened the meeting, and who has to act on it."""

    view_permission = Permission.MEETING_VIEW
    scope_lookups = ("item__meeting__organisation__path", "owner_organisation__path")
    person_lookups = ("owner",)

    def open(self):
        return self.filter(status=MeetingDecision.Status.OPEN)


class MeetingDecision(Versioned):
    """One decision of signed minutes. ``told_for``: the due day whose passing was told already."""

    class Status(models.TextChoices):
        OPEN = "OPEN", "待落实"
        DONE = "DONE", "已落实"
        REPLACED = "REPLACED", "已被更正后的纪要取代"

    TRANSITIONS = {Status.OPEN: {Status.DONE, Status.REPLACED}, Status.DONE: set(), Status.REPLACED: set()}
    STATUS_TONES = {"REPLACED": "paused"}

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions", verbose_name="议题")
    minutes = models.ForeignKey(MeetingMinutes, models.PROTECT, related_name="decisions", verbose_name="纪要")
    kind = models.CharField("决定", max_length=8, choices=DecisionKind.choices)
    text = models.CharField("决定内容", max_length=500)
    amount = models.DecimalField("金额（元）", max_digits=18, decimal_places=2, null=True, blank=True)
    owner_organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="责任单位")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    days = models.PositiveSmallIntegerField("办理时限（工作日）")
    starts_on = models.DateField("起算日期")
    due_on = models.DateField("到期日", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=200, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    result = models.CharField("落实结果", max_length=500, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人")
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    told_for = models.DateField("已提醒的到期日", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议决定"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_on"], name="meeting_decision_due", condition=Q(status="OPEN")),
            models.Index(fields=["owner", "due_on"], name="meeting_decision_owner", condition=Q(status="OPEN")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(status="OPEN"), name="meeting_decision_one_open_per_item"),
            models.CheckConstraint(
                condition=~Q(status="DONE") | (Q(done_by__isnull=False, done_at__isnull=False) & ~Q(result="")),
                name="meeting_decision_done_in_words",
                violation_error_message="办结须写明落实结果、办结人和时间。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | ~Q(due_note=""),
                name="meeting_decision_has_day_or_reason",
                violation_error_message="决定须有到期日，没有的须写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="CARRY") & (~Q(kind="AMOUNT") | Q(amount__isnull=False, amount__gt=0)), name="meeting_decision_kind_fits"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.item.title}"

    @property
    def audit_organisation(self):
        return self.item.meeting.organisation
