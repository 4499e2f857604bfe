"""Settings of the test suite. tests/services.py has put the real PostgreSQL and Redis into the environment before."""

import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2id"]
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="media-", dir=VAR_DIR))  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "records.storage.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
