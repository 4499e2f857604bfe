from django.conf import settings
from django.db import models

from windows.models.case import Case


class Slip(models.Model):
    """A paper handed over the counter (A5). Its notice is frozen; a reprint is the same paper marked 补打."""

    class Kind(models.TextChoices):
        ACCEPTANCE = "ACCEPTANCE", "受理通知书"
        ONE_TIME = "ONE_TIME", "一次性告知书"
        REGISTRATION = "REGISTRATION", "登记回执"
        NOT_ACCEPTED = "NOT_ACCEPTED", "不予受理通知书"
        DECISION = "DECISION", "审核确认结果告知书"

    case = models.ForeignKey(Case, models.PROTECT, related_name="slips", verbose_name="申请")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="slip", verbose_name="文书")
    reprint = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补打件")
    prints = models.PositiveSmallIntegerField("打印次数", default=0)
    first_printed_at = models.DateTimeField("首次打印时间", null=True, blank=True)
    first_printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="首次打印人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "窗口文书"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.notice.number}"
