"""Three districts, two contractors, a seat for every role in the first of them, and papers of every kind in four hands.

A paper is *own* (first district, first township, first contractor), of the *sibling* township, of the *other district* or of the
*other contractor*. Each says by itself in which organisations it lies and which persons it names: that, and not the code's
querysets, tells who reaches it.

A new address needs its row in ``policy.py``. If the row names a kind of paper that is not here yet, one short function makes it: build
the row with the app's own factories, once for each owner that differs, and ``world.add(kind, whose, pk or values, ...)``: ``places``
are the organisations in which it lies (whoever sits there or above reaches it, if his role may), ``persons`` the seats it names,
``to_all`` for what everybody may read, ``acting`` where the paper and not the role says who acts (``Row.verb``). ``add_chain`` has the
project, tender, bid, contract and report of one purchaser and one firm: hang what belongs to them there. An address whose kind has no
paper fails the walk and names the kind.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from accounts import services as account_services
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from contractors.models import ConditionProof, Contractor, ContractorChange, Debarment
from evaluation.models import Evaluation, Indicator, Objection, Score
from evaluation.services import surveys
from procurement.models import (
    Acceptance,
    AcceptanceMember,
    Adviser,
    Amendment,
    Award,
    Bid,
    Challenge,
    CommentRound,
    Committee,
    CommitteeMember,
    Complaint,
    Contract,
    DebarmentProposal,
    Enquiry,
    Envelope,
    ExitTrigger,
    GradeNotice,
    GuidanceEntry,
    KeyHolder,
    LowPriceReview,
    Package,
    Payment,
    PaymentLine,
    PlanRow,
    Project,
    ProjectArchive,
    ProjectPaper,
    PublicComment,
    Renewal,
    RetainedRelease,
    ScoreSheet,
    Security,
    ServiceComplaint,
    ServiceVisit,
    SoleSource,
    StandardSet,
    Standing,
    Subcontract,
    SuperiorGrant,
    Suspicion,
    Takeover,
    TakeoverLine,
    TakeoverPaper,
    TakeoverRoute,
    Tender,
    Termination,
    YearShare,
)
from procurement.services import announcements, archive
from records import clock, files
from records.models import Job, Message, Notice
from staffing.models import Attendance, Scenario, Training
from staffing.services.training import code_of
from tests.attacks.charity import add_need
from tests.attacks.policy import OFFICES
from tests.contractors.factories import make_application, make_contractor, prove
from tests.evaluation import factories as judging
from tests.factories import Chongqing, make_chongqing, make_user
from tests.procurement import factories as purchase
from tests.procurement import supervising
from tests.records.factories import make_job, make_message, make_notice, make_value
from tests.staffing.factories import make_absence, make_caseload, make_month, make_staff
from tests.windows import factories as counter
from windows.models import (
    AgendaItem,
    CaseStep,
    Finding,
    Handover,
    HomeVisit,
    Meeting,
    MeetingDecision,
    MeetingGuest,
    MeetingMinutes,
    NoticeObjection,
    Publicity,
    StandingEntry,
    StandingImport,
    StandingRow,
    Step,
    VerificationBatch,
    VerificationRequest,
    VillageReport,
    VillageTask,
    VisitFile,
)
from windows.rules.month import Month
from windows.services import guide, months, programme_drafts

OWN, SIBLING, DISTRICT, FIRM = "own", "sibling township", "other district", "other contractor"
CITY_ROLES = (Role.CITY_BUREAU, Role.CITY_AUDITOR)
TOWNSHIP_ROLES = (Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK)
FIRM_ROLES = (Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MISSING = {"pk": 987654321, "project_pk": 987654321, "uuid": "00000000-0000-4000-8000-000000000000", "year": 1987}
MISSING |= {"organisation": 987654321, "person": 987654321, "worker": 987654321}
MISSING |= {"code": "no-such-code", "score_pk": 987654321, "paper": 987654321, "user": 987654321}


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
    add_applications(world)
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
        Role.CHARITY: chongqing.third_party,
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
        token, _ = account_services.issue_token(user, place, purpose="别人的令牌", expires_on=expires, by=user)
        world.add("held_token", whose, token.pk, places=[place])
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
        issuer = world.user(Role.PURCHASE_OFFICER) if whose == OWN else officer  # a paper that names people: only whoever issued it
        hidden = with_file(make_notice(bureau, by=issuer, public=False, prefix=f"渝{n}密"))
        world.add("notice", f"{whose}, not public", hidden.pk, persons={Role.PURCHASE_OFFICER} if whose == OWN else set())
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
        add_plan(world, whose, office, draft)
        facts = {"organisation": office.bureau, "item": draft.items.first(), "document": "示例", "created_by": office.officer}
        world.add("standard_set", whose, StandardSet.objects.create(valid_from=clock.today(), **facts).pk, places=[office.bureau])
        later = YearShare.objects.create(project=draft, fiscal_year=clock.today().year + 1, amount=1000)
        world.add("project_year", whose, {"pk": draft.pk, "year": later.fiscal_year}, places=[office.bureau])
        notice = purchase.make_intent_draft(draft, office)
        values = {"pk": notice.pk, "file_pk": notice.files.get().pk}
        world.add("announcement", whose, values, places=[office.bureau])
        add_announced(world, whose, office)


def add_announced(world: World, whose: str, office) -> None:
    """An intent that is out, with its attachment."""
    notice = purchase.make_intent_draft(purchase.make_complete_draft(office, name=f"{whose}意向"), office)
    paper = announcements.issue(notice.pk, version=notice.version, by=office.officer)
    world.add("paper", whose, paper.pk, places=[office.bureau])
    world.add("public_attachment", whose, {"code": notice.project.code, "pk": notice.files.get().pk}, to_all=True)


def add_plan(world: World, whose: str, office, draft: Project) -> None:
    """The year's budget, a planned purchase, and a requirement before the public with one comment."""
    item, today = draft.items.first(), clock.today()
    facts = {"organisation": office.bureau, "fiscal_year": today.year, "item": item, "amount": 1000, "month": 6}
    row = PlanRow.objects.create(name=f"{whose}计划", created_by=office.officer, **facts)
    asked = CommentRound.objects.create(project=draft, started_on=today, ends_on=today, requirement="上门照料", opened_by=office.officer)
    comment = PublicComment.objects.create(round=asked, text="赞成")
    paper = {"document": f"示例指标文{row.pk}", "issued_on": today, "created_by": office.finance}
    grant = SuperiorGrant.objects.create(organisation=office.bureau, fiscal_year=2019, source="city_special", amount=1, **paper)
    world.add("guidance", whose, GuidanceEntry.objects.filter(organisation=office.bureau).first().pk, places=[office.bureau])
    for kind, one in {"grant": grant, "budget": office.budget, "plan_row": row, "comment_round": asked, "comment": comment}.items():
        world.add(kind, whose, one.pk, places=[office.bureau])
    world.add("public_round", whose, asked.pk, to_all=True)


