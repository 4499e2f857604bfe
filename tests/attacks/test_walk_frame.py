"""T01, T21, T22: the pages of the frame, accounts and records, against the written policy."""

from tests.attacks.checks import Walked


class TestFrame(Walked):
    part = "frame"
