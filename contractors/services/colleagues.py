"""A contractor's administrator opens and closes accounts for its own people. No account of anybody else is ever touched."""

import secrets

from django.db import IntegrityError, transaction

from accounts import services as accounts
from accounts.models import Membership, User
from accounts.roles import Role
from records import clock
from records.policy import Clause
from records.refusals import HOUSE, Refused

OWN = Clause(HOUSE, "本单位账号")
ROLES = (Role.CONTRACTOR_REPORTER, Role.CONTRACTOR_ADMIN)
MOST = 50


def people_of(contractor):
    """Who holds, or held, a post at this contractor and nowhere else."""
    posts = Membership.objects.filter(organisation=contractor.organisation, role__in=ROLES)
    elsewhere = Membership.objects.exclude(organisation=contractor.organisation)
    return User.objects.filter(pk__in=posts.values("user")).exclude(pk__in=elsewhere.values("user")).order_by("username")


def person(contractor, pk) -> User:
    return people_of(contractor).select_for_update().get(pk=pk)


@transaction.atomic
def open_account(contractor, *, short: str, name: str, role: str, phone: str = "", email: str = "", by) -> tuple[User, str]:
    """A colleague's account and its first password, shown once. The name begins with the contractor's own code."""
    if role not in ROLES:
        raise Refused.because("R-STATE", OWN, "承接主体只有管理员和填报两种岗位。")
    if people_of(contractor).filter(is_active=True).count() >= MOST:
        raise Refused.because("R-STATE", OWN, f"本单位启用的账号已达 {MOST} 个，请先停用不再使用的账号。")
    username, password = f"{contractor.uscc.lower()}-{short.lower()}", secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            user = accounts.create_user(username=username, name=name, password=password, phone=phone, email=email, by=by)
    except IntegrityError:
        raise Refused.because("R-STATE", OWN, f"用户名 {username} 已经使用，请换一个简称。") from None
    accounts.appoint(user, contractor.organisation, role, by=by)
    return user, password


@transaction.atomic
def set_active(contractor, user_id, active: bool, *, reason: str, by) -> User:
    user = person(contractor, user_id)
    refuse_own(user, by)
    refuse_unexplained(reason)
    accounts.set_active(user, active, by=by, reason=reason.strip())
    return user


@transaction.atomic
def reset_password(contractor, user_id, *, reason: str, by) -> tuple[User, str]:
    user = person(contractor, user_id)
    refuse_own(user, by)
    refuse_unexplained(reason)
    return user, accounts.reset_password(user, by=by, reason=reason.strip())


def refuse_own(user, by) -> None:
    if user == by:
        raise Refused.because("R-STATE", OWN, "不能停用或者重置自己的账号；修改自己的密码请到“我的账号”。")


def refuse_unexplained(reason: str) -> None:
    if not reason.strip():
        raise Refused.because("R-STATE", OWN, "请写明理由。")


def posts_of(contractor):
    """Active posts by person, for the list."""
    return Membership.objects.filter(organisation=contractor.organisation).active(clock.today())
