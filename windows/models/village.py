"""What a township entrusts to a village, with its money; and what the village finds by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.case import Case


class VillageQuerySet(ScopedQuerySet):
    view_permission = Permission.VILLAGE_VIEW
    scope_lookups = ("organisation__path",)


class VillageTask(Versioned):
    """One entrusted piece of work (三（三）): limited kinds, a due day, and the money that goes with it (费随事转)."""

    class Kind(models.TextChoices):
        SCREENING = "SCREENING", "困难排查"
        FINDING = "FINDING", "发现报告"
        CHECK = "CHECK", "协助经济状况核查"
        NOTICE = "NOTICE", "公示监督"
        DYNAMIC = "DYNAMIC", "动态管理"
        REPORTING = "REPORTING", "信息报送"
        GUIDE = "GUIDE", "咨询宣传"

    class Status(models.TextChoices):
        OPEN = "OPEN", "待办"
        REPORTED = "REPORTED", "已报送"
        RETURNED = "RETURNED", "退回补充"
        ACCEPTED = "ACCEPTED", "已核收"
        CANCELLED = "CANCELLED", "已取消"

    TRANSITIONS = {
        Status.OPEN: {Status.REPORTED, Status.CANCELLED},
        Status.REPORTED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.REPORTED, Status.CANCELLED},
        Status.ACCEPTED: set(),
        Status.CANCELLED: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="村（社区）")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="village_tasks", verbose_name="相关申请")
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    title = models.CharField("任务", max_length=80)
    detail = models.CharField("要求", max_length=500, blank=True)
    due_on = models.DateField("完成期限")
    fee = models.DecimalField("经费（元）", max_digits=18, decimal_places=2, null=True, blank=True)
    fund_source = models.CharField("经费来源", max_length=80, blank=True)
    no_fee_reason = models.CharField("不拨经费的理由", max_length=200, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.OPEN)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="布置人")
    set_at = models.DateTimeField("布置时间", default=clock.now)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核收人"
    )
    accepted_on = models.DateField("核收日期", null=True, blank=True)

    objects = VillageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "村级任务"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["organisation", "status", "due_on"], name="village_task_desk")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(fee__isnull=False, fee__gt=0) & ~Q(fund_source="")) | (Q(fee__isnull=True) & ~Q(no_fee_reason="")),
                name="village_task_carries_money_or_reason",
                violation_error_message="任务要么写明经费和来源，要么写明不拨经费的理由。",
            ),
            models.CheckConstraint(
                condition=~Q(status="ACCEPTED") | Q(accepted_by__isnull=False, accepted_on__isnull=False),
                name="village_task_accepted_by_someone",
                violation_error_message="核收须有核收人和日期。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation.name} {self.title}"


class VillageReport(models.Model):
    """What the assistant did. A returned task gets another round; the first stays."""

    task = models.ForeignKey(VillageTask, models.PROTECT, related_name="reports", verbose_name="任务")
    ordinal = models.PositiveSmallIntegerField("轮次")
    done_on = models.DateField("完成日期")
    households = models.PositiveIntegerField("走访户数", null=True, blank=True)
    text = models.CharField("完成情况", max_length=500)
    photo = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    reported_at = models.DateTimeField("报送时间", default=clock.now)
    return_reason = models.CharField("退回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "村级任务报送"
        ordering = ["task", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["task", "ordinal"], name="village_report_round_once")]

    def __str__(self):
        return f"{self.task} 第 {self.ordinal} 次"


class Finding(Versioned):
    """Somebody in need, or a household that changed, found by the village without an application (W-10)."""

    class Kind(models.TextChoices):
        NEED = "NEED", "发现困难群众"
        CHANGE = "CHANGE", "在册家庭情况变化"

    class Status(models.TextChoices):
        REPORTED = "REPORTED", "待处理"
        REGISTERED = "REGISTERED", "已登记申请"
        CLOSED = "CLOSED", "已处理"

    TRANSITIONS = {
        Status.REPORTED: {Status.REGISTERED, Status.CLOSED},
        Status.REGISTERED: set(),
        Status.CLOSED: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="村（社区）")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    name = EncryptedTextField("姓名", blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    place = EncryptedTextField("住处", blank=True)
    situation = models.CharField("情况", max_length=500)
    urgent = models.BooleanField("急难，需马上处理", default=False)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.REPORTED)
    due_on = models.DateField("处理期限", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=120, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间", default=clock.now)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="登记的申请")
    answer = models.CharField("处理情况", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = VillageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主动发现"
        ordering = ["-reported_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "status"], name="finding_of_village")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="REPORTED") | (~Q(answer="") & Q(answered_by__isnull=False)),
                name="finding_ended_with_answer",
                violation_error_message="处理完毕须写明处理情况。",
            ),
            models.CheckConstraint(
                condition=~Q(status="REGISTERED") | Q(case__isnull=False),
                name="finding_registered_has_case",
                violation_error_message="已登记的须关联申请。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation.name} {self.get_kind_display()}"
