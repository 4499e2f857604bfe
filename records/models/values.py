from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock


class PolicyValueQuerySet(ScopedQuerySet):
    view_permission = Permission.POLICY_VALUE_VIEW

    def in_force(self, on):
        """Rows whose period holds the day: from ≤ on < to. Withdrawn rows never apply."""
        return self.exclude(status=PolicyValue.Status.WITHDRAWN).filter(
            Q(effective_to=None) | Q(effective_to__gt=on), effective_from__lte=on
        )


class PolicyValue(models.Model):
    """A number or choice that the policy leaves to an authority: dated, sourced, set by one person and confirmed by another."""

    class Status(models.TextChoices):
        EXAMPLE = "example", "示例"
        PENDING = "pending", "待确认"
        CONFIRMED = "confirmed", "已确认"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.EXAMPLE: {Status.WITHDRAWN},
        Status.PENDING: {Status.CONFIRMED, Status.WITHDRAWN},
        Status.CONFIRMED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    code = models.CharField("参数代码", max_length=60)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, verbose_name="适用单位（含下级）", related_name="+")
    value = models.CharField("取值", max_length=500)
    unit = models.CharField("单位", max_length=20, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True, help_text="当日起不再适用；留空表示长期有效")
    source_document = models.CharField("依据文件", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PENDING)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="设定人", related_name="+")
    set_at = models.DateTimeField("设定时间", default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = PolicyValueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策参数"
        ordering = ["code", "-effective_from", "-pk"]
        indexes = [models.Index(fields=["code", "effective_from"], name="policy_value_lookup")]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gt=F("effective_from")),
                name="policy_value_period",
                violation_error_message="失效日期必须晚于生效日期。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("set_by")),
                name="policy_value_two_people",
                violation_error_message="设定人与确认人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_by__isnull=False),
                name="policy_value_confirmed_by_someone",
                violation_error_message="已确认的参数必须有确认人。",
            ),
        ]

    def __str__(self):
        return f"{self.code} = {self.value}{self.unit}"
