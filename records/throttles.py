"""How often the API is asked: counted in the shared cache, as everything else is (``records.ratelimit``)."""

from rest_framework.throttling import BaseThrottle

from records import ratelimit

MINUTE = 60


class PerUser(BaseThrottle):
    """Load, not secrets: without the cache nothing is counted and everybody is served."""

    scope, per_minute = "api.user", 600

    def allow_request(self, request, view):
        return ratelimit.allow(self.scope, self.who(request), limit=self.per_minute, seconds=MINUTE) if self.who(request) else True

    def who(self, request) -> str:
        return str(request.user.pk) if request.user.is_authenticated else ""

    def wait(self):
        return MINUTE


class PerAddress(PerUser):
    """Whoever has not said who they are."""

    scope, per_minute = "api.address", 60

    def who(self, request) -> str:
        return "" if request.user.is_authenticated else ratelimit.client_address(request)
