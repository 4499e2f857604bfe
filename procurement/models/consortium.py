"""The partners of a consortium, known once its bid is opened (P-13)."""

from django.db import models

from accounts.reach import reach_of
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.tender import Bid


class ConsortiumQuerySet(ScopedQuerySet):
    """Seen by whoever may see the bid, and by the partner itself."""

    view_permission = Permission.BID_VIEW
    scope_lookups = ("contractor__organisation__path", "bid__contractor__organisation__path", "bid__tender__project__organisation__path")

    def reached_with(self, user, permission):
        return super().reached_with(user, permission) if reach_of(user).paths(permission) else self.none()


class ConsortiumMember(models.Model):
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="partners", verbose_name="响应文件")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="+", verbose_name="联合体成员")

    objects = ConsortiumQuerySet.as_manager()

    class Meta:
        verbose_name = "联合体成员"
        verbose_name_plural = "联合体成员"
        ordering = ["bid", "pk"]
        constraints = [models.UniqueConstraint(fields=["bid", "contractor"], name="partner_once_per_bid")]

    def __str__(self):
        return f"{self.contractor}"
