"""What every page's frame shows. Lazy: a partial that has no frame asks the database nothing."""

from functools import cached_property

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from accounts.models import Membership, Organisation
from accounts.reach import reach_of
from config.middleware import DISTRICT
from config.navigation import navigation_for
from records.clock import today
from records.messages import unread_count

UNREAD_SHOWN = 100
LARGE_COOKIE = "yimen_large"
ACCOUNT_LINKS = (("accounts:profile", "我的账号", "person-vcard"), ("records:job_list", "下载中心", "download"))


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
    def posts(self) -> list[Membership]:
        """The user's own posts today."""
        return list(reach_of(self.user).memberships)

    @cached_property
    def districts(self) -> list[Organisation]:
        """The districts to choose from; empty for whoever sees no more than one."""
        found = districts_of(self.posts)
        return found if len(found) > 1 else []

    @property
    def district(self) -> Organisation | None:
        path = self.request.session.get(DISTRICT)
        return next((district for district in self.districts if district.path == path), None)

    @property
    def inbox_url(self) -> str:
        return reverse("records:message_list")

    @cached_property
    def unread(self) -> str:
        """Messages not yet opened, as shown beside the bell."""
        count = unread_count(self.user)
        return "" if not count else str(count) if count < UNREAD_SHOWN else f"{UNREAD_SHOWN - 1}+"

    @property
    def account_links(self) -> list[tuple[str, str, str]]:
        return [(reverse(name), label, icon) for name, label, icon in ACCOUNT_LINKS]


def districts_of(posts) -> list[Organisation]:
    """District bureaus at or under these posts. Who works in one district alone costs no query."""
    paths = {post.organisation.path for post in posts}
    if not any(path.count("/") == 1 for path in paths) and len({path.split("/")[1] for path in paths}) < 2:
        return []
    bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(today()).order_by("path")
    return [bureau for bureau in bureaus if any(bureau.path.startswith(path) or path.startswith(bureau.path) for path in paths)]


def frame(request):
    return {"frame": Frame(request)}
