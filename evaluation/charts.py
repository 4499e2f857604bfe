"""Bars as numbers: where each rectangle and label of a chart stands. One template draws them, on the page and in the PDF."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from evaluation.rules import BANDS

WIDTH, LABEL, VALUE, ROW, BAR, HEAD = 640, 132, 64, 30, 16, 22
TRACK = WIDTH - LABEL - VALUE


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    note: str
    shown: str
    x: int
    y: int
    width: str
    text_y: int
    value_x: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    label: str


def bars(rows: Sequence[tuple[str, str, Decimal | None, str]]) -> dict:
    """A chart of scores 0–100. ``rows``: label, small note, value, value as shown. Plain JSON, so that it can be frozen."""
    drawn = [asdict(_bar(n, *row)) for n, row in enumerate(rows)]
    edges = [asdict(Mark(_number(LABEL + TRACK * edge / 100), f"{edge}")) for edge, _ in BANDS if edge]
    return {
        "width": WIDTH,
        "height": HEAD + ROW * len(drawn) + 4,
        "label_x": LABEL - 8,
        "track": TRACK,
        "x": LABEL,
        "top": HEAD,
        "bottom": HEAD + ROW * len(drawn),
        "bar": BAR,
        "bars": drawn,
        "edges": edges,
    }


def _bar(n: int, label: str, note: str, value: Decimal | None, shown: str) -> Bar:
    y = HEAD + ROW * n + (ROW - BAR) // 2
    width = TRACK * (value or Decimal(0)) / 100
    return Bar(label, note, shown, LABEL, y, _number(width), y + BAR - 4, _number(LABEL + width + 6))


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
