"""Pages of the purchase on 2,000 projects, 6,000 bids and 500,000 visits, each beside a bare indexed query of the rows that it shows.

Goals: nineteen of twenty answers within 300 ms, at most 40 queries, and as many queries on many rows as on few. On a machine that is busy
with other things a page waits for its turn: a fixed piece of work, done by turns with the pages, tells how crowded it was, and times are
judged by what they would be alone. ``BENCH_PROJECTS`` and ``BENCH_VISITS`` change the size, ``BENCH_ROUNDS`` how often each page is asked.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.list import deep_address, median, timed
from bench.outcome import Outcome
from bench.purchases import Fill, Market, Size, first_market, real_city
from bench.volume import get
from procurement.models import Contract, Project, ServiceVisit
from records import clock

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
FIRMS, FEW, PAGE = 120, 0.02, 20
GOAL_MS, QUERIES, PIECE = 300.0, 40, 0.05
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Page:
    """``rows``: what it shows, to be fetched by their keys as the floor."""

    name: str
    client: Client
    url: str
    rows: QuerySet

    def floor(self) -> Callable[[], None]:
        keys, table = list(self.rows.values_list("pk", flat=True)[:PAGE]), self.rows.model._meta.db_table

        def fetch() -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {table} WHERE id = ANY(%s)", [keys])
                cursor.fetchall()

        return fetch

    def queries(self) -> int:
        """After one visit that fills what is kept in memory."""
        get(self.client, self.url)
        return self.queries_now()

    def queries_now(self) -> int:
        with CaptureQueriesContext(connection) as captured:
            get(self.client, self.url)
        return len(captured)


@dataclass(frozen=True)
class Pace(Outcome):
    """p95 of a page against the goal in milliseconds; the floor is the bare query."""

    p50: float = 0.0
    queries: int = 0
    few: int = 0
    crowded: float = 1.0  # how much longer than alone this machine took meanwhile

    sign = "≤"

    @property
    def passed(self) -> bool:
        return self.alone <= self.goal and self.queries <= QUERIES and self.queries == self.few

    @property
    def alone(self) -> float:
        return self.value / self.crowded

    def line(self) -> str:
        verdict = "PASS" if self.passed else "FAIL"
        told = f"p95 ≤ {self.goal:.0f} ({self.alone:.0f} alone), p50 {self.p50:.0f}, {self.queries} queries"
        told += "" if self.queries == self.few else f" ({self.few} on few rows)"
        return f"{self.name:40}{self.value:12.1f}{self.floor:12.2f}{self.ratio:9.0f}  {told} {verdict}"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def pages(market: Market) -> list[Page]:
    auditor, officer, reporter = (signed_in(user) for user in (market.auditor, market.office.officer, market.reporter))
    contract, firm = market.contract, market.firms[0]
    project = contract.project
    projects, contracts = (model.objects.order_by("-created_at", "-pk") for model in (Project, Contract))
    visits = ServiceVisit.objects.filter(contract=contract).order_by("-planned_on", "-pk")
    own, day = contracts.filter(contractor=firm), clock.today()
    lists = {name: reverse(f"procurement:{name}") for name in ("project_list", "contract_list", "visit_today")}
    record = reverse("procurement:contract_visits", args=[contract.pk])
    served, public = f"{lists['project_list']}?status=in_service&q=照料", reverse("public_project_list")
    inside = projects.filter(organisation=project.organisation)
    waiting = ServiceVisit.objects.filter(order__provider=firm).pending().filter(planned_on__lte=day).order_by("-planned_on", "pk")
    announced = Project.objects.announced().order_by("-announced_at", "-pk")
    return [
        Page("projects: first page, city", auditor, lists["project_list"], projects),
        Page("projects: filtered by state and text", auditor, served, projects.filter(status="in_service")),
        Page("projects: first page, bureau", officer, lists["project_list"], inside),
        Page("project page", officer, reverse("procurement:project_detail", args=[project.pk]), projects.filter(pk=project.pk)),
        Page("contracts: first page, city", auditor, lists["contract_list"], contracts),
        Page("contracts: first page, contractor", reporter, lists["contract_list"], own),
        Page("contract page", officer, reverse("procurement:contract_detail", args=[contract.pk]), contracts.filter(pk=contract.pk)),
        Page("visits of the largest contract, bureau", officer, record, visits),
        Page("visits of the largest contract, own", reporter, record, visits),
        Page("visits of one day", officer, f"{record}?after={day}&before={day}", visits.filter(planned_on=day)),
        Page("visits of all contracts (API), own", reporter, "/api/v1/visits/", ServiceVisit.objects.filter(provider=firm)),
        Page("visits of a day (API), own", reporter, f"/api/v1/visits/?after={day}&before={day}", waiting),
        Page("today on the phone", reporter, lists["visit_today"], waiting),
        Page("home of a reporter", reporter, reverse("home"), waiting),
        Page("home of a purchase officer", officer, reverse("home"), inside),
        Page("public projects", Client(), public, announced),
        Page("public search by text", Client(), f"{public}?q=照料服务", announced),
        Page("public search that finds nothing", Client(), f"{public}?q=没有这样的项目", announced),
    ]


def deep_pages(market: Market) -> list[Page]:
    """Far down the lists, where somebody came by following 下一页."""
    auditor = signed_in(market.auditor)
    url = deep_address(auditor, reverse("procurement:project_list"))
    return [Page("projects: page 41, city", auditor, url, Project.objects.order_by("created_at", "pk"))]


def pace(page: Page, few: int | None, times: list[tuple[float, float]], crowded: float) -> Pace:
    values, floors = (sorted(column) for column in zip(*times, strict=True))
    p95, queries = values[min(len(values) - 1, int(len(values) * 0.95))], page.queries()
    few = queries if few is None else few
    return Pace(page.name, p95, median(floors), "ms", GOAL_MS, p50=median(values), queries=queries, few=few, crowded=crowded)


def crowding() -> float:
    """Time on the wall by time at work, of a piece of work as long as a page: 1 on a machine of one's own."""
    began, work = perf_counter(), process_time()
    while process_time() - work < PIECE:
        sum(range(10_000))
    return max(1.0, (perf_counter() - began) / (process_time() - work))


