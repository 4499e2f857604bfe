"""Processes that end when the one that started them is gone, even when that one was killed outright (Linux)."""

import contextlib
import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """In the child: TERM comes when its parent ends, however it ends."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stay_no_longer_than(parent: int) -> None:
    """In the child: end with the process ``parent``, and at once when that is gone already.

    Raises
    ------
    SystemExit
        The parent ended before the child could ask to be told.
    """
    die_with_parent()
    if os.getppid() != parent:
        raise SystemExit(0)
