"""Sessions end by themselves: idle, too old, or replaced by a newer sign-in; some people must do something first."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse

from accounts.posts import SECOND_FACTOR_ROLES
from accounts.reach import reach_of
from accounts.wallclock import now

SEEN, BEGAN = "seen_at", "began_at"
WRITE_EVERY = 60  # seconds between two writes of the last-seen time


class SessionClock:
    """Ends a session after SESSION_IDLE_SECONDS without a request, SESSION_ABSOLUTE_SECONDS in all, or a later sign-in elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            reason = self.ended(request)
            if reason:
                logout(request)
                messages.warning(request, reason)
                back = f"{reverse('accounts:login')}?{urlencode({'next': request.get_full_path()})}"
                return redirect(back if request.method == "GET" else "accounts:login")
        return self.get_response(request)

    def ended(self, request) -> str:
        moment, session = now().timestamp(), request.session
        if request.user.session_key and request.user.session_key != session.session_key:
            return "您的账号已在别处登录，本次会话已结束。如非本人操作，请立即修改密码并报告安全管理员。"
        if moment - session.get(BEGAN, moment) > settings.SESSION_ABSOLUTE_SECONDS:
            return "登录时间已满，请重新登录。"
        if moment - session.get(SEEN, moment) > settings.SESSION_IDLE_SECONDS:
            return "长时间没有操作，会话已结束，请重新登录。未提交的内容保存在本机草稿中。"
        if moment - session.get(SEEN, 0) > WRITE_EVERY:
            session[SEEN] = moment
            session.setdefault(BEGAN, moment)
        return ""


class FirstThings:
    """Before anything else: change an initial password, and set up the second factor where the role demands one."""

    ALWAYS = ("accounts:logout", "accounts:password_change", "accounts:totp_setup")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.path not in {reverse(name) for name in self.ALWAYS}:
            if request.user.must_change_password:
                messages.info(request, "首次登录或密码被重置后，请先设置自己的密码。")
                return redirect("accounts:password_change")
            if needs_second_factor(request.user) and not request.user.is_verified():
                messages.info(request, "您的岗位须启用动态口令，请先完成绑定。")
                return redirect("accounts:totp_setup")
        return self.get_response(request)


def needs_second_factor(user) -> bool:
    """Administrators and experts under production settings (等保：两种以上鉴别)."""
    return settings.SECOND_FACTOR_REQUIRED and bool(reach_of(user).roles & {str(role) for role in SECOND_FACTOR_ROLES})
