"""家庭经济状况核对: who is asked about, with whose consent, in which batch, what came back and what the window made of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.case import Case

OPEN_VERIFICATION = ("REQUESTED", "SENT", "ANSWERED")


class Result(models.TextChoices):
    CONSISTENT = "CONSISTENT", "一致"
    INCONSISTENT = "INCONSISTENT", "不一致"
    UNABLE = "UNABLE", "无法核对"


class BatchQuerySet(ScopedQuerySet):
    """Only those who send and take in: a batch holds the numbers of many townships."""

    view_permission = Permission.VERIFICATION_SEND
    scope_lookups = ("organisation__path",)

    def open(self):
        return self.filter(answered__lt=F("total"))


class VerificationBatch(Versioned):
    """What a district asks in one go. ``content``: the file as it goes out, sealed at rest; made by a job."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "Excel（证件号存为文本）"
        CSV = "csv", "CSV（UTF-8）"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="区县民政局")
    number = models.CharField("批次号", max_length=40, unique=True)
    kind = models.CharField("文件格式", max_length=4, choices=Kind.choices)
    total = models.PositiveIntegerField("人数")
    answered = models.PositiveIntegerField("已反馈人数", default=0)
    content = EncryptedTextField("批次文件（加密）", blank=True, editable=False)
    file_hash = models.CharField("文件 SHA-256", max_length=64, blank=True)
    job = models.ForeignKey("records.Job", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="生成任务")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="送核对人")
    sent_at = models.DateTimeField("送核对时间", default=clock.now)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核对批次"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="verification_batch_not_empty"),
            models.CheckConstraint(
                condition=Q(answered__lte=F("total")),
                name="verification_batch_adds_up",
                violation_error_message="已反馈人数不能多于批次人数。",
            ),
        ]

    def __str__(self):
        return self.number


class RequestQuerySet(ScopedQuerySet):
    """The township that asked and the bureau above it; nobody who only serves or supervises."""

    view_permission = Permission.VERIFICATION_VIEW
    scope_lookups = ("case__organisation__path",)

    def open(self):
        return self.filter(status__in=OPEN_VERIFICATION)

    def waiting(self):
        """To go out with the next batch."""
        return self.filter(status=VerificationRequest.Status.REQUESTED, case__status=Case.Status.ACCEPTED)


class VerificationRequest(Versioned):
    """One person of one case. ``result`` is the first answer; later ones that differ stand beside it in ``answers``."""

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", "待送核对"
        SENT = "SENT", "核对中"
        ANSWERED = "ANSWERED", "待处理"
        SETTLED = "SETTLED", "已处理"
        STOPPED = "STOPPED", "已终止"

    class Decision(models.TextChoices):
        ADOPTED = "ADOPTED", "采用核对结果"
        EXPLAINED = "EXPLAINED", "申请人说明成立，按说明认定"
        VISIT = "VISIT", "以入户调查核实为准"

    TRANSITIONS = {
        Status.REQUESTED: {Status.SENT, Status.STOPPED},
        Status.SENT: {Status.ANSWERED, Status.STOPPED},
        Status.ANSWERED: {Status.SETTLED, Status.STOPPED},
        Status.SETTLED: {Status.ANSWERED},
        Status.STOPPED: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="区县民政局")
    case = models.ForeignKey(Case, models.PROTECT, related_name="verifications", verbose_name="申请")
    person = models.ForeignKey("windows.Person", models.PROTECT, related_name="verifications", verbose_name="被核对人")
    relation = models.CharField("与申请人关系", max_length=20, default="本人")
    consent_on = models.DateField("授权日期")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    requested_at = models.DateTimeField("提出时间", default=clock.now)
    due_on = models.DateField("启动核对期限", null=True, blank=True)
    batch = models.ForeignKey(VerificationBatch, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="核对批次")
    result = models.CharField("核对结果", max_length=12, choices=Result.choices, blank=True)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True)
    differs = models.BooleanField("后到结果不同", default=False)
    heard = EncryptedTextField("申请人说明", blank=True)
    heard_on = models.DateField("听取说明日期", null=True, blank=True)
    decision = models.CharField("处理", max_length=10, choices=Decision.choices, blank=True)
    reason = EncryptedTextField("处理理由", blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    stopped_reason = models.CharField("终止原因", max_length=200, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭经济状况核对"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "status"], name="verification_of_district")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person"],
                condition=Q(status__in=OPEN_VERIFICATION),
                name="verification_one_open_per_person",
                violation_error_message="该申请中此人已有未办结的核对。",
            ),
            models.UniqueConstraint(fields=["batch", "person", "case"], name="verification_once_per_batch"),
            models.CheckConstraint(
                condition=~Q(status__in=["SENT", "ANSWERED", "SETTLED"]) | Q(batch__isnull=False), name="verification_sent_in_batch"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ANSWERED", "SETTLED"]) | (~Q(result="") & Q(answered_at__isnull=False)),
                name="verification_answered_has_time",
                violation_error_message="已反馈的核对必须有结果和反馈时间。",
            ),
            models.CheckConstraint(
                condition=~Q(status="SETTLED") | (~Q(decision="") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="verification_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="SETTLED", result="INCONSISTENT") | Q(heard_on__isnull=False),
                name="verification_heard_before_settled",
                violation_error_message="核对结果不一致的，先听取申请人说明。",
            ),
            models.CheckConstraint(condition=~Q(status="STOPPED") | ~Q(stopped_reason=""), name="verification_stopped_with_reason"),
        ]

    def __str__(self):
        return f"{self.case.number} {self.relation}"

    @property
    def audit_organisation(self):
        return self.case.organisation

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_VERIFICATION


class VerificationAnswer(models.Model):
    """One answer as it came. The first counts; one that differs is kept beside it and flags the request."""

    class Channel(models.TextChoices):
        FILE = "FILE", "文件"
        API = "API", "接口"

    request = models.ForeignKey(VerificationRequest, models.PROTECT, related_name="answers", verbose_name="核对")
    ordinal = models.PositiveSmallIntegerField("第几次")
    result = models.CharField("核对结果", max_length=12, choices=Result.choices)
    items = EncryptedTextField("不一致项目", blank=True)
    source = models.CharField("信息来源", max_length=120, blank=True)
    channel = models.CharField("途径", max_length=4, choices=Channel.choices)
    received_at = models.DateTimeField("收到时间", default=clock.now)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="接收人")

    class Meta:
        verbose_name = verbose_name_plural = "核对反馈"
        ordering = ["request", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["request", "ordinal"], name="verification_answer_ordinal"),
            models.CheckConstraint(
                condition=~Q(result="INCONSISTENT") | ~Q(source=""),
                name="verification_answer_names_source",
                violation_error_message="结果不一致的须写明信息来源。",
            ),
        ]

    def __str__(self):
        return f"{self.request} 第 {self.ordinal} 次反馈"
