"""A contract in service with its reports, a scheme in force, and the people who judge it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Organisation, User
from accounts.roles import Role
from contractors.models import Contractor
from evaluation import rules
from evaluation.models import Evaluation, Scheme
from evaluation.services import outcome, periods, schemes, scoring, surveys, voices
from procurement.models import (
    Award,
    Bid,
    CatalogueItem,
    Contract,
    PeriodicReport,
    Project,
    Rectification,
    RectificationRound,
    ReportRound,
    Tender,
)
from procurement.rules.report import months
from records import clock
from records.refusals import Refused
from tests.factories import Chongqing, make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
START, END = date(2026, 8, 1), date(2026, 10, 31)
TODAY = "2026-11-23 09:00:00+08:00"
_serial = count(1)


@dataclass
class World:
    """Everybody around one contract."""

    chongqing: Chongqing
    bureau: Organisation
    contract: Contract
    scheme: Scheme
    officer: User
    chief: User
    supervisor: User
    contractor: User
    third: User
    auditor: User

    @property
    def contractor_organisation(self) -> Organisation:
        return self.contract.contractor.organisation


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def make_world(chongqing: Chongqing, *, district: int = 0, contractor: int = 0, reports: bool = True) -> World:
    bureau = chongqing.districts[district].bureau
    officer = make_user(role=Role.EVALUATION_OFFICER, organisation=bureau, name="评价经办")
    contract = make_contract(bureau, chongqing.contractors[contractor], officer)
    scheme = Scheme.objects.filter(organisation=chongqing.city).first() or make_scheme(chongqing.city, officer)
    world = World(
        chongqing,
        bureau,
        contract,
        scheme,
        officer,
        make_user(role=Role.BUREAU_CHIEF, organisation=bureau),
        make_user(role=Role.SUPERVISOR, organisation=bureau),
        make_user(role=Role.CONTRACTOR_ADMIN, organisation=chongqing.contractors[contractor]),
        make_user(role=Role.THIRD_PARTY, organisation=chongqing.third_party),
        make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city),
    )
    if reports:
        for start, end in months(START, END):
            make_report(contract, start, end, world.contractor)
    make_rectified(world, END - timedelta(days=20))
    return world


def make_rectified(world: World, due: date, *, late: int = 0) -> Rectification:
    """Something put right by its limit (or ``late`` days after), and found good by another person."""
    sent = at(due + timedelta(days=late))
    words = {"facts": "服务记录缺签收", "clause": "合同第五条", "demand": "补齐签收", "due_on": due, "first_due_on": due}
    people = {"issued_by": world.supervisor, "issued_at": at(due - timedelta(days=20)), "verified_by": world.chief, "closed_at": sent}
    row = Rectification.objects.create(contract=world.contract, number=world.contract.rectifications.count() + 1, **words, **people)
    Rectification.objects.filter(pk=row.pk).update(status=Rectification.Status.CLOSED)
    answer = {"evidence": "已补签", "submitted_by": world.contractor, "submitted_at": sent, "outcome": "passed"}
    RectificationRound.objects.create(rectification=row, number=1, **answer)
    return row


def make_scheme(organisation, by, *, frequency=rules.Frequency.TERM, effective_from=date(2026, 1, 1), **fields) -> Scheme:
    name, source, specs = schemes.starting_point()
    values = {"name": name, "source": source, "frequency": frequency} | fields
    return schemes.create_edition(organisation=organisation, specs=specs, effective_from=effective_from, by=by, **values)


def make_contract(bureau, organisation, by, *, start=START, end=END, name="困难群众上门照料服务") -> Contract:
    """Placed straight into service: the way there is tested by procurement."""
    number = next(_serial)
    contractor = Contractor.objects.filter(organisation=organisation).first() or Contractor.objects.create(
        organisation=organisation, legal_form="SOCIAL_SERVICE", uscc=organisation.code, representative="张示例", created_by=by
    )
    project = Project.objects.create(
        organisation=bureau,
        code=f"SQ-2026-{number:03}",
        name=name,
        fiscal_year=2026,
        created_by=by,
        published_at=at(start),
        status=Project.Status.IN_SERVICE,
    )
    item, _ = CatalogueItem.objects.get_or_create(
        code="B1",
        defaults={
            "name": "照料护理",
            "kind": "direct",
            "document": "渝民发〔2018〕4号",
            "clause": "二（二）",
            "valid_from": date(2018, 1, 1),
        },
    )
    project.items.add(item)
    tender = Tender.objects.create(project=project, bid_deadline=at(start), opening_at=at(start), created_by=by)
    bid = Bid.objects.create(
        tender=tender,
        contractor=contractor,
        status=Bid.Status.VALID,
        receipt=f"R{number}",
        commitment="0" * 64,
        submitted_by=by,
        received_at=at(start),
        opened_at=at(start),
        quote=Decimal("480000"),
    )
    award = Award.objects.create(
        tender=tender, bid=bid, contractor=contractor, amount=Decimal("480000"), total=Decimal(90), rank=1, confirmed_by=by
    )
    return Contract.objects.create(
        project=project,
        contractor=contractor,
        award=award,
        number=f"HT-2026-{number:03}",
        status=Contract.Status.IN_SERVICE,
        amount=Decimal("480000"),
        starts_on=start,
        ends_on=end,
        drafted_by=by,
        signed_at=at(start),
    )


def make_report(contract, start, end, by, *, late=0, rounds=1, accepted=True, **figures) -> PeriodicReport:
    """A report sent in ``late`` days after its limit (0 = in time)."""
    due = end + timedelta(days=7)
    sent = at(due + timedelta(days=late))
    values = {
        "services_planned": 100,
        "services_done": 95,
        "recipients": 40,
        "visits_planned": 40,
        "visits_done": 40,
        "complaints_received": 4,
        "complaints_settled": 3,
        "staff_on_post": 6,
        "staff_trained": 6,
        "money_received": "40000.00",
        "money_spent": "38000.00",
        "narrative": "本期服务正常。",
    } | figures
    report = PeriodicReport.objects.create(
        contract=contract,
        period_start=start,
        period_end=end,
        due_on=due,
        status=PeriodicReport.Status.ACCEPTED if accepted else PeriodicReport.Status.SUBMITTED,
        figures=values,
        submitted_at=sent,
    )
    for number in range(1, rounds + 1):
        ReportRound.objects.create(report=report, number=number, figures=values, submitted_by=by, submitted_at=sent)
    return report


# --- each step of an evaluation, through the services --------------------------------------------------------------------


def make_open(world: World) -> Evaluation:
    evaluation, _ = periods.open_evaluation(world.contract, periods.periods_of(world.contract)[0])
    return evaluation


def give_scores(world: World, evaluation: Evaluation, *, purchaser="88", third="84.5") -> None:
    voices.enter_scores(evaluation.pk, evaluator="purchaser", marks={"G4": voices.Mark(Decimal(purchaser))}, by=world.officer)
    assign(world)
    marks = {code: voices.Mark(Decimal(third), "核查表第 3 页") for code in ("T1", "T2", "T3")}
    voices.enter_scores(evaluation.pk, evaluator="third_party", marks=marks, by=world.third)


def assign(world: World) -> None:
    assignment = voices.assign_third_party(
        world.contract.pk, third_party=world.chongqing.third_party, procurement_reference="HT-PG-2026-01", by=world.officer
    )
    voices.declare_independence(assignment.pk, no_control=True, no_payment=True, by=world.third)


def make_survey(world: World, evaluation: Evaluation, *, slips=40, population=40, replies=0, level=4):
    facts = {"count": slips, "population": population, "population_source": "10月报告"}
    survey = surveys.issue_codes(evaluation.pk, **facts, expires_on=clock.today() + timedelta(days=30), by=world.officer)
    for slip in survey.codes.all()[:replies]:
        answer(slip, level)
    return survey


def answer(slip, level=4, **fields):
    levels = {row.pk: level for row in surveys.questions_of(slip.survey.evaluation)}
    return surveys.reply(slip.pk, levels=levels, **fields)


def make_complete(world: World, *, level=4, replies=32, **scores) -> Evaluation:
    evaluation = make_open(world)
    give_scores(world, evaluation, **scores)
    make_survey(world, evaluation, replies=replies, level=level)
    return evaluation


def make_scored(world: World, **more) -> Evaluation:
    return scoring.score(make_complete(world, **more).pk, by=world.officer)


def make_objection_window(world: World, **more) -> Evaluation:
    return outcome.open_objection(make_scored(world, **more).pk, by=world.officer)


def make_final(world: World, **more) -> Evaluation:
    evaluation = make_objection_window(world, **more)
    outcome.waive_objection(evaluation.pk, by=world.contractor)
    return outcome.finalise(evaluation.pk, by=world.chief)


def make_published(world: World, **more) -> Evaluation:
    return outcome.publish(make_final(world, **more).pk, summary="服务总体良好。", by=world.officer)


def refused(rule, function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert rule in [breach.rule for breach in caught.value.breaches]
    return str(caught.value)