def measure_pages(every: list[Page], few: dict[str, int], rounds: int) -> list[Pace]:
    """Page and floor by turns, round by round: a slow moment hits all of them."""
    floors = {page.name: page.floor() for page in every}
    times: dict[str, list] = {page.name: [] for page in every}
    crowded = []
    for _ in range(rounds):
        crowded.append(crowding())
        for page in every:
            times[page.name].append((timed(lambda page=page: get(page.client, page.url)), timed(floors[page.name])))
    return [pace(page, few.get(page.name), times[page.name], median(crowded)) for page in every]


def run(market: Market, rounds: int, *, deep: bool = True) -> list[Pace]:
    """Count the queries on few rows, fill, count and measure on many."""
    fill = Fill(market)
    fill.up_to(FEW)
    few = {page.name: page.queries() for page in pages(market)}
    fill.up_to(1)
    fill.enlarge()
    return measure_pages(pages(market) + (deep_pages(market) if deep else []), few, rounds)


def measure() -> list[Pace]:
    began = perf_counter()
    size = Size(int(os.environ.get("BENCH_PROJECTS", "2000")), int(os.environ.get("BENCH_VISITS", "500000")))
    market = first_market(real_city(), size, firms=FIRMS)
    outcomes = run(market, ROUNDS)
    print(f"laid {told(Project)}, {told(Contract)}, {told(ServiceVisit)} in {sum(market.seconds.values()):.0f} s", flush=True)
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: work took {outcomes[0].crowded:.1f} times as long as alone", flush=True
    )
    print(f"{perf_counter() - began:.0f} s in all", flush=True)
    return outcomes


def told(model) -> str:
    return f"{model.objects.count():,} {model._meta.verbose_name}"
