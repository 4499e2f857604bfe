"""A small world: two districts with two townships each, one abolished district, one contractor."""

from datetime import date
from types import SimpleNamespace

import pytest

from accounts.models import Membership, Organisation, User
from accounts.roles import Role

Kind = Organisation.Kind
PASSWORD = "correct horse battery staple"


def make(name, kind, segment, parent=None, **fields):
    return Organisation.objects.create(
        name=name, kind=kind, code=segment, parent=parent, path=Organisation.child_path(parent, segment), **fields
    )


@pytest.fixture
def world(db):
    city = make("重庆市民政局", Kind.CITY, "50")
    a, b = (make(name, Kind.BUREAU, code, city) for name, code in (("甲区民政局", "500901"), ("乙区民政局", "500902")))
    a1, a2 = (make(name, Kind.TOWNSHIP, code, a) for name, code in (("甲一镇", "500901101"), ("甲二镇", "500901102")))
    b1 = make("乙一镇", Kind.TOWNSHIP, "500902101", b)
    medical = make("甲区医保局", Kind.DEPARTMENT, "D-MEDICAL", a, function=Organisation.Function.MEDICAL)
    contractor = make("演示社工服务中心", Kind.CONTRACTOR, "C-52500000DEMO000001", city)
    return SimpleNamespace(city=city, a=a, b=b, a1=a1, a2=a2, b1=b1, medical=medical, contractor=contractor)


@pytest.fixture
def person(db):
    def build(username, role=None, organisation=None, *, started_on=date(2020, 1, 1), ended_on=None, password=PASSWORD, **fields):
        user = User.objects.create_user(username, password, name=fields.pop("name", username), **fields)
        if role:
            Membership.objects.create(user=user, organisation=organisation, role=role, started_on=started_on, ended_on=ended_on)
        return user

    return build


@pytest.fixture
def chief(world, person):
    return person("chief", Role.BUREAU_CHIEF, world.a)
