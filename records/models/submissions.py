from django.conf import settings
from django.db import models

from records import clock


class Submission(models.Model):
    """The receipt of one form sent once (idempotency key). Written in the same transaction as its effect."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", related_name="+")
    purpose = models.CharField("用途", max_length=80)
    key = models.CharField("提交编号", max_length=80)
    fingerprint = models.CharField("内容指纹", max_length=64)
    result = models.JSONField("结果", null=True, blank=True)
    created_at = models.DateTimeField("时间", default=clock.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交回执"
        constraints = [models.UniqueConstraint(fields=["user", "purpose", "key"], name="submission_once")]

    def __str__(self):
        return f"{self.purpose} {self.key}"
