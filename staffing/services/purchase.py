"""From a what-if to a purchase: one project draft for a service with posted workers, the shortage carried over, P-33 asked first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts import audit
from procurement.models import Project
from procurement.rules import catalogue
from procurement.services.project import create_project, edit_project
from records import clock
from records.policy import Breach
from records.refusals import uphold
from records.workflow import claim, stale
from staffing import rules
from staffing.models import PostingPlan, PostingPlanLine, Scenario
from staffing.reports.scenario import Seat, judge_scenario, seats_of
from staffing.reports.table import UnitTable
from staffing.rules import STANDARD, Place

DISPATCH = "工作人员由承接主体直接用工、发放报酬、缴纳社会保险，不得以劳务派遣方式用工。"
LIMITS = "派驻人员承担事务性工作，不承担受理决定、审核确认、资金发放决定等应由政府直接承担的事项。"
PREFERENCE = (
    "派驻人员原则上具有大专及以上学历；同等条件下优先安排社会工作专业毕业，或者持有助理社会工作师、社会工作师、"
    f"高级社会工作师职业资格的人员（{STANDARD}）。"
)
BY_OUTPUT = "按服务成果计价和验收，服务数量以办理的事项计，不以人数、工时计。"


@dataclass(frozen=True, slots=True)
class PostingOrder:
    """What the purchase officer typed: the head of the project, posts by place (organisation → posts), the answers to P-33."""

    version: int
    name: str
    fiscal_year: int
    items: list
    programmes: list[str]
    posts: Mapping[int, int]
    answers: Mapping[str, dict]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderedPlace:
    """One place of the order with what is known of it today."""

    seat: Seat
    planned: int
    posts: int
    post_cost: Decimal


@transaction.atomic
def draft_purchase(scenario_id: int, table: UnitTable, order: PostingOrder, *, by) -> Project:
    """The project draft of a scenario; sent twice it is the same draft. Refused: dispatch in disguise (P-33), nothing to buy (W-20)."""
    scenario = claim(Scenario.objects.select_related("organisation"), scenario_id)
    made = PostingPlan.objects.select_related("project").filter(scenario=scenario).first()
    if made is not None:
        return made.project
    if str(scenario.version) != str(order.version):
        raise stale(scenario)
    places = places_of(scenario, table, order.posts)
    lifted = uphold(order_breaches(scenario, table, places, order), reason=order.reason)
    project = _project(scenario, table, places, order, lifted, by=by)
    plan = PostingPlan.objects.create(
        scenario=scenario, project=project, budget=project.plan_amount, reason=order.reason.strip(), made_by=by, made_at=clock.now()
    )
    PostingPlanLine.objects.bulk_create([_line(plan, one, table) for one in places if one.posts])
    detail = {"code": project.code, "count": plan.posts, "amount": plan.budget, "lifted": [breach.rule for breach in lifted]}
    audit.record("staffing.scenario.drafted", scenario, by=by, detail=detail | {"reason": plan.reason if lifted else ""})
    return project


def places_of(scenario: Scenario, table: UnitTable, posts: Mapping[int, int]) -> list[OrderedPlace]:
    """The lines of the scenario that plan posts, with today's staff beside them. Places that left the district are not bought for."""
    seats, rows = {seat.pk: seat for seat in seats_of(table)}, judge_scenario(scenario, table.basis).places
    return [OrderedPlace(seats[row.pk], row.posted, posts.get(row.pk, 0), row.post_cost) for row in rows if row.posted and row.pk in seats]


def additional(place: OrderedPlace) -> int:
    """Posts that the scenario plans beyond those posted there today."""
    return max(0, place.planned - place.seat.staff.posted)


