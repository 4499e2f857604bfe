"""The demo: made-up people that no real person can be taken for, a place for every role, and nothing doubled by a second run."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.posts import ROLES_BY_KIND
from accounts.roles import Role
from config.demo import organisation
from config.demo.people import LARGEST, People, made_up_uscc
from config.demo.steps import STEPS
from records.identity import check_resident_id, check_uscc, facts_of
from staffing import reports
from staffing.models import Caseload, StaffMember, Training

TODAY = date(2026, 11, 23)


def test_made_up_numbers_are_right_unmistakable_and_never_repeat():
    people = People()
    numbers = set()
    for index in (*range(40_000), 200_000, LARGEST - 1):
        person = people.person(index)
        numbers.add(person.id_number)
        assert person.id_number.startswith("500100" if person.born_on.year >= 1997 else "510200")
        assert person.phone.startswith("123") and len(person.phone) == 11
    assert len(numbers) == 40_002


def test_made_up_numbers_pass_the_check_of_the_intake_form():
    for index in range(0, 60_000, 997):
        person = People().person(index)
        assert list(check_resident_id(person.id_number, TODAY)) == []
        facts = facts_of(person.id_number, TODAY)
        assert (facts.born, facts.sex) == (person.born_on, person.sex)


def test_the_same_seed_makes_the_same_people_and_another_seed_others():
    assert People(1).person(7) == People(1).person(7)
    assert People(1).person(7) != People(2).person(7)


def test_more_people_than_numbers_is_an_error():
    with pytest.raises(ValueError, match="can be made up"):
        People().person(LARGEST)


def test_made_up_credit_codes_are_right():
    assert list(check_uscc(made_up_uscc("52", 1))) == []


def test_every_role_has_an_account():
    assert {account.role for account in organisation.ACCOUNTS} == set(Role)


def test_no_two_accounts_share_a_name():
    usernames = [account.username for account in organisation.ACCOUNTS]
    assert len(usernames) == len(set(usernames))


def test_the_committee_can_be_odd_and_the_values_confirmed_by_a_second_person():
    roles = [account.role for account in organisation.ACCOUNTS]
    assert roles.count(Role.EXPERT) >= 3
    assert roles.count(Role.CITY_BUREAU) >= 2


@pytest.fixture
def demo(db):
    call_command("demo", verbosity=0)


COUNTED = (Organisation, User, Membership, Caseload, StaffMember, Training, AuditEvent)


def test_a_second_run_doubles_nothing_and_finds_everybody_in_place(demo):
    before = [model.objects.count() for model in COUNTED]
    call_command("demo", verbosity=0)
    assert [model.objects.count() for model in COUNTED] == before
    for post in Membership.objects.select_related("organisation"):
        assert post.role in ROLES_BY_KIND[post.organisation.kind]
    client = Client()
    client.post(reverse("accounts:login"), {"username": "chenju", "password": organisation.PASSWORD})
    assert client.session.get("_auth_user_id") == str(User.objects.get(username="chenju").pk)
    bureau = organisation.Place().bureau
    table = reports.district_table(bureau, reports.Basis(TODAY))
    assert table.totals.understaffed > 0
    assert table.totals.above > 0
    assert Caseload.objects.exclude(source__contains="演示数据").count() == 0


def test_the_demo_is_refused_in_production(settings, db):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo", verbosity=0)
    assert not Organisation.objects.exists()


def test_steps_have_names_of_their_own():
    titles = [step.title for step in STEPS]
    assert len(titles) == len(set(titles))
