"""Work survives its worker, its broker and being told twice (D01, D02, D03, D11, D17)."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, transaction

from accounts.roles import Role
from records import clock, jobs, tasks
from records.models import Job, Message, StoredFile
from records.refusals import Refused
from tests.factories import make_chongqing, make_user
from tests.records import handlers
from tests.records.factories import make_job

ROOT = Path(__file__).resolve().parents[2]
postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks and a second process")


@pytest.fixture
def world(db):
    return make_chongqing()


@pytest.fixture
def user(world):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)


def drill(world, user, key="a", **params) -> Job:
    return make_job(world.home.bureau, user, kind="drill.effect", key=key, user=user.pk, **params)


def expire(job: Job) -> None:
    """As if the lease had run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def settled_once(job: Job) -> bool:
    job.refresh_from_db()
    effects = Message.objects.filter(key=f"drill:{job.key}").count()
    return (job.status, effects, StoredFile.objects.filter(name=f"{job.key}.csv").count()) == (Job.Status.DONE, 1, 1)


def test_a_job_runs_to_its_result(world, user):
    job = drill(world, user)

    jobs.run(job.pk)

    assert settled_once(job)
    assert (job.done, job.total, job.percent, job.attempts) == (1, 1, 100, 1)


def test_the_same_key_is_the_same_job(world, user):
    assert drill(world, user) == drill(world, user)
    assert Job.objects.count() == 1


def test_a_task_told_twice_has_one_effect(world, user):
    """D03, first half: the broker delivers again after the work was done."""
    job = drill(world, user)

    for _ in range(3):
        tasks.run_job(job.pk)

    assert settled_once(job)
    assert job.attempts == 1


def test_crashes_between_effect_and_acknowledgement_are_repaired(world, user, monkeypatch):
    """D03, second half: 200 times the effect is committed, DONE is not."""
    crashed = [drill(world, user, key=f"k{number}") for number in range(200)]
    for job in crashed:
        with monkeypatch.context() as patch, pytest.raises(SystemExit):
            patch.setattr(jobs, "_finish", lambda *args: sys.exit(9))
            jobs.run(job.pk)
        expire(job)

    jobs.sweep()
    jobs.run_pending()

    assert Message.objects.count() == len(crashed) and all(settled_once(job) for job in crashed)
    assert {job.attempts for job in crashed} == {2}


def test_the_drill_sees_a_double_effect(world, user):
    """The control: without a natural key the repeated work doubles."""
    for attempt in range(2):
        handlers.messages.send([user], "x", key=f"attempt-{attempt}")

    assert Message.objects.count() == 2


def test_messages_lost_between_commit_and_publish_are_found_by_the_sweeper(world, user, monkeypatch, django_capture_on_commit_callbacks):
    """D02: 200 rows are committed, nobody was told."""
    lost = []
    monkeypatch.setattr(jobs, "wake", lambda pk: lost.append(pk) or True)
    with django_capture_on_commit_callbacks(execute=True):
        made = [drill(world, user, key=f"k{number}") for number in range(200)]
    assert sorted(lost) == sorted(job.pk for job in made)
    Job.objects.update(created_at=clock.now() - jobs.WAKE_AGAIN_AFTER)
    told = []
    monkeypatch.setattr(jobs, "wake", lambda pk: told.append(pk) or True)

    jobs.sweep()
    for pk in told:
        jobs.run(pk)

    assert Job.objects.filter(status=Job.Status.DONE).count() == 200
    assert Message.objects.count() == 200


def test_a_dead_broker_delays_and_does_not_fail_the_page(world, user, settings, django_capture_on_commit_callbacks, monkeypatch):
    def refuse(*args, **kwargs):
        raise jobs.BrokerDown("connection refused")

    monkeypatch.setattr(jobs.current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = drill(world, user)

    assert jobs.wake(job.pk) is False
    assert Job.objects.get().status == Job.Status.QUEUED


def test_a_page_does_not_wait_for_a_broker_that_is_away():
    began = time.monotonic()
    with pytest.raises(jobs.BrokerDown):
        jobs.current_app.connection_for_write("redis://127.0.0.1:1/0").default_channel  # noqa: B018  connects
    assert time.monotonic() - began < 2


def test_a_worker_that_lost_its_lease_cannot_finish(world, user):
    job = drill(world, user)
    slow = jobs.claim_next(job.pk)
    expire(job)
    jobs.sweep()
    jobs.run(job.pk)

    with pytest.raises(jobs.LeaseLost):
        jobs._finish(slow, jobs.FileResult(b"late", "late.csv"))
    with pytest.raises(jobs.LeaseLost):
        jobs.reporter(slow)(1, 2)
    assert jobs.renew(slow) is False
    assert settled_once(job)
    assert not StoredFile.objects.filter(name="late.csv").exists()


def test_a_job_that_always_breaks_is_tried_three_times_and_says_so_readably(world, user):
    job = make_job(world.home.bureau, user, kind="drill.broken")

    assert jobs.run_pending() == 3

    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.FAILED, 3)
    assert "请重试" in job.failure
    assert "500100" not in job.failure
    assert "Traceback" not in job.failure


def test_a_refusal_fails_at_once_with_its_message(world, user, monkeypatch):
    def refuse(job, report):
        raise Refused.because("X", jobs.RULE, "名册第3行缺少姓名。")

    monkeypatch.setitem(jobs.HANDLERS, "drill.refused", refuse)
    job = make_job(world.home.bureau, user, kind="drill.refused")

    jobs.run_pending()

    job.refresh_from_db()
    assert (job.status, job.attempts, job.failure) == (Job.Status.FAILED, 1, "名册第3行缺少姓名。")


