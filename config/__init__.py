"""Settings, URLs and what runs the portal. The only package that may see every app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
