"""D18 in short: a web that is asked to end answers everybody whom it let in, and refuses the rest at the door. And its log."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from config.worker import DiscreetLogger
from tests.processes import ROOT, clean_environment, eventually, get
from tests.services import end_with_run, free_port

APP = """
import time
def app(environ, start_response):
    time.sleep(0.03)
    start_response("200 OK", [("Content-Length", "2"), ("Connection", "close")])
    return [b"ok"]
"""
CALLERS, SECONDS = 24, 1.0  # more than the two workers' four threads take: some always wait in the kernel's queue


def call(port: int, found: Counter, ending: threading.Event) -> None:
    while not ending.is_set():
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.connect()
        except OSError:
            found["refused"] += 1  # a balancer asks the next web
            time.sleep(0.02)
            continue
        try:
            connection.request("GET", "/")
            found[connection.getresponse().read()] += 1
        except (OSError, HTTPException):
            found["broken"] += 1
        finally:
            connection.close()


def ended_under_load(folder, worker: str) -> Counter:
    port, found, ending = free_port(), Counter(), threading.Event()
    (folder / "tiny.py").write_text(APP)
    words = ["-w", "2", "--threads", "2", "-k", worker, "-b", f"127.0.0.1:{port}", "--chdir", str(folder)]
    words = [sys.executable, "-m", "gunicorn", *words, "tiny:app"]
    process = subprocess.Popen(
        words, cwd=ROOT, env=clean_environment(PYTHONPATH=str(ROOT)), stderr=subprocess.DEVNULL, preexec_fn=end_with_run(signal.SIGKILL)
    )
    try:
        eventually(lambda: get(port, "/")[0] == 200, 60, lambda: f"{worker} does not answer")
        callers = [threading.Thread(target=call, args=(port, found, ending), daemon=True) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        time.sleep(SECONDS)
        process.terminate()
        assert process.wait(60) == 0
    finally:
        ending.set()
        if process.poll() is None:
            process.kill()
    for caller in callers:
        caller.join(40)
    return found


def test_a_web_that_ends_answers_everybody_it_let_in(tmp_path):
    found = ended_under_load(tmp_path, "config.worker.PoliteWorker")
    print(f"\n{dict(found)}")
    assert found[b"ok"] > CALLERS and found["refused"] and not found["broken"]


@pytest.mark.parametrize(
    ("path", "logged"), [("/survey/AB12CD/", "/survey/…"), ("/progress/AB12/x", "/progress/…"), ("/public/", "/public/")]
)
def test_the_access_log_writes_no_code_from_a_slip(monkeypatch, path, logged):
    monkeypatch.setattr(Logger, "atoms", lambda *args: {"U": path})
    assert DiscreetLogger(Config()).atoms(None, None, {}, None) == {"U": logged}
