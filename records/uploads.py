"""What an uploaded file really is, by its content, and whether we take it (QUALITY T13, T14, T16). Imports no Django.

``inspect(data, name, accept)`` answers a Kind or raises Unwelcome with a Chinese reason that names the way out.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass

import puremagic

from records.archives import Hostile, judge_workbook, open_archive, verify_contents

MAX_PIXELS, MAX_SIDE = 50_000_000, 20_000
MAX_PDF_PAGES = 2_000
MAX_OBJECT_STREAMS = 16 * 1024 * 1024
NAME_LIMIT = 120
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed)\b", re.IGNORECASE)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")


class Unwelcome(ValueError):
    """The file is not taken; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    content_type: str
    endings: tuple[str, ...]
    label: str


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",), "PDF"),
        Kind("png", "image/png", ("png",), "PNG 图片"),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg"), "JPEG 图片"),
        Kind("docx", f"{OFFICE}.wordprocessingml.document", ("docx",), "Word 文档"),
        Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", ("xlsx",), "Excel 表格"),
        Kind("ofd", "application/ofd", ("ofd",), "OFD 版式文件"),
        Kind("doc", "application/msword", ("doc", "wps"), "Word 97–2003 文档"),
        Kind("xls", "application/vnd.ms-excel", ("xls", "et"), "Excel 97–2003 表格"),
        Kind("csv", "text/csv", ("csv", "txt"), "CSV 文本"),
    )
}
DOCUMENTS = frozenset({"pdf", "ofd", "docx", "doc", "xlsx", "xls", "png", "jpg"})
IMAGES = frozenset({"png", "jpg"})
SHEETS = frozenset({"xlsx", "xls", "csv"})


def clean_name(name: str) -> str:
    """The bare file name: no folders, no control or direction marks, at most 120 characters, its ending kept."""
    name = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in INVISIBLE.sub("", name) if unicodedata.category(char)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}{dot}{ending}" if dot and len(ending) <= 10 else name[:NAME_LIMIT]


def inspect(data: bytes, name: str, accept: frozenset[str]) -> Kind:
    """The kind of ``data``. Raises Unwelcome when it is not in ``accept``, not what its name says, or hostile."""
    if not data:
        raise Unwelcome("文件是空的，请重新选择。")
    if EICAR in data[:4096]:
        raise Unwelcome("文件含有病毒特征，已拒绝。")
    kind = _recognise(data, accept)
    if kind is None or kind.name not in accept:
        wanted = "、".join(KINDS[each].label for each in KINDS if each in accept)
        raise Unwelcome(f"文件内容是{kind.label if kind else _guess(data)}，此处只接受：{wanted}。")
    ending = clean_name(name).rpartition(".")[2].lower()
    if ending not in kind.endings:
        raise Unwelcome(f"文件名以“.{ending}”结尾，内容却是{kind.label}，请改为“.{kind.endings[0]}”后重新上传。")
    CHECKS[kind.name](data)
    return kind


def _recognise(data: bytes, accept: frozenset[str]) -> Kind | None:
    if data.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if data.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if data.startswith(OLE):
        return _ole_kind(data)
    return KINDS["csv"] if "csv" in accept and _is_plain_text(data) else None


def _guess(data: bytes) -> str:
    try:
        found = puremagic.magic_string(data[:65536])
    except (puremagic.PureError, ValueError):
        found = []
    return f"“{found[0].name or found[0].extension}”" if found else "无法识别的类型"


def _office_kind(data: bytes) -> Kind | None:
    try:
        names = set(open_archive(data).namelist())
    except Hostile as error:
        raise Unwelcome(str(error)) from None
    for name, part in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml"), ("ofd", "OFD.xml")):
        if part in names:
            return KINDS[name]
    return None


def _ole_kind(data: bytes) -> Kind | None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unwelcome("文件已加密，请去除密码后重新上传。")
    if "WordDocument".encode("utf-16-le") in data:
        return KINDS["doc"]
    if "Workbook".encode("utf-16-le") in data or "Book\x00".encode("utf-16-le") in data:
        return KINDS["xls"]
    return None


def _is_plain_text(data: bytes) -> bool:
    if b"\x00" in data or MARKUP.search(data[:2048]):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _check_office(data: bytes) -> None:
    try:
        archive = open_archive(data)
        verify_contents(archive)
        judge_workbook(archive)
    except Hostile as error:
        raise Unwelcome(str(error)) from None
    names = [name.lower() for name in archive.namelist()]
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""
    if any("vbaproject" in name or "/macrosheets/" in name for name in names) or b"macroEnabled" in types:
        raise Unwelcome("文件含有宏，已拒绝。请另存为不含宏的格式后重新上传。")


def _check_ole(data: bytes) -> None:
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Unwelcome("文件含有宏，已拒绝。请另存为不含宏的格式后重新上传。")


def _check_png(data: bytes) -> None:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise Unwelcome("PNG 图片损坏，无法打开。")
    _check_size(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _check_jpeg(data: bytes) -> None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            _check_size(int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
            return
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise Unwelcome("JPEG 图片损坏，无法打开。")


def _check_size(width: int, height: int) -> None:
    if not width or not height or width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Unwelcome(f"图片尺寸为 {width}×{height} 像素，超过 {MAX_PIXELS // 10000} 万像素或边长 {MAX_SIDE} 的上限，请缩小后上传。")


def _check_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-2048:]:
        raise Unwelcome("PDF 文件不完整，请重新导出后上传。")
    if MARKUP.search(data[:1024]) or MARKUP.search(data[data.rfind(b"%%EOF") :]) or b"PK\x05\x06" in data[-70_000:]:
        raise Unwelcome("PDF 文件夹带了其他类型的内容，已拒绝。请重新导出后上传。")
    if b"/Launch" in data or b"/JavaScript" in data:
        raise Unwelcome("PDF 文件含有脚本或启动程序的动作，已拒绝。请重新导出后上传。")
    pages = pdf_page_count(data)
    if pages > MAX_PDF_PAGES:
        raise Unwelcome(f"PDF 共约 {pages} 页，超过 {MAX_PDF_PAGES} 页的上限，请拆分后上传。")


def pdf_page_count(data: bytes) -> int:
    """Pages as the page tree claims or as page objects are found, whichever is more; compressed object streams up to a cap."""
    most = _pages_in(data)
    budget = MAX_OBJECT_STREAMS
    for match in re.finditer(rb"/ObjStm\b.{0,300}?stream\r?\n", data, re.DOTALL):
        try:
            plain = zlib.decompressobj().decompress(data[match.end() : match.end() + 4 * 1024 * 1024], budget)
        except zlib.error:
            continue
        budget -= len(plain)
        most = max(most, _pages_in(plain))
        if budget <= 0:
            raise Unwelcome("PDF 文件结构过于庞大，请重新导出或拆分后上传。")
    return most


def _pages_in(block: bytes) -> int:
    claimed = max((int(count) for count in re.findall(rb"/Count\s+(\d{1,9})", block)), default=0)
    return max(claimed, sum(1 for _ in re.finditer(rb"/Type\s*/Page(?![A-Za-z])", block)))


CHECKS = {
    "pdf": _check_pdf,
    "png": _check_png,
    "jpg": _check_jpeg,
    "docx": _check_office,
    "xlsx": _check_office,
    "ofd": _check_office,
    "doc": _check_ole,
    "xls": _check_ole,
    "csv": lambda data: None,
}
