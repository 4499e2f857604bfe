"""Starting and ending the portal's own processes from a test."""

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.services import end_with_run

ROOT = Path(__file__).resolve().parent.parent
RUNNER_ONLY = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "YIMEN_VAR", "YIMEN_MEDIA_ROOT")


def clean_environment(**more: str) -> dict[str, str]:
    """The machine's environment without what the test run put there."""
    kept = {name: value for name, value in os.environ.items() if name not in RUNNER_ONLY}
    return kept | {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default"} | more


@contextmanager
def started(command, environment, log: Path):
    """A process that is ended with TERM, then KILL; its output goes to ``log``."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=end_with_run(signal.SIGTERM),
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run_python(code: str, environment) -> str:
    """Run ``code`` in a fresh process with Django set up; its output."""
    text = f"import django; django.setup()\n{code}"
    environment = environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    answer = subprocess.run([sys.executable, "-c", text], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, bytes]:
    """(status, body); status 0 when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def eventually(check, seconds: float, what) -> None:
    """Wait until ``check()`` is true; fail with ``what()`` when it is not in time."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def processes_with(marker: str) -> list[str]:
    """Command lines of running processes whose command line or YIMEN_VAR holds ``marker``."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if process.pid != os.getpid() and (
                marker in " ".join(process.info["cmdline"] or ()) or process.environ().get("YIMEN_VAR") == marker
            ):
                found.append(f"{process.pid} {' '.join(process.info['cmdline'] or ())[:120]}")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


ENQUEUE = """
from accounts.models import Organisation
from records import jobs
from django.db import transaction
from records.models import Job
city, _ = Organisation.objects.get_or_create(code="50", code_scheme="NBS2023", defaults=dict(name="市局", kind="CITY", path="50/"))
import sys
for key, wakes in {calls!r}:
    with transaction.atomic():
        job = jobs.enqueue("tests.tally", organisation=city, by=None, key=key, title=key)
    for _ in range(wakes):
        jobs.wake(job.pk)
print(Job.objects.count())
"""
