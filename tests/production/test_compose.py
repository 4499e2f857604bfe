"""The production stack: what docker-compose.yml says, and its very commands run on the real PostgreSQL and Redis of this test run."""

import re
import subprocess
import sys
from pathlib import Path

from scripts.as_production import asked_for
from tests.processes import ENQUEUE, ROOT, eventually, get, run_python
from tests.production.conftest import HOST, SERVICES

TEXT = (ROOT / "docker-compose.yml").read_text()


def test_every_secret_must_be_given():
    asked = set(asked_for()) | {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD"}
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
    assert all("healthcheck" in SERVICES[name] for name in waited | {"worker", "beat", "proxy"})


def tally(environment) -> list[str]:
    path = Path(environment["YIMEN_TALLY"])
    return path.read_text().split() if path.exists() else []


def test_the_sign_in_page_comes_with_the_headers_of_production(stack):
    port = stack.port
    status, body = get(port, "/accounts/login/", HOST)
    assert status == 200
    assert "登录".encode() in body
    assert get(port, "/accounts/login/", "evil.example")[0] == 400


def test_a_job_enqueued_and_woken_many_times_runs_once(stack):
    environment = stack.environment
    calls = [("once", 15) for _ in range(4)]
    run_python(ENQUEUE.format(calls=calls), environment)
    eventually(lambda: "once" in tally(environment), 120, stack.logs)
    run_python(ENQUEUE.format(calls=[("after", 1)]), environment)
    eventually(lambda: "after" in tally(environment), 120, stack.logs)
    assert tally(environment).count("once") == 1


def test_a_job_whose_wake_up_was_lost_is_found_by_the_sweeper(stack):
    """D02: the process dies after COMMIT and before it wakes a worker."""
    environment = stack.environment
    lost = "from records import jobs; jobs.wake_on_commit = lambda pk: None\n" + ENQUEUE.format(calls=[("lost", 0)])
    run_python(lost, environment)
    eventually(lambda: "lost" in tally(environment), 120, stack.logs)
    assert tally(environment).count("lost") == 1


def test_the_container_health_check_passes(stack):
    port, environment = stack.port, stack.environment
    command = [sys.executable, "deploy/healthcheck.py"]
    bound = environment | {"YIMEN_BIND": f"127.0.0.1:{port}"}
    assert subprocess.run(command, env=bound, cwd=ROOT).returncode == 0
    assert subprocess.run(command, env=environment | {"YIMEN_BIND": "127.0.0.1:1"}, cwd=ROOT, capture_output=True).returncode != 0
