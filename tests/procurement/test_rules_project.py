"""Purchaser, requirement, method, term, dates."""

from datetime import date
from decimal import Decimal as D

import pytest

from procurement.reports import project as reports
from procurement.rules import project, wording
from records.policy import Breach


def rules_of(breaches):
    return [b.rule for b in breaches]


@pytest.mark.parametrize(
    ("kind", "form", "rules"),
    [
        ("BUREAU", "government", []),
        ("DEPARTMENT", "government", []),
        ("TOWNSHIP", "township", []),
        ("VILLAGE", "government", ["P-05"]),
        ("CONTRACTOR", "government", ["P-01"]),
        ("CITY", "government", ["P-01"]),
        ("BUREAU", "class_one", ["P-03"]),
        ("BUREAU", "fiscal_mass", ["P-03"]),
    ],
)
def test_who_may_be_the_purchaser(kind, form, rules):
    assert rules_of(project.purchaser_breaches(kind, form)) == rules


@pytest.mark.parametrize(
    ("kind", "opinion", "on", "rules"),
    [
        ("BUREAU", "", None, []),
        ("TOWNSHIP", "同意", date(2026, 3, 1), []),
        ("TOWNSHIP", " ", date(2026, 3, 1), ["P-02"]),
        ("TOWNSHIP", "同意", None, ["P-02"]),
    ],
)
def test_p02_a_township_needs_the_bureaus_guidance(kind, opinion, on, rules):
    assert rules_of(project.guidance_breaches(kind, opinion=opinion, given_on=on)) == rules


def test_p19_a_requirement_without_text_quantity_or_standard_is_refused():
    assert rules_of(project.requirement_breaches("", standards={"B1": 0}, quantity=None, unit="")) == ["P-19"] * 3
    assert rules_of(project.requirement_breaches("上门照料", standards={"B1": 2}, quantity=D("10"), unit="人次")) == []


def test_p17_public_opinion_must_be_sought_and_over():
    assert rules_of(project.opinion_breaches([], on=date(2026, 3, 1))) == ["P-17"]
    running = [(date(2026, 2, 20), date(2026, 3, 5))]
    assert rules_of(project.opinion_breaches(running, on=date(2026, 3, 1))) == ["P-17"]
    assert rules_of(project.opinion_breaches(running, on=date(2026, 3, 5))) == []


@pytest.mark.parametrize(("asked", "rules"), [(0, ["P-18"]), (2, ["P-18"]), (3, [])])
def test_p18_fewer_than_three_market_actors_only_warns(asked, rules):
    breaches = list(project.survey_breaches(asked))
    assert rules_of(breaches) == rules and not any(b.binding for b in breaches)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("仅限社会组织参加", ["P-12"]),
        ("供应商须在本区注册", ["P-12"]),
        ("具有本地同类业绩的加 5 分", ["P-12"]),
        ("社会组织评估等级 3A 以上", ["P-47"]),
        ("不限社会组织、企业，均可参加", []),
        ("具有独立承担民事责任的能力", []),
    ],
)
def test_p12_and_p47_read_the_words_of_the_requirement(text, rules):
    assert rules_of(wording.wording_breaches(text)) == rules


FIVE = dict.fromkeys(project.MULTI_YEAR_CONDITIONS, True)


@pytest.mark.parametrize(
    ("starts", "ends", "conditions", "rules"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), {}, []),
        (date(2026, 1, 1), date(2027, 1, 1), {}, ["P-21"]),
        (date(2026, 1, 1), date(2027, 1, 1), FIVE, []),
        (date(2026, 1, 1), date(2027, 1, 1), {**FIVE, "continuous": False}, ["P-21"]),
        (date(2026, 1, 1), date(2028, 12, 31), FIVE, []),
        (date(2026, 1, 1), date(2029, 1, 1), FIVE, ["P-21"]),
        (date(2028, 2, 29), date(2029, 2, 28), {}, []),
        (date(2028, 2, 29), date(2029, 3, 1), {}, ["P-21"]),
        (date(2026, 2, 1), date(2026, 1, 1), {}, ["P-21"]),
        (None, None, {}, ["P-21"]),
    ],
)
def test_p21_one_year_or_three_with_all_five_conditions(starts, ends, conditions, rules):
    assert rules_of(project.term_breaches(starts, ends, conditions)) == rules


