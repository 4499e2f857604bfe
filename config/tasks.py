"""The heartbeat: beat asks every 20 seconds, a worker answers; /healthz reads when it last did."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT = "heartbeat"


@shared_task
def heartbeat() -> None:
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)
