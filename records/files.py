"""Papers in and out. Content decides the type, the name on disk is a UUID, the row with the SHA-256 is written last.

    stored = store_upload(request.FILES["scan"], organisation=project.organisation, by=request.user, accept=DOCUMENTS)
    stored = store_bytes(pdf, "验收报告.pdf", organisation=..., by=None)       # what the house made itself
    return file_response(stored)                                            # from the owner's URL: its scope decides

A page that owns a paper serves it under its own URL; /records/files/<uuid>/ serves only within ``visible_to``.
Refused (422) says in Chinese why a file was not taken. If a virus scanner is configured (CLAMD_ADDRESS) and does not answer,
nothing is stored: fail closed.
"""

import hashlib
import logging
import mimetypes
import re
import socket
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from records import clock
from records.models import StoredFile
from records.policy import Clause
from records.refusals import HOUSE, Refused
from records.uploads import DOCUMENTS, IMAGES, SHEETS, Unwelcome, clean_name, inspect

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "SHEETS",
    "chunks_of",
    "file_response",
    "read_bytes",
    "remove_orphans",
    "resumable_response",
    "store_bytes",
    "store_stream",
    "store_upload",
]

RULE = Clause(HOUSE, "文件上传")
MAX_BYTES = 20 * 1024 * 1024
UNREADABLE = (OSError, ValueError, BotoCoreError, ClientError)  # gone, changed, or a storage that does not answer
CHUNK = 256 * 1024
PREVIEWABLE = frozenset({"application/pdf", "image/png", "image/jpeg"})
SCAN_TIMEOUT = 10
AT_ONCE = 500
log = logging.getLogger(__name__)
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'; plugin-types application/pdf; sandbox"


def store_upload(uploaded, *, organisation, by, accept=DOCUMENTS, limit: int = MAX_BYTES) -> StoredFile:
    """Judge and keep what a person sent. Raises Refused."""
    name = clean_name(uploaded.name)
    data = read_upload(uploaded, limit=limit)
    try:
        kind = inspect(data, name, accept)
    except Unwelcome as error:
        raise Refused.because("FILE-1", RULE, f"“{name or '未命名'}”未能上传：{error}") from None
    scan(data, name)
    return _keep(data, name, kind.content_type, organisation, by)


