"""D07: every connection to the database ended by the server (``pg_terminate_backend``), again and again, under processes at work."""

import json
import random
import time
from collections import Counter

import psycopg2

from drills.test_database import clerks, end, lost_and_doubled, stored, strange, webs, work  # noqa: F401  two are fixtures
from drills.test_workers import ask, at_work, rows  # noqa: F401  two are fixtures
from tests.processes import eventually, run_python

CUTS, PAPERS, EFFECTS = 12, 12, 20
CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
ANY_OPEN = "SELECT count(*) FROM records_job WHERE status IN ('queued', 'running')"
WHOLE = """
import json
from accounts import audit
from accounts.models import AuditEvent
from windows.models import Case
cases = Case.objects.all()
told = AuditEvent.objects.filter(action="windows.case.registered").values_list("target_id", flat=True)
print(json.dumps({
    "cases": cases.count(), "told": len(told), "told once": len(set(told)),
    "without papers": cases.filter(materials=None).count(), "without a way": cases.filter(steps=None).count(),
    "faults of the trail": [str(fault) for fault in audit.verify()],
}))
"""


def test_d07_connections_cut_under_webs_and_a_worker_lose_double_and_halve_nothing(environment, cluster, clerks, webs, at_work, rows):  # noqa: F811
    chance = random.Random(7)
    worker, *_ = hired = [*at_work("worker", 1), *at_work("beat", 1)]
    before = [process.process.pid for process in (*webs, *hired)]
    laid = ask(environment, f"lay({PAPERS}, effects={EFFECTS})")
    work(clerks)
    ended = [cut(cluster, chance) for _ in range(CUTS)]
    time.sleep(2)
    ledger = end(clerks)
    by_name = {entry.name: clerk for clerk in clerks for entry in clerk.ledger}
    again = [by_name[entry.name].log(entry.form) for entry in ledger if not entry.acknowledged]
    aside, began = ask(environment, f"set_aside({laid['jobs']})"), time.monotonic()
    eventually(lambda: rows(ANY_OPEN)[0][0] == 0, 400, lambda: worker.written()[-3000:])
    statuses, found = Counter(entry.status for entry in ledger), ask(environment, f"found({laid['city']}, {laid['jobs']})")
    lost, doubled = lost_and_doubled([*ledger, *again], stored(environment))
    whole = json.loads(run_python(WHOLE, environment))
    print(f"\nD07: {CUTS} cuts ended {sum(ended)} connections; {dict(statuses)}, all stored once after sending {len(again)} again; "
          f"jobs {found} {time.monotonic() - began:.0f} s after the last ({aside} unbegun papers of the clerks set aside); "
          f"{whole}")  # fmt: skip
    assert sum(ended) > 2 * CUTS, "the control: the cuts must strike"
    assert set(statuses) <= {302, 503} and statuses[302] > 20 and statuses[503] > 0, strange(ledger)
    assert all(entry.acknowledged for entry in again), strange(again)
    assert lost == [] and doubled == []
    assert found["jobs"] == {"done": PAPERS + EFFECTS} and found["drawn"] == PAPERS and found["messages"] == EFFECTS
    assert found["rows"] == PAPERS + EFFECTS and found["torn"] == []
    assert whole["cases"] == whole["told"] == whole["told once"] and whole["without papers"] == whole["without a way"] == 0
    assert whole["faults of the trail"] == []
    assert [process.process.pid for process in (*webs, *hired) if process.process.poll() is None] == before, "none had to be started again"


def cut(cluster, chance: random.Random) -> int:
    """At a random moment; how many connections it ended."""
    time.sleep(chance.uniform(0.3, 1.5))
    server = psycopg2.connect(cluster.url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(CUT)
        (ended,) = cursor.fetchone()
    server.close()
    return ended
