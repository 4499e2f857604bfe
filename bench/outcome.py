"""One line of the result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """``value`` and ``floor`` in ``unit``; passed when value ÷ floor reaches ``goal`` (more is better)."""

    name: str
    value: float
    floor: float
    unit: str
    goal: float

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @property
    def passed(self) -> bool:
        return self.ratio >= self.goal

    sign = "≥"

    def line(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        return (
            f"{f'{self.name} ({self.unit})':40}{self.value:12.1f}{self.floor:12.1f}{self.ratio:9.2f}  {self.sign} {self.goal:.2f} {verdict}"
        )


class Ceiling(Outcome):
    """Passed when value ÷ floor stays within ``goal`` (less is better)."""

    sign = "≤"

    @property
    def passed(self) -> bool:
        return self.ratio <= self.goal
