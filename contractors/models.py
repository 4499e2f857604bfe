"""Contractors (承接主体): who they are, what they proved, what the law holds against them, how they did before."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.reach import reach_of
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from contractors import rules
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned

LEGAL_FORM_CHOICES = list(rules.LEGAL_FORM_LABELS.items())
CONDITION_CHOICES = list(rules.CONDITION_LABELS.items())


def person_field(label, **options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


class ContractorScopedQuerySet(ScopedQuerySet):
    """One city-wide register: every office that may look at contractors sees all of them; a contractor sees only itself."""

    view_permission = Permission.CONTRACTOR_VIEW
    scope_lookups = ("contractor__organisation__path",)

    def reached_with(self, user, permission):
        paths = reach_of(user).paths(permission)
        if any(not path.startswith("50/C-") for path in paths):
            return self.all()
        return super().reached_with(user, permission)


class ContractorQuerySet(ContractorScopedQuerySet):
    scope_lookups = ("organisation__path",)

    def verified(self):
        return self.filter(status=Contractor.Status.VERIFIED)

    def debarred(self, on):
        return self.filter(debarments__starts_on__lte=on, debarments__ends_on__gte=on).distinct()


class Contractor(Versioned):
    """One organisation that may take on services. Its name is the organisation's."""

    class Status(models.TextChoices):
        PENDING = "pending", "待核实"
        VERIFIED = "verified", "已核实"
        SUSPENDED = "suspended", "停用"

    TRANSITIONS = {
        Status.PENDING: {Status.VERIFIED, Status.SUSPENDED},
        Status.VERIFIED: {Status.PENDING, Status.SUSPENDED},
        Status.SUSPENDED: {Status.PENDING},
    }

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="contractor", verbose_name="单位")
    legal_form = models.CharField("组织形式", max_length=24, choices=LEGAL_FORM_CHOICES)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    uscc_reason = models.CharField("代码校验情况说明", max_length=200, blank=True)
    fiscally_funded = models.BooleanField("由财政拨款保障", default=False)
    small_business = models.BooleanField("小型、微型企业", default=False)
    representative = models.CharField("法定代表人（负责人）", max_length=60)
    representative_id = EncryptedTextField("法定代表人证件号码", blank=True)
    representative_index = models.CharField("证件号码索引", max_length=64, blank=True, db_index=True, editable=False)
    address = models.CharField("住所", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING, db_index=True)
    verified_by = person_field("核实人", null=True, blank=True)
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", default=clock.now)
    created_by = person_field("登记人")

    objects = ContractorQuerySet.as_manager()

    class Meta:
        verbose_name = "承接主体"
        verbose_name_plural = "承接主体"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="contractor_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="contractor_verified_by_someone",
                violation_error_message="已核实的承接主体必须有核实人和核实时间。",
            )
        ]

    def __str__(self):
        return self.organisation.name

    def is_debarred(self, on) -> bool:
        return self.debarments.filter(starts_on__lte=on, ends_on__gte=on).exists()


class Controller(models.Model):
    """Who directly holds or manages this contractor (P-10)."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="controllers", verbose_name="承接主体")
    name = models.CharField("控股或管理单位", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "控股管理关系"
        verbose_name_plural = "控股管理关系"
        constraints = [models.UniqueConstraint(fields=["contractor", "uscc"], name="controller_once")]

    def __str__(self):
        return self.name


class ConditionProof(models.Model):
    """Proof for one condition of 政府采购法 art. 22 (P-07). Counts once a bureau has verified it."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="proofs", verbose_name="承接主体")
    condition = models.CharField("条件", max_length=24, choices=CONDITION_CHOICES)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="证明材料", null=True, blank=True)
    statement = models.TextField("说明", blank=True)
    verified_by = person_field("核实人", null=True, blank=True)
    verified_on = models.DateField("核实日期", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "法定条件证明"
        verbose_name_plural = "法定条件证明"
        ordering = ["condition", "-submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["contractor", "condition"], name="proof_once_per_condition"),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(statement=""),
                name="proof_says_something",
                violation_error_message="请上传证明材料或填写说明。",
            ),
        ]

    def __str__(self):
        return self.get_condition_display()