def project_values(project: Project) -> dict:
    return {"pk": project.pk, "project_pk": project.pk, "section": "basics", "kind": "intent"}


def add_chain(world: World, whose: str, office, firm: Organisation) -> None:
    """Project → tender → bid → award → contract → report, all of one purchaser and one firm."""
    report = purchase.make_due_report(office, firm, name=f"{whose}项目")
    contract: Contract = report.contract
    award: Award = contract.award
    tender, bid, project = award.tender, award.bid, contract.project
    buyer, both = [office.bureau], [office.bureau, firm]
    world.add("project", whose, project_values(project), places=buyer)
    world.add("public_project", whose, {"code": project.code}, to_all=True)
    adviser = Adviser.objects.create(
        project=project, uscc="5200000099999999XX", name="示例设计公司", kind="DESIGN", recorded_by=office.officer
    )
    world.add("adviser", whose, adviser.pk, places=buyer)
    world.add("contract", whose, contract.pk, places=both)
    world.add("report", whose, report.pk, places=both)
    add_supervision(world, whose, office, firm, contract)
    add_takeover(world, whose, office, contract)
    packed = archive.request_archive(project, by=office.officer)
    contents = {"parts": [], "missing": []}
    row = ProjectArchive.objects.create(project=project, job=packed, root="0" * 64, parts=0, contents=contents, packed_by=office.officer)
    world.add("archive", whose, row.pk, places=buyer)
    add_money(world, whose, office, contract, both)
    add_tender(world, whose, office, firm, tender, bid)
    add_objections(world, whose, office, firm, tender, bid.contractor)
    add_contractor(world, whose, firm, bid.contractor)


