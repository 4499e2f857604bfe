"""The one place that asks the machine for the time; ``records.clock`` hands it to the apps above."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """Today in Chongqing (Asia/Shanghai)."""
    return timezone.localdate()
