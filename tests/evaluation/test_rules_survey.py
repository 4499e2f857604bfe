"""E-08 without a database: how many are drawn, what may be drawn from, and what makes a reply doubtful."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from evaluation.rules import doubt, sample
from evaluation.rules.doubt import Given, Limits
from records import draws

D = Decimal
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("population", "confidence", "margin", "needed"),
    [
        (29, "95", 5, 29),  # fewer than thirty: everybody
        (30, "95", 5, 30),  # the formula says 28: never fewer than a score needs
        (108, "95", 10, 52),  # 96.04 ÷ (1 + 95.04 ÷ 108) = 51.09: a part of a person is a person
        (1_000, "95", 5, 278),  # the table in every textbook
        (1_000, "90", 5, 214),
        (1_000, "99", 5, 400),
        (10_000, "95", 5, 1_000),  # ten per cent is more than the 370 of the formula
    ],
)
def test_e08_a_sample_is_as_large_as_confidence_and_margin_ask_and_never_smaller_than_a_score_needs(population, confidence, margin, needed):
    assert sample.sample_needed(population, confidence=confidence, margin=D(margin)) == needed


def test_e08_what_came_back_says_how_sure_it_is_and_a_census_is_certain():
    assert sample.margin_reached(1_000, 278, confidence="95") == D("5.00")
    assert sample.margin_reached(1_000, 277, confidence="95") > D("5.00")
    assert sample.margin_reached(40, 40, confidence="95") == 0
    assert sample.margin_reached(40, 0, confidence="95") is None
    with pytest.raises(ValueError, match="margin"):
        sample.sample_needed(100, confidence="95", margin=D(0))


@pytest.mark.parametrize(
    ("references", "words"),
    [
        ([], "是空的"),
        (["F0001-1", "F0001-1"], "不止一次"),
        (["王秀英"], "不写姓名"),
        (["F0001-1", "51020019500101123X"], "第 2 行像是身份证号"),
        (["13812345678"], "电话"),
        (["a" * 41], "不超过 40 位"),
        ([str(n) for n in range(20_001)], "最多 20000 行"),
    ],
)
def test_e08_a_list_of_service_events_names_no_person_and_each_event_once(references, words):
    assert words in "".join(breach.message for breach in sample.frame_breaches(references))


def test_the_same_seed_draws_the_same_order_from_a_list_however_it_was_read():
    frame = [f"F{n:04d}" for n in range(50)]
    assert draws.draw(frame, seed="a") == draws.draw(reversed(frame), seed="a") != draws.draw(frame, seed="b")
    assert draws.digest(frame) == draws.digest(frame[::-1]) != draws.digest(frame[1:])


def given(serial, seconds, *, own=True, device="", firm=False, levels=()):
    return Given(serial, own, START + timedelta(seconds=seconds), device, firm, levels or (serial % 5 + 1,))


def test_e08_each_pattern_sees_what_it_is_set_to_see_and_nothing_while_it_is_not_set():
    replies = [
        given(1, 0, device="x"), given(2, 500, device="x"), given(3, 1_000, device="x"), given(4, 1_500, device="y"),
        given(5, 2_000), given(6, 2_019), given(7, 2_039), given(8, 2_040, own=False),
        given(9, 3_000, firm=True),
        *(given(serial, 4_000 + serial * 100, levels=(5, 5)) for serial in (11, 12, 13)),
    ]  # fmt: skip
    assert doubt.findings(replies, Limits()) == {}
    seen = lambda **limits: {serial: set(found) for serial, found in doubt.findings(replies, Limits(**limits)).items()}  # noqa: E731
    assert seen(device=3) == dict.fromkeys((1, 2, 3), {"device"})
    assert seen(device=4) == {}
    assert seen(burst=20) == dict.fromkeys(
        (5, 6), {"burst"}
    )  # twenty seconds are not fewer than twenty; who visits types one after another
    assert seen(network=True) == {9: {"network"}}
    assert seen(alike=3) == dict.fromkeys((11, 12, 13), {"alike"})
    assert seen(alike=4) == {}


def test_e08_a_finding_names_slips_but_no_time_and_no_device():
    words = doubt.findings([given(n, n, device="secret") for n in range(1, 16)], Limits(device=3, burst=20))[1]
    assert words["device"] == "15 份来自同一网络出口上的同类设备（编号 001、002、003、004、005、006、007、008、009、010、011、012 等）"
    assert not any(part in "".join(words.values()) for part in ("secret", "2026", ":"))


@pytest.mark.parametrize(
    ("changed", "words"), [({"doubted": False}, "没有查出疑点"), ({"reason": " "}, "理由"), ({"is_open": False}, "已经计分")]
)
def test_e08_only_what_a_pattern_points_at_is_set_aside_with_a_reason_while_the_period_is_open(changed, words):
    facts = {"doubted": True, "reason": "同一人填写", "is_open": True, "serial": "001"}
    assert not list(doubt.decision_breaches(**facts))
    (breach,) = doubt.decision_breaches(**facts | changed)
    assert breach.rule == "E-08" and words in breach.message