def read_upload(uploaded, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes, never more than ``limit``. Raises Refused."""
    data = uploaded.read(limit + 1)
    if len(data) > limit:
        raise Refused.because("FILE-2", RULE, f"“{clean_name(uploaded.name)}”超过 {limit // 1024 // 1024} MB 的上限，请压缩或拆分后上传。")
    return data


def store_bytes(data: bytes, name: str, *, organisation, by=None) -> StoredFile:
    """Keep what the house made itself (a PDF, an export)."""
    name = clean_name(name)
    return _keep(data, name, mimetypes.guess_type(name)[0] or "application/octet-stream", organisation, by)


def store_stream(source, name: str, *, organisation, by=None) -> StoredFile:
    """Like ``store_bytes`` for what lies in an open file: copied in pieces, so its size costs no memory."""
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    size, name = source.tell(), clean_name(name)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _row(File(source), size, digest, name, content_type, organisation, by)


def _keep(data, name, content_type, organisation, by) -> StoredFile:
    return _row(ContentFile(data), len(data), hashlib.sha256(data).hexdigest(), name, content_type, organisation, by)


def _row(content, size, digest, name, content_type, organisation, by) -> StoredFile:
    number = uuid.uuid4()
    storage_name = default_storage.save(f"{clock.today():%Y/%m}/{number.hex}", content)
    return StoredFile.objects.create(
        uuid=number,
        organisation=organisation,
        name=name,
        content_type=content_type,
        size=size,
        sha256=digest,
        storage_name=storage_name,
        uploaded_by=by,
    )


def read_bytes(stored: StoredFile) -> bytes:
    """The whole file, proved against its hash. Raises ValueError when the disk no longer holds what was stored."""
    with default_storage.open(stored.storage_name) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise ValueError(f"stored file {stored.uuid} does not match its SHA-256")
    return data


def chunks_of(stored: StoredFile) -> Iterator[bytes]:
    """The file in pieces, its hash judged at the end. Raises ValueError when the disk no longer holds what was stored."""
    digest = hashlib.sha256()
    with default_storage.open(stored.storage_name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != stored.sha256:
        raise ValueError(f"stored file {stored.uuid} does not match its SHA-256")


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponse:
    """The file as an attachment; ``inline`` only for PDF and pictures. The browser may not guess, run or embed anything.

    Read whole and proved against its hash first: a damaged or cut file is refused, never served.
    """
    try:
        data = read_bytes(stored)
    except UNREADABLE:
        raise _damaged(stored) from None
    inline = inline and stored.content_type in PREVIEWABLE
    return _guarded(HttpResponse(data, content_type=stored.content_type), stored, inline=inline)


def _damaged(stored: StoredFile) -> Refused:
    log.exception("stored file %s cannot be served", stored.uuid)
    return Refused.because("FILE-4", RULE, f"“{stored.name}”在存储中缺失或与存档摘要不符，已停止提供。请联系系统管理员。")


def _guarded(response, stored: StoredFile, *, inline: bool = False):
    response["Content-Disposition"] = content_disposition_header(not inline, stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def resumable_response(request, stored: StoredFile) -> HttpResponse | StreamingHttpResponse:
    """A large file as an attachment, in pieces. A cut download goes on where it stopped: ``Range`` with ``If-Range``.

    Before the first byte of a whole download the file is proved against its hash, in pieces; a later part is proved by its size.
    Raises Refused for what is damaged or cut.
    """
    tag, wanted = f'"{stored.sha256}"', None
    if request.headers.get("If-Range", tag) == tag:
        wanted = _range_of(request.headers.get("Range", ""), stored.size)
    if wanted == ():
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{stored.size}"
        return response
    try:
        _prove(stored, whole=wanted is None)
    except UNREADABLE:
        raise _damaged(stored) from None
    start, end = wanted or (0, stored.size - 1)
    pieces = _slice(stored, start, end - start + 1)
    response = _guarded(StreamingHttpResponse(pieces, content_type=stored.content_type, status=206 if wanted else 200), stored)
    response["Accept-Ranges"], response["ETag"], response["Content-Length"] = "bytes", tag, str(end - start + 1)
    if wanted:
        response["Content-Range"] = f"bytes {start}-{end}/{stored.size}"
    return response


def _range_of(header: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """(first, last) byte of a single range; () when it lies outside; None for no range or one that we do not serve apart."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header.strip(), re.ASCII)
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    start, end = (max(0, size - int(last)), size - 1) if not first else (int(first), min(int(last or size), size - 1))
    return (start, end) if start <= end else ()


def _prove(stored: StoredFile, *, whole: bool) -> None:
    if default_storage.size(stored.storage_name) != stored.size:
        raise ValueError(f"stored file {stored.uuid} has another size")
    if whole:
        for _ in chunks_of(stored):
            pass


def _slice(stored: StoredFile, start: int, left: int) -> Iterator[bytes]:
    with default_storage.open(stored.storage_name) as file:
        file.seek(start)
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def scan(data: bytes, name: str) -> None:
    """Ask clamd when one is configured. Raises Refused for a find, and when it does not answer."""
    address = settings.CLAMD_ADDRESS
    if not address:
        return
    try:
        answer = _ask_clamd(address, data)
    except OSError:
        raise Refused.because("FILE-3", RULE, f"病毒扫描服务没有应答，“{name}”没有保存。请稍后重新上传。") from None
    if not answer.endswith(b"OK"):
        raise Refused.because("FILE-3", RULE, f"“{name}”未通过病毒扫描，已拒绝。")


def _ask_clamd(address: str, data: bytes) -> bytes:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SCAN_TIMEOUT) as link:
        link.sendall(b"zINSTREAM\0" + len(data).to_bytes(4, "big") + data + bytes(4))
        answer = b""
        while not answer.endswith(b"\0"):
            part = link.recv(4096)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\0")


def remove_orphans(*, older_than=timedelta(hours=24)) -> int:
    """Delete files without a row, left by a crash between file and row. Returns how many."""
    removed, limit = 0, clock.now() - older_than
    names = _names_in("")
    while some := list(islice(names, AT_ONCE)):
        known = set(StoredFile.objects.filter(storage_name__in=some).values_list("storage_name", flat=True))
        for name in some:
            if name not in known and default_storage.get_modified_time(name) < limit:
                default_storage.delete(name)
                removed += 1
    return removed


def _names_in(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}" if folder else name
    for each in folders:
        yield from _names_in(f"{folder}/{each}" if folder else each)
