"""Signs of 转包 (V-03): what the rules found in the data, what the contractor says to it, and what the supervisor wrote down."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.inspection import person_field
from records.models import Versioned


class SuspicionQuerySet(ScopedQuerySet):
    view_permission = Permission.SUSPICION_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True

    def open(self):
        return self.filter(status__in=(Suspicion.Status.OPEN, Suspicion.Status.EXPLAINED))


class Suspicion(Versioned):
    class Sign(models.TextChoices):
        OFF_ROSTER = "off_roster", "服务人员不在名册"
        OTHER_EMPLOYER = "other_employer", "用人单位不是承接主体"
        SHARED_PHONE = "shared_phone", "与其他承接主体人员共用电话"
        SUBCONTRACT = "subcontract", "分包比例偏高"
        PASSED_ON = "passed_on", "款项大部分转付"

    class Status(models.TextChoices):
        OPEN = "open", "待说明"
        EXPLAINED = "explained", "待认定"
        CLEARED = "cleared", "已排除"
        CONFIRMED = "confirmed", "认定转包"

    TRANSITIONS = {
        Status.OPEN: {Status.EXPLAINED, Status.CLEARED, Status.CONFIRMED},
        Status.EXPLAINED: {Status.CLEARED, Status.CONFIRMED},
        Status.CLEARED: set(),
        Status.CONFIRMED: set(),
    }
    STATUS_TONES = {Status.OPEN: "due", Status.EXPLAINED: "info", Status.CLEARED: "ok", Status.CONFIRMED: "overdue"}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspicions", verbose_name="合同")
    sign = models.CharField("迹象", max_length=16, choices=Sign)
    key = models.CharField("对象", max_length=80, help_text="同一迹象同一对象只提示一次")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.OPEN, db_index=True)
    facts = models.TextField("发现的情况")
    found_on = models.DateField("发现日期")
    explanation = models.TextField("承接主体说明", blank=True)
    explained_by = person_field("说明人", null=True, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    outcome = models.TextField("认定意见", blank=True)
    judged_by = person_field("认定人", null=True, blank=True)
    judged_at = models.DateTimeField("认定时间", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        verbose_name = "转包迹象"
        verbose_name_plural = "转包迹象"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "sign", "key"), name="one_suspicion_per_sign", violation_error_message="迹象已登记。"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("cleared", "confirmed")) | (~Q(outcome="") & Q(judged_by__isnull=False)),
                name="suspicion_judged_in_writing",
                violation_error_message="认定须写明意见和认定人。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} {self.get_sign_display()}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
