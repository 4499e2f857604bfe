"""Log lines carry no personal data and cannot be forged."""

import json
import logging
import sys

import pytest

from config.logs import JsonFormatter, PlainFormatter, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证 500101199001011234 已录入", "身份证 500101********1234 已录入"),
        ("50010119900101123X", "500101********123X"),
        ("call 13912345678.", "call 139****5678."),
        ("card 6222021234567890123", "card 622202******0123"),
        ("case 20260000123 and port 8000", "case 20260000123 and port 8000"),
    ],
)
def test_numbers_of_people_are_masked(text, masked):
    assert mask(text) == masked


def test_a_trace_is_masked_too_and_a_line_stays_one_line():
    try:
        raise ValueError("13912345678")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "a\nforged %s", ("500101199001011234",), sys.exc_info())
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert "13912345678" not in line["trace"]
    assert line["message"] == "a\nforged 500101********1234"


def test_a_line_for_a_terminal_cannot_be_forged_either():
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "a\r\nERROR forged\u2028 %s", ("\x85\x1b[2J",), None)
    assert len(PlainFormatter("%(levelname)s %(message)s").format(record).splitlines()) == 1
