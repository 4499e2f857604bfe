"""The pages of a tender as each role meets them: owner, colleague, superior, stranger, expert, bidder."""

from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from procurement.models import Bid, CommitteeMember, ScoreSheet, Tender
from procurement.sealing import envelope
from procurement.services import committee, scoring
from procurement.tasks import score_sheets
from records.models import Job
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement.tendering import (
    PASSPHRASES,
    add_bidder,
    make_project,
    make_world,
    open_bids,
    reach_opening_time,
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


def at(name, *args):
    return reverse(f"procurement:{name}", args=args)


def stranger_of(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)


def test_tender_page_is_found_by_its_own_district_and_the_city_only(world, chongqing, browse):
    city = make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city)
    outsider = add_bidder(world) and world.bidders[0][1]
    answers = {
        "owner": (world.officer, 200),
        "colleague": (make_user(role=Role.FINANCE_OFFICER, organisation=world.bureau), 200),
        "superior": (city, 200),
        "stranger": (stranger_of(chongqing), 404),
        "bidder": (outsider, 403),
        "undrawn expert": (world.experts[0], 404),
    }
    got = {who: browse(user).get(at("tender_detail", world.tender.pk)).status_code for who, (user, _) in answers.items()}
    assert got == {who: expected for who, (_, expected) in answers.items()}


HANDLERS = ["tender_open", "committee_draw", "scoring_start", "tender_rank", "result_publish"]


@pytest.mark.parametrize("name", HANDLERS)
def test_a_stranger_gets_404_and_a_colleague_403_for_the_handlers_verbs(world, chongqing, browse, name):
    colleague = make_user(role=Role.SUPERVISOR, organisation=world.bureau)
    assert browse(stranger_of(chongqing)).post(at(name, world.tender.pk)).status_code == 404
    assert browse(colleague).post(at(name, world.tender.pk)).status_code == 403


def test_before_the_opening_no_page_shows_a_bid_or_its_number(world, browse):
    bid = add_bidder(world, "912345.67")
    for user in (world.officer, world.chief):
        text = browse(user).get(at("tender_detail", world.tender.pk)).content.decode()
        assert str(bid.contractor) not in text
        assert bid.receipt not in text
        assert browse(user).get(at("bid_file", bid.pk)).status_code == 404
    assert list(Bid.objects.visible_to(world.chief)) == []
    text = browse(world.officer).get(at("commitment_list", world.tender.pk)).content.decode()
    assert bid.receipt not in text


def test_a_bidder_sees_its_own_bid_and_never_another(world, browse):
    mine, other = add_bidder(world), add_bidder(world)
    client = browse(world.bidders[0][1])
    assert client.get(at("bid_receipt", mine.pk)).status_code == 200
    for name in ("bid_receipt", "bid_envelope", "bid_file"):
        assert client.get(at(name, other.pk)).status_code == 404
    assert client.post(at("bid_withdraw", other.pk)).status_code == 404
    open_bids(world)
    assert client.get(at("bid_file", other.pk)).status_code == 404


def test_a_contractor_bids_by_form_and_gets_its_receipt_and_envelope(world, browse):
    add_bidder(world)
    contractor, admin = world.bidders[0]
    client = browse(admin)
    assert world.tender.project.name in client.get(at("bidding_desk")).content.decode()
    answer = client.post(at("bid_new", world.tender.pk), {"quote": "870000.00", "proposal": "新方案", "reason": ""})
    bid = Bid.objects.live().get(contractor=contractor)
    assert answer.status_code == 302
    assert answer.url == at("bid_receipt", bid.pk)
    assert envelope.digest(client.get(at("bid_envelope", bid.pk)).content) == bid.commitment


def test_the_bid_form_refuses_a_quote_over_the_ceiling_with_its_value(world, browse):
    add_bidder(world)
    answer = browse(world.bidders[0][1]).post(at("bid_new", world.tender.pk), {"quote": "1000000.01", "proposal": ""})
    assert answer.status_code == 422
    assert "报价 1,000,000.01 元高于最高限价 1,000,000.00 元" in answer.content.decode()


