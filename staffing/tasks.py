"""Celery finds the handlers of this app here."""

from staffing import papers  # noqa: F401
from staffing.services import training  # noqa: F401
