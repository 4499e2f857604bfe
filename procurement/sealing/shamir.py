"""Shamir's scheme over the prime field of 2**521 - 1: any ``needed`` shares give the secret, fewer say nothing about it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

PRIME = 2**521 - 1  # a Mersenne prime, larger than any 64-byte secret
SHARE_BYTES = 66


@dataclass(frozen=True, slots=True)
class Share:
    x: int
    y: int

    def to_bytes(self) -> bytes:
        return bytes([self.x]) + self.y.to_bytes(SHARE_BYTES, "big")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Share":
        if len(data) != SHARE_BYTES + 1:
            raise ValueError("a share has 67 bytes")
        return cls(data[0], int.from_bytes(data[1:], "big"))


def split(secret: bytes, *, shares: int = 3, needed: int = 2) -> list[Share]:
    """Points 1…``shares`` of a random polynomial of degree ``needed - 1`` whose value at 0 is the secret (at most 64 bytes)."""
    if not 2 <= needed <= shares <= 255 or len(secret) > 64:
        raise ValueError("need 2 ≤ needed ≤ shares ≤ 255 and at most 64 bytes")
    coefficients = [int.from_bytes(secret, "big"), *(secrets.randbelow(PRIME) for _ in range(needed - 1))]
    return [Share(x, _value(coefficients, x)) for x in range(1, shares + 1)]


def combine(shares: Sequence[Share], *, length: int) -> bytes:
    """The secret of ``length`` bytes. Wrong or too few shares give a wrong value or ValueError; the caller checks what comes out."""
    if len({share.x for share in shares}) != len(shares) or any(share.x == 0 for share in shares):
        raise ValueError("shares must be distinct points")
    total = 0
    for share in shares:
        top = bottom = 1
        for other in shares:
            if other.x != share.x:
                top = top * -other.x % PRIME
                bottom = bottom * (share.x - other.x) % PRIME
        total = (total + share.y * top * pow(bottom, -1, PRIME)) % PRIME
    if total >> (8 * length):
        raise ValueError("these shares do not belong together")
    return total.to_bytes(length, "big")


def _value(coefficients: Sequence[int], x: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = (result * x + coefficient) % PRIME
    return result
