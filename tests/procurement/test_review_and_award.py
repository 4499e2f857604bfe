"""After the opening: qualification review, low quotes, the committee's sheets, the ranking and the award."""

from datetime import timedelta
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from contractors import services as contractor_services
from procurement.models import Award, Bid, Tender
from procurement.services import award, committee, review, scoring
from records import clock
from records.refusals import Refused, StaleVersion
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement.factories import set_policy
from tests.procurement.tendering import (
    add_bidder,
    final_quotes,
    judge_all,
    letter,
    make_world,
    open_bids,
    reach_ranking,
    reach_scoring,
    score_all,
    seat_committee,
)

pytestmark = pytest.mark.django_db


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing)
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


def rules_of(error):
    return [breach.rule for breach in error.value.breaches]


def test_p10_bidders_with_one_head_are_both_found_at_the_review(world):
    one = add_bidder(world, representative="赵某", representative_id="500100190001010014")
    two = add_bidder(world, representative="赵某某", representative_id="500100190001010014")
    open_bids(world)
    for bid in (one, two):
        contractor_services.record_credit_check(bid.contractor, note="两网站查询无记录", by=world.officer)
        with pytest.raises(Refused) as error:
            review.judge_bid(bid.pk, valid=True, by=world.officer)
        assert rules_of(error) == ["P-10"]


def test_p09_review_without_todays_credit_check_is_refused(world):
    bid = add_bidder(world)
    open_bids(world)
    with pytest.raises(Refused) as error:
        review.judge_bid(bid.pk, valid=True, by=world.officer)
    assert rules_of(error) == ["P-09", "P-09"]  # one for each site


def test_an_invalid_bid_needs_its_reason(world):
    bid = add_bidder(world)
    open_bids(world)
    with pytest.raises(Refused) as error:
        review.judge_bid(bid.pk, valid=False, reason=" ", by=world.officer)
    assert rules_of(error) == ["P-57"]
    assert review.judge_bid(bid.pk, valid=False, reason="未提交财务报告", by=world.officer).status == Bid.Status.INVALID


def test_p50_one_bidder_is_too_few_and_two_are_enough(world):
    add_bidder(world)
    open_bids(world)
    judge_all(world)
    seat_committee(world)
    with pytest.raises(Refused) as error:
        review.start_scoring(world.tender.pk, by=world.officer)
    assert rules_of(error) == ["P-50"]


def test_p52_a_very_low_quote_stops_scoring_until_it_is_settled(world):
    low, _ = add_bidder(world, "300000"), add_bidder(world, "900000")
    open_bids(world)
    judge_all(world)
    seat_committee(world)
    final_quotes(world)
    with pytest.raises(Refused) as error:
        review.start_scoring(world.tender.pk, by=world.officer)
    assert rules_of(error) == ["P-53"]
    with pytest.raises(Refused, match="30 分钟"):
        review.judge_low_price(low.low_price_review.pk, accepted=False, reason="未说明", by=world.officer)
    review.explain_low_price(low.low_price_review.pk, explanation="志愿者参与，人力成本低", by=world.bidders[0][1])
    review.judge_low_price(low.low_price_review.pk, accepted=True, reason="核对工资表，成立", by=world.officer)
    assert review.start_scoring(world.tender.pk, by=world.officer).status == Tender.Status.SCORING


def test_p53_a_rejected_explanation_makes_the_bid_invalid(chongqing):
    world = make_world(chongqing, method="BELOW_THRESHOLD")  # no final quotes: judged on the one quote
    low, _ = add_bidder(world, "300000"), add_bidder(world, "900000")
    open_bids(world)
    judge_all(world)
    with pytest.raises(Refused) as error:  # nobody of the committee is there to judge it
        review.judge_low_price(low.low_price_review.pk, accepted=False, reason="不足以支付最低工资", by=world.officer)
    assert "P-54" in rules_of(error)
    seat_committee(world)
    review.explain_low_price(low.low_price_review.pk, explanation="优惠", by=world.bidders[0][1])
    review.judge_low_price(low.low_price_review.pk, accepted=False, reason="不足以支付最低工资", by=world.officer)
    low.refresh_from_db()
    assert low.status == Bid.Status.INVALID
    assert low.low_price_review.judges == [str(member) for member in world.tender.committee.members.all()]


