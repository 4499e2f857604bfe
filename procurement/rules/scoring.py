"""Comprehensive scoring (综合评分法): weights, price score, prior results, gaps, ranks. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

from records.policy import Breach, Clause

from .committee import TENDER_METHODS

QUALITY_FIRST = Clause("渝民发〔2018〕4号", "二（四）")
PRIOR_RESULTS = Clause("渝民发〔2018〕4号", "二（六）")
COMPREHENSIVE = Clause("政府采购法实施条例", "第三十四条")
NO_DISCRIMINATION = Clause("政府采购法实施条例", "第二十条")
TENDER_PRICE = Clause("财政部令第87号", "第五十五条")
CONSULTATION_PRICE = Clause("财库〔2014〕214号", "第二十四条")
SMALL_BUSINESS = Clause("财库〔2022〕19号", "一")
TENDER_TIE = Clause("财政部令第87号", "第五十七条")
CONSULTATION_TIE = Clause("财库〔2014〕214号", "第二十五条")

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
TENDER_PRICE_FLOOR = Decimal(10)
CONSULTATION_PRICE_RANGE = (Decimal(10), Decimal(30))
DEDUCTION_RANGE = (Decimal(10), Decimal(20))
# DESIGN (P-48): what share of the factor a year's grade earns; no record counts as 中, so that newcomers are not shut out
GRADE_SHARES: Mapping[str, Decimal] = {"优": Decimal(1), "良": Decimal("0.8"), "中": Decimal("0.6"), "差": Decimal(0)}
NO_RECORD_SHARE = GRADE_SHARES["中"]

PLACE_BOUND = ("本区县注册", "本地注册", "本市注册", "本地业绩", "本区县业绩", "本地奖项", "仅限社会组织", "仅限企业", "所有制")
STATUS_BOUND = ("社会组织评估等级", "评估等级", "协会会员", "会员单位")
QUALIFICATION_BOUND = ("营业执照", "登记证书", "资格证明", "独立承担民事责任", "纳税记录", "社保缴纳")


class FactorKind(StrEnum):
    PRICE = "PRICE"
    QUALITY = "QUALITY"
    PERFORMANCE = "PERFORMANCE"


@dataclass(frozen=True, slots=True)
class Band:
    """One step of a quantified factor: what earns between ``low`` and ``high`` points."""

    label: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Factor:
    name: str
    kind: str
    weight: Decimal
    bands: tuple[Band, ...] = ()


def half_up(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def weights_breaches(method: str, factors: Sequence[Factor], *, fixed_price: bool = False, approval: str = "") -> Iterator[Breach]:
    """P-40 … P-43, P-46, P-48: may this scale be published?"""
    total = sum((factor.weight for factor in factors), Decimal(0))
    price = sum((factor.weight for factor in factors if factor.kind == FactorKind.PRICE), Decimal(0))
    if total != HUNDRED:
        yield Breach("P-46", COMPREHENSIVE, f"各评审因素权重合计 {total}，应为 100。")
    if total and price >= total:
        yield Breach("P-40", QUALITY_FIRST, "只按价格评审等于价低者得；本类服务须采用综合评分法，质量和标准优先。")
    yield from price_weight_breaches(method, price, fixed_price=fixed_price, approval=approval)
    if sum(factor.kind == FactorKind.PRICE for factor in factors) > 1:
        yield Breach("P-46", COMPREHENSIVE, "价格因素只能有一项。")
    for factor in factors:
        yield from factor_breaches(factor)


def price_weight_breaches(method: str, weight: Decimal, *, fixed_price: bool = False, approval: str = "") -> Iterator[Breach]:
    """P-41: tender ≥ 10, no ceiling in 87号令. P-42: consultation 10–30, or finance's ``approval``. P-43: fixed price is none."""
    low, high = CONSULTATION_PRICE_RANGE
    if fixed_price:
        if weight:
            yield Breach("P-43", TENDER_PRICE, f"执行统一价格的项目，价格不列为评审因素（现为 {weight}，应为 0）。")
    elif method in TENDER_METHODS:
        if weight < TENDER_PRICE_FLOOR:
            yield Breach("P-41", TENDER_PRICE, f"招标服务项目价格权重 {weight}，不得低于 {TENDER_PRICE_FLOOR}。")
    elif not low <= weight <= high and not approval.strip():
        yield Breach("P-42", CONSULTATION_PRICE, f"磋商服务项目价格权重 {weight}，应在 {low}–{high} 之间；确需调整的须先报财政部门批准。")


def factor_breaches(factor: Factor) -> Iterator[Breach]:
    """P-46, P-12, P-47: quantified step by step, tied to the contract, closed to no one."""
    if factor.weight <= 0:
        yield Breach("P-46", COMPREHENSIVE, f"评审因素“{factor.name}”权重 {factor.weight}，应大于 0。")
    if factor.kind == FactorKind.QUALITY:
        yield from band_breaches(factor)
    for word in [word for word in PLACE_BOUND if word in factor.name]:
        yield Breach("P-12", NO_DISCRIMINATION, f"评审因素“{factor.name}”含“{word}”，以所有制、组织形式或所在地限制供应商，不得使用。")
    for word in [word for word in QUALIFICATION_BOUND if word in factor.name]:
        yield Breach("P-46", COMPREHENSIVE, f"“{word}”属资格条件，不得作为评审因素打分。")
    if any(word in factor.name for word in STATUS_BOUND):
        yield Breach("P-47", NO_DISCRIMINATION, f"以“{factor.name}”打分易构成差别待遇，请写明与合同履行的关系。", binding=False)


