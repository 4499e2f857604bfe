"""Organisations and people for tests. Each app keeps the factories of its own rows in tests/<app>/factories.py."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count

from accounts.models import Membership, Organisation, User
from accounts.roles import Role

Kind, Function, Scheme = Organisation.Kind, Organisation.Function, Organisation.Scheme
PASSWORD = "correct horse battery staple"
SINCE = date(2020, 1, 1)
_serial = count(1)


def make_organisation(kind, *, parent=None, name=None, code=None, segment=None, **fields) -> Organisation:
    """One node below ``parent``; name and code are made up when not given. ``segment`` is the path's last part."""
    number = next(_serial)
    code = code or f"T{number}"
    return Organisation.objects.create(
        name=name or f"{Kind(kind).label}{number}", kind=kind, code=code, parent=parent,
        path=Organisation.child_path(parent, segment or code), **fields,
    )  # fmt: skip


def make_user(*, role=None, organisation=None, username=None, name=None, password=None, since=SINCE, until=None, **fields) -> User:
    """A person, with one post when ``role`` is given. Without ``password`` nobody can sign in by form (use ``client.force_login``)."""
    username = username or f"user{next(_serial)}"
    user = User.objects.create_user(username, password, name=name or username, **fields)
    if role:
        make_membership(user, role, organisation, since=since, until=until)
    return user


def make_membership(user, role, organisation, *, since=SINCE, until=None, deputy_for=None) -> Membership:
    return Membership.objects.create(
        user=user, organisation=organisation, role=Role(role), started_on=since, ended_on=until, deputy_for=deputy_for
    )


@dataclass
class Township:
    organisation: Organisation
    villages: list[Organisation]


@dataclass
class District:
    bureau: Organisation
    townships: list[Township]
    departments: dict[str, Organisation]


@dataclass
class Chongqing:
    """3 districts × 2 townships × 2 villages with departments, 2 contractors, a third party and a pool of experts."""

    city: Organisation
    districts: list[District] = field(default_factory=list)
    contractors: list[Organisation] = field(default_factory=list)
    third_party: Organisation | None = None
    pool: Organisation | None = None

    @property
    def home(self) -> District:
        return self.districts[0]


def make_chongqing() -> Chongqing:
    city = make_organisation(Kind.CITY, name="重庆市民政局", code="50", code_scheme=Scheme.NBS2023)
    world = Chongqing(city)
    for number, name in enumerate(("甲区", "乙区", "丙区"), start=1):
        world.districts.append(make_district(city, f"5009{number:02}", name))
    for letter in "AB":
        uscc = f"525000009000000{letter}1X"
        world.contractors.append(
            make_organisation(
                Kind.CONTRACTOR, parent=city, name=f"示例社工服务中心{letter}", code=uscc, segment=f"C-{uscc}", code_scheme=Scheme.USCC
            )
        )
    uscc = "915000009000000T1X"
    world.third_party = make_organisation(
        Kind.THIRD_PARTY, parent=city, name="示例评估事务所", code=uscc, segment=f"T-{uscc}", code_scheme=Scheme.USCC
    )
    world.pool = make_organisation(Kind.POOL, parent=city, name="市级评审专家库", code="P-1")
    return world


def make_district(city, code, name) -> District:
    bureau = make_organisation(Kind.BUREAU, parent=city, name=f"{name}民政局", code=code, code_scheme=Scheme.NBS2023)
    departments = {
        str(function): make_organisation(
            Kind.DEPARTMENT,
            parent=bureau,
            name=f"{name}{function.label}",
            code=f"{code}-{function}",
            segment=f"D-{function}",
            function=function,
        )
        for function in Function
        if function != Function.CIVIL_AFFAIRS
    }
    townships = [make_township(bureau, f"{code}10{number}", f"{name}{'一二'[number - 1]}镇") for number in (1, 2)]
    return District(bureau, townships, departments)


def make_township(bureau, code, name) -> Township:
    township = make_organisation(Kind.TOWNSHIP, parent=bureau, name=name, code=code, code_scheme=Scheme.NBS2023)
    villages = [
        make_organisation(Kind.VILLAGE, parent=township, name=f"{name}第{number}村", code=f"{code}20{number}", code_scheme=Scheme.NBS2023)
        for number in (1, 2)
    ]
    return Township(township, villages)
