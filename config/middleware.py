"""Who is really calling: forwarded headers count only from our own proxy; and a broad limit on sign-in tries per address."""

import ipaddress
import re

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.db import DataError
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

from accounts.reach import narrow
from records import ratelimit

DISTRICT = "district_path"
COMPRESSED = {"text/html", "application/json", "application/problem+json", "application/vnd.oai.openapi", "application/atom+xml"}
TOO_LONG = re.compile(r"value too long for type")
NO_TEXT = re.compile(r"NUL \(0x00\)|\\u0000 cannot be converted")
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


class TrustedProxy:
    """Sets REMOTE_ADDR from X-Forwarded-For when the peer is one of YIMEN_TRUSTED_PROXIES; else drops forwarded headers.

    The right-most address that is not a proxy of ours is taken: everything left of it can be written by the caller.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        try:
            self.proxies = [ipaddress.ip_network(text, strict=False) for text in settings.TRUSTED_PROXIES]
        except ValueError as exc:
            raise ImproperlyConfigured(f"YIMEN_TRUSTED_PROXIES: {exc}") from exc

    def __call__(self, request):
        if self.ours(request.META.get("REMOTE_ADDR", "")):
            chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            callers = [address.strip() for address in reversed(chain) if address.strip() and not self.ours(address.strip())]
            if callers and is_address(callers[0]):
                request.META["REMOTE_ADDR"] = callers[0]
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)

    def ours(self, address: str) -> bool:
        return is_address(address) and any(ipaddress.ip_address(address) in network for network in self.proxies)


class PlainAddress:
    """No column holds a NUL: an address that carries one is nobody's, and no search need think of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("地址中含有不能识别的字符。")
        return self.get_response(request)

    def process_exception(self, request, exception):
        """What no form's field has looked at, and PostgreSQL will not take: a NUL, half a character, more than a column holds."""
        if isinstance(exception, UnicodeEncodeError) or (isinstance(exception, ValueError | DataError) and NO_TEXT.search(str(exception))):
            raise BadRequest("填写的内容中含有不能识别的字符，请删除后重新提交。") from exception
        if isinstance(exception, DataError) and TOO_LONG.search(str(exception)):
            raise BadRequest("填写的内容过长，请缩短后重新提交。") from exception


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class SmallPages(GZipMiddleware):
    """Pages and answers of the API go over the wire as small as a proxy would make them; files go as they lie, with their length.

    Django adds random bytes, so that the length of a page does not tell a secret on it (BREACH).
    """

    def process_response(self, request, response):
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if not response.streaming and kind in COMPRESSED else response


class NoStore:
    """Pages for signed-in people are never kept by a browser or a proxy (they may hold personal data)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SignInLimit:
    """A broad limit on sign-in tries from one address: one password tried on a thousand accounts locks none of them (T17)."""

    WINDOW = 900

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        if request.method == "POST" and request.path in (reverse("accounts:login"), reverse("accounts:totp")):
            who, limit = ratelimit.client_address(request), settings.SIGN_IN_TRIES_PER_ADDRESS
            if not ratelimit.allow("sign-in", who, limit=limit, seconds=self.WINDOW):
                text = "同一网络地址登录尝试过多，请 15 分钟后再试，或联系系统管理员。"
                return HttpResponse(text, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": str(self.WINDOW)})
        return self.get_response(request)


class ChosenDistrict:
    """Who sees several districts may work in one of them: the choice narrows every list, count and search until it is taken back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        if request.user.is_authenticated and (path := request.session.get(DISTRICT)):
            narrow(request.user, path)
        return self.get_response(request)
