from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules
from evaluation.rules import Dimension, Evaluator, Frequency, Grade, Line, Source, WhenMissing

D = Decimal


def lines(**scores) -> list[Line]:
    """Recipients 50 / purchaser 30 / third party 20; results 50 / management 30 / impact 20."""
    rows = [
        ("R1", Dimension.RESULTS, Evaluator.RECIPIENT, "20", Source.SURVEY),
        ("R2", Dimension.RESULTS, Evaluator.RECIPIENT, "20", Source.SURVEY),
        ("R3", Dimension.IMPACT, Evaluator.RECIPIENT, "10", Source.SURVEY),
        ("P1", Dimension.MANAGEMENT, Evaluator.PURCHASER, "20", Source.FIGURE),
        ("P2", Dimension.RESULTS, Evaluator.PURCHASER, "10", Source.MANUAL),
        ("T1", Dimension.MANAGEMENT, Evaluator.THIRD_PARTY, "10", Source.MANUAL),
        ("T2", Dimension.IMPACT, Evaluator.THIRD_PARTY, "10", Source.MANUAL),
    ]
    return [Line(c, c, d, e, D(w), s, score=scores.get(c)) for c, d, e, w, s in rows]


def all_scored(value) -> list[Line]:
    return [replace(line, score=D(value)) for line in lines()]


def rule_ids(breaches) -> list[str]:
    return [breach.rule for breach in breaches]


def test_a_scheme_with_three_voices_three_dimensions_and_recipients_first_is_allowed():
    assert list(rules.scheme_breaches(lines())) == []


@pytest.mark.parametrize("other", ["99.99", "100.01"])
def test_weights_that_miss_one_hundred_by_a_cent_are_refused(other):
    changed = lines()
    changed[0] = replace(changed[0], weight=changed[0].weight + D(other) - 100)
    found = list(rules.scheme_breaches(changed))
    assert rule_ids(found) == ["E-06"] and other in found[0].message


@pytest.mark.parametrize("evaluator", list(Evaluator))
def test_a_scheme_without_one_of_the_three_voices_is_refused(evaluator):
    rest = [line for line in lines() if line.evaluator != evaluator]
    assert any(b.rule == "E-01" and rules.EVALUATOR_LABELS[evaluator] in b.message for b in rules.scheme_breaches(rest))


@pytest.mark.parametrize("dimension", list(Dimension))
def test_a_scheme_without_one_of_the_three_dimensions_is_refused(dimension):
    rest = [line for line in lines() if line.dimension != dimension]
    assert any(b.rule == "E-02" and rules.DIMENSION_LABELS[dimension] in b.message for b in rules.scheme_breaches(rest))


def test_recipients_who_only_share_the_largest_weight_are_refused():
    shifted = [replace(line, weight=D(40)) if line.code == "P1" else line for line in lines()]
    shifted = [replace(line, weight=D(0.5)) if line.code.startswith("T") else line for line in shifted]
    assert "E-03" in rule_ids(rules.scheme_breaches(shifted))


def test_recipients_ahead_by_a_hundredth_are_enough():
    weights = {"R1": "20", "R2": "10", "R3": "5.01", "P1": "25", "P2": "10", "T1": "14.99", "T2": "15"}
    assert list(rules.scheme_breaches([replace(line, weight=D(weights[line.code])) for line in lines()])) == []


@pytest.mark.parametrize("count", [2, 6])
def test_a_slip_with_too_few_or_too_many_questions_is_refused(count):
    questions = [Line(f"R{n}", "问题", Dimension.RESULTS, Evaluator.RECIPIENT, D(50) / count, Source.SURVEY) for n in range(count)]
    assert "E-08" in rule_ids(rules.scheme_breaches([line for line in lines() if line.source != Source.SURVEY] + questions))


def test_recipients_cannot_be_scored_by_hand():
    changed = [replace(line, source=Source.MANUAL) if line.code == "R3" else line for line in lines()]
    assert "E-08" in rule_ids(rules.scheme_breaches(changed))


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", Grade.EXCELLENT),
        ("90", Grade.EXCELLENT),
        ("89.9999999999", Grade.GOOD),
        ("89.995", Grade.GOOD),
        ("80", Grade.GOOD),
        ("79.9999999999", Grade.FAIR),
        ("60", Grade.FAIR),
        ("59.9999999999", Grade.POOR),
        ("0", Grade.POOR),
    ],
)
def test_every_edge_falls_in_exactly_one_grade(total, grade):
    assert rules.grade_of(D(total)) == grade


