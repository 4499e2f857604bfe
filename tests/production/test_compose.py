"""The production stack: what docker-compose.yml says, and its very commands run on the real PostgreSQL and Redis of this test run."""

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import pytest
import yaml

from scripts.as_production import asked_for, made_up
from tests.processes import ENQUEUE, ROOT, clean_environment, eventually, get, run_python, started
from tests.services import free_port

TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(TEXT)["services"]
OURS = ("web", "worker", "beat", "migrate")
HOST = "yimen.example"
needs_postgresql = pytest.mark.skipif("postgresql" not in os.environ["DATABASE_URL"], reason="this run is asked to use SQLite")


def test_every_secret_must_be_given():
    asked = set(asked_for()) | {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert set(re.findall(r"\$\{(\w*(?:KEY|PASSWORD)\w*):\?", TEXT)) == asked
    example = (ROOT / "deploy" / "env.example").read_text()
    assert asked <= set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert not re.findall(r"\$\{\w*(?:KEY|PASSWORD)\w*:-[^}]", TEXT)


def test_there_is_one_beat_and_several_of_the_others():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
    assert SERVICES["web"]["deploy"]["replicas"] > 1
    assert SERVICES["worker"]["deploy"]["replicas"] > 1
    assert "--beat" not in SERVICES["worker"]["command"]


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]


def test_what_others_wait_for_tells_whether_it_is_healthy():
    waited = {
        other
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert waited == {"postgres", "redis", "web"}
    assert all("healthcheck" in SERVICES[name] for name in waited | {"worker"})


def command_of(service: str, var: Path) -> list[str]:
    words = [word.replace("/srv/var", str(var)) for word in SERVICES[service]["command"]]
    assert words[0] == "python"
    return [sys.executable, *words[1:]]


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """The environment that compose gives, pointed at the services of this test run, with a migrated database of its own."""
    var = tmp_path_factory.mktemp("production")
    server = os.environ["DATABASE_URL"]
    name = f"production_{os.getpid()}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    redis = os.environ["YIMEN_TEST_REDIS"]
    environment = clean_environment(
        **made_up() | {
            "YIMEN_VAR": str(var), "YIMEN_TRUSTED_PROXIES": "127.0.0.1", "DATABASE_URL": server.rpartition("/")[0] + f"/{name}",
            "BROKER_URL": f"redis+socket://{redis}?virtual_host=60", "CACHE_URL": f"unix://{redis}?db=61",
            "YIMEN_TASK_MODULES": "tests.production.handlers", "YIMEN_TALLY": str(var / "tally"),
        }
    )  # fmt: skip
    for command in (command_of("migrate", var), [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]):
        answer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    yield environment
    connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture(scope="module")
def stack(production):
    """Web, two workers and one beat, started with compose's commands; (port, environment)."""
    var, port = Path(production["YIMEN_VAR"]), free_port()
    with ExitStack() as running:
        for number, name in enumerate(("web", "worker", "worker", "beat")):
            command = command_of(name, var)
            if name == "worker":
                command += ["--hostname", f"w{number}@test"]  # a container has its own name
            environment = production | {"YIMEN_BIND": f"127.0.0.1:{port}"}
            running.enter_context(started(command, environment, var / f"{number}-{name}.log"))
        eventually(lambda: get(port, "/healthz", HOST)[0] in {200, 503}, 240, lambda: logs(var))
        eventually(lambda: json.loads(get(port, "/healthz", HOST)[1])["parts"]["worker"] == "ok", 120, lambda: logs(var))
        yield port, production


def logs(var: Path) -> str:
    return "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in var.glob("*.log"))


def tally(environment) -> list[str]:
    path = Path(environment["YIMEN_TALLY"])
    return path.read_text().split() if path.exists() else []


@needs_postgresql
def test_the_sign_in_page_comes_with_the_headers_of_production(stack):
    port, _ = stack
    status, body = get(port, "/accounts/login/", HOST)
    assert status == 200
    assert "登录".encode() in body
    assert get(port, "/accounts/login/", "evil.example")[0] == 400


@needs_postgresql
def test_a_job_enqueued_and_woken_many_times_runs_once(stack):
    _, environment = stack
    calls = [("once", 15) for _ in range(4)]
    run_python(ENQUEUE.format(calls=calls), environment)
    eventually(lambda: "once" in tally(environment), 120, lambda: logs(Path(environment["YIMEN_VAR"])))
    run_python(ENQUEUE.format(calls=[("after", 1)]), environment)
    eventually(lambda: "after" in tally(environment), 120, lambda: logs(Path(environment["YIMEN_VAR"])))
    assert tally(environment).count("once") == 1


@needs_postgresql
def test_a_job_whose_wake_up_was_lost_is_found_by_the_sweeper(stack):
    """D02: the process dies after COMMIT and before it wakes a worker."""
    _, environment = stack
    lost = "from records import jobs; jobs.wake_on_commit = lambda pk: None\n" + ENQUEUE.format(calls=[("lost", 0)])
    run_python(lost, environment)
    eventually(lambda: "lost" in tally(environment), 120, lambda: logs(Path(environment["YIMEN_VAR"])))
    assert tally(environment).count("lost") == 1


@needs_postgresql
def test_the_container_health_check_passes(stack):
    port, environment = stack
    command = [sys.executable, "deploy/healthcheck.py"]
    bound = environment | {"YIMEN_BIND": f"127.0.0.1:{port}"}
    assert subprocess.run(command, env=bound, cwd=ROOT).returncode == 0
    assert subprocess.run(command, env=environment | {"YIMEN_BIND": "127.0.0.1:1"}, cwd=ROOT, capture_output=True).returncode != 0
