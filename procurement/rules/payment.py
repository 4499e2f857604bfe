"""When and how much is paid: schedule, advance, retained share, payable, time limit and late interest. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from procurement.rules import deadlines
from procurement.rules.money import HUNDRED, yuan
from procurement.rules.report import SUPERVISION
from records.policy import Breach, Clause

IN_TIME = Clause("政府采购法实施条例", "第五十一条")
TERM = Clause("保障中小企业款项支付条例", "第九条")
FROM_ACCEPTANCE = Clause("保障中小企业款项支付条例", "第十条")
UNDISPUTED = Clause("保障中小企业款项支付条例", "第十五条")
INTEREST = Clause("保障中小企业款项支付条例", "第十七条")
BY_RESULT = Clause("财政部令第102号", "第二十五条")
ACCEPTANCE_PUBLIC = Clause("政府采购法实施条例", "第四十五条")

CENT = Decimal("0.01")
LONGEST_DAYS = deadlines.PAYMENT_LONGEST
LATE_PER_DAY = deadlines.LATE_INTEREST_PER_DAY  # 按日万分之五, where nothing is agreed
DAYS_OF_YEAR = 365
LARGEST_RETAINED = Decimal(30)  # of E-09's range; what may wait for an evaluation
GRADES = ("优", "良", "中", "差")
USUAL_SCALE = {"优": "100", "良": "100", "中": "80", "差": "0"}


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


# The schedule


def periods(starts_on: date, ends_on: date, months: int) -> list[tuple[date, date]]:
    """The term in periods of so many months from its first day; 0 = one period. The last one may be shorter."""
    if not months:
        return [(starts_on, ends_on)]
    found, start, turn = [], starts_on, 0
    while start <= ends_on:
        turn += 1
        following = months_after(starts_on, months * turn)
        found.append((start, min(following - timedelta(days=1), ends_on)))
        start = following
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def spread(total: Decimal, parts: Iterable[tuple[date, date]]) -> list[Decimal]:
    """``total`` over the periods by their days, to the cent; what rounding leaves stands in the last one."""
    days = [(end - start).days + 1 for start, end in parts]
    shares = [cents(total * each / sum(days)) for each in days]
    if shares:
        shares[-1] += total - sum(shares)
    return shares


# What the contract says


@dataclass(frozen=True, slots=True)
class Terms:
    """``advance_limit``: the percent that finance allows beforehand, None while it is not set. ``lpr``: the 1-year rate, in percent."""

    advance_share: Decimal
    retained_share: Decimal
    scale: Mapping[str, str]
    payment_days: int
    late_rate: Decimal | None
    advance_limit: Decimal | None
    lpr: Decimal | None


def terms_breaches(terms: Terms) -> Iterator[Breach]:
    """P-64, E-09, T-23, T-24: the payment terms hold before the contract is reviewed."""
    if terms.advance_share and terms.advance_limit is None:
        yield Breach("P-64", IN_TIME, "预付款比例尚未由财政部门确定，请先在“政策参数”中设定，或者不约定预付款。")
    elif terms.advance_limit is not None and terms.advance_share > terms.advance_limit:
        yield Breach("P-64", IN_TIME, f"预付款比例 {percent(terms.advance_share)} 高于规定的 {percent(terms.advance_limit)}。")
    if terms.retained_share > LARGEST_RETAINED:
        yield Breach(
            "E-09", BY_RESULT, f"留存比例 {percent(terms.retained_share)} 过高，与绩效挂钩的部分不超过 {percent(LARGEST_RETAINED)}。"
        )
    if terms.retained_share:
        yield from scale_breaches(terms.scale)
    if terms.payment_days > LONGEST_DAYS:
        yield Breach("T-23", TERM, f"付款期限 {terms.payment_days} 日，最长不超过 {LONGEST_DAYS} 日。")
    if terms.late_rate is not None and terms.lpr is None:
        yield Breach(
            "T-24", INTEREST, "约定了逾期利率，但一年期贷款市场报价利率尚未登记，请先在“政策参数”中登记，或者不约定（按日万分之五）。"
        )
    elif terms.late_rate is not None and terms.late_rate < terms.lpr:
        rates = f"{percent(terms.late_rate)} 低于一年期贷款市场报价利率 {percent(terms.lpr)}"
        yield Breach("T-24", INTEREST, f"约定的逾期年利率 {rates}。")


def scale_breaches(scale: Mapping[str, str]) -> Iterator[Breach]:
    """E-09: every grade has its percent, and a better grade never gets less."""
    missing = [grade for grade in GRADES if scale.get(grade) in (None, "")]
    if missing:
        yield Breach("E-09", BY_RESULT, f"合同约定了留存，须写明各等级的支付比例，尚缺：{'、'.join(missing)}。")
        return
    shares = [Decimal(scale[grade]) for grade in GRADES]
    if any(not 0 <= share <= HUNDRED for share in shares) or shares != sorted(shares, reverse=True):
        yield Breach("E-09", BY_RESULT, "各等级的支付比例应在 0 至 100 之间，并且等级高的不低于等级低的。")


def percent(value: Decimal) -> str:
    return f"{value.normalize():f}%"


# The account of a contract


@dataclass(frozen=True, slots=True)
class Account:
    """The sums of one contract. All in 元, two places."""

    value: Decimal
    accepted: Decimal
    retained: Decimal
    released: Decimal
    paid: Decimal
    advance: Decimal
    settled: Decimal

    @property
    def held(self) -> Decimal:
        """Retained and not (yet) released."""
        return self.retained - self.released

    @property
    def payable(self) -> Decimal:
        """P-63: accepted − paid − retained."""
        return self.accepted - self.held - self.paid

    @property
    def advance_left(self) -> Decimal:
        return self.advance - self.settled

    @property
    def cash(self) -> Decimal:
        """What has left the treasury."""
        return self.paid + self.advance_left

    @property
    def to_transfer(self) -> Decimal:
        """Of what is payable, what must still leave the treasury when the whole advance is set off."""
        return max(self.payable - self.advance_left, Decimal(0))


def offset_of(payable: Decimal, *, accepted: Decimal, account: Account, last: bool) -> Decimal:
    """How much of the advance this payment sets off: in step with what was accepted; the last period settles the rest."""
    if last or not account.value:
        return min(account.advance_left, payable)
    return min(account.advance_left, payable, cents(account.advance * accepted / account.value))


def retained_of(amount: Decimal, share: Decimal) -> Decimal:
    return cents(amount * share / HUNDRED)


def released_of(retained: Decimal, scale: Mapping[str, str], grade: str) -> Decimal:
    """E-09: what the grade sets free, as the contract states."""
    return cents(retained * Decimal(scale.get(grade, USUAL_SCALE[grade])) / HUNDRED)


# Asking for money


@dataclass(frozen=True, slots=True)
class Payee:
    """``name`` as the payment says, ``party`` as the contract names party B."""

    name: str
    party: str
    bank: str
    account: str


def payee_breaches(payee: Payee) -> Iterator[Breach]:
    """P-63: money goes to party B's own account and nowhere else."""
    if payee.name != payee.party:
        yield Breach("P-63", IN_TIME, f"收款人“{payee.name}”不是合同乙方“{payee.party}”，不能支付。")
    missing = [label for label, value in (("开户银行", payee.bank), ("银行账号", payee.account)) if not value.strip()]
    if missing:
        yield Breach("P-63", IN_TIME, f"乙方收款账户缺少：{'、'.join(missing)}。请承接主体补充后再支付。")


