"""Money: sources, the chain from budget to payment, the cap on superior special funds; 元 as Decimal. Rule ids: docs/rules.md."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from records.policy import Breach, Clause

SOURCES = Clause("渝民发〔2018〕4号", "二（五）")
NO_BUDGET_NO_PURCHASE = Clause("政府采购法", "第六条")
BUDGET_LAW = Clause("预算法", "第十三条")

HUNDRED = Decimal(100)
CHAIN = ("预算", "采购计划", "最高限价", "成交金额", "合同金额", "已验收金额", "已支付金额")


def yuan(value: Decimal) -> str:
    return f"{value:,.2f} 元"


def line_breaches(*, budget: Decimal, lines: Iterable[Decimal]) -> Iterator[Breach]:
    """F-09: the lines of a budget stay inside it."""
    total = sum(lines, Decimal(0))
    if total > budget:
        yield Breach("F-09", BUDGET_LAW, f"资金来源合计 {yuan(total)}，超过预算 {yuan(budget)}，超出 {yuan(total - budget)}。")


def source_breaches(source: str, known: Collection[str]) -> Iterator[Breach]:
    """F-01: the work funds and special funds that exist, of each level; nothing else pays for a purchase."""
    if source not in known:
        yield Breach("F-01", SOURCES, f"资金来源“{source}”不在许可范围：只能使用各级既有的社会救助工作经费或者社会救助专项资金等。")


def basis_breaches(label: str, document: str) -> Iterator[Breach]:
    """F-08: money from above is spent on purchases only where a document says so."""
    if not document.strip():
        yield Breach("F-08", SOURCES, f"{label} 未写明允许用于购买服务的依据文件。")


@dataclass(frozen=True, slots=True)
class Draw:
    """What a project draws from one line: ``free`` is what the line still holds without this project."""

    label: str
    amount: Decimal
    free: Decimal


def funding_breaches(*, plan: Decimal | None, draws: Iterable[Draw]) -> Iterator[Breach]:
    """P-15, F-09: the plan is covered to the cent, and no line gives more than it has."""
    drawn = list(draws)
    total = sum((draw.amount for draw in drawn), Decimal(0))
    if plan is None:
        yield Breach("P-15", NO_BUDGET_NO_PURCHASE, "尚未填写采购计划金额。")
    elif total != plan:
        yield Breach("P-15", NO_BUDGET_NO_PURCHASE, f"资金安排合计 {yuan(total)}，与采购计划 {yuan(plan)} 不一致，请调整资金来源。")
    yield from draw_breaches(drawn)


def draw_breaches(draws: Iterable[Draw]) -> Iterator[Breach]:
    """F-09: no line gives more than it has."""
    for draw in draws:
        if draw.amount > draw.free:
            yield Breach("F-09", BUDGET_LAW, f"{draw.label} 安排 {yuan(draw.amount)}，可用余额只有 {yuan(draw.free)}。")


def chain_breaches(*amounts: Decimal | None) -> Iterator[Breach]:
    """F-09: budget ≥ plan ≥ ceiling ≥ award = contract ≥ accepted ≥ paid, in that order; None = not there yet."""
    known = [(label, amount) for label, amount in zip(CHAIN, amounts, strict=False) if amount is not None]
    for (upper, limit), (lower, amount) in zip(known, known[1:], strict=False):
        if (upper, lower) == ("成交金额", "合同金额"):
            if amount != limit:
                yield Breach("F-09", BUDGET_LAW, f"合同金额 {yuan(amount)} 应等于成交金额 {yuan(limit)}。")
        elif amount > limit:
            yield Breach("F-09", BUDGET_LAW, f"{lower} {yuan(amount)} 超过{upper} {yuan(limit)}，超出 {yuan(amount - limit)}。")


class CapState(StrEnum):
    UNSET = "市级尚未确定比例"
    WITHIN = "未超过比例"
    OVER = "超过比例"


@dataclass(frozen=True, slots=True)
class Cap:
    """F-03 and F-04 for one district and year. ``ratio`` in percent, None until the city fixes it; ``paid`` is the part of
    ``used`` that has left the lines."""

    received: Decimal
    used: Decimal
    ratio: Decimal | None
    paid: Decimal = Decimal("0.00")

    @property
    def limit(self) -> Decimal | None:
        """What may be spent, exact: received × ratio, unrounded."""
        return None if self.ratio is None else self.received * self.ratio / HUNDRED

    @property
    def state(self) -> CapState:
        if self.limit is None:
            return CapState.UNSET
        return CapState.OVER if self.used > self.limit else CapState.WITHIN

    @property
    def share(self) -> Decimal | None:
        """Percent of the received money in use, one decimal, for the meter."""
        return (self.used * HUNDRED / self.received).quantize(Decimal("0.1")) if self.received else None


def cap_breaches(cap: Cap, *, draws_superior: bool) -> Iterator[Breach]:
    """F-03: never above the ratio (equality allowed); without a ratio a reason signed by finance is needed.

    A project that draws no superior special funds cannot break the cap.
    """
    if not draws_superior:
        return
    if cap.state is CapState.UNSET:
        yield Breach("F-03", SOURCES, "市级尚未确定上级专项资金用于购买服务的比例，须财务人员写明意见会签后方可继续。", binding=False)
    elif cap.state is CapState.OVER:
        sums = f"下达 {yuan(cap.received)} × {cap.ratio}%"
        over = yuan(cap.used - cap.limit)
        yield Breach(
            "F-03",
            SOURCES,
            f"本年度使用上级专项资金 {yuan(cap.used)}，高于上限 {yuan(cap.limit)}（{sums}），超出 {over}。",
        )
