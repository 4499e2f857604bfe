"""The demo's story, told in steps: a purchase from selection to service, and one project at every earlier gate."""

from datetime import timedelta

from config.demo import (
    charity,
    guide,
    meeting,
    months,
    plans,
    purchase,
    serving,
    standing,
    supervision,
    takeover,
    verification,
    versions,
    village,
)
from config.demo.counter import Counter
from config.demo.judgement import Judgement
from config.demo.market import Market
from config.demo.payments import Payments
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
    project = office.draft(purchase.CARE, 2, starts_on=quarter_after(office.day(71)))
    office.intend(project, 3)
    office.submit(project, 14)
    office.approve(project, 15)
    tender = office.publish(project, 42)
    office.bid(tender, 48, firms)
    office.open(tender)
    office.judge(tender, firms)
    office.award(tender)
    office.sign(tender)


@step("承接主体登记与禁入")
def market(world: World) -> None:
    Market(world.place, world.users).run()


@step("购买项目：各环节")
def gates(world: World) -> None:
    office = Purchase(world.place, world.users)
    ago = (clock.today() - office.start).days
    soon = workday(clock.today() + timedelta(days=60))
    if _missing(purchase.VISITS):
        firms = list(Contractor.objects.filter(organisation__in=world.place.contractors).order_by("pk"))
        project = office.draft(purchase.VISITS, ago - 47, starts_on=soon)
        office.intend(project, ago - 46)
        office.submit(project, ago - 28)
        office.approve(project, ago - 27)
        tender = office.publish(project, ago - 6)
        office.bid(tender, ago - 5, firms, which=(1,))
        office.amend(project, ago - 4)
    if _missing(purchase.COUNSEL):
        project = office.draft(purchase.COUNSEL, ago - 20, starts_on=soon)
        office.intend(project, ago - 19)
        office.submit(project, ago - 4)
    if _missing(purchase.TRAINING):
        office.draft(purchase.TRAINING, ago - 2, starts_on=soon)


@step("年度购买计划与网上征求意见")
def plan(world: World) -> None:
    plans.write(world.place.bureau, world.users["caigou"])


def running_contract() -> Contract:
    return Contract.objects.get(project__name=purchase.CARE.name)


@step("承接主体月报和财务报告")
def reports(world: World) -> None:
    people = {"reporter": world.users["tianbao"], "supervisor": world.users["jianguan"]}
    supervision.file_reports(running_contract(), **people)
    supervision.file_finance(running_contract(), **people)


@step("履约验收、支付与合同变更")
def money(world: World) -> None:
    contract = running_contract()
    if not contract.acceptances.exists():
        Payments(world.users, contract).run(clock.today())


@step("服务对象、服务单与人员名册")
def orders(world: World) -> None:
    serving.set_limits(world.place.city, by=world.users["shiju"])
    serving.enter(running_contract(), world.people, users=world.users)


@step("接管演练、临时接管与交回")
def takeovers(world: World) -> None:
    takeover.drill_and_take_over(running_contract(), users=world.users)


@step("服务记录、检查整改与投诉")
def supervised(world: World) -> None:
    contract = running_contract()
    serving.work(contract, users=world.users)
    serving.supervise(contract, users=world.users)
    serving.complain(contract, users=world.users)


@step("绩效评价")
def evaluations(world: World) -> None:
    contract = running_contract()
    if not Evaluation.objects.filter(contract=contract).exists():
        Judgement(world.place, world.users, contract).run(clock.today())


@step("与评价挂钩的留存支付")
def retained(world: World) -> None:
    contract = running_contract()
    if not contract.payments.filter(kind="retained").exists():
        Payments(world.users, contract).pay_retained()


@step("服务窗口")
def windows(world: World) -> None:
    counter = Counter(world.place, world.users, world.people)
    counter.open_windows()
    if not Case.objects.filter(organisation=counter.township).exists():
        counter.day_after_day()


@step("家庭经济状况核对")
def verifications(world: World) -> None:
    verification.tell(world.place, world.users, world.people)


@step("办事指南")
def guides(world: World) -> None:
    guide.tell(world.place, world.users)


@step("事项新版本")
def programme_versions(world: World) -> None:
    versions.draft(world.place, world.users)


@step("村级任务与主动发现")
def villages(world: World) -> None:
    village.tell(world.place, world.users)


@step("会商与协调")
def meetings(world: World) -> None:
    meeting.tell(world.place, world.users)


@step("慈善帮扶需求")
def needs(world: World) -> None:
    charity.tell(world.place, world.users)


@step("在享名册")
def standing_list(world: World) -> None:
    standing.tell(world.place, world.users, world.people)


@step("窗口月报")
def window_months(world: World) -> None:
    months.tell(world.place, world.users)
