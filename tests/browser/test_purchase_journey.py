"""From a name in the catalogue to a running service in Chromium, each verb by the person whose it is."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import expect

from accounts.roles import Role
from procurement.models import Bid, Contract, PeriodicReport, Project, ScoreSheet, Tender
from records import clock
from records.workdays import add_workdays
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_user
from tests.procurement.factories import FIGURES, make_approved, make_contract_draft, make_due_report, make_office, make_submitted
from tests.procurement.tendering import PASSPHRASES, judge_all, reach_opening_time
from tests.procurement.tendering import make_world as make_tender_world

pytestmark = pytest.mark.django_db(transaction=True)
PHRASES = ("第一位保管人的一句话", "第二位保管人的一句话")


@pytest.fixture
def office(chongqing):
    return make_office(chongqing)


def test_a_reserved_act_is_refused_and_a_second_person_approves(play, press, office):
    page = play(office.officer, "/procurement/projects/new/")
    page.get_by_label("项目名称").fill("低保审核确认服务")
    page.locator("label", has_text="B1 照料护理").locator("input").check()
    page.get_by_label("低保", exact=True).check()
    press("建立草稿")
    expect(page.locator("main")).to_contain_text("审核确认")
    assert not Project.objects.exists()
    page.get_by_label("项目名称").fill("困难群众上门照料服务")
    press("建立草稿")
    page.wait_for_url(re.compile(r"/procurement/projects/\d+/"))
    expect(page.get_by_role("button", name="送审")).to_be_disabled()
    submitted = make_submitted(office, name="困难老人助浴服务")
    page = play(office.officer, f"/procurement/projects/{submitted.pk}/")
    assert not page.get_by_role("button", name="批准", exact=True).count()
    page = play(office.chief, f"/procurement/projects/{submitted.pk}/")
    press("批准")
    assert Project.objects.get(pk=submitted.pk).status == Project.Status.APPROVED


def test_two_holders_take_the_keys_and_the_notice_goes_out(play, press, office, client):
    project = make_approved(office)
    page = play(office.officer, f"/procurement/projects/{project.pk}/tender/")
    deadline = add_workdays(clock.today(), 14).strftime("%Y-%m-%dT10:00")
    page.locator("[name=bid_deadline]").fill(deadline)
    page.locator("[name=opening_at]").fill(deadline)
    page.locator("[name=holder_one]").select_option(str(office.chief.pk))
    page.locator("[name=holder_two]").select_option(str(office.supervisor.pk))
    press("保存")
    tender = Tender.objects.get()
    for holder, phrase in zip((office.chief, office.supervisor), PHRASES, strict=True):
        page = play(holder, f"/procurement/tenders/{tender.pk}/custody/")
        page.locator("[name=password]").fill(phrase)
        page.locator("[name=again]").fill(phrase)
        press("领取")
    play(office.officer, f"/procurement/projects/{project.pk}/")
    press("发布公告")
    project.refresh_from_db()
    assert project.status == Project.Status.NOTICE_PUBLISHED
    assert project.name in client.get("/public/projects/").content.decode()


def bid_by_form(play, press, world, quote) -> Bid:
    contractor = make_contractor(by=world.officer)
    admin = make_contractor_admin(contractor)
    world.bidders.append((contractor, admin))
    page = play(admin, f"/procurement/tenders/{world.tender.pk}/bid/")
    page.locator("[name=quote]").fill(quote)
    page.locator("[name=proposal]").fill("两人一组入户，七日内回访。")
    press("密封并递交")
    expect(page.locator("main")).to_contain_text("回执编号")
    return Bid.objects.get(contractor=contractor)


def open_by_form(play, press, world) -> None:
    for holder, phrase in zip(world.holders, PASSPHRASES, strict=True):
        page = play(holder, f"/procurement/tenders/{world.tender.pk}/opening/")
        page.locator("[name=password]").fill(phrase)
        press("输入口令开启")


def quote_by_form(play, press, world) -> None:
    """The officer asks, each bidder quotes once more, the two holders open."""
    page = play(world.officer, f"/procurement/tenders/{world.tender.pk}/quotes/")
    page.locator("[name=deadline]").fill(f"{localtime(clock.now() + timedelta(hours=2)):%Y-%m-%dT%H:%M}")
    press("通知供应商")
    for contractor, admin in world.bidders:
        page = play(admin, f"/procurement/tenders/{world.tender.pk}/final-quote/")
        page.locator("[name=quote]").fill(str(Bid.objects.get(contractor=contractor).quote))
        press("密封并提交")
    Tender.objects.filter(pk=world.tender.pk).update(quote_deadline=clock.now() - timedelta(minutes=1))
    open_by_form(play, press, world)


def score_by_form(play, press, sheet, points) -> None:
    page = play(sheet.member.user, f"/procurement/sheets/{sheet.pk}/")
    for field in page.locator("[name^=factor_]").all():
        field.fill(points)
    press("提交评分表")


def test_sealed_bids_are_opened_by_two_scored_by_three_and_awarded(play, press, chongqing):
    world = make_tender_world(chongqing)
    dear = bid_by_form(play, press, world, "950000")
    bid_by_form(play, press, world, "900000")
    assert dear.quote is None
    reach_opening_time(world)
    open_by_form(play, press, world)
    world.tender.refresh_from_db()
    judge_all(world)
    url = f"/procurement/tenders/{world.tender.pk}/"
    play(world.officer, url)
    press("随机抽取评审专家")
    for member in world.tender.committee.members.all():
        play(member.user, "/procurement/desk/")
        press("承诺属实，参加评审")
    quote_by_form(play, press, world)
    play(world.officer, url)
    press("开始评分")
    for sheet in ScoreSheet.objects.filter(bid__tender=world.tender).select_related("member__user"):
        score_by_form(play, press, sheet, "35" if sheet.bid_id == dear.pk else "24")
    play(world.officer, url)
    press("汇总评审结果")
    page = play(world.chief, f"{url}result/")
    page.locator("[name=reason]").first.fill("综合得分第一。")
    press("确定成交供应商")
    play(world.officer, f"{url}result/")
    press("发布结果公告")
    award = world.tender.awards.get()
    assert award.bid_id == dear.pk, "the better plan wins over the lower price"
    assert award.confirmed_by == world.chief


def test_a_contract_is_checked_signed_announced_and_started(play, press, office, chongqing):
    winner = chongqing.contractors[0]
    signer = make_user(role=Role.CONTRACTOR_ADMIN, organisation=winner)
    url = f"/procurement/contracts/{make_contract_draft(office, winner).pk}/"
    steps = (
        (office.officer, "", "送审查"),
        (office.chief, "", "审查通过"),
        (signer, "sign/", "确认并签署"),
        (office.officer, "", "发布合同公告"),
        (office.officer, "", "启动服务"),
    )
    for person, page, verb in steps:
        play(person, url + page)
        press(verb)
    assert Contract.objects.get().status == Contract.Status.IN_SERVICE


def test_a_report_is_filed_sent_back_with_words_and_accepted(play, press, office, chongqing):
    winner = chongqing.contractors[0]
    report = make_due_report(office, winner)
    reporter = make_user(role=Role.CONTRACTOR_REPORTER, organisation=winner)
    url = f"/procurement/reports/{report.pk}/"
    page = play(reporter, url)
    for name, value in FIGURES.items():
        page.locator(f"form[data-draft] [name={name}]").fill(str(value))
    press("报送")
    page = play(office.supervisor, url)
    page.get_by_label("服务量：退回原因").fill("请附签认表。")
    press("退回")
    page = play(reporter, url)
    expect(page.locator("main")).to_contain_text("请附签认表。")
    press("报送")
    play(office.supervisor, url)
    press("通过")
    report.refresh_from_db()
    assert report.status == PeriodicReport.Status.ACCEPTED
    assert report.rounds.count() == 2
