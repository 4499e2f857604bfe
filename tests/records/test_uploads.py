"""What is taken, under which name, and how it is served (T13, T14, T16)."""

import hashlib
import io
import resource
import socket
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from records import files, uploads
from records.exports import xlsx
from records.models import StoredFile
from records.refusals import Refused
from records.uploads import DOCUMENTS, IMAGES, SHEETS, Unwelcome, clean_name, inspect

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n%%EOF\n"
OLE = uploads.OLE + bytes(504)


def png(width=10, height=10) -> bytes:
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    chunk = (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk + bytes(4) + b"IEND" + zlib.crc32(b"IEND").to_bytes(4)


def jpeg(width=10, height=10) -> bytes:
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2) + width.to_bytes(2) + bytes(10)
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xd9"


def office(part: str, **more) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, more.get(name, "<x/>"))
    return buffer.getvalue()


GOOD = [
    (PDF, "报告.pdf", "pdf"),
    (png(), "照片.PNG", "png"),
    (jpeg(), "照片.jpeg", "jpg"),
    (office("word/document.xml"), "方案.docx", "docx"),
    (xlsx(["a"], [["b"]]), "名册.xlsx", "xlsx"),
    (office("OFD.xml"), "公文.ofd", "ofd"),
    (OLE + "WordDocument".encode("utf-16-le"), "旧文.doc", "doc"),
    (OLE + "Workbook".encode("utf-16-le"), "旧表.xls", "xls"),
    ("姓名,金额\n张三,1\n".encode("gbk"), "名册.csv", "csv"),
]
BAD = {
    "empty": (b"", "a.pdf", "空的"),
    "script picture": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.png", "只接受"),
    "page as table": (b"<html><script>alert(1)</script></html>", "a.csv", "只接受"),
    "mismatch": (png(), "a.pdf", "内容却是"),
    "double ending": (PDF, "a.pdf.php", "结尾"),
    "no ending": (PDF, ".htaccess", "结尾"),
    "program": (b"MZ\x90\x00" + bytes(200), "a.pdf", "只接受"),
    "virus": (PDF.replace(b"1 0 obj", uploads.EICAR), "a.pdf", "病毒"),
    "macro book": (office("xl/workbook.xml", **{"xl/vbaProject.bin": "x"}), "a.xlsx", "宏"),
    "macro document": (office("word/document.xml", **{"word/vbaProject.bin": "x"}), "a.docx", "宏"),
    "old macro": (OLE + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "宏"),
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "加密"),
    "pdf and page": (PDF.replace(b"1 0 obj", b"<html><script>1</script> 1 0 obj"), "a.pdf", "夹带"),
    "pdf and zip": (PDF + office("word/document.xml") + b"%%EOF", "a.pdf", "夹带"),
    "pdf with script": (PDF.replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript>>"), "a.pdf", "脚本"),
    "cut pdf": (PDF[:60], "a.pdf", "不完整"),
    "pixel flood": (png(100_000, 100_000), "a.png", "像素"),
    "wide photo": (jpeg(60_000, 10), "a.jpg", "像素"),
    "many pages": (PDF.replace(b"/Count 1", b"/Count 50000"), "a.pdf", "50000 页"),
    "path in zip": (office("word/document.xml", **{"../evil": "x"}), "a.docx", "包外"),
}


@pytest.mark.parametrize(("data", "name", "kind"), GOOD)
def test_what_people_send_is_recognised_by_content(data, name, kind):
    assert inspect(data, name, DOCUMENTS | SHEETS).name == kind


@pytest.mark.parametrize("kind", BAD)
def test_what_we_do_not_take_is_refused_quickly_with_its_reason(kind):
    data, name, reason = BAD[kind]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    started = time.monotonic()
    with pytest.raises(Unwelcome, match=reason):
        inspect(data, name, DOCUMENTS | SHEETS)

    assert time.monotonic() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_pages_hidden_in_a_compressed_stream_are_counted():
    stream = zlib.compress(b"<</Type/Pages/Count 60000>>")
    data = PDF.replace(b"%%EOF", b"5 0 obj<</Type/ObjStm/Length 9>>stream\n" + stream + b"\nendstream endobj\n%%EOF")

    assert uploads.pdf_page_count(data) == 60_000


