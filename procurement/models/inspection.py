"""Inspections and what follows from them: findings, and the rectification that somebody else than the finder must verify (V-06)."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.service import ServiceRecipient, ServiceVisit
from records.models import Versioned


def person_field(label, **options):
    return models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=label, **options)


class InspectionQuerySet(ScopedQuerySet):
    """The purchaser's own: a contractor learns of findings by the rectification notice, not of what is planned."""

    view_permission = Permission.INSPECTION_VIEW
    scope_lookups = ("contract__project__organisation__path",)


class Inspection(Versioned):
    class Kind(models.TextChoices):
        RANDOM = "random", "随机抽查"
        ROUTINE = "routine", "例行检查"
        SPECIAL = "special", "专项检查"

    class Status(models.TextChoices):
        PLANNED = "planned", "待检查"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {Status.PLANNED: {Status.DONE, Status.CANCELLED}, Status.DONE: set(), Status.CANCELLED: set()}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="inspections", verbose_name="合同")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("检查方式", max_length=8, choices=Kind, default=Kind.RANDOM)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PLANNED, db_index=True)
    planned_on = models.DateField("计划日期")
    scope = models.CharField("检查内容", max_length=300)
    seed = models.CharField("抽取种子", max_length=64, blank=True)
    population = models.PositiveIntegerField("抽取范围（人）", default=0)
    population_sha256 = models.CharField("抽取范围摘要", max_length=64, blank=True)
    held_on = models.DateField("检查日期", null=True, blank=True)
    summary = models.TextField("检查情况", blank=True)
    inspector = person_field("检查人", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    created_by = person_field("安排人")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = "检查"
        verbose_name_plural = "检查"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="inspection_number_once", violation_error_message="序号已使用。"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(held_on__isnull=False, inspector__isnull=False),
                name="inspection_done_by_someone",
                violation_error_message="已完成的检查须有检查日期和检查人。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 第 {self.number} 次检查"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class InspectionSubject(models.Model):
    """One person drawn, with the last visit on record when there is one."""

    class Result(models.TextChoices):
        OPEN = "open", "未核查"
        GOOD = "good", "与记录一致"
        PROBLEM = "problem", "有问题"
        UNREACHED = "unreached", "未联系上"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="subjects", verbose_name="检查")
    position = models.PositiveIntegerField("抽取顺序")
    recipient = models.ForeignKey(ServiceRecipient, models.PROTECT, related_name="inspections", verbose_name="服务对象")
    visit = models.ForeignKey(ServiceVisit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核对的服务记录")
    result = models.CharField("核查结果", max_length=10, choices=Result, default=Result.OPEN)
    note = models.CharField("核查情况", max_length=300, blank=True)

    class Meta:
        verbose_name = "抽查对象"
        verbose_name_plural = "抽查对象"
        ordering = ("inspection", "position")
        constraints = [
            models.UniqueConstraint(fields=("inspection", "recipient"), name="drawn_once", violation_error_message="该对象已在名单中。"),
        ]

    def __str__(self):
        return f"{self.inspection} 第 {self.position} 名"


class RectificationQuerySet(ScopedQuerySet):
    view_permission = Permission.RECTIFICATION_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True

    def open(self):
        return self.filter(status__in=Rectification.OPEN)

    def overdue(self, today):
        return self.filter(status__in=Rectification.OWED, due_on__lt=today)


class Rectification(Versioned):
    """One notice to put things right: demand, deadline, plan, evidence by rounds, and a verdict by another person."""

    class Status(models.TextChoices):
        ISSUED = "issued", "待报整改方案"
        PLANNED = "planned", "整改中"
        EVIDENCE = "evidence", "待复查"
        REOPENED = "reopened", "复查未通过"
        CLOSED = "closed", "整改完成"
        EXIT_REVIEW = "exit_review", "提请退出审查"

    TRANSITIONS = {
        Status.ISSUED: {Status.PLANNED},
        Status.PLANNED: {Status.EVIDENCE},
        Status.EVIDENCE: {Status.CLOSED, Status.REOPENED, Status.EXIT_REVIEW},
        Status.REOPENED: {Status.EVIDENCE},
        Status.CLOSED: set(),
        Status.EXIT_REVIEW: set(),
    }
    OWED = (Status.ISSUED, Status.PLANNED, Status.REOPENED)  # with the contractor
    OPEN = (*OWED, Status.EVIDENCE)
    STATUS_TONES = {Status.CLOSED: "ok", Status.EXIT_REVIEW: "overdue", Status.REOPENED: "due", Status.EVIDENCE: "info"}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rectifications", verbose_name="合同")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="rectifications", verbose_name="检查")
    number = models.PositiveIntegerField("序号")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.ISSUED, db_index=True)
    facts = models.TextField("存在问题")
    clause = models.CharField("依据", max_length=200)
    demand = models.TextField("整改要求")
    due_on = models.DateField("整改期限")
    first_due_on = models.DateField("原定期限")
    extended = models.BooleanField("已延期", default=False)
    extension_reason = models.CharField("延期原因", max_length=300, blank=True)
    notice = models.ForeignKey("records.Notice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整改通知书")
    issued_by = person_field("签发人")
    issued_at = models.DateTimeField("签发时间")
    owner = models.CharField("整改负责人", max_length=40, blank=True)
    plan = models.TextField("整改方案", blank=True)
    planned_by = person_field("方案报送人", null=True, blank=True)
    planned_at = models.DateTimeField("方案报送时间", null=True, blank=True)
    verified_by = person_field("复查人", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    escalated_on = models.DateField("逾期上报日期", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = "整改"
        verbose_name_plural = "整改"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("status", "due_on"), name="rectification_by_due")]
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="rectification_number_once", violation_error_message="序号已用。"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("issued_by")),
                name="rectification_verified_by_another",
                violation_error_message="签发整改通知的人不能复查。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("closed", "exit_review")) | Q(verified_by__isnull=False, closed_at__isnull=False),
                name="rectification_closed_by_someone",
                violation_error_message="办结须有复查人和时间。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("first_due_on")), name="rectification_never_shortened", violation_error_message="期限不能提前。"
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 整改 {self.number}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class Finding(models.Model):
    """One fact found, with the clause it offends and how grave it is. Once a rectification asks for it, it stays in it."""

    class Severity(models.TextChoices):
        MINOR = "minor", "一般"
        MAJOR = "major", "较重"
        GRAVE = "grave", "严重"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings", verbose_name="检查")
    number = models.PositiveSmallIntegerField("序号")
    subject = models.ForeignKey(InspectionSubject, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="抽查对象")
    fact = models.TextField("事实")
    clause = models.CharField("依据（合同条款或者规定）", max_length=200)
    severity = models.CharField("程度", max_length=8, choices=Severity)
    photo = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片")
    found_by = person_field("发现人")
    found_at = models.DateTimeField("登记时间", auto_now_add=True)
    rectification = models.ForeignKey(Rectification, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="整改")

    class Meta:
        verbose_name = "检查发现"
        verbose_name_plural = "检查发现"
        ordering = ("inspection", "number")
        constraints = [
            models.UniqueConstraint(fields=("inspection", "number"), name="finding_number_once", violation_error_message="该序号已使用。"),
        ]

    def __str__(self):
        return f"{self.inspection} 问题 {self.number}"


class RectificationRound(models.Model):
    """One submission of evidence and the verdict on it. Never deleted, never overwritten."""

    class Outcome(models.TextChoices):
        OPEN = "open", "待复查"
        PASSED = "passed", "通过"
        FAILED = "failed", "未通过"

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="rounds", verbose_name="整改")
    number = models.PositiveSmallIntegerField("轮次")
    evidence = models.TextField("整改情况")
    file = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料")
    submitted_by = person_field("报送人")
    submitted_at = models.DateTimeField("报送时间")
    outcome = models.CharField("复查结果", max_length=8, choices=Outcome, default=Outcome.OPEN)
    comment = models.TextField("复查意见", blank=True)
    verified_by = person_field("复查人", null=True, blank=True)
    verified_at = models.DateTimeField("复查时间", null=True, blank=True)

    class Meta:
        verbose_name = "整改轮次"
        verbose_name_plural = "整改轮次"
        ordering = ("rectification", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("rectification", "number"), name="one_evidence_per_round", violation_error_message="轮次已存在。"
            ),
        ]

    def __str__(self):
        return f"{self.rectification} 第 {self.number} 轮"
