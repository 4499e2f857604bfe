"""Counting tries in the shared cache: a fixed window per (scope, who).

When the cache is down a limit on *secrets* (codes, verification) fails closed, a limit on *load* fails open: losing the
counter must neither let guessing run free nor close the counter windows of a whole city.
"""

import logging

from django.core.cache import cache

from records import clock
from records.policy import Clause
from records.refusals import HOUSE, Refused

LIMIT = Clause(HOUSE, "访问频次")
log = logging.getLogger(__name__)


class TooMany(Refused):
    status = 429


def allow(scope: str, who: str, *, limit: int, seconds: int, fail_open: bool = True) -> bool:
    """Count one try. False when ``who`` has used up ``limit`` tries in this window of ``seconds``."""
    window = int(clock.now().timestamp()) // seconds
    key = f"rate:{scope}:{who}:{window}"
    try:
        cache.add(key, 0, timeout=seconds + 5)
        return cache.incr(key) <= limit
    except Exception:  # any cache backend, any failure of it
        log.warning("rate limit %s: cache unreachable, %s", scope, "open" if fail_open else "closed")
        return fail_open


def check(scope: str, who: str, *, limit: int, seconds: int, fail_open: bool = True) -> None:
    """Like ``allow`` but raises TooMany (429)."""
    if not allow(scope, who, limit=limit, seconds=seconds, fail_open=fail_open):
        minutes = max(1, seconds // 60)
        raise TooMany.because("R-RATE", LIMIT, f"操作过于频繁，请 {minutes} 分钟后再试。")


def client_address(request) -> str:
    """The peer as the server saw it. Forwarded headers are the proxy middleware's business, never read here."""
    return request.META.get("REMOTE_ADDR", "")