@pytest.mark.parametrize("total", ["-0.0000000001", "100.0000000001"])
def test_a_total_outside_the_scale_has_no_grade(total):
    with pytest.raises(ValueError, match="outside"):
        rules.grade_of(D(total))


def test_what_is_shown_as_ninety_is_still_good_and_not_excellent():
    assert (rules.shown(D("89.995")), rules.grade_of(D("89.995"))) == ("90.00", Grade.GOOD)


@pytest.mark.parametrize(("value", "text"), [("82.125", "82.13"), ("82.1249999999", "82.12"), ("0.005", "0.01"), (None, "—")])
def test_shown_scores_are_rounded_half_up(value, text):
    assert rules.shown(None if value is None else D(value)) == text


def test_a_total_is_the_weighted_sum_by_hand():
    scores = {"R1": D(90), "R2": D("80.5"), "R3": D(70), "P1": D(100), "P2": D(60), "T1": D(75), "T2": D("88.888888")}
    # 18 + 16.1 + 7 + 20 + 6 + 7.5 + 8.8888888
    assert rules.total_of(lines(**scores)) == D("83.4888888")


def test_a_missing_score_is_listed_and_never_counted_as_nought_or_hundred():
    scores = {line.code: D(90) for line in lines() if line.code != "T2"}
    assert [b.rule for b in rules.missing_breaches(lines(**scores))] == ["E-01"]
    with pytest.raises(ValueError, match="T2"):
        rules.total_of(lines(**scores))


def test_a_missing_weight_moves_only_within_the_same_voice():
    scored = [
        replace(line, score=None, when_missing=WhenMissing.REDISTRIBUTE) if line.code == "P2" else replace(line, score=D(90))
        for line in lines()
    ]
    weights = rules.effective_weights(scored)
    assert weights["P1"] == 30 and weights["T1"] == 10 and weights["R1"] == 20
    assert rules.total_of(scored) == 90


def test_redistribution_cannot_silence_a_whole_voice():
    scored = [
        replace(line, score=None, when_missing=WhenMissing.REDISTRIBUTE)
        if line.evaluator == Evaluator.THIRD_PARTY
        else replace(line, score=D(90))
        for line in lines()
    ]
    assert "E-01" in rule_ids(rules.missing_breaches(scored))


score_values = st.decimals(min_value=0, max_value=100, places=6)
seven_scores = st.lists(score_values, min_size=7, max_size=7)


@given(seven_scores)
def test_the_total_lies_between_the_lowest_and_the_highest_score_and_is_exact(values):
    scored = [replace(line, score=value) for line, value in zip(lines(), values, strict=True)]
    total = rules.total_of(scored)
    assert min(values) <= total <= max(values)
    assert Fraction(total) == sum(Fraction(line.weight) * Fraction(line.score) for line in scored) / 100


@given(seven_scores, st.integers(0, 6), score_values)
def test_a_better_score_never_lowers_the_total(values, index, better):
    scored = [replace(line, score=value) for line, value in zip(lines(), values, strict=True)]
    raised = list(scored)
    raised[index] = replace(raised[index], score=max(better, values[index]))
    assert rules.total_of(raised) >= rules.total_of(scored)


@given(seven_scores, st.randoms())
def test_the_order_of_the_indicators_does_not_matter(values, random):
    scored = [replace(line, score=value) for line, value in zip(lines(), values, strict=True)]
    shuffled = list(scored)
    random.shuffle(shuffled)
    assert rules.total_of(shuffled) == rules.total_of(scored)


@given(seven_scores, st.sampled_from(["R1", "P1", "P2", "T1"]))
def test_redistribution_keeps_one_hundred_and_every_voice_its_weight(values, missing):
    scored = [replace(line, score=value) for line, value in zip(lines(), values, strict=True)]
    scored = [replace(line, score=None, when_missing=WhenMissing.REDISTRIBUTE) if line.code == missing else line for line in scored]
    weights = rules.effective_weights(scored)
    assert sum(weights.values()) == 100
    for evaluator, promised in rules.weights_by(scored, "evaluator").items():
        assert sum(weights[line.code] for line in scored if line.evaluator == evaluator and line.score is not None) == promised