@pytest.mark.parametrize(
    ("method", "ceiling", "open_threshold", "limit", "approval", "rules"),
    [
        ("CONSULTATION", "500000", "4000000", "1000000", "", []),
        ("INQUIRY", "500000", "4000000", "1000000", "", ["P-26"]),
        ("NEGOTIATION", "500000", "4000000", "1000000", "", ["P-40"]),
        ("CONSULTATION", "500000", None, "1000000", "", ["P-28"]),
        ("CONSULTATION", "500000", "4000000", None, "", ["P-28"]),
        ("CONSULTATION", "4000000", "4000000", "1000000", "", ["P-26"]),
        ("CONSULTATION", "3999999.99", "4000000", "1000000", "", []),
        ("CONSULTATION", "4000000", "4000000", "1000000", "渝财采〔2026〕1号", []),
        ("OPEN", "4000000", "4000000", "1000000", "", []),
        ("BELOW_THRESHOLD", "999999.99", "4000000", "1000000", "", []),
        ("BELOW_THRESHOLD", "1000000", "4000000", "1000000", "", ["P-28"]),
    ],
)
def test_methods_fit_the_amount_and_unset_thresholds_block(method, ceiling, open_threshold, limit, approval, rules):
    breaches = project.method_breaches(
        method,
        D(ceiling),
        open_threshold=open_threshold and D(open_threshold),
        limit=limit and D(limit),
        approval=approval,
    )
    assert rules_of(breaches) == rules


@pytest.mark.parametrize(
    ("method", "others", "approval", "rules"),
    [
        ("CONSULTATION", "3500000", "", []),
        ("CONSULTATION", "3500000.01", "", ["P-27"]),
        ("CONSULTATION", "3500000.01", "渝财采〔2026〕1号", []),
        ("OPEN", "9000000", "", []),
        ("CONSULTATION", "0", "", []),
    ],
)
def test_p27_cumulative_purchases_above_the_threshold_are_splitting(method, others, approval, rules):
    found = project.splitting_breaches(method, D("500000"), others=D(others), open_threshold=D("4000000"), approval=approval)
    assert rules_of(found) == rules


def test_p40_the_lowest_price_is_no_award_basis():
    assert rules_of(project.basis_breaches("lowest_price")) == ["P-40"]
    assert rules_of(project.basis_breaches("comprehensive")) == []


def test_p16_the_plan_is_filed_first():
    assert rules_of(project.plan_breaches("")) == ["P-16"]


def test_p65_whoever_handled_it_does_not_approve_it():
    assert rules_of(project.other_person_breaches(7, handlers={"送审": 7}, act="批准")) == ["P-65"]
    assert rules_of(project.other_person_breaches(8, handlers={"送审": 7, "编制": None}, act="批准")) == []


def test_p17_every_open_point_stands_under_one_line_of_the_gate():
    """The notice's contact under its own line, not under the public's opinion; what no line names under 其他."""
    lines = list(reports.BEFORE_NOTICE)
    contact, opinion = next(project.contact_breaches("", "", "")), next(project.opinion_breaches([], on=date(2026, 3, 1)))
    owners = [reports.owner_of(breach, lines) for breach in (contact, opinion)]
    assert [owner.label for owner in owners] == ["公告联系方式", "征求社会公众意见"]
    stranger = Breach("X-9", project.METHODS, "须先处理")
    assert reports.owner_of(stranger, lines) is None
    assert reports.other_items([stranger])[0]["note"] == "须先处理"
