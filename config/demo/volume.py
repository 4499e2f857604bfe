"""Volume for the whole city: cases of a year in every township, in bulk and resumable township by township.

Each township is one transaction of ``windows.exchange.bulk_open_cases``; one that already has its cases is passed over, so a run
that was broken off goes on where it stopped.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from config.demo import caseloads
from config.demo.organisation import SINCE
from config.demo.people import People
from records import clock
from windows.exchange import bulk_open_cases
from windows.models import Case, Programme
from windows.services import programmes

FIRST_CLERK = 800_000  # numbers of made-up people that no case uses
# What people come for, in hundredths (made up; temporary relief first, as the city's totals suggest).
SHARES = (
    ("TEMPORARY", 42),
    ("TEMPORARY_URGENT", 14),
    ("DIBAO", 16),
    ("MEDICAL", 8),
    ("TEKUN", 4),
    ("MARGINAL", 4),
    ("DISABLED", 4),
    ("EDUCATION", 3),
    ("HOUSING", 3),
    ("EMPLOYMENT", 2),
)
OPEN_EVERY, DECLINED_EVERY = 20, 9  # one case in twenty is open, one ended case in nine was declined
OPEN_DAYS, YEAR_DAYS, OLDEST_ENDED = 30, 330, 45


def apportion(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Whole shares that add up to ``total`` exactly (largest remainders)."""
    whole = sum(weights.values())
    shares = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def clerks(townships: list[Organisation], people: People) -> dict[int, User]:
    """One window clerk per township who cannot sign in (no password); made where missing."""
    names = {township.pk: f"ck{township.code_scheme[:1].lower()}{township.code}" for township in townships}
    held = {user.username for user in User.objects.filter(username__in=names.values())}
    fresh = []
    for number, township in enumerate(townships):
        if names[township.pk] not in held:
            user = User(username=names[township.pk], name=people.name(FIRST_CLERK + number))
            user.set_unusable_password()
            fresh.append(user)
    User.objects.bulk_create(fresh, batch_size=500)
    users = {user.username: user for user in User.objects.filter(username__in=names.values())}
    posted = set(Membership.objects.filter(user__in=users.values()).values_list("user", flat=True))
    Membership.objects.bulk_create(
        [
            Membership(user=users[names[township.pk]], organisation=township, role=Role.WINDOW_CLERK, started_on=SINCE)
            for township in townships
            if users[names[township.pk]].pk not in posted
        ],
        batch_size=500,
    )
    return {township.pk: users[names[township.pk]] for township in townships}


def catalogue() -> list[Programme]:
    """One hundred programmes in the proportion of SHARES: case ``i`` takes number ``i * 37 % 100``."""
    programmes.load()
    newest = {row.code: row for row in Programme.objects.standing().order_by("valid_from")}
    return [newest[code] for code, share in SHARES for _ in range(share)]


def entries(first: int, count: int, people: People, wanted: list[Programme], today: date) -> Iterator[dict]:
    """The cases numbered ``first`` … of the city, as ``bulk_open_cases`` takes them."""
    for index in range(first, first + count):
        person = people.person(index)
        entry = {"name": person.name, "id_number": person.id_number, "phone": person.phone, "programme": wanted[index * 37 % 100]}
        if index % OPEN_EVERY == 0:
            yield entry | {"accepted_on": today - timedelta(days=index // OPEN_EVERY % OPEN_DAYS), "done": index // 100 % 3}
        else:
            accepted = today - timedelta(days=OLDEST_ENDED + index * 13 % YEAR_DAYS)
            declined = index % DECLINED_EVERY == 0
            ended = (
                {"ended": Case.Status.DECLINED, "conclusion": "家庭经济状况不符合条件。"} if declined else {"ended": Case.Status.CONFIRMED}
            )
            yield entry | ended | {"accepted_on": accepted, "done": 99, "days": 6 + index % 15}


def fill(total: int, people: People, progress) -> int:
    """``total`` cases over all townships of today, by the demo sizes. Returns how many were new."""
    standing = caseloads.heirs()
    sizes = {row["code"]: int(row["temp_relief_cases_year"]) for row in caseloads.read_sizing() if row["code"] in standing}
    shares = apportion(total, sizes)
    townships = [standing[code] for code in sorted(shares)]
    by_township, wanted, today = clerks(townships, people), catalogue(), clock.today()
    filled = set(Case.objects.filter(handler__in=by_township.values()).values_list("organisation", flat=True).distinct())
    first = opened = 0
    for code in sorted(shares):
        township, count = standing[code], shares[code]
        if township.pk not in filled:
            clerk = by_township[township.pk]
            opened += bulk_open_cases(township, entries(first, count, people, wanted, today), by=clerk, clerk=clerk)
        first += count
        progress(first, total, township.name)
    return opened
