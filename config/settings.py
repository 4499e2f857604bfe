"""One file; what differs between machines comes from the environment, through the strict readers in ``config.env``.

YIMEN_ENV=embedded (default): SQLite and a private Redis under var/, secrets made once into var/*.key.
YIMEN_ENV=production: every secret, the hosts, the database and Redis must be given; https only.
docs/operations.md lists every variable.
"""

import tempfile
import zlib
from datetime import timedelta
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.env import env_bool, env_choice, env_int, env_list, env_secret, env_str

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = env_choice("YIMEN_ENV", ("embedded", "production")) == "production"
VAR_DIR = Path(env_str("YIMEN_VAR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env_bool("YIMEN_DEBUG", False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("YIMEN_DEBUG=1 is refused in production.")


def kept(name: str) -> Path | None:
    return None if PRODUCTION else VAR_DIR / name


# Secrets. FIELD_KEYS encrypt personal data: {id: 32 hex digits}; the first writes, all read (rotation).
SECRET_KEY = env_secret("YIMEN_SECRET_KEY", keep=kept("secret.key"))
SECRET_KEY_FALLBACKS = env_list("YIMEN_SECRET_KEY_FALLBACKS")
AUDIT_KEY = env_secret("YIMEN_AUDIT_KEY", keep=kept("audit.key"))
BLIND_INDEX_KEY = env_secret("YIMEN_BLIND_INDEX_KEY", keep=kept("blind-index.key"), hex_bytes=16)
# The system's own share of a tender key; useless without a key holder's passphrase (docs/decisions).
BID_ESCROW_KEY = env_secret("YIMEN_BID_ESCROW_KEY", keep=kept("bid-escrow.key"), hex_bytes=32)
FIELD_KEYS = {"k1": env_secret("YIMEN_FIELD_KEY", keep=kept("field.key"), hex_bytes=16)}
for _pair in env_list("YIMEN_FIELD_KEYS_EXTRA"):  # "k2=<hex>" goes in front and becomes the writing key
    _name, _, _hex = _pair.partition("=")
    if len(_hex) != 32 or set(_hex.lower()) - set("0123456789abcdef") or _name in FIELD_KEYS:
        raise ImproperlyConfigured("YIMEN_FIELD_KEYS_EXTRA must read like k2=<32 hex digits>, each name once.")
    FIELD_KEYS = {_name: _hex, **FIELD_KEYS}

# Who may call
ALLOWED_HOSTS = env_list("YIMEN_ALLOWED_HOSTS", None if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("YIMEN_ALLOWED_HOSTS must name the hosts of this portal in production, without '*'.")
CSRF_TRUSTED_ORIGINS = env_list("YIMEN_CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env_list("YIMEN_TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # TrustedProxy drops it from anyone else
SITE_URL = env_str("YIMEN_SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://127.0.0.1:8000")
OCDS_PREFIX = env_str("YIMEN_OCDS_PREFIX", "ocds-000000")  # the publisher's own, from the Open Contracting Partnership

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "config",
    "evaluation",
    "windows",
    "staffing",
    "procurement",
    "contractors",
    "records",
    "accounts",
]
MIDDLEWARE = [
    "config.middleware.TrustedProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.SmallPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.NoStore",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.PlainAddress",
    "django_otp.middleware.OTPMiddleware",
    "config.middleware.SignInLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionClock",
    "accounts.middleware.FirstThings",
    "config.middleware.ChosenDistrict",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "records.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers for sign-ins that were locked out
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
            ],
            "builtins": ["config.templatetags.yimen"],
        },
    }
]

# Database. On PostgreSQL a page may not keep it longer than the statement timeout; workers get a longer one (0 = none).
DATABASE_URL = env_str("DATABASE_URL", None if PRODUCTION else f"sqlite:///{VAR_DIR}/yimen.sqlite3")
APP_DATABASE_URL = env_str("YIMEN_APP_DATABASE_URL", "")  # whom a migration gives the rights of the running portal (accounts.app_role)
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    }
else:
    _timeout = env_int("YIMEN_STATEMENT_TIMEOUT_MS", 15_000)
    DATABASES["default"].setdefault("OPTIONS", {}).update(connect_timeout=3, options=f"-c statement_timeout={_timeout}")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: one database for the broker, another for the cache (clearing the cache must not empty the queues)
