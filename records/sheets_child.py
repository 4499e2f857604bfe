"""The child that reads a workbook: ``python -m records.sheets_child``. xlsx or xls on stdin, JSON on stdout. No Django."""

import datetime
import io
import json
import math
import sys

import python_calamine

from records import sheets_marks
from records.child import limit_self

EXACT_DIGITS = 10**15


def as_text(value) -> str:
    """The cell as typed: 12.0 → "12", a date → ISO; beyond 15 digits the scientific form, because digits are lost there."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if math.isfinite(value) and value.is_integer() and abs(value) < EXACT_DIGITS:
            return str(int(value))
        return f"{value:.14E}" if abs(value) >= EXACT_DIGITS else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < EXACT_DIGITS else f"{value:.14E}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return "" if value is None else str(value)


def main() -> None:
    limit_self()
    data = sys.stdin.buffer.read()
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    marks = sheets_marks.of_book(data)
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        rows = [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
        struck, uncomputed = marks.get(meta.name, ([], []))
        sheets.append({"name": meta.name, "rows": rows, "hidden": hidden, "merged": merged, "struck": struck, "uncomputed": uncomputed})
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    main()
