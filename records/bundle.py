"""A ZIP that is written part by part, and that proves itself: the same parts give the same list of hashes. Imports no Django.

    bundle = Bundle(file)
    bundle.add("文书/公告.pdf", "公告", lambda: chunks)     # False when that part could not be made: it is listed, the rest goes on
    root = bundle.close({"title": …})

A part is first made whole in a spool (memory, then disk), then copied: what fails half-way leaves nothing behind, and memory does
not grow with the size of the file. ``SHA256SUMS`` holds every entry; its own SHA-256 is the root, which is kept elsewhere too.
"""

import errno
import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
CHUNK = 256 * 1024
SPOOL = 8 * 1024 * 1024
SUMS, CONTENTS = "SHA256SUMS", "目录.json"
PACKED = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".zip", ".xlsx", ".docx", ".gz"})
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A part that is not in the bundle, and why, in words for a person."""

    path: str
    title: str
    reason: str


class Bundle:
    """Parts go into ``file``, an open binary file that can be read back. ``fatal``: errors that end the whole, not one part."""

    def __init__(self, file, *, fatal: tuple[type[Exception], ...] = (), explain: Callable[[Exception], str] = lambda error: str(error)):
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.fatal, self.explain = (*fatal, MemoryError), explain
        self.entries: list[Entry] = []
        self.failures: list[Failure] = []
        self.names: set[str] = set()

    def add(self, path: str, title: str, chunks: Callable[[], Iterable[bytes]]) -> bool:
        """One part. ``chunks()`` yields its bytes. Raises what is fatal, and OSError when there is no room left."""
        if path in self.names or path in (SUMS, CONTENTS):
            raise ValueError(f"two parts of one name: {path}")
        self.names.add(path)
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            try:
                digest, size = copy(chunks(), spool)
            except self.fatal:
                raise
            except Exception as error:  # one bad part is listed and stops nobody else
                if isinstance(error, OSError) and error.errno in NO_ROOM:
                    raise
                self.failures.append(Failure(path, title, self.explain(error)))
                return False
            spool.seek(0)
            self._write(path, spool, size)
        self.entries.append(Entry(path, title, size, digest))
        return True

    def fail(self, path: str, title: str, reason: str) -> None:
        self.failures.append(Failure(path, title, reason))

    def close(self, facts: dict) -> str:
        """Write the table of contents and the list of hashes; the root, the SHA-256 of that list."""
        contents = {**facts, "parts": [asdict(entry) for entry in self.entries], "missing": [asdict(one) for one in self.failures]}
        data = json.dumps(contents, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._write_bytes(CONTENTS, data)
        sums = [(entry.sha256, entry.path) for entry in self.entries] + [(hashlib.sha256(data).hexdigest(), CONTENTS)]
        listing = "".join(f"{digest}  {path}\n" for digest, path in sorted(sums, key=lambda pair: pair[1])).encode()
        self._write_bytes(SUMS, listing)
        self.archive.close()
        return hashlib.sha256(listing).hexdigest()

    def _write_bytes(self, path: str, data: bytes) -> None:
        with self.archive.open(self._info(path, len(data)), "w") as entry:
            entry.write(data)

    def _write(self, path: str, spool, size: int) -> None:
        with self.archive.open(self._info(path, size), "w") as entry:
            while chunk := spool.read(CHUNK):
                entry.write(chunk)

    @staticmethod
    def _info(path: str, size: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, EPOCH)
        info.compress_type = zipfile.ZIP_STORED if PurePosixPath(path).suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr, info.file_size = 3, 0o644 << 16, size
        return info


def copy(chunks: Iterable[bytes], to) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        to.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


@dataclass(frozen=True, slots=True)
class Proof:
    """What a bundle says of itself: its root, how many parts agree, what does not."""

    root: str
    parts: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def prove(file) -> Proof:
    """Read a bundle against its own list of hashes, in pieces. Raises zipfile.BadZipFile when it is no ZIP at all."""
    with zipfile.ZipFile(file) as archive:
        names = [entry.filename for entry in archive.infolist()]
        if SUMS not in names:
            return Proof("", 0, (f"缺少摘要清单 {SUMS}",))
        try:
            listing = archive.read(SUMS)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
            return Proof("", 0, (f"摘要清单 {SUMS} 已损坏",))
        root = hashlib.sha256(listing).hexdigest()
        wanted = dict(reversed(line.split("  ", 1)) for line in listing.decode().splitlines() if "  " in line)
        faults = [f"多次出现：{name}" for name in sorted({name for name in names if names.count(name) > 1})]
        faults += [f"不在清单中：{name}" for name in sorted(set(names) - set(wanted) - {SUMS})]
        faults += _changed(archive, wanted, set(names))
    return Proof(root, len(wanted), tuple(faults))


def _changed(archive: zipfile.ZipFile, wanted: dict[str, str], names: set[str]) -> Iterator[str]:
    for name, digest in sorted(wanted.items()):
        if name not in names:
            yield f"缺失：{name}"
            continue
        try:
            with archive.open(name) as entry:
                found = hashlib.file_digest(entry, "sha256").hexdigest()
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
            yield f"无法读出：{name}"
            continue
        if found != digest:
            yield f"内容与摘要不符：{name}"