def add_supervision(world: World, whose: str, office, firm: Organisation, contract: Contract) -> None:
    """A served person with an order, a roster, a check with its rectification, a complaint and a sign of 转包."""
    buyer, both, signer = [office.bureau], [office.bureau, firm], purchase.signer_of(firm)
    recipient = supervising.make_recipient(contract, office.supervisor, 701)
    order = supervising.make_order(recipient, office.supervisor)
    visit = supervising.record(order, signer)
    ServiceVisit.objects.filter(pk=visit.pk).update(photo=files.store_bytes(PDF, "照片.pdf", organisation=office.bureau))
    day = clock.today() + timedelta(days=20)
    row = supervising.make_rectification(contract, office, due_on=day)
    with_file(row.notice)
    complaint, _ = supervising.make_complaint(contract)
    ServiceComplaint.objects.filter(pk=complaint.pk).update(forwarded_at=clock.now(), status="forwarded", brief="示例")
    sign = Suspicion.objects.create(contract=contract, sign="off_roster", key="2026-01", facts="示例", found_on=clock.today())
    pending = order.visits.pending().order_by("-planned_on").first()
    for kind, one in (("recipient", recipient), ("service_order", order), ("visit", pending), ("photographed_visit", visit)):
        world.add(kind, whose, one.pk, places=both)
    for kind, one in (("worker", contract.workers.first()), ("rectification", row), ("printed_rectification", row)):
        world.add(kind, whose, one.pk, places=both)
    offered = contract.workers.first()
    offered.pk, offered.id_index, offered.id_number, offered.place = None, "offered" + whose, "", "township"
    offered.save()
    world.add("candidate", whose, {"pk": office.bureau.pk, "worker": offered.pk}, places=buyer)
    for kind, one in (("service_complaint", complaint), ("suspicion", sign)):
        world.add(kind, whose, one.pk, places=both)
    world.add("inspection", whose, row.inspection_id, places=buyer)


def add_money(world: World, whose: str, office, contract: Contract, both) -> None:
    """A period under acceptance, a payment asked for, a retained part set free, a change and a subcontract under way."""
    Contract.objects.filter(pk=contract.pk).update(accepted_amount=1000, retained_amount=100)
    first, second = contract.instalments.order_by("number")[:2]
    done = {"status": "announced", "concluded_at": clock.now(), "announced_at": clock.now(), "amount": 1000, "retained_amount": 100}
    done["notice"] = make_notice(office.bureau, by=office.officer, prefix=f"验{contract.pk}")
    accepted = Acceptance.objects.create(contract=contract, instalment=first, prepared_by=office.supervisor, **done)
    working = Acceptance.objects.create(contract=contract, instalment=second, prepared_by=office.supervisor)
    seat = AcceptanceMember.objects.create(acceptance=working, seat="member", user=office.supervisor)
    span = {"period_start": first.period_start, "period_end": first.period_end}
    grade = GradeNotice.objects.create(contract=contract, grade="优", source_url="/示例/", **span)
    release = RetainedRelease.objects.create(acceptance=accepted, grade_notice=grade, share=100, amount=100)
    payment = Payment.objects.create(
        contract=contract, kind="instalment", acceptance=accepted, amount=900, payee_name="乙方", payee_bank="银行",
        payee_account="12345678", requested_by=office.officer,
    )  # fmt: skip
    PaymentLine.objects.create(payment=payment, line=contract.project.fundings.get().line, amount=900)
    amendment = Amendment.objects.create(
        contract=contract, number=1, ground="contract_ground", content="变更", reason="理由", evidence="条款", drafted_by=office.officer
    )
    renewal = Renewal.objects.create(contract=contract, fiscal_year=2099, amount=100, drafted_by=office.officer)
    part = Subcontract.objects.create(
        contract=contract,
        name="示例分包单位",
        uscc="91500100MA0000077X",
        part="保洁",
        amount=100,
        named_in_bid=True,
        proposed_by=office.officer,
    )
    rows = {"instalment": second, "acceptance": working, "acceptance_seat": seat, "release": release, "payment": payment}
    for kind, row in {**rows, "amendment": amendment, "renewal": renewal, "subcontract": part}.items():
        world.add(kind, whose, row.pk, places=both)


