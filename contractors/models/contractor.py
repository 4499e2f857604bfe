"""Contractors (承接主体): who they are, what they proved, what the law holds against them, how they did before."""

from django.conf import settings
from django.db import models
from django.db.models import Q

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
        lifted = Q(debarments__lifted_on__isnull=True) | Q(debarments__lifted_on__gt=on)
        return self.filter(lifted, debarments__starts_on__lte=on, debarments__ends_on__gte=on).distinct()


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
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    services = models.JSONField("服务内容", default=list, blank=True)
    introduction = models.TextField("单位简介", blank=True)
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
        return self.debarments.in_force(on).exists()
