"""Who signs in to the demo: one account for every role in one real district, all plainly made up, one shared password."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts import audit
from accounts import services as accounts
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from config.demo.people import made_up_uscc
from contractors.services import organisation_of
from records import clock

DISTRICT = "500115"  # 长寿区: 19 townships, so that its table fits one column
PASSWORD = "yimen-yanshi-2026"  # noqa: S105  printed by ``make run``; the demo never runs in production
SINCE = date(2024, 1, 1)
Kind = Organisation.Kind

CONTRACTORS = (("渝晴社会工作服务中心（演示）", "52", 1), ("和合社会服务中心（演示）", "52", 2), ("惠邻公益服务有限公司（演示）", "91", 3))
THIRD_PARTY = ("中衡评估事务所（演示）", "91", 9)
CHARITY = ("暖渝慈善会（演示）", "53", 8)
POOL = ("市级评审专家库（演示）", "P-DEMO")


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``where``: city, bureau, township:0, village:0, department:MEDICAL, contractor:0, third_party, charity, pool."""

    username: str
    name: str
    role: Role
    where: str


ACCOUNTS = (
    Account("chenju", "陈局", Role.BUREAU_CHIEF, "bureau"),
    Account("fuju", "付局", Role.BUREAU_CHIEF, "bureau"),
    Account("caigou", "蔡购", Role.PURCHASE_OFFICER, "bureau"),
    Account("jianguan", "简管", Role.SUPERVISOR, "bureau"),
    Account("pingjia", "平佳", Role.EVALUATION_OFFICER, "bureau"),
    Account("jiuzhu", "纪祝", Role.ASSISTANCE_OFFICER, "bureau"),
    Account("caiwu", "蔡武", Role.FINANCE_OFFICER, "bureau"),
    Account("bianban", "卞办", Role.STAFFING_READER, "bureau"),
    Account("zhenzhang", "甄章", Role.TOWNSHIP_LEAD, "township:0"),
    Account("chuangkou", "庄口", Role.WINDOW_CLERK, "township:0"),
    Account("chuangkou2", "庄二", Role.WINDOW_CLERK, "township:0"),
    Account("linzhen", "林镇", Role.WINDOW_CLERK, "township:1"),
    Account("xieliyuan", "谢立元", Role.VILLAGE_ASSISTANT, "village:0"),
    Account("yibao", "易保", Role.DEPARTMENT_HANDLER, "department:MEDICAL"),
    Account("jiaoyu", "焦育", Role.DEPARTMENT_HANDLER, "department:EDUCATION"),
    Account("zhujian", "朱建", Role.DEPARTMENT_HANDLER, "department:HOUSING"),
    Account("renshe", "任社", Role.DEPARTMENT_HANDLER, "department:EMPLOYMENT"),
    Account("jigou", "季构", Role.CONTRACTOR_ADMIN, "contractor:0"),
    Account("tianbao", "田报", Role.CONTRACTOR_REPORTER, "contractor:0"),
    Account("jigou2", "季二", Role.CONTRACTOR_ADMIN, "contractor:1"),
    Account("jigou3", "季三", Role.CONTRACTOR_ADMIN, "contractor:2"),
    Account("sanfang", "桑芳", Role.THIRD_PARTY, "third_party"),
    Account("cishan", "慈珊", Role.CHARITY, "charity"),
    Account("zhuanjia1", "庄佳一", Role.EXPERT, "pool"),
    Account("zhuanjia2", "庄佳二", Role.EXPERT, "pool"),
    Account("zhuanjia3", "庄佳三", Role.EXPERT, "pool"),
    Account("zhuanjia4", "庄佳四", Role.EXPERT, "pool"),
    Account("shiju", "石居", Role.CITY_BUREAU, "city"),
    Account("shiju2", "石二", Role.CITY_BUREAU, "city"),
    Account("shenji", "沈计", Role.CITY_AUDITOR, "city"),
    Account("xitong", "席统", Role.SYSTEM_ADMIN, "city"),
    Account("anquan", "安泉", Role.SECURITY_ADMIN, "city"),
    Account("shenjiguanli", "沈官", Role.AUDIT_ADMIN, "city"),
)


class Place:
    """The demo district and everything around it, looked up by the words of ``Account.where``."""

    def __init__(self, district: str = DISTRICT):
        self.city = Organisation.objects.get(kind=Kind.CITY)
        self.bureau = Organisation.objects.get(kind=Kind.BUREAU, code=district, code_scheme="NBS2023")
        below, today = Organisation.objects.below(self.bureau), clock.today()
        self.townships = list(below.filter(kind=Kind.TOWNSHIP).valid(today).order_by("path"))
        self.villages = list(below.filter(kind=Kind.VILLAGE, parent=self.townships[0]).valid(today).order_by("path"))
        self.departments = {row.function: row for row in below.filter(kind=Kind.DEPARTMENT).valid(today)}
        self.contractors = [organisation_of(name, made_up_uscc(kind, serial)) for name, kind, serial in CONTRACTORS]
        self.third_party = self._made_up(Kind.THIRD_PARTY, THIRD_PARTY[0], made_up_uscc(*THIRD_PARTY[1:]), "T-", "USCC")
        self.charity = self._made_up(Kind.THIRD_PARTY, CHARITY[0], made_up_uscc(*CHARITY[1:]), "T-", "USCC")
        self.pool = self._made_up(Kind.POOL, POOL[0], POOL[1], "", "OWN")

    def _made_up(self, kind, name, code, prefix, scheme) -> Organisation:
        fields = {"name": name, "kind": kind, "code": code, "code_scheme": scheme, "parent": self.city}
        return Organisation.objects.get_or_create(path=Organisation.child_path(self.city, f"{prefix}{code}"), defaults=fields)[0]

    def at(self, where: str) -> Organisation:
        kind, _, which = where.partition(":")
        plural = {"township": self.townships, "village": self.villages, "contractor": self.contractors}
        if kind == "department":
            return self.departments[which]
        return plural[kind][int(which)] if which else getattr(self, kind)


def people(place: Place) -> dict[str, User]:
    """The demo accounts, made where they are missing; nobody's password is ever set back."""
    held = {user.username: user for user in User.objects.filter(username__in=[account.username for account in ACCOUNTS])}
    hashed = make_password(PASSWORD)
    for account in ACCOUNTS:
        if account.username not in held:
            held[account.username] = _open(account, hashed)
        if not Membership.objects.filter(user=held[account.username], role=account.role).exists():
            accounts.appoint(held[account.username], place.at(account.where), account.role, by=None, started_on=SINCE)
    return held


def _open(account: Account, hashed: str) -> User:
    """One hash serves all: thirty rounds of Argon2 would be half of a first ``make run``."""
    user = User.objects.create(username=account.username, name=account.name, password=hashed, password_changed_at=clock.now())
    audit.record("accounts.user.created", user, by=None, detail={"demo": True})
    return user


def user(username: str) -> User:
    return User.objects.get(username=username)


def accounts_table(place: Place) -> list[str]:
    """What ``make run`` prints: account, person, role and place."""
    rows = [(account.username, account.name, account.role.label, place.at(account.where).label) for account in ACCOUNTS]
    lines = [f"  {username:<14}{name}　{role}　{where}" for username, name, role, where in rows]
    return [f"演示账号（密码都是 {PASSWORD}）：", *lines]
