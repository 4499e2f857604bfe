"""Numbers that people and bodies carry (GB 11643-1999, GB 32100-2015)."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import identity

TODAY = date(2026, 11, 23)
OWN_RESIDENT = [
    ("500100200002291041", "valid"),
    ("510200193505093332", "valid"),
    (" 500100 20000229 1041\u200b", "repair"),
    ("５００１００２００００２２９１０４１", "repair"),
    ("'500100200002291041", "repair"),
    ("11010519491231002x", "repair"),
    ("500100209912310011", "invalid"),
    ("500100200002291042", "invalid"),
    ("50010020000229104", "invalid"),
    ("5.00100200002291E+17", "invalid"),
    ("500100****02291041", "invalid"),
    ("440524188001010014", "warn"),
    ("500229198503150026", "valid"),
    ("500243197206301134", "valid"),
    ("500101199912319999", "valid"),
    ("51022919480101005X", "valid"),
    ("830000199007070016", "valid"),
    ("500112202402290181", "valid"),
    ("500229198503150021", "invalid"),
    ("510229194801010051", "invalid"),
    ("500100200102290011", "invalid"),
    ("500100202611240011", "invalid"),
    ("500100199013010019", "invalid"),
    ("5002431972063011340", "invalid"),
    ("TES243197206301134", "invalid"),
]
OWN_CREDIT = [
    ("91350100M000100Y43", "valid"),
    ("11500226009341047W", "valid"),
    ("1150010700927688XM", "valid"),
    ("91350100m000100y43", "repair"),
    ("91350211M00013FA1N", "warn"),
    ("91350100M00O100Y43", "invalid"),
    ("91350100M000100Y4", "invalid"),
    ("525001009999000117", "valid"),
    ("515001009999000382", "valid"),
    ("59500100999900054Y", "valid"),
    ("935001009999000703", "valid"),
    ("125001009999000976", "valid"),
    ("59500100999900054y", "repair"),
    (" 525001009999000117\u3000", "repair"),
    ("525001009999000118", "warn"),
    ("5250010099990OO117", "invalid"),
]


def verdict(breaches) -> str:
    found = list(breaches)
    return "invalid" if any(breach.binding for breach in found) else "warn" if found else "valid"


def further(name: str) -> list[dict]:
    """More vectors from a folder outside the repository, for who has one (SHARED_DATA_DIR); the ones above run everywhere."""
    path = Path(os.environ.get("SHARED_DATA_DIR", "nowhere")) / "identifiers" / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("typed", "expected"), OWN_RESIDENT)
def test_resident_numbers_are_put_right_then_judged(typed, expected):
    assert verdict(identity.check_resident_id(typed, TODAY)) == {"repair": "valid"}.get(expected, expected)


@pytest.mark.parametrize(("typed", "expected"), OWN_CREDIT)
def test_credit_codes_are_put_right_then_judged(typed, expected):
    assert verdict(identity.check_uscc(typed)) == {"repair": "valid"}.get(expected, expected)


def test_resident_vectors_own_and_further_get_their_verdicts():
    rows = [{"value": typed, "expected": expected} for typed, expected in OWN_RESIDENT] + further("resident_id_vectors.csv")
    wanted = {"invalid": {"invalid"}, "reject_precision_lost": {"invalid"}, "warn": {"valid", "warn"}}
    for row in rows:
        found = verdict(identity.check_resident_id(row["value"], TODAY))
        assert found in wanted.get(row["expected"], {"valid"}), row
    assert len(rows) > 20


def test_credit_vectors_own_and_further_never_block_a_mere_checksum():
    rows = [{"value": typed, "expected": expected} for typed, expected in OWN_CREDIT] + further("uscc_vectors.csv")
    for row in rows:
        found = verdict(identity.check_uscc(row["value"]))
        if row["expected"] in ("valid", "repair", "repair_upper", "repair_strip"):
            assert found == "valid", row
        else:
            assert found in ("warn", "invalid"), row
        if row["expected"] == "warn":
            assert found == "warn", row
    assert len(rows) >= len(OWN_CREDIT) > 15


@given(st.integers(0, 16), st.integers(1, 9), st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
@settings(max_examples=200, deadline=None)
def test_any_single_wrong_digit_is_noticed(position, step, born, serial):
    first = f"500100{born:%Y%m%d}{serial:03}"
    number = first + identity.resident_check_digit(first)
    wrong = number[:position] + str((int(number[position]) + step) % 10) + number[position + 1 :]

    assert verdict(identity.check_resident_id(number, TODAY)) == "valid"
    assert verdict(identity.check_resident_id(wrong, TODAY)) == "invalid"


def test_birth_age_and_sex_come_out_of_the_number():
    facts = identity.facts_of("500100200002291041", TODAY)

    assert (facts.born, facts.age, facts.sex, facts.document) == (date(2000, 2, 29), 26, "女", "居民身份证")
    assert identity.facts_of("810000199408230021", TODAY).document == "港澳居民居住证"
    assert identity.facts_of("500100200002291042", TODAY) is None


@pytest.mark.parametrize(("on", "age"), [(date(2001, 2, 28), 0), (date(2001, 3, 1), 1), (date(2004, 2, 28), 3), (date(2004, 2, 29), 4)])
def test_someone_born_on_the_29th_of_february_grows_older_on_the_first_of_march(on, age):
    assert identity.age_on(date(2000, 2, 29), on) == age


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (identity.mask_id, "500100200002291041", "500100********1041"),
        (identity.mask_id, "12345", "*****"),
        (identity.mask_name, "张三", "张*"),
        (identity.mask_name, "张", "张*"),
        (identity.mask_name, "欧阳小明", "欧***"),
        (identity.mask_name, "阿依·买买提", "阿**"),
        (identity.mask_name, "", ""),
        (identity.mask_phone, "12300001234", "123****1234"),
        (identity.mask_phone, "8812345", "****45"),
        (identity.mask_card, "6222000000001234", "************1234"),
    ],
)
def test_masks_hide_the_middle(mask, text, shown):
    assert mask(text) == shown
