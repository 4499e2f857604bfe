"""How a supplier is chosen beside scoring: invitation, final quotes, single source, securities. Rule ids: docs/rules.md."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from procurement.rules.money import yuan
from records.policy import Breach, Clause

INVITATION = Clause("政府采购法", "第三十四条")
INVITED_ONLY = Clause("政府采购法", "第二十九条")
FINAL_QUOTE = Clause("财库〔2014〕214号", "第二十四条")
SOLE_GROUNDS = Clause("政府采购法", "第三十一条")
SOLE_NOTICE = Clause("政府采购法实施条例", "第三十八条")
SOLE_RECORD = Clause("财政部令第74号", "第四十二条")
BID_SECURITY = Clause("政府采购法实施条例", "第三十三条")
PERFORMANCE_SECURITY = Clause("政府采购法实施条例", "第四十八条")
FRAMEWORK = Clause("财政部令第110号", "第三条")

LEAST_INVITED = 3
BID_SECURITY_PERCENT, PERFORMANCE_PERCENT, ADD_ON_PERCENT = Decimal(2), Decimal(10), Decimal(10)
NON_CASH = frozenset({"bank", "guarantor", "cheque", "draft", "note"})


def invitation_breaches(*, wanted: int, pool: int) -> Iterator[Breach]:
    """P-50: at least three are invited, drawn at random from those who qualify."""
    if wanted < LEAST_INVITED:
        yield Breach("P-50", INVITATION, f"邀请 {wanted} 家，邀请招标的供应商不少于 {LEAST_INVITED} 家。")
    if pool < wanted:
        yield Breach("P-50", INVITATION, f"符合资格条件的供应商 {pool} 家，不足以随机邀请 {wanted} 家。请改用公开招标或者竞争性磋商。")


def final_quote_breaches(method: str, *, opened: bool) -> Iterator[Breach]:
    """P-44: a consultation is scored on the final quotes, never on the first ones."""
    if method == "CONSULTATION" and not opened:
        yield Breach("P-44", FINAL_QUOTE, "磋商项目按最后报价评分：请先发起最后报价，由两名密钥保管人开启后再评分。")


def quote_time_breaches(*, now: datetime, deadline: datetime, minutes: int | None) -> Iterator[Breach]:
    """P-44: "within the time fixed" says the text; the authority may have fixed how many ``minutes`` that is at least."""
    if deadline <= now:
        yield Breach("P-44", FINAL_QUOTE, f"最后报价截止时间 {deadline:%Y-%m-%d %H:%M} 已过，请给供应商留出报价时间。")
    elif minutes and deadline < now + timedelta(minutes=minutes):
        yield Breach("P-44", FINAL_QUOTE, f"最后报价截止时间 {deadline:%Y-%m-%d %H:%M} 过早，按政策参数至少给供应商 {minutes} 分钟。")


def security_breaches(kind: str, *, form: str, amount: Decimal, base: Decimal) -> Iterator[Breach]:
    """P-58: bid security ≤ 2 % of the budget, performance security ≤ 10 % of the contract, never cash. ``base`` in 元."""
    percent, clause, of = (
        (BID_SECURITY_PERCENT, BID_SECURITY, "采购项目预算") if kind == "bid" else (PERFORMANCE_PERCENT, PERFORMANCE_SECURITY, "合同金额")
    )
    if form not in NON_CASH:
        yield Breach("P-58", clause, "保证金应当以支票、汇票、本票或者金融机构、担保机构出具的保函等非现金形式提交。")
    yield from security_amount_breaches(amount, base=base, percent=percent, clause=clause, of=of)


def security_amount_breaches(amount: Decimal, *, base: Decimal, percent: Decimal, clause: Clause, of: str) -> Iterator[Breach]:
    if amount * 100 > base * percent:
        most = (base * percent / 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
        yield Breach("P-58", clause, f"保证金 {yuan(amount)} 超过{of} {yuan(base)} 的 {percent:f}%（最高 {yuan(most)}）。")


def demanded_breaches(bid_security: Decimal | None, *, budget: Decimal, performance_percent: Decimal) -> Iterator[Breach]:
    """P-58, as the document demands it."""
    if bid_security:
        yield from security_amount_breaches(bid_security, base=budget, percent=BID_SECURITY_PERCENT, clause=BID_SECURITY, of="采购项目预算")
    if performance_percent > PERFORMANCE_PERCENT:
        yield Breach("P-58", PERFORMANCE_SECURITY, f"履约保证金为合同金额的 {performance_percent:f}%，不得超过 {PERFORMANCE_PERCENT:f}%。")


def handed_in_breaches(*, demanded: Decimal | None, held: Decimal) -> Iterator[Breach]:
    """P-58: a bidder without the security that the document demands does not qualify."""
    if demanded and held < demanded:
        yield Breach("P-58", BID_SECURITY, f"采购文件要求响应保证金 {yuan(demanded)}，已登记 {yuan(held)}。请先登记，未提交的认定无效。")


def performance_held_breaches(*, percent: Decimal, contract_amount: Decimal, held: Decimal) -> Iterator[Breach]:
    """P-58: service starts when the demanded performance security is in."""
    due = (contract_amount * percent / 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    if due > held:
        yield Breach("P-58", PERFORMANCE_SECURITY, f"合同要求履约保证金 {yuan(due)}，已登记 {yuan(held)}，收到后方可启动服务。")


def framework_breaches(method: str) -> Iterator[Breach]:
    """P-26: a framework agreement is made in two stages on the finance department's own system (docs/decisions/0013)."""
    if method == "FRAMEWORK":
        yield Breach(
            "P-26",
            FRAMEWORK,
            "框架协议采购分征集入围、确定成交两个阶段，须在财政部门的框架协议采购系统办理，本系统不办理。请改用竞争性磋商；"
            "要由两家以上分别服务的，在“采购包”中分包采购，并限定一家供应商最多成交的包数。",
        )


