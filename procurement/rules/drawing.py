"""Which funding lines a payment comes from: F-07, F-09. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.rules.money import BUDGET_LAW, yuan
from procurement.rules.years import split
from records.policy import Breach, Clause

ZERO = Decimal("0.00")
EARMARKED = Clause("社会救助暂行办法", "第五条")


@dataclass(frozen=True, slots=True)
class Room:
    """A line that the purchase draws from: ``free`` is what it still has for payments, without the one in question."""

    line: int
    label: str
    free: Decimal


def room_breaches(amount: Decimal, rooms: Iterable[Room]) -> Iterator[Breach]:
    """F-09: the lines of the purchase still hold what is to be paid."""
    rooms = list(rooms)
    whole = sum((room.free for room in rooms), ZERO)
    if amount > whole:
        named = "、".join(f"{room.label} {yuan(room.free)}" for room in rooms) or "没有资金来源"
        yield Breach(
            "F-09", BUDGET_LAW, f"需要支付 {yuan(amount)}，本项目资金来源可支付余额 {yuan(whole)}（{named}），还差 {yuan(amount - whole)}。"
        )


def line_breaches(amount: Decimal, parts: Mapping[int, Decimal], rooms: Iterable[Room]) -> Iterator[Breach]:
    """F-07, F-09: each part from a line of this purchase, none above what it has, together the payment to the cent."""
    known = {room.line: room for room in rooms}
    for line, part in parts.items():
        if line not in known:
            yield Breach("F-07", EARMARKED, "资金来源不属于本项目该年度，专款应当专用。")
        elif part > known[line].free:
            room = known[line]
            yield Breach("F-09", BUDGET_LAW, f"{room.label} 支付 {yuan(part)}，可支付余额只有 {yuan(room.free)}。")
    total = sum(parts.values(), ZERO)
    if total != amount:
        yield Breach("F-09", BUDGET_LAW, f"资金来源合计 {yuan(total)}，应等于支付金额 {yuan(amount)}。")


def proposal(amount: Decimal, rooms: Iterable[Room]) -> dict[int, Decimal]:
    """The payment over its lines in proportion to what they have left, to the cent."""
    found = split(amount, {room.line: room.free for room in rooms if room.free > 0})
    return {line: part for line, part in found.items() if part}
