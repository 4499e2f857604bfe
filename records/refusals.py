"""How the house says no: always with the value, the rule and the way out."""

from collections.abc import Iterable

from records.policy import Breach, Clause


class Refused(Exception):
    """A rule forbids the act. ``breaches`` tells why, each with its clause. ``status`` is the HTTP answer."""

    status = 422

    def __init__(self, breaches: Iterable[Breach]):
        self.breaches = list(breaches)
        super().__init__("；".join(breach.message for breach in self.breaches))

    @classmethod
    def because(cls, rule: str, clause: Clause, message: str) -> "Refused":
        return cls([Breach(rule, clause, message)])


def uphold(breaches: Iterable[Breach], *, reason: str = "") -> list[Breach]:
    """Refuse on any binding breach, and on others unless ``reason`` is given.

    Returns the breaches that the reason lifted, for the audit row.
    """
    found = list(breaches)
    if any(breach.binding for breach in found) or (found and not reason.strip()):
        raise Refused(found)
    return found
