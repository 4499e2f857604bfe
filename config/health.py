"""/healthz: what is wrong, in one JSON object without secrets. 200 when everything a citizen's case needs is there, else 503."""

import logging
import shutil
from time import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from accounts.access import public
from accounts.wallclock import today
from config.tasks import HEARTBEAT
from records.models import CalendarYear
from records.workdays import NOTICE_MONTH

HEARTBEAT_MAY_BE = 90  # seconds old; beat asks every 20
FREE_AT_LEAST = 500 * 1024 * 1024
log = logging.getLogger(__name__)


class Unwell(Exception):
    """The part works, but not well enough; the text is shown."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 2, "socket_connect_timeout": 2}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as link:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=2)


def worker() -> None:
    last = cache.get(HEARTBEAT)
    if last is None:
        raise Unwell("no worker has answered yet")
    age = time() - last
    if age > HEARTBEAT_MAY_BE:
        raise Unwell(f"last heartbeat {age:.0f} s ago")


def disk() -> None:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < FREE_AT_LEAST:
        raise Unwell(f"{free // 1024**2} MB free")


def calendar() -> None:
    """Without this year's working days no time limit can be computed (it is refused, never guessed)."""
    year = today().year
    if not CalendarYear.objects.filter(year=year).exists():
        raise Unwell(f"working days of {year} are not loaded")


def next_calendar() -> None:
    """From November the coming year's working days should be there: limits that reach into it stay open until they are."""
    day = today()
    if day.month >= NOTICE_MONTH and not CalendarYear.objects.filter(year=day.year + 1).exists():
        raise Unwell(f"working days of {day.year + 1} are not loaded")


CHECKS = (database, broker, worker, disk, calendar)
WARNINGS = (next_calendar,)  # told, but not unwell


def verdict(check) -> str:
    try:
        check()
    except Unwell as exc:
        return str(exc)
    except Exception:  # whatever fails: the answer says which part, the log says how
        log.exception("health: %s", check.__name__)
        return "unreachable"
    return "ok"


@public
@require_safe
@never_cache
def healthz(request) -> JsonResponse:
    parts = {check.__name__: verdict(check) for check in CHECKS}
    healthy = set(parts.values()) == {"ok"}
    told = {check.__name__: verdict(check) for check in WARNINGS}
    warnings = {name: words for name, words in told.items() if words != "ok"}
    answer = {"status": "ok" if healthy else "unwell", "parts": parts, "warnings": warnings}
    return JsonResponse(answer, status=200 if healthy else 503)
