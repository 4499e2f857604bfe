"""Faults in the middle (D01, D06): a worker killed while it packs or prints, a database connection cut while everybody is moved."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import OperationalError, connection

from accounts.models import AuditEvent
from procurement import tasks as tasks  # registers the handlers
from procurement.models import ProjectArchive, ServiceOrder, Takeover, TakeoverLine, TakeoverPaper
from procurement.services import archive
from procurement.services import takeover as services
from records import clock, jobs
from records.models import Job, Notice, StoredFile
from tests.factories import make_chongqing
from tests.procurement import factories
from tests.procurement.taking_over import confirm, make_substitute, people, propose

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a second process on one database"),
]
ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal
import django
django.setup()
from procurement import tasks
from procurement.services import archive
from records import jobs, pdf
def die(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)
{where}
jobs.run({job})
"""


def url_of_database() -> str:
    database = connection.settings_dict
    return f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def killed_while_working(job: Job, where: str) -> None:
    """Another process takes the job and is killed by signal 9 in the middle of it."""
    environment = os.environ | {"DATABASE_URL": url_of_database(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    script = KILLED.format(where=where, job=job.pk)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=False, timeout=120)
    assert done.returncode == -9
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING


def found_and_done(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    assert jobs.sweep() >= 1
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.failure


def test_d01_a_worker_killed_while_packing_leaves_nothing_behind_and_the_next_one_packs_once():
    world = make_chongqing()
    office = factories.make_office(world)
    contract = factories.make_running(office, world.contractors[0])
    job = archive.request_archive(contract.project, by=office.chief)
    killed_while_working(job, "archive.CONTRIBUTORS.append(die)")
    assert not ProjectArchive.objects.exists() and not StoredFile.objects.exists()
    found_and_done(job)
    assert ProjectArchive.objects.get().job == job and StoredFile.objects.filter(name__endswith="档案.zip").count() == 1
    assert AuditEvent.objects.filter(action="procurement.projectarchive.packed").count() == 1


@pytest.fixture
def moved():
    world = make_chongqing()
    office = factories.make_office(world)
    contract = factories.make_running(office, world.contractors[0])
    substitute = make_substitute(office, world.contractors[1])
    people(contract, office.officer, 40)
    return office, contract, substitute


def test_d01_a_worker_killed_while_printing_a_notice_leaves_one_number_and_one_file(moved):
    office, contract, substitute = moved
    takeover = confirm(propose(contract, office, substitute), office.chief)
    notice = takeover.papers.get(kind="contractor").notice
    job = Job.objects.get(kind="records.notice_pdf", key=str(notice.pk))
    killed_while_working(job, "pdf.render = die")
    found_and_done(job)
    notice.refresh_from_db()
    assert notice.file is not None and StoredFile.objects.filter(name__startswith=notice.number).count() == 1
    numbers = Notice.objects.filter(prefix=notice.prefix).order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == [1, 2, 3, 4]


def cut(pid: int) -> None:
    """What a restart does to everybody who is in the middle of something."""
    other = psycopg2.connect(url_of_database())
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            assert cursor.fetchone()[0]
    finally:
        other.close()


def state() -> tuple:
    told = AuditEvent.objects.filter(action__endswith="takeover.active").count()
    counts = (TakeoverLine.objects.count(), TakeoverPaper.objects.count(), told)
    return (list(ServiceOrder.objects.order_by("pk").values_list("pk", "provider", "version")), *counts)


@pytest.mark.parametrize("step", ["write_lines", "move_orders", "end"])
def test_d06_a_connection_cut_in_the_middle_moves_nobody_and_the_same_click_works_afterwards(moved, monkeypatch, step):
    office, contract, substitute = moved
    takeover = propose(contract, office, substitute)
    before = state()
    with monkeypatch.context() as patch:
        owner, name = (services.takeover_papers, "issue_papers") if step == "end" else (services, step)
        real = getattr(owner, name)

        def and_then_cut(*args, **more):
            real(*args, **more)
            cut(connection.connection.get_backend_pid())

        patch.setattr(owner, name, and_then_cut)
        with pytest.raises(OperationalError):
            confirm(takeover, office.chief, 40)
    connection.close()
    assert state() == before and Takeover.objects.get().status == Takeover.Status.PROPOSED
    done = confirm(Takeover.objects.get(), office.chief)
    assert (done.moved, done.total) == (40, 40)
    assert not ServiceOrder.objects.exclude(provider=substitute).exists()
