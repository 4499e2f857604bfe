"""Signs that a contract was passed on whole or in pieces (V-01, V-03): thresholds over what the records say, never a verdict."""

from collections.abc import Iterator
from decimal import Decimal

from procurement.rules.report import SUPERVISION
from records.policy import Breach

HUNDRED = Decimal(100)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Percent; None when there is no whole to compare with."""
    return part * HUNDRED / whole if whole else None


def reaches(part: Decimal, whole: Decimal, threshold: Decimal | None) -> bool:
    """At or above the threshold; unset thresholds flag nothing."""
    found = share(part, whole)
    return found is not None and threshold is not None and found >= threshold


def outcome_breaches(outcome: str) -> Iterator[Breach]:
    """V-03: a suspicion ends only with a written outcome."""
    if len(outcome.strip()) < 4:
        yield Breach("V-03", SUPERVISION, "请写明核实情况和认定意见。")


def explanation_breaches(text: str) -> Iterator[Breach]:
    if len(text.strip()) < 4:
        yield Breach("V-03", SUPERVISION, "请写明情况说明。")