def add_takeover(world: World, whose: str, office, contract: Contract) -> None:
    """A drill with one line, a paper to the firm, a trigger with evidence, a termination and a letter to finance."""
    buyer, both = [office.bureau], [office.bureau, contract.contractor.organisation]
    stored = files.store_bytes(PDF, "证据.pdf", organisation=office.bureau)
    facts = {"contract": contract, "reason": "演练", "drill": True, "due_at": clock.now(), "proposed_by": office.officer}
    takeover = Takeover.objects.create(**facts)
    route = TakeoverRoute.objects.create(takeover=takeover, caretaker=office.bureau)
    world.add("takeover", whose, takeover.pk, places=buyer)
    decided = {"drill": False, "status": "active", "decided_by": office.chief, "decided_at": clock.now()}
    active = Takeover.objects.create(**facts | decided)
    own = TakeoverRoute.objects.create(takeover=active, caretaker=office.bureau)
    world.add("serving", whose, own.pk, places=buyer)
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    line = TakeoverLine.objects.create(takeover=takeover, order=order, township=order.recipient.township, caretaker=route.caretaker)
    world.add("takeover_line", whose, line.pk, places=buyer)
    paper = with_file(make_notice(office.bureau, by=office.officer, public=False, prefix=f"接{contract.pk}"))
    kept = TakeoverPaper.objects.create(takeover=takeover, kind="contractor", addressee=contract.contractor.organisation, notice=paper)
    world.add("takeover_paper", whose, kept.pk, places=both)
    trigger = ExitTrigger.objects.create(contract=contract, ground="breach", facts="多次失约", evidence=stored, raised_by=office.officer)
    world.add("trigger", whose, trigger.pk, places=buyer)
    prior = with_file(make_notice(office.bureau, by=office.officer, public=False, prefix=f"终{contract.pk}"))
    ending = {"ground": "contract", "facts": "多次失约", "answer_by": clock.today(), "notified_by": office.officer, "prior_notice": prior}
    termination = Termination.objects.create(contract=contract, **ending)
    world.add("termination", whose, {"pk": termination.pk, "paper": 1}, places=both)
    letter = with_file(make_notice(office.bureau, by=office.officer, public=False, prefix=f"函{contract.pk}"))
    proposal = DebarmentProposal.objects.create(
        contract=contract, acts=["assignment"], facts="转包", addressee=office.bureau, notice=letter, proposed_by=office.officer
    )
    world.add("proposal", whose, proposal.pk, places=buyer)


def add_tender(world: World, whose: str, office, firm, tender: Tender, bid: Bid) -> None:
    expert, chief = world.seats[Role.EXPERT], world.seats[Role.BUREAU_CHIEF]
    stored = files.store_bytes(PDF, "响应文件.pdf", organisation=firm)
    Bid.objects.filter(pk=bid.pk).update(file=stored)
    Tender.objects.filter(pk=tender.pk).update(ranked_at=clock.now(), quote_deadline=clock.now())
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
    world.add("tender_print", whose, {"pk": tender.pk, "kind": "opening"}, places=[office.bureau], persons=persons)
    world.add("quoting", whose, values, places=[firm])
    award = tender.awards.select_related("notice__organisation").get()
    with_file(award.notice)
    Award.objects.filter(pk=award.pk).update(refusal=files.store_bytes(PDF, "拒签函.pdf", organisation=office.bureau))
    world.add("refusal", whose, award.pk, places=[office.bureau])
    world.add("award_letter", whose, award.pk, places=[office.bureau, firm])
    world.add("any_seat", whose, member.pk, places=[office.bureau], persons=persons)
    Bid.objects.filter(pk=bid.pk).update(agreement=files.store_bytes(PDF, "联合协议.pdf", organisation=firm))
    for kind in ("bid", "bid_file", "agreement"):
        world.add(kind, whose, bid.pk, places=[office.bureau, firm], persons=persons)
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
    bidder = {seat.name for seat in world.seats.values() if seat.organisation == firm}
    world.add("bid", f"{whose}, sealed", sealed.pk, persons=bidder)  # before the opening nobody else, whatever lies below him
    world.add("bid_file", f"{whose}, sealed", sealed.pk)  # in the envelope: nobody


