"""How a purchased service is judged (绩效评价): weights, totals, grades, samples, independence. Pure. Rule ids: docs/rules.md.

Scores are Decimals from 0 to 100. Nothing is ever assumed for data that are not there: a missing score is listed
(``missing_breaches``), and its weight moves only where the scheme says so (``effective_weights``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from records.policy import Breach, Clause

THREE_VOICES = Clause("渝民发〔2018〕4号", "二（六）")
GRADES_OF_FINANCE = Clause("财预〔2020〕10号", "绩效评价等级")
INDEPENDENCE = Clause("财综〔2018〕42号", "第三方独立性")
NO_RELATED_BIDDER = Clause("政府采购法实施条例", "第十八条")
DISCLOSURE = Clause("政府信息公开条例", "第二十六条")

HUNDRED = Decimal(100)
# A mean is a division: it stops at six places, half up. Weight (2 places) × score (6) ÷ 100 then ends within ten places.
SCORE_PLACES = Decimal("0.000001")
TOTAL_PLACES = Decimal("0.0000000001")
SHOWN_PLACES = Decimal("0.01")

OBJECTION_WORKDAYS = 5  # E-15, DESIGN: default of a new scheme
ANSWER_WORKDAYS = 10  # E-15, DESIGN: default of a new scheme
PUBLICATION_WORKDAYS = 20  # E-10, 政府信息公开条例 art. 26
SAMPLE_FLOOR, SAMPLE_PERCENT = 30, 10  # E-08, DESIGN: defaults of a new scheme
DISCLOSURE_MINIMUM = 5  # E-08, DESIGN: below so many replies the contractor sees no total of theirs
QUESTIONS = (3, 5)  # a slip asks three to five questions


class Evaluator(StrEnum):
    PURCHASER = "purchaser"
    RECIPIENT = "recipient"
    THIRD_PARTY = "third_party"


class Dimension(StrEnum):
    RESULTS = "results"
    MANAGEMENT = "management"
    IMPACT = "impact"


class Source(StrEnum):
    MANUAL = "manual"
    FIGURE = "figure"
    SURVEY = "survey"


class WhenMissing(StrEnum):
    WAIT = "wait"
    REDISTRIBUTE = "redistribute"


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    TERM = "term"


class Grade(StrEnum):
    EXCELLENT = "优"
    GOOD = "良"
    FAIR = "中"
    POOR = "差"


EVALUATOR_LABELS: Mapping[str, str] = {
    Evaluator.PURCHASER: "购买主体",
    Evaluator.RECIPIENT: "服务对象",
    Evaluator.THIRD_PARTY: "第三方",
}
DIMENSION_LABELS: Mapping[str, str] = {Dimension.RESULTS: "服务成效", Dimension.MANAGEMENT: "项目管理", Dimension.IMPACT: "社会影响"}
SOURCE_LABELS: Mapping[str, str] = {Source.MANUAL: "人工评分", Source.FIGURE: "数据计算", Source.SURVEY: "满意度测评"}
WHEN_MISSING_LABELS: Mapping[str, str] = {
    WhenMissing.WAIT: "缺项时不得计分",
    WhenMissing.REDISTRIBUTE: "缺项时权重按比例分摊到同一评价主体的其余指标",
}
FREQUENCY_LABELS: Mapping[str, str] = {
    Frequency.MONTH: "按月",
    Frequency.QUARTER: "按季度",
    Frequency.HALF: "按半年",
    Frequency.YEAR: "按年度",
    Frequency.TERM: "合同期满一次",
}
MONTHS: Mapping[str, int] = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}
# Lower edges, inclusive: 90 is 优, 89.995 is 良 although it is shown as 90.00 (E-06).
BANDS: Sequence[tuple[Decimal, Grade]] = (
    (Decimal(90), Grade.EXCELLENT),
    (Decimal(80), Grade.GOOD),
    (Decimal(60), Grade.FAIR),
    (Decimal(0), Grade.POOR),
)
# Our own design: five answers on a slip and what each is worth; “说不清” is an answer that counts nowhere.
ANSWER_SCORES: Mapping[int, Decimal] = {5: Decimal(100), 4: Decimal(80), 3: Decimal(60), 2: Decimal(30), 1: Decimal(0)}
ANSWER_LABELS: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意", 0: "说不清"}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a scheme, with its score where one is there."""

    code: str
    name: str
    dimension: str
    evaluator: str
    weight: Decimal
    source: str = Source.MANUAL
    when_missing: str = WhenMissing.WAIT
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Period:
    start: date
    end: date


