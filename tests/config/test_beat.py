"""D11: a beat that was stopped over its moments, or killed and started again, asks for each thing once, however long it was away."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from django.conf import settings

from config.celery import app
from records import jobs

EVENING = datetime(2026, 11, 30, 23, 50, tzinfo=ZoneInfo("Asia/Shanghai"))  # of a month: what comes monthly is due too
MORNING = EVENING + timedelta(hours=8, minutes=45)
SCHEDULE = settings.CELERY_BEAT_SCHEDULE
AT_ITS_HOUR = {name for name, entry in SCHEDULE.items() if isinstance(entry["schedule"], crontab)}


class Beat(PersistentScheduler):
    """Beat's own scheduler with the portal's schedule; what it would send is written down."""

    producer = None

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.name)

    def go(self) -> Counter:
        """Until nothing is due any more at this moment."""
        self.sent = []
        while self.tick() <= 0:
            assert len(self.sent) < 100
        return Counter(name for name in self.sent if name in AT_ITS_HOUR)


@pytest.fixture
def beat(tmp_path, time_machine):
    """``beat(file)``: started in the evening with that schedule file, when all of the day was sent."""

    def started(name="schedule") -> Beat:
        return Beat(app, schedule_filename=str(tmp_path / name))

    time_machine.move_to(EVENING, tick=False)
    return started


ONCE_EACH = dict.fromkeys(AT_ITS_HOUR, 1)


@pytest.mark.parametrize("nights", [1, 3])
def test_a_beat_stopped_over_the_night_catches_up_once_and_in_order(beat, time_machine, nights):
    stopped = beat()
    assert stopped.go() == {}
    time_machine.move_to(MORNING + timedelta(days=nights - 1), tick=False)
    assert stopped.go() == ONCE_EACH and len(AT_ITS_HOUR) > 10
    moments = [SCHEDULE[name]["schedule"] for name in stopped.sent if name in AT_ITS_HOUR]
    assert [(min(moment.hour), min(moment.minute)) for moment in moments] == sorted((min(m.hour), min(m.minute)) for m in moments)
    assert stopped.go() == {}


def test_a_beat_started_again_goes_on_from_its_file_and_from_no_other(beat, time_machine):
    first = beat()
    first.go()
    first.close()
    time_machine.move_to(MORNING, tick=False)
    again = beat()
    assert again.go() == ONCE_EACH
    again.close()
    assert beat().go() == {}
    assert beat("another").go() == {}, "the control: without its file it knows of nothing that was missed"


def test_the_sweeper_and_the_heartbeat_do_not_wait_behind_papers():
    """Both expire within seconds: behind a backlog nothing would be swept, and /healthz would call the workers dead."""
    beat = PersistentScheduler(app, lazy=True)
    with app.connection_for_write() as connection, connection.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE) as queue:
        queue.clear()
        assert jobs.wake(1) and jobs.wake(2)
        for name in ("sweep jobs", "heartbeat"):
            beat.apply_async(beat.Entry(name, app=app, **SCHEDULE[name]), advance=False)
        messages = [queue.get(timeout=10) for _ in range(4)]
        for message in messages:
            message.ack()
    assert [message.headers["task"].rpartition(".")[2] for message in messages] == ["sweep_jobs", "heartbeat", "run_job", "run_job"]


def test_the_broker_waits_longer_than_any_task_may_run():
    """A message that is not acknowledged in time goes to a second worker while the first still works on it."""
    app.loader.import_default_modules()
    limits = {name: task.time_limit or settings.CELERY_TASK_TIME_LIMIT for name, task in app.tasks.items()}
    longest = max(limits, key=limits.get)
    assert limits[longest] > settings.CELERY_TASK_TIME_LIMIT  # one asks for more than the rule
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > limits[longest], longest
