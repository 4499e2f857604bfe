"""Drawing lots so that anybody can draw them again: whoever knows the list and the seed gets the same order. Pure."""

import hashlib
from collections.abc import Hashable, Iterable
from typing import TypeVar

Lot = TypeVar("Lot", bound=Hashable)


def draw(pool: Iterable[Lot], *, seed: str) -> list[Lot]:
    """The whole pool in the order that ``seed`` fixes: the first so many are drawn, the rest stand in reserve.

    Each lot is ranked by SHA-256 of seed and lot, so the order does not depend on how the pool was read.
    """
    return sorted(set(pool), key=lambda lot: hashlib.sha256(f"{seed}:{lot}".encode()).digest())


def digest(pool: Iterable[str]) -> str:
    """SHA-256 of the sorted list that was drawn from."""
    return hashlib.sha256("\n".join(sorted(pool)).encode()).hexdigest()
