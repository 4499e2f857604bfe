"""Work on foreign input in a child process with its own limits on memory, processor time and wall time.

``run("records.pdf_child", payload)`` starts ``python -m records.pdf_child``, gives it JSON + bytes on stdin and returns stdout.
The child limits itself before it reads a byte, sees no secrets of ours in its environment and has no database.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED_ON = ("PATH", "LANG", "LC_ALL", "FONTCONFIG_FILE", "XDG_CACHE_HOME", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
MEGABYTE = 1024 * 1024
COMPLAINT = 2_000


class ChildFailed(Exception):
    """The child died, ran out of its limits or complained. The text is for the log."""


def run(module: str, payload: bytes, *, memory_mb: int = 1024, cpu_seconds: int = 60, wall_seconds: int = 90, env=None) -> bytes:
    """stdout of the child. Raises ChildFailed."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"CHILD_MEMORY_MB": str(memory_mb), "CHILD_CPU_SECONDS": str(cpu_seconds), "PYTHONHASHSEED": "0", **(env or {})}
    try:
        done = subprocess.run(
            [sys.executable, "-m", module], input=payload, capture_output=True, timeout=wall_seconds, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"{module}: more than {wall_seconds} s") from None
    if done.returncode:
        raise ChildFailed(f"{module}: exit {done.returncode}: {done.stderr[-COMPLAINT:].decode(errors='replace')}")
    return done.stdout


def limit_self() -> None:
    """Called first thing in a child."""
    memory = int(os.environ["CHILD_MEMORY_MB"]) * MEGABYTE
    seconds = int(os.environ["CHILD_CPU_SECONDS"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MEGABYTE, 64 * MEGABYTE))
