"""Who is away, from when to when. Away is shown and still counted: the policy takes nobody off the head-count for a leave."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from staffing.models.staff import StaffMember


class AbsenceQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW
    scope_lookups = ("member__organisation__path",)

    def away(self, on):
        """Leaves that hold on this day."""
        return self.filter(withdrawn_at=None, started_on__lte=on, ended_on__gte=on)


class Absence(models.Model):
    """One leave of one person. A mistake is withdrawn, not removed."""

    class Kind(models.TextChoices):
        ANNUAL = "ANNUAL", "年休假"
        SICK = "SICK", "病假"
        MATERNITY = "MATERNITY", "产假、陪产假"
        PERSONAL = "PERSONAL", "事假"
        STUDY = "STUDY", "脱产学习"
        LENT = "LENT", "借调"

    member = models.ForeignKey(StaffMember, models.PROTECT, related_name="absences", verbose_name="人员")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期")
    note = models.CharField("说明", max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    made_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "休假"
        ordering = ["-started_on", "-pk"]
        indexes = [models.Index(fields=["member", "started_on"], name="absence_of_member")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("started_on")),
                name="absence_dates_in_order",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.UniqueConstraint(
                fields=["member", "started_on"], condition=Q(withdrawn_at__isnull=True), name="absence_begins_once",
                violation_error_message="该日开始的休假已登记。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.member} {self.get_kind_display()} {self.started_on:%Y-%m-%d}"
