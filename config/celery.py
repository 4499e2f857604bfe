"""The Celery application. Settings come from Django's, names starting with CELERY_."""

import os
import warnings

from billiard import current_process
from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_embedded_init, worker_ready

from config.lifeline import stay_no_longer_than

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


@beat_embedded_init.connect
def end_with_worker(**_) -> None:
    """A TERM that comes while the scheduler is being forked is lost: it would outlive its worker and run beside the next one's."""
    stay_no_longer_than(current_process()._parent_pid)
