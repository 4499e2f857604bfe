"""What a contractor proved: the conditions of the law and its qualifications."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from contractors.models.contractor import CONDITION_CHOICES, Contractor, ContractorScopedQuerySet, person_field
from records import clock


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


class QualificationQuerySet(ContractorScopedQuerySet):
    def latest_of_kind(self):
        """Of several of one kind only the one that lasts longest: a renewed certificate is no reason to remind."""
        longer = Qualification.objects.filter(contractor=OuterRef("contractor"), kind=OuterRef("kind")).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until"))
        )
        return self.filter(~Exists(longer))


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

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = "资质"
        verbose_name_plural = "资质"
        ordering = ["kind", "-valid_until"]
        indexes = [models.Index(fields=["valid_until"], name="qualification_expiry")]

    def __str__(self):
        return self.kind
