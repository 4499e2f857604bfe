"""The staffing standard against a table and against a definition written another way."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing import rules
from staffing.rules import Rounding, Standing

TABLE = [  # recipients, floor by ceil, floor by half_up, ceiling
    (0, 2, 2, None),
    (1, 2, 2, None),
    (999, 2, 2, None),
    (1000, 2, 2, 4),
    (1001, 3, 2, 4),
    (1249, 3, 2, 4),
    (1250, 3, 3, 5),
    (1499, 3, 3, 5),
    (1500, 3, 3, 6),
    (1501, 4, 3, 6),
    (1999, 4, 4, 7),
    (2000, 4, 4, 8),
    (2501, 6, 5, 10),
    (5000, 10, 10, 20),
    (10000, 20, 20, 40),
]


@pytest.mark.parametrize(("recipients", "ceil", "half_up", "maximum"), TABLE)
def test_headcount_follows_the_table_of_the_policy(recipients, ceil, half_up, maximum):
    assert rules.township_headcount(recipients) == rules.Headcount(ceil, maximum)
    assert rules.township_headcount(recipients, Rounding.HALF_UP) == rules.Headcount(half_up, maximum)


def test_headcount_agrees_with_an_independent_definition_for_every_size():
    floor = ceiling = 0
    for recipients in range(20_001):
        if recipients < 1000:
            expected = rules.Headcount(2, None)
        else:
            while Fraction(floor, recipients) < Fraction(2, 1000):
                floor += 1
            while Fraction(ceiling + 1, recipients) <= Fraction(4, 1000):
                ceiling += 1
            expected = rules.Headcount(floor, ceiling)
        assert rules.township_headcount(recipients) == expected, recipients


@given(st.integers(1000, 10**9))
def test_default_rounding_never_leaves_two_to_four_per_mille(recipients):
    standard = rules.township_headcount(recipients)
    assert Fraction(2, 1000) <= Fraction(standard.minimum, recipients)
    assert Fraction(standard.maximum, recipients) <= Fraction(4, 1000)
    assert standard.minimum <= standard.maximum


@given(st.integers(0, 10**7), st.sampled_from(Rounding))
def test_every_rounding_keeps_the_range_in_order(recipients, rounding):
    standard = rules.township_headcount(recipients, rounding)
    assert standard.minimum >= 2
    assert standard.maximum is None or standard.minimum <= standard.maximum


def test_negative_recipients_are_an_error():
    with pytest.raises(ValueError, match="-1"):
        rules.township_headcount(-1)


@pytest.mark.parametrize(
    ("current", "recipients", "standing", "gap"),
    [
        (1, 500, Standing.UNDERSTAFFED, 1),
        (2, 500, Standing.MEETS, 0),
        (90, 500, Standing.MEETS, 0),
        (5, 2501, Standing.UNDERSTAFFED, 1),
        (6, 2501, Standing.MEETS, 0),
        (10, 2501, Standing.MEETS, 0),
        (11, 2501, Standing.ABOVE_KEEP, 0),
    ],
)
def test_standing_is_judged_at_both_edges(current, recipients, standing, gap):
    verdict = rules.judge_township(current, recipients)
    assert (verdict.standing, verdict.gap) == (standing, gap)


@given(st.integers(0, 500), st.integers(0, 50_000), st.sampled_from(Rounding))
def test_a_verdict_never_proposes_a_cut(current, recipients, rounding):
    verdict = rules.judge_township(current, recipients, rounding)
    assert verdict.gap >= 0
    assert (verdict.gap > 0) == (verdict.standing is Standing.UNDERSTAFFED)


@given(st.integers(0, 60), st.integers(0, 8_000), st.integers(0, 60))
def test_a_plan_that_cuts_below_the_baseline_of_a_township_above_standard_is_refused(current, recipients, target):
    if rules.judge_township(current, recipients).standing is not Standing.ABOVE_KEEP:
        return
    binding = [b.rule for b in rules.plan_breaches(target, recipients=recipients, current=current, baseline=current) if b.binding]
    assert ("W-19c" in binding) == (target < current)


def test_a_plan_below_the_standard_is_refused():
    (breach,) = rules.plan_breaches(5, recipients=2501, current=4, baseline=4)
    assert (breach.rule, breach.binding) == ("W-19b", True)


def test_growing_beyond_a_baseline_above_standard_asks_for_a_reason():
    (breach,) = rules.plan_breaches(12, recipients=2501, current=11, baseline=11)
    assert (breach.rule, breach.binding) == ("W-19c", False)


def test_keeping_what_stands_above_standard_is_never_a_breach():
    assert list(rules.plan_breaches(11, recipients=2501, current=11, baseline=11)) == []


@pytest.mark.parametrize(("current", "warned"), [(0, True), (4, True), (5, False), (9, False)])
def test_district_with_fewer_than_five_is_warned_not_blocked(current, warned):
    breaches = list(rules.district_breaches(current))
    assert bool(breaches) is warned
    assert not any(breach.binding for breach in breaches)


@pytest.mark.parametrize("value", [-1, 12.5, "12", None, True, 1_000_001])
def test_recipients_that_are_no_plausible_whole_number_are_refused(value):
    assert [breach.binding for breach in rules.recipients_breaches(value)] == [True]


@pytest.mark.parametrize("value", [0, 1, 999, 1_000_000])
def test_whole_recipients_are_accepted(value):
    assert list(rules.recipients_breaches(value)) == []


@pytest.mark.parametrize(
    ("as_of", "until"),
    [
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 6, 30), date(2026, 9, 30)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2026, 8, 15), date(2026, 11, 15)),
        (date(2025, 12, 31), date(2026, 3, 31)),
    ],
)
def test_a_snapshot_is_fresh_for_one_quarter(as_of, until):
    assert rules.fresh_until(as_of) == until
    assert not rules.is_stale(as_of, until)
    assert rules.is_stale(as_of, date.fromordinal(until.toordinal() + 1))


def test_nobody_on_record_is_questioned():
    assert [b.rule for b in rules.caseload_notes(0, date(2026, 9, 30), date(2026, 10, 1))] == ["W-19b"]
    assert list(rules.caseload_notes(1, date(2026, 9, 30), date(2026, 10, 1))) == []


@pytest.mark.parametrize("place", ["BUREAU", "TOWNSHIP", "VILLAGE", "CARE_HOME"])
def test_the_four_places_may_receive_posted_workers(place):
    assert list(rules.posting_breaches(place, has_contract=True, higher_education=True)) == []


@pytest.mark.parametrize("place", ["DEPARTMENT", "", "CITY"])
def test_any_other_place_is_blocked(place):
    (breach,) = rules.posting_breaches(place, has_contract=True, higher_education=True)
    assert (breach.rule, breach.binding) == ("W-20", True)


def test_posting_without_contract_is_blocked():
    (breach,) = rules.posting_breaches("TOWNSHIP", has_contract=False, higher_education=True)
    assert (breach.rule, breach.binding) == ("W-20", True)


def test_labour_dispatch_is_blocked():
    (breach,) = rules.posting_breaches("TOWNSHIP", has_contract=True, higher_education=True, labour_dispatch=True)
    assert (breach.rule, breach.binding) == ("P-33", True)


def test_lower_education_asks_for_a_reason():
    (breach,) = rules.posting_breaches("TOWNSHIP", has_contract=True, higher_education=False)
    assert (breach.rule, breach.binding) == ("W-21", False)


def test_social_work_ranks_candidates_without_excluding_anyone():
    ranks = [rules.posting_priority(social_work_education=edu, certificate_level=level) for level in range(4) for edu in (False, True)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert min(ranks) == 0


def test_buying_posts_without_a_shortage_asks_for_a_reason():
    assert [b.binding for b in rules.purchase_breaches(6, recipients=2501)] == [False]
    assert list(rules.purchase_breaches(5, recipients=2501)) == []


@pytest.mark.parametrize(("sessions", "warned"), [(0, True), (1, False), (2, False), (3, False)])
def test_only_a_year_without_training_is_warned(sessions, warned):
    assert bool(list(rules.training_breaches(sessions, 2026))) is warned


def test_a_village_without_assistant_is_warned():
    (breach,) = rules.assistant_breaches(10, 8)
    assert "2 个没有" in breach.message
    assert list(rules.assistant_breaches(10, 10)) == []


def test_the_explanation_shows_the_sum():
    assert rules.explain_headcount(2501) == "2,501 × 2‰ = 5.002，下限进一得 6；2,501 × 4‰ = 10.004，上限舍去得 10"
    assert "不足 1,000 人" in rules.explain_headcount(999)
    assert rules.explain_headcount(999_999).startswith("999,999 × 2‰ = 1999.998，下限进一得 2000；")
    assert rules.explain_headcount(3000).startswith("3,000 × 2‰ = 6，")