def add_objections(world: World, whose: str, office, firm, tender: Tender, contractor: Contractor) -> None:
    """A question, a challenge with a file, and the complaint that followed."""
    both, today = [office.bureau, firm], clock.today()
    enquiry = Enquiry.objects.create(tender=tender, contractor=contractor, question="服务时间？", asked_by=office.officer)
    stored = files.store_bytes(PDF, "质疑函.pdf", organisation=firm)
    challenge = Challenge.objects.create(
        tender=tender, contractor=contractor, number=f"ZY-{tender.pk}", step="result", demand="重新评审", facts="事实", basis="依据",
        file=stored, known_on=today, raised_by=office.officer,
    )  # fmt: skip
    complaint = Complaint.objects.create(
        challenge=challenge, department="区财政局", document_no="1号", filed_on=today, accepted_on=today, recorded_by=office.officer
    )
    security = Security.objects.create(
        tender=tender, contractor=contractor, kind="bid", form="bank", instrument_no="1", issuer="银行", amount=1, received_on=today,
        recorded_by=office.officer,
    )  # fmt: skip
    world.add("security", whose, security.pk, places=both)
    add_sole(world, whose, office, contractor)
    world.add("enquiry", whose, enquiry.pk, places=both)
    world.add("challenge", whose, challenge.pk, places=both)
    world.add("complaint", whose, complaint.pk, places=both)


def add_sole(world: World, whose: str, office, contractor: Contractor) -> None:
    """A single-source project with its case."""
    project = purchase.make_draft(office, name=f"{whose}单一来源")
    Project.objects.filter(pk=project.pk).update(method=Project.Method.SINGLE_SOURCE, ceiling=Decimal(100000))
    paper = ProjectPaper.objects.create(
        project=project,
        kind="single_source",
        notice=make_notice(office.bureau, by=office.officer, prefix=f"单{project.pk}"),
        until=clock.today(),
    )
    SoleSource.objects.create(
        project=project,
        ground="only_one",
        reason="只有一家",
        contractor=contractor,
        created_by=office.officer,
        paper=paper,
    )
    world.add("sole", whose, project.pk, places=[office.bureau])
    package = Package.objects.create(organisation=office.bureau, name="分包", created_by=office.officer)
    lot = purchase.make_draft(office, name=f"{whose}采购包")
    Project.objects.filter(pk=lot.pk).update(package=package, lot_number=1)
    world.add("package", whose, package.pk, places=[office.bureau])
    Project.objects.filter(pk=lot.pk).update(announced_at=clock.now())
    world.add("public_lot", whose, {"code": lot.code}, to_all=True)


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
    colleague = make_user(role=Role.CONTRACTOR_REPORTER, organisation=firm)
    values = {"pk": contractor.pk, "kind": "proof", "paper": proof.pk, "section": "basics", "user": colleague.pk}
    world.add("contractor", whose, values, places=[firm], open_to=OFFICES)
    change = ContractorChange.objects.create(contractor=contractor, section="head", values={}, statement="换届", submitted_by=colleague)
    world.add("change", whose, change.pk, places=[firm], open_to=OFFICES)
    today = clock.today()
    ban = Debarment.objects.create(
        uscc=contractor.uscc, name=str(contractor), contractor=contractor, decision_no="示例财采罚〔2020〕1号", issuer="示例市财政局",
        starts_on=today - timedelta(days=800), ends_on=today - timedelta(days=100), imported_by=by,
    )  # fmt: skip
    world.add("debarment", whose, ban.pk, places=[firm], open_to=OFFICES)


def add_applications(world: World) -> None:
    """An application at each of two bureaus, one that is still its applicant's alone, and the register's public page."""
    c = world.chongqing
    for whose, bureau in ((OWN, c.home.bureau), (DISTRICT, c.districts[1].bureau)):
        row = make_application(bureau)
        world.add("application", whose, {"pk": row.pk, "paper": row.papers.exclude(file=None).first().pk}, places=[bureau])
    draft = make_application(c.home.bureau, submitted=False)
    world.add("application", "a draft", {"pk": draft.pk, "paper": 1})
    world.add("entrance", "nobody's", {"kind": "INDEPENDENT", "paper": 1}, to_all=True)
    world.add("public_contractor", OWN, {"code": make_contractor().uscc}, to_all=True)
    world.add("public_contractor", "unverified", {"code": make_contractor(verified=False).uscc})


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
        training = Training.objects.create(organisation=bureau, title="业务培训", held_on=date(2026, 3, 1), hours=8, status="HELD")
        Attendance.objects.create(training=training, member=make_staff(bureau))
        world.add("training_code", whose, {"pk": training.pk, "code": code_of(training)}, to_all=True)
        world.add("training", whose, training.pk, places=[bureau])
    for whose, place in township_hands(c).items():
        world.add("township", whose, place.pk, places=[place])
        world.add("caseload", whose, make_caseload(place, 1200).pk, places=[place])
        member = make_staff(place)
        world.add("staff", whose, member.pk, places=[place])
        world.add("absence", whose, make_absence(member, by).pk, places=[place])
        world.add("staffing_month", whose, make_month(place, date(2026, 9, 1)).pk, places=[place])


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
        add_standing(world, whose, case, township)
        add_village(world, whose, next(one for d in c.districts for t in d.townships if t.organisation == township for one in t.villages))
    world.add("programme", OWN, counter.programme("DIBAO").pk, to_all=True)
    world.add("public_programme", OWN, {"code": "DIBAO"}, to_all=True)
    draft = programme_drafts.begin(counter.programme("TEKUN").pk, organisation=c.city, by=world.user(Role.CITY_BUREAU))
    world.add("programme_draft", OWN, draft.pk, places=[c.city])
    add_guide(world)


