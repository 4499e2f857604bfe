"""Service complaints (服务投诉) of recipients and families: apart from the suppliers' 质疑 and from 信访. Who complained stays hidden."""

from django.db import models
from django.db.models import Q

from accounts.reach import reach_of
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.inspection import Rectification, person_field
from procurement.models.service import ServiceRecipient
from procurement.models.serving import CONTRACTORS
from records.crypto import EncryptedTextField
from records.models import Versioned


class ComplaintQuerySet(ScopedQuerySet):
    """A contractor sees a complaint once it is put to it, in the words that the bureau chose."""

    view_permission = Permission.COMPLAINT_VIEW
    scope_lookups = ("contract__project__organisation__path",)

    def reached_with(self, user, permission):
        found = super().reached_with(user, permission)
        contractors = self._forwarded_to(user, permission)
        return self.filter(Q(pk__in=found.values("pk")) | contractors) if contractors else found

    def _forwarded_to(self, user, permission) -> Q | None:
        paths = [path for path in reach_of(user).paths(permission) if path.startswith(CONTRACTORS)]
        condition = None
        for path in paths:
            mine = Q(forwarded_at__isnull=False, contract__contractor__organisation__path__startswith=path)
            condition = mine if condition is None else condition | mine
        return condition


class ServiceComplaint(Versioned):
    class Channel(models.TextChoices):
        PUBLIC = "public", "网上"
        PHONE = "phone", "电话"
        VISIT = "visit", "来访"
        LETTER = "letter", "来信"

    class About(models.TextChoices):
        ABSENCE = "absence", "没有按时上门"
        QUALITY = "quality", "服务质量"
        ATTITUDE = "attitude", "服务态度"
        FEE = "fee", "向对象收费"
        SAFETY = "safety", "人身财物安全"
        PRIVACY = "privacy", "泄露个人信息"
        OTHER = "other", "其他"

    class Status(models.TextChoices):
        RECEIVED = "received", "待受理"
        ACCEPTED = "accepted", "已受理"
        FORWARDED = "forwarded", "待承接主体说明"
        EXPLAINED = "explained", "待认定答复"
        ANSWERED = "answered", "已答复"
        DECLINED = "declined", "不予受理"

    TRANSITIONS = {
        Status.RECEIVED: {Status.ACCEPTED, Status.DECLINED},
        Status.ACCEPTED: {Status.FORWARDED, Status.ANSWERED},
        Status.FORWARDED: {Status.EXPLAINED, Status.ANSWERED},
        Status.EXPLAINED: {Status.ANSWERED},
        Status.ANSWERED: set(),
        Status.DECLINED: set(),
    }
    OPEN = (Status.RECEIVED, Status.ACCEPTED, Status.FORWARDED, Status.EXPLAINED)
    STATUS_TONES = {Status.RECEIVED: "due", Status.ANSWERED: "ok", Status.DECLINED: "paused"}

    class Verdict(models.TextChoices):
        FOUNDED = "founded", "属实"
        PARTLY = "partly", "部分属实"
        UNFOUNDED = "unfounded", "不属实"
        UNPROVEN = "unproven", "无法查实"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="complaints", verbose_name="合同")
    recipient = models.ForeignKey(
        ServiceRecipient, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="服务对象"
    )
    number = models.PositiveIntegerField("序号")
    code_index = models.CharField("查询码索引", max_length=64, unique=True, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RECEIVED, db_index=True)
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    about = models.CharField("事项", max_length=10, choices=About)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    text = EncryptedTextField("投诉内容")
    complainant = EncryptedTextField("投诉人", blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    disclose = models.BooleanField("同意向承接主体公开身份", default=False)
    brief = models.TextField("转告承接主体的内容", blank=True)
    received_at = models.DateTimeField("收到时间")
    entered_by = person_field("登记人", null=True, blank=True)
    acknowledge_due_on = models.DateField("受理期限", null=True, blank=True)
    acknowledged_at = models.DateTimeField("受理时间", null=True, blank=True)
    acknowledged_by = person_field("受理人", null=True, blank=True)
    answer_due_on = models.DateField("答复期限", null=True, blank=True)
    forwarded_at = models.DateTimeField("转办时间", null=True, blank=True)
    explanation = models.TextField("承接主体说明", blank=True)
    explained_by = person_field("说明人", null=True, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    verdict = models.CharField("认定", max_length=10, choices=Verdict, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = person_field("答复人", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    rectification = models.ForeignKey(Rectification, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="整改")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "服务投诉"
        verbose_name_plural = "服务投诉"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("status", "answer_due_on"), name="complaint_by_due")]
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="complaint_number_once", violation_error_message="序号已使用。"),
            models.CheckConstraint(
                condition=~Q(status="answered") | (~Q(verdict="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="complaint_answered_with_verdict",
                violation_error_message="答复须有认定结果和答复人。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 投诉 {self.number}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