def scheme_breaches(lines: Sequence[Line]) -> Iterator[Breach]:
    """E-01, E-02, E-03, E-06, E-08: what is wrong with this set of indicators before it may judge anybody."""
    yield from _weight_breaches(lines)
    weights = weights_by(lines, "evaluator")
    for evaluator, label in EVALUATOR_LABELS.items():
        if evaluator not in weights:
            yield Breach("E-01", THREE_VOICES, f"缺少评价主体“{label}”的指标。购买主体、服务对象、第三方三方都必须参与评价。")
    dimensions = weights_by(lines, "dimension")
    for dimension, label in DIMENSION_LABELS.items():
        if dimension not in dimensions:
            yield Breach("E-02", THREE_VOICES, f"缺少“{label}”方面的指标。评价至少包括服务成效、项目管理、社会影响。")
    recipients = weights.get(Evaluator.RECIPIENT, Decimal(0))
    for evaluator, weight in weights.items():
        if evaluator != Evaluator.RECIPIENT and weight >= recipients:
            yield Breach(
                "E-03",
                THREE_VOICES,
                f"服务对象权重 {recipients} 不高于{EVALUATOR_LABELS[evaluator]}权重 {weight}。评价侧重服务对象满意度，其权重须为单项最大。",
            )
    yield from _question_breaches(lines)


def _weight_breaches(lines: Sequence[Line]) -> Iterator[Breach]:
    total = sum((line.weight for line in lines), Decimal(0))
    if total != HUNDRED:
        yield Breach("E-06", GRADES_OF_FINANCE, f"各指标权重合计为 {total}，应恰为 100。")
    for line in lines:
        if line.weight <= 0:
            yield Breach("E-06", GRADES_OF_FINANCE, f"指标“{line.name}”的权重 {line.weight} 应大于 0。")
    codes = [line.code for line in lines]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Breach("E-06", GRADES_OF_FINANCE, f"指标编号“{code}”重复。")


def _question_breaches(lines: Sequence[Line]) -> Iterator[Breach]:
    questions = [line for line in lines if line.source == Source.SURVEY]
    fewest, most = QUESTIONS
    if not fewest <= len(questions) <= most:
        yield Breach("E-08", THREE_VOICES, f"满意度测评有 {len(questions)} 道题，应为 {fewest} 至 {most} 道。")
    for line in lines:
        if (line.source == Source.SURVEY) != (line.evaluator == Evaluator.RECIPIENT):
            yield Breach("E-08", THREE_VOICES, f"指标“{line.name}”：服务对象的评价只能来自满意度测评，满意度测评也只由服务对象作答。")


def weights_by(lines: Iterable[Line], attribute: str) -> dict[str, Decimal]:
    """Weight of each evaluator or dimension."""
    found: dict[str, Decimal] = {}
    for line in lines:
        key = getattr(line, attribute)
        found[key] = found.get(key, Decimal(0)) + line.weight
    return found


def missing_breaches(lines: Sequence[Line]) -> Iterator[Breach]:
    """E-01: every score that is not there and has nobody to stand in for it. Missing is never 0 and never 100."""
    for line in lines:
        if line.score is None and line.when_missing == WhenMissing.WAIT:
            yield Breach("E-01", THREE_VOICES, f"指标“{line.name}”（{EVALUATOR_LABELS[line.evaluator]}）没有得分，补齐后才能计分。")
    scored = [line for line in lines if line.score is not None]
    for kind, labels, rule in (("evaluator", EVALUATOR_LABELS, "E-01"), ("dimension", DIMENSION_LABELS, "E-02")):
        for key in sorted({getattr(line, kind) for line in lines} - {getattr(line, kind) for line in scored}):
            yield Breach(rule, THREE_VOICES, f"{labels[key]}一项没有任何得分，不能计分。")


