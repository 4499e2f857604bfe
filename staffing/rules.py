"""How many people a township, a district and a village need, who may be posted where, and what training is owed.

Source: 渝民发〔2018〕4号 三（二）（三）（五）, W-19…W-24. All sums are integer sums; 2–4‰ is per mille, not per cent.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.policy import Breach, Clause

STANDARD = Clause("渝民发〔2018〕4号", "三（二）")
VILLAGE_TASKS = Clause("渝民发〔2018〕4号", "三（三）")
TRAINING = Clause("渝民发〔2018〕4号", "三（五）")
NO_DISPATCH = Clause("财政部令第102号", "第十条")

SMALL_TOWNSHIP_BELOW, SMALL_TOWNSHIP_MINIMUM = 1_000, 2  # recipients, persons
FLOOR_PER_MILLE, CEILING_PER_MILLE = 2, 4
DISTRICT_MINIMUM = 5
LARGEST_CASELOAD = 1_000_000  # more than any township of the city has inhabitants: a typing error
MONTHS_FRESH = 3


class Rounding(StrEnum):
    """How the lower bound treats a fraction of a person. The text is silent; ``CEIL`` alone never leaves 2–4‰."""

    CEIL = "ceil"
    HALF_UP = "half_up"
    FLOOR = "floor"

    @property
    def label(self) -> str:
        return {"ceil": "下限进一", "half_up": "下限四舍五入", "floor": "下限舍去"}[self.value]


class Standing(StrEnum):
    """Where a township stands against the standard. ``UNKNOWN``: no caseload on record, so nothing is judged."""

    UNDERSTAFFED = "UNDERSTAFFED"
    MEETS = "MEETS"
    ABOVE_KEEP = "ABOVE_KEEP"
    UNKNOWN = "UNKNOWN"

    @property
    def label(self) -> str:
        return {"UNDERSTAFFED": "未达标", "MEETS": "达标", "ABOVE_KEEP": "高于标准（维持不变）", "UNKNOWN": "无数据"}[self.value]

    @property
    def mark(self) -> str:
        return {"UNDERSTAFFED": "▼", "MEETS": "●", "ABOVE_KEEP": "▲", "UNKNOWN": "○"}[self.value]

    @property
    def tone(self) -> str:
        return {"UNDERSTAFFED": "due", "MEETS": "ok", "ABOVE_KEEP": "info", "UNKNOWN": "paused"}[self.value]


class Place(StrEnum):
    """The only four places where posted workers may serve."""

    BUREAU = "BUREAU"
    TOWNSHIP = "TOWNSHIP"
    VILLAGE = "VILLAGE"
    CARE_HOME = "CARE_HOME"

    @property
    def label(self) -> str:
        return {"BUREAU": "区县民政部门", "TOWNSHIP": "乡镇（街道）", "VILLAGE": "村（社区）", "CARE_HOME": "特困供养服务机构"}[self.value]


@dataclass(frozen=True, slots=True)
class Headcount:
    """Standard range in persons. ``maximum`` None: the clause names no ceiling."""

    minimum: int
    maximum: int | None

    def __str__(self) -> str:
        return f"{self.minimum} 人以上" if self.maximum is None else f"{self.minimum}–{self.maximum} 人"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One township judged: ``gap`` persons are missing to the minimum; there is no such thing as a surplus to cut."""

    standing: Standing
    gap: int
    standard: Headcount


