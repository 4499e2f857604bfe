"""Three districts, two contractors, a seat for every role in the first of them, and papers of every kind in four hands.

A paper is *own* (first district, first township, first contractor), of the *sibling* township, of the *other district* or of the
*other contractor*. Each says by itself in which organisations it lies and which persons it names: that, and not the code's
querysets, tells who reaches it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from accounts import services as account_services
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from contractors.models import ConditionProof, Contractor
from evaluation.models import Evaluation, Indicator, Objection, Score
from evaluation.services import surveys
from procurement.models import (
    Award,
    Bid,
    Committee,
    CommitteeMember,
    Contract,
    Envelope,
    KeyHolder,
    LowPriceReview,
    Project,
    ScoreSheet,
    Standing,
    Tender,
)
from records import clock, files
from records.models import Job, Message, Notice
from staffing.models import Attendance, Scenario, Training
from tests.attacks.policy import OFFICES
from tests.contractors.factories import prove
from tests.evaluation import factories as judging
from tests.factories import Chongqing, make_chongqing, make_user
from tests.procurement import factories as purchase
from tests.records.factories import make_job, make_message, make_notice, make_value
from tests.staffing.factories import make_caseload, make_staff
from tests.windows import factories as counter
from windows.models import CaseStep, Step

OWN, SIBLING, DISTRICT, FIRM, OTHERS = "own", "sibling township", "other district", "other contractor", "somebody else"
CITY_ROLES = (Role.CITY_BUREAU, Role.CITY_AUDITOR)
TOWNSHIP_ROLES = (Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK)
FIRM_ROLES = (Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MISSING = {"pk": 987654321, "project_pk": 987654321, "uuid": "00000000-0000-4000-8000-000000000000", "year": 1987}
MISSING |= {"code": "no-such-code", "score_pk": 987654321, "paper": 987654321}


@dataclass
class Seat:
    """One person with one role (or none) at one organisation."""

    name: str
    role: Role | None
    organisation: Organisation | None
    user: User


@dataclass
class Paper:
    """One row, and who reaches it."""

    kind: str
    whose: str
    values: dict  # what an address needs: pk, uuid, code …
    places: list[Organisation] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)  # names of seats
    open_to: frozenset = frozenset()  # roles that reach every paper of this kind
    to_all: bool = False
    acting: dict[str, set[str]] = field(default_factory=dict)
    data: dict = field(default_factory=dict)

    def reached_by(self, seat: Seat, sees) -> bool:
        if self.to_all or seat.name in self.persons:
            return True
        if seat.role is None or (sees is not None and seat.role not in sees):
            return False
        return seat.role in self.open_to or any(lies_below(place, seat.organisation) for place in self.places)


def lies_below(place: Organisation | None, top: Organisation) -> bool:
    """Is ``place`` this organisation or below it? Up the chain of parents, step by step."""
    while place is not None:
        if place.pk == top.pk:
            return True
        place = place.parent
    return False


@dataclass
class World:
    chongqing: Chongqing
    seats: dict[str, Seat]
    papers: dict[str, list[Paper]] = field(default_factory=dict)

    def add(self, kind: str, whose: str, values: dict | int, **more) -> Paper:
        values = {"pk": values} if isinstance(values, int) else values
        paper = Paper(kind, whose, values, **more)
        self.papers.setdefault(kind, []).append(paper)
        return paper

    def user(self, role: Role) -> User:
        return self.seats[role].user


def build() -> World:
    chongqing = make_chongqing()
    world = World(chongqing, make_seats(chongqing))
    add_accounts(world)
    add_records(world)
    add_purchases(world)
    add_staffing(world)
    add_windows(world)
    add_evaluations(world)
    return world


def place_of(chongqing: Chongqing, role: Role) -> Organisation:
    home = chongqing.home
    if role in CITY_ROLES:
        return chongqing.city
    if role in TOWNSHIP_ROLES:
        return home.townships[0].organisation
    if role in FIRM_ROLES:
        return chongqing.contractors[0]
    special = {
        Role.VILLAGE_ASSISTANT: home.townships[0].villages[0],
        Role.DEPARTMENT_HANDLER: home.departments["MEDICAL"],
        Role.THIRD_PARTY: chongqing.third_party,
        Role.EXPERT: chongqing.pool,
    }
    return special.get(role, home.bureau)


def make_seats(chongqing: Chongqing) -> dict[str, Seat]:
    seats = {}
    for role in Role:
        place = place_of(chongqing, role)
        seats[role] = Seat(role, role, place, make_user(role=role, organisation=place, username=f"seat-{role.lower()}"))
    seats["NO POST"] = Seat("NO POST", None, None, make_user(username="seat-none"))
    return seats


# --- accounts and records: papers of persons ------------------------------------------------------------------------------


def add_accounts(world: World) -> None:
    c, expires = world.chongqing, clock.today() + timedelta(days=30)
    hands = {
        OWN: (Role.WINDOW_CLERK, c.home.townships[0].organisation),
        SIBLING: (Role.WINDOW_CLERK, c.home.townships[1].organisation),
        DISTRICT: (Role.SUPERVISOR, c.districts[1].bureau),
        FIRM: (Role.CONTRACTOR_REPORTER, c.contractors[1]),
    }
    for whose, (role, place) in hands.items():
        user = make_user(role=role, organisation=place)
        world.add("user", whose, user.pk, places=[place])
        world.add("post", whose, Membership.objects.get(user=user).pk, places=[place])
        world.add("organisation", whose, place.pk, places=[place])
        account_services.issue_token(user, place, purpose="别人的令牌", expires_on=expires, by=user)
    for seat in world.seats.values():
        if seat.role is None:
            continue
        world.add("post", "each one's own", Membership.objects.get(user=seat.user).pk, places=[seat.organisation], persons={seat.name})
        token, _ = account_services.issue_token(seat.user, seat.organisation, purpose="自用", expires_on=expires, by=seat.user)
        world.add("token", "each one's own", token.pk, persons={seat.name})


def with_file(notice: Notice) -> Notice:
    """Its PDF drawn, as a worker would."""
    Notice.objects.filter(pk=notice.pk).update(file=files.store_bytes(PDF, "公告.pdf", organisation=notice.organisation))
    return notice


def add_records(world: World) -> None:
    c = world.chongqing
    city = world.user(Role.CITY_BUREAU)
    places = {OWN: c.home.bureau, DISTRICT: c.districts[1].bureau}
    for n, (whose, bureau) in enumerate(places.items()):
        officer = make_user(role=Role.PURCHASE_OFFICER, organisation=bureau)
        value = make_value(bureau, officer, code="transfer_days", value="2")
        world.add("value", whose, value.pk, places=[bureau])
        notice = with_file(make_notice(bureau, by=officer, prefix=f"渝{n}民"))
        world.add("notice", whose, {"pk": notice.pk, "code": notice.code}, places=[bureau])
        world.add("public_notice", whose, {"code": notice.code}, to_all=True)
        hidden = with_file(make_notice(bureau, by=world.user(Role.PURCHASE_OFFICER), public=False, prefix=f"渝{n}密"))
        world.add("notice", OTHERS, hidden.pk, persons={Role.PURCHASE_OFFICER})
    world.add("year", OWN, {"year": 2026}, to_all=True)
    world.add("parameter", OWN, {"code": "cap_ratio"}, to_all=True)
    for seat in world.seats.values():
        place = seat.organisation or c.city
        if seat.role is not None:
            own = files.store_bytes(PDF, "自己的.pdf", organisation=place, by=seat.user)
            world.add("file", "each one's own", {"uuid": str(own.uuid)}, persons={seat.name})
            job = make_job(place, seat.user)
            Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE, result=own)
            world.add("job", "each one's own", job.pk, persons={seat.name})
        make_message(seat.user)
        world.add("message", "each one's own", Message.objects.get(recipient=seat.user).pk, persons={seat.name})
    make_message(city, title="另一条")


# --- the purchase ---------------------------------------------------------------------------------------------------------


def add_purchases(world: World) -> None:
    c = world.chongqing
    offices = [purchase.make_office(c), second_office(c)]
    firm_a, firm_b = c.contractors
    for whose, office, firm in ((OWN, offices[0], firm_a), (DISTRICT, offices[1], firm_b), (FIRM, offices[0], firm_b)):
        add_chain(world, whose, office, firm)
    sibling = c.home.townships[1].organisation
    draft = purchase.make_draft(offices[0], organisation=sibling, name="同级乡镇项目")
    world.add("project", SIBLING, project_values(draft), places=[sibling])
    add_drafts(world, offices)


def second_office(c: Chongqing) -> purchase.Office:
    """As ``make_office``, in the second district; the city's thresholds are set by the first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purchase, "set_thresholds", lambda city: None)
        return purchase.make_office(c, district=1)