def test_p56_an_expert_tied_to_a_bidder_is_never_drawn(world):
    bid = add_bidder(world)
    contractor_services.record_tie(world.experts[0], bid.contractor, kind="DIRECTOR", by=world.officer)
    open_bids(world)
    committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    drawn = set(world.tender.committee.members.values_list("user_id", flat=True))
    assert drawn == {expert.pk for expert in world.experts[1:]}


def test_p56_a_tie_recorded_after_the_draw_stops_the_declaration(world):
    bid = add_bidder(world)
    open_bids(world)
    drawn = committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    member = drawn.members.first()
    contractor_services.record_tie(member.user, bid.contractor, kind="INTEREST", by=world.officer)
    with pytest.raises(Refused) as error:
        committee.declare(member.pk, clear=True, by=member.user)
    assert rules_of(error) == ["P-56"]


def test_a_recused_expert_is_followed_by_the_next_in_the_draw(world):
    add_bidder(world)
    open_bids(world)
    drawn = committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    first = drawn.members.first()
    committee.declare(first.pk, clear=False, statement="与负责人为同学", by=first.user)
    assert drawn.members.seated().count() == 3
    assert {member.user for member in drawn.members.all()} == set(world.experts)


def test_t28_the_handler_may_not_sit_on_the_committee(world):
    add_bidder(world)
    open_bids(world)
    with pytest.raises(Refused) as error:
        committee.draw_committee(world.tender.pk, buyer_seat=world.officer, by=world.officer)
    assert rules_of(error) == ["P-65"]


def test_a_submitted_sheet_is_final_and_belongs_to_its_member(world):
    add_bidder(world), add_bidder(world)
    reach_scoring(world)
    sheet = scoring.sheets_of(world.tender).first()
    marks = {"服务方案": D(30), "人员配备": D(20)}
    stranger = next(expert for expert in world.experts if expert != sheet.member.user)
    with pytest.raises(Refused):
        scoring.save_sheet(sheet.pk, marks=marks, opinion="", submit=True, by=stranger)
    scoring.save_sheet(sheet.pk, marks=marks, opinion="", submit=True, by=sheet.member.user)
    with pytest.raises(Refused):
        scoring.save_sheet(sheet.pk, marks=marks, opinion="", submit=False, by=sheet.member.user)


@pytest.mark.parametrize(
    "marks", [{"服务方案": "40.01", "人员配备": "1"}, {"服务方案": "1"}, {"服务方案": "1", "人员配备": "1", "价格": "20"}]
)
def test_p46_marks_outside_the_scale_are_not_taken(world, marks):
    add_bidder(world), add_bidder(world)
    reach_scoring(world)
    sheet = scoring.sheets_of(world.tender).first()
    with pytest.raises(Refused) as error:
        scoring.save_sheet(sheet.pk, marks={name: D(p) for name, p in marks.items()}, opinion="", submit=True, by=sheet.member.user)
    assert rules_of(error) == ["P-46"]


def test_ranking_waits_for_every_sheet_and_every_reason(world, chongqing):
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    set_policy("score_gap_percent", "20", chongqing.city, setter, confirmer)
    one, two = add_bidder(world), add_bidder(world)
    reach_scoring(world)
    with pytest.raises(Refused, match="未提交"):
        scoring.rank_bids(world.tender.pk, by=world.officer)
    sheets = list(scoring.sheets_of(world.tender))
    for number, sheet in enumerate(sheets):
        points = D(5) if number == 0 else D(35)
        scoring.save_sheet(sheet.pk, marks={"服务方案": points, "人员配备": points}, opinion="", submit=True, by=sheet.member.user)
    assert scoring.unexplained_gaps(world.tender) == [sheets[0]]
    with pytest.raises(Refused, match="说明理由"):
        scoring.rank_bids(world.tender.pk, by=world.officer)
    scoring.explain_gap(sheets[0].pk, reason="方案未写夜间服务", by=sheets[0].member.user)
    assert scoring.rank_bids(world.tender.pk, by=world.officer).status == Tender.Status.RANKED
    assert {one.standing.rank, two.standing.rank} == {1, 2}


