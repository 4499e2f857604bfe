"""What runs at night and in the background: once, whoever fires it, and one bad subject stops nobody."""

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from threading import Barrier, Thread

import pypdf
import pytest
from django.db import connection

from accounts.models import AuditEvent
from evaluation import exchange, rules, tasks
from evaluation.models import Evaluation
from evaluation.services import periods, surveys
from procurement.models import Contract
from records import clock, jobs
from records.files import read_bytes
from records.models import Job, Message
from records.refusals import Refused
from tests.evaluation.factories import (
    give_scores,
    make_complete,
    make_contract,
    make_open,
    make_published,
    make_scheme,
    make_survey,
    make_world,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def run_evaluation_jobs(kind: str = tasks.JOB) -> None:
    """The jobs of one kind, as a worker would; papers have their own tests."""
    for pk in Job.objects.filter(kind=kind, status=Job.Status.QUEUED).values_list("pk", flat=True):
        jobs.run(pk)


def test_beat_firing_twice_makes_one_job_and_one_evaluation(world):
    assert tasks.close_periods() == tasks.close_periods() == 1
    run_evaluation_jobs()
    tasks.close_periods()
    run_evaluation_jobs()
    assert Job.objects.filter(kind=tasks.JOB).count() == Evaluation.objects.count() == 1


def test_the_night_scores_what_is_complete_and_leaves_it_alone_afterwards(world):
    make_complete(world)
    tasks.close_periods()
    run_evaluation_jobs()
    evaluation = Evaluation.objects.get()
    assert (evaluation.status, evaluation.scored_by) == ("scored", None)
    assert tasks.close_periods() == 0
    assert Evaluation.objects.get().frozen_sha256 == evaluation.frozen_sha256


def test_the_night_waits_for_the_end_of_the_collection_window(world):
    evaluation = make_complete(world)
    Evaluation.objects.filter(pk=evaluation.pk).update(collect_due_on=clock.today() + timedelta(days=1))
    tasks.close_periods()
    run_evaluation_jobs()
    assert Evaluation.objects.get().status == "collecting"


def test_an_incomplete_period_tells_its_officers_once_what_is_missing(world):
    make_open(world)
    for _ in range(2):
        periods.close_period(world.contract.pk, world.contract.starts_on, world.contract.ends_on)
    (message,) = Message.objects.filter(recipient=world.officer, key__startswith="evaluation-missing")
    assert "社会反响" in message.body and "样本不足" in message.body


def test_a_missed_night_is_caught_up_period_by_period(world):
    Contract.objects.update(status=Contract.Status.COMPLETED)
    quarterly = make_scheme(world.bureau, world.officer, frequency="month", effective_from=date(2026, 1, 1))
    due = list(periods.due_periods(clock.today()))
    assert [str(row.period.start) for row in due] == ["2026-08-01", "2026-09-01", "2026-10-01"]
    tasks.close_periods()
    run_evaluation_jobs()
    assert Evaluation.objects.filter(scheme=quarterly).count() == 3


def test_a_contract_older_than_its_first_scheme_is_judged_from_the_first_period_that_began_under_it(chongqing):
    bureau = chongqing.districts[1].bureau
    officer = make_user(role="EVALUATION_OFFICER", organisation=bureau)
    contract = make_contract(bureau, chongqing.contractors[1], officer, start=date(2026, 1, 1), end=date(2026, 12, 31))
    assert periods.periods_of(contract) == []
    make_scheme(bureau, officer, frequency="quarter", effective_from=date(2026, 2, 10))
    assert [str(period.start) for period in periods.periods_of(contract)] == ["2026-04-01", "2026-07-01", "2026-10-01"]


def test_one_bad_subject_is_reported_and_stops_nobody_else(world, chongqing, monkeypatch):
    make_complete(world)
    bureau = chongqing.districts[1].bureau
    officer = make_user(role="EVALUATION_OFFICER", organisation=bureau)
    bad = make_contract(bureau, chongqing.contractors[1], officer, start=date(2026, 2, 1), end=date(2026, 6, 30))
    sound = periods.close_period

    def close_period(contract_id, start, end):
        if contract_id == bad.pk:
            raise Refused.because("D-02", rules.THREE_VOICES, "2003 年的数据无法读取。")
        return sound(contract_id, start, end)

    monkeypatch.setattr(periods, "close_period", close_period)
    third = make_world(chongqing, district=2, contractor=1)
    make_complete(third)
    tasks.close_periods()
    run_evaluation_jobs()
    assert set(Evaluation.objects.filter(status="scored").values_list("contract", flat=True)) == {world.contract.pk, third.contract.pk}
    job = Job.objects.get(params__contract=bad.pk)
    assert job.status == Job.Status.FAILED and "2003" in job.failure
    assert Message.objects.filter(recipient=officer, title__contains="未能到期计分").count() == 1
    assert not Message.objects.filter(recipient=world.officer, title__contains="未能到期计分").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer; the race needs PostgreSQL")
def test_two_workers_on_one_period_make_one_score(world):
    make_complete(world)
    start, errors = Barrier(2), []

    def close():
        try:
            start.wait()
            periods.close_period(world.contract.pk, world.contract.starts_on, world.contract.ends_on)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [Thread(target=close) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    from_trail = [event.action for event in audit_of(Evaluation.objects.get())]
    assert from_trail.count("evaluation.evaluation.scored") == 1


def audit_of(evaluation):
    return AuditEvent.objects.about(evaluation)


def pages_of(notice):
    return pypdf.PdfReader(io.BytesIO(read_bytes(notice.file))).pages


def test_slips_are_printed_with_the_codes_that_open_them_and_print_the_same_again(world):
    survey = make_survey(world, make_open(world), slips=30, population=30)
    job = Job.objects.get(kind=surveys.SLIPS_JOB)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.failure
    document = pypdf.PdfReader(io.BytesIO(read_bytes(job.result)))
    text = "".join(page.extract_text() for page in document.pages)
    assert len(document.pages) == 15
    for serial in (1, 30):
        assert surveys.spell_code(surveys.code_of(survey, serial)) in text
    assert world.contract.contractor.organisation.name not in text


def test_the_auditors_archive_holds_papers_rows_hashes_and_the_recomputation(world):
    evaluation = make_published(world)
    jobs.run_pending()
    exchange.enqueue_archive([evaluation], organisation=world.chongqing.city, by=world.auditor)
    jobs.run_pending()
    job = Job.objects.get(kind=exchange.JOB)
    assert job.status == Job.Status.DONE, job.failure
    archive = zipfile.ZipFile(io.BytesIO(read_bytes(job.result)))
    names = {name.split("/", 1)[1] for name in archive.namelist() if "/" in name}
    assert {"评价报告.pdf", "结果公告.pdf", "计分依据.json", "得分.csv", "原始行.csv", "答卷.csv", "重算结果.json", "审计记录.csv"} <= names
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, path = line.split("  ", 1)
        assert hashlib.sha256(archive.read(path)).hexdigest() == digest
    result = next(name for name in archive.namelist() if name.endswith("重算结果.json"))
    assert json.loads(archive.read(result)) == {"equal": True, "differences": []}


def test_an_archive_holds_only_what_its_asker_may_see(world, chongqing):
    stranger = make_user(role="EVALUATION_OFFICER", organisation=chongqing.districts[1].bureau)
    evaluation = make_open(world)
    give_scores(world, evaluation)
    exchange.enqueue_archive([evaluation], organisation=chongqing.districts[1].bureau, by=stranger)
    run_evaluation_jobs(exchange.JOB)
    archive = zipfile.ZipFile(io.BytesIO(read_bytes(Job.objects.get(kind=exchange.JOB).result)))
    assert archive.namelist() == ["SHA256SUMS"]


def test_the_first_page_of_the_report_can_be_acted_on_by_itself(world):
    evaluation = make_published(world)
    jobs.run_pending()
    evaluation.report.refresh_from_db()
    first, second, *_ = ("".join(page.extract_text().split()) for page in pages_of(evaluation.report))
    for words in ("评价等级", "购买主体", "服务对象", "第三方", "服务成效", "项目管理", "社会影响", "需要改进", "需求得到回应"):
        assert words in first, words
    assert second.startswith("一、计分办法")


def test_the_report_says_what_the_frozen_inputs_say(world):
    evaluation = make_published(world)
    jobs.run_pending()
    for notice in (evaluation.report, evaluation.announcement):
        notice.refresh_from_db()
        text = "".join(page.extract_text() for page in pages_of(notice))
        squeezed = "".join(text.split())
        assert notice.number in squeezed and str(evaluation.grade) in squeezed
        assert f"{evaluation.total:.2f}" in squeezed
    assert world.officer.name not in squeezed
