"""J9 in Chromium: a finding has an owner, a day and evidence; who found it does not verify it; it shows in the contractor's score."""

import re

import pytest
from playwright.sync_api import expect

from evaluation import figures
from procurement.models import Rectification
from records import clock
from tests.procurement import supervising
from tests.procurement.factories import make_office, make_running, signer_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(chongqing):
    return make_office(chongqing)


@pytest.fixture
def contract(office, chongqing):
    contract = make_running(office, chongqing.contractors[0])
    supervising.make_recipient(contract, office.supervisor)
    supervising.set_limits(chongqing.city)
    return contract


def test_j9_from_the_finding_to_the_verdict_of_another_and_into_the_score(play, press, page, office, contract):
    main = page.locator("main")
    play(office.supervisor, f"/procurement/contracts/{contract.pk}/supervision/")
    page.get_by_role("link", name="安排检查").click()
    page.locator("[name=scope]").fill("上门服务是否按计划")
    page.locator("[name=size]").fill("1")
    press("安排")
    page.get_by_role("link", name="登记问题").click()
    page.locator("[name=fact]").fill("两次上门没有签收")
    page.locator("[name=clause]").fill("合同第五条")
    page.locator("[name=severity]").select_option("major")
    press("登记")
    page.get_by_role("link", name="发整改通知").click()
    page.locator("[name=findings]").check()
    page.locator("[name=demand]").fill("补齐签收，完善制度")
    press("签发")

    firm = signer_of(contract.contractor.organisation)
    play(firm, "/")
    page.get_by_role("link", name=re.compile("整改 1")).first.click()
    page.get_by_role("link", name="报送整改方案").click()
    page.locator("[name=owner]").fill("王负责")
    page.locator("[name=plan]").fill("一周内补齐并培训")
    press("报送")
    page.get_by_role("link", name="报送整改情况").click()
    page.locator("[name=evidence]").fill("已全部补签，附培训签到")
    press("报送")

    row = Rectification.objects.get()
    play(office.supervisor, f"/procurement/rectifications/{row.pk}/")
    expect(main).to_contain_text("您不能复查本件")
    assert not page.get_by_role("link", name="复查", exact=True).count()
    play(office.chief, "/")
    page.get_by_role("link", name=re.compile("复查整改")).first.click()
    expect(main).to_contain_text("王负责")
    page.get_by_role("link", name="复查", exact=True).click()
    page.get_by_role("radio", name="是", exact=True).check()
    page.locator("[name=comment]").fill("现场核对，签收齐全")
    press("提交复查")
    expect(main).to_contain_text("整改完成")

    period = {"start": contract.starts_on, "end": max(row.due_on, clock.today()), "as_of": row.due_on}
    told = figures.compute("rectified_in_time", contract, **period)
    assert told.value == 100 and [each["pk"] for each in told.rows] == [row.pk]
