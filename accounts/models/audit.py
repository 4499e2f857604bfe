"""Who did what to which record, when: rows that nobody changes, chained so that a change shows."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet


def under_embargo() -> Exists:
    return Exists(AuditEmbargo.objects.filter(event=OuterRef("pk"), lifted_at=None))


class AuditQuerySet(ScopedQuerySet):
    view_permission = Permission.AUDIT_VIEW
    scope_lookups = ("organisation_path",)

    def reached_with(self, user, permission):
        """What is under an embargo is read by nobody but the person who did it, whatever posts they hold."""
        return super().reached_with(user, permission).filter(Q(actor_id=user.pk) | ~under_embargo())

    def told(self):
        """Without what is under an embargo: for words shown to whoever happens to look."""
        return self.filter(~under_embargo())

    def about(self, target):
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by("pk")


class AuditEvent(models.Model):
    """Append-only (a database trigger refuses UPDATE and DELETE); written only by ``accounts.audit.record``."""

    chain = models.CharField("链", max_length=120)
    sequence = models.PositiveBigIntegerField("链内序号")
    action = models.CharField("动作", max_length=80)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    target_label = models.CharField("对象", max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人", db_constraint=False
    )
    actor_name = models.CharField("操作人姓名", max_length=120)
    organisation_path = models.CharField("所属组织路径", max_length=120, db_index=True)
    detail = models.JSONField("详情", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("时间")
    previous_hash = models.CharField("前一条摘要", max_length=64)
    hash = models.CharField("摘要", max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
        ]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_chain_sequence")]

    def __str__(self):
        return f"{self.action} {self.target_label}"


class AuditEmbargo(models.Model):
    """An event that is secret for now (who bids, who judges). Beside the event, so that its hash never changes."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="embargo", verbose_name="审计记录")
    key = models.CharField("保密事项", max_length=60, db_index=True)
    lifted_at = models.DateTimeField("解密时间", null=True, blank=True)

    class Meta:
        verbose_name = "审计记录保密"
        verbose_name_plural = "审计记录保密"

    def __str__(self):
        return self.key


class AuditChain(models.Model):
    """The head of one chain (one per township, bureau or contractor), sealed with a key that is not in the database."""

    chain = models.CharField("链", max_length=120, primary_key=True)
    sequence = models.PositiveBigIntegerField("最后序号", default=0)
    hash = models.CharField("最后摘要", max_length=64, default="")
    seal = models.CharField("封印", max_length=64, default="")

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"

    def __str__(self):
        return self.chain