REDIS_SOCKET = Path(env_str("YIMEN_REDIS_SOCKET", str(VAR_DIR / "redis.sock")))
if len(str(REDIS_SOCKET)) > 100:  # the kernel's limit for a socket's path is 107
    REDIS_SOCKET = Path(tempfile.gettempdir()) / f"yimen-{zlib.crc32(str(VAR_DIR).encode()):08x}.sock"
BROKER_URL = env_str("BROKER_URL", None if PRODUCTION else f"redis+socket://{REDIS_SOCKET}?virtual_host=0")
CACHE_URL = env_str("CACHE_URL", None if PRODUCTION else f"unix://{REDIS_SOCKET}?db=1")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "yimen",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# Celery: the database is the truth, this is the wake-up and the hands
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,  # longer than the longest task may run, or it is handed to a second worker meanwhile
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5},
    # Of a page that wakes a worker: it does not wait for a broker that is away, the sweeper will tell the worker later.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300  # below the lease of a job and the visibility timeout
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_INCLUDE = env_list("YIMEN_TASK_MODULES")  # further modules with tasks or job handlers
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "config.tasks.heartbeat", "schedule": 20, "options": {"expires": 20}},
    "sweep jobs": {"task": "records.tasks.sweep_jobs", "schedule": 15, "options": {"expires": 15}},
    "tell what is overdue": {"task": "windows.tasks.escalate_overdue", "schedule": crontab(hour="8,13", minute=30)},
    "fill open dates": {"task": "windows.tasks.fill_open_dates", "schedule": crontab(hour=4, minute=20)},
    "recompute due days": {"task": "windows.tasks.recompute_corrected", "schedule": crontab(hour=4, minute=40)},
    "end what was asked of charities": {"task": "windows.tasks.lapse_needs", "schedule": crontab(hour=1, minute=20)},
    "close the windows' month": {"task": "windows.tasks.close_month", "schedule": crontab(hour=2, minute=50, day_of_month="1")},
    "freeze the staffing month": {"task": "staffing.tasks.freeze_months", "schedule": crontab(hour=1, minute=35)},
    "fill open dates of evaluations": {"task": "evaluation.tasks.fill_open_dates", "schedule": crontab(hour=2, minute=5)},
    "forget devices of survey replies": {"task": "evaluation.tasks.forget_devices", "schedule": crontab(hour=2, minute=10)},
    "close periods": {"task": "evaluation.tasks.close_periods", "schedule": crontab(hour=2, minute=20)},
    "date open challenges": {"task": "procurement.tasks.date_open_challenges", "schedule": crontab(hour=0, minute=25)},
    "find exit triggers": {"task": "procurement.tasks.find_exit_triggers", "schedule": crontab(hour=0, minute=40)},
    "open due reports": {"task": "procurement.tasks.open_due_reports", "schedule": crontab(hour=0, minute=20)},
    "plan visits": {"task": "procurement.tasks.plan_visits", "schedule": crontab(hour=0, minute=40)},
    "tell expiring certificates": {"task": "contractors.tasks.tell_expiring", "schedule": crontab(hour=7, minute=40)},
    "forget drafts of applications": {"task": "contractors.tasks.forget_drafts", "schedule": crontab(hour=3, minute=40)},
    "escalate rectifications": {"task": "procurement.tasks.escalate_rectifications", "schedule": crontab(hour=7, minute=45)},
    "look for suspicions": {"task": "procurement.tasks.look_for_suspicions", "schedule": crontab(hour=1, minute=15)},
    "clean up": {"task": "records.tasks.clean_up", "schedule": crontab(hour=3, minute=10)},
}