def test_the_bid_form_still_checks_csrf(world):
    add_bidder(world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.bidders[0][1], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(at("bid_new", world.tender.pk), {"quote": "1"}).status_code == 403


def test_custody_and_opening_by_form_with_two_accounts(world, browse):
    add_bidder(world)
    chief, supervisor = browse(world.chief), browse(world.supervisor)
    assert "不能开启任何响应文件" in chief.get(at("tender_opening", world.tender.pk)).content.decode()
    reach_opening_time(world)
    wrong = chief.post(at("tender_opening", world.tender.pk), {"password": "nicht die richtige"})
    assert wrong.status_code == 422
    assert "nicht die richtige" not in wrong.content.decode()
    chief.post(at("tender_opening", world.tender.pk), {"password": PASSPHRASES[0]})
    assert Bid.objects.get().quote is None
    answer = supervisor.post(at("tender_opening", world.tender.pk), {"password": PASSPHRASES[1]})
    assert answer.url == at("tender_detail", world.tender.pk)
    assert Bid.objects.get().quote == D("900000.00")


def test_only_the_named_holders_reach_the_opening_page(world, chongqing, browse):
    assert browse(world.officer).get(at("tender_opening", world.tender.pk)).status_code == 404
    assert browse(stranger_of(chongqing)).get(at("tender_opening", world.tender.pk)).status_code == 404


def test_names_of_experts_are_secret_to_others_until_the_result(world, browse):
    add_bidder(world), add_bidder(world)
    open_bids(world)
    committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    name = world.tender.committee.members.first().user.name
    assert name in browse(world.officer).get(at("tender_detail", world.tender.pk)).content.decode()
    assert name not in browse(world.chief).get(at("tender_detail", world.tender.pk)).content.decode()


def test_a_drawn_expert_declares_and_scores_on_the_own_desk(world, browse):
    add_bidder(world), add_bidder(world)
    reach_scoring(world)
    sheet = ScoreSheet.objects.select_related("member__user").first()
    client = browse(sheet.member.user)
    assert client.get(at("desk")).status_code == 200
    saved = client.post(at("sheet_edit", sheet.pk), {"factor_0": "25", "factor_1": "", "opinion": "", "act": "save"})
    assert saved.status_code == 302
    refused = client.post(at("sheet_edit", sheet.pk), {"factor_0": "25", "factor_1": "", "act": "submit"})
    assert refused.status_code == 422
    client.post(at("sheet_edit", sheet.pk), {"factor_0": "25", "factor_1": "31.5", "act": "submit"})
    sheet.refresh_from_db()
    assert (sheet.status, sheet.quality) == ("submitted", D("56.50"))
    leave = at("seat_declare", sheet.member_id)  # P-56: also while scoring, from the page
    assert leave in client.get(at("desk")).content.decode()
    client.post(leave, {"clear": "no", "reason": "发现配偶在该供应商任职"})
    assert (CommitteeMember.objects.get(pk=sheet.member_id).status, leave in client.get(at("desk")).content.decode()) == ("recused", False)


def test_an_expert_never_reaches_anothers_sheet_nor_the_result_before_all_is_in(world, browse):
    add_bidder(world), add_bidder(world)
    reach_scoring(world)
    sheets = list(ScoreSheet.objects.select_related("member__user"))
    mine = sheets[0]
    other = next(sheet for sheet in sheets if sheet.member_id != mine.member_id)
    client = browse(mine.member.user)
    assert client.get(at("sheet_edit", other.pk)).status_code == 404
    assert client.post(at("sheet_gap", other.pk), {"reason": "x"}).status_code == 404
    assert client.get(at("tender_result", world.tender.pk)).status_code == 404
    assert browse(world.chief).get(at("sheet_edit", mine.pk)).status_code == 403


def test_an_expert_may_declare_only_the_own_seat(world, browse):
    add_bidder(world)
    open_bids(world)
    drawn = committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer)
    one, other = list(drawn.members.all())[:2]
    assert browse(one.user).post(at("seat_declare", other.pk), {"clear": "yes"}).status_code == 404
    assert browse(one.user).post(at("seat_declare", one.pk), {"clear": "yes"}).status_code == 302
    assert CommitteeMember.objects.get(pk=one.pk).status == "accepted"


def test_the_result_page_shows_formula_numbers_and_asks_the_chief(world, browse):
    cheap, good = add_bidder(world, "800000"), add_bidder(world, "960000")
    reach_ranking(world, {cheap.pk: "25", good.pk: "38"})
    text = browse(world.chief).get(at("tender_result", world.tender.pk)).content.decode()
    assert "800,000.00 ÷ 960,000.00 × 20 = 16.67" in text
    assert "确定成交供应商" in text
    answer = browse(world.chief).post(at("award_confirm", world.tender.pk), {"bid": good.pk, "reason": ""})
    assert answer.status_code == 302
    again = browse(world.chief).post(at("award_confirm", world.tender.pk), {"bid": good.pk, "reason": ""})
    assert again.status_code == 409


