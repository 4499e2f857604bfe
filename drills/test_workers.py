"""D01: workers killed at random while they draw fifty papers; D11: beats stopped over their moment, and three at once."""

import json
import random
import signal
import threading
import time
from contextlib import closing

import psycopg2
import pytest

from drills.hired import Hired
from tests.processes import eventually, run_python

PAPERS, BLOWS = 50, 20
LATE = 75  # the lease, and two rounds of the sweeper: a blow may strike the one that was about to look
LOST, PAUSE = 30, 40
HELD = "SELECT id, token, extract(epoch FROM heartbeat_at)::float FROM records_job WHERE status = 'running' AND id = ANY(%s)"
FINAL = "SELECT token FROM records_job WHERE id = ANY(%s)"
OPEN = "SELECT count(*) FROM records_job WHERE id = ANY(%s) AND status IN ('queued', 'running')"


def ask(environment, call: str):
    return json.loads(run_python(f"import json; from drills import papers; print(json.dumps(papers.{call}))", environment).splitlines()[-1])


@pytest.fixture
def at_work(environment, var):
    """``at_work("worker", 2)`` starts that many; all are ended."""
    here, environment = [], environment | {"YIMEN_TASK_MODULES": "tests.records.handlers"}

    def start(service: str, count: int) -> list[Hired]:
        began = [Hired(service, f"{service}-{len(here) + number}", environment, var) for number in range(count)]
        here.extend(began)
        return [one.start() for one in began]

    yield start
    for one in here:
        one.end()


@pytest.fixture
def rows(cluster):
    """``rows(statement, values)`` from the database, past the portal, each time over a connection of its own."""

    def fetch(statement: str, *values):
        with closing(psycopg2.connect(cluster.url)) as server, server.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    return fetch


def strike(workers: list[Hired], number: int, chance: random.Random) -> str:
    """A child, a parent alone, or all of one worker; who has no parent any more is started again, as compose does."""
    worker, how = workers[number % len(workers)], ("child", "parent", "all")[number % 3]
    if how == "child":
        worker.kill_child(chance.randrange(8))
        return how
    worker.kill_parent() if how == "parent" else worker.kill()
    worker.start()
    return how


def test_d01_fifty_papers_are_drawn_once_each_under_twenty_blows(environment, at_work, rows):
    chance = random.Random(1)
    at_work("beat", 1)
    workers = at_work("worker", 2)
    laid = ask(environment, f"lay({PAPERS})")
    made, blows, watch = laid["jobs"], [], Watch(rows, laid["jobs"])
    watch.start()
    for number in range(BLOWS):
        time.sleep(chance.uniform(0.2, 1.5))
        blows.append(time.time())
        strike(workers, number, chance)
    eventually(lambda: rows(OPEN, made)[0][0] == 0, 400, lambda: workers[0].written()[-2000:])
    late = watch.given_back(blows, {token for (token,) in rows(FINAL, made)})
    given_up = ask(environment, f"press_retry({made})")
    eventually(lambda: rows(OPEN, made)[0][0] == 0, 120, lambda: workers[0].written()[-2000:])
    found = ask(environment, f"found({laid['city']}, {made})")
    seconds = sorted(round(each) for each in late)
    print(f"\nD01: {BLOWS} blows took {len(late)} jobs from whoever worked on them, back after {seconds} s; given up {given_up}; {found}")
    assert found["jobs"] == {"done": PAPERS} and found["drawn"] == found["rows"] == PAPERS and found["torn"] == []
    assert len(late) >= BLOWS / 4, "the blows must strike"
    assert max(late) <= LATE


class Watch(threading.Thread):
    """Who holds which job, looked at three times a second: token → (last heartbeat, when it was held no more)."""

    def __init__(self, rows, made: list[int]):
        super().__init__(daemon=True)
        self.rows, self.made, self.beats, self.gone = rows, made, {}, {}

    def run(self) -> None:
        while not self.gone or self.rows(OPEN, self.made)[0][0]:
            held = {token: beat for _, token, beat in self.rows(HELD, self.made)}
            self.gone |= {token: time.time() for token in self.beats.keys() - held.keys() - self.gone.keys()}
            self.beats |= held
            time.sleep(0.3)

    def given_back(self, blows: list[float], kept: set[str]) -> list[float]:
        """Of each hold that did not end the job: seconds from the first blow after its last heartbeat to its end."""
        found = []
        for token in self.gone.keys() - kept:
            after = [blow for blow in blows if blow >= self.beats[token]]
            found += [self.gone[token] - after[0]] if after else []
        return found


def test_d11_a_beat_stopped_over_its_moment_and_three_at_once_have_each_job_done_once(environment, at_work, rows):
    beats = at_work("beat", 3)
    worker = at_work("worker", 1)[0]
    for beat in beats:
        beat.send(signal.SIGSTOP)
    time.sleep(2)  # what they sent before is taken
    laid = ask(environment, f"lay(0, effects={LOST}, told=False)")
    time.sleep(PAUSE)  # two and more moments of the sweeper pass
    assert rows(OPEN, laid["jobs"])[0][0] == LOST, "the control: without a beat nobody finds them"
    resumed = time.monotonic()
    for beat in beats:
        beat.send(signal.SIGCONT)
    eventually(lambda: rows(OPEN, laid["jobs"])[0][0] == 0, 90, lambda: worker.written()[-2000:])
    took = time.monotonic() - resumed
    time.sleep(20)  # a further moment of each
    found = ask(environment, f"found({laid['city']}, {laid['jobs']})")
    print(f"\nD11: three beats stopped for {PAUSE} s; {LOST} jobs nobody was told of done {took:.0f} s after they went on; {found}")
    assert found["jobs"] == {"done": LOST} and found["messages"] == found["rows"] == LOST
    assert found["attempts"] == {"1": LOST}
