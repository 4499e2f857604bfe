"""Count the rows of every table and run a dump inside one snapshot.

``snapshot.py URL OUT -- pg_dump …`` adds ``--snapshot`` to the command, so counts and dump see the same moment;
``snapshot.py URL OUT`` only counts. A line of OUT is ``table rows digest``: the digest changes with any value in the table.
"""

import subprocess
import sys
from pathlib import Path

import psycopg2
from psycopg2 import sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
DIGEST = "SELECT count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0) FROM {} t"


def counted(cursor) -> str:
    """Order of rows does not matter to the digest; times are written in UTC on every server."""
    cursor.execute("SET LOCAL TimeZone = 'UTC'")
    cursor.execute(TABLES)
    lines = []
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL(DIGEST).format(sql.Identifier(table)))
        lines.append("{} {} {}".format(table, *cursor.fetchone()))
    return "\n".join(lines) + "\n"


def main(url: str, out: str, command: list[str]) -> int:
    connection = psycopg2.connect(url)
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with connection, connection.cursor() as cursor:
        Path(out).write_text(counted(cursor))
        if command:
            cursor.execute("SELECT pg_export_snapshot()")
            subprocess.run([*command, f"--snapshot={cursor.fetchone()[0]}"], check=True)
    connection.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2], sys.argv[4:]))
