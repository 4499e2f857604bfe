"""Who is tied to a contractor: holders and managers, and persons."""

from django.conf import settings
from django.db import models

from contractors.models.contractor import Contractor, ContractorScopedQuerySet, person_field
from records import clock


class Controller(models.Model):
    """Who directly holds or manages this contractor (P-10)."""

    class Kind(models.TextChoices):
        HOLDING = "HOLDING", "直接控股"
        MANAGING = "MANAGING", "管理关系"

    kind = models.CharField("关系", max_length=10, choices=Kind, default=Kind.HOLDING)
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
