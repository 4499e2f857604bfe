"""Mine and below, and what my predecessors left: nothing else."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import fetch, may, organisations_for
from accounts.models import Membership, Organisation
from accounts.posts import INCOMPATIBLE, ROLES_BY_KIND
from accounts.reach import forget_reach, outermost
from accounts.roles import GRANTS, Permission, Role
from accounts.wallclock import today
from tests.accounts.conftest import Kind, make

VIEW = Permission.PROJECT_VIEW


def names(rows):
    return sorted(rows.values_list("name", flat=True))


def test_a_bureau_reaches_itself_and_all_below(world, chief):
    assert names(Organisation.objects.visible_to(chief)) == sorted(["甲区民政局", "甲一镇", "甲二镇", "甲区医保局"])


def test_a_township_reaches_neither_its_sibling_nor_its_superior(world, person):
    clerk = person("clerk", Role.WINDOW_CLERK, world.a1)
    assert names(Organisation.objects.visible_to(clerk)) == ["甲一镇"]


def test_the_city_reaches_everything_under_it(world, person):
    assert Organisation.objects.visible_to(person("city", Role.CITY_BUREAU, world.city)).count() == Organisation.objects.count()


def test_nobody_signed_in_reaches_nothing(world):
    assert not Organisation.objects.visible_to(AnonymousUser()).exists()


def test_a_path_that_only_looks_alike_is_out_of_reach(world, person):
    make("像甲一镇", Kind.TOWNSHIP, "5009011011", world.a)
    clerk = person("clerk", Role.WINDOW_CLERK, world.a1)
    assert names(Organisation.objects.visible_to(clerk)) == ["甲一镇"]


@pytest.mark.parametrize(
    ("started", "ended", "reaches"),
    [(-1, None, True), (0, 0, True), (1, None, False), (-9, -1, False), (-9, 0, True)],
)
def test_a_post_counts_from_its_first_to_its_last_day(world, person, started, ended, reaches):
    day = today()
    ended_on = None if ended is None else day + timedelta(days=ended)
    user = person("u", Role.BUREAU_CHIEF, world.a, started_on=day + timedelta(days=started), ended_on=ended_on)
    assert may(user, VIEW, world.a1) is reaches


def test_a_disabled_account_reaches_nothing(world, chief):
    chief.is_active = False
    assert not Organisation.objects.visible_to(chief).exists()


def test_a_successor_reaches_what_its_predecessors_left_through_several_mergers(world, person):
    older = make("丙区民政局", Kind.BUREAU, "500903", world.city)
    older_town = make("丙一镇", Kind.TOWNSHIP, "500903101", older)
    old = make("丁区民政局", Kind.BUREAU, "500904", world.city)
    older.succeeded_by, old.succeeded_by = old, world.a
    older.save()
    old.save()
    user = person("chief", Role.BUREAU_CHIEF, world.a)
    assert may(user, VIEW, older_town)
    assert not may(person("other", Role.BUREAU_CHIEF, world.b), VIEW, older_town)


def test_a_township_reaches_the_township_it_succeeded_only(world, person):
    old = make("丙区民政局", Kind.BUREAU, "500903", world.city)
    merged = make("并入镇", Kind.TOWNSHIP, "500903101", old, succeeded_by=world.a1)
    other = make("另一镇", Kind.TOWNSHIP, "500903102", old, succeeded_by=world.a2)
    clerk = person("clerk", Role.WINDOW_CLERK, world.a1)
    assert may(clerk, Permission.CASE_VIEW, merged)
    assert not may(clerk, Permission.CASE_VIEW, other)


def test_permission_is_held_only_where_the_role_is_held(world, person):
    user = person("two", Role.BUREAU_CHIEF, world.a)
    Membership.objects.create(user=user, organisation=world.b1, role=Role.WINDOW_CLERK, started_on=date(2020, 1, 1))
    forget_reach(user)
    assert may(user, Permission.PROJECT_APPROVE, world.a1)
    assert not may(user, Permission.PROJECT_APPROVE, world.b1)
    assert may(user, Permission.CASE_LOG, world.b1)
    assert not may(user, Permission.CASE_LOG, world.a1)


def test_fetch_says_404_out_of_reach_and_403_in_reach_without_permission(world, chief):
    assert fetch(Organisation, chief, pk=world.a1.pk) == world.a1
    with pytest.raises(Http404):
        fetch(Organisation, chief, pk=world.b1.pk)
    with pytest.raises(PermissionDenied):
        fetch(Organisation, chief, Permission.CASE_LOG, pk=world.a1.pk)


def test_form_choices_stay_where_the_permission_is_held(world, chief):
    assert names(organisations_for(chief, Permission.PROJECT_APPROVE)) == names(Organisation.objects.visible_to(chief))
    assert not organisations_for(chief, Permission.CASE_LOG).exists()


def test_reach_is_read_once_per_request(world, chief, django_assert_num_queries):
    may(chief, VIEW)
    with django_assert_num_queries(0):
        may(chief, VIEW, world.a1)
        may(chief, Permission.PROJECT_APPROVE, world.b)


def test_outermost_keeps_no_path_below_another():
    assert outermost(["50/1/2/", "50/1/", "50/3/", "50/1/9/"]) == ["50/1/", "50/3/"]


def test_every_role_has_grants_and_a_place_to_hold_it():
    assert set(GRANTS) == set(Role)
    assert set().union(*ROLES_BY_KIND.values()) == set(Role)


def test_administrators_see_no_business_record():
    business = {permission for permission in Permission if permission.split(".")[0] not in {"accounts", "records"}}
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert not GRANTS[role] & business


def test_the_city_auditor_only_reads():
    copying = ("_view", ".download", "_archive", "_paper")  # packing and printing copies what is there
    writing = {p for p in GRANTS[Role.CITY_AUDITOR] if not p.endswith(copying)}
    assert writing == set()


def test_three_administrators_are_three_people():
    assert frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}) in INCOMPATIBLE