def add_drafts(world: World, offices) -> None:
    for whose, office in ((OWN, offices[0]), (DISTRICT, offices[1])):
        draft = purchase.make_draft(office, name=f"{whose}草稿")
        world.add("project", whose, project_values(draft), places=[office.bureau])
        world.add("public_project", "unannounced", {"code": draft.code})


def project_values(project: Project) -> dict:
    return {"pk": project.pk, "project_pk": project.pk, "section": "basics"}


def add_chain(world: World, whose: str, office, firm: Organisation) -> None:
    """Project → tender → bid → award → contract → report, all of one purchaser and one firm."""
    report = purchase.make_due_report(office, firm, name=f"{whose}项目")
    contract: Contract = report.contract
    award: Award = contract.award
    tender, bid, project = award.tender, award.bid, contract.project
    buyer, both = [office.bureau], [office.bureau, firm]
    world.add("project", whose, project_values(project), places=buyer)
    world.add("public_project", whose, {"code": project.code}, to_all=True)
    world.add("contract", whose, contract.pk, places=both)
    world.add("report", whose, report.pk, places=both)
    add_tender(world, whose, office, firm, tender, bid)
    add_contractor(world, whose, firm, bid.contractor)


def add_tender(world: World, whose: str, office, firm, tender: Tender, bid: Bid) -> None:
    expert, chief = world.seats[Role.EXPERT], world.seats[Role.BUREAU_CHIEF]
    stored = files.store_bytes(PDF, "响应文件.pdf", organisation=firm)
    Bid.objects.filter(pk=bid.pk).update(file=stored)
    Tender.objects.filter(pk=tender.pk).update(ranked_at=clock.now())
    Envelope.objects.create(bid=bid, sealed=b"sealed")
    Standing.objects.get_or_create(bid=bid, defaults=standing_of(bid))
    seated = whose == OWN
    member_user = expert.user if seated else make_user(role=Role.EXPERT, organisation=world.chongqing.pool)
    committee = Committee.objects.create(tender=tender, seed="0" * 64, pool=[member_user.pk], drawn_by=office.officer)
    member = CommitteeMember.objects.create(committee=committee, user=member_user, position=1)
    sheet = ScoreSheet.objects.create(member=member, bid=bid)
    review = LowPriceReview.objects.create(bid=bid, grounds=["低于均值的一半"])
    KeyHolder.objects.create(tender=tender, user=chief.user if seated else office.chief, appointed_by=office.officer)
    persons = {expert.name} if seated else set()
    values = {"pk": tender.pk}
    world.add("tender", whose, values, places=[office.bureau], persons=persons, data={"bid": bid.pk})
    world.add("result", whose, values, places=[office.bureau])
    world.add("custody", whose, values, persons={chief.name} if seated else set())
    world.add("announced_tender", whose, values, to_all=True)
    world.add("bid", whose, bid.pk, places=[office.bureau, firm], persons=persons)
    world.add("own_bid", whose, bid.pk, places=[firm])
    world.add("low_price", whose, review.pk, places=[office.bureau])
    world.add("own_low_price", whose, review.pk, places=[firm])
    world.add("committee_seat", whose, member.pk, persons=persons)
    world.add("sheet", whose, sheet.pk, persons=persons)
    sealed = Bid.objects.create(
        tender=tender, contractor=bid.contractor, status=Bid.Status.WITHDRAWN, receipt=f"S{tender.pk}", commitment="2" * 64,
        submitted_by=office.officer, received_at=clock.now(), round=2,
    )  # fmt: skip
    Envelope.objects.create(bid=sealed, sealed=b"sealed")
    world.add("own_bid", f"{whose}, sealed", sealed.pk, places=[firm])
    world.add("bid", f"{whose}, sealed", sealed.pk, places=[firm], data={"sealed": True})


