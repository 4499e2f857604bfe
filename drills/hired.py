"""Workers and beats, started with compose's commands, that a drill kills, stops and starts again."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from tests.processes import ROOT, eventually
from tests.production.conftest import command_of
from tests.services import end_with_run

READY = {"worker": " ready", "beat": "beat: Starting"}


class Hired:
    """One container's process. Its log says when it is at work."""

    def __init__(self, service: str, name: str, environment: dict[str, str], var: Path):
        self.service, self.environment, self.log = service, environment, var / f"{name}.log"
        self.command = command_of(service, var)
        if service == "worker":
            self.command += ["--hostname", f"{name}@drill"]
        else:
            self.command = [word.replace("celerybeat-schedule", f"schedule-{name}") for word in self.command]  # a volume of its own
        self.process = None

    def start(self) -> "Hired":
        before = self.written()
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=ROOT, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=end_with_run(signal.SIGKILL),
            )  # fmt: skip
        eventually(lambda: READY[self.service] in self.written()[len(before) :], 120, lambda: self.written()[-2000:])
        return self

    def written(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def children(self) -> list[int]:
        """The pool: what does the work."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def send(self, sign: signal.Signals) -> None:
        self.process.send_signal(sign)

    def kill_child(self, number: int) -> None:
        children = self.children()
        with suppress(ProcessLookupError):
            os.kill(children[number % len(children)], signal.SIGKILL)

    def kill_parent(self) -> None:
        """The children are left without one."""
        self.process.kill()
        self.process.wait(10)

    def kill(self) -> None:
        """All at once, as a container that is out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