def effective_weights(lines: Sequence[Line]) -> dict[str, Fraction]:
    """Weight by indicator code after redistribution: a missing indicator's weight goes to the scored ones of the same
    evaluator, in proportion, so that each voice keeps the weight the scheme promised it (E-03)."""
    promised = weights_by(lines, "evaluator")
    present = weights_by((line for line in lines if line.score is not None), "evaluator")
    return {
        line.code: Fraction(line.weight) * Fraction(promised[line.evaluator]) / Fraction(present[line.evaluator])
        for line in lines
        if line.score is not None
    }


def total_of(lines: Sequence[Line]) -> Decimal:
    """E-06: Σ weight × score ÷ 100, unrounded.

    Exact where weights have two places and scores six. After a redistribution the quotient may not end: it is cut (not
    rounded) at ten places, which never lifts it over the edge of a grade nor over the half of a shown cent.
    Raises ValueError on missing scores that the scheme does not redistribute, or scores outside 0–100.
    """
    if faults := list(missing_breaches(lines)):
        raise ValueError("；".join(fault.message for fault in faults))
    for line in lines:
        if line.score is not None and not 0 <= line.score <= 100:
            raise ValueError(f"{line.code}: score outside 0–100: {line.score}")
    weights = effective_weights(lines)
    return cut(sum((weights[line.code] * Fraction(line.score) for line in lines if line.score is not None), Fraction(0)) / 100)


def part_of(lines: Sequence[Line], attribute: str, key: str) -> Decimal | None:
    """The score from 0 to 100 of one evaluator or dimension, or None where nothing of it was scored."""
    weights = effective_weights(lines)
    chosen = [line for line in lines if getattr(line, attribute) == key and line.score is not None]
    weight = sum((weights[line.code] for line in chosen), Fraction(0))
    return cut(sum(weights[line.code] * Fraction(line.score) for line in chosen) / weight) if weight else None


