"""Somebody leaves or goes on leave: their open cases pass to others in one act, and the paper that proves none was lost."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from windows.models.case import Case


class HandoverQuerySet(ScopedQuerySet):
    view_permission = Permission.CASE_REASSIGN
    scope_lookups = ("organisation__path",)


class Handover(models.Model):
    """One act of reassigning. ``total`` = ``moved`` + ``kept`` always; the items name every case."""

    class Rule(models.TextChoices):
        EVEN = "EVEN", "按在办件数平均分配"
        VILLAGE = "VILLAGE", "同一村（社区）交给同一人"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="移交人")
    rule = models.CharField("分配办法", max_length=8, choices=Rule.choices)
    reason = models.CharField("移交原因", max_length=200)
    total = models.PositiveIntegerField("在办件数")
    moved = models.PositiveIntegerField("移交件数")
    kept = models.PositiveIntegerField("暂不移交件数")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    made_at = models.DateTimeField("移交时间", default=clock.now)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在办件移交"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("moved") + F("kept")),
                name="handover_adds_up",
                violation_error_message="移交件数与暂不移交件数之和必须等于在办件数。",
            ),
            models.CheckConstraint(condition=Q(moved__gt=0), name="handover_moves_something", violation_error_message="至少移交一件。"),
        ]

    def __str__(self):
        return f"{self.from_user} 移交 {self.moved} 件"


class HandoverItem(models.Model):
    """One case of the act: who has it now, or why it stayed."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items", verbose_name="移交")
    case = models.ForeignKey(Case, models.PROTECT, related_name="handover_items", verbose_name="申请")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收人")
    kept_reason = models.CharField("暂不移交的原因", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "移交明细"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "case"], name="handover_item_once"),
            models.CheckConstraint(
                condition=Q(to_user__isnull=False, kept_reason="") | (Q(to_user__isnull=True) & ~Q(kept_reason="")),
                name="handover_item_moved_or_reasoned",
                violation_error_message="每一件要么有接收人，要么写明暂不移交的原因。",
            ),
        ]

    def __str__(self):
        return f"{self.case.number} → {self.to_user or self.kept_reason}"
