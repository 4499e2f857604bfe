"""What a past period would have scored by other indicators, from its frozen inputs alone (E-06). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evaluation.rules import EVALUATOR_LABELS, Grade, Line, Source, WhenMissing, grade_of, missing_breaches, total_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One indicator of the edition that is being written: its line, and what its score is found by."""

    line: Line
    figure: str = ""
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class Rescored:
    """``total`` and ``grade`` are None where something is missing that has nobody to stand in for it."""

    total: Decimal | None
    grade: Grade | None
    missing: tuple[str, ...] = ()


def rescore(asked: Sequence[Asked], frozen: Sequence[Mapping]) -> Rescored:
    """E-06: the same inputs by other weights. What the period did not have is named, never taken for 0 or 100.

    A figure is found by its own code, a question by its very words, a score of a person by who gave it and for what: other words
    are another question, whose answer nobody knows.
    """
    found = [(each, _row_of(each, frozen)) for each in asked]
    lines = [replace(each.line, score=_value(row)) for each, row in found]
    missing = tuple(_missing(each.line, row) for each, row in found if _value(row) is None)
    if list(missing_breaches(lines)):
        return Rescored(None, None, missing)
    total = total_of(lines)
    return Rescored(total, grade_of(total), missing)


def _row_of(asked: Asked, frozen: Sequence[Mapping]) -> Mapping | None:
    line = asked.line
    same = [row for row in frozen if row["source"] == line.source]
    if line.source == Source.FIGURE:
        same = [row for row in same if row["figure"] == asked.figure]
    elif line.source == Source.SURVEY:
        same = [row for row in same if row["criteria"].strip() == asked.criteria.strip()]
    else:
        same = [row for row in same if (row["evaluator"], row["name"].strip()) == (line.evaluator, line.name.strip())]
    return same[0] if same else None


def _value(row: Mapping | None) -> Decimal | None:
    return None if row is None or row["value"] is None else Decimal(row["value"])


def _missing(line: Line, row: Mapping | None) -> str:
    why = "当期没有这项指标" if row is None else "当期没有得分"
    then = "，权重分摊" if line.when_missing == WhenMissing.REDISTRIBUTE else ""
    return f"{line.code} {line.name}（{EVALUATOR_LABELS[line.evaluator]}，{why}{then}）"
