"""Renewing a contract year by year inside its announced term: P-22, E-12. Rule ids: docs/rules.md."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from procurement.rules.contract import NO_CHANGE
from procurement.rules.money import BUDGET_LAW, yuan
from procurement.rules.years import over_several
from records.policy import Breach, Clause

BUDGET_FIRST = Clause("财政部令第102号", "第十五条")
BY_RESULT = Clause("财政部令第102号", "第二十一条")
POOR = "差"


def renewed_years(starts: date | None, ends: date | None, years: Sequence[int]) -> list[int]:
    """Years that need a renewal: all but the first, in a contract longer than one year."""
    return sorted(years)[1:] if over_several(starts, ends) else []


def year_breaches(year: int, *, needed: Sequence[int], taken: Sequence[int]) -> Iterator[Breach]:
    """P-22, P-21: only a year of the announced term, one after the other; what lies beyond it is bought anew."""
    if not needed:
        yield Breach("P-22", BY_RESULT, "合同期限不超过一年，没有以后年度可以续签；期满仍需要的，重新采购。")
    elif year not in needed:
        named = "、".join(map(str, needed))
        yield Breach("P-22", BY_RESULT, f"{year} 年度不在采购时确定的服务期限内，可以续签的是 {named} 年度；期满后重新采购。")
    elif earlier := [one for one in needed if one < year and one not in taken]:
        yield Breach("P-22", BY_RESULT, f"{earlier[0]} 年度尚未续签，应逐年办理。")


def amount_breaches(amount: Decimal, part: Decimal) -> Iterator[Breach]:
    """F-09: at most what the contract's payment schedule gives that year. More is a supplement (P-23), not a renewal."""
    if amount > part:
        yield Breach("F-09", BUDGET_LAW, f"续签金额 {yuan(amount)}，高于合同在该年度的金额 {yuan(part)}。")


def standing_breaches(*, in_service: bool, status: str) -> Iterator[Breach]:
    if not in_service:
        yield Breach("P-22", NO_CHANGE, f"合同现为“{status}”，履行中的合同才能续签。")


def evaluation_breaches(year: int, grades: Sequence[str]) -> Iterator[Breach]:
    """P-22, E-12: a published result of the year before, and not a poor one. ``grades``: the contract's, oldest first; the last
    one is that of the year before. What is missing is lifted by a written reason."""
    if not grades:
        yield Breach("P-22", BY_RESULT, f"{year - 1} 年度绩效评价尚未公布，续签不能自动进行，请等评价公布或者写明理由。", binding=False)
    elif grades[-1] == POOR:
        twice = len(grades) > 1 and grades[-2] == POOR
        more = "连续两次为差，应当启动退出程序。" if twice else "下一年度原则上不续签，仍要续签的写明理由。"
        yield Breach("E-12", BY_RESULT, f"上一年度绩效评价为差。{more}", binding=False)


def missing_breaches(year: int, *, needed: Sequence[int], in_force: Sequence[int]) -> Iterator[Breach]:
    """P-22: nothing of a year is accepted before it was renewed."""
    if year in needed and year not in in_force:
        yield Breach("P-22", BY_RESULT, f"{year} 年度尚未续签。跨年度合同不自动续签，请先办理该年度续签。")
