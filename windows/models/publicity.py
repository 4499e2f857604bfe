"""初审公示: the paper that hangs for its minimum period; and 公示异议, what anybody says against it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.case import Case, CaseStep


class PublicityQuerySet(ScopedQuerySet):
    """Hangs in public; in the portal for the township, everybody above it, and the village that posts it."""

    view_permission = Permission.CASE_VIEW
    scope_lookups = ("case__organisation__path", "village__path")

    def running(self):
        return self.filter(status=Publicity.Status.RUNNING)


class Publicity(models.Model):
    """One posting with exactly the fields that may be posted. A second round is a new row."""

    class Status(models.TextChoices):
        RUNNING = "RUNNING", "公示中"
        FINISHED = "FINISHED", "已期满"
        SUPERSEDED = "SUPERSEDED", "须重新公示"
        STOPPED = "STOPPED", "已终止"

    TRANSITIONS = {
        Status.RUNNING: {Status.FINISHED, Status.SUPERSEDED, Status.STOPPED},
        Status.FINISHED: {Status.SUPERSEDED},  # by an objection that was raised in time and brought late
        Status.SUPERSEDED: set(),
        Status.STOPPED: set(),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="publicities", verbose_name="申请")
    step = models.ForeignKey(CaseStep, models.PROTECT, related_name="publicities", verbose_name="环节")
    village = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="村（社区）")
    ordinal = models.PositiveSmallIntegerField("第几次")
    shown_name = models.CharField("申请人（公示）", max_length=60)
    family_count = models.PositiveSmallIntegerField("家庭成员数量")
    grants = models.BooleanField("拟给予")
    phone = models.CharField("监督电话", max_length=30)
    starts_on = models.DateField("公示之日")
    ends_on = models.DateField("期满之日")
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.RUNNING)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="公示文书")
    task = models.OneToOneField("windows.VillageTask", models.PROTECT, related_name="publicity", verbose_name="公示监督任务")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="出具人")

    objects = PublicityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "初审公示"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "ordinal"], name="publicity_round_once"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status="RUNNING"),
                name="publicity_one_running_per_case",
                violation_error_message="该申请正在公示。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="publicity_in_order", violation_error_message="期满之日须晚于公示之日。"
            ),
            models.CheckConstraint(
                condition=Q(family_count__gte=1), name="publicity_family_counted", violation_error_message="家庭成员至少一人。"
            ),
        ]

    def __str__(self):
        return f"{self.case.number} 第 {self.ordinal} 次公示"

    @property
    def audit_organisation(self):
        return self.case.organisation


class ObjectionQuerySet(ScopedQuerySet):
    """Who objected is a secret of those who look into it."""

    view_permission = Permission.INQUIRY_VIEW
    scope_lookups = ("case__organisation__path",)

    def open(self):
        return self.filter(status=NoticeObjection.Status.OPEN)


class NoticeObjection(Versioned):
    """What somebody said against a notice that hung, what a new inquiry found, and what that person was told."""

    class Status(models.TextChoices):
        OPEN = "OPEN", "调查中"
        ANSWERED = "ANSWERED", "已答复"
        STOPPED = "STOPPED", "已终止"

    class Channel(models.TextChoices):
        VISIT = "VISIT", "来访"
        PHONE = "PHONE", "来电"
        LETTER = "LETTER", "来信"
        ONLINE = "ONLINE", "网络"
        VILLAGE = "VILLAGE", "村（社区）转来"

    class Way(models.TextChoices):
        FACE = "FACE", "当面"
        PHONE = "PHONE", "电话"
        LETTER = "LETTER", "书面"
        NONE = "NONE", "匿名，无法直接答复"

    TRANSITIONS = {Status.OPEN: {Status.ANSWERED, Status.STOPPED}, Status.ANSWERED: set(), Status.STOPPED: set()}

    case = models.ForeignKey(Case, models.PROTECT, related_name="objections", verbose_name="申请")
    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="objections", verbose_name="公示")
    ordinal = models.PositiveSmallIntegerField("第几件")
    anonymous = models.BooleanField("匿名", default=False)
    objector = EncryptedTextField("异议人", blank=True)
    contact = EncryptedTextField("联系方式", blank=True)
    channel = models.CharField("途径", max_length=8, choices=Channel.choices)
    text = EncryptedTextField("异议内容")
    raised_on = models.DateField("提出日期")
    recorded_on = models.DateField("登记日期", default=clock.today)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    due_on = models.DateField("答复期限", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=120, blank=True)
    told_for = models.DateField("已提醒的到期日", null=True, blank=True)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.OPEN)
    visit = models.ForeignKey("windows.HomeVisit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重新调查")
    upheld = models.BooleanField("异议成立", null=True, blank=True)
    finding = EncryptedTextField("认定", blank=True)
    reply = EncryptedTextField("答复内容", blank=True)
    reply_way = models.CharField("答复方式", max_length=8, choices=Way.choices, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    stopped_reason = models.CharField("终止原因", max_length=200, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="notice_objection_ordinal"),
            models.CheckConstraint(
                condition=Q(raised_on__lte=F("recorded_on")),
                name="notice_objection_not_ahead",
                violation_error_message="提出日期不能晚于登记日期。",
            ),
            models.CheckConstraint(
                condition=~Q(status="ANSWERED")
                | (Q(visit__isnull=False, upheld__isnull=False, replied_on__isnull=False, settled_by__isnull=False) & ~Q(reply_way="")),
                name="notice_objection_answered_after_inquiry",
                violation_error_message="答复异议须有重新调查、认定、答复方式和日期。",
            ),
            models.CheckConstraint(
                condition=Q(anonymous=True) | ~Q(reply_way="NONE"),
                name="notice_objection_named_is_answered",
                violation_error_message="留了姓名的异议须答复。",
            ),
            models.CheckConstraint(condition=~Q(status="STOPPED") | ~Q(stopped_reason=""), name="notice_objection_stopped_with_reason"),
        ]

    def __str__(self):
        return f"{self.case.number} 第 {self.ordinal} 件异议"

    @property
    def audit_organisation(self):
        return self.case.organisation