def standing_of(bid: Bid) -> dict:
    points = {"price_points": Decimal("20"), "quality_points": Decimal("58.50"), "performance_points": Decimal("10")}
    return {"evaluated_price": bid.quote, **points, "total": Decimal("88.50"), "rank": 1, "quality_rank": 1}


def add_contractor(world: World, whose: str, firm: Organisation, contractor: Contractor) -> None:
    if any(paper.values["pk"] == contractor.pk for paper in world.papers.get("contractor", [])):
        return
    by = world.user(Role.PURCHASE_OFFICER)
    prove(contractor, by=by)
    proof = contractor.proofs.first()
    ConditionProof.objects.filter(pk=proof.pk).update(file=files.store_bytes(PDF, "证明.pdf", organisation=firm))
    values = {"pk": contractor.pk, "kind": "proof", "paper": proof.pk}
    world.add("contractor", whose, values, places=[firm], open_to=OFFICES)


# --- staffing -------------------------------------------------------------------------------------------------------------


def add_staffing(world: World) -> None:
    c, by = world.chongqing, world.user(Role.BUREAU_CHIEF)
    for whose, district in ((OWN, c.districts[0]), (DISTRICT, c.districts[1])):
        bureau = district.bureau
        world.add("unit", whose, bureau.pk, places=[bureau])
        scenario = Scenario.objects.create(
            organisation=bureau, name="测算", post_cost=Decimal("60000"), created_by=by, created_at=clock.now()
        )
        world.add("scenario", whose, scenario.pk, places=[bureau])
        training = Training.objects.create(organisation=bureau, title="业务培训", held_on=date(2026, 3, 1), hours=8)
        Attendance.objects.create(training=training, member=make_staff(bureau))
        world.add("training", whose, training.pk, places=[bureau])
    for whose, place in township_hands(c).items():
        world.add("township", whose, place.pk, places=[place])
        world.add("caseload", whose, make_caseload(place, 1200).pk, places=[place])
        world.add("staff", whose, make_staff(place).pk, places=[place])


