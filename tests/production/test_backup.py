"""D15: backup, restore on an empty database, and the proof that tells a good restore from a bad one."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from scripts.as_production import made_up
from tests.processes import ENQUEUE, ROOT, clean_environment, run_python

pytestmark = pytest.mark.skipif("postgresql" not in os.environ["DATABASE_URL"], reason="this run is asked to use SQLite")
AUDIT = """
from accounts.audit import record
from accounts.models import Organisation, User
user = User.objects.create_user("backup", None, name="备份")
for number in range(3):
    record("test.backup", user, by=user, detail={"n": number}, organisation=Organisation.objects.get(code="50"))
"""


@pytest.fixture
def databases():
    """Makes empty databases; all are dropped at the end."""
    server, made = os.environ["DATABASE_URL"], []
    connection = psycopg2.connect(server)
    connection.autocommit = True

    def make(name) -> str:
        made.append(f"{name}_{os.getpid()}")
        connection.cursor().execute(f"CREATE DATABASE {made[-1]}")
        return server.rpartition("/")[0] + f"/{made[-1]}"

    yield make
    for name in made:
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def run(tmp_path):
    secrets = made_up()

    def call(command, url, folder) -> subprocess.CompletedProcess:
        folder.mkdir(exist_ok=True)
        return subprocess.run(command, env=environment(url, folder), cwd=ROOT, capture_output=True, text=True)

    def environment(url, folder):
        more = {"DATABASE_URL": url, "YIMEN_VAR": str(folder), "PG_BINDIR": os.environ["YIMEN_TEST_PG_BINDIR"], "PYTHON": sys.executable}
        return clean_environment(**secrets | more)

    call.environment = environment
    return call


def test_a_backup_restores_to_the_same_rows_files_and_audit_trail(databases, run, tmp_path):
    url, old, new = databases("backup_old"), tmp_path / "old", tmp_path / "new"
    assert run([sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"], url, old).returncode == 0
    run_python(ENQUEUE.format(calls=[("kept", 0)]), run.environment(url, old) | {"BROKER_URL": "memory://"})
    run_python(AUDIT, run.environment(url, old))
    (old / "media").mkdir(exist_ok=True)
    (old / "media" / "文件.pdf").write_bytes(os.urandom(2_000))

    made = run(["scripts/backup.sh", str(tmp_path / "backups")], url, old)
    assert made.returncode == 0, made.stderr
    backup = Path(made.stdout.strip())
    restored = run(["scripts/restore.sh", str(backup)], databases("backup_new"), new)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "as they were backed up" in restored.stdout

    # Controls: each kind of damage is named.
    assert "not empty" in run(["scripts/restore.sh", str(backup)], url, tmp_path / "x").stderr
    rows = (backup / "rows.txt").read_text()
    changed = rows.replace("records_job 1 ", "records_job 2 ")
    assert changed != rows
    (backup / "rows.txt").write_text(changed)
    assert "damaged" in run(["scripts/restore.sh", str(backup)], databases("backup_a"), tmp_path / "a").stderr
    subprocess.run("sha256sum database.dump media.tar rows.txt media.sha256 > SHA256SUMS", shell=True, cwd=backup, check=True)
    assert "tables differ" in run(["scripts/restore.sh", str(backup)], databases("backup_b"), tmp_path / "b").stderr
