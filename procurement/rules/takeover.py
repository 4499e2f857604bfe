"""Taking over from a contractor overnight: on what lawful basis, by whom, and nobody left without a provider. Rule ids: docs/rules.md."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.rules.contract import EXIT
from records.policy import Breach, Clause

NEXT_IN_RANK = Clause("政府采购法实施条例", "第四十九条")
ADD_ON = Clause("政府采购法", "第四十九条")
URGENT = Clause("政府采购法", "第三十条")
SINGLE_SOURCE = Clause("政府采购法", "第三十一条")
ADD_ON_SHARE = Decimal("0.10")
DRILL_EVERY_DAYS = 365
BASES = {
    "own": "由民政部门或者乡镇（街道）直接承担",
    "add_on": "对其他在履行合同追加不超过 10%",
    "negotiation": "紧急竞争性谈判",
    "single_source": "紧急单一来源",
    "next_candidate": "由下一名候选供应商承接（仅限签订合同前）",
    "emergency": "紧急采购（仅限严重自然灾害等突发事件）",
}
CLAUSES = {
    "own": EXIT,
    "add_on": ADD_ON,
    "negotiation": URGENT,
    "single_source": SINGLE_SOURCE,
    "next_candidate": NEXT_IN_RANK,
    "emergency": EXIT,
}
NEVER = {
    "next_candidate": "合同 {number} 已经签订，不能再按“下一名候选供应商”承接。请改选由政府直接承担、追加、紧急谈判或者单一来源。",
    "emergency": "承接主体不能履约不属于紧急采购的情形（仅限严重自然灾害、事故灾难、公共卫生和社会安全事件）。请另选依据。",
}
REASONED = frozenset({"negotiation", "single_source"})


@dataclass(frozen=True, slots=True)
class AddOn:
    """A running contract that takes more on: its amount, what was added before, what is added now."""

    number: str
    contractor: str
    amount: Decimal
    added: Decimal
    now: Decimal


def basis_breaches(basis: str, *, note: str, number: str, add_on: AddOn | None = None, own_only: bool = True) -> Iterator[Breach]:
    """V-09: the basis is picked from the lawful list, and what the law asks for it is written down.

    ``own_only``: every route leads to an office of the government (asked for "own", forbidden for none).
    """
    if basis not in BASES:
        yield Breach("V-09", EXIT, "请选择临时接管的法律依据。")
        return
    if basis in NEVER:
        yield Breach("V-09", CLAUSES[basis], NEVER[basis].format(number=number))
    if basis in REASONED and len(note.strip()) < 10:
        yield Breach("V-09", CLAUSES[basis], f"选择“{BASES[basis]}”须写明紧急情形以及为何不是本单位自身原因造成（不少于 10 个字）。")
    if basis == "own" and not own_only:
        yield Breach("V-09", EXIT, "依据为政府直接承担的，接管方只能是本区县民政部门或者乡镇（街道）。")
    if basis == "add_on":
        yield from add_on_breaches(add_on)


def add_on_breaches(add_on: AddOn | None) -> Iterator[Breach]:
    if add_on is None:
        yield Breach("V-09", ADD_ON, "请选择追加的在履行合同并填写追加金额。")
        return
    limit = (add_on.amount * ADD_ON_SHARE).quantize(Decimal("0.01"))
    if add_on.added + add_on.now > limit:
        yield Breach(
            "V-09",
            ADD_ON,
            f"合同 {add_on.number} 原金额 {add_on.amount:,.2f} 元，已追加 {add_on.added:,.2f} 元，本次 {add_on.now:,.2f} 元，"
            f"累计超过原合同金额的 10%（{limit:,.2f} 元）。",
        )


def substitute_breaches(name: str, *, verified: bool, debarred: bool, is_present: bool) -> Iterator[Breach]:
    """V-09: whoever takes over may serve, and is not the one who failed."""
    if is_present:
        yield Breach("V-09", EXIT, f"{name}正是现在的服务单位，不能由其接管。")
    if not verified:
        yield Breach("V-09", EXIT, f"{name}尚未核实资格，不能接管。")
    if debarred:
        yield Breach("V-09", EXIT, f"{name}处于禁止参加政府采购的期限内，不能接管。")


@dataclass(frozen=True, slots=True)
class Successor:
    """The contract to which orders follow. ``only``: it is this contractor and nobody else who takes them."""

    number: str
    contractor: str
    may_serve: bool
    only: bool
    starts_on: date
    ends_on: date


def own_breaches(own: bool) -> Iterator[Breach]:
    """V-09: without a new contract, service goes back to whose contract it is."""
    if not own:
        yield Breach("V-09", EXIT, "交给新的承接主体的，请选择其合同：服务单随合同转过去，原合同的服务单结束。")


def successor_breaches(contract: Successor, *, on: date) -> Iterator[Breach]:
    """V-09: orders follow to a contract that may be served today, and to its contractor."""
    if not contract.may_serve:
        yield Breach("V-09", EXIT, f"合同 {contract.number} 尚未签订或者已经结束，不能转入服务单。")
    if not contract.only:
        yield Breach("V-09", EXIT, f"转入合同 {contract.number} 的，接管方只能是其承接主体{contract.contractor}。")
    if not contract.starts_on <= on <= contract.ends_on:
        yield Breach("V-09", EXIT, f"合同 {contract.number} 的服务期为 {contract.starts_on} 至 {contract.ends_on}，今天不在其中。")


def stuck_breaches(stuck: Collection[str]) -> Iterator[Breach]:
    """V-10: an order that the new contract has no place for is told, not lost."""
    if stuck:
        shown = "；".join(sorted(stuck)[:6])
        yield Breach("V-10", EXIT, f"有 {len(stuck)} 张服务单不能转入新合同（{shown}），请列为例外并写明原因，或者先调整新合同。")


def cover_breaches(*, total: int, moved: int, excepted: int, uncovered: Collection[str]) -> Iterator[Breach]:
    """V-10: every open order has a new provider or stands on the list of exceptions with a reason."""
    if total == 0:
        yield Breach("V-10", EXIT, "该合同没有在办的服务单，无需接管。")
    if uncovered:
        shown = "、".join(sorted(uncovered)[:6])
        yield Breach("V-10", EXIT, f"还有 {total - moved - excepted} 张服务单没有接管方（{shown}），请补充接管方或者写明例外原因。")


def counted_breaches(*, seen: int, now: int) -> Iterator[Breach]:
    """V-10: what the second person confirms is what that person saw."""
    if seen != now:
        yield Breach("V-10", EXIT, f"预览时有 {seen} 张服务单，现在是 {now} 张。请重新核对预览后再确认。")


def drill_is_due(*, started_on: date, last_drill_on: date | None, on: date) -> bool:
    """V-08: a drill every year, counted from the last one or from the first day of service."""
    return (on - (last_drill_on or started_on)).days >= DRILL_EVERY_DAYS