def sole_ground_breaches(
    ground: str, *, reason: str, opinions: int, least: int | None, amount: Decimal | None = None, original: Decimal | None = None
) -> Iterator[Breach]:
    """T-10, P-23: the ground is argued; "only one came" is none; an add-on stays within ten per cent of the original contract.

    The regulation demands the professionals' word and no number of them; ``least`` is what the authority has set.
    """
    if not reason.strip():
        yield Breach("T-10", SOLE_GROUNDS, "请写明采用单一来源的原因。")
    if ground == "only_one" and opinions < (least or 1):
        yield Breach("T-10", SOLE_NOTICE, f"专业人员论证意见 {opinions} 份，须不少于 {least or 1} 份。只有一家来响应不等于只有一家。")
    if ground == "add_on":
        if original is None:
            yield Breach("P-23", SOLE_GROUNDS, "添购须写明原合同。")
        elif amount is not None and amount * 100 > original * ADD_ON_PERCENT:
            yield Breach("P-23", SOLE_GROUNDS, f"添购 {yuan(amount)} 超过原合同 {yuan(original)} 的 {ADD_ON_PERCENT:f}%。")


def sole_negotiation_breaches(
    *, waits_until: date, on: date, objection: str, answer: str, people: int, least: int | None, price: Decimal, ceiling: Decimal
) -> Iterator[Breach]:
    """T-10, P-51: after the notice has run out, objections answered, on record, within the ceiling. ``least``: buyers, where set."""
    if on <= waits_until:
        yield Breach("T-10", SOLE_NOTICE, f"单一来源公示至 {waits_until}，期满后方可协商。")
    if objection.strip() and not answer.strip():
        yield Breach("T-10", SOLE_NOTICE, "公示期间收到异议，须补充论证并书面答复后方可协商。")
    if people < (least or 1):
        yield Breach("T-10", SOLE_RECORD, f"协商情况记录须写明参加协商的采购人员，不少于 {least or 1} 人。")
    if price <= 0 or price > ceiling:
        yield Breach("P-51", SOLE_RECORD, f"商定价格 {yuan(price)} 应大于 0 且不高于最高限价 {yuan(ceiling)}。")