def test_p45_small_business_deduction_changes_the_score_and_not_the_price(world):
    small, other = add_bidder(world, "1000000", small_business=True), add_bidder(world, "900000")
    reach_ranking(world, {small.pk: "39", other.pk: "30"})
    assert (small.standing.evaluated_price, small.standing.price_points) == (D("900000.00"), D("20.00"))
    assert award.confirm_award(world.tender.pk, bid_id=small.pk, by=world.chief).amount == D("1000000.00")


def test_p65_the_handler_and_the_committee_do_not_choose(world):
    bid, _ = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {bid.pk: "35", _.pk: "30"})
    member = world.tender.committee.members.first().user
    for person in (world.officer, member):
        with pytest.raises(Refused) as error:
            award.confirm_award(world.tender.pk, bid_id=bid.pk, by=person)
        assert rules_of(error) == ["P-65"]


def test_t12_the_second_is_chosen_only_after_the_first_lapsed(world):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    with pytest.raises(Refused) as error:
        award.confirm_award(world.tender.pk, bid_id=second.pk, by=world.chief)
    assert rules_of(error) == ["T-12"]
    chosen = award.confirm_award(world.tender.pk, bid_id=first.pk, by=world.chief)
    award.lapse_award(chosen.pk, reason="成交供应商书面放弃", refusal=letter(), by=world.chief)
    assert award.confirm_award(world.tender.pk, bid_id=second.pk, by=world.chief).contractor == second.contractor


def test_p59_the_handler_alone_cannot_void_the_winner(world):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    chosen = award.confirm_award(world.tender.pk, bid_id=first.pk, by=world.chief)
    for by, refusal, rules in ((world.officer, letter(), ["P-65"]), (world.chief, None, ["P-59"])):
        with pytest.raises(Refused) as error:
            award.lapse_award(chosen.pk, reason="电话表示放弃", refusal=refusal, by=by)
        assert rules_of(error) == rules
    Award.objects.filter(pk=chosen.pk).update(confirmed_at=clock.now() - timedelta(days=40))  # the time to sign is over
    assert award.lapse_award(chosen.pk, reason="逾期未签", by=world.chief).status == Award.Status.LAPSED


def test_p40_a_cheap_winner_that_is_not_best_needs_a_recorded_reason(world):
    cheap, good = add_bidder(world, "500000"), add_bidder(world, "1000000")
    reach_ranking(world, {cheap.pk: "31", good.pk: "35"})
    assert (cheap.standing.rank, cheap.standing.quality_rank) == (1, 2)
    with pytest.raises(Refused) as error:
        award.confirm_award(world.tender.pk, bid_id=cheap.pk, by=world.chief)
    assert rules_of(error) == ["P-40"]
    chosen = award.confirm_award(world.tender.pk, bid_id=cheap.pk, reason="质量达到优秀档，差距 8 分", by=world.chief)
    assert chosen.reason == "质量达到优秀档，差距 8 分"


def test_a_second_award_meets_409_and_the_database_holds_one(world):
    bid, other = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {bid.pk: "35", other.pk: "30"})
    award.confirm_award(world.tender.pk, bid_id=bid.pk, by=world.chief)
    with pytest.raises(StaleVersion):
        award.confirm_award(world.tender.pk, bid_id=bid.pk, by=world.chief)
    values = {"contractor": other.contractor, "amount": 1, "total": 1, "rank": 2, "confirmed_by": world.chief}
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(tender=world.tender, bid=other, **values)


def test_scoring_everything_leaves_scores_on_the_sheets(world):
    one, two = add_bidder(world), add_bidder(world)
    reach_scoring(world)
    score_all(world, {one.pk: "30", two.pk: "20"})
    assert scoring.all_in(world.tender)