def township_hands(c: Chongqing) -> dict[str, Organisation]:
    home, other = c.home.townships, c.districts[1].townships
    return {OWN: home[0].organisation, SIBLING: home[1].organisation, DISTRICT: other[0].organisation}


# --- the windows ----------------------------------------------------------------------------------------------------------


def add_windows(world: World) -> None:
    c = world.chongqing
    for serial, (whose, township) in enumerate(township_hands(c).items(), start=1):
        counter.make_window(township)
        clerk = counter.make_clerk(township)
        case = counter.log(clerk, township, serial=serial, also=(counter.programme("MEDICAL"),), consent=True)
        add_case(world, whose, case, township)
    world.add("programme", OWN, counter.programme("DIBAO").pk, to_all=True)


def add_case(world: World, whose: str, case, township: Organisation) -> None:
    place = [township]
    world.add("case", whose, case.pk, places=place)
    world.add("progress", whose, {"code": case.progress_code}, to_all=True)
    slip = case.slips.first()
    with_file(slip.notice)
    world.add("slip", whose, slip.pk, places=place)
    for actor, acting in ((Step.Actor.COUNTY, (Role.BUREAU_CHIEF, Role.ASSISTANCE_OFFICER)), (None, TOWNSHIP_ROLES)):
        steps = CaseStep.objects.filter(case=case, step__isnull=False)
        step = steps.filter(actor=actor).first() if actor else steps.exclude(actor=Step.Actor.COUNTY).first()
        if step is not None:
            world.add("step", f"{whose}, {actor or 'township'}", step.pk, places=place, acting={"step": set(acting)})
    for row in case.referrals.all():
        receivers = {seat.name for seat in world.seats.values() if seat.organisation == row.to_organisation}
        world.add("referral", whose, row.pk, places=[township, row.to_organisation], acting={"receive": receivers})


