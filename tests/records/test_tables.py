"""Single cells as people type them: what is put right, what is refused, and that nothing is rounded or guessed."""

from datetime import date
from decimal import Decimal

import pytest

from records.tables import cells, words
from records.tables.cells import Cell

TODAY = date(2026, 9, 21)


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("560", "560.00", ()),
        ("￥1,120.00", "1120.00", ("amount_format",)),
        ("480元/月", "480.00", ("amount_format",)),
        ("叁仟元整", "3000.00", ("amount_chinese_capitals",)),
        ("壹万贰仟零伍拾元伍角", "12050.50", ("amount_chinese_capitals",)),
        ("人民币壹拾元零伍分", "10.05", ("amount_chinese_capitals",)),
        ("５６０", "560.00", ("amount_format",)),
    ],
)
def test_an_amount_is_read_in_every_usual_shape(text, value, repairs):
    assert cells.read_amount(text) == Cell(Decimal(value), repairs)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("-500", "amount_not_positive"), ("0", "amount_not_positive"), ("333.333", "bad_amount"), ("约500", "bad_amount")]
    + [("1E+3", "bad_amount"), ("nan", "bad_amount"), ("元整", "bad_amount"), ("99999999999", "bad_amount")],
)
def test_an_amount_that_is_none_is_refused(text, fault):
    assert cells.read_amount(text) == Cell(None, (), fault)


@pytest.mark.parametrize("text", ["", " ", "/", "—", "无"])
def test_an_empty_amount_or_day_says_nothing(text):
    assert cells.read_amount(text) == cells.read_date(text) == Cell()


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024.3.5", "2024/3/5", "2024年3月5日", "20240305", "45356", "2024-03-05 00:00"],
)
def test_a_day_is_read_in_every_usual_form(text):
    assert cells.read_date(text).value == date(2024, 3, 5)


@pytest.mark.parametrize("text", ["2024-02", "2024年2月", "2024.02"])
def test_a_month_is_its_first_day_and_says_so(text):
    assert cells.read_date(text) == Cell(date(2024, 2, 1), ("date_month_only",))


@pytest.mark.parametrize("text", ["2024.2.30", "2024-13-01", "24.3.5", "三月", "1999999"])
def test_a_day_that_is_none_is_refused(text):
    assert cells.read_date(text).fault == "bad_date"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("5.10200198808081E+17", "id_numeric_precision_lost"),
        ("5.1E+17", "id_numeric_precision_lost"),
        ("500100****05093333", "id_masked"),
        ("51122419640101019", "id_length"),
        ("51020019451001A170", "id_characters"),
        ("500100200002291040", "id_checksum"),
        ("", "id_missing"),
    ],
)
def test_a_faulty_number_is_refused_by_its_first_fault(text, fault):
    assert cells.read_id(text, TODAY) == Cell(None, (), fault)


def test_a_number_is_cleaned_and_says_what_was_done():
    assert cells.read_id("\u200b５１０２００ 194510010１7x\t", TODAY) == Cell(
        "51020019451001017X", ("repair_strip_id", "repair_nfkc", "repair_upper")
    )


@pytest.mark.parametrize(
    ("text", "name", "fault"),
    [("测  二", "测二", ""), ("社•丙", "社·丙", ""), ("测䶮", "测䶮", ""), ("Anna Smith", "Anna Smith", "")]
    + [
        ("=1+1", None, "formula_injection_name"),
        ("@a", None, "formula_injection_name"),
        ("张3", None, "name_strange"),
        ("", None, "name_missing"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_blanks(text, name, fault):
    read = cells.read_name(text)
    assert (read.value, read.fault) == (name, fault)


def test_every_code_has_words():
    codes = {*words.REPAIRS, *words.FAULTS, *words.SKIPS, *words.WARNINGS}
    assert all(words.reason(code) for code in codes)
    assert all(all(parts) for parts in words.FAULTS.values())
