"""Tables out: Excel and CSV that no spreadsheet program will run as a formula (QUALITY T10).

    data = xlsx([Column("项目名称", width=30), Column("金额（元）", "money")], rows)
    return download(data, "项目清单.xlsx")

Rows are sequences of str, int, Decimal, date, datetime, bool or None. In Excel text is always written as a text cell; in CSV a
text that begins like a formula gets an apostrophe in front. Numbers stay numbers.
"""

import csv as csv_module
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = "=+-@＝＋－＠\t\r\n"
FORMATS = {"text": "@", "money": "#,##0.00", "int": "0", "percent": "0.00", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}
CELL_LIMIT = 32_767
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, kind (text, money, int, percent, date, datetime) and width in characters."""

    title: str
    kind: str = "text"
    width: int = 16


def as_column(column: "Column | str") -> Column:
    return column if isinstance(column, Column) else Column(column)


def clean(text: str) -> str:
    """Without characters that no sheet can hold; cut at Excel's limit."""
    return UNPRINTABLE.sub("", text)[:CELL_LIMIT]


def defuse(text: str) -> str:
    """An apostrophe before anything that a spreadsheet program could take for a formula."""
    return f"'{text}" if text.lstrip(" \u3000\ufeff\u200b")[:1] in tuple(FORMULA_STARTS) or text[:1] in tuple(FORMULA_STARTS) else text


def xlsx(columns: Sequence["Column | str"], rows: Iterable[Sequence], *, sheet: str = "数据", title: str = "") -> bytes:
    """An Excel file with a bold, frozen heading row and filters. ``title`` becomes a document property, not a row."""
    columns = [as_column(column) for column in columns]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title or sheet})
    page = book.add_worksheet(_sheet_name(sheet))
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, clean(column.title), heading)
    last = 0
    for last, row in enumerate(rows, start=1):
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(page, last, index, value, formats[column.kind])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    return buffer.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31] or "数据"


def _write(page, row: int, column: int, value, cell_format) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, cell_format)
    elif isinstance(value, bool):
        page.write_string(row, column, "是" if value else "否")
    elif isinstance(value, int | Decimal | float):
        page.write_number(row, column, value, cell_format)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value, cell_format)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, cell_format)
    else:
        page.write_string(row, column, clean(str(value)), cell_format)


def csv(columns: Sequence["Column | str"], rows: Iterable[Sequence]) -> bytes:
    """UTF-8 with BOM, so that Excel and WPS open it in Chinese."""
    return b"".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence["Column | str"], rows: Iterable[Sequence]) -> Iterator[bytes]:
    """The same, line by line, for tables that are too long for memory."""
    buffer = io.StringIO()
    writer = csv_module.writer(buffer, lineterminator="\r\n")
    writer.writerow([defuse(clean(as_column(column).title)) for column in columns])
    yield buffer.getvalue().encode("utf-8-sig")
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_as_text(value) for value in row])
        yield buffer.getvalue().encode()


def _as_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int | Decimal | float | date):
        return str(value)
    return defuse(clean(str(value)))


def download(data: bytes, name: str) -> HttpResponse:
    """The file as an attachment; the kind follows the ending of ``name``."""
    response = HttpResponse(data, content_type=XLSX_TYPE if name.endswith(".xlsx") else CSV_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def export(columns, rows, *, name: str, kind: str = "xlsx") -> HttpResponse:
    """``name`` without ending; ``kind`` xlsx or csv as the page's export button asks."""
    return download(csv(columns, rows), f"{name}.csv") if kind == "csv" else download(xlsx(columns, rows, sheet=name), f"{name}.xlsx")
