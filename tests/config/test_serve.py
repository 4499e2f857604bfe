"""A smoke run of the embedded default: what ``make run`` starts, on SQLite and a private Redis, from nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from tests.processes import ENQUEUE, ROOT, clean_environment, eventually, get, processes_with, run_python, started
from tests.services import free_port

JOB_STATUS = "from records.models import Job; print(*Job.objects.values_list('status', flat=True))"


@pytest.fixture
def embedded(tmp_path):
    return clean_environment(
        YIMEN_VAR=str(tmp_path / "var"),
        YIMEN_ENV="embedded",
        YIMEN_TASK_MODULES="tests.production.handlers",
        YIMEN_TALLY=str(tmp_path / "tally"),
    )


def serve(environment, tmp_path, port):
    return started([sys.executable, "manage.py", "serve", "--port", str(port)], environment, tmp_path / "serve.log")


def log_of(tmp_path) -> str:
    return (tmp_path / "serve.log").read_text()


def test_the_portal_starts_from_nothing_works_and_leaves_nobody_behind(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/accounts/login/")[0] == 200, 60, lambda: log_of(tmp_path))
        run_python(ENQUEUE.format(calls=[("smoke", 1)]), embedded)
        eventually(lambda: run_python(JOB_STATUS, embedded) == "done", 30, lambda: log_of(tmp_path))
        parts = json.loads(get(port, "/healthz")[1])["parts"]
        assert (parts["database"], parts["broker"], parts["worker"]) == ("ok", "ok", "ok")
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0, log_of(tmp_path)
    assert processes_with(marker) == []
    assert sqlite3.connect(f"{marker}/yimen.sqlite3").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_start_and_a_taken_port_get_one_clear_line(embedded, tmp_path):
    port = free_port()
    with serve(embedded, tmp_path, port):
        eventually(lambda: get(port, "/healthz")[0] in {200, 503}, 60, lambda: log_of(tmp_path))
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        for changed, word in (({}, "already running"), ({"YIMEN_VAR": str(tmp_path / "other")}, "cannot be used")):
            answer = subprocess.run(command, env=embedded | changed, cwd=ROOT, capture_output=True, text=True)
            assert answer.returncode == 1
            assert word in answer.stderr
            assert len(answer.stderr.strip().splitlines()) == 1


def test_children_end_even_when_the_supervisor_is_killed(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/healthz")[0] in {200, 503}, 60, lambda: log_of(tmp_path))
        assert len(processes_with(marker)) > 3
        os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: not processes_with(marker), 40, lambda: processes_with(marker))
