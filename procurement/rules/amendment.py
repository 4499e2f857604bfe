"""What may change after signing, and what may be given to others: P-23, P-24, V-01 … V-03. Rule ids: docs/rules.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.rules import project as project_rules
from procurement.rules.contract import NO_CHANGE
from procurement.rules.money import BUDGET_LAW, HUNDRED, yuan
from procurement.rules.report import SUPERVISION
from records.policy import Breach, Clause

SUPPLEMENT = Clause("政府采购法", "第四十九条")
WITH_CONSENT = Clause("政府采购法", "第四十八条")

SUPPLEMENT_PERCENT = Decimal(10)  # of the original contract, all supplements together


@dataclass(frozen=True, slots=True)
class Change:
    """An amendment as the rules see it. ``original`` is the award, ``supplements`` what is in force of P-23 already."""

    ground: str  # same_service, public_interest, contract_ground
    increase: Decimal
    decrease: Decimal
    ends_on: date | None
    content: str
    reason: str
    evidence: str
    same_terms: bool
    original: Decimal
    supplements: Decimal
    value: Decimal
    accepted: Decimal
    starts_on: date
    current_end: date
    conditions: Mapping[str, bool]  # the five of P-21, as the project states them


def change_breaches(change: Change, *, on: date) -> Iterator[Breach]:
    """Everything that can be said of an amendment without looking at the budget."""
    yield from ground_breaches(change)
    yield from supplement_breaches(change)
    yield from decrease_breaches(change)
    yield from term_breaches(change, on=on)


def ground_breaches(change: Change) -> Iterator[Breach]:
    """P-24: no change without one of the grounds of the law, in words and with its paper."""
    if not change.content.strip() or not change.reason.strip():
        yield Breach("P-24", NO_CHANGE, "合同变更须写明变更内容和理由。")
    if change.ground != "same_service" and not change.evidence.strip():
        yield Breach("P-24", NO_CHANGE, "合同双方不得擅自变更合同。请写明依据材料（合同条款、证明文件名称与文号）。")
    if not change.increase and not change.decrease and change.ends_on in (None, change.current_end) and change.ground == "same_service":
        yield Breach("P-24", NO_CHANGE, "金额和期限都没有变化，请写明要变更什么。")


def supplement_breaches(change: Change) -> Iterator[Breach]:
    """P-23: more of the same only, on the same terms, all together at most 10 % of the original."""
    if not change.increase:
        return
    if change.ground != "same_service":
        yield Breach("P-23", SUPPLEMENT, "只有追加与合同标的相同的服务才能增加合同金额。")
    if not change.same_terms:
        yield Breach("P-23", SUPPLEMENT, "追加服务的补充合同不得改变合同其他条款。")
    limit = change.original * SUPPLEMENT_PERCENT / HUNDRED
    total = change.supplements + change.increase
    if total > limit:
        sums = f"原合同 {yuan(change.original)} 的 {SUPPLEMENT_PERCENT}%（{yuan(limit)}）"
        before = f"，其中以前已补充 {yuan(change.supplements)}" if change.supplements else ""
        yield Breach("P-23", SUPPLEMENT, f"补充合同累计 {yuan(total)}{before}，超过{sums}，超出 {yuan(total - limit)}。")


def decrease_breaches(change: Change) -> Iterator[Breach]:
    """F-09: what was accepted cannot be taken back by a change."""
    rest = change.value - change.decrease
    if change.decrease and (rest < change.accepted or rest <= 0):
        yield Breach("F-09", BUDGET_LAW, f"减少后的合同金额 {yuan(rest)} 低于已验收 {yuan(change.accepted)}，不能减少这么多。")


def term_breaches(change: Change, *, on: date) -> Iterator[Breach]:
    """P-21, P-24: a new last day lies after today, and the whole term may be as long as a contract may be from the start."""
    if change.ends_on is None or change.ends_on == change.current_end:
        return
    if change.ends_on < on:
        yield Breach("P-24", NO_CHANGE, f"变更后的服务结束日期 {change.ends_on} 早于今天（{on}），不能倒签。")
    yield from project_rules.term_breaches(change.starts_on, change.ends_on, change.conditions)


def inside_budget_breaches(shortfall: Decimal, free: Decimal | None) -> Iterator[Breach]:
    """F-09: what the project's money does not cover comes from a line that still has it."""
    if shortfall <= 0:
        return
    if free is None:
        yield Breach("F-09", BUDGET_LAW, f"项目已安排资金不够补充合同使用，还差 {yuan(shortfall)}，请选择追加资金来源。")
    elif shortfall > free:
        yield Breach("F-09", BUDGET_LAW, f"追加资金来源的可用余额只有 {yuan(free)}，还需要 {yuan(shortfall)}。")


# Parts given to others


@dataclass(frozen=True, slots=True)
class Part:
    """A subcontract; ``others``: Σ of the other live ones. ``banned``: why the subcontractor may not take part, or empty."""

    name: str
    amount: Decimal
    others: Decimal
    value: Decimal
    core: bool
    named_in_bid: bool
    qualification: str
    further: bool
    own: bool
    banned: str

    @property
    def share(self) -> Decimal:
        """Of the contract, in percent, with all other parts."""
        return percent_of(self.amount + self.others, self.value)


def percent_of(amount: Decimal, value: Decimal) -> Decimal:
    return amount * HUNDRED / value


def whole_breaches(part: Part) -> Iterator[Breach]:
    """V-01: never the whole, and never the whole in pieces."""
    total = part.amount + part.others
    if total >= part.value:
        pieces = f"（含其他分包 {yuan(part.others)}）" if part.others else ""
        message = f"分包金额 {yuan(total)}{pieces}达到合同金额 {yuan(part.value)}，属于转包，一律不得进行。"
        yield Breach("V-01", SUPERVISION, message)


def subcontract_breaches(part: Part) -> Iterator[Breach]:
    """V-02: named in the bid, not the core, qualified, no second tier, somebody else."""
    if part.own:
        yield Breach("V-02", WITH_CONSENT, "分包单位就是承接主体自己。")
    if not part.named_in_bid:
        yield Breach("V-02", WITH_CONSENT, "响应文件没有载明这项分包，不能分包。")
    if part.core:
        yield Breach("V-02", WITH_CONSENT, "合同主体、关键性工作不能分包。")
    if not part.qualification.strip():
        yield Breach("V-02", WITH_CONSENT, f"请写明{part.name}具备的资格条件。")
    if part.further:
        yield Breach("V-02", WITH_CONSENT, f"{part.name}不得再次分包。")
    if part.banned:
        yield Breach("V-02", WITH_CONSENT, f"{part.name}{part.banned}，不能承接分包。")


def share_breaches(part: Part, *, alert: Decimal | None) -> Iterator[Breach]:
    """V-03: a large share given away is a sign of 转包; consent then needs a written reason. An unset figure asks for one as well."""
    if alert is None:
        yield Breach("V-03", SUPERVISION, "分包预警比例尚未设定，请核实没有变相转包并写明理由。", binding=False)
    elif part.share >= alert:
        shares = f"{part.share:.1f}%，达到预警比例 {alert.normalize():f}%"
        yield Breach("V-03", SUPERVISION, f"分包合计占合同 {shares}，涉嫌变相转包，同意须写明核查情况。", binding=False)
