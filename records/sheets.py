"""Tables in: Excel and CSV as people really send them, read without trusting a byte (QUALITY T15).

    tables = read_tables(upload_bytes, "名册.xlsx")     # [Table(name="Sheet1", rows=[["姓名", …], …], hidden=False)]

Judged from the central directory first, then read by calamine in a limited child. CSV is UTF-8 (with or without BOM) or GB18030.
Cells come as text as they were typed: whole numbers without ".0", dates ISO; numbers beyond 15 digits keep their scientific
form, so that an identity number that a spreadsheet cut is seen to be cut (records.identity) instead of being guessed.
"""

import csv
import io
import json
from dataclasses import dataclass

from records import child
from records.policy import Clause
from records.refusals import HOUSE, Refused
from records.uploads import MARKUP, SHEETS, Kind, Unwelcome, clean_name, inspect

RULE = Clause(HOUSE, "表格导入")
MEMORY_MB, CPU_SECONDS, WALL_SECONDS = 1_024, 30, 60
MAX_ROWS = 200_000
PAGE_AS_BOOK = "文件内容是网页，只是取了表格的名字。请用表格软件打开，另存为 xlsx 后重新上传。"


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. ``rows`` are lists of text of equal length; merged cells hold their text in the first cell only."""

    name: str
    rows: list[list[str]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    struck: frozenset[int] = frozenset()  # rows whose every cell is struck through
    uncomputed: frozenset[tuple[int, int]] = frozenset()  # formulas without a stored value: they read as empty
    encoding: str = ""  # of a CSV


def read_tables(data: bytes, name: str) -> list[Table]:
    """The sheets of a file. Raises Refused with the reason and the way out."""
    kind = judge_file(data, name)
    if kind.name == "csv":
        text, encoding = decoded(data)
        return [Table(clean_name(name), _csv_rows(text), encoding=encoding)]
    try:
        answer = child.run("records.sheets_child", data, memory_mb=MEMORY_MB, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS)
    except child.ChildFailed:
        raise Refused.because("SHEET-2", RULE, f"“{clean_name(name)}”已损坏或过大，无法读取。请另存为新的 xlsx 文件后重新上传。") from None
    return [_table(sheet) for sheet in json.loads(answer)]


def judge_file(data: bytes, name: str) -> Kind:
    """What kind of table this is, before anything is laid out. A web page named .xls is told how to become a workbook."""
    try:
        return inspect(data, name, SHEETS)
    except Unwelcome as error:
        reason = PAGE_AS_BOOK if MARKUP.search(data[:2048]) else str(error)
        raise Refused.because("SHEET-1", RULE, f"“{clean_name(name)}”无法导入：{reason}") from None


def _table(sheet: dict) -> Table:
    merged = tuple(tuple(area) for area in sheet["merged"])
    uncomputed = frozenset(tuple(cell) for cell in sheet["uncomputed"])
    return Table(sheet["name"], sheet["rows"], sheet["hidden"], merged, frozenset(sheet["struck"]), uncomputed)


def _csv_rows(text: str) -> list[list[str]]:
    delimiter = "\t" if "\t" in text.partition("\n")[0] and "," not in text.partition("\n")[0] else ","
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise Refused.because("SHEET-3", RULE, f"文件超过 {MAX_ROWS} 行，请拆分后导入。")
    except csv.Error as error:
        raise Refused.because("SHEET-1", RULE, f"CSV 第{len(rows) + 1}行无法读取（{error}），请检查引号是否成对。") from None
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def decode(data: bytes) -> str:
    """Text of a CSV: UTF-8 when it is that, else GB18030 (which holds all of GBK and the rare names)."""
    return decoded(data)[0]


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Refused.because("SHEET-1", RULE, "文件编码无法识别，请另存为 UTF-8 或 GBK 编码后上传。")
