"""D06: PostgreSQL is cut off (``-m immediate``) while eight clerks write; D18: gunicorn is ended in turn, politely and not."""

import json
import time
from collections import Counter
from itertools import count

import pytest

from drills.clients import Clerk, Entry
from drills.machine import Web, collect
from tests.processes import run_python

CUTS, AFTER, BETWEEN = 3, 6, 4  # seconds of work after and between
RESTARTS, KILLS = 4, 2
SERIALS = count(0, 300)  # each drill has people of its own
STORED = """
import json
from collections import Counter
from windows.models import Case
print(json.dumps(Counter(case.person.name for case in Case.objects.select_related("person"))))
"""


@pytest.fixture
def webs(environment, var):
    collect(environment)
    found = [Web(environment, var, name) for name in ("web-a", "web-b")]
    for web in found:
        web.start()
    yield found
    for web in found:
        web.end()


@pytest.fixture
def clerks(counter, webs):
    ports = [web.port for web in webs]
    first = next(SERIALS)
    found = [Clerk(number, session, counter["township"], ports, first=first) for number, session in enumerate(counter["sessions"])]
    yield found
    for clerk in found:
        clerk.ending.set()


def work(clerks: list[Clerk]) -> None:
    for clerk in clerks:
        clerk.start()
    time.sleep(BETWEEN)


def end(clerks: list[Clerk]) -> list[Entry]:
    for clerk in clerks:
        clerk.ending.set()
    for clerk in clerks:
        clerk.join(90)
    return sorted((entry for clerk in clerks for entry in clerk.ledger), key=lambda entry: entry.at)


def stored(environment) -> dict[str, int]:
    return json.loads(run_python(STORED, environment))


def lost_and_doubled(ledger: list[Entry], found: dict[str, int]) -> tuple[list, list]:
    lost = [entry.name for entry in ledger if entry.acknowledged and not found.get(entry.name)]
    return lost, [name for name, count in found.items() if count > 1]


def test_d06_what_was_acknowledged_outlives_a_cut_and_the_rest_is_told_to_come_back(cluster, environment, clerks):
    work(clerks)
    cuts, ready = [], []
    for _ in range(CUTS):
        cuts.append(time.monotonic())
        ready.append(cluster.cut())
        time.sleep(AFTER)
    ledger = end(clerks)
    first = [min(entry.at for entry in ledger if entry.acknowledged and entry.at > moment) - moment for moment in ready]
    statuses, found = Counter(entry.status for entry in ledger), stored(environment)
    lost, doubled = lost_and_doubled(ledger, found)
    away = [round(up - cut, 1) for cut, up in zip(cuts, ready, strict=True)]
    print(f"\nD06: {dict(statuses)}; away {away} s, first success after {[round(seconds, 2) for seconds in first]} s")
    assert lost == [] and doubled == []
    assert statuses[302] > 20 and statuses[503] > 0 and set(statuses) == {302, 503}, strange(ledger)
    assert all(entry.retry_after for entry in ledger if entry.status == 503)
    assert max(first) <= 5


def strange(ledger: list[Entry]) -> list[str]:
    return [f"{entry.status} {entry.where[:600]}" for entry in ledger if entry.status not in (302, 503)][:3]


def test_d18_a_polite_rolling_restart_fails_nobody(environment, clerks, webs):
    work(clerks)
    for number in range(RESTARTS):
        web = webs[number % 2]
        assert web.term() == 0
        web.start()
    ledger = end(clerks)
    statuses = Counter(entry.status for entry in ledger)
    lost, doubled = lost_and_doubled(ledger, stored(environment))
    print(f"\nD18 TERM: {RESTARTS} restarts, {dict(statuses)}")
    assert set(statuses) == {302} and statuses[302] > 20, strange(ledger)
    assert lost == [] and doubled == []


def test_d18_a_killed_web_fails_only_what_it_was_doing_and_the_same_form_sent_again_is_stored_once(environment, clerks, webs):
    work(clerks)
    for number in range(KILLS):
        webs[number % 2].kill()
        time.sleep(1)
        webs[number % 2].start()
    ledger = end(clerks)
    statuses, cut = Counter(entry.status for entry in ledger), [entry for entry in ledger if entry.status == 0]
    by_name = {entry.name: clerk for clerk in clerks for entry in clerk.ledger}
    before = stored(environment)
    again = [by_name[entry.name].log(entry.form) for entry in cut]
    lost, doubled = lost_and_doubled([*ledger, *again], stored(environment))
    half = sum(name in before for name in {entry.name for entry in cut})
    print(f"\nD18 KILL: {KILLS} kills, {dict(statuses)}; of {len(cut)} cut off {half} were stored already, all once after sending again")
    assert set(statuses) <= {302, 0} and len(cut) <= KILLS * len(clerks), strange(ledger)
    assert all(entry.acknowledged for entry in again), strange(again)
    assert lost == [] and doubled == []


def test_the_ledger_sees_what_is_lost_and_what_is_doubled():
    """The control: an acknowledged application that is not there, and one that is there twice."""
    ledger = [Entry("甲", {}, 0.0, 302), Entry("乙", {}, 0.0, 302), Entry("丙", {}, 0.0, 503)]
    assert lost_and_doubled(ledger, {"甲": 2}) == (["乙"], ["甲"])
