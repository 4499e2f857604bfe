"""Celery finds the handlers of this app here."""

from staffing import papers  # noqa: F401
