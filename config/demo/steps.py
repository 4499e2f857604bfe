"""What the demo consists of, in order. Add a step: a function of ``World`` that does nothing the second time.

    @step("登记承接主体")
    def contractors(world): ...

Steps run in the order in which they are registered; ``city=True`` marks those that only ``--scale city`` runs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from accounts.divisions import loading, tree
from accounts.models import Organisation, User
from config.demo import caseloads, organisation, staff, volume
from config.demo.people import People
from records.models import PolicyValue
from records.values import set_value


@dataclass
class World:
    """What a step may ask for: the people maker, the demo district, the accounts, and a place to say how far it is."""

    seed: int = 2026
    cases: int = 200_000
    progress: Callable[[int, int, str], None] = lambda done, total, at: None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def people(self) -> People:
        return People(self.seed)

    @cached_property
    def place(self) -> organisation.Place:
        return organisation.Place()

    @cached_property
    def users(self) -> dict[str, User]:
        return organisation.people(self.place)


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    run: Callable[[World], None]
    city: bool = False


STEPS: list[Step] = []


def step(title: str, *, city: bool = False):
    def register(function):
        STEPS.append(Step(title, function, city))
        return function

    return register


@step("行政区划与部门")
def divisions(world: World) -> None:
    if not Organisation.objects.filter(path="50/500157/").exists():
        loading.apply(tree.bundled())


@step("账号与岗位")
def accounts(world: World) -> None:
    world.notes += organisation.accounts_table(world.place) if world.users else []


@step("配备口径（示例）")
def staffing_values(world: World) -> None:
    city, setter = world.place.city, world.users["shiju"]
    for code, value in (("staffing_rounding", "ceil"), ("recipient_categories", "dibao,tekun")):
        if not PolicyValue.objects.filter(code=code, organisation=city).exists():
            facts = {"organisation": city, "value": value, "effective_from": organisation.SINCE, "source_document": "演示数据（示例口径）"}
            set_value(code, **facts, by=setter, example=True)


@step("救助对象数（演示数据）")
def recipients(world: World) -> None:
    caseloads.load_caseloads()


@step("经办人员与培训")
def roster(world: World) -> None:
    staff.hire_district(world.place.bureau, world.people, by=world.users["chenju"])
    staff.train_district(world.place.bureau, by=world.users["chenju"])
    staff.plan_training(world.place.bureau, by=world.users["chenju"])
    staff.tie_account(world.users["chuangkou"], by=world.users["chenju"])
    staff.plan_district(world.place.bureau, by=world.users["chenju"])
    staff.freeze_months(world.place.bureau)


@step("全市经办人员", city=True)
def city_roster(world: World) -> None:
    staff.hire_city(world.people)


@step("全市申请（批量）", city=True)
def city_cases(world: World) -> None:
    volume.fill(world.cases, world.people, world.progress)
