"""J13 in Chromium: the contractor is gone; five clicks from alarm to activation, by two people, nobody left without a provider."""

import re

import pytest
from playwright.sync_api import expect

from procurement.models import ServiceOrder, ServiceRecipient, ServiceVisit, Takeover
from records import jobs
from tests.procurement.factories import make_office, make_running, signer_of
from tests.procurement.taking_over import make_substitute, people

pytestmark = pytest.mark.django_db(transaction=True)
RECIPIENTS = 1_200
NOTE = "突发停止服务，非本单位原因造成，老人照料不能中断"


@pytest.fixture
def office(chongqing):
    return make_office(chongqing)


@pytest.fixture
def contract(office, chongqing):
    contract = make_running(office, chongqing.contractors[0])
    people(contract, office.officer, RECIPIENTS)
    return contract


@pytest.fixture
def substitute(office, chongqing):
    return make_substitute(office, chongqing.contractors[1])


def test_j13_from_alarm_to_activation_in_five_clicks(play, press, page, office, contract, substitute):
    dates = set(ServiceVisit.objects.values_list("pk", "planned_on"))
    old, new = signer_of(contract.contractor.organisation), signer_of(substitute.organisation)
    play(office.officer, f"/procurement/contracts/{contract.pk}/")
    page.get_by_role("link", name="接管与退出", exact=True).last.click()  # 1
    page.get_by_role("link", name="启动临时接管").click()  # 2
    page.locator("[name=reason]").fill("负责人失联，今日无人上门")
    page.locator("label", has_text="紧急竞争性谈判").locator("input").check()
    page.locator("[name=basis_note]").fill(NOTE)
    page.locator("[name=taker]").select_option(f"c{substitute.pk}")
    page.locator("[name=exceptions]").fill("R00001 住院\nR00002 家属谢绝")
    press("生成预览并送确认")  # 3
    expect(page.locator("main")).to_contain_text("1,200 张 ＝ 转接 1,198 ＋ 例外 2")
    assert not page.get_by_role("button", name="确认并生效").count()
    play(office.chief, "/")
    page.get_by_role("link", name=re.compile("临时接管")).first.click()  # 4
    expect(page.locator("main")).to_contain_text("还剩")
    press("确认并生效")  # 5
    expect(page.locator("main")).to_contain_text("在时限内")
    takeover = Takeover.objects.get()
    assert (takeover.moved, takeover.excepted, takeover.total) == (RECIPIENTS - 2, 2, RECIPIENTS)
    assert not ServiceOrder.objects.active().filter(provider=None).exists()
    assert set(ServiceVisit.objects.values_list("pk", "planned_on")) == dates
    assert ServiceRecipient.objects.visible_to(old).count() == 0
    assert ServiceRecipient.objects.visible_to(new).count() == RECIPIENTS - 2
    jobs.run_pending()
    play(office.chief, f"/procurement/takeovers/{takeover.pk}/")
    for paper in takeover.papers.all():
        answer = page.request.get(f"/procurement/takeover-papers/{paper.pk}/")
        assert answer.ok and answer.body().startswith(b"%PDF")


def test_a_drill_changes_nothing_and_the_service_is_handed_back(play, press, page, office, contract, substitute):
    before = list(ServiceOrder.objects.order_by("pk").values())
    make_substitute(office, contract.contractor.organisation)
    play(office.supervisor, f"/procurement/contracts/{contract.pk}/exit/")
    page.get_by_role("link", name="演练", exact=True).click()
    page.locator("[name=reason]").fill("年度演练")
    page.locator("[name=taker]").select_option(f"c{substitute.pk}")
    press("生成预览并送确认")
    play(office.chief, f"/procurement/takeovers/{Takeover.objects.get().pk}/")
    press("确认演练")
    expect(page.locator("main")).to_contain_text("没有改变任何服务单")
    assert list(ServiceOrder.objects.order_by("pk").values()) == before