def add_guide(world: World) -> None:
    """A draft of each district, and one text that everybody reads."""
    values = {"kind": "QUESTION", "title": "怎样申请", "body": "到窗口申请", "source": "文件", "formed_on": clock.today()}
    by = world.user(Role.ASSISTANCE_OFFICER)
    for whose, bureau in ((OWN, world.chongqing.home.bureau), (DISTRICT, world.chongqing.districts[1].bureau)):
        world.add("guide_text", whose, guide.write_text(bureau, by=by, **values).pk, places=[bureau])
    told = guide.write_text(world.chongqing.home.bureau, by=by, **values)
    world.add("public_guide_text", OWN, guide.publish_text(told.pk, version=told.version, by=by).pk, to_all=True)


def add_handover(world: World, whose: str, case, township: Organisation) -> None:
    world.add("desk_of", whose, {"organisation": township.pk, "person": case.handler_id}, places=[township])
    paper = Handover.objects.create(
        organisation=township,
        from_user=case.handler,
        rule=Handover.Rule.EVEN,
        reason="请假",
        total=1,
        moved=1,
        kept=0,
        made_by=case.handler,
    )
    world.add("handover", whose, paper.pk, places=[township])


def add_verification(world: World, whose: str, case, township: Organisation) -> None:
    """Out in a batch of the district, with its file ready."""
    district = township.district
    batch = VerificationBatch.objects.create(
        organisation=district, number=f"HD-{case.pk}", kind="csv", total=1, sent_by=case.handler, content="5om55qyh", file_hash="0" * 64
    )
    row = VerificationRequest.objects.create(
        organisation=district,
        case=case,
        person=case.person,
        consent_on=clock.today(),
        requested_by=case.handler,
        batch=batch,
        status="SENT",
    )
    world.add("verification", whose, row.pk, places=[township])
    world.add("verification_batch", whose, batch.pk, places=[district])


def add_visit(world: World, whose: str, case, township: Organisation) -> None:
    """Written down, with one photo; the step itself is left as it is."""
    facts = dict.fromkeys(("met", "met_relation", "family", "housing", "work", "living", "finding"), "如实记录") | {
        "signed": True,
        "recorded_by": case.handler,
    }
    visit = HomeVisit.objects.create(case=case, visited_on=clock.today(), first_investigator="甲", second_investigator="乙", **facts)
    photo = files.store_bytes(PDF, "照片.pdf", organisation=township)
    paper = VisitFile.objects.create(visit=visit, file=photo, added_by=case.handler)
    world.add("home_visit", whose, {"pk": visit.pk, "paper": paper.pk}, places=[township])


def add_publicity(world: World, whose: str, case, township: Organisation) -> None:
    """A notice that hangs in a village, and one objection to it; the step itself is left as it is."""
    village, today = Organisation.objects.filter(parent=township, kind=Organisation.Kind.VILLAGE).order_by("path").first(), clock.today()
    task = VillageTask.objects.create(
        organisation=village, kind="NOTICE", title="张贴公示", due_on=today, no_fee_reason="随走访完成", set_by=case.handler, case=case
    )
    notice = with_file(make_notice(township, by=case.handler, public=False, prefix=f"示{case.pk}", rows=[["申请人", "试验人"]]))
    step = case.steps.filter(step__isnull=False).last()
    row = Publicity.objects.create(
        case=case, step=step, village=village, ordinal=1, shown_name="试验人", family_count=1, grants=True, phone="12345", starts_on=today,
        ends_on=today + timedelta(days=7), notice=notice, task=task, posted_by=case.handler,
    )  # fmt: skip
    world.add("publicity", whose, row.pk, places=[township, village])
    said = NoticeObjection.objects.create(
        case=case, publicity=row, ordinal=1, anonymous=True, channel="LETTER", text="有门面出租", raised_on=today, recorded_by=case.handler
    )
    world.add("notice_objection", whose, said.pk, places=[township])


