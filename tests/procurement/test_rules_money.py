"""Sources, chain, cap. Everything in 元, exact to the 分."""

from decimal import Decimal as D

import pytest

from procurement.rules import money


def test_f09_lines_may_fill_the_budget_but_not_exceed_it():
    assert list(money.line_breaches(budget=D("100.00"), lines=[D("60.00"), D("40.00")])) == []
    assert [b.rule for b in money.line_breaches(budget=D("100.00"), lines=[D("60.00"), D("40.01")])] == ["F-09"]


def test_f08_a_line_names_the_document_that_allows_it():
    assert [b.rule for b in money.basis_breaches("中央专项", " ")] == ["F-08"]


@pytest.mark.parametrize(
    ("plan", "amounts", "rules"),
    [
        (D("100.00"), [("100.00", "100.00")], []),
        (D("100.00"), [("99.99", "100.00")], ["P-15"]),
        (D("100.00"), [("100.00", "99.99")], ["F-09"]),
        (None, [], ["P-15"]),
    ],
)
def test_p15_the_plan_is_covered_to_the_cent_from_what_is_free(plan, amounts, rules):
    draws = [money.Draw("本级", D(amount), D(free)) for amount, free in amounts]
    assert [b.rule for b in money.funding_breaches(plan=plan, draws=draws)] == rules


@pytest.mark.parametrize(
    ("amounts", "faults"),
    [
        (("100", "90", "80", "70", "70", "60", "50"), 0),
        (("100", "100", "100", "100", "100", "100", "100"), 0),
        (("100", "100.01", "80", "70", "70", "60", "50"), 1),
        (("100", "90", "90.01", "70", "70", "60", "50"), 1),
        (("100", "90", "80", "80.01", "80.01", "60", "50"), 1),
        (("100", "90", "80", "70", "69.99", "60", "50"), 1),
        (("100", "90", "80", "70", "70", "70.01", "50"), 1),
        (("100", "90", "80", "70", "70", "60", "60.01"), 1),
    ],
)
def test_f09_the_chain_holds_from_budget_to_payment(amounts, faults):
    breaches = list(money.chain_breaches(*[D(a) for a in amounts]))
    assert [b.rule for b in breaches] == ["F-09"] * faults


def test_f09_a_stage_that_has_not_come_yet_is_skipped():
    assert list(money.chain_breaches(D("100"), None, D("80"))) == []
    assert [b.rule for b in money.chain_breaches(D("70"), None, D("80"))] == ["F-09"]


def cap(received, used, ratio):
    return money.Cap(D(received), D(used), None if ratio is None else D(ratio))


@pytest.mark.parametrize(
    ("received", "used", "ratio", "state"),
    [
        ("1000000.00", "50000.00", "5", money.CapState.WITHIN),
        ("1000000.00", "50000.01", "5", money.CapState.OVER),
        ("1000000.01", "50000.00", "5", money.CapState.WITHIN),
        ("1000000.00", "1.00", None, money.CapState.UNSET),
        ("0.00", "0.01", "5", money.CapState.OVER),
        ("333.33", "11.11", "3.3334", money.CapState.WITHIN),
    ],
)
def test_f03_the_cap_is_exact_and_unset_is_its_own_state(received, used, ratio, state):
    assert cap(received, used, ratio).state is state


def test_f03_unset_is_never_a_full_ratio_but_asks_for_finance_sign_off():
    breaches = list(money.cap_breaches(cap("1000000", "1", None), draws_superior=True))
    assert [(b.rule, b.binding) for b in breaches] == [("F-03", False)]


def test_f03_over_the_ratio_blocks_and_names_the_excess():
    breaches = list(money.cap_breaches(cap("1000000", "50000.01", "5"), draws_superior=True))
    assert [(b.rule, b.binding) for b in breaches] == [("F-03", True)] and "超出 0.01 元" in breaches[0].message


def test_f03_does_not_touch_a_project_on_own_money():
    assert list(money.cap_breaches(cap("0", "10", None), draws_superior=False)) == []
