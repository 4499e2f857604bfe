"""The survey on a phone, the scores, the report and who may take it home; and the chief's one page."""

import pytest
import time_machine
from playwright.sync_api import expect

from accounts.roles import Role
from evaluation.models import Evaluation, SurveyReply
from evaluation.services import surveys
from records import jobs
from tests.evaluation.factories import TODAY, assign, make_complete, make_open, make_survey, make_world
from tests.factories import make_user
from tests.staffing.factories import make_caseload, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(chongqing):
    """The term of the sample contract ended on 31 October; its collection window is over."""
    with time_machine.travel(TODAY, tick=True):
        yield make_world(chongqing)


def test_a_recipient_answers_once_on_a_phone(page, world):
    survey = make_survey(world, make_open(world))
    code = surveys.code_of(survey, 1)
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto("/survey/")
    page.get_by_label("请输入测评单上的 10 位编码").fill(code)
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(f"**/survey/{code}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for question in page.locator("fieldset").all():
        question.locator("label.answer").nth(1).click()
    page.get_by_role("button", name="交 卷").click()
    page.wait_for_selector("text=谢谢您")
    assert SurveyReply.objects.count() == 1


def test_scores_become_a_published_report_that_the_auditor_takes_home(play, press, page, world):
    evaluation = make_complete(world)
    url = f"/evaluation/evaluations/{evaluation.pk}/"
    play(world.officer, url)
    press("立即计分")
    press("送承接主体核对")
    play(world.contractor, url)
    press("无异议")
    play(world.chief, url)
    press("审定")
    page = play(world.officer, f"{url}publish/")
    page.locator("textarea").first.fill("服务总体良好。")
    with page.expect_navigation():
        page.locator("main .btn-primary").last.click()
    evaluation.refresh_from_db()
    assert evaluation.status == Evaluation.Status.PUBLISHED
    jobs.run_pending()
    page.goto(f"/public/evaluations/{evaluation.pk}/")
    expect(page.locator("main")).to_contain_text("服务总体良好。")
    play(world.auditor, url)
    report = page.context.request.get(page.get_by_role("link", name="评价报告").get_attribute("href"))
    assert report.body().startswith(b"%PDF")


def test_purchaser_and_third_party_enter_their_scores(play, press, world):
    evaluation = make_open(world)
    assign(world)
    for person, part in ((world.officer, "purchaser"), (world.third, "third-party")):
        page = play(person, f"/evaluation/evaluations/{evaluation.pk}/scores/{part}/")
        for field in page.locator("[name^=value_]").all():
            field.fill("86")
        for field in page.locator("[name^=comment_]").all():
            field.fill("核查表第 3 页")
        with page.expect_navigation():
            page.locator("main form .btn-primary").first.click()
    assert evaluation.scores.filter(indicator__evaluator="third_party").count() == 3


def test_the_chief_reads_the_table_and_orders_the_page(play, press, chongqing):
    home = chongqing.home
    for number, township in enumerate(home.townships):
        make_caseload(township.organisation, 2501 + number)
        make_staff(township.organisation)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    page = play(chief, "/staffing/")
    expect(page.locator("main")).to_contain_text("2,501")
    press("生成一页表（PDF）")
    jobs.run_pending()
    page.goto("/records/jobs/")
    expect(page.locator("main")).to_contain_text("完成")