def cut(value: Fraction) -> Decimal:
    return Decimal(value.numerator * 10**10 // value.denominator).scaleb(-10).quantize(TOTAL_PLACES, ROUND_DOWN)


def grade_of(total: Decimal) -> Grade:
    """E-06: the band of the unrounded total; every lower edge belongs to the better grade."""
    if not 0 <= total <= 100:
        raise ValueError(f"total outside 0–100: {total}")
    return next(grade for edge, grade in BANDS if total >= edge)


def shown(value: Decimal | None) -> str:
    """Two places, half up, for the eye only: grades are never taken from it."""
    return "—" if value is None else f"{value.quantize(SHOWN_PLACES, ROUND_HALF_UP)}"


def mean_of(levels: Iterable[int]) -> Decimal | None:
    """The score of one question from its answers; “说不清” (0) is left out, no answer at all gives None."""
    counted = [ANSWER_SCORES[level] for level in levels if level]
    return ratio(sum(counted, Decimal(0)), Decimal(len(counted)), scale=Decimal(1)) if counted else None


def ratio(part: Decimal, whole: Decimal, *, scale: Decimal = HUNDRED) -> Decimal:
    """part ÷ whole × scale at six places, half up. Raises ZeroDivisionError on an empty whole."""
    value = Fraction(part) / Fraction(whole) * Fraction(scale) * 10**6
    return Decimal((2 * value.numerator + value.denominator) // (2 * value.denominator)).scaleb(-6).quantize(SCORE_PLACES)


def replies_needed(population: int, *, unreachable: int = 0, floor: int = SAMPLE_FLOOR, percent: int = SAMPLE_PERCENT) -> int:
    """E-08: at least 30 and at least 10 % of the recipients; with fewer than 30, every one of them.

    The rule is silent on recipients of a census who died or moved away: those recorded as unreachable, each with a
    reason, are not waited for. Ten per cent is rounded up.
    """
    if population < 0 or not 0 <= unreachable <= population:
        raise ValueError(f"population {population}, unreachable {unreachable}")
    if population < floor:
        return max(population - unreachable, 1)
    return max(floor, -(-population * percent // 100))


def sample_breaches(replies: int, needed: int) -> Iterator[Breach]:
    """E-08: below the minimum the survey says 样本不足, not a number."""
    if replies < needed:
        yield Breach("E-08", THREE_VOICES, f"样本不足：有效答卷 {replies} 份，至少需要 {needed} 份。请继续回收，或由第三方电话、入户代填。")


def tells_contractor(replies: int, minimum: int = DISCLOSURE_MINIMUM) -> bool:
    """E-08: may the contractor see what the recipients' replies add up to?"""
    return replies >= minimum


def independence_breaches(
    *, same_organisation: bool, bid_for_project: bool, declares_no_control: bool, declares_no_payment: bool, procurement_reference: str
) -> Iterator[Breach]:
    """E-04: whoever judges a contractor is neither it, nor its rival, nor controlled or paid by it."""
    if same_organisation:
        yield Breach("E-04", INDEPENDENCE, "第三方机构与被评价的承接主体是同一单位，不能评价自己。")
    if bid_for_project:
        yield Breach("E-04", NO_RELATED_BIDDER, "该机构参加过本项目的投标，不能作为本项目的第三方。")
    if not declares_no_control:
        yield Breach("E-04", INDEPENDENCE, "第三方机构尚未声明与承接主体不存在控股、管理关系。")
    if not declares_no_payment:
        yield Breach("E-04", INDEPENDENCE, "第三方机构尚未声明不向承接主体收取费用。")
    if not procurement_reference.strip():
        yield Breach("E-04", INDEPENDENCE, "请填写第三方服务的采购依据（合同或成交通知书编号）：第三方由购买主体或财政部门采购。")


def finalise_breaches(*, scorers: Iterable[int], finaliser: int, open_objections: int, window_closed: bool) -> Iterator[Breach]:
    """E-15 and separation of duties: who scored does not finalise; nobody is finalised while they may still object."""
    if finaliser in set(scorers):
        yield Breach("E-15", THREE_VOICES, "评分人不能审定本次评价，请由未参与评分的负责人审定。")
    if open_objections:
        yield Breach("E-15", THREE_VOICES, f"还有 {open_objections} 件异议没有答复，答复后才能审定。")
    if not window_closed:
        yield Breach("E-15", THREE_VOICES, "异议期未满，且承接主体没有表示无异议，不能审定。")


def objection_breaches(*, today: date, due_on: date | None) -> Iterator[Breach]:
    """E-15: the evaluated party may object until the last day of the window, that day included; always while that day is unknown."""
    if due_on is not None and today > due_on:
        yield Breach("E-15", THREE_VOICES, f"异议期已于 {due_on} 届满，不能再提出异议。")


def periods(starts_on: date, ends_on: date, frequency: str) -> list[Period]:
    """The periods of a contract: calendar months, quarters … cut to the term. They touch, never overlap, and fill it."""
    if ends_on < starts_on:
        raise ValueError(f"term ends {ends_on} before it starts {starts_on}")
    if frequency == Frequency.TERM:
        return [Period(starts_on, ends_on)]
    found, start = [], starts_on
    while start <= ends_on:
        end = min(_last_day(start, MONTHS[frequency]), ends_on)
        found.append(Period(start, end))
        start = end + timedelta(days=1)
    return found


def _last_day(day: date, months: int) -> date:
    """Last day of the calendar month, quarter, half or year that holds ``day``."""
    month_after = ((day.month - 1) // months + 1) * months
    return date(day.year + month_after // 12, month_after % 12 + 1, 1) - timedelta(days=1)
