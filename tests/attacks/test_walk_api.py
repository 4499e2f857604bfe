"""T01, T21, T22: the API, against the written policy."""

from tests.attacks.checks import Walked


class TestApi(Walked):
    part = "api"
