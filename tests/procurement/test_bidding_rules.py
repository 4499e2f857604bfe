from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest

from procurement.rules import bidding, committee
from procurement.rules.committee import Link

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def ids(breaches):
    return [breach.rule for breach in breaches]


@pytest.mark.parametrize(("received", "ok"), [(NOW - MS, True), (NOW, True), (NOW + MS, False)])
def test_a_bid_one_millisecond_late_is_refused(received, ok):
    assert (not ids(bidding.late_breaches(received_at=received, deadline=NOW))) is ok


@pytest.mark.parametrize(("now", "ok"), [(NOW - MS, False), (NOW, True)])
def test_nothing_opens_before_its_time(now, ok):
    assert (not ids(bidding.too_early_breaches(now=now, opening_at=NOW))) is ok


def test_opening_before_the_deadline_is_refused_and_another_day_asks_for_a_reason():
    assert [b.binding for b in bidding.opening_time_breaches(deadline=NOW, opening_at=NOW - MS)] == [True]
    assert [b.binding for b in bidding.opening_time_breaches(deadline=NOW, opening_at=NOW)] == []
    assert [b.binding for b in bidding.opening_time_breaches(deadline=NOW, opening_at=NOW + timedelta(days=1))] == [False]


@pytest.mark.parametrize(
    ("method", "count", "service", "ok"),
    [
        ("OPEN", 2, True, False),
        ("OPEN", 3, True, True),
        ("CONSULTATION", 1, True, False),
        ("CONSULTATION", 2, True, True),
        ("CONSULTATION", 2, False, False),
        ("CONSULTATION", 3, False, True),
    ],
)
def test_p50_two_are_enough_only_for_service_consultation(method, count, service, ok):
    assert (not ids(bidding.bidder_count_breaches(method, count, service_purchase=service))) is ok


@pytest.mark.parametrize(("quote", "ok"), [("1280000.00", True), ("1280000.01", False), ("0", False), ("-1", False)])
def test_p51_a_quote_over_the_ceiling_is_invalid(quote, ok):
    assert (not ids(bidding.quote_breaches(D(quote), ceiling=D(1280000), project="SQ-2026-014"))) is ok


def test_p51_message_names_value_limit_and_project():
    message = next(bidding.quote_breaches(D(1320000), ceiling=D(1280000), project="SQ-2026-014")).message
    assert message == "报价 1,320,000.00 元高于最高限价 1,280,000.00 元（项目 SQ-2026-014）。请修改报价后再提交。"


def test_p51_all_over_budget_fails_and_one_within_does_not():
    assert ids(bidding.budget_breaches([D(101), D(102)], budget=D(100))) == ["P-51"]
    assert ids(bidding.budget_breaches([D(100), D(102)], budget=D(100))) == []


@pytest.mark.parametrize(
    ("quotes", "ceiling", "reviewed"),
    [
        ({1: "50", 2: "100"}, "100", set()),  # exactly half of the second: strict
        ({1: "49.99", 2: "100"}, "100", {1}),
        ({1: "45", 2: "46"}, "100", set()),  # exactly 45 % of the ceiling
        ({1: "44.99", 2: "46"}, "100", {1}),
        ({1: "30", 2: "90", 3: "90"}, "100", {1}),
        ({1: "40"}, "100", {1}),  # a single quote is judged by the ceiling alone
        ({}, "100", set()),
    ],
)
def test_p52_review_is_triggered_strictly_below(quotes, ceiling, reviewed):
    found = bidding.abnormally_low({bid: D(quote) for bid, quote in quotes.items()}, ceiling=D(ceiling))
    assert set(found) == reviewed


def test_p52_below_half_of_the_mean_is_named():
    found = bidding.abnormally_low({1: D(49), 2: D(99), 3: D(150)}, ceiling=D(100))
    assert any("均值" in why for why in found[1])
    # mean 100, half of it 50.00: exactly at the line is no trigger by the mean
    assert not any("均值" in why for why in bidding.abnormally_low({1: D(50), 2: D(100), 3: D(150)}, ceiling=D(100)).get(1, []))


