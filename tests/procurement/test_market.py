"""Who may take part in one purchase: advisers, wording, consortium, small business, credit, relations (P-08 to P-14)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from contractors import services as contractor_services
from procurement.models import Adviser, Bid, Project
from procurement.rules import market as rules
from procurement.rules import wording
from procurement.sealing.content import Content, pack, unpack
from procurement.services import bidding, market, review, tender
from procurement.services import contract as contract_services
from records import clock
from records.refusals import Refused
from tests.contractors.factories import PDF, make_contractor, make_contractor_admin
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.procurement.factories import make_awarded, make_complete_draft, make_office
from tests.procurement.tendering import add_bidder, make_world, open_bids

pytestmark = pytest.mark.django_db
AGREEMENT = {"agreement_name": "联合协议.pdf", "agreement": PDF}


def ids(breaches):
    return [(breach.rule, breach.binding) for breach in breaches]


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing)
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


def at(name, *args):
    return reverse(f"procurement:{name}", args=args)


# --- P-12 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "仅面向社会组织采购",
        "供应商必须为国有企业",
        "不接受企业参加",
        "国有企业优先",
        "供应商注册地须在本区",
        "投标前须在本区设有办公场所",
        "本地企业优先",
        "具有渝北区同类业绩的加 3 分",
        "当地表彰加 2 分",
    ],
)
def test_p12_words_that_shut_out_by_form_ownership_or_place_are_refused(text):
    found = list(wording.wording_breaches(text))
    assert ("P-12", True) in ids(found), text
    assert "政府采购法实施条例" in str(found[0].clause)


@pytest.mark.parametrize(
    "text",
    [
        "社会组织、企业、事业单位等均可参加，不限组织形式",
        "服务地点在本区各乡镇",
        "服务对象为本区低保对象",
        "中标后在本区设立服务网点",
        "对小微企业优先支付",
        "具有同类服务业绩的加 3 分",
        "供应商为依法设立的法人",
    ],
)
def test_p12_words_that_shut_nobody_out_pass(text):
    assert ids(wording.wording_breaches(text)) == [], text


@pytest.mark.parametrize("text", ["注册资本不低于 500 万元", "从业人员 50 人以上的得 5 分", "成立满三年"])
def test_p12_size_and_age_ask_for_a_reason(text):
    assert ids(wording.wording_breaches(text)) == [("P-12", False)]


def test_p12_a_demanded_qualification_of_a_place_is_refused_when_the_tender_is_prepared(chongqing):
    world = make_world(chongqing, open_for_bids=False)
    holders = [holder.user for holder in world.tender.holders.select_related("user")]
    demanded = {"required_qualifications": ["本区注册的养老机构"]}
    with pytest.raises(Refused) as error:
        tender.prepare_tender(world.tender.project_id, values=demanded, holders=holders, by=world.officer)
    assert [breach.rule for breach in error.value.breaches] == ["P-12"]


# --- P-11 -----------------------------------------------------------------------------------------------------------------


def test_p11_who_wrote_the_specification_may_not_bid_and_reads_why(world):
    contractor = make_contractor()
    admin = make_contractor_admin(contractor)
    market.record_adviser(world.tender.project_id, uscc=contractor.uscc, name=str(contractor), kind="SPECIFICATION", by=world.officer)
    with pytest.raises(Refused) as error:
        bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(Decimal(900000), "方案"), by=admin)
    assert [breach.rule for breach in error.value.breaches] == ["P-11"] and "规范编制" in str(error.value)


def test_p11_single_source_is_excepted_and_others_are_not_touched():
    adviser = rules.Adviser("A", "甲公司", "DESIGN")
    assert ids(rules.adviser_breaches("A", [adviser], method="CONSULTATION")) == [("P-11", True)]
    assert ids(rules.adviser_breaches("A", [adviser], method="SINGLE_SOURCE")) == []
    assert ids(rules.adviser_breaches("B", [adviser], method="CONSULTATION")) == []


def test_p11_an_adviser_recorded_after_the_bids_came_in_is_found_at_the_review(world):
    bid = add_bidder(world)
    open_bids(world)
    row = market.record_adviser(world.tender.project_id, uscc=bid.contractor.uscc, name="甲", kind="TESTING", by=world.officer)
    found = [breach.rule for breach in review.qualification_findings(fresh(bid), rivals=[fresh(bid)], on=clock.today())]
    assert "P-11" in found
    market.strike_adviser(row.pk, reason="同名误登", by=world.officer)
    found = [breach.rule for breach in review.qualification_findings(fresh(bid), rivals=[fresh(bid)], on=clock.today())]
    assert "P-11" not in found


def fresh(bid):
    return review.bids_to_review(bid.tender).get(pk=bid.pk)


def test_advisers_are_a_tab_that_the_officer_fills_and_others_read(world, browse):
    url = at("project_advisers", world.tender.project_id)
    data = {"uscc": "52500000MJ0000000X", "name": "示例设计公司", "kind": "DESIGN"}
    officer = browse(world.officer)
    assert officer.post(url, data | {"uscc": "123"}).status_code == 422
    assert officer.post(url, data).status_code == 302
    assert officer.post(url, data).status_code == 422  # once
    assert "示例设计公司" in browse(world.supervisor).get(url).content.decode()
    assert browse(world.supervisor).post(url, data).status_code == 403
    row = Adviser.objects.get()
    assert officer.post(at("adviser_strike", row.pk), {"reason": ""}).status_code == 422
    assert officer.post(at("adviser_strike", row.pk), {"reason": "误登"}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Adviser.objects.filter(pk=row.pk).update(struck_reason="")


# --- P-13 -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def together(world):
    Project.objects.filter(pk=world.tender.project_id).update(accepts_consortium=True)
    world.tender.refresh_from_db()
    return world


def offer(world, lead, *partners, quote="900000", **more):
    admin = make_contractor_admin(lead)
    content = Content(Decimal(quote), "联合方案", partners=tuple(partner.uscc for partner in partners), **(AGREEMENT | more))
    return bidding.submit_bid(world.tender.pk, contractor=lead, content=content, by=admin)


def test_p13_a_consortium_is_sealed_with_its_agreement_and_known_only_after_the_opening(together):
    lead, partner = make_contractor(), make_contractor()
    bid = offer(together, lead, partner)
    assert not bid.partners.exists()
    told = str(list(AuditEvent.objects.filter(action__startswith="procurement.").values_list("detail", "target_label")))
    assert partner.uscc not in told and str(partner) not in told and partner.uscc.encode() not in bytes(bid.envelope.sealed)
    open_bids(together)
    bid = Bid.objects.get(pk=bid.pk)
    assert [row.contractor for row in bid.partners.all()] == [partner] and bid.agreement.name == "联合协议.pdf"


@pytest.mark.parametrize(
    ("accepted", "agreement", "partners", "told"),
    [
        (False, True, ["B"], ["公告不接受联合体"]),
        (True, False, ["B"], ["联合协议"]),
        (True, True, ["A"], ["牵头单位"]),
        (True, True, ["B", "B"], ["重复填写"]),
        (True, True, ["B", "C", "D", "E", "F", "G"], ["最多 5 家"]),
        (True, True, ["B", "C"], []),
        (False, False, [], []),
    ],
)
def test_p13_form_of_a_consortium(accepted, agreement, partners, told):
    named = [rules.Partner(code, code) for code in partners]
    found = list(rules.consortium_breaches(rules.Partner("A", "甲"), named, accepted=accepted, agreement=agreement))
    assert ids(found) == [("P-13", True)] * len(told)
    assert all(words in breach.message for words, breach in zip(told, found, strict=True))


def test_p13_each_partner_must_be_eligible_itself(together):
    lead, barred, unknown = make_contractor(), make_contractor(), make_contractor(verified=False)
    today = clock.today()
    ban = services_decision(barred, today)
    contractor_services.enter_decision(ban, by=together.officer)
    for partner, rule in ((barred, "P-08"), (unknown, "P-13")):
        with pytest.raises(Refused) as error:
            offer(together, lead, partner)
        assert [breach.rule for breach in error.value.breaches] == [rule]
    assert not Bid.objects.exists()


def services_decision(contractor, today):
    first, last = today - timedelta(days=10), today + timedelta(days=400)
    return contractor_services.Decision(contractor.uscc, str(contractor), "示例1号", "重庆市财政局", first, last)


def test_p13_a_member_that_also_bids_alone_is_found_on_both_bids_with_both_names(together):
    lead, partner = make_contractor(), make_contractor()
    one, two = offer(together, lead, partner), offer(together, partner, quote="880000", agreement=b"", agreement_name="")
    open_bids(together)
    bids = list(review.bids_to_review(together.tender))
    for bid in bids:
        found = [b for b in review.qualification_findings(bid, rivals=bids, on=clock.today()) if b.rule == "P-13"]
        assert len(found) == 1 and str(partner) in found[0].message
    assert {bid.pk for bid in bids} == {one.pk, two.pk}


def test_p10_a_partner_under_the_head_of_a_rival_is_found(together):
    lead, partner, rival = make_contractor(), make_contractor(representative="同一人"), make_contractor(representative="同一人")
    offer(together, lead, partner)
    offer(together, rival, agreement=b"", agreement_name="")
    open_bids(together)
    bids = list(review.bids_to_review(together.tender))
    for bid in bids:
        found = [b for b in review.qualification_findings(bid, rivals=bids, on=clock.today()) if b.rule == "P-10"]
        assert found and str(partner) in found[0].message and str(rival) in found[0].message


def test_content_of_a_consortium_survives_the_envelope_byte_by_byte():
    content = Content(Decimal("1.00"), "文", "方案.pdf", b"\x00file\xff", True, ("A", "B"), "协议.pdf", b"\x01agreement\xfe")
    assert unpack(pack(content)) == content
    alone = replace(content, partners=(), agreement_name="", agreement=b"")
    assert unpack(pack(alone)) == alone


def test_the_bid_form_asks_for_partners_only_where_they_are_accepted(world, browse):
    contractor = make_contractor()
    client = browse(make_contractor_admin(contractor))
    assert "联合体其他成员" not in client.get(at("bid_new", world.tender.pk)).content.decode()
    Project.objects.filter(pk=world.tender.project_id).update(accepts_consortium=True)
    partner = make_contractor()
    assert "联合体其他成员" in client.get(at("bid_new", world.tender.pk)).content.decode()
    upload = SimpleUploadedFile("联合协议.pdf", PDF)
    data = {"quote": "900000", "proposal": "x", "partners": partner.uscc.lower(), "agreement": upload}
    assert client.post(at("bid_new", world.tender.pk), data).status_code == 302
    open_bids(world)
    bid = Bid.objects.get()
    assert bid.partners.count() == 1
    assert browse(world.officer).get(at("bid_agreement", bid.pk)).status_code == 200
    assert str(partner) in browse(world.officer).get(at("tender_detail", world.tender.pk)).content.decode()


# --- P-14 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("set_aside", "ceiling", "limit", "reserve", "warned"),
    [
        ("none", "1500000", "1000000", "2000000", True),
        ("none", "1000000", "1000000", "2000000", True),
        ("none", "2000000", "1000000", "2000000", True),
        ("none", "2000000.01", "1000000", "2000000", False),
        ("none", "999999.99", "1000000", "2000000", False),
        ("none", "1500000", "1000000", None, False),
        ("part", "1500000", "1000000", "2000000", False),
        ("whole", "1500000", "1000000", "2000000", True),
    ],
)
def test_p14_what_is_not_reserved_says_why_and_so_does_what_shuts_out_social_organisations(set_aside, ceiling, limit, reserve, warned):
    found = rules.set_aside_breaches(set_aside, Decimal(ceiling), limit=limit and Decimal(limit), reserve=reserve and Decimal(reserve))
    assert ids(found) == ([("P-14", False)] if warned else [])


@pytest.mark.parametrize(
    ("set_aside", "ceiling", "limit", "reserve", "told"),
    [
        ("none", "1500000", "1000000", None, "上限尚未设定"),
        ("none", None, None, None, "上限尚未设定"),
        ("none", "1500000", None, "2000000", "分散采购限额标准尚未设定"),
        ("none", "1500000", "1000000", "2000000", ""),
        ("none", "999999.99", "1000000", None, ""),
        ("whole", "1500000", "1000000", None, ""),
    ],
)
def test_p14_says_so_while_its_limit_is_unset(set_aside, ceiling, limit, reserve, told):
    words = rules.unset_words(set_aside, ceiling and Decimal(ceiling), limit=limit and Decimal(limit), reserve=reserve and Decimal(reserve))
    assert words.startswith(told) and bool(words) is bool(told)


def test_p14_unset_is_told_on_the_form_and_among_the_conditions(chongqing, browse):
    office = make_office(chongqing)
    draft = make_complete_draft(office, amount="1500000.00")
    client = browse(office.officer)
    for url in (at("project_detail", draft.pk), at("project_edit", draft.pk, "method")):
        assert "上限尚未设定：预留中小企业的服务采购金额" in client.get(url).content.decode()


def test_p14_in_a_reserved_purchase_who_is_no_small_enterprise_explains_itself(world):
    Project.objects.filter(pk=world.tender.project_id).update(set_aside="whole")
    contractor = make_contractor()
    admin = make_contractor_admin(contractor)
    with pytest.raises(Refused) as error:
        bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(Decimal(900000), "x"), by=admin)
    assert [(breach.rule, breach.binding) for breach in error.value.breaches] == [("P-14", False)]
    bid = bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(Decimal(900000), "x"), reason="属中型企业", by=admin)
    assert bid.reason == "属中型企业"


# --- P-09 for all bidders -------------------------------------------------------------------------------------------------


def test_p09_both_sites_for_all_bidders_in_one_go(world, browse):
    bids = [add_bidder(world), add_bidder(world, "880000")]
    open_bids(world)
    client, url = browse(world.officer), at("tender_credit", world.tender.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 422
    data = {}
    for bid in bids:
        for site in ("CREDIT_CHINA", "PURCHASE_CHINA"):
            data[f"{bid.contractor_id}-{site}-upload"] = SimpleUploadedFile("截图.pdf", PDF)
    assert client.post(url, data).status_code == 302
    for bid in bids:
        assert "P-09" not in [b.rule for b in review.qualification_findings(fresh(bid), rivals=[], on=clock.today())]
    page = client.get(at("tender_detail", world.tender.pk)).content.decode()
    assert "当日信用查询" in page


def test_p09_a_listing_of_one_site_bars_and_needs_a_picture_or_words(world):
    bid = add_bidder(world)
    open_bids(world)
    given = {"listed_in": ["失信被执行人"], "upload": None, "note": ""}
    with pytest.raises(Refused):
        market.record_credit_round(world.tender.pk, results={bid.contractor_id: {"CREDIT_CHINA": given}}, by=world.officer)
    market.record_credit_round(
        world.tender.pk, results={bid.contractor_id: {"CREDIT_CHINA": given | {"note": "网站截图功能故障，查询于 9:30"}}}, by=world.officer
    )
    with pytest.raises(Refused) as error:
        review.judge_bid(bid.pk, valid=True, reason="请求通过", by=world.officer)
    assert any("失信被执行人" in breach.message for breach in error.value.breaches)


def test_p09_partners_of_a_consortium_are_looked_up_too(together):
    lead, partner = make_contractor(), make_contractor()
    offer(together, lead, partner)
    open_bids(together)
    assert {row.pk for row in market.subjects_of(together.tender)} == {lead.pk, partner.pk}


def test_credit_lookups_are_entered_by_the_officer_of_the_tender_only(chongqing, world, browse):
    url = at("tender_credit", world.tender.pk)
    stranger = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)
    assert [browse(user).get(url).status_code for user in (world.chief, stranger)] == [403, 404]


# --- P-08 at signing, P-10 signs at the review ----------------------------------------------------------------------------


def test_p08_a_ban_between_award_and_signature_stops_the_signature(chongqing):
    office = make_office(chongqing)
    award = make_awarded(office, chongqing.contractors[0])
    contract = contract_services.draft_contract(award.pk, by=office.officer)
    assert contract_services.signing_breaches(contract, clock.today()) == []
    contractor_services.enter_decision(services_decision(contract.contractor, clock.today()), by=office.officer)
    found = contract_services.signing_breaches(contract, clock.today())
    assert [(breach.rule, breach.binding) for breach in found] == [("P-08", True)]


def test_p10_bidders_with_one_telephone_need_a_reason_that_the_audit_keeps(world):
    bids = [add_bidder(world, phone="023-1234567"), add_bidder(world, "880000", phone="0231234567")]
    open_bids(world)
    for bid in bids:
        contractor_services.record_credit_check(bid.contractor, note="两网站查询无记录", by=world.officer)
    bids[0].reason = "与对方无关联"  # the bidder's own words lift nothing
    bids[0].save(update_fields=["reason"])
    with pytest.raises(Refused) as error:
        review.judge_bid(bids[0].pk, valid=True, by=world.officer)
    assert [(breach.rule, breach.binding) for breach in error.value.breaches] == [("P-10", False)]
    review.judge_bid(bids[0].pk, valid=True, reason="共用园区总机，无控股关系", by=world.officer)
    event = AuditEvent.objects.filter(action="procurement.bid.valid").get()
    assert event.detail["note"] == "共用园区总机，无控股关系"
