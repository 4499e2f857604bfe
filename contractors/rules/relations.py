"""Ties between suppliers that keep them from bidding against one another. Rule ids: docs/rules.md."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from records.policy import Breach, Clause

SAME_HEAD = Clause("政府采购法实施条例", "第十八条")
SAME_PERSON = "负责人相同"


@dataclass(frozen=True, slots=True)
class Control:
    """What P-10 compares: ``head`` names the legal representative, ``head_id`` is the blind index of the ID number ("" where none is on
    record), ``held_by`` the codes of who holds or manages it."""

    name: str
    code: str
    head: str
    held_by: frozenset[str] = frozenset()
    phone: str = ""
    address: str = ""
    head_id: str = ""

    def surely_led_as(self, other: "Control") -> bool:
        """By the ID number where both gave one; by the name alone only where neither did."""
        if self.head_id and other.head_id:
            return self.head_id == other.head_id
        return not self.head_id and not other.head_id and self.head_named_as(other)

    def maybe_led_as(self, other: "Control") -> bool:
        """One of the two gave no ID number, and the names are the same: to be looked into."""
        return bool(self.head_id) != bool(other.head_id) and self.head_named_as(other)

    def head_named_as(self, other: "Control") -> bool:
        return bool(self.head) and self.head == other.head


def same_control_breaches(own: Control, others: Iterable[Control]) -> Iterator[Breach]:
    """P-10: one head, or one directly holding or managing the other. A common parent alone is not named by the article."""
    for other in others:
        if own.surely_led_as(other):
            yield Breach("P-10", SAME_HEAD, f"“{own.name}”与“{other.name}”的法定代表人（负责人）为同一人，不得参加同一合同项下的采购活动。")
        elif own.code in other.held_by or other.code in own.held_by:
            yield Breach("P-10", SAME_HEAD, f"“{own.name}”与“{other.name}”存在直接控股、管理关系，不得参加同一合同项下的采购活动。")


def common_signs(own: Control, other: Control) -> list[str]:
    """What two suppliers have in common that may hide one house behind two names. A sign is a question, not a verdict."""
    signs = []
    if own.surely_led_as(other):
        signs.append(SAME_PERSON)
    elif own.maybe_led_as(other):
        signs.append("负责人姓名相同")
    if len(digits(own.phone)) >= 7 and digits(own.phone) == digits(other.phone):
        signs.append("联系电话相同")
    if len(plain(own.address)) >= 6 and plain(own.address) == plain(other.address):
        signs.append("住所相同")
    return signs


def sign_breaches(own: Control, others: Iterable[Control]) -> Iterator[Breach]:
    """P-10: the same telephone, address or name of the head is looked into and explained, before both are taken as rivals."""
    for other in others:
        signs = [sign for sign in common_signs(own, other) if sign != SAME_PERSON]
        if signs:
            text = f"“{own.name}”与“{other.name}”{'、'.join(signs)}，请核实是否存在控股、管理关系或者串通，并写明核实情况。"
            yield Breach("P-10", SAME_HEAD, text, binding=False)


def digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit())


def plain(address: str) -> str:
    """An address as it is compared: letters and numbers alone, full-width forms put right."""
    return "".join(char for char in unicodedata.normalize("NFKC", address).upper() if char.isalnum())
