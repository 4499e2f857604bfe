"""A report as an Excel sheet: the template out, the filled sheet in. Errors name row and cell; nothing is half taken over."""

from dataclasses import dataclass
from io import BytesIO

import python_calamine

from procurement.models import PeriodicReport
from procurement.rules import report as rules
from records.exports import Column, xlsx
from records.files import read_upload
from records.refusals import Refused
from records.uploads import SHEETS, Unwelcome, inspect

HEAD = [Column("字段", width=22), Column("章节", width=14), Column("项目", width=26), Column("填报值", width=30), Column("单位", width=8)]
KEY, VALUE = 0, 3
LARGEST_ROWS = 200


def template(report: PeriodicReport) -> bytes:
    """One row for each figure with what is entered so far; the first column is the key by which it is read back."""
    rows = [[f.key, rules.SECTIONS[f.section], f.label, as_text(report.figures.get(f.key)), f.unit] for f in rules.FIELDS]
    return xlsx(HEAD, rows, sheet="月报", title=str(report))


def as_text(value) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet says: figures by key, and faults as (cell, message)."""

    figures: dict
    faults: list[tuple[str, str]]


def read(uploaded) -> Filled:
    """The figures of a filled template. Raises Refused when the file is no such sheet; a wrong cell is a fault with its address."""
    rows = sheet_rows(sheet_bytes(uploaded))
    figures, faults, seen = {}, [], set()
    for number, row in enumerate(rows[1:], start=2):
        key = str(row[KEY]).strip() if row else ""
        if not key:
            continue
        field = rules.BY_KEY.get(key)
        if field is None or key in seen:
            faults.append((f"A{number}", f"字段“{key}”{'重复' if key in seen else '不在模板中'}，请使用下载的模板填写。"))
            continue
        seen.add(key)
        try:
            figures[key] = rules.parse(field, whole(row[VALUE]) if len(row) > VALUE else None)
        except ValueError as error:
            faults.append((f"D{number}", str(error)))
    missing = [field.label for field in rules.FIELDS if field.key not in seen]
    if missing:
        faults.append(("A", f"表格缺少以下各行：{'、'.join(missing)}。"))
    return Filled(figures, faults)


def whole(value):
    """Excel hands 12 over as 12.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sheet_bytes(uploaded) -> bytes:
    """What was uploaded, judged by content before anything unpacks it."""
    data = read_upload(uploaded)
    try:
        inspect(data, uploaded.name, SHEETS)
    except Unwelcome as error:
        raise Refused.because("V-04", rules.SUPERVISION, str(error)) from None
    return data


def sheet_rows(data: bytes) -> list[list]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError):
        raise Refused.because("V-04", rules.SUPERVISION, "文件不是可读取的 Excel 表格，请使用下载的模板填写。") from None
    if not rows or str(rows[0][0]).strip() != HEAD[KEY].title or len(rows) > LARGEST_ROWS:
        raise Refused.because("V-04", rules.SUPERVISION, "表格不是本系统的月报模板，请重新下载模板填写。")
    return rows
