"""Who serves: the posted roster of the contractor, or of the office that took over. Never hired out to the purchaser (P-33)."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.serving import serving_of
from records.crypto import EncryptedTextField
from records.models import Versioned


class WorkerQuerySet(ScopedQuerySet):
    """The purchaser's side sees the rosters of its contracts, whoever serves its own people."""

    view_permission = Permission.SERVICE_VIEW
    scope_lookups = ("contract__project__organisation__path", "contractor__organisation__path", "office__path")

    def reached_with(self, user, permission):
        serving = serving_of(user, permission)
        return self.filter(serving.bought() | serving.by_firm("contractor") | serving.by_office("office"))

    def on_post(self, on):
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class PostedWorker(Versioned):
    """One person who serves under one contract. Name, ID number and phone encrypted; found again by blind indexes."""

    class Engagement(models.TextChoices):
        EMPLOYEE = "employee", "劳动合同"
        PART_TIME = "part_time", "非全日制用工"
        SERVICE = "service", "劳务协议"
        DISPATCH = "dispatch", "劳务派遣"
        OFFICE = "office", "本单位工作人员"

    class Place(models.TextChoices):
        """The four places of clause 三（二） (W-20), and the recipient's own home."""

        HOME = "home", "服务对象家中"
        BUREAU = "bureau", "区县民政部门"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"
        INSTITUTION = "institution", "特困人员供养服务机构"

    class Qualification(models.TextChoices):
        NONE = "none", "无"
        CARE = "care", "养老护理员"
        NURSE = "nurse", "护士（师）"
        ASSISTANT = "assistant", "助理社会工作师"
        SOCIAL_WORKER = "social_worker", "社会工作师"
        SENIOR = "senior", "高级社会工作师"
        REHAB = "rehab", "康复治疗师（士）"
        COUNSEL = "counsel", "心理咨询师"
        OTHER = "other", "其他资格"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="workers", verbose_name="合同")
    contractor = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, related_name="workers", null=True, blank=True, verbose_name="派出单位"
    )
    office = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="派出的政府单位"
    )
    name = EncryptedTextField("姓名")
    id_number = EncryptedTextField("身份证号")
    id_index = models.CharField("身份证号索引", max_length=64, editable=False)
    phone = EncryptedTextField("联系电话", blank=True)
    phone_index = models.CharField("电话索引", max_length=64, blank=True, db_index=True, editable=False)
    employer = models.CharField("用人单位", max_length=120)
    insured_by_contractor = models.BooleanField("由承接主体缴纳社会保险", null=True, blank=True)
    engagement = models.CharField("用工形式", max_length=12, choices=Engagement, default=Engagement.EMPLOYEE)
    former_buyer_staff = models.BooleanField("曾由购买主体聘用", default=False)
    education = models.CharField("学历", max_length=20, blank=True)
    qualification = models.CharField("资格", max_length=16, choices=Qualification, default=Qualification.NONE)
    certificate = models.CharField("证书编号", max_length=60, blank=True)
    certificate_until = models.DateField("证书有效期至", null=True, blank=True)
    place = models.CharField("服务地点", max_length=12, choices=Place, default=Place.HOME)
    posted_to = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派驻单位")
    starts_on = models.DateField("到岗日期")
    ends_on = models.DateField("离岗日期", null=True, blank=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报账号")
    reason = models.CharField("情况说明", max_length=300, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="登记人")

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "服务人员"
        verbose_name_plural = "服务人员"
        ordering = ("contract", "starts_on", "pk")
        indexes = [models.Index(fields=("-created_at", "-id"), name="worker_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "id_index"),
                condition=Q(ends_on__isnull=True),
                name="worker_once_per_contract",
                violation_error_message="该人员已在本合同的在岗名册中。",
            ),
            models.CheckConstraint(
                condition=Q(contractor__isnull=False, office__isnull=True) & ~Q(engagement="office")
                | Q(contractor__isnull=True, office__isnull=False),
                name="worker_of_one_unit",
                violation_error_message="服务人员须属于且只属于一个服务单位。",
            ),
            models.CheckConstraint(
                condition=~Q(engagement="dispatch"),
                name="worker_never_dispatched",
                violation_error_message="不得以劳务派遣方式用工。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="worker_leaves_after_start",
                violation_error_message="离岗日期不能早于到岗日期。",
            ),
        ]

    def __str__(self):
        return f"服务人员 {self.pk}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
