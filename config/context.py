"""What every page's frame shows. Lazy: a partial that has no frame asks the database nothing."""

from functools import cached_property

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from accounts.models import Membership
from config.navigation import navigation_for
from records.clock import today

LARGE_COOKIE = "yimen_large"


class Frame:
    portal = "一门"
    subtitle = "社会救助服务"
    source = "渝民发〔2018〕4号"

    def __init__(self, request):
        self.request = request
        self.user = getattr(request, "user", None)

    @property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @property
    def large(self) -> bool:
        return self.request.COOKIES.get(LARGE_COOKIE) == "1"

    @property
    def path(self) -> str:
        return self.request.get_full_path()

    @property
    def login_url(self) -> str:
        return resolve_url(settings.LOGIN_URL)

    @property
    def logout_url(self) -> str:
        return reverse("accounts:logout")

    @cached_property
    def navigation(self):
        return navigation_for(self.user, self.request.path) if self.signed_in else []

    @cached_property
    def posts(self):
        """The user's own posts today, for the user menu."""
        return Membership.objects.filter(user=self.user).active(today()).select_related("organisation")[:4] if self.signed_in else []


def frame(request):
    return {"frame": Frame(request)}
