"""How gunicorn serves (``gunicorn -c python:config.gunicorn config.wsgi``), the same on one machine and in a container."""

import os
import tempfile
from pathlib import Path

bind = os.environ.get("YIMEN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "config.worker.PoliteWorker"
threads = int(os.environ.get("YIMEN_THREADS", "4"))
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 5_000
max_requests_jitter = 500
limit_request_line = 4_094
limit_request_fields = 60
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()  # noqa: S108  a heartbeat file, no data
forwarded_allow_ips = ""  # forwarded headers are judged by config.middleware.TrustedProxy alone
control_socket_disable = True
logger_class = "config.worker.DiscreetLogger"
loglevel = os.environ.get("YIMEN_GUNICORN_LOG", "info")
accesslog = os.environ.get("YIMEN_ACCESS_LOG") or None
# Path without its query, no address, no agent: an access log must not become a file about people.
access_log_format = '{"at":"%(t)s","method":"%(m)s","path":"%(U)s","status":%(s)s,"ms":%(M)s,"bytes":"%(B)s"}'
