"""A smoke run of the embedded default: what ``make run`` starts, on SQLite and a private Redis, from nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.lifeline import stay_no_longer_than
from config.management.commands.serve import ends_with_me, refuse_foreign_database
from tests.processes import ENQUEUE, ROOT, clean_environment, eventually, get, processes_with, run_python, started
from tests.services import free_port

JOB_STATUS = "from records.models import Job; print(*Job.objects.values_list('status', flat=True))"


START, WORK, STOP = 240, 240, 150  # seconds; generous, for a machine that is busy with something else


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
    """Deaf to SIGINT, as everything is that a script starts with ``&``: the portal must hear it all the same."""
    return started(["env", "--ignore-signal=INT", *serve_command(port)], environment, tmp_path / "serve.log")


def serve_command(port) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


def log_of(tmp_path) -> str:
    return (tmp_path / "serve.log").read_text()


def test_a_child_whose_parent_is_gone_before_it_begins_runs_nothing(tmp_path):
    mark = tmp_path / "ran"
    with pytest.raises(subprocess.SubprocessError):
        subprocess.Popen(["touch", str(mark)], preexec_fn=partial(stay_no_longer_than, os.getppid()))
    assert not mark.exists()
    assert subprocess.run(["touch", str(mark)], preexec_fn=ends_with_me()).returncode == 0 and mark.exists()


def test_the_portal_starts_from_nothing_works_and_leaves_nobody_behind(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/accounts/login/")[0] == 200, START, lambda: log_of(tmp_path))
        run_python(ENQUEUE.format(calls=[("smoke", 1)]), embedded)
        eventually(lambda: run_python(JOB_STATUS, embedded) == "done", WORK, lambda: log_of(tmp_path))
        eventually(lambda: parts_of(port) == ("ok", "ok", "ok"), WORK, lambda: f"{get(port, '/healthz')} {log_of(tmp_path)}")
        refuses_with_one_line("already running", embedded, port)
        refuses_with_one_line("cannot be used", embedded | {"YIMEN_VAR": str(tmp_path / "other")}, port)
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP) == 0, log_of(tmp_path)
    assert processes_with(marker) == []
    assert journal_mode(f"{marker}/yimen.sqlite3") == "wal"
    assert guards(f"{marker}/yimen.sqlite3") >= {
        "audit_no_update",
        "audit_no_delete",
        "audit_no_replace",
        "notice_stands",
        "project_is_kept",
        "contract_is_kept",
        "windows_verification_update",
        "windows_homevisit_update",
        "windows_standinghearing_update",
        "windows_standinghearing_delete",
        "windows_visitfile_update",
        "windows_agendaitem_update",
        "windows_meetingminutes_delete",
        "programme_versions_apart_insert",
        "programme_versions_apart_update",
        "windows_no_open_objection",
        "windows_objection_in_time",
        "evaluation_sample_stands",
        "evaluation_surveyreply_no_delete",
        "evaluation_answer_stands",
    }


def guards(database) -> set[str]:
    """SQLite drops a table's triggers when a migration rebuilds it."""
    with closing(sqlite3.connect(database)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def parts_of(port) -> tuple | None:
    """Database, broker and worker as /healthz tells them; None while it does not answer."""
    status, body = get(port, "/healthz")
    parts = json.loads(body)["parts"] if status else {}
    return (parts["database"], parts["broker"], parts["worker"]) if parts else None


def refuses_with_one_line(words, environment, port) -> None:
    answer = subprocess.run(serve_command(port), env=environment, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_children_end_even_when_the_supervisor_is_killed(embedded, tmp_path):
    port, marker = free_port(), embedded["YIMEN_VAR"]
    with serve(embedded, tmp_path, port) as process:
        eventually(lambda: get(port, "/healthz")[0] in {200, 503}, START, lambda: log_of(tmp_path))
        eventually(lambda: len(processes_with(marker)) > 3, START, lambda: processes_with(marker))
        os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: not processes_with(marker), STOP, lambda: processes_with(marker))


ORPHAN_THE_SCHEDULER = """
import os
from celery.beat import EmbeddedService
from config.celery import app
from django.conf import settings
quiet = os.open(os.devnull, os.O_WRONLY)
os.dup2(quiet, 1), os.dup2(quiet, 2)  # who reads our output waits for everybody that holds it
EmbeddedService(app, schedule_filename=settings.CELERY_BEAT_SCHEDULE_FILENAME).start()
os._exit(0)
"""


def test_a_scheduler_whose_worker_is_gone_does_not_run_beside_the_next_one(embedded):
    marker = embedded["YIMEN_VAR"]
    run_python(ORPHAN_THE_SCHEDULER, embedded)
    eventually(lambda: not processes_with(marker), STOP, lambda: processes_with(marker))


def journal_mode(path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("PRAGMA journal_mode").fetchone()[0]


@pytest.mark.django_db
def test_a_database_of_another_version_is_left_alone():
    refuse_foreign_database()
    MigrationRecorder(connection).record_applied("procurement", "0099_of_tomorrow")
    with pytest.raises(CommandError, match="procurement.0099_of_tomorrow"):
        refuse_foreign_database()
