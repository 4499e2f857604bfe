"""Who worked on a purchase before it was announced, and so may not bid for it (P-11)."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.project import Project
from procurement.models.tender import person_field
from procurement.rules.market import ADVICE
from records import clock


class AdviserQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("project__organisation__path",)

    def standing(self):
        return self.filter(struck_at__isnull=True)


class Adviser(models.Model):
    project = models.ForeignKey(Project, models.PROTECT, related_name="advisers", verbose_name="项目")
    uscc = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("单位名称", max_length=120)
    kind = models.CharField("提供的服务", max_length=16, choices=list(ADVICE.items()))
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    struck_by = person_field("撤销人", null=True, blank=True)
    struck_at = models.DateTimeField("撤销时间", null=True, blank=True)
    struck_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = AdviserQuerySet.as_manager()

    class Meta:
        verbose_name = "前期服务单位"
        verbose_name_plural = "前期服务单位"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "uscc", "kind"],
                condition=Q(struck_at__isnull=True),
                name="adviser_once",
                violation_error_message="该单位的这项服务已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | (Q(struck_by__isnull=False) & ~Q(struck_reason="")),
                name="adviser_struck_with_reason",
                violation_error_message="撤销须有撤销人和原因。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.get_kind_display()}）"

    @property
    def audit_organisation(self):
        return self.project.organisation
