"""What a zip says about itself before a byte of it is unpacked (QUALITY T15). Imports no Django.

Sizes are judged from the central directory; then every entry is inflated once against a cap, because a directory can lie.
"""

import io
import re
import zipfile
import zlib

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 4 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_CELLS = 5_000_000
CHUNK = 64 * 1024
END_RECORD = b"PK\x05\x06"
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')


class Hostile(ValueError):
    """The archive is refused; the text says why, in Chinese."""


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, once its directory has been judged. Raises Hostile."""
    _judge_end_record(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        raise Hostile("压缩结构损坏，无法打开。") from None
    entries = archive.infolist()
    for entry in entries:
        _judge_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED or unpacked > packed * MAX_RATIO + CHUNK:
        raise Hostile(f"解压后约 {unpacked // 1024 // 1024} MB，超过 50 MB 或压缩比超过 {MAX_RATIO} 倍，疑似压缩炸弹。")
    return archive


def _judge_end_record(data: bytes) -> None:
    at = data.rfind(END_RECORD)
    if at < 0 or len(data) < at + 22:
        raise Hostile("压缩结构损坏，无法打开。")
    if (
        int.from_bytes(data[at + 10 : at + 12], "little") > MAX_ENTRIES
        or int.from_bytes(data[at + 12 : at + 16], "little") > 4 * 1024 * 1024
    ):
        raise Hostile(f"压缩包内条目超过 {MAX_ENTRIES} 个。")


def _judge_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if "\x00" in name or "\\" in name or name.startswith("/") or ".." in name.split("/") or re.match("[A-Za-z]:", name):
        raise Hostile("压缩包内含有指向包外的路径。")
    if entry.flag_bits & 1:
        raise Hostile("文件已加密，请去除密码后重新上传。")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Hostile("压缩方式不受支持。")


def verify_contents(archive: zipfile.ZipFile) -> None:
    """Inflate every entry against what its directory promised. Raises Hostile for one that lies or is damaged."""
    total = 0
    for entry in archive.infolist():
        try:
            with archive.open(entry) as stream:
                size = sum(len(chunk) for chunk in iter(lambda stream=stream: stream.read(CHUNK), b""))
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
            raise Hostile("压缩内容损坏或与目录不符。") from None
        total += size
        if size != entry.file_size or total > MAX_UNPACKED:
            raise Hostile("压缩内容与目录不符，疑似压缩炸弹。")


def judge_workbook(archive: zipfile.ZipFile) -> None:
    """A sheet whose outermost cell spans more than five million cells is refused before a reader lays it out; so are DOCTYPEs."""
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as stream:
            _judge_part(stream, sheet=entry.filename.startswith("xl/worksheets/"))


def _judge_part(stream, *, sheet: bool) -> None:
    columns = rows = 0
    tail = b""
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        block = tail + chunk
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            raise Hostile("文件内含有外部实体声明，已拒绝。")
        for letters, number in CELL.findall(block) if sheet else ():
            columns, rows = max(columns, _column(letters)), max(rows, int(number))
        tail = block[-200:]
        if columns * rows > MAX_CELLS:
            raise Hostile(f"表格跨度达到 {rows} 行 × {columns} 列，超过可处理的范围。请删除多余的空白行列后再上传。")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
