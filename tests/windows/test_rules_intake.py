"""What the clerk may and must answer, by table."""

from datetime import date

import pytest

from windows.rules import course, intake, referral
from windows.rules.intake import Brought, Need, Paper

FORM = Paper("APPLICATION", "书面申请书", Need.REQUIRED, Brought.BROUGHT)
LACKING = Paper("CONSENT", "核对授权书", Need.REQUIRED, Brought.MISSING)
BANK = Paper("BANK", "银行存款", Need.SHAREABLE, Brought.NOT_APPLICABLE)
ASKED_BANK = Paper("BANK", "银行存款", Need.SHAREABLE, Brought.MISSING)


def rules_of(breaches):
    return [breach.rule for breach in breaches]


def test_shareable_papers_are_never_missing():
    assert intake.missing([FORM, LACKING, ASKED_BANK]) == [LACKING]


def test_asking_for_what_a_platform_can_supply_is_refused():
    assert rules_of(intake.demand_breaches([FORM, ASKED_BANK])) == ["W-07"]
    assert not list(intake.demand_breaches([FORM, BANK]))


def test_complete_papers_must_be_accepted_and_incomplete_ones_cannot():
    assert not list(intake.acceptance_breaches([FORM, BANK], urgent=False))
    assert rules_of(intake.acceptance_breaches([FORM, LACKING], urgent=False)) == ["W-06"]


def test_in_an_emergency_papers_may_follow():
    assert not list(intake.acceptance_breaches([FORM, LACKING], urgent=True))


@pytest.mark.parametrize(
    ("papers", "earlier", "reason", "expected"),
    [
        ([LACKING], 0, "", []),
        ([LACKING], 1, "", ["W-04"]),
        ([LACKING], 1, "申请人新增一名成员", []),
        ([FORM], 0, "", ["W-06"]),
        ([LACKING, ASKED_BANK], 0, "", ["W-07"]),
    ],
)
def test_one_list_of_everything_missing(papers, earlier, reason, expected):
    assert rules_of(intake.one_time_notice_breaches(papers, earlier_notices=earlier, reason=reason)) == expected


def test_a_second_list_is_lifted_by_a_reason_only():
    (breach,) = intake.one_time_notice_breaches([LACKING], earlier_notices=1, reason="")
    assert breach.binding is False


@pytest.mark.parametrize(
    ("complete", "reason", "expected"),
    [(True, "理由足够长了吧", ["W-06", "W-16"]), (False, "", ["W-16"]), (False, "不属于本辖区受理范围", [])],
)
def test_refusal_is_written_and_never_of_a_complete_application(complete, reason, expected):
    assert rules_of(intake.refusal_breaches(complete=complete, reason=reason)) == expected


def test_remedies_name_both_ways_and_terms():
    assert "六十日" in intake.remedies() and "六个月" in intake.remedies()


@pytest.mark.parametrize(
    ("by_proxy", "agent", "mandate", "faults"),
    [(False, "", False, 0), (True, "李四", True, 0), (True, "", True, 1), (True, "李四", False, 1), (True, "", False, 2)],
)
def test_a_proxy_needs_a_name_and_a_mandate(by_proxy, agent, mandate, faults):
    assert rules_of(intake.proxy_breaches(by_proxy=by_proxy, agent=agent, mandate=mandate)) == ["W-09"] * faults


def test_near_relatives_are_registered_with_the_relation():
    assert rules_of(intake.near_relative_breaches(near_relative=True, relation="")) == ["W-13"]
    assert not list(intake.near_relative_breaches(near_relative=True, relation="某村主任之母"))


STEP = {
    "name": "入户调查",
    "waiting_for": [],
    "paused": False,
    "earliest": None,
    "today": date(2026, 11, 23),
    "people": ["甲", "乙"],
    "people_minimum": 2,
    "recorded": True,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"waiting_for": ["启动调查"]}, ["W-14"]),
        ({"paused": True}, ["D-05"]),
        ({"earliest": date(2026, 11, 24)}, ["DB-4"]),
        ({"earliest": date(2026, 11, 23)}, []),
        ({"people": ["甲"]}, ["DB-3"]),
        ({"people": ["甲", "甲"]}, ["DB-3"]),
        ({"recorded": False}, ["DB-3"]),
        ({"recorded": False, "people": [], "people_minimum": 0}, []),
    ],
)
def test_a_step_is_done_in_order_in_full_and_by_two(change, expected):
    assert rules_of(course.step_breaches(**STEP | change)) == expected


def test_a_case_cannot_close_while_a_sub_case_is_open():
    assert rules_of(course.closing_breaches(open_referrals=["甲区医保（办理中）"])) == ["W-03"]
    assert not list(course.closing_breaches(open_referrals=[]))


@pytest.mark.parametrize(
    ("steps", "relative", "visit", "expected"),
    [([], False, None, []), (["公示"], False, None, ["W-14"]), ([], True, None, ["W-13"]), ([], True, date(2026, 11, 20), [])],
)
def test_nobody_enters_without_every_step(steps, relative, visit, expected):
    assert rules_of(course.confirmation_breaches(open_steps=steps, near_relative=relative, county_visit_on=visit)) == expected


@pytest.mark.parametrize(
    ("mode", "consent", "reason", "valid", "faults"),
    [
        (referral.Mode.TRANSFER, False, "住院", True, 0),
        (referral.Mode.REFER, False, "住院", True, 1),
        (referral.Mode.REFER, True, "住院", True, 0),
        (referral.Mode.TRANSFER, False, " ", True, 1),
        (referral.Mode.TRANSFER, False, "住院", False, 1),
    ],
)
def test_referring_to_others_needs_consent_transferring_to_a_department_does_not(mode, consent, reason, valid, faults):
    assert rules_of(referral.send_breaches(mode=mode, consent=consent, reason=reason, receiver_valid=valid)) == ["W-08"] * faults


TICKS = [  # need, tick, urgent, what is refused
    ("REQUIRED", "BROUGHT", False, []),
    ("REQUIRED", "MISSING", False, []),
    ("REQUIRED", "NOT_APPLICABLE", False, ["W-06"]),
    ("REQUIRED", "NOT_APPLICABLE", True, ["W-06"]),
    ("REQUIRED", "LATER", False, ["W-06"]),
    ("REQUIRED", "LATER", True, []),
    ("IF_APPLICABLE", "NOT_APPLICABLE", False, []),
    ("IF_APPLICABLE", "LATER", False, ["W-06"]),
    ("SHAREABLE", "NOT_APPLICABLE", False, []),
    ("SHAREABLE", "BROUGHT", False, ["W-07"]),
    ("SHAREABLE", "LATER", True, ["W-07"]),
]


@pytest.mark.parametrize(("need", "tick", "urgent", "expected"), TICKS)
def test_each_kind_of_paper_takes_its_own_answers_only_w06(need, tick, urgent, expected):
    paper = intake.Paper("X", "某材料", intake.Need(need), intake.Brought(tick))
    assert rules_of(intake.tick_breaches([paper], urgent=urgent)) == expected
