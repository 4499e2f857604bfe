"""What people were taught: planned, held or cancelled; who was there, what the test said, which certificate was issued."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records.models import Notice, Versioned
from staffing.models.staff import StaffMember


class TrainingQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW

    def held(self):
        """What counts for the year (W-22): neither a plan nor what was cancelled."""
        return self.filter(status=Training.Status.HELD)


class Training(Versioned):
    """One business training of a district. ``held_on`` is the planned day until it is held."""

    class Status(models.TextChoices):
        PLANNED = "PLANNED", "已安排"
        HELD = "HELD", "已举办"
        CANCELLED = "CANCELLED", "已取消"

    TRANSITIONS = {Status.PLANNED: {Status.HELD, Status.CANCELLED}, Status.HELD: set(), Status.CANCELLED: set()}

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="trainings", verbose_name="组织单位")
    title = models.CharField("培训名称", max_length=120)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PLANNED)
    held_on = models.DateField("培训日期")
    place = models.CharField("培训地点", max_length=120, blank=True)
    topic = models.CharField("培训内容", max_length=300, blank=True)
    hours = models.PositiveSmallIntegerField("学时")
    capacity = models.PositiveSmallIntegerField("计划人数", null=True, blank=True)
    party_education = models.BooleanField("含党性教育", default=False)
    tested = models.BooleanField("结束时考核", default=False)
    cancellation_reason = models.CharField("取消原因", max_length=200, blank=True)
    attendees = models.ManyToManyField(StaffMember, through="Attendance", related_name="trainings", verbose_name="参训人员")

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "业务培训"
        verbose_name_plural = "业务培训"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title", "held_on"], name="training_once", violation_error_message="该培训已登记。"
            ),
            models.CheckConstraint(condition=Q(hours__gte=1), name="training_has_hours", violation_error_message="学时至少为 1。"),
            models.CheckConstraint(
                condition=~Q(status="PLANNED") | (~Q(place="") & ~Q(topic="") & Q(capacity__isnull=False) & Q(capacity__gte=1)),
                name="training_plan_is_whole",
                violation_error_message="安排培训须写明地点、内容和计划人数。",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | ~Q(cancellation_reason=""),
                name="training_cancelled_with_reason",
                violation_error_message="取消培训须写明原因。",
            ),
        ]

    def __str__(self):
        return self.title


class Attendance(models.Model):
    """One person at one training: how the presence was taken down, the test, the certificate."""

    class Way(models.TextChoices):
        CODE = "CODE", "扫码签到"
        LIST = "LIST", "名册签到"
        LATER = "LATER", "会后补登"

    class Result(models.TextChoices):
        NONE = "NONE", "未考核"
        PASSED = "PASSED", "合格"
        FAILED = "FAILED", "不合格"

    training = models.ForeignKey(Training, models.PROTECT, related_name="attendances", verbose_name="培训")
    member = models.ForeignKey(StaffMember, models.PROTECT, related_name="attendances", verbose_name="参训人")
    way = models.CharField("签到方式", max_length=8, choices=Way, default=Way.LATER)
    signed_at = models.DateTimeField("签到时间", null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签到人")
    result = models.CharField("考核结果", max_length=8, choices=Result, default=Result.NONE)
    score = models.PositiveSmallIntegerField("考核成绩", null=True, blank=True)
    certificate = models.OneToOneField(Notice, models.PROTECT, null=True, blank=True, related_name="attendance", verbose_name="培训证书")

    class Meta:
        verbose_name = "参训记录"
        verbose_name_plural = "参训记录"
        constraints = [
            models.UniqueConstraint(fields=["training", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__lte=100) & ~Q(result="NONE")),
                name="attendance_score_in_range",
                violation_error_message="成绩为 0 至 100 分，并须有考核结果。",
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True) | ~Q(result="FAILED"),
                name="attendance_certificate_not_for_failed",
                violation_error_message="考核不合格的不发证书。",
            ),
            models.CheckConstraint(
                condition=Q(way="LATER") | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="attendance_signed_has_its_moment",
                violation_error_message="签到须有时间和签到人。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.training}"
