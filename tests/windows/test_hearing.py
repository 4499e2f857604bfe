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


@pytest.mark.parametrize(
    ("tekun", "posted_on", "ended_on", "today", "words"),
    [
        (False, None, TODAY, TODAY, ""),
        (True, None, date(2026, 8, 31), TODAY, "请填写公示之日"),
        (True, date(2026, 9, 24), date(2026, 9, 30), date(2026, 9, 30), "最早 2026-10-01"),
        (True, date(2026, 9, 23), date(2026, 9, 29), date(2026, 9, 30), "应为月末：2026-09-30"),
        (True, date(2026, 9, 25), date(2026, 9, 30), date(2026, 10, 9), "早于公示期满之日（2026-10-02）"),
        (True, date(2026, 9, 23), date(2026, 9, 30), date(2026, 9, 30), ""),
    ],
)
def test_tk7_a_termination_hangs_seven_days_and_help_runs_to_the_end_of_the_month(tekun, posted_on, ended_on, today, words):
    found = list(rules.termination_breaches(tekun=tekun, posted_on=posted_on, ended_on=ended_on, today=today))
    assert [breach.rule for breach in found] == ["TK-7"] * bool(words) and all(words in breach.message for breach in found)
