"""How many recipients a random sample needs, how sure it then is, and what a list that is drawn from may hold (E-08). Pure."""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from evaluation.rules import SAMPLE_FLOOR, SAMPLE_PERCENT, THREE_VOICES, replies_needed
from records.policy import Breach

# Two-sided quantiles of the normal distribution, three places: mathematics, not policy. Which one is asked for is a policy value.
QUANTILES = {"90": Decimal("1.645"), "95": Decimal("1.960"), "99": Decimal("2.576")}
HALF = Fraction(1, 2)  # the share that needs the largest sample: nothing is assumed of what people will say
LARGEST_FRAME = 20_000
REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,38}[A-Za-z0-9])?")
PERSONAL = re.compile(r"\d{17}[0-9Xx]|(?<!\d)1\d{10}(?!\d)|\d{15,}")


def sample_needed(population: int, *, confidence: str, margin: Decimal, floor: int = SAMPLE_FLOOR, percent: int = SAMPLE_PERCENT) -> int:
    """E-08: how many to draw of ``population`` for this confidence (90, 95, 99 %) and margin (percentage points).

    n₀ = z² · ¼ ÷ e², and for a finite population n = n₀ ÷ (1 + (n₀ − 1) ÷ N), rounded up; never fewer than the replies that a
    score needs, never more than there are, and everybody where there are fewer than ``floor``. Raises ValueError outside that.
    """
    if population < 1 or not 0 < margin < 100:
        raise ValueError(f"population {population}, margin {margin}")
    if population < floor:
        return population
    error = Fraction(margin) / 100
    whole = Fraction(QUANTILES[confidence]) ** 2 * HALF * HALF / error**2
    finite = whole / (1 + (whole - 1) / population)
    return min(max(-(-finite.numerator // finite.denominator), replies_needed(population, floor=floor, percent=percent)), population)


def margin_reached(population: int, replies: int, *, confidence: str) -> Decimal | None:
    """Percentage points either way, two places, rounded up, that ``replies`` of ``population`` allow; None without a reply."""
    if replies < 1 or population < 1:
        return None
    if replies >= population:
        return Decimal("0.00")
    share = Decimal(population - replies) / (Decimal(replies) * Decimal(population - 1))
    return (QUANTILES[confidence] * Decimal("0.5") * share.sqrt() * 100).quantize(Decimal("0.01"), ROUND_CEILING)


def frame_breaches(references: Sequence[str]) -> Iterator[Breach]:
    """E-08: what is drawn from are numbers of service events, each once; nothing that names a person."""
    if not references:
        yield Breach("E-08", THREE_VOICES, "服务事件清单是空的，不能抽样。")
    if len(references) > LARGEST_FRAME:
        yield Breach("E-08", THREE_VOICES, f"服务事件清单有 {len(references)} 行，一次最多 {LARGEST_FRAME} 行。")
        return
    wrong = [(at, text) for at, text in enumerate(references, 1) if not REFERENCE.fullmatch(text)]
    for at, text in wrong[:5]:
        yield Breach("E-08", THREE_VOICES, f"第 {at} 行“{text[:20]}”不是服务事件编号：只用字母、数字和 . _ / -，不超过 40 位，不写姓名。")
    for at in [at for at, text in enumerate(references, 1) if PERSONAL.search(text)][:5]:
        yield Breach("E-08", THREE_VOICES, f"第 {at} 行像是身份证号、电话或账号。抽样只用服务事件编号，不用个人信息。")
    seen, twice = set(), []
    for text in references:
        if text in seen:
            twice.append(text)
        seen.add(text)
    for text in twice[:5]:
        yield Breach("E-08", THREE_VOICES, f"服务事件“{text[:40]}”出现不止一次，每名服务对象一期只列一次。")


def size_breaches(size: int, *, needed: int, population: int) -> Iterator[Breach]:
    """E-08: a sample may be larger than stated confidence and margin need, never smaller, and nobody is asked twice."""
    if not needed <= size <= population:
        yield Breach("E-08", THREE_VOICES, f"抽取 {size} 名，应在 {needed} 至 {population} 名之间。")
