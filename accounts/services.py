"""Verbs on people: sign-in, password, second factor, posts, deputies, tokens. Each leaves a trace in its own transaction."""

import hashlib
import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import audit
from accounts.models import ApiToken, Membership, Organisation, User
from accounts.posts import INCOMPATIBLE, ROLES_BY_KIND
from accounts.roles import Permission, Role
from accounts.wallclock import now, today

LONGEST_DEPUTY = timedelta(days=180)
LONGEST_TOKEN = timedelta(days=365)


def home_of(user) -> Organisation | None:
    """The organisation of the user's first post: where acts about the person are filed."""
    post = Membership.objects.filter(user=user).active(today()).select_related("organisation").order_by("pk").first()
    return post.organisation if post else None


@transaction.atomic
def note_sign_in(user, *, session_key: str) -> None:
    """A later sign-in ends the earlier session."""
    user.session_key = session_key
    user.last_login = now()
    user.save(update_fields=["session_key", "last_login"])
    audit.record("accounts.user.signed_in", user, by=user, organisation=home_of(user))


def note_sign_out(user) -> None:
    audit.record("accounts.user.signed_out", user, by=user, organisation=home_of(user))


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    password: str,
    by,
    email: str = "",
    phone: str = "",
    must_change_password: bool = True,
    program: bool = False,
) -> User:
    """``program``: no password, nobody can sign in; the account works by system tokens alone."""
    user = User.objects.create_user(
        username,
        None if program else password,
        name=name,
        email=email,
        phone=phone,
        is_program=program,
        must_change_password=must_change_password and not program,
        password_changed_at=now(),
    )
    audit.record("accounts.user.created", user, by=by, organisation=home_of(by) if by else None)
    return user


@transaction.atomic
def change_password(user, password: str, *, by, must_change: bool = False) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    audit.record("accounts.user.password_changed", user, by=by, organisation=home_of(user))


@transaction.atomic
def reset_password(user, *, by, reason: str) -> str:
    """A fresh initial password, shown once to the administrator; its owner must change it, and every session ends."""
    if user.is_program:
        raise ValidationError(f"“{user.username}”仅供程序使用，不能设置密码；给人使用请另建账号。")
    password = secrets.token_urlsafe(12)
    change_password(user, password, by=by, must_change=True)
    audit.record("accounts.user.password_reset", user, by=by, detail={"reason": reason}, organisation=home_of(user))
    return password


@transaction.atomic
def edit_user(user, *, name: str, phone: str, email: str, by) -> User:
    changed = [field for field, value in (("name", name), ("phone", phone), ("email", email)) if getattr(user, field) != value]
    user.name, user.phone, user.email = name, phone, email
    user.save(update_fields=["name", "phone", "email"])
    audit.record("accounts.user.edited", user, by=by, detail={"fields": changed}, organisation=home_of(user))
    return user


@transaction.atomic
def set_active(user, active: bool, *, by, reason: str) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(
        "accounts.user.enabled" if active else "accounts.user.disabled", user, by=by, detail={"reason": reason}, organisation=home_of(user)
    )


@transaction.atomic
def appoint(user, organisation, role, *, by, started_on: date | None = None, ended_on: date | None = None) -> Membership:
    """Give a post. Raises ValidationError when role and organisation do not fit or two posts may not be held together."""
    User.objects.select_for_update().get(pk=user.pk)
    role = Role(role)
    if role not in ROLES_BY_KIND[organisation.kind]:
        raise ValidationError(f"{organisation.get_kind_display()}“{organisation}”没有“{role.label}”岗位。请另选单位或岗位。")
    _refuse_incompatible(user, role)
    post = Membership(user=user, organisation=organisation, role=role, started_on=started_on or today(), ended_on=ended_on)
    post.full_clean()
    post.save()
    audit.record("accounts.membership.appointed", post, by=by, organisation=organisation, detail={"role": role, "user": user.username})
    return post


def _refuse_incompatible(user, role) -> None:
    held = set(Membership.objects.filter(user=user).active(today()).values_list("role", flat=True))
    for group in INCOMPATIBLE:
        clash = {Role(other) for other in held if Role(other) in group} - {role}
        if role in group and clash:
            names = "、".join(other.label for other in clash)
            raise ValidationError(f"{user} 现任{names}，不能同时担任{role.label}（岗位分离）。请指定另一人。")


