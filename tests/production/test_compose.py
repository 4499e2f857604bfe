"""The production stack: what docker-compose.yml says, and its very commands run on the real PostgreSQL and Redis of this test run."""

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path

from scripts.as_production import asked_for
from tests.processes import ENQUEUE, ROOT, eventually, get, run_python
from tests.production.conftest import HOST, SERVICES

TEXT = (ROOT / "docker-compose.yml").read_text()
YEAR = 365 * 24 * 3600
STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SAFE_COOKIE = re.compile(
    r"__Host-\w+=(?=.*; Secure)(?=.*; HttpOnly)(?=.*; Path=/(;|$))(?=.*; SameSite=(Lax|Strict))(?!.*; Domain)", re.IGNORECASE
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    cookies: list[str]
    text: str


def answered(port: int, path: str, headers: dict) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": HOST, **headers})
        response = connection.getresponse()
        cookies = response.headers.get_all("Set-Cookie") or []
        return Answer(response.status, dict(response.headers), cookies, response.read().decode())
    finally:
        connection.close()


def without(answer: Answer, name: str) -> Answer:
    return replace(answer, headers={key: value for key, value in answer.headers.items() if key != name})


def faults_of(answer: Answer) -> list[str]:
    """What a page in production lacks."""
    found = [name for name, value in STRICT.items() if answer.headers.get(name) != value]
    kept = re.search(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    if not kept or int(kept[1]) < YEAR or "includeSubDomains" not in answer.headers["Strict-Transport-Security"]:
        found.append("Strict-Transport-Security")
    policy = answer.headers.get("Content-Security-Policy", "")
    wanted = ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri", "form-action")
    if "unsafe-" in policy or not all(part in policy for part in wanted):
        found.append("Content-Security-Policy")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    found += [f"cookie {cookie}" for cookie in answer.cookies if not SAFE_COOKIE.match(cookie)]
    return found if answer.cookies else [*found, "no cookie"]


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
    """T22: of the page as gunicorn sends it behind the proxy, and of every cookie on it."""
    answer = answered(stack.port, "/accounts/login/", {"X-Forwarded-Proto": "https"})
    assert answer.status == 200
    assert "登录" in answer.text
    assert faults_of(answer) == []


def test_control_a_page_without_one_of_these_headers_is_told(stack):
    sound = answered(stack.port, "/accounts/login/", {"X-Forwarded-Proto": "https"})
    for name in [*STRICT, "Strict-Transport-Security", "Content-Security-Policy", "Cache-Control"]:
        assert faults_of(without(sound, name)) == [name]
    (whole,) = sound.cookies
    bad = [whole.replace("__Host-", ""), *(whole.replace(part, "; X") for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"))]
    for cookie in [*bad, f"{whole}; Domain={HOST}"]:
        assert cookie != whole
        assert faults_of(replace(sound, cookies=[cookie])) == [f"cookie {cookie}"]
    assert faults_of(replace(sound, cookies=[])) == ["no cookie"]


def test_what_comes_in_the_clear_is_sent_to_https_and_a_foreign_host_is_refused(stack):
    answer = answered(stack.port, "/accounts/login/", {})
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/accounts/login/")
    assert "Strict-Transport-Security" not in answer.headers
    assert get(stack.port, "/accounts/login/", "evil.example")[0] == 400


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
