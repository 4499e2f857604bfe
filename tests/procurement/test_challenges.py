"""询问, 质疑, 投诉 (T-18…T-22): who, by when, answered by two people; signing waits; what an upheld one does."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from procurement.models import Award, Challenge, Complaint, Enquiry, Project, ProjectPaper, ScoreSheet, Standing, Tender
from procurement.rules import challenge as rules
from procurement.services import archive, award, challenge, results, scoring
from procurement.services import contract as contracts
from procurement.services.rounds import review_again
from records import clock, workdays
from records.refusals import Refused
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.procurement.tendering import add_bidder, make_world, reach_ranking, score_all

pytestmark = pytest.mark.django_db
LETTER = {"demand": "请求重新评审", "facts": "评分与采购文件不一致", "basis": "政府采购法第五十二条"}


def scene_once():
    chongqing = make_chongqing()
    world = make_world(chongqing, contact_name="经办甲", contact_phone="023-00000000", contact_address="示例路1号", requirement="入户调查")
    return SimpleNamespace(chongqing=chongqing, world=world)


world = fixture_of("world")


@pytest.fixture
def announced(world):
    """Two bidders, an award, its announcement."""
    bids = [add_bidder(world), add_bidder(world, "950000")]
    reach_ranking(world, {bids[0].pk: "35", bids[1].pk: "30"})
    chosen = award.confirm_award(world.tender.pk, bid_id=bids[0].pk, by=world.chief)
    results.publish_result(world.tender.pk, by=world.officer)
    return chosen


def loser(world):
    return world.bidders[1]


def raise_it(world, step="result", **letter):
    contractor, person = loser(world)
    return challenge.raise_challenge(world.tender.pk, contractor=contractor, step=step, by=person, **{**LETTER, **letter})


def answer(world, row, verdict="upheld", consequence="kept"):
    challenge.draft_answer(row.pk, verdict=verdict, consequence=consequence, answer="经查属实。", by=world.officer)
    return challenge.approve_answer(row.pk, by=world.chief)


def test_t18_an_enquiry_is_due_in_three_working_days_and_answered_in_words(world):
    contractor, person = add_bidder(world).contractor, world.bidders[0][1]
    enquiry = challenge.ask(world.tender.pk, contractor=contractor, question="服务区域？", by=person)
    assert enquiry.due_on == workdays.add_workdays(clock.today(), 3)
    with pytest.raises(Refused, match="写明答复"):
        challenge.answer_enquiry(enquiry.pk, answer=" ", by=world.officer)
    assert challenge.answer_enquiry(enquiry.pk, answer="全区。", by=world.officer).status == Enquiry.Status.ANSWERED


def test_t19_a_result_is_challenged_within_seven_working_days_of_the_end_of_its_notice(world, announced):
    paper = ProjectPaper.objects.get(project=world.tender.project, kind="result")
    row = raise_it(world)
    assert (row.known_on, row.raise_by) == (paper.until, workdays.add_workdays(paper.until, 7))
    assert row.due_on == workdays.add_workdays(clock.today(), 7)


def test_t19_too_late_is_refused_with_the_day(world, announced, monkeypatch):
    long_ago = clock.today() - timedelta(days=40)
    monkeypatch.setattr(challenge, "known_on", lambda tender, step: long_ago)
    with pytest.raises(Refused) as error:
        raise_it(world)
    assert [(b.rule, str(b.clause)) for b in error.value.breaches] == [("T-19", "政府采购法 第五十二条")]
    assert str(workdays.add_workdays(long_ago, 7)) in str(error.value)
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("step", ["opening", "review", "scoring", "result"])
def test_t19_a_step_that_is_not_over_cannot_be_challenged(world, step):
    add_bidder(world), add_bidder(world, "950000")
    with pytest.raises(Refused, match="尚未结束"):
        raise_it(world, step)


def test_t19_who_took_no_part_may_challenge_the_documents_only(world, announced):
    from_outside = outsider(world)
    with pytest.raises(Refused, match="只能对采购文件"):
        challenge.raise_challenge(world.tender.pk, contractor=from_outside[0], step="result", by=from_outside[1], **LETTER)
    row = challenge.raise_challenge(world.tender.pk, contractor=from_outside[0], step="documents", by=from_outside[1], **LETTER)
    assert row.status == Challenge.Status.RAISED


def outsider(world):
    contractor = make_contractor(by=world.officer)
    return contractor, make_contractor_admin(contractor)


def test_t19_one_step_is_challenged_once_and_whole(world, announced):
    raise_it(world)
    with pytest.raises(Refused, match="一次性提出"):
        raise_it(world)


@pytest.mark.parametrize("part", ["demand", "facts", "basis"])
def test_t19_a_letter_without_demand_facts_or_basis_is_refused(world, announced, part):
    with pytest.raises(Refused, match="质疑函须写明"):
        raise_it(world, **{part: " "})


def test_t20_the_author_of_the_answer_does_not_review_it(world, announced):
    row = raise_it(world)
    challenge.draft_answer(row.pk, verdict="rejected", consequence="kept", answer="不成立。", by=world.chief)
    with pytest.raises(Refused, match="另一人复核"):
        challenge.approve_answer(row.pk, by=world.chief)


def test_t20_what_is_not_upheld_changes_nothing(world, announced):
    row = raise_it(world)
    with pytest.raises(Refused, match="应维持原结果"):
        challenge.draft_answer(row.pk, verdict="rejected", consequence="redo", answer="不成立。", by=world.officer)


def test_t20_signing_waits_for_the_answer_and_is_free_after_it(world, announced):
    row = raise_it(world)
    found = list(challenge.suspension_breaches(world.tender))
    assert [(b.rule, str(b.clause), b.binding) for b in found] == [("T-20", "政府采购法实施条例 第五十四条", True)]
    answer(world, row)
    assert list(challenge.suspension_breaches(world.tender)) == []


def test_t20_what_cannot_change_the_result_holds_nothing_up_once_said_in_writing(world, announced):
    row = raise_it(world)
    with pytest.raises(Refused):
        challenge.release_signing(row.pk, reason=" ", by=world.chief)
    challenge.release_signing(row.pk, reason="只涉及公告格式", by=world.chief)
    assert list(challenge.suspension_breaches(world.tender)) == []
    event = AuditEvent.objects.about(row).get(action="procurement.challenge.released")
    assert event.detail["reason"] == "只涉及公告格式"


def test_an_upheld_challenge_gives_the_award_to_the_next_candidate(world, announced):
    answer(world, raise_it(world), consequence="next")
    announced.refresh_from_db()
    assert announced.status == Award.Status.LAPSED
    second = world.tender.bids.exclude(pk=announced.bid_id).get()
    assert award.confirm_award(world.tender.pk, bid_id=second.pk, by=world.chief).rank == 2


def test_p59_an_upheld_challenge_fails_the_purchase_with_its_award_and_contract(world, announced):
    Project.objects.filter(pk=world.tender.project_id).update(quantity=1, unit="项")
    contract = contracts.draft_contract(announced.pk, by=world.officer)
    assert archive.ended_on(contract.project) is None
    answer(world, raise_it(world), consequence="redo")
    world.tender.refresh_from_db()
    assert world.tender.status == Tender.Status.FAILED
    assert "重新开展" in world.tender.failed_reason
    announced.refresh_from_db(), contract.refresh_from_db()
    assert (announced.status, announced.reopened, contract.status) == ("lapsed", True, "cancelled")
    assert archive.ended_on(Project.objects.get(pk=contract.project_id)) == clock.today()
    with pytest.raises(Refused, match="尚未确定成交供应商"):
        results.publish_result(world.tender.pk, by=world.officer)


def test_a_second_review_keeps_the_first_and_may_choose_the_same_winner(world, announced):
    answer(world, raise_it(world), consequence="reviewed")
    world.tender.refresh_from_db()
    assert world.tender.status == Tender.Status.SCORING
    kept = world.tender.rounds.get().snapshot
    assert (kept["standings"][0]["rank"], len(kept["sheets"])) == (1, 6)
    assert not Standing.objects.exists()
    assert set(ScoreSheet.objects.values_list("status", flat=True)) == {"draft"}
    score_all(world, dict.fromkeys([announced.bid_id, *other_bids(world, announced)], "38"))
    scoring.rank_bids(world.tender.pk, by=world.officer)
    again = award.confirm_award(world.tender.pk, bid_id=announced.bid_id, reason="价格低且质量并列第一", by=world.chief)
    assert (again.bid_id, again.status) == (announced.bid_id, Award.Status.CONFIRMED)


def other_bids(world, announced):
    return world.tender.bids.exclude(pk=announced.bid_id).values_list("pk", flat=True)


def test_no_second_review_while_an_award_stands(world, announced):
    with pytest.raises(Refused, match="没有有效的成交结果"):
        review_again(world.tender.pk, reason="重算", by=world.officer)


def complain(world, row, **more):
    values = {"department": "区财政局", "document_no": "区财采投〔2026〕1号", "filed_on": clock.today(), "accepted_on": clock.today()}
    return challenge.record_complaint(row.pk, by=world.officer, **values | more)


def test_t21_a_complaint_comes_within_fifteen_working_days_of_the_answer(world, announced):
    row = answer(world, raise_it(world), verdict="rejected")
    Challenge.objects.filter(pk=row.pk).update(answered_at=clock.now() - timedelta(days=40))
    with pytest.raises(Refused) as error:
        complain(world, row)
    assert [b.rule for b in error.value.breaches] == ["T-21"]


def test_t21_no_complaint_before_the_answer_is_due(world, announced):
    with pytest.raises(Refused, match="此前不能投诉"):
        complain(world, raise_it(world))


def test_t22_a_halt_lasts_thirty_days_at_most(world, announced):
    row, today = answer(world, raise_it(world), verdict="rejected"), clock.today()
    with pytest.raises(Refused, match="最长 30 日"):
        complain(world, row, suspended_from=today, suspended_until=today + timedelta(days=31))
    assert complain(world, row, suspended_from=today, suspended_until=today + timedelta(days=30)).status == Complaint.Status.ACCEPTED


def test_t22_while_finance_halts_nothing_is_signed_and_the_decision_frees(world, announced):
    row, today = answer(world, raise_it(world), verdict="rejected"), clock.today()
    complaint = complain(world, row, suspended_from=today, suspended_until=today + timedelta(days=30))
    assert [b.rule for b in challenge.suspension_breaches(world.tender)] == ["T-22"]
    assert not list(challenge.suspension_breaches(world.tender, on=today + timedelta(days=31)))
    decided = {"decision_no": "区财采决〔2026〕1号", "decided_on": today, "grounds": "投诉事项不成立。"}
    challenge.record_decision(complaint.pk, verdict="rejected", consequence="kept", by=world.officer, **decided)
    assert list(challenge.suspension_breaches(world.tender)) == []
    assert not ProjectPaper.objects.filter(kind="complaint").exists()  # the officer reads the words through before the public does
    assert Complaint.objects.get().status == Complaint.Status.DECIDED


def test_a_stranger_finds_no_challenge_and_the_supplier_no_unreviewed_answer(world, announced, browse):
    row = raise_it(world)
    challenge.draft_answer(row.pk, verdict="upheld", consequence="kept", answer="内部拟稿", by=world.officer)
    url = reverse("procurement:challenge_detail", args=[row.pk])
    assert browse(world.bidders[0][1]).get(url).status_code == 404
    assert "内部拟稿" not in browse(world.bidders[1][1]).get(url).content.decode()
    assert "内部拟稿" in browse(world.chief).get(url).content.decode()


def test_a_supplier_raises_and_the_bureau_answers_on_its_pages(world, announced, browse):
    supplier = browse(world.bidders[1][1])
    url = reverse("procurement:challenge_new", args=[world.tender.pk])
    assert "成交结果" in supplier.get(url).content.decode()
    assert supplier.post(url, {"step": "result", **LETTER}).status_code == 302
    row = Challenge.objects.get()
    officer = browse(world.officer)
    data = {"verdict": "rejected", "consequence": "kept", "answer": "依据不足。", "version": row.version}
    assert officer.post(reverse("procurement:challenge_answer", args=[row.pk]), data).status_code == 302
    row.refresh_from_db()
    assert browse(world.chief).post(reverse("procurement:challenge_review", args=[row.pk]), {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.status == Challenge.Status.ANSWERED
    page = supplier.get(reverse("procurement:challenge_detail", args=[row.pk])).content.decode()
    assert "依据不足" in page


def test_the_list_of_challenges_asks_as_many_questions_for_one_as_for_thirty(world, announced, browse, django_assert_max_num_queries):
    raise_it(world)
    page, url = browse(world.officer), reverse("procurement:challenge_list")
    page.get(url)
    with django_assert_max_num_queries(30) as first:
        page.get(url)
    kept = Challenge.objects.get()
    for number in range(30):
        contractor = make_contractor(by=world.officer)
        Challenge.objects.create(
            tender=kept.tender, contractor=contractor, number=f"N{number}", step="result", demand="x", facts="y", basis="z",
            known_on=kept.known_on, raised_by=kept.raised_by,
        )  # fmt: skip
    with django_assert_max_num_queries(len(first.captured_queries)):
        page.get(url)


def test_halt_rule_wants_both_days():
    today = clock.today()
    assert [b.rule for b in rules.halt_breaches(today, None)] == ["T-22"]
    assert list(rules.halt_breaches(None, None)) == []


def test_due_days_that_waited_for_a_calendar_are_dated_at_night(world, announced):
    row = raise_it(world)
    Challenge.objects.filter(pk=row.pk).update(due_on=None)
    assert challenge.fill_open_days() >= 1
    row.refresh_from_db()
    assert row.due_on == workdays.add_workdays(clock.today(), 7)
    assert challenge.fill_open_days() == 0
