"""Everything that keeps an organisation from bidding on a day, in one list. Rule ids: docs/rules.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from records.policy import Breach

from .forms import FOUNDING, condition_breaches, form_breaches
from .standing import Ban, Wrong, ban_breaches, violation_breaches


@dataclass(frozen=True, slots=True)
class Profile:
    """What eligibility is judged on. ``conditions`` are the codes shown to be met."""

    name: str
    legal_form: str
    verified: bool
    fiscally_funded: bool = False
    conditions: frozenset[str] = frozenset()
    bans: tuple[Ban, ...] = ()
    wrongs: tuple[Wrong, ...] = ()
    large_fine: Decimal | None = None


def eligibility_breaches(profile: Profile, *, on: date) -> Iterator[Breach]:
    """Everything that keeps this organisation from bidding on ``on``, apart from what a single tender adds."""
    if not profile.verified:
        yield Breach("P-07", FOUNDING, f"“{profile.name}”尚未经民政局核实，不能参加采购活动。")
    yield from form_breaches(profile.legal_form, fiscally_funded=profile.fiscally_funded)
    yield from condition_breaches(profile.conditions)
    yield from violation_breaches(profile.wrongs, on=on, large_fine=profile.large_fine)
    yield from ban_breaches(profile.bans, on=on)
