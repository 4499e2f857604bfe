"""A made-up roster: the demo district through the services, the rest of the city in bulk."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Organisation
from config.demo.people import People
from records import clock
from staffing import rules, services
from staffing.models import Caseload, Scenario, StaffMember, Training
from staffing.reports import DEFAULT_CATEGORIES, district_table
from staffing.reports.scenario import seats_of
from staffing.services import months
from staffing.services.training import TrainingPlan
from staffing.services.training import plan_training as plan

STARTED = date(2024, 3, 1)
EDUCATIONS = ("BACHELOR", "COLLEGE", "COLLEGE", "BELOW", "BACHELOR", "GRADUATE")
POST_COST = Decimal("60000.00")  # made up, like every figure of the demo
BUREAU_STAFF = 4  # one short of five, so that the warning of W-19a shows
FIRST_PERSON = 900_000  # numbers of made-up people that no case uses


def own_staff(recipients: int, turn: int) -> int:
    """How many own staff a made-up township has: some on the standard, some short of it, a few above it."""
    standard = rules.township_headcount(recipients)
    if turn % 11 == 7:
        return (standard.maximum or standard.minimum) + 1
    return max(1, standard.minimum - (0, 1, 1, 0, 2)[turn % 5])


def facts(people: People, organisation: Organisation, index: int) -> dict:
    """One person on the roster, as plain values."""
    return {
        "organisation": organisation,
        "place": organisation.kind,
        "name": people.person(FIRST_PERSON + index).name,
        "employment": StaffMember.Employment.OWN,
        "education": EDUCATIONS[index % len(EDUCATIONS)],
        "social_work_education": index % 4 == 0,
        "certificate": (0, 1, 0, 2, 0)[index % 5],
        "started_on": STARTED,
    }


def _wanted(bureaus) -> list[Organisation]:
    """Where each person of these districts serves, one entry per person, in a fixed order."""
    counted = Caseload.objects.filter(category__in=DEFAULT_CATEGORIES).order_by()
    sizes = dict(counted.values_list("organisation").annotate(Sum("recipients")))
    places = []
    for bureau in bureaus:
        places += [bureau] * BUREAU_STAFF
        townships = Organisation.objects.below(bureau).filter(kind=Organisation.Kind.TOWNSHIP).valid(clock.today()).order_by("path")
        for turn, township in enumerate(townships):
            places += [township] * (own_staff(sizes[township.pk], turn) if township.pk in sizes else 0)
    return places


def hire_district(bureau: Organisation, people: People, *, by) -> int:
    """The roster of one district through the services, once; village assistants in the first two townships."""
    if StaffMember.objects.filter(organisation__path__startswith=bureau.path).exists():
        return 0
    villages = Organisation.objects.below(bureau).filter(kind=Organisation.Kind.VILLAGE).valid(clock.today()).order_by("path")
    places = [*_wanted([bureau]), *villages[:40]]
    for index, place in enumerate(places):
        services.add_staff(services.StaffFacts(**facts(people, place, index)), by=by)
    return len(places)


def train_district(bureau: Organisation, *, by) -> Training:
    """The training of the winter for two of three people, once."""
    held_on = date(clock.today().year, 1, 8)
    if held_on > clock.today():
        held_on = held_on.replace(year=held_on.year - 1)
    done = Training.objects.filter(organisation=bureau, held_on=held_on).first()
    if done:
        return done
    members = StaffMember.objects.in_post(held_on).filter(organisation__path__startswith=bureau.path).order_by("pk")
    attendees = [member for number, member in enumerate(members) if number % 3]
    facts_of_day = {"title": "社会救助经办业务培训（演示）", "held_on": held_on, "hours": 16, "party_education": True}
    return services.hold_training(bureau, **facts_of_day, attendees=attendees, by=by)


def plan_training(bureau: Organisation, *, by) -> Training:
    """The next training, planned a month ahead, once."""
    title, day = "社会救助政策与党性教育培训（演示）", clock.today() + timedelta(days=30)
    known = Training.objects.filter(organisation=bureau, title=title).first()
    facts = {
        "title": title,
        "held_on": day,
        "place": "区民政局三楼会议室",
        "topic": "低保、特困政策和党性教育",
        "hours": 8,
        "capacity": 120,
    }
    return known or plan(bureau, TrainingPlan(**facts, party_education=True, tested=True), by=by)


def tie_account(user, *, by) -> None:
    """The roster entry of somebody who works at a counter, tied to the account, once: that person signs in by the code."""
    place = user.memberships.order_by("pk").first().organisation
    member = StaffMember.objects.filter(organisation=place, account=None, ended_on=None).order_by("pk").first()
    if member is None or StaffMember.objects.filter(account=user).exists():
        return
    values = {name: getattr(member, name) for name in services.StaffFacts.__slots__}
    services.change_staff(member.pk, services.StaffFacts(**values | {"account": user}), by=by)


def plan_district(bureau: Organisation, *, by) -> list[Scenario]:
    """Two what-ifs of the demo district, once: every gap closed by posts, and half of each."""
    on = clock.today()
    table = district_table(bureau, services.basis_for(bureau, on))
    seats = [seat for seat in seats_of(table) if seat.is_bureau or seat.recorded is not None]
    places = Organisation.objects.in_bulk([seat.pk for seat in seats])
    made = []
    for name, part in (("缺口全部购买派驻服务（演示）", 1), ("缺口购买一半（演示）", 2)):
        known = Scenario.objects.filter(organisation=bureau, name=name).first()
        lines = [planned(seat, places[seat.pk], part) for seat in seats]
        facts = {"name": name, "post_cost": POST_COST, "lines": lines}
        made.append(known or services.save_scenario(table, **facts, by=by))
    return made


def freeze_months(bureau: Organisation) -> None:
    """Last month and this one as they stood; a month that is frozen stays."""
    month = clock.today().replace(day=1)
    for first in ((month - timedelta(days=1)).replace(day=1), month):
        months.freeze(bureau, first)


def planned(seat, place: Organisation, part: int) -> services.PlannedTownship:
    """The place as it is, and posts for its gap (or a ``part`` of it, rounded up)."""
    staff = seat.staff
    gap = (rules.judge_district(staff.counted) if seat.is_bureau else rules.judge_township(staff.counted, seat.recorded)).gap
    return services.PlannedTownship(place, seat.recorded or 0, staff.own, staff.posted - (-gap // part))


def hire_city(people: People) -> int:
    """Rosters of all districts that have none yet, in bulk (volume: no audit row per person)."""
    bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(clock.today()).order_by("path")
    staffed = set(StaffMember.objects.filter(organisation__kind=Organisation.Kind.BUREAU).values_list("organisation", flat=True))
    places = _wanted([bureau for bureau in bureaus if bureau.pk not in staffed])
    StaffMember.objects.bulk_create(
        [StaffMember(**facts(people, place, 10_000 + index)) for index, place in enumerate(places)], batch_size=2_000
    )
    return len(places)


def post_staff(contract, townships, people: People, *, by, since: date) -> list[StaffMember]:
    """One posted worker per township under a signed contract, once. For the thin line of the demo."""
    posted = []
    for index, township in enumerate(townships):
        values = facts(people, township, 5_000 + index) | {"employment": "POSTED", "contract": contract, "education": "COLLEGE"}
        values["started_on"] = since
        held = StaffMember.objects.filter(organisation=township, contract=contract).first()
        posted.append(held or services.add_staff(services.StaffFacts(**values), by=by))
    return posted
