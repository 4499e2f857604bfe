"""What django-axes counts by. Addresses are limited by ``config.middleware.SignInLimit``; and who is told of a lock."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import home_of
from records import clock, messages

ROOT = audit.ROOT_CHAIN


def by_account(request_or_attempt, credentials=None) -> list[str]:
    return ["username"]


def address(request) -> str | None:
    """The peer, which ``TrustedProxy`` has already set; no forwarded header is read here."""
    return request.META.get("REMOTE_ADDR")


def tell(request, username, ip_address=None, **_) -> None:
    """Axes' ``user_locked_out``: one trace and one message each for every lock; further tries within it are silent.

    Axes sends the signal again for each try at a locked account; only the failure that locked it was counted on the request.
    """
    if getattr(request, "axes_failures_since_start", None) is None:
        return
    user = User.objects.filter(username=username).first()
    if user is not None:
        note_lock(user, address=ip_address or "")


@transaction.atomic
def note_lock(user, *, address: str) -> None:
    event = audit.record("accounts.user.locked", user, by=None, organisation=home_of(user), detail={"address": address})
    minutes, key = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60), f"account-locked:{event.pk}"
    body = f"连续 {settings.AXES_FAILURE_LIMIT} 次输错密码，账号“{user.username}”锁定 {minutes} 分钟，到时自动解除。"
    guards = [guard for guard in guards_of(user) if guard != user]
    messages.send(
        [user],
        "您的账号曾因连续输错密码被锁定",
        f"{body}如非本人操作，请修改密码并报告安全管理员。",
        url=reverse("accounts:profile"),
        key=key,
    )
    messages.send(
        guards,
        f"账号“{user.username}”因连续输错密码被锁定",
        f"{body}最后一次来自 {address or '未知地址'}。请与本人核实是否有人猜测密码。",
        url=reverse("accounts:user_detail", args=[user.pk]),
        key=key,
    )


def guards_of(user) -> list[User]:
    """The security administrators who reach one of this account's places; for an account without a post, those of the city."""
    today = clock.today()
    places = Membership.objects.filter(user=user).active(today).values_list("organisation__path", flat=True)
    above = {ROOT}.union(*(ancestors(path) for path in places))
    posts = Membership.objects.active(today).filter(role=Role.SECURITY_ADMIN, organisation__path__in=above)
    return list(User.objects.filter(memberships__in=posts, is_active=True).distinct())


def ancestors(path: str) -> set[str]:
    parts = path.rstrip("/").split("/")
    return {"/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)}
