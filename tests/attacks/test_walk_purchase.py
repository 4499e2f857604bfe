"""T01, T21, T22: the pages of the purchase and of the contractors, against the written policy."""

from tests.attacks.checks import Walked


class TestPurchase(Walked):
    part = "purchase"