def band_breaches(factor: Factor) -> Iterator[Breach]:
    """P-46: at least two steps that do not overlap, from 0 or more up to the full weight."""
    bands = sorted(factor.bands, key=lambda band: band.low)
    if len(bands) < 2:
        yield Breach("P-46", COMPREHENSIVE, f"评审因素“{factor.name}”未量化：至少分两档，每档写明得分区间。")
        return
    if any(band.low > band.high for band in bands) or any(a.high > b.low for a, b in zip(bands, bands[1:], strict=False)):
        yield Breach("P-46", COMPREHENSIVE, f"评审因素“{factor.name}”各档得分区间重叠或颠倒。")
    if bands[0].low < 0 or bands[-1].high != factor.weight:
        yield Breach(
            "P-46", COMPREHENSIVE, f"评审因素“{factor.name}”最高档上限 {bands[-1].high}，应等于权重 {factor.weight}，且不得低于 0。"
        )


def points_breaches(factor: Factor, points: Decimal) -> Iterator[Breach]:
    """P-46: an expert's points lie inside one of the published steps."""
    if not any(band.low <= points <= band.high for band in factor.bands):
        steps = "、".join(f"{band.low}–{band.high}" for band in factor.bands)
        yield Breach("P-46", COMPREHENSIVE, f"“{factor.name}”得分 {points} 不在采购文件规定的区间（{steps}）内。")


def deduction_breaches(percent: Decimal) -> Iterator[Breach]:
    """P-45: 10–20 % for small and micro enterprises, as fixed in the document; 0 = none."""
    low, high = DEDUCTION_RANGE
    if percent and not low <= percent <= high:
        yield Breach("P-45", SMALL_BUSINESS, f"小微企业价格扣除比例 {percent}%，应在 {low}%–{high}% 之间（不扣除填 0）。")


def declaration_breaches(*, declared: bool, registered: bool) -> Iterator[Breach]:
    """P-45: the deduction goes by what was declared with the bid; the reviewer looks into a declaration that no longer stands."""
    if declared and not registered:
        yield Breach(
            "P-45",
            SMALL_BUSINESS,
            "响应时声明为小型、微型企业，现登记信息不是。请核实声明，属实的写明理由，不实的认定无效。",
            binding=False,
        )


def evaluated_price(quote: Decimal, *, small_business: bool, deduction_percent: Decimal) -> Decimal:
    """P-45: the price that is compared, in 元. The contract is always signed at the quote itself."""
    return half_up(quote * (HUNDRED - deduction_percent) / HUNDRED) if small_business else quote


def price_score(lowest: Decimal, price: Decimal, weight: Decimal) -> Decimal:
    """P-44: lowest ÷ this × weight (weight in points of 100), half up to two places. Raises ValueError unless 0 < lowest ≤ price."""
    if not 0 < lowest <= price:
        raise ValueError(f"not a lowest price: {lowest} of {price}")
    return half_up(lowest / price * weight)


def performance_score(grades: Iterable[str], weight: Decimal) -> Decimal:
    """P-48: mean share of the last three years' grades times weight; a supplier without a record counts as 中."""
    shares = [GRADE_SHARES[grade] for grade in grades]
    mean = sum(shares, Decimal(0)) / len(shares) if shares else NO_RECORD_SHARE
    return half_up(mean * weight)


def mean_points(points: Sequence[Decimal]) -> Decimal:
    """The committee's mark: the plain mean of all members; highest and lowest are never dropped (P-44)."""
    return half_up(sum(points, Decimal(0)) / len(points))


def wide_gaps(totals: Mapping[int, Decimal], *, full: Decimal, percent: Decimal | None) -> set[int]:
    """Members whose quality total lies further from the median than ``percent`` of the full mark; they owe a reason.

    No text fixes the share: where the authority has set none, nobody owes one.
    The median, not the mean: one outlier would drag the mean away from everybody else.
    """
    if percent is None:
        return set()
    middle = median(totals.values())
    return {member for member, total in totals.items() if abs(total - middle) > full * percent / HUNDRED}


@dataclass(frozen=True, slots=True)
class Standing:
    """One bid's marks: ``price`` is the evaluated price in 元; the others are points of 100."""

    bid: int
    total: Decimal
    price: Decimal
    quality: Decimal


def rank(method: str, standings: Iterable[Standing]) -> dict[int, int]:
    """P-49: bid → rank. Higher total first; on a tie the lower price, then in a tender the same rank, elsewhere the better quality."""

    def order(row: Standing) -> tuple[Decimal, ...]:
        return (-row.total, row.price) if method in TENDER_METHODS else (-row.total, row.price, -row.quality)

    rows = sorted(standings, key=order)
    places: dict[int, int] = {}
    for index, row in enumerate(rows):
        same = index and order(rows[index - 1]) == order(row)
        places[row.bid] = places[rows[index - 1].bid] if same else index + 1
    return places


def quality_ranks(standings: Iterable[Standing]) -> dict[int, int]:
    """bid → place by quality alone (1 = best, equals share a place)."""
    rows = list(standings)
    return {row.bid: 1 + sum(other.quality > row.quality for other in rows) for row in rows}


def lowest_price_breaches(winner: int, standings: Sequence[Standing]) -> Iterator[Breach]:
    """P-40: the lowest price wins without being best in quality only for a recorded reason."""
    places, prices = quality_ranks(standings), {row.bid: row.price for row in standings}
    if len(standings) > 1 and prices[winner] == min(prices.values()) and places[winner] > 1:
        yield Breach(
            "P-40",
            QUALITY_FIRST,
            f"拟成交人报价最低，质量排名 {places[winner]}/{len(standings)}；须书面说明不是单纯价低者得的理由。",
            binding=False,
        )
