"""Papers on S3-compatible storage: a real server of that protocol, spoken to as production does."""

import time

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.server import ThreadedMotoServer

from config.s3 import s3
from records import files
from records.models import StoredFile
from records.refusals import Refused
from tests.records.test_uploads import PDF

pytestmark = pytest.mark.django_db
KEYS = {"access_key": "portal", "secret_key": "made-up"}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, settings):
    client = boto3.resource("s3", endpoint_url=server, aws_access_key_id="portal", aws_secret_access_key="made-up", region_name="us-east-1")
    bucket = client.create_bucket(Bucket="yimen")
    settings.STORAGES = settings.STORAGES | {"default": s3("yimen", server, addressing="path", **KEYS)}
    yield bucket
    bucket.objects.delete()
    bucket.delete()


@pytest.fixture
def stored(bucket, chongqing):
    return files.store_upload(SimpleUploadedFile("报告.pdf", PDF), organisation=chongqing.city, by=None)


def test_a_paper_goes_there_and_comes_back_whole(bucket, stored):
    assert [held.key for held in bucket.objects.all()] == [stored.storage_name]
    assert files.read_bytes(stored) == PDF == files.file_response(stored).content


def test_a_cut_download_goes_on_where_it_stopped(rf, stored):
    whole = files.resumable_response(rf.get("/"), stored)
    assert b"".join(whole.streaming_content) == PDF
    rest = files.resumable_response(rf.get("/", headers={"range": "bytes=10-"}), stored)
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, PDF[10:])


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_what_was_harmed_there_is_refused(bucket, stored, rf, harm):
    held = bucket.Object(stored.storage_name)
    if harm == "gone":
        held.delete()
    else:
        held.put(Body=PDF[::-1] if harm == "changed" else PDF[:-9])
    with pytest.raises(Refused):
        files.resumable_response(rf.get("/"), stored)
    with pytest.raises(Refused):
        files.file_response(stored)


def test_a_storage_that_does_not_answer_is_told_and_not_waited_for(stored, settings, rf):
    away = s3("yimen", "http://127.0.0.1:9", addressing="path", **KEYS)
    settings.STORAGES = settings.STORAGES | {"default": away}
    began = time.monotonic()
    with pytest.raises(Refused, match="已停止提供"):
        files.resumable_response(rf.get("/"), stored)
    assert time.monotonic() - began < 15


def test_files_without_a_row_are_removed_when_old(stored, bucket, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 2)
    orphans = [default_storage.save(f"2020/0{month}/orphan", ContentFile(b"x")) for month in (1, 2, 3)]
    assert files.remove_orphans() == 0, "of today: their rows may be on the way"
    assert files.remove_orphans(older_than=files.timedelta(0)) == len(orphans)
    assert [held.key for held in bucket.objects.all()] == [StoredFile.objects.get().storage_name]
