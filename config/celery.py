"""The Celery application. Settings come from Django's, names starting with CELERY_."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Running as root is warned about because of pickled messages; ours are JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("yimen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def first_heartbeat(**_) -> None:
    """So that /healthz knows a worker at once, not after beat's first interval."""
    app.send_task("config.tasks.heartbeat")
