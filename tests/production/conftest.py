"""The production stack for this folder: compose's own commands on the PostgreSQL and Redis of the test run."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
import yaml

from scripts.as_production import made_up
from tests.processes import ROOT, clean_environment, eventually, get, run_python, started
from tests.services import free_port

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
HOST = "yimen.example"


@dataclass
class Stack:
    """Two gunicorns, two workers and one beat. ``ports``: where each gunicorn listens; ``ground``: see ``world.lay``."""

    ports: tuple[int, int]
    environment: dict[str, str]
    ground: dict

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def var(self) -> Path:
        return Path(self.environment["YIMEN_VAR"])

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in self.var.glob("*.log"))

    def run(self, code: str):
        """What ``code`` prints as JSON, run in a fresh process of the stack."""
        return json.loads(run_python(code, self.environment))


def command_of(service: str, var: Path) -> list[str]:
    words = [word.replace("/srv/var", str(var)) for word in SERVICES[service]["command"]]
    assert words[0] == "python"
    return [sys.executable, *words[1:]]


@pytest.fixture(scope="package")
def production(tmp_path_factory):
    """The environment that compose gives, pointed at the services of this test run, with a migrated database of its own."""
    var = tmp_path_factory.mktemp("production")
    server = os.environ["DATABASE_URL"]
    if "postgresql" not in server:
        pytest.skip("this run is asked to use SQLite")
    name = f"production_{os.getpid()}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    redis = os.environ["YIMEN_TEST_REDIS"]
    owner, role = server.rpartition("/")[0] + f"/{name}", f"app_{os.getpid()}"
    environment = clean_environment(
        **made_up() | {
            "YIMEN_VAR": str(var), "YIMEN_TRUSTED_PROXIES": "127.0.0.1", "DATABASE_URL": owner.replace("//yimen@", f"//{role}:secret@"),
            "BROKER_URL": f"redis+socket://{redis}?virtual_host=60", "CACHE_URL": f"unix://{redis}?db=61",
            "YIMEN_TASK_MODULES": "tests.production.handlers", "YIMEN_TALLY": str(var / "tally"),
        }
    )  # fmt: skip
    as_owner = environment | {"DATABASE_URL": owner, "YIMEN_APP_DATABASE_URL": environment["DATABASE_URL"]}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    for command, given in ((command_of("migrate", var), as_owner), (collect, environment)):
        answer = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    yield environment
    connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.cursor().execute(f"DROP ROLE {role}")
    connection.close()


@pytest.fixture(scope="package")
def stack(production):
    """Two webs, two workers and one beat, started with compose's commands."""
    var, ports = Path(production["YIMEN_VAR"]), (free_port(), free_port())
    ground = run_python("import json; from tests.production import world; print(json.dumps(world.lay()))", production)
    here = Stack(ports, production, json.loads(ground))
    listens = {0: ports[0], 1: ports[1]}
    with ExitStack() as running:
        for number, name in enumerate(("web", "web", "worker", "worker", "beat")):
            command = command_of(name, var)
            if name == "worker":
                command += ["--hostname", f"w{number}@test"]  # a container has its own name
            environment = production | {"YIMEN_BIND": f"127.0.0.1:{listens.get(number, 0)}"}
            running.enter_context(started(command, environment, var / f"{number}-{name}.log"))
        for port in ports:
            eventually(lambda port=port: get(port, "/healthz", HOST)[0] in {200, 503}, 240, here.logs)
        eventually(
            lambda: json.loads(get(here.port, "/healthz", HOST)[1] or b'{"parts": {"worker": ""}}')["parts"]["worker"] == "ok",
            240,
            here.logs,
        )
        yield here
