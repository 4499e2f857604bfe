"""D15: backup, restore on an empty database, the proof that tells a good restore from a bad one, and the portal on the restored copy."""

import json
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from scripts.as_production import made_up
from tests import template
from tests.processes import ENQUEUE, ROOT, clean_environment, run_python

pytestmark = pytest.mark.skipif("postgresql" not in os.environ["DATABASE_URL"], reason="this run is asked to use SQLite")
ROLE = f"restored_{os.getpid()}"
LAY = "from tests.production import restored; restored.lay()"
VISIT = "import json; from tests.production import restored; print(json.dumps(restored.visit()))"
MIGRATE = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]


@pytest.fixture
def databases():
    """Makes empty databases; all are dropped at the end, and the role that the restored portal ran as."""
    server, made = os.environ["DATABASE_URL"], []
    connection = psycopg2.connect(server)
    connection.autocommit = True

    def make(name, *, template="template1") -> str:
        made.append(f"{name}_{os.getpid()}")
        connection.cursor().execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return server.rpartition("/")[0] + f"/{made[-1]}"

    yield make
    for name in made:
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.cursor().execute(f"DROP ROLE IF EXISTS {ROLE}")
    connection.close()


@pytest.fixture
def run(tmp_path):
    secrets = made_up()

    def call(command, url, folder, **more) -> subprocess.CompletedProcess:
        folder.mkdir(exist_ok=True)
        return subprocess.run(command, env=environment(url, folder) | more, cwd=ROOT, capture_output=True, text=True)

    def environment(url, folder):
        more = {"DATABASE_URL": url, "YIMEN_VAR": str(folder), "PG_BINDIR": os.environ["YIMEN_TEST_PG_BINDIR"], "PYTHON": sys.executable,
                "CACHE_URL": f"unix://{os.environ['YIMEN_TEST_REDIS']}?db=57"}  # fmt: skip
        return clean_environment(**secrets | more)

    call.environment = environment
    return call


def the_restored_portal_serves(run, url, folder) -> None:
    """As the manual says: migrate as the owner, which gives the portal's role its rights; then everything runs as that role."""
    role = url.replace("//yimen@", f"//{ROLE}:secret@")
    migrated = run(MIGRATE, url, folder, YIMEN_APP_DATABASE_URL=role)
    assert migrated.returncode == 0, migrated.stderr
    found = json.loads(run_python(VISIT, run.environment(role, folder)))
    assert (found["stranger"], found["entered"], found["home"], found["named"]) == (302, 302, 200, True)
    assert (found["paper"], found["same"]) == (200, True)
    assert (found["user"], found["writes rows"], found["cuts the trail"], found["changes tables"]) == (ROLE, True, False, False)


def test_a_backup_restores_to_the_same_rows_files_and_audit_trail(databases, run, tmp_path):
    template.prepare()
    url, old, new = databases("backup_old", template=f"template_{template.key()}"), tmp_path / "old", tmp_path / "new"
    old.mkdir()
    run_python(ENQUEUE.format(calls=[("kept", 0)]), run.environment(url, old) | {"BROKER_URL": "memory://"})
    run_python(LAY, run.environment(url, old))
    (old / "media").mkdir(exist_ok=True)
    (old / "media" / "文件.pdf").write_bytes(os.urandom(2_000))

    made = run(["scripts/backup.sh", str(tmp_path / "backups")], url, old)
    assert made.returncode == 0, made.stderr
    backup = Path(made.stdout.strip())
    target = databases("backup_new")
    restored = run(["scripts/restore.sh", str(backup)], target, new)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "as they were backed up" in restored.stdout
    the_restored_portal_serves(run, target, new)

    # Controls: each kind of damage is named.
    assert "not empty" in run(["scripts/restore.sh", str(backup)], url, tmp_path / "x").stderr
    rows = (backup / "rows.txt").read_text()
    changed = rows.replace("records_job 1 ", "records_job 2 ")
    assert changed != rows
    (backup / "rows.txt").write_text(changed)
    assert "damaged" in run(["scripts/restore.sh", str(backup)], databases("backup_a"), tmp_path / "a").stderr
    sum_up(backup)
    assert "tables differ" in run(["scripts/restore.sh", str(backup)], databases("backup_b"), tmp_path / "b").stderr
    (backup / "rows.txt").write_text(rows)

    flip_a_byte(backup, "文件.pdf")
    sum_up(backup)
    refused = run(["scripts/restore.sh", str(backup)], databases("backup_c"), tmp_path / "c")
    assert refused.returncode and "files differ" in refused.stderr
    assert "文件.pdf: FAILED" in refused.stdout and refused.stdout.count("FAILED") == 1

    lost = lose_an_event(url)
    later = Path(run(["scripts/backup.sh", str(tmp_path / "later")], url, old).stdout.strip())
    refused = run(["scripts/restore.sh", str(later)], databases("backup_d"), tmp_path / "d")
    told = refused.stdout + refused.stderr
    assert refused.returncode and "as they were backed up" not in told
    assert f"第 {lost} 条" in told, told


def sum_up(backup: Path) -> None:
    """As whoever tampered with it would: the sums fit again."""
    subprocess.run("sha256sum database.dump media.tar rows.txt media.sha256 audit.json > SHA256SUMS", shell=True, cwd=backup, check=True)


def flip_a_byte(backup: Path, name: str) -> None:
    """In one file of the archive, in place."""
    archive, data = backup / "media.tar", bytearray((backup / "media.tar").read_bytes())
    with tarfile.open(archive) as files:
        data[files.getmember(f"./{name}").offset_data + 1_000] ^= 1
    archive.write_bytes(data)


def lose_an_event(url: str) -> int:
    """Delete one record in the middle of the trail, past its trigger; answers the place in the chain that is empty then."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM accounts_auditevent WHERE id ="
            " (SELECT id FROM accounts_auditevent WHERE action = 'test.backup' ORDER BY id LIMIT 1) RETURNING sequence"
        )
        return cursor.fetchone()[0]
