"""Beside scoring: final quotes (P-44), invitations, securities (P-58, P-59, T-17), approvals (P-42, P-52), single source (T-10)."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from contractors import services as contractor_services
from procurement.api.tender import AwardSerializer, BidSerializer
from procurement.models import (
    Award,
    Bid,
    FinalQuote,
    InvitationDraw,
    LowPriceReview,
    Project,
    ProjectPaper,
    Release,
    Security,
    SoleSource,
    Tender,
)
from procurement.rules import scoring
from procurement.rules import selection as rules
from procurement.services import award, bidding, invitation, opening, quotes, results, review, security, sole
from procurement.services import scoring as scores
from procurement.services import tender as tenders
from records import clock
from records.refusals import Refused
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement import factories as purchase
from tests.procurement.ocds_schema import errors
from tests.procurement.tendering import (
    PASSPHRASES,
    add_bidder,
    final_quotes,
    judge_all,
    letter,
    make_project,
    make_world,
    open_bids,
    open_final_quotes,
    prepare,
    score_all,
    seat_committee,
)
from tests.records.factories import make_notice

pytestmark = pytest.mark.django_db
D = Decimal
CONTACT = {"contact_name": "经办甲", "contact_phone": "023-00000000", "contact_address": "示例路1号", "requirement": "入户家计调查"}


def rules_of(error) -> list[str]:
    return [breach.rule for breach in error.value.breaches]


@pytest.fixture
def world(chongqing):
    return make_world(chongqing, **CONTACT)


@pytest.fixture
def consulted(world):
    """Two valid bidders and a committee: ready for the final quotes."""
    add_bidder(world, "900000"), add_bidder(world, "950000")
    open_bids(world)
    judge_all(world)
    seat_committee(world)
    return world


def call(world, minutes=40):
    return quotes.call_quotes(world.tender.pk, deadline=clock.now() + timedelta(minutes=minutes), note="", by=world.officer)


def test_p44_a_final_quote_is_sealed_hidden_and_counts_when_two_have_opened_it(consulted, browse):
    world = consulted
    call(world)
    contractor, person = world.bidders[1]
    quotes.submit_quote(world.tender.pk, contractor=contractor, quote=D("870000"), by=person)
    replaced = quotes.submit_quote(world.tender.pk, contractor=contractor, quote=D("860000"), statement="压缩管理费", by=person)
    assert b"860000" not in bytes(replaced.sealed)
    assert FinalQuote.objects.live().get().quote is None
    page = browse(world.officer).get(reverse("procurement:tender_detail", args=[world.tender.pk])).content.decode()
    assert "860,000" not in page
    assert not bidding.shown_commitments(Tender.objects.get()).filter(kind="final").exists()
    with pytest.raises(Refused, match="不能开启"):
        opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief)
    open_final_quotes(world)
    bids = {bid.contractor_id: bid for bid in world.tender.bids.all()}
    assert bids[contractor.pk].price == D("860000")
    silent = bids[world.bidders[0][0].pk]
    assert (silent.status, "视为退出磋商" in silent.invalid_reason) == (Bid.Status.INVALID, True)


def test_p65_final_quotes_are_opened_when_one_holder_is_away(consulted, chongqing, browse):
    """The page offers the release to a third person once the quotes are due, and the one holder who came opens."""
    world = consulted
    call(world)
    other = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    page, release = (reverse(f"procurement:{name}", args=[world.tender.pk]) for name in ("tender_detail", "escrow_approve"))
    assert release not in browse(other).get(page).content.decode()
    Tender.objects.update(quote_deadline=clock.now() - timedelta(minutes=1))
    assert release in browse(other).get(page).content.decode()
    assert browse(other).post(release, {"reason": "监管丙住院"}).status_code == 302
    assert opening.contribute_share(world.tender.pk, passphrase=PASSPHRASES[0], by=world.chief).opened


def test_p44_scoring_waits_for_the_final_quotes(consulted):
    with pytest.raises(Refused) as error:
        review.start_scoring(consulted.tender.pk, by=consulted.officer)
    assert rules_of(error) == ["P-44"]


def test_p44_a_late_final_quote_and_one_above_the_ceiling_are_refused(consulted):
    call(consulted)
    contractor, person = consulted.bidders[0]
    with pytest.raises(Refused, match="高于最高限价"):
        quotes.submit_quote(consulted.tender.pk, contractor=contractor, quote=D("1000000.01"), by=person)
    Tender.objects.update(quote_deadline=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="不再接收"):
        quotes.submit_quote(consulted.tender.pk, contractor=contractor, quote=D("1"), by=person)


def test_p44_nobody_is_hurried_into_a_final_quote(consulted, chongqing):
    with pytest.raises(Refused, match="已过"):
        call(consulted, minutes=-1)
    set_least(chongqing, final_quote_minutes="30")
    with pytest.raises(Refused, match="30 分钟"):
        call(consulted, minutes=10)
    assert call(consulted, minutes=31).status == Tender.Status.QUOTING


@pytest.mark.parametrize(("minutes", "given", "refused"), [(None, 1, False), (None, 0, True), (20, 19, True), (20, 20, False)])
def test_p44_the_least_time_is_what_the_authority_has_set_and_nothing_is_guessed(minutes, given, refused):
    now = clock.now()
    found = list(rules.quote_time_breaches(now=now, deadline=now + timedelta(minutes=given), minutes=minutes))
    assert [(b.rule, str(b.clause)) for b in found] == ([("P-44", "财库〔2014〕214号 第二十四条")] if refused else [])


@pytest.mark.parametrize(("least", "opinions", "refused"), [(None, 0, True), (None, 1, False), (3, 2, True), (3, 3, False)])
def test_t10_the_law_asks_for_the_professionals_word_and_the_authority_for_how_many(least, opinions, refused):
    found = list(rules.sole_ground_breaches("only_one", reason="专有技术", opinions=opinions, least=least))
    assert [(b.rule, str(b.clause)) for b in found] == ([("T-10", "政府采购法实施条例 第三十八条")] if refused else [])


def test_p51_a_changed_final_quote_is_named_and_nothing_is_opened(consulted):
    call(consulted)
    for contractor, person in consulted.bidders:
        quotes.submit_quote(consulted.tender.pk, contractor=contractor, quote=D("800000"), by=person)
    row = FinalQuote.objects.first()
    FinalQuote.objects.filter(pk=row.pk).update(sealed=bytes(row.sealed)[:-1] + b"\x00")
    with pytest.raises(Refused, match=row.receipt):
        open_final_quotes(consulted)
    assert not FinalQuote.objects.exclude(quote=None).exists()


def test_p52_the_low_price_is_judged_on_the_final_quote(consulted):
    low = consulted.tender.bids.order_by("pk").first()
    assert not LowPriceReview.objects.exists()
    final_quotes(consulted, {low.pk: "300000"})
    assert LowPriceReview.objects.get().bid_id == low.pk


@pytest.mark.parametrize(("rate", "ok"), [("0.65", True), ("0.66", False), ("0.49", False)])
def test_p52_the_document_may_raise_the_rates_to_065_and_not_lower_them(chongqing, rate, ok):
    world = make_world(chongqing, open_for_bids=False)
    change = {"project_id": world.tender.project_id, "values": {"low_rate_mean": D(rate)}, "holders": world.holders, "by": world.officer}
    if ok:
        assert tenders.prepare_tender(**change).low_rate_mean == D(rate)
        return
    with pytest.raises(Refused) as error:
        tenders.prepare_tender(**change)
    assert rules_of(error) == ["P-52"]


def test_p42_another_price_weight_needs_the_number_of_finances_approval():
    assert [b.rule for b in scoring.price_weight_breaches("CONSULTATION", D(40))] == ["P-42"]
    assert list(scoring.price_weight_breaches("CONSULTATION", D(40), approval="渝财采〔2026〕1号")) == []
    assert [b.rule for b in scoring.price_weight_breaches("OPEN", D(5), approval="渝财采〔2026〕1号")] == ["P-41"]


def test_p26_a_framework_agreement_is_refused_with_its_reason():
    found = list(rules.framework_breaches("FRAMEWORK"))
    assert [(b.rule, str(b.clause), "采购包" in b.message) for b in found] == [("P-26", "财政部令第110号 第三条", True)]
    assert list(rules.framework_breaches("CONSULTATION")) == []


# --- invited tender -------------------------------------------------------------------------------------------------------


def invited_world(chongqing, firms=5):
    world = make_world(chongqing, open_for_bids=False)
    project = make_project(world.bureau, world.officer, method=Project.Method.INVITED, status="approved", published_at=None)
    deadline = clock.now() + timedelta(days=30)
    world.tender = prepare(project, world.officer, world.holders, committee_size=5, bid_deadline=deadline, opening_at=deadline)
    world.firms = [make_contractor(by=world.officer) for _ in range(firms)]
    return world


def test_invited_suppliers_are_drawn_at_random_once_and_the_seed_proves_it(chongqing):
    world = invited_world(chongqing)
    with pytest.raises(Refused, match="不少于 3 家"):
        invitation.draw_invitations(world.tender.pk, wanted=2, by=world.officer)
    made = invitation.draw_invitations(world.tender.pk, wanted=3, by=world.officer)
    assert made.pool == sorted(firm.pk for firm in world.firms)
    assert invitation.draw_holds(made)
    first = made.invitations.first().contractor_id
    InvitationDraw.objects.filter(pk=made.pk).update(pool=[pk for pk in made.pool if pk != first])
    made.refresh_from_db()
    assert not invitation.draw_holds(made), made.pool
    with pytest.raises(Refused, match="不能重抽"):
        invitation.draw_invitations(world.tender.pk, wanted=3, by=world.officer)


def test_too_few_qualified_suppliers_cannot_be_invited(chongqing):
    with pytest.raises(Refused, match="不足以随机邀请"):
        world = invited_world(chongqing, firms=2)
        invitation.draw_invitations(world.tender.pk, wanted=3, by=world.officer)


def test_who_was_not_invited_is_not_taken_and_an_undrawn_tender_not_announced(chongqing):
    world = invited_world(chongqing)
    assert [b.rule for b in invitation.draw_breaches(world.tender)] == ["P-50"]
    made = invitation.draw_invitations(world.tender.pk, wanted=3, by=world.officer)
    drawn = set(made.invitations.values_list("contractor_id", flat=True))
    verdicts = {firm.pk in drawn: list(invitation.invited_breaches(world.tender, firm)) for firm in world.firms}
    assert verdicts[True] == []
    assert [b.rule for b in verdicts[False]] == ["P-50"]


# --- securities -----------------------------------------------------------------------------------------------------------


def hand_in(world, contractor, amount="18000", kind="bid", form="bank"):
    return security.record_security(
        world.tender.pk, kind=kind, contractor=contractor, form=form, instrument_no="保函1号", issuer="示例银行", amount=D(amount),
        received_on=clock.today(), by=world.officer,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "form", "amount", "ok"),
    [
        ("bid", "bank", "20000", True),
        ("bid", "bank", "20000.01", False),
        ("bid", "cash", "100", False),
        ("performance", "guarantor", "100000", True),
        ("performance", "guarantor", "100000.01", False),
    ],
)
def test_p58_caps_and_forms(kind, form, amount, ok):
    found = list(rules.security_breaches(kind, form=form, amount=D(amount), base=D("1000000")))
    assert [b.rule for b in found] == ([] if ok else ["P-58"])


def test_p58_before_the_opening_no_security_betrays_a_bidder(world):
    add_bidder(world)
    with pytest.raises(Refused, match="泄露"):
        hand_in(world, world.bidders[0][0])


def test_p58_a_bidder_without_the_demanded_security_does_not_qualify(world):
    bids = [add_bidder(world), add_bidder(world, "950000")]
    Tender.objects.update(bid_security=D("18000"))
    open_bids(world)
    hand_in(world, bids[0].contractor)
    with pytest.raises(Refused) as error:
        judge_all(world)
    assert rules_of(error) == ["P-58"]
    assert Bid.objects.get(pk=bids[0].pk).status == Bid.Status.VALID


def test_t17_losers_get_theirs_five_working_days_after_the_result_and_a_refuser_loses_it(world, official):
    first, second = add_bidder(world), add_bidder(world, "950000")
    open_bids(world)
    held = {bid.pk: hand_in(world, bid.contractor) for bid in (first, second)}
    reopen_to_ranking(world, {first.pk: "35", second.pk: "30"}, {first.pk: "880000"})
    chosen = award.confirm_award(world.tender.pk, bid_id=first.pk, by=world.chief)
    with pytest.raises(Refused, match="结果公告后退还"):
        security.return_security(held[second.pk].pk, on=clock.today(), by=world.officer)
    results.publish_result(world.tender.pk, by=world.officer)
    told = Release.objects.latest("position").body
    assert [bid["value"]["amount"] for bid in told["bids"]["details"]] == [880000] == [row["value"]["amount"] for row in told["awards"]]
    assert errors(official, told) == []
    assert security.due_on(held[second.pk]) is not None
    assert security.due_on(held[first.pk]) is None
    security.return_security(held[second.pk].pk, on=clock.today(), by=world.officer)
    award.lapse_award(chosen.pk, reason="书面放弃签约", refusal=letter(), by=world.chief)
    lost = Security.objects.get(pk=held[first.pk].pk)
    assert (lost.status, "书面放弃签约" in lost.reason) == (Security.Status.FORFEITED, True)


def reopen_to_ranking(world, points, prices=None):
    """From opened bids to the ranking; ``prices``: final quotes that differ from the first ones."""
    judge_all(world)
    seat_committee(world)
    final_quotes(world, prices)
    review.start_scoring(world.tender.pk, by=world.officer)
    score_all(world, points)
    world.tender = scores.rank_bids(world.tender.pk, by=world.officer)


# --- single source --------------------------------------------------------------------------------------------------------


def scene_once():
    chongqing = make_chongqing()
    office = purchase.make_office(chongqing)
    return SimpleNamespace(chongqing=chongqing, office=office)


office = fixture_of("office")


def set_least(chongqing, **values):
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    for code, value in values.items():
        purchase.set_policy(code, value, chongqing.city, setter, confirmer)


@pytest.fixture
def case(office, chongqing):
    """An approved single-source project of 90,000 元 with three opinions, its notice run out yesterday; three and two are asked for."""
    set_least(chongqing, single_source_opinions="3", negotiation_buyers="2")
    found = argued(office)
    announce(found, office, days=-1)
    return found


def argued(office):
    project = purchase.make_approved(office, amount="90000.00")
    Project.objects.filter(pk=project.pk).update(method=Project.Method.SINGLE_SOURCE)
    firm = make_contractor(by=office.officer)
    make_contractor_admin(firm)
    found = sole.prepare_case(project.pk, ground="only_one", reason="全市唯一具备该资质的机构", contractor=firm, by=office.officer)
    for number in range(3):
        sole.add_opinion(
            found.pk, name=f"专家{number}", unit="示例大学", title="教授", opinion="具有唯一性。", given_on=clock.today(), by=office.officer
        )
    return found


def announce(found, office, days):
    notice = make_notice(office.bureau, by=office.officer)
    return ProjectPaper.objects.create(
        project=found.project, kind="single_source", notice=notice, until=clock.today() + timedelta(days=days)
    )


RECORD = {"people": "甲，民政局\n乙，民政局", "cost_note": "成本明细", "terms": "按月服务，按季结算。"}


def negotiate(found, office, **more):
    contractor_services.record_credit_check(found.contractor, note="两网站查询无记录", by=office.officer)
    return sole.negotiate(found.pk, **{"held_on": clock.today(), "price": D("85000"), **RECORD, **more}, by=office.officer)


def test_a_single_source_is_negotiated_awarded_without_scores_and_announced(case, office, official):
    found = negotiate(case, office)
    assert found.status == SoleSource.Status.NEGOTIATED
    with pytest.raises(Refused, match="另一人"):
        sole.confirm(case.pk, by=office.officer)
    chosen = sole.confirm(case.pk, by=office.chief)
    assert (chosen.amount, chosen.total, chosen.status) == (D("85000"), None, Award.Status.CONFIRMED)
    shown = BidSerializer(chosen.bid).data, AwardSerializer(chosen).data
    assert (shown[0]["price"], shown[1]["total"]) == ("85000.00", None)
    paper = results.publish_result(chosen.tender_id, by=office.officer)
    told = Release.objects.latest("position").body
    assert errors(official, told) == []
    assert told["tender"]["procurementMethod"] == "direct" and not {"awardCriteria", "tenderPeriod"} & told["tender"].keys()
    assert [award["value"]["amount"] for award in told["awards"]] == [85000] and "bids" not in told
    assert told["tender"]["tenderers"] == told["awards"][0]["suppliers"]
    assert "不评分" in str(paper.notice.context)
    assert Project.objects.get(pk=case.project_id).status == Project.Status.AWARDED


def test_t10_one_supplier_is_no_single_source_without_the_professionals_word(case, office):
    case.opinions.first().delete()
    with pytest.raises(Refused) as error:
        negotiate(case, office)
    assert rules_of(error) == ["T-10"]
    assert "不等于只有一家" in str(error.value)


@pytest.mark.parametrize("days", [None, 0])
def test_t10_without_a_notice_that_has_run_out_nothing_is_negotiated(office, days):
    found = argued(office)
    if days is not None:
        announce(found, office, days=days)
    with pytest.raises(Refused) as error:
        negotiate(found, office)
    assert set(rules_of(error)) == {"T-10"}


def test_t10_objections_are_answered_first(case, office):
    sole.record_objection(case.pk, objection="另有两家能做", answer="", by=office.officer)
    with pytest.raises(Refused, match="补充论证"):
        negotiate(case, office)


@pytest.mark.parametrize(("change", "rule"), [({"price": D("90000.01")}, "P-51"), ({"people": "甲"}, "T-10"), ({"terms": " "}, "T-10")])
def test_the_record_of_the_negotiation_is_whole_and_within_the_ceiling(case, office, change, rule):
    with pytest.raises(Refused) as error:
        negotiate(case, office, **change)
    assert rules_of(error) == [rule]


def test_p23_an_add_on_stays_within_a_tenth_of_the_original():
    most = rules.sole_ground_breaches("add_on", reason="配套", opinions=0, least=3, amount=D("10000"), original=D("100000"))
    over = rules.sole_ground_breaches("add_on", reason="配套", opinions=0, least=3, amount=D("10000.01"), original=D("100000"))
    assert (list(most), [b.rule for b in over]) == ([], ["P-23"])


def test_the_trail_of_a_single_source_reads_in_words(case, office, browse):
    negotiate(case, office)
    actions = set(AuditEvent.objects.about(case).values_list("action", flat=True))
    assert {"procurement.solesource.opinion_added", "procurement.solesource.negotiated"} <= actions
    page = browse(office.officer).get(reverse("procurement:sole_detail", args=[case.project_id])).content.decode()
    assert "85,000.00" in page
    assert "单一来源论证意见份数：3 份（已确认，示例文件，2020-01-01 起）。" in page


def test_p59_a_signed_contract_keeps_its_award(office, chongqing):
    contract = purchase.make_signed(office, chongqing.contractors[0])
    with pytest.raises(Refused, match="已经签订"):
        award.lapse_award(contract.award_id, reason="反悔", refusal=letter(), by=office.chief)
    assert Award.objects.get(pk=contract.award_id).status == Award.Status.CONFIRMED


def test_the_securities_page_asks_as_many_questions_for_one_as_for_ten(world, browse, count_queries):
    bid = add_bidder(world)
    open_bids(world)
    hand_in(world, bid.contractor)
    client, url = browse(world.officer), reverse("procurement:project_securities", args=[world.tender.project_id])
    count_queries(client, url)
    one = count_queries(client, url)
    for number in range(9):
        firm = make_contractor(by=world.officer)
        Security.objects.create(
            tender=world.tender, contractor=firm, kind="bid", form="bank", instrument_no=str(number), issuer="银行", amount=D(1),
            received_on=clock.today(), recorded_by=world.officer,
        )  # fmt: skip
    assert count_queries(client, url) == one
