"""The ground of the purchase benchmark: purchases made through the services, and many copies of them in the districts of the city.

One purchase in service, with its bids, contract, recipients, orders and visits, and one draft are made as people would make them, for
one bureau; ``bench.copies`` repeats them over all bureaus and contractors. The first contract is then made as large as a city's largest.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from time import perf_counter

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Organisation, User
from accounts.roles import Role
from bench.copies import STEP, STRIDE, Herd, reachable
from contractors.models import Contractor
from procurement.models import Bid, Contract, FundingLine, Project, ServiceOrder, ServiceRecipient, ServiceVisit
from records import clock
from records.models import Notice
from tests.factories import Chongqing, District, Township, make_organisation, make_user
from tests.procurement import factories, supervising

BIDS, RECIPIENTS, WAITING = 4, 6, 3  # of one purchase; visits that wait, of each order
BUDGET = "900000000.00"


@dataclass(frozen=True)
class Size:
    """``projects`` of which one in four is a draft; ``visits`` in all, ``large`` of them under one contract."""

    projects: int = 2_000
    visits: int = 500_000
    large: int = 20_000

    @property
    def running(self) -> int:
        return self.projects * 3 // 4

    @property
    def visits_each(self) -> int:
        return -(-(self.visits - self.large) // self.running // RECIPIENTS) * RECIPIENTS


@dataclass
class Market:
    """Who is there, and the first purchase, from which the others are copied."""

    city: Organisation
    office: factories.Office
    auditor: User
    reporter: User
    firms: list[Contractor]
    contract: Contract
    draft: Project
    size: Size
    made: int = 1
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def bureaus(self) -> list[Organisation]:
        kind = Organisation.Kind.BUREAU
        return list(Organisation.objects.filter(kind=kind, children__kind="TOWNSHIP").distinct().order_by("path"))


def real_city() -> Chongqing:
    """The bundled divisions, with the firms of the benchmark."""
    call_command("load_divisions", verbosity=0)
    city = Organisation.objects.get(kind=Organisation.Kind.CITY)
    bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU, children__kind="TOWNSHIP").order_by("path").first()
    townships = [Township(row, []) for row in bureau.children.filter(kind="TOWNSHIP").order_by("path")[:2]]
    return Chongqing(city, [District(bureau, townships, {})])


def make_firms(city: Organisation, count: int) -> list[Organisation]:
    codes = [f"52500000BENCH{number:04}X" for number in range(count)]
    common = {"parent": city, "code_scheme": Organisation.Scheme.USCC}
    return [
        make_organisation(Organisation.Kind.CONTRACTOR, name=f"试测社工服务中心{code[-5:-1]}", code=code, segment=f"C-{code}", **common)
        for code in codes
    ]


def first_market(place: Chongqing, size: Size, *, firms: int) -> Market:
    """The purchase in service and the draft, each made through the services."""
    office = factories.make_office(place)
    firms = [factories.make_contractor(row, office.officer) for row in make_firms(place.city, firms)]
    office.budget = factories.make_budget(office.bureau, office.finance, amount=BUDGET, name="试测")
    winner = firms[0].organisation
    contract = factories.make_running(office, winner)
    draft = factories.make_complete_draft(office)
    for number, firm in enumerate(firms[1:BIDS], start=2):
        rival(contract, firm, number, office)
    reporter = make_user(role=Role.CONTRACTOR_REPORTER, organisation=winner)
    serve(contract, office, size.visits_each)
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=place.city)
    return Market(place.city, office, auditor, reporter, firms, contract, draft, size)


def rival(contract: Contract, firm: Contractor, number: int, office) -> Bid:
    now = clock.now()
    return Bid.objects.create(
        tender=contract.award.tender,
        contractor=firm,
        status=Bid.Status.VALID,
        receipt=f"R{contract.project_id}-{number}",
        commitment=str(number) * 64,
        submitted_by=office.officer,
        received_at=now,
        opened_at=now,
        quote=Decimal(contract.amount) + number,
    )


def serve(contract: Contract, office, visits: int) -> None:
    """Recipients with an order each, a roster, and ``visits`` from last half-year until next week; the last ones wait."""
    worker = supervising.make_worker(contract, office.supervisor)
    recipients = [supervising.make_recipient(contract, office.supervisor, number) for number in range(1, RECIPIENTS + 1)]
    orders = [supervising.make_order(row, office.supervisor) for row in recipients]
    ServiceVisit.objects.filter(contract=contract).delete()  # planned ahead; here the past is wanted
    each = visits // RECIPIENTS
    ServiceVisit.objects.bulk_create(
        [visit(order, place, each, worker, office.supervisor) for order in orders for place in range(each)], batch_size=2_000
    )


def visit(order: ServiceOrder, place: int, each: int, worker, by) -> ServiceVisit:
    """Number ``place`` of an order, one every four days: done but for the newest ones; one in nine was not."""
    day = clock.today() + timedelta(days=4 * (place - each) + 8)
    row = ServiceVisit(order=order, contract=order.contract, township=order.recipient.township, planned_on=day)
    if place >= each - WAITING or place == 0:
        return row
    row.outcome = ServiceVisit.Outcome.DONE if place % 9 else ServiceVisit.Outcome.NOT_MET
    row.provider, row.worker, row.recorded_by = order.provider, worker, by
    row.done_at = row.recorded_at = timezone.make_aware(datetime.combine(day, time(10)))
    row.minutes, row.sign, row.signed_by, row.late = 60, "name", "本人", place % 11 == 0
    return row


def budget_lines(market: Market) -> list[int]:
    """One funded line in each bureau, enough for its share of the purchases."""
    name, by = "试测", market.office.finance
    made = [factories.make_budget(bureau, by, amount=BUDGET, name=f"{name}批量") for bureau in market.bureaus]
    return [budget.lines.get(source=market.office.line.source).pk for budget in made]


def places(market: Market) -> dict:
    """What stands, in copy ``n``, in place of the first bureau, its townships and its line, and of the firms."""
    bureaus, instead = market.bureaus, {}
    instead[Organisation, market.office.bureau.pk] = [row.pk for row in bureaus]
    first = {bureau.pk: bureau.children.filter(kind="TOWNSHIP").order_by("path").first() for bureau in bureaus}
    used = set(market.contract.recipients.values_list("township", flat=True))
    for township in used:
        instead[Organisation, township] = [first[row.pk].pk for row in bureaus]
    instead[FundingLine, market.office.line.pk] = budget_lines(market)
    firms = market.firms
    for number, firm in enumerate(firms[:BIDS]):
        turned = firms[number:] + firms[:number]
        instead[Contractor, firm.pk] = [row.pk for row in turned]
        instead[Organisation, firm.organisation_id] = [row.organisation_id for row in turned]
    return instead


def herds(market: Market) -> tuple[Herd, Herd]:
    common = {"apps": ("procurement",), "own": (Notice,)}
    instead = places(market)
    running = Herd(reachable(market.contract.project, **common), instead)
    return running, Herd(reachable(market.draft, **common), instead)


class Fill:
    """Copies, in two steps so that what a page asks can be counted on few rows and on many."""

    def __init__(self, market: Market):
        self.market = market
        self.running, self.drafts = herds(market)

    def up_to(self, share: float) -> None:
        """To this share of the size."""
        size, began = self.market.size, perf_counter()
        last = max(1, int(size.projects * share))
        with transaction.atomic():
            first, middle = self.market.made, self.middle(self.market.made, last)
            if middle >= first:
                self.running.copy(first, middle)
                copy_trail(self.running, first, middle)
            if last > middle:
                self.drafts.copy(middle + 1, last)
        self.market.made = last + 1
        self.market.seconds[f"{last:,} copies"] = perf_counter() - began

    def middle(self, first: int, last: int) -> int:
        return first + (last - first) * 3 // 4

    def enlarge(self) -> None:
        """The first contract becomes the largest: further recipients with their orders and visits."""
        rows = {model: self.running.rows[model] for model in (ServiceRecipient, ServiceOrder, ServiceVisit)}
        count = -(-self.market.size.large // len(rows[ServiceVisit])) - 1
        began = perf_counter()
        with transaction.atomic():
            Herd(rows).copy(self.market.made, self.market.made + count - 1)
        self.market.made += count
        self.market.seconds["the largest contract"] = perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def copy_trail(herd: Herd, first: int, last: int) -> None:
    """The audit rows of the copied rows, in chains of their own (nobody verifies them here)."""
    kinds = {model._meta.label_lower: sorted(ids) for model, ids in herd.rows.items()}
    wanted = " OR ".join(f"(target_type = '{kind}' AND target_id = ANY(ARRAY{list(map(str, ids))}))" for kind, ids in kinds.items())
    kept = "action, target_type, target_label, actor_id, actor_name, organisation_path, detail, previous_hash, hash"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {AuditEvent._meta.db_table} (chain, sequence, target_id, at, {kept})"
            f" SELECT 'bench-' || n, sequence, (target_id::bigint + n * {STRIDE})::text, at - n * {STEP}, {kept}"
            f" FROM {AuditEvent._meta.db_table} CROSS JOIN generate_series(%s::int, %s::int) AS n WHERE {wanted} ORDER BY n, id",
            [first, last],
        )
