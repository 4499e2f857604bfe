"""Entering numbers, people, trainings and what-ifs: what is refused, what is kept, what is written down."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from records.refusals import Refused, StaleVersion
from staffing import reports, services
from staffing.models import Caseload, Scenario, StaffMember
from staffing.services import StaffFacts
from tests.factories import make_user
from tests.staffing.factories import AS_OF, make_caseload, make_staff

ON = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(chongqing):
    return chongqing.home


@pytest.fixture
def chief(home):
    return make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)


@pytest.fixture
def township(home):
    return home.townships[0].organisation


def record(township, chief, count=1200, *, as_of=AS_OF, source="台账"):
    return services.record_caseload(township, as_of=as_of, recipients={"TEKUN": count}, source=source, by=chief)


def facts(organisation, **changed):
    base = {"place": organisation.kind, "name": "甲", "employment": "OWN", "education": "BACHELOR", "started_on": date(2025, 1, 1)}
    return StaffFacts(organisation=organisation, **(base | changed))


def rules_of(refusal) -> list[str]:
    return [breach.rule for breach in refusal.value.breaches]


@pytest.mark.parametrize("count", [-1, 1.5, 1_000_001])
def test_an_impossible_number_is_refused_and_nothing_is_written(township, chief, count):
    with pytest.raises(Refused) as refusal:
        record(township, chief, count)
    assert rules_of(refusal) == ["W-19b"]
    assert not Caseload.objects.exists()


def test_a_day_to_come_is_refused(township, chief):
    with pytest.raises(Refused, match="在今天之后"):
        record(township, chief, as_of=date(2999, 1, 1))


def test_numbers_belong_to_townships_not_to_bureaus(home, chief):
    with pytest.raises(Refused, match="不是乡镇"):
        record(home.bureau, chief)


def test_an_abolished_township_takes_no_numbers(township, chief):
    township.valid_to = date(2026, 1, 25)
    township.save()
    with pytest.raises(Refused, match="不存在"):
        record(township, chief)


def test_numbers_without_source_are_refused(township, chief):
    with pytest.raises(Refused, match="数据来源"):
        record(township, chief, source=" ")


def test_a_correction_replaces_the_number_and_keeps_the_old_one_in_the_trail(township, chief):
    record(township, chief, 1200)
    record(township, chief, 1250)
    assert Caseload.objects.get().recipients == 1250
    event = AuditEvent.objects.filter(action="staffing.caseload.recorded").order_by("pk").last()
    assert event.detail["recipients"]["TEKUN"] == {"from": 1200, "to": 1250}


def test_the_same_numbers_again_leave_no_trace(township, chief):
    record(township, chief)
    assert record(township, chief) == []
    assert AuditEvent.objects.filter(action="staffing.caseload.recorded").count() == 1


def test_a_posted_worker_without_contract_is_refused(township, chief):
    with pytest.raises(Refused) as refusal:
        services.add_staff(facts(township, employment="POSTED"), by=chief)
    assert rules_of(refusal) == ["W-20"]


def test_the_database_itself_refuses_a_posted_worker_without_contract(township):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff(township, employment="POSTED")


@pytest.mark.parametrize(("kind", "place"), [("township", "BUREAU"), ("township", "VILLAGE"), ("bureau", "TOWNSHIP")])
def test_a_place_that_does_not_fit_the_organisation_is_refused(home, township, chief, kind, place):
    organisation = township if kind == "township" else home.bureau
    with pytest.raises(Refused) as refusal:
        services.add_staff(facts(organisation, place=place), by=chief)
    assert rules_of(refusal) == ["W-20"]


def test_departments_and_contractors_have_no_place_on_the_roster(chongqing, chief):
    for organisation in (chongqing.home.departments["MEDICAL"], chongqing.contractors[0]):
        with pytest.raises(Refused):
            services.add_staff(facts(organisation, place="TOWNSHIP"), by=chief)
    assert not StaffMember.objects.exists()


def test_a_care_home_must_be_named(township, chief):
    with pytest.raises(Refused, match="机构名称"):
        services.add_staff(facts(township, place="CARE_HOME"), by=chief)


def test_own_staff_need_no_degree(township, chief):
    assert services.add_staff(facts(township, education="BELOW"), by=chief).pk


def test_leaving_before_arriving_is_refused(township, chief):
    member = make_staff(township, started_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="早于到岗日期"):
        services.end_staff(member.pk, on=date(2025, 12, 31), by=chief)


def test_a_stale_form_does_not_overwrite_what_somebody_else_saved(township, chief):
    member = make_staff(township)
    services.change_staff(member.pk, facts(township, name="乙"), by=chief, version=0)
    with pytest.raises(StaleVersion):
        services.change_staff(member.pk, facts(township, name="丙"), by=chief, version=0)
    member.refresh_from_db()
    assert member.name == "乙"


def test_a_training_takes_only_people_of_the_district(chongqing, home, chief):
    stranger = make_staff(chongqing.districts[1].townships[0].organisation)
    with pytest.raises(Refused, match="不是本区县"):
        services.hold_training(
            home.bureau, title="培训", held_on=date(2026, 5, 1), hours=8, party_education=True, attendees=[stranger], by=chief
        )


def test_a_training_counts_for_the_year(home, township, chief):
    member = make_staff(township)
    services.hold_training(home.bureau, title="培训", held_on=date(2026, 5, 1), hours=8, party_education=True, attendees=[member], by=chief)
    table = reports.district_table(home.bureau, reports.Basis(ON))
    assert (table.trainings, table.totals.staff.trained) == (1, 1)


def table_with(home, recipients, staff):
    make_caseload(home.townships[0].organisation, recipients)
    for _ in range(staff):
        make_staff(home.townships[0].organisation)
    return reports.district_table(home.bureau, reports.Basis(ON))


def plan(home, own, posted=0, recipients=2501):
    return [services.PlannedTownship(home.townships[0].organisation, recipients, own, posted)]


def test_a_what_if_shows_gap_and_cost(home, chief):
    table = table_with(home, 2501, 3)
    scenario = services.save_scenario(table, name="方案一", post_cost=Decimal("60000.00"), lines=plan(home, 3, 2), by=chief)
    result = reports.judge_scenario(scenario, table.basis)
    assert (result.gap, result.posted, result.cost, result.baseline) == (1, 2, Decimal("120000.00"), 3)


@pytest.mark.parametrize(("recipients", "staff", "target", "rule"), [(2501, 11, 10, "W-19c"), (2501, 6, 5, "W-19b"), (2501, 4, 3, "W-19b")])
def test_a_what_if_never_cuts_what_stands_above_the_standard_nor_below_it(home, chief, recipients, staff, target, rule):
    table = table_with(home, recipients, staff)
    with pytest.raises(Refused) as refusal:
        services.save_scenario(table, name="核减", post_cost=Decimal(0), lines=plan(home, target), by=chief)
    assert rule in rules_of(refusal)
    assert not Scenario.objects.exists()
