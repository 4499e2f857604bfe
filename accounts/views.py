"""Sign-in, second factor, password, my tokens."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts import services
from accounts.access import public, signed_in
from accounts.forms import CodeForm, NewPasswordForm, SignInForm, TokenForm
from accounts.models import ApiToken, Membership
from accounts.wallclock import now, today

PENDING = "second_factor_pending"
PENDING_SECONDS = 300
OFFERED_KEY = "second_factor_offered"  # in the session until a right code confirms it
BACKEND = "django.contrib.auth.backends.ModelBackend"


@method_decorator(public, name="dispatch")
@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
            self.request.session.cycle_key()
            self.request.session[PENDING] = TimestampSigner(salt=PENDING).sign(str(user.pk))
            return redirect(f"{reverse('accounts:totp')}?{urlencode({'next': self.get_redirect_url()})}")
        enter(self.request, user)
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        if getattr(self.request, "axes_locked_out", False):
            make_password("equal work for locked and open accounts")
        return super().form_invalid(form)


def enter(request, user) -> None:
    """The session begins: new key, clock started, earlier sessions of this person end."""
    login(request, user, backend=BACKEND)
    request.session["began_at"] = request.session["seen_at"] = now().timestamp()
    request.session.save()
    services.note_sign_in(user, session_key=request.session.session_key)


@public
@require_http_methods(["GET", "POST"])
def totp(request):
    """The second step of sign-in, within five minutes of the first."""
    user = pending_user(request)
    if user is None:
        messages.warning(request, "请先输入用户名和密码。")
        return redirect("accounts:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(user, form.cleaned_data["code"])
        if device is not None:
            request.session.pop(PENDING, None)
            enter(request, user)
            otp_login(request, device)
            return redirect(safe_next(request))
        form.add_error("code", "动态口令不正确或已过期。连续输错时系统会逐步延长等待时间，请核对手机时间后再试。")
    return render(request, "accounts/totp.html", {"form": form, "next": request.GET.get("next", "")})


def pending_user(request):
    try:
        pk = TimestampSigner(salt=PENDING).unsign(request.session.get(PENDING, ""), max_age=PENDING_SECONDS)
    except BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True).first()


def safe_next(request) -> str:
    url = request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if allowed else resolve_url(settings.LOGIN_REDIRECT_URL)


@public
@require_POST
def sign_out(request):
    if request.user.is_authenticated:
        services.note_sign_out(request.user)
    logout(request)
    return redirect("accounts:signed_out")


@public
@require_safe
def signed_out(request):
    """Says goodbye; its script wipes the drafts that this browser kept."""
    return render(request, "accounts/signed_out.html")


@signed_in
@require_http_methods(["GET", "POST"])
def totp_setup(request):
    """Bind an authenticator: the secret is shown as a QR code until the first right code confirms it. Looking writes no row."""
    if TOTPDevice.objects.filter(user=request.user, confirmed=True).exists() and not request.user.is_verified():
        return redirect("accounts:login")
    device = TOTPDevice(user=request.user, name="验证器", confirmed=False, key=request.session.setdefault(OFFERED_KEY, random_hex()))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = TOTPDevice.objects.filter(user=request.user, confirmed=False, key=device.key).first() or device
        if device.verify_token(form.cleaned_data["code"]):
            services.confirm_second_factor(request.user, device)
            del request.session[OFFERED_KEY]
            request.session.cycle_key()  # a session that may do more has a new key; login() leaves the same person's alone
            enter(request, request.user)
            otp_login(request, device)
            messages.success(request, "动态口令已启用，下次登录时需要输入。")
            return redirect("accounts:profile")
        form.add_error("code", "动态口令不正确，请核对手机时间后再试。")
    return render(request, "accounts/totp_setup.html", {"form": form, "config_url": device.config_url, "secret": _secret(device)})


def _secret(device) -> str:
    text = device.config_url.split("secret=")[1].split("&")[0]
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request):
    form = NewPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        services.change_password(request.user, form.cleaned_data["new_password"], by=request.user)
        verified = getattr(request.user, "otp_device", None)
        enter(request, request.user)
        if verified:
            otp_login(request, verified)
        messages.success(request, "密码已修改，其他设备上的登录已退出。")
        return redirect("home")
    return render(request, "accounts/password_change.html", {"form": form})


@signed_in
@require_safe
def profile(request):
    """My posts, my tokens, my security."""
    posts = Membership.objects.filter(user=request.user).active(today()).select_related("organisation", "deputy_for__user")
    tokens = ApiToken.objects.filter(user=request.user).select_related("organisation")
    context = {
        "posts": posts,
        "tokens": [(token, token.state(today())) for token in tokens],
        "second_factor": TOTPDevice.objects.filter(user=request.user, confirmed=True).exists(),
        "form": TokenForm(),
        "new_secret": request.session.pop("new_token", ""),
    }
    return render(request, "accounts/profile.html", context)


@signed_in
@require_POST
def token_create(request):
    form = TokenForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            _, secret = services.issue_token(
                request.user,
                services.home_of(request.user),
                purpose=data["purpose"],
                expires_on=data["expires_on"],
                read_only=not data["writes"],
                by=request.user,
            )
            request.session["new_token"] = secret
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
    else:
        messages.error(request, "请填写用途和有效期。")
    return redirect("accounts:profile")


@signed_in
@require_POST
def token_revoke(request, pk):
    services.revoke_token(get_object_or_404(ApiToken, user=request.user, pk=pk), by=request.user)
    messages.success(request, "令牌已吊销，立即失效。")
    return redirect("accounts:profile")
