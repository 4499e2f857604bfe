"""A report as an Excel sheet: the template out, the filled sheet in. Errors name row and cell; nothing is half taken over."""

from dataclasses import dataclass

from procurement.models import PeriodicReport
from procurement.rules import report as rules
from records.exports import Column, xlsx
from records.files import read_upload
from records.refusals import Refused
from records.sheets import read_tables

HEAD = [Column("字段", width=22), Column("章节", width=14), Column("项目", width=26), Column("填报值", width=30), Column("单位", width=8)]
KEY, VALUE = 0, 3
LARGEST_ROWS = 200


def template(report: PeriodicReport) -> bytes:
    """One row for each figure with what is entered so far; the first column is the key by which it is read back."""
    form = rules.SHEETS[report.kind]
    rows = [[f.key, form.sections[f.section], f.label, as_text(report.figures.get(f.key)), f.unit] for f in form.fields]
    return xlsx(HEAD, rows, sheet=form.title, title=str(report))


def as_text(value) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet says: figures by key, and faults as (cell, message)."""

    figures: dict
    faults: list[tuple[str, str]]


def read(uploaded, kind: str = rules.MONTHLY) -> Filled:
    """The figures of a filled template. Raises Refused when the file is no such sheet; a wrong cell is a fault with its address."""
    rows = sheet_rows(read_upload(uploaded), uploaded.name)
    form = rules.SHEETS[kind]
    figures, faults, seen = {}, [], set()
    for number, row in enumerate(rows[1:], start=2):
        key = row[KEY].strip() if row else ""
        if not key:
            continue
        field = form.field(key)
        if field is None or key in seen:
            faults.append((f"A{number}", f"字段“{key}”{'重复' if key in seen else '不在模板中'}，请使用下载的模板填写。"))
            continue
        seen.add(key)
        try:
            figures[key] = rules.parse(field, row[VALUE] if len(row) > VALUE else None)
        except ValueError as error:
            faults.append((f"D{number}", str(error)))
    missing = [field.label for field in form.fields if field.key not in seen]
    if missing:
        faults.append(("A", f"表格缺少以下各行：{'、'.join(missing)}。"))
    return Filled(figures, faults)


def sheet_rows(data: bytes, name: str) -> list[list[str]]:
    """The first sheet, judged by content before anything unpacks it and read by a limited child."""
    tables = read_tables(data, name)
    rows = tables[0].rows if tables else []
    if not rows or not rows[0] or rows[0][0].strip() != HEAD[KEY].title or len(rows) > LARGEST_ROWS:
        raise Refused.because("V-04", rules.SUPERVISION, "表格不是本系统的报告模板，请重新下载模板填写。")
    return rows
