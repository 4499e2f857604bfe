"""会商: 一事一议 about a case, and the meetings of the coordination mechanism; who is asked to come, what is talked about."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.reach import reach_of
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.case import Case

RUNNING = ("DRAFT", "CONVENED", "HELD")


class MeetingQuerySet(ScopedQuerySet):
    """By the place that convenes it; and for whoever was invited, once the invitations are out. An invitation lets nobody act."""

    view_permission = Permission.MEETING_VIEW
    scope_lookups = ("organisation__path",)

    def reached_with(self, user, permission):
        reach = reach_of(user)
        condition = self._under(reach.paths(permission))
        if permission == self.view_permission and reach.roles_granting(permission):
            invited = MeetingGuest.objects.filter(called(user)).values("meeting")
            condition |= Q(pk__in=invited, convened_at__isnull=False)
        return self.filter(condition)


def called(user) -> Q:
    """Invitations that mean this person: by name, or as one of the invited organisation itself."""
    return Q(user=user) | Q(organisation__path__in=reach_of(user).exact(Permission.MEETING_VIEW))


class Meeting(Versioned):
    """From the draft of the agenda to the signed minutes. The minutes themselves are papers: see ``MeetingMinutes``."""

    class Kind(models.TextChoices):
        CASE = "CASE", "一事一议个案会商"
        COORDINATION = "COORDINATION", "困难群众基本生活保障协调机制会议"

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "筹备中"
        CONVENED = "CONVENED", "已通知"
        HELD = "HELD", "整理纪要"
        SIGNED = "SIGNED", "纪要已签发"
        CANCELLED = "CANCELLED", "已取消"

    TRANSITIONS = {
        Status.DRAFT: {Status.CONVENED, Status.CANCELLED},
        Status.CONVENED: {Status.HELD, Status.CANCELLED},
        Status.HELD: {Status.SIGNED},
        Status.SIGNED: {Status.HELD},  # a correction: the former paper is withdrawn, the next version says why
        Status.CANCELLED: set(),
    }
    STATUS_TONES = {"CONVENED": "info", "HELD": "due", "SIGNED": "ok", "CANCELLED": "paused"}

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="召集单位")
    kind = models.CharField("会议类别", max_length=12, choices=Kind.choices)
    title = models.CharField("会议名称", max_length=80)
    held_at = models.DateTimeField("召开时间")
    place = models.CharField("地点", max_length=80)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="主持人")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    quorum_note = models.CharField("到会不足仍召开的理由", max_length=200, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    correction_reason = models.CharField("更正纪要的原因", max_length=200, blank=True)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="筹备人")
    arranged_at = models.DateTimeField("筹备时间", default=clock.now)
    convened_at = models.DateTimeField("通知时间", null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会商会议"
        ordering = ["-held_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "status"], name="meeting_of_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["DRAFT", "CANCELLED"]) | Q(convened_at__isnull=False),
                name="meeting_convened_has_time",
                violation_error_message="发出通知的会议须有通知时间。",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | ~Q(cancel_reason=""),
                name="meeting_cancelled_with_reason",
                violation_error_message="取消会议须写明原因。",
            ),
        ]

    def __str__(self):
        return self.title


class MeetingGuest(models.Model):
    """Who is asked to come: an organisation (all who work with us there), a person with an account, or somebody from outside."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="guests", verbose_name="会议")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="参会单位"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="参会人")
    name = models.CharField("姓名", max_length=30, blank=True)
    office = models.CharField("单位和职务", max_length=60, blank=True)
    present = models.BooleanField("到会", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参会单位和人员"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user__isnull=True, name="", office="")
                | Q(organisation__isnull=True, user__isnull=False, name="", office="")
                | (Q(organisation__isnull=True, user__isnull=True) & ~Q(name="") & ~Q(office="")),
                name="meeting_guest_is_one_of_three",
                violation_error_message="参会的要么是单位，要么是本系统用户，要么写明姓名、单位和职务。",
            ),
            models.UniqueConstraint(
                fields=["meeting", "organisation"], condition=Q(organisation__isnull=False), name="meeting_guest_organisation_once"
            ),
            models.UniqueConstraint(fields=["meeting", "user"], condition=Q(user__isnull=False), name="meeting_guest_user_once"),
        ]

    def __str__(self):
        return str(self.organisation or self.user or f"{self.name}（{self.office}）")


