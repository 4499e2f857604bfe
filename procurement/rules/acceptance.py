"""履约验收: who takes part, what the paper covers, what it may say. Rule ids: docs/rules.md."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.rules.money import BUDGET_LAW, yuan
from procurement.rules.payment import UNDISPUTED
from procurement.rules.project import DUTIES
from records.policy import Breach, Clause

GROUP = Clause("政府采购法", "第四十一条")
RECIPIENTS = Clause("政府采购法实施条例", "第四十五条")
IN_PARTS = Clause("财库〔2016〕205号", "")

SMALLEST_GROUP = 2  # members who sign; the text says 成员 and no number: two is the least of a group (DESIGN)


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    finding: str
    verdict: str  # "", met, partly, unmet


@dataclass(frozen=True, slots=True)
class Member:
    """``seat``: lead, member, recipient, invited. ``agrees`` None until signed."""

    label: str
    seat: str
    agrees: bool | None
    opinion: str


def period_breaches(start: date, period_end: date, on: date, *, terminated_on: date | None = None) -> Iterator[Breach]:
    """P-62: a period is accepted when it is over; of a terminated contract only what was served until that day."""
    if terminated_on:
        if start > terminated_on:
            yield Breach("P-62", IN_PARTS, f"合同已于 {terminated_on} 终止，{start} 开始的一期没有服务，不能验收。")
    elif on <= period_end:
        yield Breach("P-62", IN_PARTS, f"该期服务到 {period_end} 结束，今天（{on}）尚未期满，不能验收。")


def coverage_breaches(items: Collection[Item]) -> Iterator[Breach]:
    """P-60: each service standard has a finding and a verdict."""
    if not items:
        yield Breach("P-60", GROUP, "合同没有服务标准，验收书无从对照。请先补充服务标准。")
    open_items = [item.name for item in items if not item.verdict or not item.finding.strip()]
    if open_items:
        yield Breach("P-60", GROUP, f"验收书须逐项写明每项服务标准的实际情况和结论，尚缺：{'、'.join(open_items[:8])}。")


def group_breaches(members: Collection[Member]) -> Iterator[Breach]:
    """P-60, P-61: one lead, at least two staff, and a service recipient among them."""
    staff = [member for member in members if member.seat in ("lead", "member")]
    if sum(member.seat == "lead" for member in members) != 1:
        yield Breach("P-60", GROUP, "验收组须有一名组长。")
    if len(staff) < SMALLEST_GROUP:
        yield Breach("P-60", GROUP, f"验收组工作人员 {len(staff)} 人，至少 {SMALLEST_GROUP} 人。")
    if not any(member.seat == "recipient" for member in members):
        yield Breach("P-61", RECIPIENTS, "公共服务项目的验收应当邀请服务对象参加，验收组中还没有服务对象代表。")


def opinion_breaches(count: int) -> Iterator[Breach]:
    """P-61: recipients say what they think. The text gives no number; we ask for at least one opinion on record."""
    if not count:
        yield Breach("P-61", RECIPIENTS, "尚未登记服务对象的意见。")


def signature_breaches(members: Collection[Member]) -> Iterator[Breach]:
    """P-60: every member signs; whoever does not agree says why."""
    unsigned = [member.label for member in members if member.agrees is None]
    if unsigned:
        yield Breach("P-60", GROUP, f"验收组成员尚未签字：{'、'.join(unsigned)}。")


def dissent_breaches(agrees: bool, opinion: str) -> Iterator[Breach]:
    if not agrees and not opinion.strip():
        yield Breach("P-60", GROUP, "不同意验收结论的，须写明不同意见和理由。")


def agreement_breaches(members: Collection[Member]) -> Iterator[Breach]:
    """P-60: a paper that a member of the group did not agree to passes only with a written reason."""
    against = [member.label for member in members if member.agrees is False]
    if against:
        yield Breach("P-60", GROUP, f"{'、'.join(against)}不同意验收结论，认定合格须说明理由。", binding=False)


@dataclass(frozen=True, slots=True)
class Sums:
    """``planned``: of this period; ``left``: of the contract, not accepted yet."""

    amount: Decimal
    withheld: Decimal
    planned: Decimal
    left: Decimal


def amount_breaches(sums: Sums, *, reason: str, unmet: Collection[str]) -> Iterator[Breach]:
    """F-09, P-63: never more than the contract has left; a difference from the plan, a dispute or a missed standard is explained."""
    if sums.amount > sums.left:
        yield Breach(
            "F-09", BUDGET_LAW, f"本期验收 {yuan(sums.amount)}，合同尚可验收 {yuan(sums.left)}，超出 {yuan(sums.amount - sums.left)}。"
        )
    if sums.amount <= 0:
        yield Breach("P-60", GROUP, "验收合格的金额应大于 0；全部不合格的，请作“验收不合格”结论。")
    if reason.strip():
        return
    if sums.withheld:
        yield Breach("P-63", UNDISPUTED, f"有争议未验收 {yuan(sums.withheld)}，请写明争议事项；无争议部分照常支付。")
    if sums.amount != sums.planned:
        yield Breach("P-60", GROUP, f"验收金额 {yuan(sums.amount)} 与计划金额 {yuan(sums.planned)} 不同，请写明原因。")
    elif unmet:
        yield Breach("P-60", GROUP, f"{'、'.join(unmet)} 未达到，而验收金额没有扣减，请写明原因。")


def conclusion_breaches(conclusion: str) -> Iterator[Breach]:
    if not conclusion.strip():
        yield Breach("P-60", GROUP, "请填写验收意见。")


def acceptor_breaches(name: str, *, handler: bool, reviewer: bool) -> Iterator[Breach]:
    """P-65: who handled or reviewed the contract does not accept what is delivered under it."""
    if handler or reviewer:
        yield Breach("P-65", DUTIES, f"{name}是本合同的{'经办人' if handler else '审查人'}，不能参加验收。")