def test_a_picture_only_field_takes_no_pdf():
    with pytest.raises(Unwelcome, match="PNG 图片、JPEG 图片"):
        inspect(PDF, "a.pdf", IMAGES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\x00b.pdf", "ab.pdf"),
        ("/etc/passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("行\r\nX-Evil: 1.pdf", "行X-Evil_ 1.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("", ""),
    ],
)
def test_hostile_names_become_plain_names(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.django_db
def test_an_upload_is_kept_under_a_uuid_with_its_hash_and_served_harmless(chongqing):
    upload = SimpleUploadedFile("../../etc/报告.pdf", PDF)
    before = set(Path(django_settings.BASE_DIR).parent.glob("*.pdf"))

    stored = files.store_upload(upload, organisation=chongqing.city, by=None)

    assert stored.name == "报告.pdf"
    assert stored.storage_name.endswith(stored.uuid.hex)
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert Path(default_storage.path(stored.storage_name)).is_relative_to(django_settings.MEDIA_ROOT)
    assert set(Path(django_settings.BASE_DIR).parent.glob("*.pdf")) == before
    response = files.file_response(stored)
    assert response.content == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_only_pictures_and_pdf_open_in_the_browser(chongqing):
    table = files.store_bytes(b"a", "a.csv", organisation=chongqing.city)
    paper = files.store_bytes(PDF, "a.pdf", organisation=chongqing.city)

    assert files.file_response(table, inline=True)["Content-Disposition"].startswith("attachment")
    assert files.file_response(paper, inline=True)["Content-Disposition"].startswith("inline")


@pytest.mark.django_db
def test_too_large_is_refused_with_the_limit(chongqing):
    with pytest.raises(Refused, match="1 MB"):
        files.store_upload(SimpleUploadedFile("a.pdf", PDF + bytes(1 << 20)), organisation=chongqing.city, by=None, limit=1 << 20)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_damaged_file_is_not_served(chongqing):
    stored = files.store_bytes(PDF, "a.pdf", organisation=chongqing.city)
    path = Path(default_storage.path(stored.storage_name))
    path.chmod(0o600)
    path.write_bytes(PDF[:-1] + b"!")

    with pytest.raises(Refused, match="摘要不符"):
        files.file_response(stored)


@pytest.mark.django_db
def test_a_file_never_replaces_another(chongqing):
    stored = files.store_bytes(b"one", "a.csv", organisation=chongqing.city)

    with pytest.raises(FileExistsError):
        default_storage._save(stored.storage_name, files.ContentFile(b"two"))

    assert files.read_bytes(stored) == b"one"
    folder = Path(default_storage.path(stored.storage_name)).parent
    assert not list(folder.glob(".part-*"))


@pytest.mark.django_db
def test_a_full_disk_leaves_no_part_and_no_row(chongqing, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("records.storage.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store_bytes(PDF, "a.pdf", organisation=chongqing.city)

    assert not StoredFile.objects.exists()
    assert not list(Path(django_settings.MEDIA_ROOT).rglob(".part-*"))


@pytest.mark.django_db
def test_files_without_a_row_are_removed_when_old(chongqing):
    stored = files.store_bytes(PDF, "a.pdf", organisation=chongqing.city)
    orphan = default_storage.save("2020/01/orphan", files.ContentFile(b"x"))

    assert files.remove_orphans(older_than=files.timedelta(hours=1)) == 0
    assert files.remove_orphans(older_than=files.timedelta(0)) >= 1
    assert not default_storage.exists(orphan)
    assert default_storage.exists(stored.storage_name)


def answering(reply: bytes) -> str:
    """A scanner on the loopback that answers one request; returns its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        link, _ = server.accept()
        with link, server:
            while not link.recv(65536).endswith(bytes(4)):
                pass
            link.sendall(reply)

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{server.getsockname()[1]}"


def test_the_scanner_decides_and_its_silence_refuses(settings):
    settings.CLAMD_ADDRESS = answering(b"stream: OK\0")
    files.scan(PDF, "a.pdf")
    settings.CLAMD_ADDRESS = answering(b"stream: Eicar FOUND\0")
    with pytest.raises(Refused, match="未通过病毒扫描"):
        files.scan(PDF, "a.pdf")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(Refused, match="没有应答"):
        files.scan(PDF, "a.pdf")
