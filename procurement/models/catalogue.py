"""What may be bought: the items of clause 二（二）, how each is judged, and what the district itself has listed."""

from django.db import models
from django.db.models import F, Q


class CatalogueItem(models.Model):
    """A purchasable service. Data, not an enum: later texts add items."""

    class Kind(models.TextChoices):
        ADMINISTRATIVE = "administrative", "事务性"
        DIRECT = "direct", "服务性"

    code = models.CharField("目录代码", max_length=8, unique=True)
    name = models.CharField("服务项目", max_length=60)
    kind = models.CharField("类别", max_length=16, choices=Kind)
    programmes = models.JSONField("适用救助类别", default=list, help_text="DB 低保、TK 特困、MA 医疗救助、TA 临时救助")
    guard = models.CharField("边界要求", max_length=300, blank=True)
    document = models.CharField("依据文件", max_length=120)
    clause = models.CharField("条款", max_length=60)
    extension = models.BooleanField("后续法规增列", default=False)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "购买目录项目"
        verbose_name_plural = "购买目录项目"
        ordering = ("code",)

    def __str__(self):
        return f"{self.code} {self.name}"


class ServiceStandard(models.Model):
    """One assessable standard of an item (分类制定服务标准: 内容明确、操作性强、便于考核)."""

    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="standards", verbose_name="目录项目")
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("标准", max_length=120)
    measure = models.CharField("考核办法", max_length=200)
    target = models.CharField("目标值", max_length=60)
    certainty = models.CharField("状态", max_length=12, default="示例", help_text="示例、待确认、已确认")

    class Meta:
        verbose_name = "服务标准"
        verbose_name_plural = "服务标准"
        ordering = ("item__code", "number")
        constraints = [
            models.UniqueConstraint(
                fields=("item", "number"), name="one_standard_per_number", violation_error_message="同一目录项目的标准序号不能重复。"
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.target}）"


class GuidanceEntry(models.Model):
    """The item as the district's own 政府购买服务指导性目录 lists it (P-06)."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="guidance_entries", verbose_name="区县")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="guidance_entries", verbose_name="目录项目")
    code = models.CharField("指导性目录代码", max_length=30)
    document = models.CharField("目录文件", max_length=120)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "指导性目录条目"
        verbose_name_plural = "指导性目录条目"
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "item", "valid_from"),
                name="one_guidance_entry_per_item_and_day",
                violation_error_message="该目录项目在同一天已列入指导性目录。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="guidance_entry_ends_after_start",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.item.name}"
