"""A small tendering world: one announced project, its tender, officers, bidders and a pool of experts."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from accounts.roles import Role
from contractors import services as contractor_services
from contractors.models import Contractor
from procurement.models import Bid, Project, ScoreSheet, ScoringFactor, Tender
from procurement.sealing.content import Content
from procurement.services import bidding, committee, opening, quotes, review, scoring, tender
from records import clock
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_user
from tests.procurement.factories import PDF

PASSPHRASES = ("口令甲 correct horse", "口令乙 battery staple")
BANDS = [
    {"label": "一般", "low": "0", "high": "20"},
    {"label": "良好", "low": "20", "high": "30"},
    {"label": "优秀", "low": "30", "high": "40"},
]
_serial = count(1)


@dataclass
class World:
    bureau: Organisation
    officer: User
    chief: User
    supervisor: User
    tender: Tender
    bidders: list[tuple[Contractor, User]] = field(default_factory=list)
    experts: list[User] = field(default_factory=list)

    @property
    def holders(self):
        return [self.chief, self.supervisor]


def make_project(bureau, officer, **values) -> Project:
    """An announced consultation project of 1,000,000 元: price 20, two quality factors of 40."""
    project = Project.objects.create(
        **{
            "organisation": bureau,
            "code": f"SQ-2026-{next(_serial):03d}",
            "name": "低保对象家计调查服务",
            "fiscal_year": 2026,
            "status": Project.Status.NOTICE_PUBLISHED,
            "published_at": clock.now() - timedelta(days=1),
            "method": Project.Method.CONSULTATION,
            "price_weight": Decimal(20),
            "plan_amount": Decimal(1_000_000),
            "ceiling": Decimal(1_000_000),
            "starts_on": date(2027, 1, 1),
            "ends_on": date(2027, 12, 31),
            "created_by": officer,
        }
        | values
    )
    for position, name in enumerate(("服务方案", "人员配备")):
        ScoringFactor.objects.create(project=project, name=name, weight=Decimal(40), bands=BANDS, position=position)
    return project


def prepare(world_project, officer, holders, **values) -> Tender:
    deadline = clock.now().replace(hour=2, minute=0) + timedelta(days=12)
    fields = {"bid_deadline": deadline, "opening_at": deadline, "envelope_kib": 64, "committee_size": 3} | values
    return tender.prepare_tender(world_project.pk, values=fields, holders=holders, by=officer)


def make_world(chongqing, *, open_for_bids=True, experts=4, **project_values) -> World:
    bureau = chongqing.home.bureau
    officer = make_user(role=Role.PURCHASE_OFFICER, organisation=bureau, name="经办甲")
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=bureau, name="局长乙")
    supervisor = make_user(role=Role.SUPERVISOR, organisation=bureau, name="监管丙")
    project = make_project(bureau, officer, **project_values)
    world = World(bureau, officer, chief, supervisor, prepare(project, officer, [chief, supervisor]))
    world.experts = [make_user(role=Role.EXPERT, organisation=chongqing.pool, name=f"专家{n}") for n in range(experts)]
    for holder, passphrase in zip(world.holders, PASSPHRASES, strict=True):
        tender.take_custody(world.tender.pk, passphrase=passphrase, by=holder)
    if open_for_bids:
        world.tender = tender.open_for_bids(world.tender.pk, by=officer)
    return world


def add_bidder(world, quote="900000", *, proposal="入户调查两人一组", file=b"", **contractor_values) -> Bid:
    contractor = make_contractor(by=world.officer, **contractor_values)
    admin = make_contractor_admin(contractor)
    world.bidders.append((contractor, admin))
    content = Content(Decimal(quote), proposal, "方案.txt" if file else "", file)
    return bidding.submit_bid(world.tender.pk, contractor=contractor, content=content, by=admin)


def reach_opening_time(world) -> None:
    """The database's clock can't be turned: bring the times of the tender before it instead."""
    moment = clock.now() - timedelta(minutes=1)
    Tender.objects.filter(pk=world.tender.pk).update(bid_deadline=moment, opening_at=moment)
    world.tender.refresh_from_db()


def open_bids(world) -> Tender:
    reach_opening_time(world)
    for holder, passphrase in zip(world.holders, PASSPHRASES, strict=True):
        result = opening.contribute_share(world.tender.pk, passphrase=passphrase, by=holder)
    world.tender = result.tender
    return world.tender


def judge_all(world) -> None:
    for bid in world.tender.bids.filter(status=Bid.Status.OPENED):
        contractor_services.record_credit_check(bid.contractor, note="两网站查询无记录", by=world.officer)
        review.judge_bid(bid.pk, valid=True, by=world.officer)


def seat_committee(world) -> None:
    committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    for member in world.tender.committee.members.all():
        committee.declare(member.pk, clear=True, by=member.user)


def final_quotes(world, prices: dict[int, str] | None = None) -> Tender:
    """Every valid bidder of a consultation quotes once more (bid id → price; else as before), and the two holders open."""
    bids = list(world.tender.bids.valid())
    quotes.call_quotes(world.tender.pk, deadline=clock.now() + timedelta(minutes=40), note="服务时间调整为工作日。", by=world.officer)
    people = {contractor.pk: admin for contractor, admin in world.bidders}
    for bid in bids:
        price = Decimal((prices or {}).get(bid.pk, bid.quote))
        quotes.submit_quote(world.tender.pk, contractor=bid.contractor, quote=price, by=people[bid.contractor_id])
    return open_final_quotes(world)


def open_final_quotes(world) -> Tender:
    Tender.objects.filter(pk=world.tender.pk).update(quote_deadline=clock.now() - timedelta(minutes=1))
    for holder, passphrase in zip(world.holders, PASSPHRASES, strict=True):
        world.tender = opening.contribute_share(world.tender.pk, passphrase=passphrase, by=holder).tender
    return world.tender


def reach_scoring(world) -> Tender:
    open_bids(world)
    judge_all(world)
    seat_committee(world)
    if world.tender.project.method == Project.Method.CONSULTATION:
        final_quotes(world)
    world.tender = review.start_scoring(world.tender.pk, by=world.officer)
    return world.tender


def letter() -> SimpleUploadedFile:
    """The winner's, by which it declines."""
    return SimpleUploadedFile("拒签函.pdf", PDF)


def score_all(world, points: dict[int, str]) -> None:
    """Every member hands in the same points for both factors of a bid (bid id → points)."""
    for sheet in ScoreSheet.objects.filter(bid__tender=world.tender).select_related("member__user"):
        marks = {name: Decimal(points[sheet.bid_id]) for name in ("服务方案", "人员配备")}
        scoring.save_sheet(sheet.pk, marks=marks, opinion="", submit=True, by=sheet.member.user)


def reach_ranking(world, points: dict[int, str]) -> Tender:
    reach_scoring(world)
    score_all(world, points)
    world.tender = scoring.rank_bids(world.tender.pk, by=world.officer)
    return world.tender
