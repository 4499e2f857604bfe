"""A job for the tests of the stack, loaded into a worker with ``--include``: leaves one line per run in a file."""

import os
import time
from pathlib import Path

from records.jobs import handler


@handler("tests.tally")
def tally(job, report) -> None:
    report(0, 1, "counting")
    time.sleep(0.2)
    descriptor = os.open(Path(os.environ["YIMEN_TALLY"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, f"{job.key}\n".encode())
    os.close(descriptor)
    report(1, 1, "counted")