@given(st.decimals(min_value=0, max_value=100, places=10))
def test_every_total_has_exactly_one_grade(total):
    below = [edge for edge, _ in rules.BANDS if edge <= total]
    assert rules.grade_of(total) == dict(rules.BANDS)[max(below)]


@given(st.fractions(min_value=0, max_value=100))
def test_cutting_a_total_never_moves_it_over_an_edge_or_a_shown_half(value):
    kept = rules.cut(value)
    for edge in (60, 80, 90, Fraction("89.995"), Fraction("59.995")):
        assert (value >= edge) == (Fraction(kept) >= edge)


@given(st.lists(st.integers(0, 5), max_size=40), st.randoms())
def test_a_mean_is_the_same_in_any_order_and_ignores_those_who_cannot_say(levels, random):
    shuffled = list(levels)
    random.shuffle(shuffled)
    assert rules.mean_of(levels) == rules.mean_of(shuffled) == rules.mean_of([*levels, 0, 0])


def test_no_answer_gives_no_score():
    assert rules.mean_of([]) is None and rules.mean_of([0, 0]) is None


def test_a_mean_that_does_not_end_is_rounded_half_up_at_six_places():
    assert rules.mean_of([5, 5, 4]) == D("93.333333") and rules.mean_of([4, 4, 5]) == D("86.666667")


@pytest.mark.parametrize(
    ("population", "needed"), [(0, 1), (1, 1), (29, 29), (30, 30), (299, 30), (300, 30), (301, 31), (1000, 100), (1001, 101)]
)
def test_the_sample_is_thirty_or_a_tenth_or_everybody(population, needed):
    assert rules.replies_needed(population) == needed


def test_a_census_does_not_wait_for_those_who_cannot_be_reached():
    assert rules.replies_needed(12, unreachable=2) == 10


def test_a_survey_below_its_minimum_is_called_too_small():
    (breach,) = rules.sample_breaches(29, 30)
    assert breach.rule == "E-08" and "样本不足" in breach.message
    assert list(rules.sample_breaches(30, 30)) == []


def test_the_contractor_sees_totals_only_from_the_minimum_on():
    assert [rules.tells_contractor(n) for n in (0, 4, 5)] == [False, False, True]


INDEPENDENT = {
    "same_organisation": False,
    "bid_for_project": False,
    "declares_no_control": True,
    "declares_no_payment": True,
    "procurement_reference": "HT-2026-1",
}


@pytest.mark.parametrize(
    "fault",
    [
        {"same_organisation": True},
        {"bid_for_project": True},
        {"declares_no_control": False},
        {"declares_no_payment": False},
        {"procurement_reference": " "},
    ],
)
def test_a_third_party_that_is_not_independent_is_refused(fault):
    assert list(rules.independence_breaches(**INDEPENDENT)) == []
    assert rule_ids(rules.independence_breaches(**INDEPENDENT | fault)) == ["E-04"]


@pytest.mark.parametrize("fault", [{"finaliser": 1}, {"open_objections": 1}, {"window_closed": False}])
def test_an_evaluation_is_not_finalised_by_its_scorer_nor_over_an_objection_nor_early(fault):
    sound = {"scorers": [1, 2], "finaliser": 3, "open_objections": 0, "window_closed": True}
    assert list(rules.finalise_breaches(**sound)) == []
    assert rule_ids(rules.finalise_breaches(**sound | fault)) == ["E-15"]


def test_the_last_day_of_the_window_still_counts():
    due = date(2026, 11, 20)
    assert list(rules.objection_breaches(today=due, due_on=due)) == []
    assert rule_ids(rules.objection_breaches(today=due + timedelta(days=1), due_on=due)) == ["E-15"]


def test_quarters_are_cut_to_the_term_of_the_contract():
    assert rules.periods(date(2025, 11, 15), date(2026, 4, 2), Frequency.QUARTER) == [
        rules.Period(date(2025, 11, 15), date(2025, 12, 31)),
        rules.Period(date(2026, 1, 1), date(2026, 3, 31)),
        rules.Period(date(2026, 4, 1), date(2026, 4, 2)),
    ]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 1100), st.sampled_from(list(Frequency)))
def test_periods_touch_and_fill_the_term_without_overlap(start, days, frequency):
    end = start + timedelta(days=days)
    found = rules.periods(start, end, frequency)
    assert found[0].start == start and found[-1].end == end
    assert all(later.start == earlier.end + timedelta(days=1) for earlier, later in zip(found, found[1:], strict=False))
    assert all(period.start <= period.end for period in found)
