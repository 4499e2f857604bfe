from django.conf import settings
from django.db import models

from accounts.models.organisation import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet


class ApiTokenQuerySet(ScopedQuerySet):
    view_permission = Permission.TOKEN_MANAGE
    scope_lookups = ("organisation__path",)
    person_lookups = ("user",)


class ApiToken(models.Model):
    """A key for programs. It acts as ``user`` and never reaches further than that person does today.

    Only the SHA-256 of the secret is stored; ``prefix`` lets its owner recognise it.
    """

    class Kind(models.TextChoices):
        PERSONAL = "PERSONAL", "个人令牌"
        SYSTEM = "SYSTEM", "系统对接令牌"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name="用户")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="组织")
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.PERSONAL)
    purpose = models.CharField("用途", max_length=120)
    prefix = models.CharField("前缀", max_length=12)
    secret_hash = models.CharField("摘要", max_length=64, unique=True)
    read_only = models.BooleanField("只读", default=True)
    created_at = models.DateTimeField("创建时间")
    expires_on = models.DateField("有效期至")
    last_used_on = models.DateField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.prefix}… {self.purpose}"

    def state(self, on) -> str:
        if self.revoked_at:
            return "已吊销"
        return "已过期" if self.expires_on < on else "有效"
