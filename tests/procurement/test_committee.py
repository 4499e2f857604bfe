"""The committee (P-54 … P-57, T28): replay of the draw, who may not judge, who steps in, dissent, and the printed records."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from contractors import services as contractor_services
from procurement.models import Committee, CommitteeMember, ScoreSheet, Tender
from procurement.reports.bidding import paper_context
from procurement.rules import committee as rules
from procurement.services import award, committee, prints, review, scoring
from procurement.tasks import tender_paper
from records import clock, pdf
from records.models import Job
from records.refusals import Refused
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement.tendering import add_bidder, final_quotes, judge_all, make_world, open_bids, reach_ranking, reach_scoring

pytestmark = pytest.mark.django_db
Status = CommitteeMember.Status


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing, experts=6)
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


@pytest.fixture
def drawn(world):
    add_bidder(world), add_bidder(world, "950000")
    open_bids(world)
    judge_all(world)
    committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    return world


def board(world) -> Committee:
    return Committee.objects.get(tender=world.tender)


def declare_all(world):
    for member in board(world).members.filter(status=Status.DRAWN).select_related("user"):
        committee.declare(member.pk, clear=True, by=member.user)


@pytest.mark.parametrize(
    ("method", "size", "experts", "minimum", "faults"),
    [
        ("CONSULTATION", 3, 2, 3, 0),
        ("CONSULTATION", 3, 1, 3, 1),
        ("CONSULTATION", 4, 3, 3, 1),
        ("CONSULTATION", 3, 2, 5, 1),
        ("OPEN", 5, 4, 5, 0),
        ("OPEN", 5, 3, 5, 1),
        ("OPEN", 7, 5, 7, 0),
        ("OPEN", 5, 4, 7, 1),
        ("OPEN", 9, 6, 7, 0),
    ],
)
def test_p54_size_odd_number_and_two_thirds(method, size, experts, minimum, faults):
    assert [b.rule for b in rules.committee_breaches(method, size=size, experts=experts, minimum=minimum)] == ["P-54"] * faults


@pytest.mark.parametrize(
    ("method", "budget", "over", "weighty", "least"),
    [
        ("OPEN", "9999999.99", False, False, 5),
        ("OPEN", "10000000", False, False, 7),
        ("INVITED", "100", False, True, 7),
        ("CONSULTATION", "100", False, True, 3),
        ("CONSULTATION", "100", True, False, 5),
    ],
)
def test_p54_the_least_size_follows_method_budget_and_weight(method, budget, over, weighty, least):
    from_rule = rules.minimum_size(method, Decimal(budget), over_open_threshold=over, weighty=weighty)
    assert from_rule == least


def test_p55_the_draw_can_be_replayed_and_a_forged_seat_is_seen(drawn):
    made = board(drawn)
    rows = committee.replay(made)
    assert [row.order for row in rows] == list(range(1, 7))
    assert [row.outcome for row in rows] == ["待声明"] * 3 + ["候补"] * 3
    assert committee.draw_holds(made)
    last = made.members.order_by("position").last()
    CommitteeMember.objects.filter(pk=last.pk).update(user=rows[-1].user_id)
    assert not committee.draw_holds(made)


def test_p55_the_purchasers_own_staff_never_sit_as_experts(drawn):
    made = board(drawn)
    reserve = [row for row in committee.replay(made) if row.outcome == "候补"]
    own = next(user for user in drawn.experts if user.pk == reserve[0].user_id)
    Membership.objects.create(user=own, organisation=drawn.bureau, role=Role.SUPERVISOR, started_on=clock.today() - timedelta(days=9))
    leaving = made.members.order_by("position").first()
    committee.declare(leaving.pk, clear=False, statement="与负责人同学", by=leaving.user)
    made.refresh_from_db()
    assert "采购人的工作人员" in made.skipped[0]["why"]
    assert set(made.members.seated().values_list("user_id", flat=True)).isdisjoint({own.pk, leaving.user_id})
    assert committee.draw_holds(made)


def test_p56_a_recusal_while_scoring_brings_in_the_next_with_sheets_of_his_own(world):
    bids = [add_bidder(world), add_bidder(world, "950000")]
    reach_scoring(world)
    leaving = board(world).members.order_by("position").first()
    committee.declare(leaving.pk, clear=False, statement="发现亲属任职", by=leaving.user)
    fresh = board(world).members.get(status=Status.DRAWN)
    with pytest.raises(Refused, match="回避声明"):
        scoring.rank_bids(world.tender.pk, by=world.officer)
    committee.declare(fresh.pk, clear=True, by=fresh.user)
    assert fresh.sheets.count() == len(bids)
    assert not scoring.sheets_of(world.tender).filter(member=leaving).exists()


def test_p55_an_absent_expert_is_replaced_in_the_drawn_order(drawn):
    absent = board(drawn).members.order_by("position").first()
    with pytest.raises(Refused, match="写明缺席"):
        committee.excuse(absent.pk, reason=" ", by=drawn.officer)
    committee.excuse(absent.pk, reason="电话三次未接", by=drawn.officer)
    absent.refresh_from_db()
    assert (absent.status, board(drawn).members.seated().count()) == (Status.ABSENT, 3)
    assert committee.draw_holds(board(drawn))


def test_p54_an_empty_buyers_seat_is_filled_by_another_representative(world):
    add_bidder(world), add_bidder(world, "950000")
    open_bids(world)
    judge_all(world)
    committee.draw_committee(world.tender.pk, buyer_seat=world.supervisor, by=world.officer)
    seat = board(world).members.get(seat="buyer")
    committee.declare(seat.pk, clear=False, statement="配偶在供应商任职", by=world.supervisor)
    assert [b.rule for b in review.seating_breaches(world.tender)] == ["P-56", "P-54", "P-54"]
    with pytest.raises(Refused, match="经办人"):
        committee.name_buyer(world.tender.pk, user=world.officer, by=world.officer)
    other = make_user(role=Role.SUPERVISOR, organisation=world.bureau)
    assert committee.name_buyer(world.tender.pk, user=other, by=world.officer).seat == "buyer"
    declare_all(world)
    assert list(review.seating_breaches(world.tender)) == []


def test_t28_a_tie_that_appears_between_draw_and_marks_stops_the_sheet(world):
    bid, _ = add_bidder(world), add_bidder(world, "950000")
    reach_scoring(world)
    sheet = ScoreSheet.objects.filter(bid=bid).select_related("member__user").first()
    contractor_services.record_tie(sheet.member.user, bid.contractor, kind="DIRECTOR", by=world.officer)
    with pytest.raises(Refused) as error:
        scoring.save_sheet(sheet.pk, marks={}, opinion="", submit=False, by=sheet.member.user)
    assert [b.rule for b in error.value.breaches] == ["P-56"]


def test_t28_whoever_scored_does_not_confirm_even_under_a_new_role(world):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    judge = board(world).members.first().user
    Membership.objects.create(user=judge, organisation=world.bureau, role=Role.BUREAU_CHIEF, started_on=clock.today())
    with pytest.raises(Refused, match="参加评审"):
        award.confirm_award(world.tender.pk, bid_id=first.pk, by=judge)


def test_p57_dissent_is_written_once_and_silence_counts_as_agreement(world, browse):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    member = board(world).members.first()
    committee.sign_report(member.pk, dissent="认为人员配备评分过高", by=member.user)
    with pytest.raises(Refused, match="签署一次"):
        committee.sign_report(member.pk, by=member.user)
    page = browse(world.chief).get(reverse("procurement:tender_result", args=[world.tender.pk])).content.decode()
    assert "认为人员配备评分过高" in page
    assert page.count("视为同意") == 2


def test_p55_names_stay_secret_on_the_draw_page_until_the_result(drawn, browse):
    name = str(board(drawn).members.first().user)
    url = reverse("procurement:draw_record", args=[drawn.tender.pk])
    assert name in browse(drawn.officer).get(url).content.decode()
    assert name not in browse(drawn.chief).get(url).content.decode()


@pytest.mark.parametrize("kind", list(prints.PAPERS))
def test_each_record_of_a_selection_prints_with_its_facts(world, kind, monkeypatch):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    job = prints.order(world.tender, kind, by=world.officer)
    assert prints.order(Tender.objects.get(pk=world.tender.pk), kind, by=world.officer).pk == job.pk
    seen = {}
    monkeypatch.setattr(pdf, "render", lambda template, context: seen.update(context, template=template) or b"%PDF-1.7")
    result = tender_paper(Job.objects.get(pk=job.pk), lambda *_: None)
    assert seen["template"] == prints.PAPERS[kind].template
    assert (seen["holds"], len(seen["drawn"]), len(seen["bids"])) == (True, 6, 2)
    assert result.name.endswith(f"{prints.PAPERS[kind].name}.pdf")


def test_no_record_is_printed_before_its_time(world):
    with pytest.raises(Refused, match="开启后"):
        prints.order(world.tender, "opening", by=world.officer)


def test_the_final_quotes_stand_in_the_opening_record(drawn):
    declare_all(drawn)
    final_quotes(drawn)
    assert len(paper_context(Tender.objects.get(pk=drawn.tender.pk))["final_quotes"]) == 2
