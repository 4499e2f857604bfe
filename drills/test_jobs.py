"""A worker killed in the middle of every kind of job of the purchase, and D08: the disk of the media full under them."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from drills import hands
from records.bundle import NO_ROOM
from records.jobs import readable
from tests.processes import run_python

SMALL_DISK = "size=24m"


@pytest.fixture(scope="module")
def purchases(environment) -> dict[str, str]:
    run_python("from drills import ground; ground.lay_purchases()", environment)
    return environment


def ask(environment, call: str):
    return json.loads(run_python(f"import json; from drills import hands; print(json.dumps(hands.{call}))", environment).splitlines()[-1])


def test_a_worker_killed_in_the_middle_of_each_kind_of_job_loses_and_doubles_nothing(purchases):
    told = ask(purchases, "kill_in_the_middle()")
    left = told.pop("files")
    print("\n" + "\n".join(f"{kind}: {facts}" for kind, facts in told.items()) + f"\nleft for the nightly cleaning: {left}")
    assert set(told) == {*hands.KINDS, hands.NOTICE}
    assert {kind for kind, facts in told.items() if facts["status"] != "done"} == set()
    assert {kind: (facts["rows"], facts["others"]) for kind, facts in told.items()} == dict.fromkeys(told, (1, 1))
    assert [facts["torn"] for facts in told.values()] == [[]] * len(told)
    assert sum(facts["hits"] for facts in told.values()) >= len(told) / 2, "the blows must strike"


@pytest.fixture
def small_disk():
    """A file system of its own for the media. Where none may be mounted the drill says so."""
    folder = Path(tempfile.mkdtemp(prefix="drill-disk-"))
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", folder], capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def test_d08_a_full_disk_serves_nothing_torn_and_every_job_is_done_when_there_is_room(purchases, small_disk):
    told = ask(purchases | {"YIMEN_MEDIA_ROOT": str(small_disk)}, "fill_the_disk()")
    print(f"\nD08: {json.dumps(told, ensure_ascii=False)}")
    no_room = readable(OSError(next(iter(NO_ROOM)), ""))
    assert {tuple(said) for said in told["full"].values()} == {("queued", no_room)}
    assert told["upload"] and told["torn"] == [] and told["left"] == []
    assert told["done"] == {"done": len(hands.KINDS) + 1} and told["torn after"] == [] and told["rows"] == len(hands.KINDS) + 1
