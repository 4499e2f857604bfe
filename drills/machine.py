"""A PostgreSQL of the drill's own, that may be cut off, and gunicorns of production on it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg2

from scripts.as_production import made_up
from tests.processes import ROOT, clean_environment, eventually, get
from tests.production.conftest import HOST, command_of
from tests.services import end_with_run, free_port, postgres_binaries, unprivileged
from tests.template import KEPT, forerunner, key


class Cluster:
    """Commits are flushed to the file before they are acknowledged: a killed server loses none of them."""

    def __init__(self, folder: Path):
        self.data, self.port = folder / "pg", free_port()
        self.account = unprivileged()
        self.binaries, self.environment = postgres_binaries(folder, self.account)
        self.data.mkdir(mode=0o700)
        if self.account:
            os.chown(self.data, self.account["user"], self.account["group"])
        self.run("initdb", "-U", "yimen", "--locale=C.UTF-8", "-E", "UTF8", "-A", "trust", "-N")
        self.log = self.data / "server.log"
        self.start()
        self.url = f"postgresql://yimen@127.0.0.1:{self.port}/drill"
        self.fill()

    def run(self, program: str, *arguments) -> None:
        command = [self.binaries / program, "-D", self.data, *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd="/", env=self.environment, **quiet, **self.account)

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -F -c unix_socket_directories={self.data} -c max_connections=80 -c synchronous_commit=on"
        self.run("pg_ctl", "-w", "-l", self.log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-w", "-m", mode, "stop")

    def cut(self) -> float:
        """``-m immediate`` and up again; the moment at which it takes connections."""
        self.stop()
        self.start()
        while not self.ready():
            time.sleep(0.02)
        return time.monotonic()

    def ready(self) -> bool:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url).close()
            return True
        return False

    def fill(self) -> None:
        server = psycopg2.connect(self.url.rpartition("/")[0] + "/postgres")
        server.autocommit = True
        server.cursor().execute("CREATE DATABASE drill")
        server.close()
        dump = KEPT / f"template_{key()}.dump"
        if base := dump if dump.exists() else forerunner():
            restore = [self.binaries / "pg_restore", "--no-owner", "--exit-on-error", "-d", self.url, base]
            subprocess.run(restore, check=True, env=self.environment)

    def end(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()


def environment_of(cluster: Cluster, var: Path) -> dict[str, str]:
    redis = os.environ["YIMEN_TEST_REDIS"]
    given = {
        "YIMEN_VAR": str(var), "YIMEN_TRUSTED_PROXIES": "127.0.0.1", "DATABASE_URL": cluster.url,
        "BROKER_URL": f"redis+socket://{redis}?virtual_host=58", "CACHE_URL": f"unix://{redis}?db=59",
    }  # fmt: skip
    return clean_environment(**made_up() | given)


def migrate(environment: dict[str, str], var: Path) -> None:
    run(command_of("migrate", var), environment)


def collect(environment: dict[str, str]) -> None:
    """Style sheets and scripts, which only a web needs."""
    run([sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    answer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


class Web:
    """One gunicorn, as in compose, that the drill ends and starts again."""

    def __init__(self, environment: dict[str, str], var: Path, name: str):
        self.port, self.var, self.log = free_port(), var, var / f"{name}.log"
        self.environment = environment | {"YIMEN_BIND": f"127.0.0.1:{self.port}"}
        self.process = None

    def start(self) -> None:
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                command_of("web", self.var), env=self.environment, cwd=ROOT, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=end_with_run(signal.SIGTERM),
            )  # fmt: skip
        eventually(lambda: get(self.port, "/healthz", HOST)[0] in (200, 503), 120, lambda: self.log.read_text()[-2000:])

    def term(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> None:
        """The master and its workers, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
