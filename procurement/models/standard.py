"""A district's own service standards (分类制定、便于考核, P-19): for each catalogue item one dated set at a time, never rewritten."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.catalogue import CatalogueItem


class StandardSetQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("organisation__path",)

    def in_force(self, on):
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class StandardSet(models.Model):
    """What the district demands of one kind of service, from one day to another. A new set ends the one before."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="standard_sets", verbose_name="区县")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="standard_sets", verbose_name="目录项目")
    document = models.CharField("标准文件", max_length=120)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="制定人")
    created_at = models.DateTimeField("制定时间", auto_now_add=True)

    objects = StandardSetQuerySet.as_manager()

    class Meta:
        verbose_name = "区县服务标准"
        verbose_name_plural = "区县服务标准"
        ordering = ("item__code", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "item", "valid_from"),
                name="one_standard_set_per_item_and_day",
                violation_error_message="该目录项目在同一天已有服务标准。",
            ),
            models.UniqueConstraint(
                fields=("organisation", "item"),
                condition=Q(valid_to__isnull=True),
                name="one_open_standard_set_per_item",
                violation_error_message="该目录项目已有一份没有失效日期的服务标准。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="standard_set_ends_after_start",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self):
        return f"{self.item} 服务标准（{self.valid_from} 起）"


class DistrictStandard(models.Model):
    """One assessable demand: what, how it is looked at, and the value to reach."""

    class Category(models.TextChoices):
        QUANTITY = "quantity", "数量"
        QUALITY = "quality", "质量"
        TIME = "time", "时效"
        SAFETY = "safety", "安全"
        STAFF = "staff", "人员"
        SATISFACTION = "satisfaction", "满意度"

    standards = models.ForeignKey(StandardSet, models.PROTECT, related_name="rows", verbose_name="区县服务标准")
    number = models.PositiveSmallIntegerField("序号")
    category = models.CharField("分类", max_length=12, choices=Category)
    name = models.CharField("标准", max_length=120)
    measure = models.CharField("考核办法", max_length=200)
    target = models.CharField("目标值", max_length=60)

    class Meta:
        verbose_name = "区县服务标准条目"
        verbose_name_plural = "区县服务标准条目"
        ordering = ("standards", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("standards", "number"), name="one_district_standard_per_number", violation_error_message="序号不能重复。"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(measure="") & ~Q(target=""),
                name="district_standard_is_complete",
                violation_error_message="标准、考核办法、目标值都要填写。",
            ),
        ]

    def __str__(self):
        return f"{self.get_category_display()}：{self.name}（{self.target}）"
