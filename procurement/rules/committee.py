"""Who judges the bids: size and ratio, the draw (政府采购法实施条例 art. 39, P-55), and who must stand aside. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contractors.rules import add_years
from records import draws
from records.policy import Breach, Clause

TENDER_COMMITTEE = Clause("财政部令第87号", "第四十七条")
CONSULTATION_GROUP = Clause("财库〔2014〕214号", "第七条")
POOL = Clause("政府采购法实施条例", "第三十九条")
DUTIES = Clause("政府采购法", "第六十一条")
STAND_ASIDE = Clause("政府采购法实施条例", "第九条")

TENDER_METHODS = frozenset({"OPEN", "INVITED"})
TENDER_MINIMUM, LARGE_MINIMUM, GROUP_MINIMUM = 5, 7, 3
LARGE_BUDGET = Decimal("10000000")
LINK_YEARS = 3


def minimum_size(method: str, budget: Decimal, *, over_open_threshold: bool = False, weighty: bool = False) -> int:
    """P-54. ``weighty``: complex, or of high social impact. Consultation at or above the open-tender threshold: five."""
    if method in TENDER_METHODS:
        return LARGE_MINIMUM if weighty or budget >= LARGE_BUDGET else TENDER_MINIMUM
    return TENDER_MINIMUM if over_open_threshold else GROUP_MINIMUM


def experts_needed(size: int) -> int:
    """At least two thirds, in whole persons: 3→2, 5→4, 7→5, 9→6."""
    return -(-2 * size // 3)


def committee_breaches(method: str, *, size: int, experts: int, minimum: int) -> Iterator[Breach]:
    """P-54: large enough, odd, two thirds experts."""
    clause = TENDER_COMMITTEE if method in TENDER_METHODS else CONSULTATION_GROUP
    if size < minimum:
        yield Breach("P-54", clause, f"评审小组 {size} 人，少于规定的 {minimum} 人。")
    if size % 2 == 0:
        yield Breach("P-54", clause, f"评审小组 {size} 人，应为单数。")
    if 3 * experts < 2 * size:
        yield Breach("P-54", clause, f"评审专家 {experts} 人，不足成员总数 {size} 人的三分之二（至少 {experts_needed(size)} 人）。")


def draw(pool: Iterable[int], *, seed: str) -> list[int]:
    """The whole pool in the order that ``seed`` fixes; whoever knows pool and seed gets the same list (P-55)."""
    return draws.draw(pool, seed=seed)


@dataclass(frozen=True, slots=True)
class Link:
    """A person's tie to a bidder. ``ended_on`` None = still so. Kin and interest ties have no three-year limit."""

    kind: str  # EMPLOYEE, DIRECTOR, SUPERVISOR, HOLDER, KIN, INTEREST
    bidder: str
    ended_on: date | None = None


TIMED = frozenset({"EMPLOYEE", "DIRECTOR", "SUPERVISOR", "HOLDER"})
LINK_LABELS = {
    "EMPLOYEE": "劳动关系",
    "DIRECTOR": "担任董事",
    "SUPERVISOR": "担任监事",
    "HOLDER": "控股股东或实际控制人",
    "KIN": "与法定代表人或负责人有夫妻、直系血亲、三代以内旁系血亲或近姻亲关系",
    "INTEREST": "其他可能影响公平、公正的关系",
}


def recusal_breaches(person: str, links: Iterable[Link], *, on: date) -> Iterator[Breach]:
    """P-56: must stand aside when tied to a bidder now or, for posts and holdings, within three years before ``on``."""
    for link in links:
        if link.kind not in TIMED or link.ended_on is None or on <= add_years(link.ended_on, LINK_YEARS):
            tie = LINK_LABELS.get(link.kind, link.kind)
            yield Breach("P-56", STAND_ASIDE, f"{person}与“{link.bidder}”存在{tie}，应当回避。")


def seat_breaches(person: str, *, seat: str, of_purchaser: bool, handler: bool) -> Iterator[Breach]:
    """P-55, P-65: the purchaser's staff sit as its representatives only, and the handler of the purchase not at all."""
    if seat == "expert" and of_purchaser:
        yield Breach("P-55", POOL, f"{person}是采购人的工作人员，不能以评审专家身份参加本单位的评审。")
    if handler:
        yield Breach("P-65", DUTIES, f"{person}是本项目经办人，不能同时担任评审小组成员。")
