"""A smoke run of the embedded default: what ``make run`` starts, on SQLite and a private Redis, from nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.processes import ENQUEUE, ROOT, clean_environment, eventually, get, processes_with, run_python, started
from tests.services import free_port

JOB_STATUS = "from records.models import Job; print(*Job.objects.values_list('status', flat=True))"


START, WORK, STOP = 240, 120, 60  # seconds; generous, for a machine that is busy with something else


@pytest.fixture(scope="module")
def static_root(tmp_path_factory):
    """Collected once for this file: compressing is most of a first start."""
    return str(tmp_path_factory.mktemp("static"))


@pytest.fixture
def embedded(tmp_path, static_root):
    return clean_environment(
        YIMEN_VAR=str(tmp_path / "var"),
        YIMEN_STATIC_ROOT=static_root,
        YIMEN_ENV="embedded",
        YIMEN_TASK_MODULES="tests.production.handlers",
        YIMEN_TALLY=str(tmp_path / "tally"),
    )


def serve(environment, tmp_path, port):
    return started(serve_command(port), environment, tmp_path / "serve.log")


def serve_command(port) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


def log_of(tmp_path) -> str:
    return (tmp_path / "serve.log").read_text()


def test_the_portal_starts_from_nothing_works_and_leaves_nobody_behind(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/accounts/login/")[0] == 200, START, lambda: log_of(tmp_path))
        run_python(ENQUEUE.format(calls=[("smoke", 1)]), embedded)
        eventually(lambda: run_python(JOB_STATUS, embedded) == "done", WORK, lambda: log_of(tmp_path))
        parts = json.loads(get(port, "/healthz")[1])["parts"]
        assert (parts["database"], parts["broker"], parts["worker"]) == ("ok", "ok", "ok")
        refuses_with_one_line("already running", embedded, port)
        refuses_with_one_line("cannot be used", embedded | {"YIMEN_VAR": str(tmp_path / "other")}, port)
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP) == 0, log_of(tmp_path)
    assert processes_with(marker) == []
    assert journal_mode(f"{marker}/yimen.sqlite3") == "wal"


def refuses_with_one_line(words, environment, port) -> None:
    answer = subprocess.run(serve_command(port), env=environment, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_children_end_even_when_the_supervisor_is_killed(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/healthz")[0] in {200, 503}, START, lambda: log_of(tmp_path))
        assert len(processes_with(marker)) > 3
        os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: not processes_with(marker), STOP, lambda: processes_with(marker))


def journal_mode(path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("PRAGMA journal_mode").fetchone()[0]
