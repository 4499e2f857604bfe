"""The ground of ``make bench BENCH=purchase`` in small: sound copies, every page answers, and no page asks more where there is more."""

import pytest
from django.db import connection

from accounts.roles import Permission
from bench import purchase
from bench.purchases import Fill, Size, first_market
from procurement.models import Bid, Contract, PeriodicReport, Project, ProjectFunding, ServiceVisit
from records import clock

SIDES = (Contract, PeriodicReport)  # seen by purchaser or contractor
SMALL = Size(projects=12, visits=120, large=24)


@pytest.fixture
def market(chongqing):
    return first_market(chongqing, SMALL, firms=5)


def test_pages_of_the_purchase_ask_no_more_where_there_is_more(market):
    fill = Fill(market)
    fill.up_to(0.4)
    pages = purchase.pages(market)
    for page in {page.client: page for page in pages}.values():
        purchase.get(page.client, page.url)  # the session's first look at the clock, and what is kept in memory
    few = {page.name: page.queries_now() for page in pages}
    fill.up_to(1)
    fill.enlarge()
    many = {page.name: page.queries_now() for page in pages}
    assert many == few and max(many.values()) <= purchase.QUERIES
    assert ServiceVisit.objects.count() >= SMALL.visits and market.contract.visits.count() >= SMALL.large
    assert Project.objects.count() == SMALL.projects + 2 and Bid.objects.count() == 4 * Contract.objects.count()
    [outcome] = purchase.measure_pages(pages[-1:], few, rounds=1)
    assert outcome.queries == outcome.few and outcome.value > outcome.floor > 0


def test_copies_stand_in_every_district_with_money_and_visits_of_their_own(market, monkeypatch):
    Fill(market).up_to(1)
    assert Project.objects.values("organisation").distinct().count() == 3
    for funding in ProjectFunding.objects.select_related("project", "line__budget"):
        assert funding.line.budget.organisation_id == funding.project.organisation_id
    for contract in Contract.objects.select_related("award__bid__tender"):
        assert contract.award.bid.tender.project_id == contract.project_id and contract.contractor_id == contract.award.bid.contractor_id
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every reference leads somewhere
    for model in SIDES:
        for user in (market.office.officer, market.reporter, market.auditor):
            by_keys = set(model.objects.visible_to(user).values_list("pk", flat=True))
            monkeypatch.setattr(type(model.objects.all()), "scope_by_keys", False)
            assert by_keys == set(model.objects.visible_to(user).values_list("pk", flat=True)) != set()
            monkeypatch.undo()
    waiting = ServiceVisit.objects.waiting_for(market.reporter, Permission.SERVICE_RECORD, clock.today())
    own = ServiceVisit.objects.filter(order__provider=market.firms[0], outcome="pending", planned_on__lte=clock.today())
    assert set(waiting) == set(own) != set() and set(own) < set(ServiceVisit.objects.pending())


@pytest.mark.parametrize(
    ("value", "queries", "few", "passed"), [(300, 40, 40, True), (301, 9, 9, False), (9, 41, 41, False), (9, 9, 8, False)]
)
def test_a_slow_page_or_one_that_asks_more_misses_the_goal(value, queries, few, passed):
    outcome = purchase.Pace("page", value, 1.0, "ms", purchase.GOAL_MS, p50=1.0, queries=queries, few=few)
    assert outcome.passed is passed and outcome.line().endswith("PASS" if passed else "FAIL")


def test_time_on_a_crowded_machine_is_judged_by_what_it_would_be_alone():
    assert purchase.crowding() >= 1
    for crowded, passed in ((2.0, True), (1.5, False)):
        assert purchase.Pace("page", 500, 1.0, "ms", purchase.GOAL_MS, queries=9, few=9, crowded=crowded).passed is passed
