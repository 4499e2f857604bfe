"""Dated values: the nearest organisation upward wins, periods never overlap, unset stays unset."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from records import values
from records.models import PolicyValue
from records.refusals import Refused
from tests.factories import make_user
from tests.records.factories import make_value

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)


@pytest.fixture
def user(chongqing):
    return make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)


def test_unset_is_none_and_an_unregistered_code_an_error(chongqing):
    assert values.policy_value("cap_ratio", chongqing.home.bureau, ON) is None
    with pytest.raises(KeyError):
        values.policy_value("no_such_code", chongqing.home.bureau, ON)


def test_the_nearest_organisation_upward_wins(chongqing, user):
    make_value(chongqing.city, user, code="transfer_days", value="2")
    make_value(chongqing.home.bureau, user, code="transfer_days", value="1")

    township, other = chongqing.home.townships[0].organisation, chongqing.districts[1].townships[0].organisation
    assert values.policy_value("transfer_days", township, ON).value == Decimal(1)
    assert values.policy_value("transfer_days", other, ON).value == Decimal(2)
    assert values.policy_value("transfer_days", township, ON).organisation == "甲区民政局"


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2025, 12, 31), None), (date(2026, 1, 1), 30), (date(2026, 6, 30), 30), (date(2026, 7, 1), 25)]
)
def test_a_value_holds_from_its_first_day_to_the_day_before_the_next(chongqing, user, on, expected):
    make_value(chongqing.city, user, value="30", since=date(2026, 1, 1))
    make_value(chongqing.city, user, value="25", since=date(2026, 7, 1))

    found = values.policy_value("cap_ratio", chongqing.home.bureau, on)
    assert (found and found.value) == expected


def test_an_overlap_is_refused_naming_the_other_period(chongqing, user):
    make_value(chongqing.city, user, value="30", since=date(2026, 1, 1), until=date(2026, 12, 31))

    with pytest.raises(Refused, match="2026-01-01 至 2026-12-31"):
        make_value(chongqing.city, user, value="25", since=date(2026, 12, 30))
    make_value(chongqing.city, user, value="25", since=date(2026, 12, 31))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="exclusion constraints are PostgreSQL's")
def test_the_database_refuses_an_overlap_that_went_past_the_service(chongqing, user):
    row = make_value(chongqing.city, user, value="30", until=date(2027, 1, 1))
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_withdrawn_value_applies_to_no_day_and_frees_its_period(chongqing, user):
    row = make_value(chongqing.city, user, value="30")
    with pytest.raises(Refused, match="原因"):
        values.withdraw_value(row.pk, by=user, reason=" ")
    values.withdraw_value(row.pk, by=user, reason="文号有误")

    assert values.policy_value("cap_ratio", chongqing.city, ON) is None
    make_value(chongqing.city, user, value="31")


@pytest.mark.parametrize(
    ("code", "value", "why"),
    [
        ("cap_ratio", "101", "0–100%"),
        ("cap_ratio", "-1", "0–100%"),
        ("cap_ratio", "NaN", "之间"),
        ("cap_ratio", "三成", "应填数字"),
        ("staffing_rounding", "up", "只能取"),
        ("recipient_categories", ["dibao", "other"], "只能取"),
        ("no_such_code", "1", "没有代码"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_limits(chongqing, user, code, value, why):
    with pytest.raises(Refused, match=why):
        make_value(chongqing.city, user, code=code, value=value)
    assert not PolicyValue.objects.exists()


def test_lists_and_choices_come_back_typed(chongqing, user):
    make_value(chongqing.city, user, code="recipient_categories", value=["dibao", "tekun"])
    make_value(chongqing.city, user, code="staffing_rounding", value="ceil")

    found = values.policy_values(["recipient_categories", "staffing_rounding"], chongqing.home.bureau, ON)
    assert found["recipient_categories"].value == ["dibao", "tekun"]
    assert found["staffing_rounding"].value == "ceil"
    assert values.words("recipient_categories", "dibao,tekun") == "最低生活保障对象、特困供养人员"


def test_setter_and_confirmer_are_two_people_also_for_the_database(chongqing, user):
    row = make_value(chongqing.city, user)

    with pytest.raises(Refused, match="另一人"):
        values.confirm_value(row.pk, by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyValue.objects.filter(pk=row.pk).update(confirmed_by=user)


def test_an_example_says_that_it_is_one_and_cannot_be_confirmed(chongqing, user):
    row = make_value(chongqing.city, user, example=True)
    other = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)

    assert values.policy_value("cap_ratio", chongqing.city, ON).status == "示例"
    with pytest.raises(Refused):
        values.confirm_value(row.pk, by=other)


def test_setting_leaves_a_trace_with_value_and_document(chongqing, user):
    make_value(chongqing.city, user, value="30")

    event = AuditEvent.objects.get(action="records.policyvalue.set")
    assert (event.detail["value"], event.detail["source"], event.actor) == ("30", "示例文件", user)


def test_several_values_cost_one_query(chongqing, user, django_assert_num_queries):
    make_value(chongqing.city, user, code="transfer_days", value="2")
    township = chongqing.home.townships[0].organisation

    with django_assert_num_queries(1):
        values.policy_values(["transfer_days", "feedback_days", "cap_ratio"], township, ON)


def test_every_registered_parameter_says_what_it_means():
    for known in values.REGISTRY.values():
        assert known.label
        assert known.meaning.endswith("。")
        assert known.kind in (values.NUMBER, values.TEXT, values.CHOICE, values.LIST)
        assert bool(known.choices) == (known.kind in (values.CHOICE, values.LIST))


@pytest.mark.parametrize("code", ["cap_ratio", "open_tender_threshold_services", "decentralised_limit_services"])
def test_a_district_cannot_loosen_what_the_city_fixes(chongqing, user, code):
    make_value(chongqing.city, user, code=code, value="10")
    with pytest.raises(Refused, match="市级统一确定"):
        make_value(chongqing.home.bureau, user, code=code, value="90")
    PolicyValue.objects.create(
        code=code, organisation=chongqing.home.bureau, value="90", effective_from=date(2026, 1, 1), source_document="x", set_by=user
    )
    assert values.policy_value(code, chongqing.home.bureau, ON).value == Decimal(10)
