"""What django-axes counts by. Addresses are limited by ``config.middleware.SignInLimit``."""


def by_account(request_or_attempt, credentials=None) -> list[str]:
    return ["username"]


def address(request) -> str | None:
    """The peer, which ``TrustedProxy`` has already set; no forwarded header is read here."""
    return request.META.get("REMOTE_ADDR")