class DecisionKind(models.TextChoices):
    ASSIST = "ASSIST", "给予救助（帮扶）"
    AMOUNT = "AMOUNT", "一事一议确定金额"
    REFUSE = "REFUSE", "不予救助"
    ASSIGN = "ASSIGN", "明确由单位办理"
    OTHER = "OTHER", "其他决定"
    CARRY = "CARRY", "留待下次会议研究"


class AgendaItem(Versioned):
    """One matter. ``title`` is masked when it is put on; a case is named by its number, never by its person."""

    class Source(models.TextChoices):
        SILENT = "SILENT", "部门逾期未办"
        RETURNED = "RETURNED", "部门退回"
        UNFIT = "UNFIT", "一表登记，没有对应事项"
        OBJECTION = "OBJECTION", "公示异议"
        LATE = "LATE", "办理环节逾期"
        REFUSED = "REFUSED", "多次不予受理（确认）"
        CARRIED = "CARRIED", "上次会议留待研究"
        FREE = "FREE", "其他议题"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name="会议")
    position = models.PositiveSmallIntegerField("序号")
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    title = models.CharField("议题", max_length=120)
    brief = models.CharField("提请事由", max_length=300, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="申请")
    referral = models.ForeignKey("windows.Referral", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="转办件")
    objection = models.ForeignKey(
        "windows.NoticeObjection", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公示异议"
    )
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to", verbose_name="上次议题")
    discussion = EncryptedTextField("讨论情况", blank=True)
    decision = models.CharField("决定", max_length=8, choices=DecisionKind.choices, blank=True)
    decision_text = models.CharField("决定内容", max_length=500, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=18, decimal_places=2, null=True, blank=True)
    owner_organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    days = models.PositiveSmallIntegerField("办理时限（工作日）", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议议题"
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["", "CARRY"])
                | (Q(owner__isnull=False, owner_organisation__isnull=False, days__isnull=False, days__gte=1) & ~Q(decision_text="")),
                name="agenda_item_decided_has_owner_and_day",
                violation_error_message="决定须有内容、责任单位、责任人和办理时限。",
            ),
            models.CheckConstraint(
                condition=~Q(decision="AMOUNT") | Q(amount__isnull=False, amount__gt=0),
                name="agenda_item_amount_is_a_sum",
                violation_error_message="确定金额的须填大于零的金额。",
            ),
            models.CheckConstraint(
                condition=~Q(source="CARRIED") | Q(carried_from__isnull=False),
                name="agenda_item_carried_from_one",
                violation_error_message="上次留待研究的须关联上次议题。",
            ),
            models.UniqueConstraint(fields=["meeting", "carried_from"], name="agenda_item_carried_once"),
            models.UniqueConstraint(fields=["meeting", "referral"], name="agenda_item_referral_once"),
            models.UniqueConstraint(fields=["meeting", "objection"], name="agenda_item_objection_once"),
        ]

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.meeting.organisation


class MeetingMinutes(models.Model):
    """One signed version. What it says is frozen in its paper; the database lets nobody change either, nor the items while it stands."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name="会议")
    ordinal = models.PositiveSmallIntegerField("第几版")
    reason = models.CharField("更正原因", max_length=200, blank=True)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="会议纪要")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    signed_at = models.DateTimeField("签发时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "会议纪要"
        ordering = ["meeting", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "ordinal"], name="meeting_minutes_version_once"),
            models.CheckConstraint(
                condition=Q(ordinal=1) | ~Q(reason=""),
                name="meeting_minutes_corrected_with_reason",
                violation_error_message="更正纪要须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.meeting} 纪要第 {self.ordinal} 版"
