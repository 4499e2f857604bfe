"""What people with bad intentions type into fields (T24), and numbers no list should take at their word (T23)."""

import base64
import json

TEXTS = {
    "sql": "' OR 1=1; DROP TABLE accounts_user; --",
    "template": "{{7*7}}{% debug %}${7*7}",
    "header": "名称\r\nX-Injected: 1\r\n\r\n<html>",
    "log line": '甲\r\n{"level": "CRITICAL", "message": "伪造"}\u2028乙\x85丙',
    "very long": "长" * 20_000,
    "nul": "甲\x00乙",
    "surrogate": "\ud800",
    "huge number": "9" * 400,
    "longer than int() takes": "9" * 5_000,
    "digits that are no number": "²³",
    "exponent": "1e309",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "minus": "-1",
    "beyond bigint": "9223372036854775808",
    "no such date": "2026-02-30",
    "year nought": "0000-00-00",
    "last day": "9999-12-31",
    "wildcards": "%_%" * 50,
    "bidi": "\u202e\u2066gpj.exe",
    "formula": "=cmd|'/c calc'!A0",
    "traversal": "../../../../etc/passwd",
    "script": "<script>alert(1)</script>",
    "astral": "𠮷" * 3000,
    "empty list": "[]",
}

# What a filter may turn into a number, a date or a pattern.
IN_QUERIES = {
    name: TEXTS[name]
    for name in (
        "sql", "nul", "surrogate", "log line", "beyond bigint", "longer than int() takes", "digits that are no number", "not a number",
        "no such date", "year nought", "wildcards",
    )
}  # fmt: skip

CURSORS = {
    "rubbish": "!!!",
    "text": base64.b64encode(b"p=x").decode(),
    "beyond bigint": base64.b64encode(b"p=" + b"9" * 300).decode(),
    "deep": base64.b64encode(b"o=1000000000&p=1").decode(),
    "negative": base64.b64encode(b"o=-5&p=1").decode(),
    "nul": base64.b64encode(b"p=\x00").decode(),
    "not utf-8": base64.b64encode(b"p=\xff\xfe").decode(),
    "a list": base64.urlsafe_b64encode(json.dumps([["x"], {"y": 1}]).encode()).decode(),
    "many": base64.urlsafe_b64encode(json.dumps([10**30] * 2).encode()).decode(),
    "nul in a list": base64.urlsafe_b64encode(json.dumps(["\x00", 1]).encode()).decode(),
    "last day": base64.urlsafe_b64encode(json.dumps(["9999-12-31T23:59:59+00:00", 1]).encode()).decode(),
    "long": "A" * 100_000,
}

BODIES = {
    "nothing": b"",
    "half": b'{"version": ',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "not utf-8": b'{"name": "\xff\xfe"}',
    "surrogate": b'{"name": "\\ud800", "version": 0}',
    "nul": b'{"name": "\\u0000", "version": 0}',
    "huge number": b'{"version": ' + b"9" * 4_000 + b"}",
    "not a number": b'{"version": NaN, "ceiling": Infinity}',
    "twice": b'{"version": 0, "version": "x"}',
    "form": b"version=0",
}
