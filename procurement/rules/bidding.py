"""From the bid deadline to the award: times, number of bidders, ceilings, abnormally low quotes, who confirms. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from records.policy import Breach, Clause

from .committee import TENDER_METHODS

LATE = Clause("财政部令第87号", "第三十三条")
OPENING = Clause("财政部令第87号", "第四十条")
FAILED = Clause("政府采购法", "第三十六条")
TWO_ARE_ENOUGH = Clause("财库〔2015〕124号", "")
ABNORMALLY_LOW = Clause("财库〔2026〕2号", "")
CONFIRMATION = Clause("政府采购法实施条例", "第四十三条")
DUTIES = Clause("政府采购法", "第六十一条")

TENDER_BIDDERS, CONSULTATION_BIDDERS, SERVICE_CONSULTATION_BIDDERS = 3, 3, 2
MEAN_RATE, SECOND_RATE, CEILING_RATE = Decimal("0.50"), Decimal("0.50"), Decimal("0.45")
HIGHEST_RATE = Decimal("0.65")
EXPLANATION_TIME = timedelta(minutes=30)


def opening_time_breaches(*, deadline: datetime, opening_at: datetime) -> Iterator[Breach]:
    """Opening never comes before the deadline, and follows on the same day."""
    if opening_at < deadline:
        yield Breach("T-02", OPENING, f"开启时间 {opening_at:%Y-%m-%d %H:%M} 早于提交截止时间 {deadline:%Y-%m-%d %H:%M}。")
    elif opening_at.date() != deadline.date():
        yield Breach("T-02", OPENING, "开启应在提交截止的同一时间进行，请安排在同一天。", binding=False)


def late_breaches(*, received_at: datetime, deadline: datetime) -> Iterator[Breach]:
    """A bid that reaches the database after the deadline, be it by a millisecond, is not taken."""
    if received_at > deadline:
        yield Breach(
            "T-02", LATE, f"已过提交截止时间 {deadline:%Y-%m-%d %H:%M:%S}（收到于 {received_at:%Y-%m-%d %H:%M:%S.%f}），不再接收。"
        )


def too_early_breaches(*, now: datetime, opening_at: datetime) -> Iterator[Breach]:
    if now < opening_at:
        yield Breach("T-02", OPENING, f"开启时间为 {opening_at:%Y-%m-%d %H:%M}，现在（{now:%H:%M:%S}）不能开启任何响应文件。")


def least_bidders(method: str, *, service_purchase: bool = True) -> int:
    """P-50: tender three; consultation three, but two for government purchase of services."""
    if method in TENDER_METHODS:
        return TENDER_BIDDERS
    return SERVICE_CONSULTATION_BIDDERS if service_purchase else CONSULTATION_BIDDERS


def bidder_count_breaches(method: str, count: int, *, service_purchase: bool = True) -> Iterator[Breach]:
    """P-50: too few qualified bidders end the procedure."""
    least = least_bidders(method, service_purchase=service_purchase)
    if count < least:
        clause = FAILED if method in TENDER_METHODS else TWO_ARE_ENOUGH
        yield Breach("P-50", clause, f"有效供应商 {count} 家，少于 {least} 家，应予废标（终止）并公告原因。")


def quote_breaches(quote: Decimal, *, ceiling: Decimal, project: str) -> Iterator[Breach]:
    """P-51, for one quote: above the announced ceiling it is invalid."""
    if quote <= 0:
        yield Breach("P-51", FAILED, f"报价 {quote:,.2f} 元应大于 0。")
    elif quote > ceiling:
        yield Breach("P-51", FAILED, f"报价 {quote:,.2f} 元高于最高限价 {ceiling:,.2f} 元（项目 {project}）。请修改报价后再提交。")


def budget_breaches(quotes: Sequence[Decimal], *, budget: Decimal) -> Iterator[Breach]:
    """P-51: every quote above the budget ends the procedure."""
    if quotes and min(quotes) > budget:
        yield Breach("P-51", FAILED, f"最低报价 {min(quotes):,.2f} 元仍高于预算 {budget:,.2f} 元，采购人不能支付，应予废标。")


@dataclass(frozen=True, slots=True)
class LowRates:
    """Rates of 财库〔2026〕2号; a document may raise them, to 0.65 at most."""

    mean: Decimal = MEAN_RATE
    second: Decimal = SECOND_RATE
    ceiling: Decimal = CEILING_RATE


def low_rates_breaches(rates: LowRates) -> Iterator[Breach]:
    floors = (("各家报价均值", rates.mean, MEAN_RATE), ("次低报价", rates.second, SECOND_RATE), ("最高限价", rates.ceiling, CEILING_RATE))
    for label, rate, floor in floors:
        if not floor <= rate <= HIGHEST_RATE:
            yield Breach("P-52", ABNORMALLY_LOW, f"异常低价线（{label}）{rate:.1%} 应在 {floor:.1%}–{HIGHEST_RATE:.1%} 之间。")


def abnormally_low(quotes: Mapping[int, Decimal], *, ceiling: Decimal, rates: LowRates | None = None) -> dict[int, list[str]]:
    """P-52: bid → why it must be reviewed. Raw quotes in 元, strictly below; what is not listed needs no review."""
    rates = rates or LowRates()
    found: dict[int, list[str]] = {}
    if not quotes:
        return found
    mean = sum(quotes.values(), Decimal(0)) / len(quotes)
    ordered = sorted(quotes.values())
    for bid, quote in quotes.items():
        why = []
        if quote * len(quotes) < rates.mean * sum(quotes.values(), Decimal(0)):
            why.append(f"低于全部有效报价均值 {mean:,.2f} 元的 {rates.mean:.0%}")
        if len(ordered) > 1 and quote == ordered[0] and quote < rates.second * ordered[1]:
            why.append(f"低于次低报价 {ordered[1]:,.2f} 元的 {rates.second:.0%}")
        if quote < rates.ceiling * ceiling:
            why.append(f"低于最高限价 {ceiling:,.2f} 元的 {rates.ceiling:.0%}")
        if why:
            found[bid] = why
    return found


def explanation_time_breaches(*, asked_at: datetime, now: datetime, answered: bool) -> Iterator[Breach]:
    """P-53: at least 30 minutes to explain before silence counts against the bidder."""
    until = asked_at + EXPLANATION_TIME
    if not answered and now < until:
        yield Breach("P-53", ABNORMALLY_LOW, f"应给供应商不少于 30 分钟说明时间（至 {until:%H:%M}），此前不能作出无效认定。")


def unsettled_low_breaches(names: Iterable[str]) -> Iterator[Breach]:
    """P-53: a trigger is not a rejection, and may not be passed over."""
    for name in names:
        yield Breach("P-53", ABNORMALLY_LOW, f"“{name}”的异常低价审查尚无结论，不能进入下一步。")


def award_order_breaches(rank: int, *, passed_over: Iterable[str]) -> Iterator[Breach]:
    """T-12: the winner is confirmed in rank order; whoever stands higher has refused to sign or lost the right (P-59)."""
    ahead = list(passed_over)
    if ahead:
        yield Breach("T-12", CONFIRMATION, f"应按排名顺序确定成交供应商：第 {rank} 名之前还有 {'、'.join(ahead)}。")


def refusal_breaches(*, refusal: bool, last_day: date | None, on: date) -> Iterator[Breach]:
    """P-59: nobody loses an award on the handler's word: a written refusal, or the time to sign (T-14) is over. None: calendar unknown."""
    if not refusal and (last_day is None or on <= last_day):
        until = f"签订期限（{last_day}）届满" if last_day else "签订期限届满"
        yield Breach("P-59", CONFIRMATION, f"认定成交供应商不签订合同，须上传其书面拒签材料，或者在{until}之后。")


def separate_people_breaches(person: int, others: Mapping[str, int | None], *, act: str) -> Iterator[Breach]:
    """P-65: whoever does ``act`` has not done any of ``others`` (what was done → who did it)."""
    for what, who in others.items():
        if who is not None and who == person:
            yield Breach("P-65", DUTIES, f"{act}须由另一人办理：您已{what}。")
