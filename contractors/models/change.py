"""A verified contractor changes a part of its entry: the old stays in force until a bureau has verified the new."""

from django.db import models
from django.db.models import Q

from contractors.models.contractor import Contractor, ContractorScopedQuerySet, person_field
from records import clock
from records.crypto import EncryptedTextField


class ContractorChange(models.Model):
    class Section(models.TextChoices):
        BASICS = "basics", "登记信息"
        HEAD = "head", "法定代表人（负责人）"

    class Status(models.TextChoices):
        PENDING = "pending", "待核实"
        ACCEPTED = "accepted", "已核实生效"
        REFUSED = "refused", "未予核实"

    TRANSITIONS = {Status.PENDING: {Status.ACCEPTED, Status.REFUSED}, Status.ACCEPTED: set(), Status.REFUSED: set()}

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="changes", verbose_name="承接主体")
    section = models.CharField("部分", max_length=10, choices=Section)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING, db_index=True)
    values = models.JSONField("变更后的内容", default=dict)
    representative_id = EncryptedTextField("法定代表人证件号码", blank=True)
    statement = models.TextField("变更说明")
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="变更证明", null=True, blank=True)
    submitted_by = person_field("提交人")
    submitted_at = models.DateTimeField("提交时间", default=clock.now)
    judged_by = person_field("核实人", null=True, blank=True)
    judged_at = models.DateTimeField("核实时间", null=True, blank=True)
    reason = models.TextField("核实意见", blank=True)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "登记变更"
        verbose_name_plural = "登记变更"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contractor", "section"],
                condition=Q(status="pending"),
                name="change_one_pending_per_section",
                violation_error_message="这一部分已有一份变更在等待核实。",
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="change_judged_by_someone",
                violation_error_message="已有结论的变更必须有核实人和核实时间。",
            ),
        ]

    def __str__(self):
        return f"{self.contractor} {self.get_section_display()}变更"

    @property
    def audit_organisation(self):
        return self.contractor.organisation
