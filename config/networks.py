"""Where contractors' people sign in from, for the patterns in survey replies: Django's own news of a sign-in, told to evaluation."""

from evaluation.services.doubts import note_network
from records.ratelimit import client_address


def note(sender, request, user, **_) -> None:
    """A keyed digest in the cache, for as many days as an authority has set; nothing while none is set."""
    note_network(user, client_address(request) if request is not None else "")
