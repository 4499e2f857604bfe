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
    """Each level in one statement: most tests begin here."""
    city = make_organisation(Kind.CITY, name="重庆市民政局", code="50", code_scheme=Scheme.NBS2023)
    names = {f"5009{number:02}": name for number, name in enumerate(("甲区", "乙区", "丙区"), start=1)}
    bureaus = _below(city, Kind.BUREAU, {code: f"{name}民政局" for code, name in names.items()}, code_scheme=Scheme.NBS2023)
    firms = [
        _node(Kind.CONTRACTOR, city, f"示例社工服务中心{letter}", uscc, f"C-{uscc}", code_scheme=Scheme.USCC)
        for letter, uscc in ((letter, f"525000009000000{letter}1X") for letter in "AB")
    ]
    uscc = "915000009000000T1X"
    third_party = _node(Kind.THIRD_PARTY, city, "示例评估事务所", uscc, f"T-{uscc}", code_scheme=Scheme.USCC)
    pool = _node(Kind.POOL, city, "市级评审专家库", "P-1")
    offices = {
        (bureau.code, function): _node(
            Kind.DEPARTMENT,
            bureau,
            f"{names[bureau.code]}{function.label}",
            f"{bureau.code}-{function}",
            f"D-{function}",
            function=function,
        )
        for bureau in bureaus
        for function in Function
        if function != Function.CIVIL_AFFAIRS
    }
    towns = {
        bureau.code: [
            _node(Kind.TOWNSHIP, bureau, f"{names[bureau.code]}{word}镇", f"{bureau.code}10{number}", code_scheme=Scheme.NBS2023)
            for number, word in ((1, "一"), (2, "二"))
        ]
        for bureau in bureaus
    }
    Organisation.objects.bulk_create([*firms, third_party, pool, *offices.values(), *(town for rows in towns.values() for town in rows)])
    villages = {
        town.code: [
            _node(Kind.VILLAGE, town, f"{town.name}第{number}村", f"{town.code}20{number}", code_scheme=Scheme.NBS2023) for number in (1, 2)
        ]
        for rows in towns.values()
        for town in rows
    }
    Organisation.objects.bulk_create([village for rows in villages.values() for village in rows])
    districts = [
        District(
            bureau,
            [Township(town, villages[town.code]) for town in towns[bureau.code]],
            {str(function): office for (code, function), office in offices.items() if code == bureau.code},
        )
        for bureau in bureaus
    ]
    return Chongqing(city, districts, firms, third_party, pool)


def _below(parent, kind, names: dict[str, str], **fields) -> list[Organisation]:
    return Organisation.objects.bulk_create([_node(kind, parent, name, code, **fields) for code, name in names.items()])


def _node(kind, parent, name, code, segment="", **fields) -> Organisation:
    path = Organisation.child_path(parent, segment or code)
    return Organisation(kind=kind, parent=parent, name=name, code=code, path=path, **fields)


def make_township(bureau, code, name) -> Township:
    """One more, with two villages."""
    township = make_organisation(Kind.TOWNSHIP, parent=bureau, name=name, code=code, code_scheme=Scheme.NBS2023)
    names = {f"{code}20{number}": f"{name}第{number}村" for number in (1, 2)}
    return Township(township, _below(township, Kind.VILLAGE, names, code_scheme=Scheme.NBS2023))
