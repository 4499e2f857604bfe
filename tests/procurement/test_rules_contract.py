"""P-20, V-07, V-08, T-14, T-15."""

from datetime import date
from decimal import Decimal as D

import pytest

from procurement.rules import contract


def rules_of(breaches):
    return [b.rule for b in breaches]


CONTENT = dict.fromkeys(contract.REQUIRED_CONTENT, "写明")


@pytest.mark.parametrize("key", contract.REQUIRED_CONTENT)
def test_p20_each_missing_part_is_named(key):
    breaches = list(contract.content_breaches({**CONTENT, key: ""}))
    assert rules_of(breaches) == ["P-20"] and contract.REQUIRED_CONTENT[key] in breaches[0].message


def test_p20_a_complete_contract_passes():
    assert list(contract.content_breaches(CONTENT)) == []


@pytest.mark.parametrize("trigger", sorted(contract.LEAST_TRIGGERS))
def test_v07_each_trigger_of_the_text_must_stand_in_the_clause(trigger):
    breaches = list(contract.exit_breaches(contract.LEAST_TRIGGERS - {trigger}, "提前 30 日书面通知"))
    assert rules_of(breaches) == ["V-07"] and contract.EXIT_TRIGGERS[trigger] in breaches[0].message


def test_v07_triggers_without_words_are_not_a_clause():
    assert rules_of(contract.exit_breaches(contract.LEAST_TRIGGERS, "")) == ["V-07"]


def plan(**changes):
    return contract.Takeover(
        **{
            "substitute": "某某社工站",
            "contact_name": "甲",
            "contact_phone": "123",
            "activation_hours": 24,
            "funded": True,
            "handover_items": "档案",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"substitute": ""}, ["V-08"]),
        ({"contact_phone": " "}, ["V-08"]),
        ({"activation_hours": None}, ["V-08"]),
        ({"activation_hours": 25}, ["V-08"]),
        ({"funded": False}, ["V-08"]),
        ({"handover_items": ""}, ["V-08"]),
    ],
)
def test_v08_a_takeover_plan_is_complete_and_quick_enough(changes, rules):
    assert rules_of(contract.takeover_breaches(plan(**changes), limit_hours=D("24"))) == rules


def test_v08_no_plan_no_service():
    assert rules_of(contract.takeover_breaches(None, limit_hours=D("24"))) == ["V-08"]


def test_v08_an_unset_limit_is_said_not_guessed():
    assert rules_of(contract.takeover_breaches(plan(), limit_hours=None)) == ["V-08"]


def test_t14_signing_late_asks_for_a_reason():
    on_time = contract.signing_breaches(awarded_on=date(2026, 3, 1), on=date(2026, 3, 31), last_day=date(2026, 3, 31))
    late = list(contract.signing_breaches(awarded_on=date(2026, 3, 1), on=date(2026, 4, 1), last_day=date(2026, 3, 31)))
    assert list(on_time) == []
    assert rules_of(late) == ["T-14"] and not late[0].binding


@pytest.mark.parametrize(
    ("announced", "on", "rules"),
    [
        (True, date(2026, 4, 1), []),
        (False, date(2026, 4, 1), ["T-15"]),
        (True, date(2026, 3, 31), ["P-20"]),
    ],
)
def test_service_starts_after_the_announcement_and_not_before_its_day(announced, on, rules):
    assert rules_of(contract.start_breaches(announced=announced, starts_on=date(2026, 4, 1), on=on)) == rules