@transaction.atomic
def end_post(post, *, by, on: date | None = None, reason: str = "") -> None:
    post.ended_on = max(on or today() - timedelta(days=1), post.started_on)
    post.full_clean()
    post.save(update_fields=["ended_on"])
    for deputy in post.deputies.filter(ended_on__gt=post.ended_on):
        deputy.ended_on = max(post.ended_on, deputy.started_on)
        deputy.save(update_fields=["ended_on"])
    audit.record("accounts.membership.ended", post, by=by, organisation=post.organisation, detail={"on": post.ended_on, "reason": reason})


@transaction.atomic
def appoint_deputy(post, user, *, until: date, by, starting: date | None = None) -> Membership:
    """Let ``user`` act in this post until a date (at most 180 days, never beyond the post itself).

    Only a post held today is handed over, and a deputy names no deputy: a power that has ended cannot be passed on.
    """
    post = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=post.pk)
    starting = starting or today()
    held = post.started_on <= starting and (post.ended_on is None or starting <= post.ended_on)
    if post.deputy_for_id or not held:
        raise ValidationError(
            f"{post.user}的此岗位{'是代行岗位' if post.deputy_for_id else '现不在任'}，不能指定代行人。请由在任的岗位持有人办理。"
        )
    if user == post.user or not user.is_active:
        raise ValidationError("不能由本人代行本人的岗位，也不能由已停用的账号代行。")
    last = min(starting + LONGEST_DEPUTY, post.ended_on or date.max)
    if not starting <= until <= last:
        raise ValidationError(f"代行截止日期 {until} 须在 {starting} 至 {last} 之间。")
    _refuse_incompatible(user, Role(post.role))
    deputy = Membership(user=user, organisation=post.organisation, role=post.role, started_on=starting, ended_on=until, deputy_for=post)
    deputy.full_clean()
    deputy.save()
    audit.record(
        "accounts.membership.deputised", deputy, by=by, organisation=post.organisation, detail={"for": str(post.user), "until": until}
    )
    return deputy


@transaction.atomic
def confirm_second_factor(user, device: TOTPDevice) -> None:
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record("accounts.user.second_factor_set", user, by=user, organisation=home_of(user))


@transaction.atomic
def reset_second_factor(user, *, by, reason: str) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    audit.record("accounts.user.second_factor_reset", user, by=by, organisation=home_of(user), detail={"reason": reason})


@transaction.atomic
def issue_token(user, organisation, *, purpose: str, expires_on: date, by, read_only: bool = True, kind=ApiToken.Kind.PERSONAL):
    """A new API token: ``(row, secret)``; the secret is shown once and never stored."""
    if not today() < expires_on <= today() + LONGEST_TOKEN:
        raise ValidationError(f"有效期至 {expires_on} 须晚于今天且不超过 {today() + LONGEST_TOKEN}。")
    secret = "ym_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        organisation=organisation,
        kind=kind,
        purpose=purpose,
        prefix=secret[:9],
        secret_hash=token_hash(secret),
        read_only=read_only,
        created_at=now(),
        expires_on=expires_on,
    )
    audit.record("accounts.apitoken.issued", token, by=by, organisation=organisation, detail={"purpose": purpose, "until": expires_on})
    return token, secret


def issue_system_token(username: str, *, purpose: str, expires_on: date, by, read_only: bool = True):
    """``(row, secret)`` for the program of another authority; it acts as an account that no person can sign in to.

    The account needs a post of today where ``by`` holds TOKEN_MANAGE; the token reaches no further than that organisation.
    """
    within = Organisation.objects.reached_with(by, Permission.TOKEN_MANAGE)
    posts = Membership.objects.active(today()).filter(user__username=username, user__is_active=True, organisation__in=within)
    post = posts.filter(deputy_for=None).select_related("user", "organisation").order_by("pk").first()
    if post is None:
        raise ValidationError(
            {"username": f"您管理的范围内没有用户名为“{username}”的在任账号。请先由系统管理员建立“仅供程序使用”的账号，再任命岗位。"}
        )
    if not post.user.is_program:
        words = f"“{username}”是{post.user.name}本人的账号，不能由他人签发令牌（岗位分离）。"
        raise ValidationError({"username": words + "请用“仅供程序使用”的账号；本人使用请到“我的账号”生成个人令牌。"})
    return issue_token(
        post.user, post.organisation, purpose=purpose, expires_on=expires_on, by=by, read_only=read_only, kind=ApiToken.Kind.SYSTEM
    )


@transaction.atomic
def revoke_token(token, *, by) -> None:
    token.revoked_at = token.revoked_at or now()
    token.save(update_fields=["revoked_at"])
    audit.record("accounts.apitoken.revoked", token, by=by, organisation=token.organisation)


def token_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
