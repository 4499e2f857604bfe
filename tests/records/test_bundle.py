"""A ZIP that proves itself: deterministic, one bad part stops nobody, every change to a copy is found."""

import errno
import io
import random
import tracemalloc
import zipfile

import pytest

from records.bundle import CONTENTS, SUMS, Bundle, prove


def packed(parts, **options) -> tuple[bytes, str]:
    file = io.BytesIO()
    bundle = Bundle(file, **options)
    for path, data in parts:
        bundle.add(path, path, lambda data=data: [data])
    root = bundle.close({"what": "test"})
    return file.getvalue(), root


PARTS = [("一/公告.pdf", b"%PDF-1.4 x"), ("数据/项目.csv", "编号,名称\r\n".encode()), ("空.txt", b"")]


def test_the_same_parts_make_the_same_file_byte_for_byte():
    first, second = packed(PARTS), packed(PARTS)
    assert first == second
    assert packed([*PARTS[:2], ("空.txt", b"x")])[1] != first[1]


def test_a_bundle_agrees_with_its_own_list():
    data, root = packed(PARTS)
    proof = prove(io.BytesIO(data))
    assert proof.holds and proof.root == root and proof.parts == len(PARTS) + 1


def test_a_part_that_breaks_off_is_listed_and_leaves_nothing_behind():
    def breaks():
        yield b"half"
        raise ValueError("disk")

    file = io.BytesIO()
    bundle = Bundle(file, explain=lambda error: "坏了")
    assert bundle.add("坏.txt", "坏的", breaks) is False
    assert bundle.add("好.txt", "好的", lambda: [b"ok"]) is True
    bundle.close({})
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == sorted(["好.txt", CONTENTS, SUMS])
        assert "坏了" in archive.read(CONTENTS).decode()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), MemoryError()])
def test_no_room_ends_the_whole_and_not_one_part(error):
    def full():
        raise error
        yield

    with pytest.raises(type(error)):
        Bundle(io.BytesIO()).add("a", "a", full)


def test_two_parts_of_one_name_are_a_mistake():
    bundle = Bundle(io.BytesIO())
    bundle.add("a", "a", lambda: [b"1"])
    with pytest.raises(ValueError, match="two parts"):
        bundle.add("a", "a", lambda: [b"2"])


def rewritten(data: bytes, change) -> io.BytesIO:
    """The same entries, with ``change(name, bytes)`` → bytes, None (left out); and an extra entry named by ``change.extra``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in getattr(change, "extra", ()):
            new.writestr(name, b"slipped in")
    return out


def test_a_changed_a_missing_and_an_added_part_are_named():
    data, _ = packed(PARTS)
    changed = prove(rewritten(data, lambda name, content: content + b"x" if name == "空.txt" else content))
    assert changed.faults == ("内容与摘要不符：空.txt",)
    missing = prove(rewritten(data, lambda name, content: None if name == "空.txt" else content))
    assert missing.faults == ("缺失：空.txt",)

    def adding(name, content):
        return content

    adding.extra = ("多.txt",)
    assert prove(rewritten(data, adding)).faults == ("不在清单中：多.txt",)


def test_each_of_300_random_byte_changes_is_found_or_changes_nothing_that_is_read():
    data, root = packed([("数据/大.bin", random.Random(1).randbytes(20_000)), *PARTS])
    chance, missed = random.Random(7), []
    for _ in range(300):
        at = chance.randrange(len(data))
        copy = bytearray(data)
        copy[at] ^= 1 << chance.randrange(8)
        try:
            proof = prove(io.BytesIO(bytes(copy)))
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
            continue
        if proof.holds and contents(bytes(copy)) != contents(data):
            missed.append(at)
    assert missed == []


def contents(data: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_memory_does_not_grow_with_the_size_of_a_part(tmp_path):
    def large():
        for _ in range(400):
            yield bytes(256 * 1024)

    with open(tmp_path / "large.zip", "w+b") as file:
        tracemalloc.start()
        bundle = Bundle(file)
        bundle.add("大.bin", "100 MB", large)
        bundle.close({})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 25 * 1024 * 1024