class Qualification(models.Model):
    """A licence or certificate. ``valid_until`` None = without an end; an expired one does not count."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="qualifications", verbose_name="承接主体")
    kind = models.CharField("资质名称", max_length=80)
    number = models.CharField("证书编号", max_length=80, blank=True)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="扫描件", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    verified_by = person_field("核实人", null=True, blank=True)
    verified_on = models.DateField("核实日期", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "资质"
        verbose_name_plural = "资质"
        ordering = ["kind", "-valid_until"]
        indexes = [models.Index(fields=["valid_until"], name="qualification_expiry")]

    def __str__(self):
        return self.kind


class CreditCheck(models.Model):
    """What 信用中国 and 中国政府采购网 said on one day (P-09). Never changed; look again and a new row stands."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="credit_checks", verbose_name="承接主体")
    checked_on = models.DateField("查询日期")
    checked_at = models.DateTimeField("查询时间", default=clock.now)
    checked_by = person_field("查询人")
    listed_in = models.JSONField("列入的名单", default=list, blank=True)
    screenshot = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="查询截图", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "信用查询"
        verbose_name_plural = "信用查询"
        ordering = ["-checked_at", "-pk"]

    def __str__(self):
        return f"{self.checked_on} {'列入' + '、'.join(self.listed_in) if self.listed_in else '未列入失信名单'}"


class Violation(models.Model):
    """A penalty on record; whether it is "serious" is judged by date and size (P-08)."""

    class Kind(models.TextChoices):
        CRIMINAL = "CRIMINAL", "刑事处罚"
        CLOSURE = "CLOSURE", "责令停产停业"
        REVOCATION = "REVOCATION", "吊销许可证或执照"
        FINE = "FINE", "罚款"
        OTHER = "OTHER", "其他处罚"

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="violations", verbose_name="承接主体")
    kind = models.CharField("处罚种类", max_length=12, choices=Kind)
    document_no = models.CharField("处罚文书文号", max_length=80)
    decided_on = models.DateField("决定日期")
    fine = models.DecimalField("罚款金额（元）", max_digits=18, decimal_places=2, default=0)
    ban_ends_on = models.DateField("同时禁止活动的，截止日期", null=True, blank=True)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "违法记录"
        verbose_name_plural = "违法记录"
        ordering = ["-decided_on"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.document_no}"


class Debarment(models.Model):
    """A finance department's ban from government procurement. Binding from first to last day; the row stays afterwards."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="debarments", verbose_name="承接主体")
    decision_no = models.CharField("处罚决定文号", max_length=80)
    issued_by = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="作出决定的财政部门")
    starts_on = models.DateField("禁入起始日期")
    ends_on = models.DateField("禁入截止日期")
    ground = models.CharField("事由", max_length=200, blank=True)
    source_url = models.URLField("公布网址", blank=True)
    imported_by = person_field("录入人")
    imported_at = models.DateTimeField("录入时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "禁入决定"
        verbose_name_plural = "禁入决定"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contractor", "decision_no"], name="debarment_once", violation_error_message="该决定已经录入。"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="debarment_dates_in_order",
                violation_error_message="禁入截止日期应晚于起始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.decision_no}（{self.starts_on} 至 {self.ends_on}）"


class Performance(models.Model):
    """A year's published result with one purchaser: written down by the evaluation, read by next year's selection (E-11)."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="performances", verbose_name="承接主体")
    purchaser = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="购买主体")
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("项目", max_length=160)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2)
    grade = models.CharField("等级", max_length=4)
    source_url = models.CharField("来源", max_length=300, blank=True)
    recorded_at = models.DateTimeField("记录时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "绩效结果"
        verbose_name_plural = "绩效结果"
        ordering = ["-year", "-pk"]
        constraints = [models.UniqueConstraint(fields=["contractor", "purchaser", "year", "subject"], name="performance_once")]

    def __str__(self):
        return f"{self.year} {self.subject} {self.grade}"


class PersonalTie(models.Model):
    """A person's tie to a contractor, because of which the person stands aside (P-56)."""

    class Kind(models.TextChoices):
        EMPLOYEE = "EMPLOYEE", "劳动关系"
        DIRECTOR = "DIRECTOR", "担任董事"
        SUPERVISOR = "SUPERVISOR", "担任监事"
        HOLDER = "HOLDER", "控股股东或实际控制人"
        KIN = "KIN", "与负责人有亲属关系"
        INTEREST = "INTEREST", "其他利害关系"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ties", verbose_name="人员")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="ties", verbose_name="承接主体")
    kind = models.CharField("关系", max_length=12, choices=Kind)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "回避关系"
        verbose_name_plural = "回避关系"
        constraints = [models.UniqueConstraint(fields=["user", "contractor", "kind"], name="tie_once")]

    def __str__(self):
        return f"{self.user} — {self.contractor} {self.get_kind_display()}"
