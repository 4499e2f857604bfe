"""The tree every row hangs from: city, district bureaus, departments, townships, villages, contractors, third parties."""

from django.db import models
from django.db.models import F, Q

from accounts.scoping import ScopedQuerySet


class OrganisationQuerySet(ScopedQuerySet):
    scope_lookups = ("path",)

    def valid(self, on):
        """Organisations that exist on this date."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on))

    def below(self, organisation):
        """The organisation itself and everything under it."""
        return self.filter(path__startswith=organisation.path)


class Organisation(models.Model):
    """One node of the tree. ``path`` is fixed at creation, so "mine and below" is an indexed prefix.

    A division that was abolished keeps its row and its records: ``valid_to`` is the first day it no longer exists
    and ``succeeded_by`` names who carries on. Whoever reaches the successor reaches the predecessor's records too.
    """

    class Kind(models.TextChoices):
        CITY = "CITY", "市局"
        BUREAU = "BUREAU", "区县局"
        DEPARTMENT = "DEPARTMENT", "部门"
        TOWNSHIP = "TOWNSHIP", "乡镇街道"
        VILLAGE = "VILLAGE", "村居"
        CONTRACTOR = "CONTRACTOR", "承接主体"
        THIRD_PARTY = "THIRD_PARTY", "第三方机构"
        POOL = "POOL", "专家库"

    class Function(models.TextChoices):
        CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政"
        MEDICAL = "MEDICAL", "医保"
        EDUCATION = "EDUCATION", "教育"
        HOUSING = "HOUSING", "住房城乡建设"
        EMPLOYMENT = "EMPLOYMENT", "人力社保"
        EMERGENCY = "EMERGENCY", "应急管理"
        DISABLED = "DISABLED", "残联"
        FINANCE = "FINANCE", "财政"
        STAFFING_OFFICE = "STAFFING_OFFICE", "编办"
        HEALTH = "HEALTH", "卫生健康"
        AGRICULTURE = "AGRICULTURE", "农业农村"
        JUSTICE = "JUSTICE", "司法行政"
        CHARITY = "CHARITY", "慈善与群团"

    class Scheme(models.TextChoices):
        NBS2023 = "NBS2023", "国家统计局2023年6月"
        MCA2026 = "MCA2026", "民政部2026年"
        SPECIAL = "SPECIAL", "特殊区域"
        USCC = "USCC", "统一社会信用代码"
        OWN = "OWN", "本系统"

    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    function = models.CharField("职能", max_length=16, choices=Function, blank=True)
    code = models.CharField("代码", max_length=32)
    code_scheme = models.CharField("代码体系", max_length=8, choices=Scheme, default=Scheme.OWN)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    path = models.CharField("路径", max_length=120, unique=True)
    valid_from = models.DateField("设立日期", null=True, blank=True)
    valid_to = models.DateField("撤销日期", null=True, blank=True)
    succeeded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承继单位")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "组织"
        verbose_name_plural = "组织"
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "name"], name="organisation_kind_name")]
        constraints = [
            models.UniqueConstraint(fields=["code_scheme", "code"], name="organisation_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisation_dates_in_order",
                violation_error_message="撤销日期不能早于设立日期。",
            ),
            models.CheckConstraint(
                condition=Q(path__endswith="/"), name="organisation_path_closed", violation_error_message="路径必须以 / 结尾。"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def depth(self) -> int:
        return self.path.count("/")

    def is_valid(self, on) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)

    def ancestor_paths(self) -> list[str]:
        """Own path first, then each superior's up to the root: "50/a/b/" → ["50/a/b/", "50/a/", "50/"]."""
        parts = self.path.rstrip("/").split("/")
        return ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]

    @property
    def district(self):
        """The district bureau that this organisation is or belongs to; None above and outside districts."""
        if self.kind == self.Kind.BUREAU:
            return self
        return Organisation.objects.filter(path__in=self.ancestor_paths(), kind=self.Kind.BUREAU).first()

    @staticmethod
    def child_path(parent, segment: str) -> str:
        return f"{parent.path if parent else ''}{segment}/"


class OrganisationCode(models.Model):
    """A further code of the same place. Two schemes give different codes to half the townships: always keep the scheme."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="codes", verbose_name="组织")
    scheme = models.CharField("代码体系", max_length=8, choices=Organisation.Scheme)
    code = models.CharField("代码", max_length=32)

    class Meta:
        verbose_name = "组织代码"
        verbose_name_plural = "组织代码"
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="organisation_code_per_scheme")]

    def __str__(self):
        return f"{self.get_scheme_display()} {self.code}"
