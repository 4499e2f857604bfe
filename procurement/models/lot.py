"""采购包: one purchase split into lots. Each lot is a project of its own (ceiling, bids, opening, scoring, award, contract); the purchase
binds them together: one total for the thresholds, one notice day, and at most so many lots for one supplier."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.models import Versioned


class PackageQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("organisation__path",)


class Package(Versioned):
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="packages", verbose_name="购买主体")
    name = models.CharField("采购名称", max_length=120)
    award_limit = models.PositiveSmallIntegerField("一家供应商最多成交包数", null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="经办人")
    created_at = models.DateTimeField("创建时间", default=clock.now)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = "采购包组"
        verbose_name_plural = "采购包组"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(award_limit__isnull=True) | Q(award_limit__gte=1),
                name="package_limit_leaves_one",
                violation_error_message="一家供应商最多成交包数至少为 1。",
            )
        ]

    def __str__(self):
        return self.name
