"""Passing a colleague's open cases on: everyone named, none lost. Values in, verdicts and a distribution out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from records.policy import Breach, Clause

RESPONSIBLE = Clause("渝民发〔2018〕4号", "三（一）")
ALL_OR_LISTED = Clause("一门平台运行规则", "在办件移交")


@dataclass(frozen=True, slots=True)
class Row:
    """One open case: its key, the village it comes from (or None) and its next due day (or None)."""

    pk: int
    village: int | None
    due: date | None


def by_urgency(row: Row) -> tuple:
    return (row.due is None, row.due or date.max, row.pk)


def spread_evenly(rows: Iterable[Row], load: Mapping[int, int]) -> dict[int, int]:
    """case → receiver. The most urgent first, each to whoever has the least open work then; ``load``: receiver → open cases."""
    loads, found = dict(load), {}
    for row in sorted(rows, key=by_urgency):
        receiver = lightest(loads)
        found[row.pk] = receiver
        loads[receiver] += 1
    return found


def spread_by_village(rows: Iterable[Row], load: Mapping[int, int]) -> dict[int, int]:
    """case → receiver. A village stays in one hand; the largest village first, each to the lightest. Cases without one: evenly."""
    loads, found, villages, rest = dict(load), {}, {}, []
    for row in rows:
        if row.village is None:
            rest.append(row)
        else:
            villages.setdefault(row.village, []).append(row)
    for village in sorted(villages, key=lambda one: (-len(villages[one]), one)):
        receiver = lightest(loads)
        found |= {row.pk: receiver for row in villages[village]}
        loads[receiver] += len(villages[village])
    return found | spread_evenly(rest, loads)


def lightest(loads: Mapping[int, int]) -> int:
    """The receiver with the least work; of equals the one named first."""
    return min(loads, key=loads.__getitem__)


def receiver_breaches(receivers: Iterable[int], *, allowed: Mapping[int, str], giver: int) -> Iterator[Breach]:
    """Who takes over works at this window today and is not the one who leaves (W-03). ``allowed``: user → name."""
    chosen = list(receivers)
    if not chosen:
        yield Breach("W-03", RESPONSIBLE, "请至少选择一名接收人：每一件申请都要有人负责。")
    if giver in chosen:
        yield Breach("W-03", RESPONSIBLE, "接收人不能是移交人本人。")
    if any(one != giver and one not in allowed for one in chosen):
        yield Breach("W-03", RESPONSIBLE, "有接收人今天不在本窗口任职，请重新选择。")


def remainder_breaches(kept: Mapping[int, str], numbers: Mapping[int, str]) -> Iterator[Breach]:
    """What stays with the one who leaves is listed with its reason (J5). ``numbers``: case → number."""
    for pk in sorted(kept):
        if not kept[pk].strip():
            yield Breach("W-03", ALL_OR_LISTED, f"{numbers.get(pk, pk)} 暂不移交，请写明原因。")


def seen_breaches(seen: Iterable[int], now: Mapping[int, str]) -> Iterator[Breach]:
    """Nothing passes that was not in the preview, and nothing that came meanwhile is left behind. ``now``: case → number."""
    new, gone = set(now) - set(seen), set(seen) - set(now)
    if new:
        numbers = "、".join(now[pk] for pk in sorted(new)[:5])
        yield Breach("W-03", ALL_OR_LISTED, f"预览之后又有 {len(new)} 件转到移交人名下（{numbers}）。请核对下方最新清单后再确认。")
    if gone:
        yield Breach("W-03", ALL_OR_LISTED, f"预览之后有 {len(gone)} 件已经办结或转走。请核对下方最新清单后再确认。")
