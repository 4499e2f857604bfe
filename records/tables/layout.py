"""The shape of a sheet: merged cells, where the headings are, what is no data. Imports no Django."""

import re
from dataclasses import dataclass, field

from records.sheets import Table
from records.tables.cells import normal

TOTALS = frozenset({"合计", "总计", "共计", "累计"})
SUBTOTALS = frozenset({"小计", "本页小计", "分计"})
LOOK_DOWN = 15


@dataclass(slots=True)
class Sheet:
    """A sheet with its headings found. ``columns``: field → index; ``unused``: headings that nothing is taken from."""

    table: Table
    header: int
    columns: dict[str, int]
    unused: list[str]
    filled: set[tuple[int, int]] = field(default_factory=set)


def fill_merged(table: Table) -> set[tuple[int, int]]:
    """Every cell of a merged area holds its text. Answers the cells below the first row of their area: those were filled down."""
    below = set()
    for top, left, bottom, right in table.merged:
        text = _at(table.rows, top, left)
        for row in range(top, min(bottom + 1, len(table.rows))):
            for column in range(left, min(right + 1, len(table.rows[row]))):
                table.rows[row][column] = text
                if row > top:
                    below.add((row, column))
    return below


def _at(rows, row, column) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def heading(text: str) -> str:
    """ "月保障金额（元）" → "月保障金额", "姓  名" → "姓名"."""
    return re.sub(r"[(（\[【].*?[)）\]】]|[*:：、/]", "", normal(text))


def find_sheet(table: Table, aliases: dict[str, tuple[str, ...]], needed: tuple[str, ...]) -> Sheet | None:
    """The row that names every needed field, a second heading row above it taken in. None: no such table on this sheet."""
    filled = fill_merged(table)
    fields = {name: field for field, names in aliases.items() for name in names}
    for index, cells in enumerate(table.rows[:LOOK_DOWN]):
        words = [heading(cell) for cell in cells]
        if index:
            above = [heading(cell) for cell in table.rows[index - 1]]
            words = [word or (upper if upper in fields else "") for word, upper in zip(words, above, strict=False)]
        columns: dict[str, int] = {}
        for place, word in enumerate(words):
            if word in fields:
                columns.setdefault(fields[word], place)
        if all(name in columns for name in needed):
            taken = set(columns.values())
            unused = [word for place, word in enumerate(words) if word and place not in taken]
            return Sheet(table, index, columns, unused, filled)
    return None


def above_kind(cells: list[str], aliases: dict[str, tuple[str, ...]]) -> str:
    """A row over the headings: a first heading row, a title, or blank."""
    words = {heading(cell) for cell in cells} - {""}
    known = {name for names in aliases.values() for name in names}
    return "blank_row" if not words else "header" if len(words & known) > 1 else "title"


def no_data(cells: list[str]) -> str:
    """The code of a row that carries nobody; "" for a row that has to be read."""
    words = [normal(cell) for cell in cells]
    said = {word for word in words if word}
    if not said:
        return "blank_row"
    if said & SUBTOTALS:
        return "subtotal"
    if said & TOTALS:
        return "total"
    return "footer" if len(said) == 1 and not any(re.fullmatch(r"[\d.*E+Xx]{6,}", word) for word in said) else ""