# --- the evaluation -------------------------------------------------------------------------------------------------------


def add_evaluations(world: World) -> None:
    """Published in the own district, scored in the other, just opened for the other contractor."""
    c = world.chongqing
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "_serial", count(7001))  # its receipts begin where those of the purchase cannot be
        own, other, firm = (judging.make_world(c, district=d, contractor=f) for d, f in ((0, 0), (1, 1), (0, 1)))
    published, scored, opened = judging.make_published(own), judging.make_scored(other), judging.make_open(firm)
    for whose, place, row, assigned in ((OWN, own, published, True), (DISTRICT, other, scored, True), (FIRM, firm, opened, False)):
        bureau, contractor = [place.bureau], [place.contractor_organisation]
        third = [c.third_party] if assigned else []
        world.add("evaluation", whose, row.pk, places=bureau + contractor + third)
        world.add("survey_page", whose, row.pk, places=bureau + third)
        add_objection(world, whose, place, row)
        if assigned:
            world.add("scored", whose, row.pk, places=bureau)
            add_evidence(world, whose, row, bureau + third + (contractor if row.published_at else []))
    publish_papers(world, published, own.bureau)
    survey = judging.make_survey(firm, opened)
    world.add("survey_slip", FIRM, {"code": surveys.code_of(survey, 1)}, to_all=True)
    world.add("public_evaluation", "not published", scored.pk)
    edition = judging.make_scheme(c.districts[1].bureau, other.officer)
    world.add("scheme", OWN, own.scheme.pk, to_all=True)
    world.add("scheme", DISTRICT, edition.pk, places=[c.districts[1].bureau])


def add_objection(world: World, whose: str, place, row: Evaluation) -> None:
    stored = files.store_bytes(PDF, "异议.pdf", organisation=place.contractor_organisation)
    objection = Objection.objects.create(
        evaluation=row, text="有异议", file=stored, raised_by=place.contractor, answer_due_on=clock.today() + timedelta(days=5)
    )
    world.add("objection", whose, objection.pk, places=[place.bureau, place.contractor_organisation])


def add_evidence(world: World, whose: str, row: Evaluation, places) -> None:
    score = Score.objects.filter(evaluation=row, indicator__evaluator=Indicator.Evaluator.THIRD_PARTY).first()
    Score.objects.filter(pk=score.pk).update(file=files.store_bytes(PDF, "核查.pdf", organisation=world.chongqing.third_party))
    world.add("evidence", whose, {"pk": row.pk, "score_pk": score.pk}, places=places)


def publish_papers(world: World, row: Evaluation, bureau) -> None:
    with_file(row.report)
    with_file(row.announcement)
    world.add("evaluation_report", OWN, row.pk, places=[bureau])
    world.add("final", OWN, row.pk, places=[bureau])
    world.add("public_evaluation", OWN, row.pk, to_all=True)
