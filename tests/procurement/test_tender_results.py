"""How a tender ends on paper: the result with the experts' names, or the failure with its reason."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent
from procurement.models import Project, ProjectPaper, Tender
from procurement.sealing.content import Content
from procurement.services import award, bidding, ending, results
from records import clock, notices, workdays
from records.notices import attach
from records.refusals import Refused
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.procurement.tendering import add_bidder, letter, make_world, open_bids, reach_ranking

pytestmark = pytest.mark.django_db

CONTACT = {"contact_name": "经办甲", "contact_phone": "023-00000000", "contact_address": "示例路1号", "requirement": "入户家计调查"}


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing, **CONTACT)
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


@pytest.fixture
def awarded(world):
    first, second = add_bidder(world), add_bidder(world, "950000")
    reach_ranking(world, {first.pk: "35", second.pk: "30"})
    return award.confirm_award(world.tender.pk, bid_id=first.pk, by=world.chief)


def text_of(paper) -> str:
    return str(paper.notice.context)


def test_result_notice_names_winner_amount_ranking_and_experts(world, awarded):
    paper = results.publish_result(world.tender.pk, by=world.officer)
    experts = [member.user.name for member in world.tender.committee.members.all()]
    assert paper.kind == ProjectPaper.Kind.RESULT
    assert paper.notice.public
    assert all(part in text_of(paper) for part in [str(awarded.contractor), "900,000.00 元", *experts])


def test_names_of_experts_are_public_only_after_the_result(world, awarded, browse):
    assert not results.names_are_public(world.tender)
    results.publish_result(world.tender.pk, by=world.officer)
    assert results.names_are_public(world.tender)
    page = browse(world.chief).get(reverse("procurement:tender_detail", args=[world.tender.pk])).content.decode()
    assert world.tender.committee.members.first().user.name in page


def test_p55_the_audit_trail_names_no_judge_before_the_result(world, awarded):
    def told(user):
        return list(AuditEvent.objects.visible_to(user).filter(action__regex=r"^procurement\.(committee|scoresheet)"))

    assert told(world.chief) == []
    results.publish_result(world.tender.pk, by=world.officer)
    names = {event.actor_name for event in told(world.chief)}
    assert {str(member) for member in world.tender.committee.members.all()} <= names
    assert list(audit.verify()) == []


def test_t12_and_t13_the_result_page_says_until_when(world, awarded, browse):
    due = results.due_days(world.tender, awarded)
    today = clock.today()
    assert (due["confirm_by"], due["announce_by"]) == (workdays.add_workdays(today, 5), workdays.add_workdays(today, 2))
    page = browse(world.officer).get(reverse("procurement:tender_result", args=[world.tender.pk])).content.decode()
    assert "前发布（2 个工作日内）" in page


def test_a_result_is_announced_once_for_each_award(world, awarded):
    results.publish_result(world.tender.pk, by=world.officer)
    with pytest.raises(Refused, match="已经公告"):
        results.publish_result(world.tender.pk, by=world.officer)
    award.lapse_award(awarded.pk, reason="书面放弃", refusal=letter(), by=world.chief)
    second = world.tender.bids.exclude(pk=awarded.bid_id).get()
    award.confirm_award(world.tender.pk, bid_id=second.pk, by=world.chief)
    assert str(second.contractor) in text_of(results.publish_result(world.tender.pk, by=world.officer))


def test_t13_a_withdrawn_result_holds_up_the_contract_and_is_issued_anew(world, awarded):
    first = results.publish_result(world.tender.pk, by=world.officer)
    notices.withdraw(first.notice_id, by=world.officer, reason="排名有误")
    assert [breach.rule for breach in results.result_breaches(awarded)] == ["T-13"]
    second = results.publish_result(world.tender.pk, by=world.officer)
    assert second.notice.number != first.notice.number and list(results.result_breaches(awarded)) == []


def test_no_result_without_an_award(world):
    with pytest.raises(Refused, match="尚未确定成交供应商"):
        results.publish_result(world.tender.pk, by=world.officer)


def test_a_failed_tender_ends_its_project_and_tells_why(world):
    add_bidder(world)
    open_bids(world)
    ending.fail_tender(world.tender.pk, reason="有效供应商不足两家", by=world.officer)
    world.tender.refresh_from_db()
    assert (world.tender.status, world.tender.failed_reason) == (Tender.Status.FAILED, "有效供应商不足两家")
    project = Project.objects.get(pk=world.tender.project_id)
    assert project.status == Project.Status.FAILED
    assert "有效供应商不足两家" in text_of(project.papers.get(kind=ProjectPaper.Kind.TERMINATION))


def test_a_tender_does_not_fail_without_a_reason(world):
    with pytest.raises(Refused):
        ending.fail_tender(world.tender.pk, reason=" ", by=world.officer)
    assert Tender.objects.get().status == Tender.Status.OPEN


def test_an_ended_project_takes_no_more_bids(world):
    add_bidder(world)
    contractor, admin = world.bidders[0]
    Project.objects.filter(pk=world.tender.project_id).update(status=Project.Status.TERMINATED)
    with pytest.raises(Refused) as error:
        bidding.submit_bid(world.tender.pk, contractor=contractor, content=Content(Decimal(850000), ""), by=admin)
    assert "不再接收" in str(error.value)


def test_t13_the_winner_gets_its_letter_and_nobody_else_reads_it(world, awarded, browse):
    results.publish_result(world.tender.pk, by=world.officer)
    awarded.refresh_from_db()
    letter = awarded.notice
    assert not letter.public
    assert str(awarded.contractor) in str(letter.context) and "900,000.00" in str(letter.context)
    attach(letter, b"%PDF-1.7 letter")
    url = reverse("procurement:award_letter", args=[awarded.pk])
    people = {admin: browse(admin).get(url).status_code for _, admin in world.bidders}
    assert list(people.values()) == [200, 404]
    assert browse(world.chief).get(url).status_code == 200
    assert browse(world.experts[0]).get(url).status_code == 404
    receipt = browse(world.bidders[0][1]).get(reverse("procurement:bid_receipt", args=[awarded.bid_id])).content.decode()
    assert letter.number in receipt
