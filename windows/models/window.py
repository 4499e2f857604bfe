from django.conf import settings
from django.db import models

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet


class WindowQuerySet(ScopedQuerySet):
    view_permission = Permission.WINDOW_VIEW


class Window(models.Model):
    """The one social-assistance window of a township (W-01), with its dedicated people (W-02)."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="window", verbose_name="乡镇（街道）")
    address = models.CharField("地址", max_length=120)
    hours = models.CharField("开放时间", max_length=80)
    phone = models.CharField("咨询电话", max_length=30)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="专职人员")

    objects = WindowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社会救助服务窗口"
        ordering = ["organisation__path"]

    def __str__(self):
        return f"{self.organisation}社会救助服务窗口"