def hold_breaches(owed: Iterable[str], *, until: date) -> Iterator[Breach]:
    """V-04: while a report with the use of the money is missing or not accepted, payment waits."""
    missing = list(owed)
    if missing:
        shown = "、".join(missing[:6])
        yield Breach("V-04", SUPERVISION, f"截至 {until} 还有 {len(missing)} 份报告未审核通过（{shown}），暂缓支付。")


def request_breaches(*, payable: Decimal, announced: bool, taken: str) -> Iterator[Breach]:
    """P-61, P-63: the result is public, something is payable, and nobody asked for the same money before."""
    if taken:
        yield Breach("P-63", IN_TIME, f"这笔款项已由{taken}，不能重复申请。")
    if not announced:
        yield Breach("P-61", ACCEPTANCE_PUBLIC, "验收结果尚未公告，公告后方可申请支付。")
    if payable <= 0:
        yield Breach("P-63", IN_TIME, "没有可以支付的金额：已验收金额减去留存和已支付后为 0。")


def within_breaches(amount: Decimal, account: Account) -> Iterator[Breach]:
    """P-63: Σ paid ≤ Σ accepted, and never more than the contract."""
    if amount > account.payable:
        sums = f"已验收 {yuan(account.accepted)}，未释放留存 {yuan(account.held)}，已支付 {yuan(account.paid)}"
        yield Breach("P-63", IN_TIME, f"申请支付 {yuan(amount)}，高于应付 {yuan(account.payable)}（{sums}）。")


def advance_breaches(amount: Decimal, account: Account, share: Decimal) -> Iterator[Breach]:
    """P-64: the advance is the share that the contract names, paid once and before anything is accepted."""
    limit = cents(account.value * share / HUNDRED)
    if not share:
        yield Breach("P-64", IN_TIME, "合同没有约定预付款。")
    elif amount > limit:
        yield Breach("P-64", IN_TIME, f"预付款 {yuan(amount)}，超过合同约定的 {percent(share)}（{yuan(limit)}）。")
    if account.accepted:
        yield Breach("P-64", IN_TIME, "已有验收，按验收结果支付，不再支付预付款。")


def voucher_breaches(voucher: str, *, paid_on: date, requested_on: date, on: date) -> Iterator[Breach]:
    """P-63: the treasury's paper with its number, dated between the request and today."""
    if not voucher.strip():
        yield Breach("P-63", IN_TIME, "请填写国库支付凭证号。")
    if not requested_on <= paid_on <= on:
        yield Breach("P-63", IN_TIME, f"支付日期 {paid_on} 应在申请日 {requested_on} 至今天（{on}）之间。")


# Time limit and interest


def late_days(due_on: date | None, paid_on: date) -> int:
    """Days after the limit; the limit itself is in time. No limit known = not late."""
    return max((paid_on - due_on).days, 0) if due_on else 0


def late_interest(amount: Decimal, days: int, rate: Decimal | None) -> Decimal:
    """T-24: by the agreed yearly rate, else 0.05 % a day. To the cent."""
    per_day = LATE_PER_DAY if rate is None else rate / HUNDRED / DAYS_OF_YEAR
    return cents(amount * per_day * days)
