"""What the law holds against a contractor."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from contractors.models.contractor import Contractor, ContractorScopedQuerySet, person_field
from records import clock


class DebarmentQuerySet(ContractorScopedQuerySet):
    """Every office sees every ban: they are published decisions, and bind throughout the country."""

    def in_force(self, on):
        return self.filter(starts_on__lte=on, ends_on__gte=on).filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on))


class CreditCheck(models.Model):
    """What one site said on one day (P-09). Never changed; look again and a new row stands."""

    class Site(models.TextChoices):
        CREDIT_CHINA = "CREDIT_CHINA", "信用中国"
        PURCHASE_CHINA = "PURCHASE_CHINA", "中国政府采购网"

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="credit_checks", verbose_name="承接主体")
    site = models.CharField("查询网站", max_length=16, choices=Site)
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
        constraints = [
            models.CheckConstraint(
                condition=Q(screenshot__isnull=False) | ~Q(note=""),
                name="credit_check_keeps_proof",
                violation_error_message="请上传查询截图；没有截图的写明查询情况。",
            )
        ]

    def __str__(self):
        return f"{self.get_site_display()} {self.checked_on} {'列入' + '、'.join(self.listed_in) if self.listed_in else '未列入失信名单'}"


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
    """A finance department's ban from government procurement. Binding from first to last day; the row stays afterwards.

    It names its entity by code, so that one that is not (or not yet) in the register is barred as well.
    """

    uscc = models.CharField("统一社会信用代码", max_length=18, db_index=True)
    name = models.CharField("单位名称", max_length=120)
    contractor = models.ForeignKey(
        Contractor, models.PROTECT, related_name="debarments", verbose_name="登记的承接主体", null=True, blank=True
    )
    decision_no = models.CharField("处罚决定文号", max_length=80)
    issuer = models.CharField("作出决定的财政部门", max_length=120)
    issued_by = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name="对应的单位", null=True, blank=True
    )
    starts_on = models.DateField("禁入起始日期")
    ends_on = models.DateField("禁入截止日期")
    ground = models.CharField("事由", max_length=200, blank=True)
    source_url = models.URLField("公布网址", blank=True)
    imported_by = person_field("录入人")
    imported_at = models.DateTimeField("录入时间", default=clock.now)
    lifted_on = models.DateField("提前解除日期", null=True, blank=True)
    lifted_document = models.CharField("解除依据文号", max_length=80, blank=True)
    lifted_by = person_field("登记解除的人", null=True, blank=True)

    objects = DebarmentQuerySet.as_manager()

    class Meta:
        verbose_name = "禁入决定"
        verbose_name_plural = "禁入决定"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["uscc", "decision_no"], name="debarment_once", violation_error_message="该决定已经录入。"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="debarment_dates_in_order",
                violation_error_message="禁入截止日期应晚于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | ~Q(lifted_document=""),
                name="debarment_lifted_by_document",
                violation_error_message="提前解除须填写依据文号。",
            ),
        ]

    def __str__(self):
        return f"{self.decision_no}（{self.starts_on} 至 {self.ends_on}）"

    @property
    def last_day(self):
        """The last day on which it binds: a decision taken back ends the day before."""
        return min(self.ends_on, self.lifted_on - timedelta(days=1)) if self.lifted_on else self.ends_on
