"""An organisation asks to be entered into the register, without an account: the application, its papers, what was sent back."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from contractors.models.contractor import LEGAL_FORM_CHOICES, Contractor, person_field
from contractors.rules.application import EVIDENCE_ASKED, SECTION_LABELS
from contractors.rules.forms import CONDITION_LABELS
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned

QUALIFICATION = "QUALIFICATION"
PAPER_CHOICES = [*CONDITION_LABELS.items(), (QUALIFICATION, "资质证书")]
SECTION_CHOICES = list(SECTION_LABELS.items())


class ApplicationQuerySet(ScopedQuerySet):
    """Applications lie with the district bureau that was asked to verify them; drafts are the applicant's alone."""

    view_permission = Permission.APPLICATION_VIEW
    scope_lookups = ("district__path",)

    def reached_with(self, user, permission):
        return super().reached_with(user, permission).exclude(status=Application.Status.DRAFT)

    def waiting(self):
        return self.filter(status=Application.Status.SUBMITTED)


class Application(Versioned):
    class Status(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "待核实"
        RETURNED = "returned", "退回补正"
        APPROVED = "approved", "核实通过"
        REFUSED = "refused", "不予登记"

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.RETURNED, Status.APPROVED, Status.REFUSED},
        Status.RETURNED: {Status.SUBMITTED},
        Status.APPROVED: set(),
        Status.REFUSED: set(),
    }
    OPEN = (Status.DRAFT, Status.RETURNED)

    number = models.CharField("申请编号", max_length=24, unique=True)
    submission_key = models.CharField("提交编号", max_length=64, unique=True, editable=False)
    fingerprint = models.CharField("内容指纹", max_length=64, editable=False)
    code_hash = models.CharField("查询码摘要", max_length=64, editable=False)
    district = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="受理的区县民政局")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    name = models.CharField("单位名称", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18, db_index=True)
    uscc_reason = models.CharField("代码情况说明", max_length=200, blank=True)
    legal_form = models.CharField("组织形式", max_length=24, choices=LEGAL_FORM_CHOICES)
    form_reason = models.CharField("提示事项的说明", max_length=300, blank=True)
    fiscally_funded = models.BooleanField("由财政拨款保障", default=False)
    small_business = models.BooleanField("小型、微型企业", default=False)
    representative = models.CharField("法定代表人（负责人）", max_length=60, blank=True)
    representative_id = EncryptedTextField("法定代表人证件号码", blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    services = models.JSONField("服务内容", default=list, blank=True)
    introduction = models.TextField("单位简介", blank=True)
    declared_by = models.CharField("承诺人", max_length=60, blank=True)
    created_at = models.DateTimeField("开始填写时间", default=clock.now)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True, db_index=True)
    round = models.PositiveSmallIntegerField("第几次提交", default=0)
    judged_by = person_field("核实人", null=True, blank=True)
    judged_at = models.DateTimeField("核实时间", null=True, blank=True)
    verdict_reason = models.TextField("核实意见", blank=True)
    contractor = models.OneToOneField(
        Contractor, models.PROTECT, related_name="application", verbose_name="登记的承接主体", null=True, blank=True
    )
    administrator = person_field("首个账号", null=True, blank=True)
    claimed_at = models.DateTimeField("账号领取时间", null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "登记申请"
        verbose_name_plural = "登记申请"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["district", "status", "submitted_at"], name="application_desk")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(contractor__isnull=False, administrator__isnull=False, judged_by__isnull=False),
                name="application_approved_is_registered",
                violation_error_message="核实通过的申请必须已登记承接主体、建立账号并有核实人。",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False),
                name="application_submitted_at_a_time",
                violation_error_message="已提交的申请必须有提交时间。",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True) | Q(administrator__isnull=False),
                name="application_claimed_has_account",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.number}）"

    @property
    def audit_organisation(self):
        return self.district

    @property
    def is_open(self) -> bool:
        """May the applicant still change it?"""
        return self.status in self.OPEN


class ApplicationPaper(models.Model):
    """One piece of evidence: for a condition of the law, or a qualification with its last valid day."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers", verbose_name="登记申请")
    kind = models.CharField("类别", max_length=24, choices=PAPER_CHOICES)
    title = models.CharField("资质名称", max_length=80, blank=True)
    number = models.CharField("证书编号", max_length=80, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    statement = models.TextField("说明", blank=True)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="材料", null=True, blank=True)
    added_at = models.DateTimeField("上传时间", default=clock.now)

    class Meta:
        verbose_name = "申请材料"
        verbose_name_plural = "申请材料"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], condition=~Q(kind="QUALIFICATION"), name="paper_once_per_condition"),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(statement=""),
                name="paper_says_something",
                violation_error_message="请上传材料或填写说明。",
            ),
        ]

    def __str__(self):
        return self.title or self.get_kind_display()

    @property
    def asked(self) -> str:
        return EVIDENCE_ASKED.get(self.kind, "")


class ApplicationNote(models.Model):
    """Why a section went back, in which round. Kept for good: the applicant is told everything at once."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="notes", verbose_name="登记申请")
    round = models.PositiveSmallIntegerField("第几次提交")
    section = models.CharField("部分", max_length=16, choices=SECTION_CHOICES)
    reason = models.TextField("退回原因")
    returned_by = person_field("退回人")
    returned_at = models.DateTimeField("退回时间", default=clock.now)

    class Meta:
        verbose_name = "退回意见"
        verbose_name_plural = "退回意见"
        ordering = ["round", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "round", "section"], name="note_once_per_round")]

    def __str__(self):
        return f"{self.get_section_display()}（第 {self.round} 次）"
