"""Tables out and in again: no cell of ours becomes a formula (T10), no hostile sheet gets in (T15)."""

import csv as csv_module
import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import python_calamine

from records import exports, sheets
from records.exports import Column
from records.refusals import Refused

SEEDS = ["=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "  =1", "\ufeff=1"]


def formulas_of(data: bytes) -> list[str]:
    """The formula cells that a workbook holds, read from its XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [name for name in book.namelist() if name.startswith("xl/worksheets/") and b"<f>" in book.read(name)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_becomes_a_formula(seed):
    book = exports.xlsx(["名称"], [[seed]])
    text = exports.csv(["名称"], [[seed]]).decode("utf-8-sig")

    assert formulas_of(book) == []
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert read[1][0].strip() == seed.strip("\r").strip() or read[1][0] == seed
    assert list(csv_module.reader(io.StringIO(text, newline="")))[1][0].startswith("'")


def test_the_search_for_formulas_sees_one():
    """The control: written carelessly, the same seed is a formula."""
    buffer = io.BytesIO()
    book = exports.xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet().write(0, 0, "=1+1")
    book.close()

    assert formulas_of(buffer.getvalue())


def test_headings_are_defused_too():
    assert exports.csv(["=1"], []).decode("utf-8-sig").startswith("'=1")


def test_negative_numbers_stay_numbers():
    assert exports.csv(["金额"], [[Decimal("-5.00")]]).decode("utf-8-sig").splitlines()[1] == "-5.00"


def test_kinds_come_back_as_they_went():
    at = datetime(2026, 11, 22, 1, 5, tzinfo=ZoneInfo("UTC"))
    row = ["测试", Decimal("1280000.50"), date(2026, 11, 22), at, True, None]
    columns = ["名称", Column("金额", "money"), Column("日期", "date"), Column("时间", "datetime"), "是否", "空"]

    table = sheets.read_tables(exports.xlsx(columns, [row]), "a.xlsx")[0]

    assert table.rows[1] == ["测试", "1280000.5", "2026-11-22", "2026-11-22 09:05", "是", ""]
    line = exports.csv(columns, [row]).decode("utf-8-sig").splitlines()[1]
    assert line == "测试,1280000.50,2026-11-22,2026-11-22 09:05,是,"


def test_characters_no_sheet_can_hold_are_dropped():
    table = sheets.read_tables(exports.xlsx(["a"], [["x\x00\x0b\ud800y"]]), "a.xlsx")[0]

    assert table.rows[1] == ["xy"]


def test_the_download_name_survives_the_header():
    response = exports.export(["a"], [], name="甲区 项目清单；2026", kind="csv")

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_gbk_and_rare_names_are_read():
    rows = sheets.read_tables("姓名,金额\n测䶮,3\n".encode("gb18030"), "a.csv")[0].rows

    assert rows == [["姓名", "金额"], ["测䶮", "3"]]


def test_an_identity_number_cut_by_a_spreadsheet_is_seen_to_be_cut():
    buffer = io.BytesIO()
    book = exports.xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet().write_number(0, 0, 500100200002291041)
    book.close()

    assert "E+17" in sheets.read_tables(buffer.getvalue(), "a.xlsx")[0].rows[0][0]


def sheet_with(cells: str, **parts) -> bytes:
    """A workbook whose first sheet has this XML inside <sheetData>."""
    source = exports.xlsx(["a"], [["b"]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml" and cells:
                content = content.replace(b"</sheetData>", cells.encode() + b"</sheetData>")
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


HOSTILE = {
    "a bomb": lambda: sheet_with("", **{"xl/media/a.bin": bytes(60 * 1024 * 1024)}),
    "a bomb in the sheet": lambda: sheet_with("<row/>" * 9_500_000),
    "a bomb in the strings": lambda: sheet_with("", **{"xl/strings.xml": b"<si><t>x</t></si>" * 3_500_000}),
    "a high ratio": lambda: sheet_with("", **{"xl/media/a.bin": bytes(30 * 1024 * 1024)}),
    "a far cell": lambda: sheet_with('<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'),
    "an entity": lambda: sheet_with("", **{"xl/evil.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
    "a macro": lambda: sheet_with("", **{"xl/vbaProject.bin": b"x"}),
    "a path out": lambda: sheet_with("", **{"../../evil.txt": b"x"}),
    "many entries": lambda: sheet_with("", **{f"x/{number}": b"" for number in range(5_100)}),
    "no zip at all": lambda: b"PK\x03\x04 not a zip",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_within_a_second(kind):
    data = HOSTILE[kind]()

    started = time.monotonic()
    with pytest.raises(Refused) as refusal:
        sheets.read_tables(data, "名册.xlsx")

    assert time.monotonic() - started < 1
    assert "名册.xlsx" in str(refusal.value)


def test_the_same_workbook_without_malice_is_read():
    """The control: what is refused above is refused for its malice, not for how the test builds it."""
    assert sheets.read_tables(sheet_with("", **{"xl/media/a.bin": b"x"}), "a.xlsx")[0].rows == [["a"], ["b"]]


def test_a_zip_in_a_zip_42_deep_is_no_more_than_its_outermost_bytes():
    """Nothing unpacks what lies inside an entry: the book is read, and at once."""
    nested = bytes(5_000_000)
    for _ in range(42):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", nested)
        nested = buffer.getvalue()
    started = time.monotonic()
    assert sheets.read_tables(sheet_with("", **{"xl/media/a.zip": nested}), "a.xlsx")[0].rows == [["a"], ["b"]]
    assert time.monotonic() - started < 10  # with a child started on a busy machine


@pytest.mark.parametrize(("limit", "value"), [("MEMORY_MB", 24), ("WALL_SECONDS", 0.01)])
def test_a_reader_that_needs_too_much_is_ended_and_told(monkeypatch, limit, value):
    book = exports.xlsx(["a"], [[f"第{number}户"] for number in range(20_000)])
    monkeypatch.setattr(sheets, limit, value)
    with pytest.raises(Refused, match="过大"):
        sheets.read_tables(book, "名册.xlsx")


def test_a_directory_that_lies_about_sizes_is_refused():
    data = bytearray(sheet_with("", **{"xl/media/a.bin": bytes(500_000)}))
    at = data.rfind(b"xl/media/a.bin") - 46  # its entry in the central directory
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")

    with pytest.raises(Refused):
        sheets.read_tables(bytes(data), "a.xlsx")
