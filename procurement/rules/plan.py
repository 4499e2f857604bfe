"""The year's plan and how a budget may change: F-05, F-09. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from procurement.rules.money import BUDGET_LAW, SOURCES, yuan
from records.policy import Breach


@dataclass(frozen=True, slots=True)
class LineChange:
    label: str
    after: Decimal
    drawn: Decimal


def adjustment_breaches(*, budget: Decimal, changes: Iterable[LineChange]) -> Iterator[Breach]:
    """F-09: no line falls below what projects draw from it, and the lines stay inside the budget."""
    rows = list(changes)
    for row in rows:
        if row.after < row.drawn:
            yield Breach("F-09", BUDGET_LAW, f"{row.label} 调整为 {yuan(row.after)}，少于项目已安排的 {yuan(row.drawn)}，请先调整项目。")
    total = sum((row.after for row in rows), Decimal(0))
    if total > budget:
        yield Breach("F-09", BUDGET_LAW, f"资金来源合计 {yuan(total)}，超过预算 {yuan(budget)}，超出 {yuan(total - budget)}。")


def own_input_breaches(*, year: int, now: Decimal, before: Decimal) -> Iterator[Breach]:
    """F-05: the district's own money is to grow (逐步加大). Falling is told and explained, not forbidden."""
    if now < before:
        fall = yuan(before - now)
        yield Breach(
            "F-05", SOURCES, f"{year} 年区县本级投入 {yuan(now)}，比上年 {yuan(before)} 减少 {fall}，应当逐步加大。", binding=False
        )


def plan_breaches(*, planned: Decimal, free: Decimal) -> Iterator[Breach]:
    """F-09: what is planned and not yet a project stays inside what the year's budgets still hold."""
    if planned > free:
        yield Breach("F-09", BUDGET_LAW, f"尚未立项的计划合计 {yuan(planned)}，超过预算可用 {yuan(free)}，超出 {yuan(planned - free)}。")


def line_plan_breaches(label: str, *, planned: Decimal, free: Decimal) -> Iterator[Breach]:
    if planned > free:
        yield Breach("F-09", BUDGET_LAW, f"{label} 尚未立项的计划 {yuan(planned)}，超过该来源可用 {yuan(free)}。")
