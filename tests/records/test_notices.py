"""Issued papers: numbered without gaps, frozen, drawn once, withdrawn with a reason."""

import io
import threading

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction

from records import jobs, notices
from records.models import Job, Notice, NumberSeries, StoredFile
from records.refusals import Refused
from tests.factories import make_chongqing
from tests.records.factories import make_notice

pytestmark = pytest.mark.django_db


def test_numbers_run_by_organisation_prefix_and_year(chongqing, monkeypatch):
    first, second = make_notice(chongqing.home.bureau), make_notice(chongqing.home.bureau)
    elsewhere = make_notice(chongqing.districts[1].bureau, prefix="渝乙民")
    other = make_notice(chongqing.home.bureau, prefix="渝甲民函")

    year = first.year
    assert [n.number for n in (first, second, elsewhere, other)] == [
        f"渝甲民〔{year}〕1号",
        f"渝甲民〔{year}〕2号",
        f"渝乙民〔{year}〕1号",
        f"渝甲民函〔{year}〕1号",
    ]


def test_a_notice_that_fails_gives_its_number_back(chongqing):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_notice(chongqing.home.bureau)
        raise ZeroDivisionError

    assert make_notice(chongqing.home.bureau).sequence == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_eight_at_once_get_eight_numbers_without_a_gap():
    bureau = make_chongqing().home.bureau
    start, failures = threading.Barrier(8), []

    def issue_four():
        try:
            start.wait()
            for _ in range(4):
                make_notice(bureau)
        except Exception as error:  # shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue_four) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert sorted(Notice.objects.values_list("sequence", flat=True)) == list(range(1, 33))


CHANGES = {"title": "改过的标题", "context": {"a": 2}, "number": "渝甲民〔2026〕9号", "public": False, "code": "X" * 12, "kind": "x"}


@pytest.mark.parametrize("field", CHANGES)
def test_the_database_refuses_to_change_an_issued_notice(chongqing, field):
    notice = make_notice(chongqing.home.bureau)

    with pytest.raises(DatabaseError, match="文书签发后不能修改"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**{field: CHANGES[field]})


def test_the_database_refuses_to_delete_or_swap_the_file(chongqing):
    notice = make_notice(chongqing.home.bureau)
    notices.attach(notice, b"%PDF-1.4 one")
    notice.refresh_from_db()
    other = notices.files.store_bytes(b"%PDF-1.4 two", "b.pdf", organisation=notice.organisation)

    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(file=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).delete()


def test_withdrawing_happens_once_and_stays(chongqing):
    notice = make_notice(chongqing.home.bureau)
    with pytest.raises(Refused, match="原因"):
        notices.withdraw(notice.pk, by=None, reason="")
    notices.withdraw(notice.pk, by=None, reason="金额有误")

    with pytest.raises(Refused, match="撤回"):
        notices.withdraw(notice.pk, by=None, reason="再撤一次")
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(withdrawn_at=None, withdrawal_reason="")
    assert Notice.objects.get().withdrawal_reason == "金额有误"


def test_the_context_is_frozen_as_it_was(chongqing):
    context = {"rows": [{"name": "甲"}]}
    notice = make_notice(chongqing.home.bureau, **context)
    context["rows"][0]["name"] = "乙"

    assert Notice.objects.get().context == {"rows": [{"name": "甲"}]}
    assert notice.context_sha256 == notices.digest_of(Notice.objects.get().context)


def test_the_pdf_is_drawn_once_however_often_the_job_runs(chongqing):
    notice = make_notice(chongqing.home.bureau)
    job = Job.objects.get(kind=notices.JOB)

    assert jobs.run(job.pk).status == Job.Status.DONE
    notice.refresh_from_db()
    drawn = notice.file_id
    notices.draw(job, lambda *args: None)
    assert notices.attach(notice, b"again") is None
    notice.refresh_from_db()
    assert notice.file_id == drawn
    assert StoredFile.objects.count() == 1
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(notices.files.read_bytes(notice.file))).pages)
    assert notice.number in text.replace(" ", "")
    assert notices.spell_code(notice.code) in text
    assert "甲区民政局" in text


def test_codes_are_read_as_people_type_them(chongqing):
    code = make_notice(chongqing.home.bureau).code

    assert notices.read_code(notices.spell_code(code).lower()) == code
    assert notices.read_code(f" {code[:6]} {code[6:]} ") == code
    assert not set("01IOL") & set(notices.CODE_ALPHABET)


def test_the_series_remembers_the_last_number(chongqing):
    make_notice(chongqing.home.bureau)
    make_notice(chongqing.home.bureau)

    assert NumberSeries.objects.get().last == 2
