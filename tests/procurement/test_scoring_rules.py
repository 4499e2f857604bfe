from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules import scoring
from procurement.rules.scoring import Band, Factor, FactorKind, Standing

PRICE = Factor("报价", FactorKind.PRICE, D(20))


def quality(name, weight):
    return Factor(name, FactorKind.QUALITY, D(weight), (Band("一般", D(0), D(weight) / 2), Band("优", D(weight) / 2, D(weight))))


def ids(breaches):
    return [breach.rule for breach in breaches]


def test_a_scale_of_price_and_quantified_quality_may_be_published():
    assert ids(scoring.weights_breaches("CONSULTATION", [PRICE, quality("服务方案", 50), quality("人员配备", 30)])) == []


@pytest.mark.parametrize("weight", ["29.99", "30.01"])
def test_p46_weights_must_sum_to_exactly_100(weight):
    found = scoring.weights_breaches("CONSULTATION", [PRICE, quality("服务方案", 50), quality("人员配备", weight)])
    assert "P-46" in ids(found)


def test_p40_price_alone_is_refused():
    assert "P-40" in ids(scoring.weights_breaches("OPEN", [Factor("报价", FactorKind.PRICE, D(100))]))


@pytest.mark.parametrize(
    ("method", "weight", "rule"),
    [
        ("OPEN", "9.99", "P-41"),
        ("OPEN", "10", None),
        ("OPEN", "60", None),
        ("INVITED", "5", "P-41"),
        ("CONSULTATION", "9.99", "P-42"),
        ("CONSULTATION", "10", None),
        ("CONSULTATION", "30", None),
        ("CONSULTATION", "30.01", "P-42"),
    ],
)
def test_price_weight_limits_by_method(method, weight, rule):
    assert ids(scoring.price_weight_breaches(method, D(weight))) == ([rule] if rule else [])


@pytest.mark.parametrize(("weight", "rules"), [("0", []), ("10", ["P-43"])])
def test_p43_a_fixed_price_is_no_factor(weight, rules):
    assert ids(scoring.price_weight_breaches("CONSULTATION", D(weight), fixed_price=True)) == rules


@pytest.mark.parametrize(
    ("name", "rule"),
    [("本区县注册加分", "P-12"), ("本地业绩", "P-12"), ("独立承担民事责任能力", "P-46"), ("社会组织评估等级", "P-47"), ("服务方案", None)],
)
def test_factors_that_shut_out_or_repeat_qualification(name, rule):
    assert ids(scoring.factor_breaches(quality(name, 20))) == ([rule] if rule else [])


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (Band("优", D(0), D(20)),),
        (Band("一般", D(0), D(12)), Band("优", D(10), D(20))),  # overlap
        (Band("一般", D(0), D(10)), Band("优", D(10), D(19))),  # does not reach the weight
        (Band("一般", D(-1), D(10)), Band("优", D(10), D(20))),
        (Band("一般", D(8), D(3)), Band("优", D(10), D(20))),
    ],
)
def test_p46_factor_without_clean_steps_is_refused(bands):
    assert "P-46" in ids(scoring.band_breaches(Factor("服务方案", FactorKind.QUALITY, D(20), bands)))


@pytest.mark.parametrize(("points", "ok"), [("0", True), ("10", True), ("20", True), ("20.01", False), ("-0.01", False)])
def test_p46_points_outside_the_published_steps_are_refused(points, ok):
    assert (not ids(scoring.points_breaches(quality("服务方案", 20), D(points)))) is ok


def test_p46_points_between_two_steps_are_refused():
    factor = Factor("服务方案", FactorKind.QUALITY, D(20), (Band("一般", D(0), D(8)), Band("优", D(12), D(20))))
    assert ids(scoring.points_breaches(factor, D(10))) == ["P-46"]


@pytest.mark.parametrize(
    ("lowest", "price", "weight", "score"),
    [
        ("1200000", "1200000", "20", "20.00"),
        ("1200000", "1280000", "20", "18.75"),
        ("1000000", "1600000", "30", "18.75"),
        ("100", "300", "10", "3.33"),
        ("200", "300", "10", "6.67"),
        ("0.01", "2", "1", "0.01"),  # 0.005 rounds half up
    ],
)
def test_p44_price_score_is_lowest_over_price_times_weight(lowest, price, weight, score):
    assert scoring.price_score(D(lowest), D(price), D(weight)) == D(score)