def test_the_handler_is_refused_the_award(world, browse):
    bid, other = add_bidder(world), add_bidder(world)
    reach_ranking(world, {bid.pk: "35", other.pk: "30"})
    assert browse(world.officer).post(at("award_confirm", world.tender.pk), {"bid": bid.pk}).status_code == 403


def test_anybody_checks_a_sealed_file_against_the_public_list_after_the_deadline(world, client):
    bid = add_bidder(world)
    reach_opening_time(world)
    url = at("commitment_list", world.tender.pk)
    assert bid.commitment in client.get(url).content.decode()
    assert str(bid.contractor) not in client.get(url).content.decode()
    assert "就是清单上收到的密封文件" in client.post(url, {"digest": bid.commitment}).content.decode()
    assert "不在清单上" in client.post(url, {"digest": "0" * 64}).content.decode()


def test_the_officer_prepares_a_tender_by_form(world, browse):
    project = make_project(world.bureau, world.officer, status="approved", published_at=None)
    data = {
        "bid_deadline": "2027-01-20T10:00", "opening_at": "2027-01-20T10:00", "holder_one": world.chief.pk,
        "holder_two": world.supervisor.pk,
        "committee_size": 3, "small_business_deduction": 10, "envelope_kib": 64, "required_qualifications": "社会工作者证\n",
    }  # fmt: skip
    assert browse(world.officer).get(at("tender_prepare", project.pk)).status_code == 200
    assert browse(world.officer).post(at("tender_prepare", project.pk), data).status_code == 302
    made = Tender.objects.get(project=project)
    assert made.required_qualifications == ["社会工作者证"]
    assert browse(world.officer).get(at("tender_detail", made.pk)).status_code == 200
    assert browse(world.officer).post(at("tender_prepare", project.pk), data | {"holder_two": world.chief.pk}).status_code == 422


def test_score_sheets_become_one_pdf_by_a_job(world, browse):
    bid, other = add_bidder(world), add_bidder(world)
    reach_ranking(world, {bid.pk: "35", other.pk: "30"})
    browse(world.officer).post(at("score_sheets_print", world.tender.pk))
    result = score_sheets(Job.objects.get(kind="procurement.score_sheets"), lambda *_: None)
    assert result.data.startswith(b"%PDF")


def test_review_page_asks_the_same_number_of_questions_for_two_and_five_bids(chongqing, browse, count_queries):
    counts = []
    for bidders in (2, 5):
        world = make_world(chongqing)
        for _ in range(bidders):
            add_bidder(world)
        open_bids(world)
        counts.append(count_queries(browse(world.officer), at("tender_detail", world.tender.pk)))
    assert counts[0] == counts[1] <= 40


@pytest.mark.parametrize("bidders", [2, 5])
def test_tender_and_result_pages_stay_under_forty_queries(world, browse, count_queries, bidders):
    bids = [add_bidder(world) for _ in range(bidders)]
    reach_scoring(world)
    client = browse(world.officer)
    assert count_queries(client, at("tender_detail", world.tender.pk)) <= 40
    score_all(world, {bid.pk: "30" for bid in bids})
    scoring.rank_bids(world.tender.pk, by=world.officer)
    assert count_queries(client, at("tender_result", world.tender.pk)) <= 40


def test_every_page_of_the_open_review_renders(world, browse):
    low, _ = add_bidder(world, "300000"), add_bidder(world)
    open_bids(world)
    seat_committee(world)
    page = browse(world.officer).get(at("tender_detail", world.tender.pk))
    assert page.status_code == 200
    assert "资格审查发现" in page.content.decode()
    assert browse(world.bidders[0][1]).get(at("bid_receipt", low.pk)).status_code == 200


def test_api_tells_nothing_of_bids_before_the_opening(world, browse):
    bid = add_bidder(world)
    officer, bidder = browse(world.officer), browse(world.bidders[0][1])
    assert officer.get("/api/v1/bids/").json()["results"] == []
    assert officer.get(f"/api/v1/bids/{bid.pk}/").status_code == 404
    assert [row["quote"] for row in bidder.get("/api/v1/bids/").json()["results"]] == [None]
    open_bids(world)
    assert [row["quote"] for row in officer.get("/api/v1/bids/").json()["results"]] == ["900000.00"]
    assert officer.get(f"/api/v1/tenders/{world.tender.pk}/").json()["status"] == "opened"