# Who is who
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.ContextBlocklist"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone", "email")},
    },
]
SECOND_FACTOR_REQUIRED = env_bool("YIMEN_SECOND_FACTOR", PRODUCTION)
OTP_TOTP_ISSUER = "一门"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = 1_800
SESSION_ABSOLUTE_SECONDS = SESSION_COOKIE_AGE = 43_200
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# Lock-out: ten wrong passwords lock one account for a quarter of an hour, whatever addresses they came from. A callable,
# because addresses are limited apart and far more broadly: a whole bureau stands behind one.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = "config.lockout.by_account"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else an attacker keeps an official out for ever
AXES_CLIENT_IP_CALLABLE = "config.lockout.address"
AXES_LOCKOUT_TEMPLATE = None
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SIGN_IN_TRIES_PER_ADDRESS = env_int("YIMEN_SIGN_IN_TRIES_PER_ADDRESS", 300, least=10)  # in a quarter of an hour

# Headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env_bool("YIMEN_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# What comes in
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_str("YIMEN_STATIC_ROOT", str(VAR_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
if (BASE_DIR / "build" / "vendor").is_dir():
    STATICFILES_DIRS.append(("vendor", BASE_DIR / "build" / "vendor"))
MEDIA_ROOT = Path(env_str("YIMEN_MEDIA_ROOT", str(VAR_DIR / "media")))
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage" if PRODUCTION else "config.storage.GzipManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "records.storage.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if DEBUG else _hashed},
}
if env_str("YIMEN_S3_BUCKET", ""):
    from config.s3 import s3

    STORAGES["default"] = s3(
        env_str("YIMEN_S3_BUCKET"),
        env_str("YIMEN_S3_ENDPOINT"),
        env_str("YIMEN_S3_ACCESS_KEY"),
        env_str("YIMEN_S3_SECRET_KEY"),
        addressing=env_choice("YIMEN_S3_ADDRESSING", ("auto", "path", "virtual")),
        region=env_str("YIMEN_S3_REGION", ""),
    )
CLAMD_ADDRESS = env_str("YIMEN_CLAMD", "")  # host:port; when given, no upload is kept without the scanner's word
FONTS_DIR = Path(env_str("YIMEN_FONTS", str(VAR_DIR / "fonts")))  # a bureau's own licensed 仿宋/小标宋

# Mail: none is sent unless a server is given
EMAIL_HOST = env_str("YIMEN_EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_PORT = env_int("YIMEN_EMAIL_PORT", 465)
EMAIL_HOST_USER = env_str("YIMEN_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env_str("YIMEN_EMAIL_PASSWORD", "")
EMAIL_USE_SSL = env_bool("YIMEN_EMAIL_SSL", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_str("YIMEN_EMAIL_FROM", "yimen@localhost")

# Words and time
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True

FILTERS_EMPTY_CHOICE_LABEL = "全部"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["records.parsers.PlainJSON"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["records.throttles.PerUser", "records.throttles.PerAddress"],
    "EXCEPTION_HANDLER": "records.api.handle",
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "一门 社会救助服务平台接口",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "records.api.document_problems"],
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKind": "accounts.models.Organisation.Kind",
        "OrganisationFunction": "accounts.models.Organisation.Function",
        "RoleEnum": "accounts.roles.Role",
        "TimeUnit": "windows.models.clock.UNITS",
        "CharityNeedKind": "windows.models.CharityNeed.Kind",
        "CharityNeedCategory": "windows.models.CharityNeed.Category",
        "CharityNeedStatus": "windows.models.CharityNeed.Status",
    },
}

_levels = ("INFO", "DEBUG", "WARNING", "ERROR") if PRODUCTION else ("WARNING", "INFO", "DEBUG", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.logs.JsonFormatter"},
        "plain": {"()": "config.logs.PlainFormatter", "format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "plain"}},
    "root": {"handlers": ["stderr"], "level": env_choice("YIMEN_LOG_LEVEL", _levels)},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True, "level": "INFO"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