def add_meeting(world: World, whose: str, case, township: Organisation) -> None:
    """Signed, about one case; the district's 医保 was invited, and the township itself has to act."""
    lead = world.user(Role.TOWNSHIP_LEAD)
    meeting = Meeting.objects.create(
        organisation=township, kind="CASE", title="个案会商", held_at=clock.now(), place="会议室", chair=lead, status="SIGNED",
        arranged_by=lead, convened_at=clock.now(),
    )  # fmt: skip
    invited = Organisation.objects.get(parent=township.district, function="MEDICAL")
    MeetingGuest.objects.create(meeting=meeting, organisation=invited, present=True)
    done = {"owner_organisation": township, "owner": case.handler, "days": 5}
    item = AgendaItem.objects.create(
        meeting=meeting, position=1, source="UNFIT", title="其他求助：试**", case=case, decision="OTHER", decision_text="上门核实", **done
    )
    notice = with_file(make_notice(township, by=case.handler, public=False, prefix=f"会{case.pk}"))
    minutes = MeetingMinutes.objects.create(meeting=meeting, ordinal=1, notice=notice, signed_by=lead)
    facts = {"kind": "OTHER", "text": "上门核实", "starts_on": clock.today(), "due_on": clock.today(), **done}
    row = MeetingDecision.objects.create(item=item, minutes=minutes, **facts)
    seats = {seat.name for seat in world.seats.values() if seat.organisation == invited}
    world.add("meeting", whose, {"pk": meeting.pk, "paper": item.pk}, places=[township], persons=seats)
    office = {seat.name for seat in world.seats.values() if seat.organisation == township}
    world.add("meeting_decision", whose, row.pk, places=[township], acting={"finish": office})


def add_standing(world: World, whose: str, case, township: Organisation) -> None:
    """A preview that waits, with one refused row, and one who receives."""
    now = clock.now()
    paper = StandingImport.objects.create(
        organisation=township, kind="ROSTER", file_name="名册.xlsx", sha256="0" * 64, status="READY", made_by=case.handler, read_at=now,
        facts={"counts": {"REFUSED": 1}, "total": None, "accepted": "0"},
    )  # fmt: skip
    notes = [["fault", "F2", "id_length", "5********"]]
    StandingRow.objects.create(paper=paper, ordinal=1, sheet="名册", number=2, outcome="REFUSED", name="试验人", notes=notes)
    entry = StandingEntry.objects.create(
        organisation=township, person=case.person, category="RURAL_DIBAO", amount=560, source=paper, changed_at=now
    )
    world.add("standing_import", whose, paper.pk, places=[township])
    world.add("standing_entry", whose, entry.pk, places=[township])


def add_village(world: World, whose: str, village: Organisation) -> None:
    by = world.user(Role.VILLAGE_ASSISTANT)
    today = clock.today()
    task = VillageTask.objects.create(
        organisation=village, kind="NOTICE", title="张贴公示", due_on=today, no_fee_reason="随走访完成", set_by=by
    )
    photo = files.store_bytes(PDF, "照片.pdf", organisation=village)
    report = VillageReport.objects.create(task=task, ordinal=1, done_on=today, text="已张贴", photo=photo, reported_by=by)
    world.add("village_task", whose, {"pk": task.pk, "paper": report.pk}, places=[village])
    finding = Finding.objects.create(organisation=village, kind="NEED", situation="独居老人生病", place="3 组", reported_by=by)
    world.add("finding", whose, finding.pk, places=[village])


def add_case(world: World, whose: str, case, township: Organisation) -> None:
    place = [township]
    add_handover(world, whose, case, township)
    add_verification(world, whose, case, township)
    add_visit(world, whose, case, township)
    add_publicity(world, whose, case, township)
    add_meeting(world, whose, case, township)
    add_need(world, whose, case, township)
    (counted,) = months.keep(Month.of(clock.today()).before(), [township], place=township, by=None)
    world.add("window_month", whose, counted.pk, places=[township])
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
        world.add("survey_office", whose, row.pk, places=bureau)
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
