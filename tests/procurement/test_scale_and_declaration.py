"""P-43 and P-45 from the draft to the ranking: what was fixed in the papers and in the envelope is what counts."""

from decimal import Decimal

import pytest

from contractors import services as contractor_services
from contractors.models import Contractor
from procurement.models import Bid, Project, ScoringFactor, Standing
from procurement.services import project as projects
from procurement.services import publication, review, scoring, tender
from records.refusals import Refused
from tests.procurement import factories
from tests.procurement.tendering import (
    BANDS,
    add_bidder,
    final_quotes,
    judge_all,
    make_world,
    open_bids,
    reach_ranking,
    score_all,
    seat_committee,
)

pytestmark = pytest.mark.django_db
TOP = {"label": "突出", "low": "40", "high": "60"}


def scale_without_price() -> list[dict]:
    first, *rest = factories.factor_rows()
    bands = [
        {"label": "优", "low": "40", "high": "60"},
        {"label": "良", "low": "15", "high": "39"},
        {"label": "一般", "low": "0", "high": "14"},
    ]
    return [first | {"weight": Decimal(60), "bands": bands}, *rest]


@pytest.mark.parametrize(("fixed", "weight", "rules"), [(True, 0, set()), (False, 0, {"P-42", "P-46"}), (True, 20, {"P-43", "P-46"})])
def test_p43_price_counts_nothing_exactly_at_a_fixed_price(chongqing, fixed, weight, rules):
    office = factories.make_office(chongqing)
    project = factories.make_complete_draft(office)
    scale = {"price_weight": Decimal(weight), "fixed_price": fixed, "rows": scale_without_price()}
    project = projects.set_factors(project.pk, version=project.version, **scale, by=office.officer)
    if not rules:
        assert projects.submit_project(project.pk, version=project.version, by=office.officer).status == Project.Status.SUBMITTED
        return
    with pytest.raises(Refused) as refusal:
        projects.submit_project(project.pk, version=project.version, by=office.officer)
    assert {breach.rule for breach in refusal.value.breaches} == rules


def test_p43_notice_and_frozen_scale_of_a_fixed_price_agree(chongqing):
    world = make_world(chongqing, open_for_bids=False, fixed_price=True, price_weight=Decimal(0))
    project = world.tender.project
    ScoringFactor.objects.filter(project=project, name="服务方案").update(weight=Decimal(60), bands=[*BANDS, TOP])
    world.tender = tender.open_for_bids(world.tender.pk, by=world.officer)
    assert [row["kind"] for row in world.tender.scale] == ["QUALITY", "QUALITY"]
    assert world.tender.weight_of("PRICE") == 0 and sum(factor.weight for factor in world.tender.factors) == 100
    low, high = add_bidder(world, "900000"), add_bidder(world, "950000")
    reach_ranking(world, {low.pk: "30", high.pk: "35"})
    standings = {row.bid_id: row for row in Standing.objects.all()}
    assert (standings[high.pk].rank, standings[high.pk].total, standings[low.pk].price_points) == (1, Decimal("70.00"), Decimal("0.00"))


def test_p43_the_notice_says_that_the_price_is_fixed(chongqing):
    world = make_world(chongqing, fixed_price=False, requirement="入户调查", quantity=Decimal(1), unit="项")
    project = world.tender.project
    dates = publication.timetable(project.method, project.created_at.date())
    said = [str(publication.notice_context(project, dates)) for project.fixed_price in (False, True)]
    assert ["执行统一价格" in text for text in said] == [False, True]


@pytest.mark.parametrize(("then", "now", "price"), [(True, False, "810000.00"), (False, True, "900000.00")])
def test_p45_the_deduction_goes_by_what_was_declared_with_the_bid(chongqing, then, now, price):
    world = make_world(chongqing)
    bid, other = add_bidder(world, "900000", small_business=then), add_bidder(world, "950000")
    assert Bid.objects.get(pk=bid.pk).small_business is None  # sealed with the rest
    Contractor.objects.filter(pk=bid.contractor_id).update(small_business=now)
    open_bids(world)
    contractor_services.record_credit_check(bid.contractor, note="两网站查询无记录", by=world.officer)
    review.judge_bid(bid.pk, valid=True, reason="声明时属实，其后增资", by=world.officer)
    judge_all(world)
    seat_committee(world)
    final_quotes(world)
    world.tender = review.start_scoring(world.tender.pk, by=world.officer)
    score_all(world, {bid.pk: "35", other.pk: "30"})
    scoring.rank_bids(world.tender.pk, by=world.officer)
    assert Standing.objects.get(bid=bid).evaluated_price == Decimal(price)


def test_p45_a_declaration_that_no_longer_stands_is_looked_into(chongqing):
    world = make_world(chongqing)
    bid = add_bidder(world, "900000", small_business=True)
    Contractor.objects.filter(pk=bid.contractor_id).update(small_business=False)
    open_bids(world)
    with pytest.raises(Refused) as refusal:
        judge_all(world)
    assert {breach.rule for breach in refusal.value.breaches} == {"P-45"}
