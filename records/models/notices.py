from django.conf import settings
from django.db import models

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock


class NumberSeries(models.Model):
    """The last number given in one series of 发文字号. Locked while a notice is issued, so no number is skipped or given twice."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, verbose_name="发文单位", related_name="+")
    prefix = models.CharField("机关代字", max_length=30)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用序号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文序号"
        constraints = [models.UniqueConstraint(fields=["organisation", "prefix", "year"], name="number_series_once")]

    def __str__(self):
        return f"{self.prefix}〔{self.year}〕"


class NoticeQuerySet(ScopedQuerySet):
    """In scope by organisation; what is not public only for whoever issued it (slips name people: their case's page serves them)."""

    view_permission = Permission.NOTICE_VIEW

    def reached_with(self, user, permission):
        return super().reached_with(user, permission).filter(models.Q(public=True) | models.Q(issued_by=user))

    def published(self):
        """What anybody may read on the public pages."""
        return self.filter(public=True, withdrawn_at=None)


class Notice(models.Model):
    """A paper that was issued: number, frozen context, PDF, verification code.

    After issue only the file may be attached (once) and the notice withdrawn (once); the database refuses the rest.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, verbose_name="发文单位", related_name="+")
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("标题", max_length=200)
    prefix = models.CharField("机关代字", max_length=30)
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    number = models.CharField("文号", max_length=60)
    template = models.CharField("版式", max_length=100)
    context = models.JSONField("内容（定稿）")
    context_sha256 = models.CharField("内容摘要", max_length=64)
    code = models.CharField("验证码", max_length=20, unique=True)
    public = models.BooleanField("向社会公开", default=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签发人", null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField("签发时间", default=clock.now)
    file = models.OneToOneField("records.StoredFile", models.PROTECT, verbose_name="PDF 文件", null=True, blank=True, related_name="notice")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="撤回人", null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.CharField("撤回原因", max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文书公告"
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "prefix", "year", "sequence"], name="notice_number_once"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawal_reason=""),
                name="notice_withdrawn_with_reason",
                violation_error_message="撤回文书必须写明原因。",
            ),
        ]
        indexes = [
            models.Index(fields=["-issued_at", "-id"], name="notice_newest"),
            models.Index(fields=["-issued_at", "-id"], name="notice_public", condition=models.Q(public=True)),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
