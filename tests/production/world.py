"""What the stack's database holds for the tests of this folder. Runs in a process of the stack, hence under production settings."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.test import Client

from accounts.roles import Role
from evaluation import rules
from evaluation.services import periods, voices
from procurement.rules.report import months
from records import calendars, clock
from records.models import CalendarYear
from tests.evaluation.factories import World, assign, make_contract, make_report, make_scheme, make_survey
from tests.factories import Chongqing, make_chongqing, make_user
from tests.windows.factories import make_clerk, make_window

CONTRACTS = 3


def lay() -> dict:
    """Everything at once; what the tests must know of it, as plain values."""
    lay_calendars()
    world = make_chongqing()
    township = world.home.townships[0].organisation
    make_window(township)
    each = lay_contracts(world)
    return {
        "complete": CONTRACTS * each,
        "incomplete": each,
        "township": township.pk,
        "session": session_of(make_clerk(township)),
    }


def lay_calendars() -> None:
    for year in (clock.today().year, clock.today().year + 1):
        if not CalendarYear.objects.filter(year=year).exists():
            days = [calendars.Day(day, day.weekday() < 5, "") for day in calendars.days_of(year)]
            calendars.publish_year(year, days, source="made up for the tests", by=None)


def session_of(user) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def first_of_month(months_ago: int) -> date:
    today = clock.today()
    number = today.year * 12 + today.month - 1 - months_ago
    return date(number // 12, number % 12 + 1, 1)


def lay_contracts(world: Chongqing) -> int:
    """Contracts over half a year with every voice heard, and one to which nobody has said anything. Returns the periods of each."""
    bureau, firm = world.home.bureau, world.contractors[0]
    officer = make_user(role=Role.EVALUATION_OFFICER, organisation=bureau)
    scheme = make_scheme(world.city, officer, frequency=rules.Frequency.QUARTER, effective_from=first_of_month(24))
    start, end = first_of_month(8), first_of_month(2) - timedelta(days=1)
    reporter = make_user(role=Role.CONTRACTOR_ADMIN, organisation=firm)
    third = make_user(role=Role.THIRD_PARTY, organisation=world.third_party)
    for number in range(CONTRACTS + 1):
        contract = make_contract(bureau, firm, officer, start=start, end=end, name=f"照料服务{number}")
        for first, last in months(start, end):
            make_report(contract, first, last, reporter)
        if number < CONTRACTS:
            hear_everybody(World(world, bureau, contract, scheme, officer, officer, officer, reporter, third, officer))
    return len(periods.periods_of(contract))


def hear_everybody(world: World) -> None:
    assign(world)
    for period in periods.periods_of(world.contract):
        evaluation, _ = periods.open_evaluation(world.contract, period)
        voices.enter_scores(evaluation.pk, evaluator="purchaser", marks={"G4": voices.Mark(Decimal(88))}, by=world.officer)
        marks = {code: voices.Mark(Decimal(84), "核查表第 3 页") for code in ("T1", "T2", "T3")}
        voices.enter_scores(evaluation.pk, evaluator="third_party", marks=marks, by=world.third)
        make_survey(world, evaluation, replies=32)
