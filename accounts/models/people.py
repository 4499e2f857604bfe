"""Users, and what they may do where and from when to when."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from accounts.models.organisation import Organisation
from accounts.roles import Permission, Role
from accounts.scoping import ScopedQuerySet


class UserQuerySet(ScopedQuerySet):
    view_permission = Permission.USER_VIEW
    scope_lookups = ("memberships__organisation__path",)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account of their own (等保: no shared accounts)."""

    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_program = models.BooleanField("仅供程序使用", default=False, db_default=False, editable=False)  # nobody signs in to it
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    session_key = models.CharField("当前会话", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        ordering = ["username"]

    def __str__(self):
        return self.name or self.username


class MembershipQuerySet(ScopedQuerySet):
    view_permission = Permission.USER_VIEW

    def active(self, on):
        return self.filter(started_on__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))


class Membership(models.Model):
    """One post of one person: a role at an organisation, dated. A deputy (代办) stands in for another post until ``ended_on``."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="用户")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name="组织")
    role = models.CharField("岗位", max_length=24, choices=Role)
    started_on = models.DateField("任职日期")
    ended_on = models.DateField("离任日期", null=True, blank=True)
    deputy_for = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="代行岗位")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["organisation__path", "role", "user__username"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role", "started_on"], name="membership_once_a_day"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_dates_in_order",
                violation_error_message="离任日期不能早于任职日期。",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=True) | Q(ended_on__isnull=False),
                name="membership_deputy_ends",
                violation_error_message="代行岗位必须写明截止日期。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} {self.get_role_display()} {self.user}"