def township_headcount(recipients: int, rounding: Rounding = Rounding.CEIL) -> Headcount:
    """Full-time staff for a township (乡镇、街道) with this many assistance recipients (W-19b).

    2–4‰ of recipients; below 1 000 recipients at least 2 persons, no ceiling named. The clause is silent on
    fractions: the floor follows ``rounding``, the ceiling is always rounded down. Raises ValueError below zero.
    """
    if recipients < 0:
        raise ValueError(f"recipients must not be negative: {recipients}")
    if recipients < SMALL_TOWNSHIP_BELOW:
        return Headcount(SMALL_TOWNSHIP_MINIMUM, None)
    scaled = recipients * FLOOR_PER_MILLE
    minimum = {Rounding.CEIL: -(-scaled // 1_000), Rounding.HALF_UP: (scaled + 500) // 1_000, Rounding.FLOOR: scaled // 1_000}[rounding]
    return Headcount(minimum, recipients * CEILING_PER_MILLE // 1_000)


def judge_township(current: int, recipients: int, rounding: Rounding = Rounding.CEIL) -> Verdict:
    """Compare full-time staff at the township with the standard. Above it means "维持不变" (W-19c), never a cut."""
    if current < 0:
        raise ValueError(f"staff must not be negative: {current}")
    standard = township_headcount(recipients, rounding)
    if current < standard.minimum:
        return Verdict(Standing.UNDERSTAFFED, standard.minimum - current, standard)
    if standard.maximum is None or current <= standard.maximum:
        return Verdict(Standing.MEETS, 0, standard)
    return Verdict(Standing.ABOVE_KEEP, 0, standard)


def explain_headcount(recipients: int, rounding: Rounding = Rounding.CEIL) -> str:
    """The sum behind a standard range in words, for the page, the sheet and the printed table."""
    standard = township_headcount(recipients, rounding)
    if standard.maximum is None:
        return f"救助对象 {recipients:,} 人，不足 {SMALL_TOWNSHIP_BELOW:,} 人，不少于 {standard.minimum} 人，未规定上限"
    return (
        f"{recipients:,} × {FLOOR_PER_MILLE}‰ = {_thousandths(recipients * FLOOR_PER_MILLE)}，{rounding.label}得 {standard.minimum}；"
        f"{recipients:,} × {CEILING_PER_MILLE}‰ = {_thousandths(recipients * CEILING_PER_MILLE)}，上限舍去得 {standard.maximum}"
    )


def _thousandths(count: int) -> str:
    """5002 → ``5.002``, 6000 → ``6``; exact, no floats."""
    return f"{count // 1_000}.{count % 1_000:03d}".rstrip("0").rstrip(".")


def district_breaches(current: int) -> Iterator[Breach]:
    """Full-time staff at the district bureau: 5 or more "原则上" (W-19a)."""
    if current < DISTRICT_MINIMUM:
        yield Breach(
            "W-19a",
            STANDARD,
            f"区县级专职经办人员 {current} 人，原则上不少于 {DISTRICT_MINIMUM} 人，尚缺 {DISTRICT_MINIMUM - current} 人。",
            binding=False,
        )


def plan_breaches(target: int, *, recipients: int, current: int, baseline: int, rounding: Rounding = Rounding.CEIL) -> Iterator[Breach]:
    """What a plan to have ``target`` full-time staff at a township runs into (W-19b, W-19c).

    ``baseline`` is the number frozen when the township was found above standard. A plan below the standard is refused, a
    plan that cuts below the baseline of a township above standard is refused, one that grows beyond it is questioned.
    """
    minimum = township_headcount(recipients, rounding).minimum
    if target < minimum:
        yield Breach("W-19b", STANDARD, f"计划 {target} 人低于标准下限 {minimum} 人，请至少配到下限。")
    yield from keep_breaches(target, recipients=recipients, current=current, baseline=baseline, rounding=rounding)


def keep_breaches(
    target: int, *, recipients: int, current: int, baseline: int | None = None, rounding: Rounding = Rounding.CEIL
) -> Iterator[Breach]:
    """Above the standard means "维持不变" (W-19c): no plan below the baseline, and growth beyond it needs a reason."""
    baseline = current if baseline is None else baseline
    if judge_township(current, recipients, rounding).standing is not Standing.ABOVE_KEEP:
        return
    if target < baseline:
        yield Breach("W-19c", STANDARD, f"现有 {current} 人已高于标准，应维持不变；计划 {target} 人少于基数 {baseline} 人，不得核减。")
    elif target > baseline:
        yield Breach("W-19c", STANDARD, f"已高于标准，基数 {baseline} 人应维持不变；计划增至 {target} 人须说明理由。", binding=False)


def purchase_breaches(staff: int, *, recipients: int, rounding: Rounding = Rounding.CEIL) -> Iterator[Breach]:
    """Buying posts for a unit is meant for a shortage (W-20): ask why where there is none."""
    minimum = township_headcount(recipients, rounding).minimum
    if staff >= minimum:
        yield Breach("W-20", STANDARD, f"现有专职 {staff} 人已达标准下限 {minimum} 人，购买派驻服务须说明理由。", binding=False)


def recipients_breaches(recipients: object) -> Iterator[Breach]:
    """A caseload is a whole number of persons, not negative and not absurd. Nothing is rounded, nothing is guessed."""
    if isinstance(recipients, bool) or not isinstance(recipients, int):
        yield Breach("W-19b", STANDARD, f"救助对象人数“{recipients}”不是整数，请按人填写整数。")
    elif recipients < 0:
        yield Breach("W-19b", STANDARD, f"救助对象人数 {recipients} 为负数，请填 0 或正整数。")
    elif recipients > LARGEST_CASELOAD:
        yield Breach("W-19b", STANDARD, f"救助对象人数 {recipients:,} 超过 {LARGEST_CASELOAD:,}，请核对是否多写了位数。")


def caseload_notes(recipients: int, as_of: date, on: date) -> Iterator[Breach]:
    """Doubts about a caseload that is on record: nobody at all, or older than a quarter."""
    if recipients == 0:
        yield Breach("W-19b", STANDARD, "救助对象 0 人：按“不足 1,000 人”配 2 人，请核实数据。", binding=False)
    if is_stale(as_of, on):
        yield Breach("W-19b", STANDARD, f"数据截至 {as_of:%Y-%m-%d}，已超过一个季度，请更新后再作结论。", binding=False)


def fresh_until(as_of: date) -> date:
    """Last day on which a snapshot counts as fresh: the same day three months on, or that month's last day."""
    months = as_of.month - 1 + MONTHS_FRESH
    year, month = as_of.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    ends_month = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    return date(year, month, last if ends_month else min(as_of.day, last))


def renewal_from(on: date) -> date:
    """Social-work certificates that run out until this day are to be renewed: three months ahead (W-21, DESIGN)."""
    return fresh_until(on)


def is_stale(as_of: date, on: date) -> bool:
    """More than one quarter old."""
    return on > fresh_until(as_of)


def posting_breaches(place: str, *, has_contract: bool, higher_education: bool, labour_dispatch: bool = False) -> Iterator[Breach]:
    """Whether a purchased worker may be posted there (W-20, W-21, X-1).

    ``higher_education`` means 大专 or above, asked "原则上"; the rest is binding.
    """
    if place not in set(Place):
        places = "、".join(item.label for item in Place)
        yield Breach("W-20", STANDARD, f"派驻地点“{place}”不在允许范围，只能派驻到：{places}。")
    if not has_contract:
        yield Breach("W-20", STANDARD, "派驻人员须依托已签订的购买服务合同，请选择合同。")
    if labour_dispatch:
        yield Breach("P-33", NO_DISPATCH, "不得以购买服务名义实行劳务派遣，请改为按服务成果购买的派驻服务。")
    if not higher_education:
        yield Breach("W-21", STANDARD, "派驻人员原则上应具有大专及以上学历，例外须写明理由。", binding=False)


def posting_priority(*, social_work_education: bool, certificate_level: int) -> int:
    """Rank of a posted candidate, larger first (W-21): a preference for social work, never a condition.

    ``certificate_level``: 0 none, 1 助理社会工作师, 2 社会工作师, 3 高级社会工作师.
    """
    return certificate_level * 2 + social_work_education


def one_post_breaches(elsewhere: str) -> Iterator[Breach]:
    """Full-time staff serve at one place only (W-19b counts 专职). ``elsewhere``: where the person stands already; empty: nowhere."""
    if elsewhere:
        yield Breach("W-19b", STANDARD, f"此人已在{elsewhere}登记为在岗专职，一人只能登记一处；请先登记离岗，或者改为兼职。")


def contract_term_breaches(number: str, *, first: date | None, last: date | None, started_on: date, serves_until: date) -> Iterator[Breach]:
    """A posted worker serves within the term of the contract (W-20). ``first``, ``last``: of the service; ``serves_until``: as entered."""
    if last is not None and max(started_on, serves_until) > last:
        yield Breach("W-20", STANDARD, f"合同 {number} 的服务期到 {last:%Y-%m-%d} 为止，派驻不能超过；请改选合同或者填写离岗日期。")
    if first is not None and started_on < first:
        yield Breach("W-20", STANDARD, f"到岗日期 {started_on:%Y-%m-%d} 早于合同 {number} 的服务开始日期 {first:%Y-%m-%d}。")


def absence_breaches(started_on: date, ended_on: date, *, in_post_from: date, in_post_until: date | None, taken: bool) -> Iterator[Breach]:
    """A leave lies within the time in post and does not overlap another; it takes nobody off the head-count (W-19b)."""
    if ended_on < started_on:
        yield Breach("W-19b", STANDARD, f"结束日期 {ended_on:%Y-%m-%d} 早于开始日期 {started_on:%Y-%m-%d}。")
    if started_on < in_post_from or (in_post_until is not None and ended_on > in_post_until):
        until = f"{in_post_until:%Y-%m-%d}" if in_post_until else "今"
        yield Breach("W-19b", STANDARD, f"休假须在在岗期间（{in_post_from:%Y-%m-%d} 至 {until}）之内。")
    if taken:
        yield Breach("W-19b", STANDARD, "这段时间与已登记的休假重叠，请改日期或者先撤销原来的登记。")


def training_breaches(sessions_this_year: int, year: int) -> Iterator[Breach]:
    """The district trains its people once or twice a year "原则上" (W-22). More than two is no fault."""
    if sessions_this_year == 0:
        yield Breach("W-22", TRAINING, f"{year} 年尚未组织业务培训，原则上每年 1–2 次。", binding=False)


def assistant_breaches(villages: int, villages_with_assistant: int) -> Iterator[Breach]:
    """Every village has an assistance assistant (W-24)."""
    missing = villages - villages_with_assistant
    if missing > 0:
        yield Breach("W-24", VILLAGE_TASKS, f"{villages} 个村（居）中 {missing} 个没有社会救助协理员，应全面设立。", binding=False)


def judge_district(current: int) -> Verdict:
    """Full-time staff at the district bureau against the five of W-19a. The clause names no ceiling."""
    if current < 0:
        raise ValueError(f"staff must not be negative: {current}")
    gap = max(0, DISTRICT_MINIMUM - current)
    return Verdict(Standing.UNDERSTAFFED if gap else Standing.MEETS, gap, Headcount(DISTRICT_MINIMUM, None))


def change_breaches(target: int, *, recipients: int, current: int, rounding: Rounding = Rounding.CEIL) -> Iterator[Breach]:
    """A what-if may leave a gap open and show it; what it may not do is take away (W-19b, W-19c)."""
    if target < current:
        yield from plan_breaches(target, recipients=recipients, current=current, baseline=current, rounding=rounding)
    else:
        yield from keep_breaches(target, recipients=recipients, current=current, rounding=rounding)


def district_change_breaches(target: int, *, current: int) -> Iterator[Breach]:
    """The same for the bureau, which has no ceiling: nobody is planned away below the five (W-19a)."""
    if target < min(current, DISTRICT_MINIMUM):
        yield Breach("W-19a", STANDARD, f"区县级现有专职 {current} 人，计划 {target} 人，低于 {DISTRICT_MINIMUM} 人，不得减少。")


def posts_breaches(posts: int, *, planned: int, own: int, recipients: int | None, rounding: Rounding = Rounding.CEIL) -> Iterator[Breach]:
    """Buying ``posts`` for a township: no more than the scenario plans, and asked about where own staff suffice (W-20)."""
    yield from planned_breaches(posts, planned=planned)
    if posts and recipients is None:
        yield Breach("W-20", STANDARD, "没有登记救助对象数，标准和缺口算不出，购买派驻服务须说明理由。", binding=False)
    elif posts:
        yield from purchase_breaches(own, recipients=recipients, rounding=rounding)


def district_posts_breaches(posts: int, *, planned: int, own: int) -> Iterator[Breach]:
    """The same for the bureau itself, against its five (W-19a, W-20)."""
    yield from planned_breaches(posts, planned=planned)
    if posts and own >= DISTRICT_MINIMUM:
        message = f"区县级现有自有专职 {own} 人已达 {DISTRICT_MINIMUM} 人，购买派驻服务须说明理由。"
        yield Breach("W-20", STANDARD, message, binding=False)


def planned_breaches(posts: int, *, planned: int) -> Iterator[Breach]:
    """A draft buys what its scenario plans, or less (W-20)."""
    if posts > planned:
        yield Breach("W-20", STANDARD, f"购买 {posts} 个岗位，多于方案的派驻 {planned} 人，请先修改方案。")


def stale_words(*, then: int | None, now: int | None, now_on: date | None) -> str:
    """What to say when the number of recipients on record is another than when a scenario was made; empty when it is the same."""
    if then == now:
        return ""
    was = f"{then:,} 人" if then is not None else "没有数"
    return f"制定时登记 {was}，现登记 {now:,} 人（截至 {now_on:%Y-%m-%d}）" if now is not None else f"制定时登记 {was}，现没有登记数"


def plan_day_breaches(held_on: date, on: date, *, present: int = 0, before: date | None = None) -> Iterator[Breach]:
    """A training is planned ahead (W-22); its day is not moved any more once somebody has signed in."""
    if held_on < on:
        yield Breach("W-22", TRAINING, f"培训日期 {held_on:%Y-%m-%d} 已过，请用“登记已办培训”。")
    if present and before is not None and held_on != before:
        yield Breach("W-22", TRAINING, f"已有 {present} 人签到，不能改日期。")


def sign_in_breaches(held_on: date, on: date, *, planned: bool) -> Iterator[Breach]:
    """People sign in on the day itself, while the training is neither closed nor cancelled (W-22)."""
    if not planned:
        yield Breach("W-22", TRAINING, "该培训已结束或者已取消，不能再签到。")
    elif held_on != on:
        yield Breach("W-22", TRAINING, f"培训日期为 {held_on:%Y-%m-%d}，只能在当天签到。")


def closing_breaches(held_on: date, on: date, *, present: int) -> Iterator[Breach]:
    """A training counts as held from its day on, when somebody was there (W-22)."""
    if held_on > on:
        yield Breach("W-22", TRAINING, f"培训日期 {held_on:%Y-%m-%d} 未到，不能登记为已举办。")
    if not present:
        yield Breach("W-22", TRAINING, "没有签到人员，不能登记为已举办；没有办的请取消并写明原因。")


def result_breaches(*, held: bool, tested: bool) -> Iterator[Breach]:
    """Marks belong to a training that was held with a test (W-22)."""
    if not held:
        yield Breach("W-22", TRAINING, "培训还没有登记为已举办，不能录入考核结果。")
    if not tested:
        yield Breach("W-22", TRAINING, "该培训没有安排考核。")


def earns_certificate(*, held: bool, tested: bool, passed: bool) -> bool:
    """Who was there has a certificate, and where there was a test, who passed it."""
    return held and (passed or not tested)
