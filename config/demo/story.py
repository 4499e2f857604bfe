"""The demo's story, told in steps: a purchase from selection to service, and one project at every earlier gate."""

from datetime import timedelta

from config.demo import purchase, supervision
from config.demo.counter import Counter
from config.demo.judgement import Judgement
from config.demo.purchase import Purchase
from config.demo.steps import World, step
from config.demo.timing import quarter_after, workday
from contractors.models import Contractor
from evaluation.models import Evaluation
from procurement.models import Contract, Project
from records import calendars, clock
from records.models import CalendarYear
from windows.models import Case

UNPUBLISHED = "演示数据：按周末推算，并非国务院办公厅公布的安排"


@step("工作日历（未公布年份为演示数据）")
def calendar(world: World) -> None:
    for year in (clock.today().year, clock.today().year + 1):
        if not CalendarYear.objects.filter(year=year).exists():
            days = [calendars.Day(day, day.weekday() < 5, "") for day in calendars.days_of(year)]
            calendars.publish_year(year, days, source=UNPUBLISHED, by=world.users["shiju"])


def _missing(plan: purchase.Plan) -> bool:
    return not Project.objects.filter(name=plan.name).exists()


@step("预算、目录与承接主体")
def ground(world: World) -> None:
    office = Purchase(world.place, world.users)
    office.lay_ground()
    office.register_contractors()


@step("购买项目：从立项到服务")
def care(world: World) -> None:
    if not _missing(purchase.CARE):
        return
    office = Purchase(world.place, world.users)
    firms = list(Contractor.objects.filter(organisation__in=world.place.contractors).order_by("pk"))
    project = office.draft(purchase.CARE, 2, starts_on=quarter_after(office.day(45)))
    office.submit(project, 14)
    office.approve(project, 15)
    tender = office.publish(project, 16)
    office.bid(tender, 22, firms)
    office.open(tender)
    office.judge(tender, firms)
    office.award(tender)
    office.sign(tender)


@step("购买项目：各环节")
def gates(world: World) -> None:
    office = Purchase(world.place, world.users)
    ago = (clock.today() - office.start).days
    soon = workday(clock.today() + timedelta(days=60))
    if _missing(purchase.VISITS):
        firms = list(Contractor.objects.filter(organisation__in=world.place.contractors).order_by("pk"))
        project = office.draft(purchase.VISITS, ago - 40, starts_on=soon)
        office.submit(project, ago - 28)
        office.approve(project, ago - 27)
        office.bid(office.publish(project, ago - 6), ago - 3, firms, which=(1,))
    if _missing(purchase.COUNSEL):
        office.submit(office.draft(purchase.COUNSEL, ago - 20, starts_on=soon), ago - 4)
    if _missing(purchase.TRAINING):
        office.draft(purchase.TRAINING, ago - 2, starts_on=soon)


def running_contract() -> Contract:
    return Contract.objects.get(project__name=purchase.CARE.name)


@step("承接主体月报")
def reports(world: World) -> None:
    supervision.file_reports(running_contract(), reporter=world.users["tianbao"], supervisor=world.users["jianguan"])


@step("绩效评价")
def evaluations(world: World) -> None:
    contract = running_contract()
    if not Evaluation.objects.filter(contract=contract).exists():
        Judgement(world.place, world.users, contract).run(clock.today())


@step("服务窗口")
def windows(world: World) -> None:
    counter = Counter(world.place, world.users, world.people)
    counter.open_windows()
    if not Case.objects.filter(organisation=counter.township).exists():
        counter.day_after_day()
