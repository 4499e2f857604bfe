"""T01, T21, T22: the pages of the windows, staffing and evaluation, against the written policy."""

from tests.attacks.checks import Walked


class TestCasework(Walked):
    part = "casework"
