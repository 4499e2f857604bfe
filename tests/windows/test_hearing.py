"""W-15: nobody on the standing list is cut off unheard. The rules; the story is told in test_standing."""

from datetime import date

import pytest

from windows.rules import hearing as rules

TODAY = date(2026, 9, 21)
HEARD = {
    "ground": "家庭人均收入已超过标准", "told_on": date(2026, 9, 18), "heard_on": TODAY, "outcome": "HEARD",
    "statement": "收入是暂时的，冬天没有活。", "note": "", "today": TODAY, "ended": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ended": True}, "不能补记"),
        ({"ground": "超标"}, "现有 2 个字"),
        ({"told_on": date(2026, 9, 22)}, "应在告知之日"),
        ({"heard_on": date(2026, 9, 22)}, "至今天"),
        ({"statement": "不同意"}, "记下对象陈述"),
        ({"outcome": "UNREACHED", "statement": ""}, "何时以何种方式联系过"),
    ],
)
def test_w15_a_hearing_says_what_was_told_and_what_came_back(changed, words):
    assert not list(rules.hearing_breaches(**HEARD))
    assert not list(rules.hearing_breaches(**HEARD | {"outcome": "WAIVED", "statement": ""}))
    found = list(rules.hearing_breaches(**HEARD | changed))
    assert [breach.rule for breach in found] == ["W-15"] and words in found[0].message


@pytest.mark.parametrize(
    ("heard_on", "exempt", "members", "broken"),
    [
        (TODAY, "", 2, 0),
        (date(2026, 9, 22), "", 0, 1),
        (None, "", 0, 1),
        (None, "REQUEST", 2, 0),
        (None, "DEATH", 0, 0),
        (None, "DEATH", 2, 1),
    ],
)
def test_w15_nobody_leaves_unheard_but_who_died_alone_or_asked_for_it(heard_on, exempt, members, broken):
    found = rules.end_breaches(heard_on=heard_on, exempt=exempt, ended_on=TODAY, members=members)
    assert [breach.rule for breach in found] == ["W-15"] * broken