def order_breaches(scenario: Scenario, table: UnitTable, places: list[OrderedPlace], order: PostingOrder) -> Iterable[Breach]:
    if scenario.status != Scenario.Status.ACTIVE:
        yield Breach("W-20", STANDARD, f"方案“{scenario}”已撤销，不能据以购买。")
    if not any(place.posts for place in places):
        yield Breach("W-20", STANDARD, "没有要购买的派驻岗位，请至少在一个单位填写岗位数。")
    for place in places:
        for breach in place_breaches(place, table.basis.rounding):
            yield Breach(breach.rule, breach.clause, f"{place.seat.name}：{breach.message}", breach.binding)
    yield from catalogue.answer_breaches(catalogue.EMPLOYMENT_TEST, order.answers)


def place_breaches(place: OrderedPlace, rounding) -> Iterable[Breach]:
    """W-20 for one place: own staff against the standard decides whether buying there is asked about."""
    seat = place.seat
    if seat.is_bureau:
        return rules.district_posts_breaches(place.posts, planned=place.planned, own=seat.staff.own)
    facts = {"planned": place.planned, "own": seat.staff.own, "recipients": seat.recorded, "rounding": rounding}
    return rules.posts_breaches(place.posts, **facts)


def _project(scenario, table: UnitTable, places: list[OrderedPlace], order: PostingOrder, lifted: list[Breach], *, by) -> Project:
    """Through the verbs of procurement, so that its own rules judge the draft as any other."""
    head = {"organisation": scenario.organisation, "name": order.name, "fiscal_year": order.fiscal_year}
    project = create_project(**head, items=order.items, programmes=order.programmes, by=by)
    budget = sum((place.post_cost * place.posts for place in places), Decimal("0.00"))
    changes = {"requirement": requirement_text(scenario, places, table), "plan_amount": budget, "ceiling": budget}
    changes["employment_test"] = dict(order.answers)
    if any(breach.rule == "P-33" for breach in lifted):
        changes["reasons"] = {"P-33": order.reason.strip()}
    return edit_project(project.pk, version=project.version, by=by, **changes)


def requirement_text(scenario: Scenario, places: list[OrderedPlace], table: UnitTable) -> str:
    """The requirement as a draft: the service, the places with their shortage (W-20), whom to prefer (W-21), what it is not (P-33)."""
    lines = [f"{place.seat.name}：{place.posts} 个岗位。{shortage_text(place, table)}。" for place in places if place.posts]
    head = f"派驻服务：承接主体在下列服务点提供社会救助经办服务（依据测算方案“{scenario.name}”）。{BY_OUTPUT}{DISPATCH}"
    return "\n".join([head, "服务点和岗位：", *lines, PREFERENCE, LIMITS])


def shortage_text(place: OrderedPlace, table: UnitTable) -> str:
    """Why posts are needed there: recipients, the sum of the standard, who is there now, who is missing."""
    seat, staff = place.seat, place.seat.staff
    there = f"现有自有专职 {staff.own} 人、派驻 {staff.posted} 人"
    if seat.is_bureau:
        return f"区县级原则上不少于 {rules.DISTRICT_MINIMUM} 人，{there}，缺 {rules.judge_district(staff.counted).gap} 人"
    if seat.recorded is None:
        return f"没有登记救助对象数，{there}"
    gap = rules.judge_township(staff.counted, seat.recorded, table.basis.rounding).gap
    return f"{rules.explain_headcount(seat.recorded, table.basis.rounding)}；{there}，缺 {gap} 人"


def _line(plan: PostingPlan, place: OrderedPlace, table: UnitTable) -> PostingPlanLine:
    seat = place.seat
    minimum = rules.DISTRICT_MINIMUM if seat.is_bureau else None
    if seat.recorded is not None:
        minimum = rules.township_headcount(seat.recorded, table.basis.rounding).minimum
    return PostingPlanLine(
        plan=plan,
        organisation_id=seat.pk,
        place=Place.BUREAU if seat.is_bureau else Place.TOWNSHIP,
        posts=place.posts,
        post_cost=place.post_cost,
        own=seat.staff.own,
        posted=seat.staff.posted,
        minimum=minimum,
        basis=shortage_text(place, table)[:200],
    )
