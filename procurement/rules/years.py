"""A purchase over several budget years: its amount split by year, and the chain of F-09 held in each. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from procurement.rules.money import BUDGET_LAW, NO_BUDGET_NO_PURCHASE, chain_breaches, yuan
from procurement.rules.project import years_after
from records.policy import Breach

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def years_of(starts: date | None, ends: date | None) -> list[int]:
    """The budget years that a term touches."""
    return list(range(starts.year, ends.year + 1)) if starts and ends else []


def over_several(starts: date | None, ends: date | None) -> bool:
    """Longer than one year: the plan must be split. A shorter term that crosses the new year may be."""
    return bool(starts and ends) and ends >= years_after(starts, 1)


def share_breaches(*, plan: Decimal | None, shares: Mapping[int, Decimal], starts: date | None, ends: date | None) -> Iterator[Breach]:
    """F-09: a purchase over several years says what each bears; together it is the plan, to the cent."""
    if not shares:
        if over_several(starts, ends):
            yield Breach("F-09", BUDGET_LAW, "服务期限超过一年，须把采购计划金额分解到各预算年度。")
        return
    wanted = years_of(starts, ends)
    if wanted and sorted(shares) != wanted:
        named = "、".join(map(str, sorted(shares)))
        yield Breach("F-09", BUDGET_LAW, f"服务期限跨 {'、'.join(map(str, wanted))} 年度，而分年度金额填写的是 {named} 年度，应逐年对应。")
    total = sum(shares.values(), ZERO)
    if plan is not None and total != plan:
        yield Breach("F-09", BUDGET_LAW, f"各年度合计 {yuan(total)}，与采购计划 {yuan(plan)} 不一致。")


def drawn_breaches(*, shares: Mapping[int, Decimal], drawn: Mapping[int, Decimal], first: int) -> Iterator[Breach]:
    """F-09: money comes from budgets of the years that bear the purchase, and none gives more than its share."""
    bearing = shares or {first: None}
    for year, amount in sorted(drawn.items()):
        if year not in bearing:
            yield Breach("F-09", BUDGET_LAW, f"{year} 年度不承担本项目，不能使用 {year} 年度预算的资金来源。")
        elif shares and amount > shares[year]:
            yield Breach("F-09", BUDGET_LAW, f"{year} 年度安排 {yuan(amount)}，超过该年度金额 {yuan(shares[year])}。")


def covered_breaches(*, shares: Mapping[int, Decimal], drawn: Mapping[int, Decimal], until: int) -> Iterator[Breach]:
    """P-15: every year up to ``until`` is covered to the cent. Later budgets are not approved yet and follow year by year."""
    for year, share in sorted(shares.items()):
        got = drawn.get(year, ZERO)
        if year <= until and got != share:
            message = f"{year} 年度资金安排合计 {yuan(got)}，与该年度金额 {yuan(share)} 不一致，请调整资金来源。"
            yield Breach("P-15", NO_BUDGET_NO_PURCHASE, message)


def split(total: Decimal, room: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """``total`` over the years in proportion to ``room``, to the cent, never above it: what is rounded is the running sum."""
    whole = sum(room.values(), ZERO)
    total = min(total, whole)
    found, before, given = {}, ZERO, ZERO
    for year in sorted(room):
        before += room[year]
        upto = (total * before / whole).quantize(CENT, ROUND_HALF_UP) if whole else ZERO
        found[year], given = upto - given, upto
    return found


def missing_breaches(years: Iterable[int], shares: Mapping[int, Decimal]) -> Iterator[Breach]:
    """F-09: no year of the term is left without its part."""
    missing = [str(year) for year in years if year not in shares]
    if missing:
        yield Breach("F-09", BUDGET_LAW, f"{'、'.join(missing)} 年度没有分年度金额，服务期限不能延到该年度。")


def room_breaches(rest: Decimal, room: Mapping[int, Decimal]) -> Iterator[Breach]:
    """F-09: what is still to be served fits into what the years of the term still bear."""
    whole = sum(room.values(), ZERO)
    if rest > whole:
        named = "、".join(f"{year} 年度 {yuan(amount)}" for year, amount in sorted(room.items())) or "没有"
        yield Breach("F-09", BUDGET_LAW, f"合同期内各年度还可承担 {yuan(whole)}（{named}），不够 {yuan(rest)}。")


def cut(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Periods that cross a new year, cut there: each belongs to one budget year."""
    found = []
    for start, end in periods:
        while start.year < end.year:
            found.append((start, date(start.year, 12, 31)))
            start = date(start.year + 1, 1, 1)
        found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Year:
    """The chain of one budget year. ``contract`` is None before there is one."""

    year: int
    drawn: Decimal
    plan: Decimal
    ceiling: Decimal | None
    contract: Decimal | None
    accepted: Decimal
    paid: Decimal

    @property
    def short(self) -> Decimal:
        """What the year's budget does not cover yet of what is to be paid from it."""
        return max((self.plan if self.contract is None else self.contract) - self.drawn, ZERO)


def year_breaches(row: Year) -> Iterator[Breach]:
    """F-09 in one year: plan ≥ ceiling ≥ contract ≥ accepted ≥ paid."""
    reached = () if row.contract is None else (row.contract, row.accepted, row.paid)
    for breach in chain_breaches(None, row.plan, row.ceiling, None, *reached):
        yield Breach(breach.rule, breach.clause, f"{row.year} 年度：{breach.message}")


def unfunded_breaches(row: Year) -> Iterator[Breach]:
    """F-09: nothing of a year is accepted or renewed before its budget bears it."""
    if row.short:
        message = f"{row.year} 年度需要 {yuan(row.drawn + row.short)}，该年度预算已安排 {yuan(row.drawn)}，还差 {yuan(row.short)}。"
        yield Breach("F-09", BUDGET_LAW, message + "请财务人员先安排该年度资金。")