@pytest.mark.parametrize(("rate", "ok"), [("0.49", False), ("0.50", True), ("0.65", True), ("0.66", False)])
def test_p52_rates_may_be_raised_to_065_only(rate, ok):
    assert (not ids(bidding.low_rates_breaches(bidding.LowRates(mean=D(rate))))) is ok


@pytest.mark.parametrize(("minutes", "answered", "ok"), [(29, False, False), (30, False, True), (1, True, True)])
def test_p53_thirty_minutes_to_explain(minutes, answered, ok):
    found = bidding.explanation_time_breaches(asked_at=NOW, now=NOW + timedelta(minutes=minutes), answered=answered)
    assert (not ids(found)) is ok


def test_p53_an_open_review_stops_the_next_step():
    assert ids(bidding.unsettled_low_breaches(["甲中心"])) == ["P-53"]


def test_t12_award_follows_the_ranking():
    assert ids(bidding.award_order_breaches(2, passed_over=["甲中心"])) == ["T-12"]
    assert ids(bidding.award_order_breaches(1, passed_over=[])) == []


def test_p65_one_person_does_not_do_both():
    assert ids(bidding.separate_people_breaches(7, {"经办本项目": 7, "开启响应文件": 8}, act="确认成交")) == ["P-65"]
    assert ids(bidding.separate_people_breaches(9, {"经办本项目": 7, "开启响应文件": None}, act="确认成交")) == []


@pytest.mark.parametrize(
    ("method", "budget", "over", "weighty", "size"),
    [
        ("OPEN", "9999999.99", False, False, 5),
        ("OPEN", "10000000", False, False, 7),
        ("OPEN", "100", False, True, 7),
        ("CONSULTATION", "100", False, False, 3),
        ("CONSULTATION", "100", True, False, 5),
    ],
)
def test_p54_size_by_method_and_budget(method, budget, over, weighty, size):
    assert committee.minimum_size(method, D(budget), over_open_threshold=over, weighty=weighty) == size


@pytest.mark.parametrize(("size", "experts"), [(3, 2), (5, 4), (7, 5), (9, 6)])
def test_p54_two_thirds_are_experts(size, experts):
    assert committee.experts_needed(size) == experts
    assert ids(committee.committee_breaches("CONSULTATION", size=size, experts=experts, minimum=3)) == []
    assert ids(committee.committee_breaches("CONSULTATION", size=size, experts=experts - 1, minimum=3)) == ["P-54"]


@pytest.mark.parametrize("size", [2, 4])
def test_p54_even_committees_are_refused(size):
    assert "P-54" in ids(committee.committee_breaches("CONSULTATION", size=size, experts=size, minimum=2))


def test_p55_the_draw_is_repeatable_and_blind_to_the_order_of_the_pool():
    pool = list(range(1, 60))
    first = committee.draw(pool, seed="a1")
    assert first == committee.draw(reversed(pool), seed="a1")
    assert first != committee.draw(pool, seed="a2")
    assert sorted(first) == pool


def test_p55_every_expert_comes_first_about_equally_often():
    firsts = [committee.draw(range(5), seed=str(n))[0] for n in range(2000)]
    assert all(320 < firsts.count(expert) < 480 for expert in range(5))


@pytest.mark.parametrize(
    ("link", "aside"),
    [
        (Link("EMPLOYEE", "甲", None), True),
        (Link("EMPLOYEE", "甲", date(2023, 11, 22)), True),
        (Link("EMPLOYEE", "甲", date(2023, 11, 21)), False),
        (Link("DIRECTOR", "甲", date(2020, 1, 1)), False),
        (Link("KIN", "甲", date(2000, 1, 1)), True),
        (Link("INTEREST", "甲", None), True),
    ],
)
def test_p56_ties_within_three_years_stand_aside(link, aside):
    assert bool(list(committee.recusal_breaches("张某", [link], on=date(2026, 11, 22)))) is aside
