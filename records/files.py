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
import socket
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from records import clock
from records.models import StoredFile
from records.policy import Clause
from records.refusals import HOUSE, Refused
from records.uploads import DOCUMENTS, IMAGES, SHEETS, Unwelcome, clean_name, inspect

__all__ = ["DOCUMENTS", "IMAGES", "SHEETS", "file_response", "read_bytes", "remove_orphans", "store_bytes", "store_upload"]

RULE = Clause(HOUSE, "文件上传")
MAX_BYTES = 20 * 1024 * 1024
PREVIEWABLE = frozenset({"application/pdf", "image/png", "image/jpeg"})
SCAN_TIMEOUT = 10
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


def _keep(data, name, content_type, organisation, by) -> StoredFile:
    number = uuid.uuid4()
    today = clock.today()
    storage_name = default_storage.save(f"{today:%Y/%m}/{number.hex}", ContentFile(data))
    return StoredFile.objects.create(
        uuid=number,
        organisation=organisation,
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
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


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponse:
    """The file as an attachment; ``inline`` only for PDF and pictures. The browser may not guess, run or embed anything.

    Read whole and proved against its hash first: a damaged or cut file is refused, never served.
    """
    try:
        data = read_bytes(stored)
    except (OSError, ValueError):
        log.exception("stored file %s cannot be served", stored.uuid)
        raise Refused.because("FILE-4", RULE, f"“{stored.name}”在存储中缺失或与存档摘要不符，已停止提供。请联系系统管理员。") from None
    inline = inline and stored.content_type in PREVIEWABLE
    response = HttpResponse(data, content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


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
    """Delete files without a row, left by a crash between file and row. Returns how many. Local storage only."""
    removed, limit = 0, clock.now() - older_than
    for name in _names_on_disk(""):
        if default_storage.get_modified_time(name) < limit and not StoredFile.objects.filter(storage_name=name).exists():
            default_storage.delete(name)
            removed += 1
    return removed


def _names_on_disk(folder: str):
    if folder and not default_storage.exists(folder):
        return
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}" if folder else name
    for each in folders:
        yield from _names_on_disk(f"{folder}/{each}" if folder else each)
