"""Caseload numbers in from Excel or CSV, with a preview; nothing is written before the user confirms.

A township is found by its name within the district, never by a bare code. A blank cell says nothing; it is not 0.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from records.policy import Clause
from records.refusals import Refused
from records.sheets import read_tables
from records.tables.cells import letter, normal
from staffing import rules
from staffing.models import Caseload, Category

IMPORT = Clause("渝民发〔2018〕4号", "三（二）")
NAME_HEADINGS = ("乡镇街道", "乡镇", "镇街", "街道", "名称", "单位")
CATEGORY_HEADINGS = {
    Category.URBAN_DIBAO: ("城市低保", "城低保", "城市低保人数"),
    Category.RURAL_DIBAO: ("农村低保", "农低保", "农村低保人数"),
    Category.TEKUN: ("特困人员", "特困", "特困供养", "特困人数"),
    Category.EDGE: ("低保边缘", "边缘"),
    Category.HARDSHIP: ("刚性支出困难", "刚性支出"),
    Category.OTHER: ("其他救助对象", "其他"),
}
TOTAL_WORDS = ("合计", "总计", "小计", "共计")
MAX_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused cell: row and column as the spreadsheet shows them, and why."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One township as read: what each category would become."""

    row: int
    organisation_id: int
    name: str
    recipients: dict[str, int]
    state: str  # add, change, same


@dataclass(slots=True)
class Preview:
    as_of: date
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: int = 0

    def count(self, state: str) -> int:
        return sum(entry.state == state for entry in self.entries)

    @property
    def to_write(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.state != "same"]


def read_grid(name: str, data: bytes) -> list[list[str]]:
    """The first visible sheet of a workbook, or a CSV in UTF-8 or GB18030. Raises Refused when it is neither, or dangerous."""
    visible = [table for table in read_tables(data, name) if not table.hidden]
    return visible[0].rows[:MAX_ROWS] if visible else []


def preview(grid: list[list], *, as_of: date, townships: list) -> Preview:
    """Judge every row: added, changed, unchanged or refused with its cell. ``townships`` are those the user may enter for."""
    head, columns = _heading(grid)
    result, known = Preview(as_of), {normal(item.name): item for item in townships}
    current = _current(townships, as_of)
    seen: dict[int, int] = {}
    for number, cells in enumerate(grid[head + 1 :], start=head + 2):
        name = normal(_cell(cells, columns["name"]))
        if not name or name.startswith(TOTAL_WORDS) or name in TOTAL_WORDS:
            result.skipped += 1
            continue
        township = known.get(name)
        if township is None:
            result.faults.append(Fault(number, letter(columns["name"]), name, "不在本区县（或您负责范围）的乡镇（街道）名单中"))
        elif township.pk in seen:
            result.faults.append(Fault(number, letter(columns["name"]), name, f"与第 {seen[township.pk]} 行重复"))
        else:
            seen[township.pk] = number
            _judge(number, cells, columns, township, current, result)
    return result


def _heading(grid) -> tuple[int, dict]:
    for index, cells in enumerate(grid[:10]):
        words = [normal(cell) for cell in cells]
        columns = {"name": next((i for i, word in enumerate(words) if word in NAME_HEADINGS), None)}
        for category, names in CATEGORY_HEADINGS.items():
            columns[category] = next((i for i, word in enumerate(words) if word.removesuffix("(人)") in names), None)
        if columns["name"] is not None and any(columns[category] is not None for category in Category):
            return index, columns
    raise Refused.because("W-19b", IMPORT, "没有找到表头：需要“乡镇街道”一列和至少一列人数（城市低保、农村低保、特困人员等）。")


def _judge(number, cells, columns, township, current, result: Preview) -> None:
    recipients, faults = {}, []
    for category in Category:
        if columns[category] is None or _cell(cells, columns[category]) in ("", None):
            continue
        value = _cell(cells, columns[category])
        count = whole(value)
        reason = next((breach.message for breach in rules.recipients_breaches(value if count is None else count)), "")
        if reason:
            faults.append(Fault(number, letter(columns[category]), str(value), reason))
        else:
            recipients[category.value] = count
    result.faults += faults
    if not faults and not recipients:
        result.faults.append(Fault(number, letter(columns["name"]), township.name, "该行没有任何人数：没有变化的删去此行，确为 0 人的填 0"))
    if faults or not recipients:
        return
    before = current.get(township.pk, {})
    state = "add" if not before else "same" if all(before.get(key) == count for key, count in recipients.items()) else "change"
    result.entries.append(Entry(number, township.pk, township.name, recipients, state))


def _current(townships, as_of) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = Caseload.objects.filter(organisation__in=townships, as_of=as_of).values_list("organisation", "category", "recipients")
    for pk, category, recipients in rows:
        found.setdefault(pk, {})[category] = recipients
    return found


def _cell(cells, index):
    return cells[index] if index < len(cells) else ""


def whole(value) -> int | None:
    """1200, 1200.0, "1,200", "１２００人" → 1200; -3 → -3; anything with a fraction or other letters → None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value == int(value) else None
    text = normal(value).replace(",", "").removesuffix("人")
    match = re.fullmatch(r"(-?\d{1,12})(\.0+)?", text)
    return int(match[1]) if match else None