@pytest.mark.parametrize(("lowest", "price"), [("0", "1"), ("2", "1"), ("-1", "1")])
def test_p44_refuses_what_is_no_lowest_price(lowest, price):
    with pytest.raises(ValueError):
        scoring.price_score(D(lowest), D(price), D(20))


prices = st.decimals(min_value="1", max_value="99999999", places=2)


@given(st.lists(prices, min_size=2, max_size=8), st.sampled_from([D(10), D(20), D(30)]))
def test_p44_a_higher_price_never_scores_more(quotes, weight):
    quotes = sorted(quotes)
    scores = [scoring.price_score(quotes[0], quote, weight) for quote in quotes]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == weight
    assert all(0 <= score <= weight for score in scores)


@pytest.mark.parametrize(
    ("small", "percent", "price"), [(True, "10", "900.00"), (True, "20", "800.00"), (False, "20", "1000"), (True, "0", "1000.00")]
)
def test_p45_deduction_only_for_small_business(small, percent, price):
    assert scoring.evaluated_price(D(1000), small_business=small, deduction_percent=D(percent)) == D(price)


@pytest.mark.parametrize(("percent", "ok"), [("0", True), ("9.99", False), ("10", True), ("20", True), ("20.01", False)])
def test_p45_deduction_is_ten_to_twenty_per_cent(percent, ok):
    assert (not ids(scoring.deduction_breaches(D(percent)))) is ok


@pytest.mark.parametrize(("grades", "score"), [(["优", "优"], "10.00"), (["优", "差"], "5.00"), (["良", "中", "差"], "4.67"), ([], "6.00")])
def test_p48_prior_grades_earn_their_share_and_newcomers_the_middle(grades, score):
    assert scoring.performance_score(grades, D(10)) == D(score)


def test_mean_keeps_highest_and_lowest():
    assert scoring.mean_points([D(0), D(50), D(100)]) == D("50.00")


def test_a_mark_far_from_the_mean_is_a_wide_gap():
    assert scoring.wide_gaps({1: D(70), 2: D(68), 3: D(20)}, full=D(80), percent=D(20)) == {3}
    assert scoring.wide_gaps({1: D(60), 2: D(60), 3: D(60)}, full=D(80), percent=D(20)) == set()


def test_without_a_limit_set_by_the_authority_nobody_owes_a_reason():
    assert scoring.wide_gaps({1: D(0), 2: D(80)}, full=D(100), percent=None) == set()


def test_gap_of_exactly_the_limit_needs_no_reason():
    assert scoring.wide_gaps({1: D(40), 2: D(80)}, full=D(100), percent=D(20)) == set()
    assert scoring.wide_gaps({1: D("39.99"), 2: D(80)}, full=D(100), percent=D(20)) == {1, 2}


def row(bid, total, price, quality_points):
    return Standing(bid, D(total), D(price), D(quality_points))


def test_p49_tie_in_consultation_goes_to_lower_price_then_quality():
    rows = [row(1, "90", "100", "70"), row(2, "90", "99", "60"), row(3, "90", "100", "72")]
    assert scoring.rank("CONSULTATION", rows) == {2: 1, 3: 2, 1: 3}


def test_p49_tie_in_tender_goes_to_lower_price_then_shares_a_rank():
    rows = [row(1, "90", "100", "70"), row(2, "90", "99", "60"), row(3, "90", "100", "72")]
    assert scoring.rank("OPEN", rows) == {2: 1, 1: 2, 3: 2}


def test_the_higher_total_wins_whatever_the_price():
    assert scoring.rank("OPEN", [row(1, "80", "1", "60"), row(2, "80.01", "9", "70")]) == {2: 1, 1: 2}


def test_p40_lowest_price_without_best_quality_needs_a_reason():
    rows = [row(1, "90", "80", "60"), row(2, "89", "100", "79"), row(3, "88", "99", "70")]
    found = list(scoring.lowest_price_breaches(1, rows))
    assert [(breach.rule, breach.binding) for breach in found] == [("P-40", False)]
    assert "质量排名 3/3" in found[0].message


@pytest.mark.parametrize("winner", [2, 3])
def test_p40_asks_nothing_of_other_winners(winner):
    rows = [row(1, "90", "80", "60"), row(2, "89", "100", "79"), row(3, "88", "99", "70")]
    assert ids(scoring.lowest_price_breaches(winner, rows)) == []