def test_a_worker_that_dies_three_times_is_given_up_with_a_reason(world, user):
    job = drill(world, user)
    for _ in range(jobs.MAX_ATTEMPTS):
        jobs.claim_next(job.pk)
        expire(job)
        jobs.sweep()

    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "三次中断" in job.failure


@postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_in_the_middle_gives_the_job_back_at_once_and_stops_no_heartbeat(monkeypatch):
    """D07: the handler's connection and the heartbeat's, each ended by the server."""
    world = make_chongqing()
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)
    monkeypatch.setitem(jobs.HANDLERS, "drill.cut", lambda job, report: (cut_off(), report(0, 1)))
    job = jobs.run(make_job(world.home.bureau, user, kind="drill.cut").pk)
    assert (job.status, job.attempts) == (Job.Status.QUEUED, 1)

    job, beats = jobs.claim_next(job.pk), []
    monkeypatch.setattr(tasks, "BEAT", 0.001)
    monkeypatch.setattr(
        jobs, "renew", lambda job: (beats.append(1), cut_off() if len(beats) == 1 else None, Job.objects.count()) and len(beats) < 3
    )
    heartbeat = tasks.Heartbeat(job)
    heartbeat.start()
    heartbeat.join(10)
    assert len(beats) == 3


def cut_off() -> None:
    """The server ends this thread's connection, as an administrator or a restart would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    database = connection.settings_dict
    other = psycopg2.connect(host=database["HOST"], port=database["PORT"], user=database["USER"], dbname=database["NAME"])
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def test_a_live_job_is_left_alone(world, user):
    job = drill(world, user)
    jobs.claim_next(job.pk)

    assert jobs.sweep() == 0
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING


def test_two_handlers_of_one_kind_are_a_mistake():
    with pytest.raises(ValueError, match="drill.effect"):
        jobs.handler("drill.effect")(lambda job, report: None)


def in_threads(count: int, work) -> list:
    """Run ``work()`` in that many threads at once; returns what they returned or raised."""
    start, answers = threading.Barrier(count), []

    def body():
        try:
            start.wait()
            answers.append(work())
        except Exception as error:  # judged by the test
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=body) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@postgres
@pytest.mark.django_db(transaction=True)
def test_three_beats_and_three_workers_do_each_of_thirty_jobs_once(monkeypatch):
    """D11: the sweeper runs three times at once and everybody hears of every job."""
    world = make_chongqing()
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)
    monkeypatch.setattr(jobs, "wake", lambda pk: True)
    made = [drill(world, user, key=f"k{number}") for number in range(30)]
    Job.objects.update(created_at=clock.now() - jobs.WAKE_AGAIN_AFTER)

    answers = in_threads(3, lambda: (jobs.sweep(), jobs.run_pending(), jobs.sweep())[1])

    assert sum(answers) == 30
    assert all(settled_once(job) for job in made)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


@postgres
@pytest.mark.django_db(transaction=True)
def test_the_race_for_a_job_is_real():
    """The control: look first, take then, without guard, and several workers believe they have it."""
    world = make_chongqing()
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)
    job = drill(world, user)
    looked = threading.Barrier(4)

    def naive():
        free = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).exists()
        looked.wait()
        Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING)
        return free

    assert sum(in_threads(4, naive)) > 1
    Job.objects.update(status=Job.Status.QUEUED)
    assert len([taken for taken in in_threads(4, lambda: jobs.claim_next(job.pk)) if taken]) == 1


@pytest.fixture
def worker(transactional_db, tmp_path):
    """``worker()`` starts a real Celery worker on the test database; killed at the end."""
    started = []

    def start() -> subprocess.Popen:
        database = connection.settings_dict
        url = f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-I", "tests.records.handlers", "-c", "1", "-l", "ERROR"]
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "YIMEN_MEDIA_ROOT": str(tmp_path)}
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)


def end(process: subprocess.Popen) -> None:
    """kill -9 of the worker and its pool."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(ready, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "not within the time"
        time.sleep(0.05)


@postgres
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(worker, tmp_path):
    """D01: kill -9 while the handler works; the lease runs out; the next worker finishes it, once."""
    world = make_chongqing()
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)
    started, until = tmp_path / "started", tmp_path / "until"
    process = worker()
    job = drill(world, user, started=str(started), until=str(until))
    wait_until(started.exists)

    end(process)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    expire(job)
    until.touch()
    assert jobs.sweep() == 1
    jobs.run(job.pk)

    assert settled_once(job)
    assert job.attempts == 2


@postgres
def test_a_process_that_dies_between_commit_and_publish_leaves_work_for_the_sweeper(transactional_db):
    """D02 with a real crash: os._exit right after COMMIT."""
    world = make_chongqing()
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=world.home.bureau)
    script = f"""
import os, django
django.setup()
from accounts.models import Organisation, User
from records import jobs
jobs.wake = lambda pk: os._exit(9)
jobs.enqueue("drill.effect", organisation=Organisation.objects.get(pk={world.home.bureau.pk}),
    by=User.objects.get(pk={user.pk}), key="a", title="t", user={user.pk})
"""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=False)

    assert done.returncode == 9
    job = Job.objects.get()
    Job.objects.update(created_at=clock.now() - jobs.WAKE_AGAIN_AFTER)
    assert jobs.sweep() == 1
    jobs.run(job.pk)
    assert settled_once(job)


def test_waking_belongs_after_the_commit(world, user, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(jobs, "wake", told.append)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        drill(world, user)
        raise ZeroDivisionError

    assert told == []
    assert not Job.objects.exists()
