"""Test databases as copies of one migrated template, so that nobody waits for the migrations twice.

The template is made once for a run and kept as a dump in build/ under the hash of every migration; the next run restores it in two
seconds, and a run with one more migration goes on from there. PostgreSQL only; on the embedded default every database is migrated.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg2
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "test-template"
LOCK = 77_001


def key() -> str:
    """Changes with any migration, any data a migration loads, Django, and the server."""
    digest = hashlib.sha256(f"{django.__version__} {os.environ['YIMEN_TEST_PG_BINDIR']}".encode())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*.toml")]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def prepare() -> None:
    """Name the template in the settings; whoever comes first makes it, the others wait for it."""
    if connections["default"].vendor != "postgresql":
        return
    name = f"template_{key()}"
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            make(cursor, name)
    server.close()
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = name


def end_sessions() -> list[str]:
    """End whoever still holds this worker's database when its tests are over, as it could not be dropped; → who that was."""
    if connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pid, state, left(query, 200), pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [f"tests: session {pid} was left open ({state}): {query}" for pid, state, query, _ in cursor.fetchall()]


def make(cursor, name: str) -> None:
    """Under another name until it is whole: a run that was killed leaves no half template."""
    cursor.execute(f"DROP DATABASE IF EXISTS {name}_half")
    cursor.execute(f"CREATE DATABASE {name}_half")
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}_half"
    dump = KEPT / f"{name}.dump"
    if base := dump if dump.exists() else forerunner():
        run("pg_restore", "--no-owner", "--exit-on-error", "-d", url, base)
    if base != dump:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"], cwd=ROOT, check=True,
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        )  # fmt: skip
        keep(url, dump)
    cursor.execute(f"ALTER DATABASE {name}_half RENAME TO {name}")


def migrations() -> dict[str, str]:
    """Path of each migration → hash of its text."""
    found = ROOT.glob("*/migrations/*.py")
    return {path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(found)}


def forerunner() -> Path | None:
    """The newest kept dump whose every migration still stands unchanged: only the new ones need to run."""
    now = migrations().items()
    for manifest in sorted(KEPT.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True):
        dump = manifest.with_suffix(".dump")
        if dump.exists() and json.loads(manifest.read_text()).items() <= now:
            return dump
    return None


def keep(url: str, dump: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    half = dump.with_suffix(f".{os.getpid()}")
    run("pg_dump", "-Fc", "-Z1", "-f", half, url)
    dump.with_suffix(".json").write_text(json.dumps(migrations()))
    half.rename(dump)
    for old in sorted(KEPT.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-20]:
        old.unlink(missing_ok=True)
        old.with_suffix(".json").unlink(missing_ok=True)


def run(command: str, *arguments) -> None:
    subprocess.run([Path(os.environ["YIMEN_TEST_PG_BINDIR"]) / command, *arguments], check=True)
