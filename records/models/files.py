import uuid

from django.conf import settings
from django.db import models

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock


class StoredFileQuerySet(ScopedQuerySet):
    """By itself a file is visible to whoever sent it. Everybody else reaches it through the page that owns it, whose scope decides."""

    view_permission = Permission.FILE_VIEW
    scope_lookups = ()
    person_lookups = ("uploaded_by",)


class StoredFile(models.Model):
    """A paper on disk: judged by content, named by UUID, its hash and row written last. Never changed, never overwritten."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, verbose_name="所属单位", related_name="+")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    storage_name = models.CharField("存储名", max_length=200, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", default=clock.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name
