"""Caseload files as townships send them: what is read, what is refused and where."""

import csv
import io
from datetime import date

import pytest

from records.exports import xlsx
from records.refusals import Refused
from staffing import exchange
from tests.staffing.factories import make_caseload

AS_OF = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (1200, 1200),
        (1200.0, 1200),
        ("1,200", 1200),
        ("１２００人", 1200),
        (" 7 ", 7),
        ("0", 0),
        ("-3", -3),
        ("12.0", 12),
        (12.5, None),
        ("12.5", None),
        ("约100", None),
        ("1e3", None),
        ("", None),
        (True, None),
    ],
)
def test_whole_numbers_are_read_and_nothing_is_rounded(value, count):
    assert exchange.whole(value) == count


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB")])
def test_columns_are_named_as_the_spreadsheet_shows_them(index, name):
    assert exchange.letter(index) == name


@pytest.fixture
def townships(chongqing):
    return [township.organisation for township in chongqing.home.townships]


def read(rows, townships):
    return exchange.preview([["乡镇街道", "城市低保", "特困人员"], *rows], as_of=AS_OF, townships=townships)


@pytest.mark.django_db
def test_titles_totals_and_blank_rows_are_skipped(townships):
    grid = [["三季度表"], [], ["乡镇（街道）", "城市低保（人）"], [townships[0].name, 5], ["合 计", 5], ["", ""]]
    grid[2][0] = "乡镇街道"
    result = exchange.preview(grid, as_of=AS_OF, townships=townships)
    assert ([entry.recipients for entry in result.entries], result.skipped, result.faults) == ([{"URBAN_DIBAO": 5}], 2, [])


@pytest.mark.django_db
def test_a_blank_cell_says_nothing_and_zero_says_nobody(townships):
    result = read([[townships[0].name, "", "0"]], townships)
    assert result.entries[0].recipients == {"TEKUN": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(("value", "reason"), [("-3", "负数"), ("12.5", "不是整数"), ("约100", "不是整数"), (2_000_000, "超过")])
def test_a_bad_cell_is_refused_with_its_address_and_its_row_is_not_written(townships, value, reason):
    result = read([[townships[0].name, value, 3]], townships)
    (fault,) = result.faults
    assert (fault.row, fault.column, reason in fault.reason) == (2, "B", True)
    assert result.entries == []


@pytest.mark.django_db
def test_a_township_of_another_district_is_refused(chongqing, townships):
    stranger = chongqing.districts[1].townships[0].organisation
    (fault,) = read([[stranger.name, 5, 5]], townships).faults
    assert "名单" in fault.reason


@pytest.mark.django_db
def test_a_township_named_twice_is_refused_the_second_time(townships):
    result = read([[townships[0].name, 5, 5], [townships[0].name, 6, 6]], townships)
    assert (len(result.entries), result.faults[0].reason) == (1, "与第 2 行重复")


@pytest.mark.django_db
def test_a_township_without_any_number_is_refused_and_not_passed_over(townships):
    result = read([[townships[0].name, "", ""]], townships)
    (fault,) = result.faults
    assert (fault.row, fault.column, "没有任何人数" in fault.reason, result.skipped) == (2, "A", True, 0)


@pytest.mark.django_db
def test_rows_are_sorted_into_new_changed_and_unchanged(townships):
    make_caseload(townships[0], 5)
    assert read([[townships[0].name, 5, ""]], townships).count("same") == 1
    assert read([[townships[0].name, 6, ""]], townships).count("change") == 1
    assert read([[townships[1].name, 6, ""]], townships).count("add") == 1


def test_a_workbook_and_a_gb18030_file_read_the_same():
    rows = [["龙䶮镇", "12"]]
    book = exchange.read_grid("a.xlsx", xlsx(["乡镇街道", "特困"], rows))
    text = io.StringIO()
    csv.writer(text).writerows([["乡镇街道", "特困"], *rows])
    assert exchange.read_grid("a.csv", text.getvalue().encode("gb18030")) == book == [["乡镇街道", "特困"], ["龙䶮镇", "12"]]


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xff\xfe\x00\x80\xff\xff"])
def test_a_file_that_is_no_table_is_refused(data):
    with pytest.raises(Refused, match="无法导入"):
        exchange.read_grid("x.xlsx", data)


@pytest.mark.django_db
def test_a_table_without_the_needed_headings_is_refused(townships):
    with pytest.raises(Refused, match="没有找到表头"):
        exchange.preview([["姓名", "电话"]], as_of=AS_OF, townships=townships)
