"""An intent from the officer's desk to the public's phone, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from procurement.models import ProjectPaper
from records import clock
from tests.procurement.factories import PDF, make_complete_draft, make_office

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_intent_is_prepared_looked_at_issued_and_read_on_a_phone(play, press, chongqing):
    office = make_office(chongqing)
    project = make_complete_draft(office)
    page = play(office.officer, f"/procurement/projects/{project.pk}/notices/")
    page.get_by_role("row", name=re.compile("采购意向公开")).get_by_role("link", name=re.compile("编制")).click()
    expect(page.locator("main")).to_contain_text("填写并保存后")
    page.get_by_label("预计采购时间").fill("2020-01")
    press("保存并预览")
    expect(page.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    expect(page.locator("main")).to_contain_text("2020-01 已经过去")
    page.get_by_label("预计采购时间").fill(f"{clock.today():%Y-%m}")
    page.get_by_label("添加附件").set_input_files({"name": "需求.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_label("附件名称").fill("需求说明")
    press("保存并预览")
    expect(page.locator("#preview")).to_contain_text("48 万元")
    press("发布")
    paper = ProjectPaper.objects.get()
    assert paper.announcement.files.count() == 1
    page.get_by_role("link", name="时间表").click()
    page.get_by_text("为什么是这一天").first.click()
    expect(page.locator("main")).to_contain_text("起算当日不计入")
    page.context.clear_cookies()
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/public/projects/?kind=intent")
    page.get_by_role("link", name=project.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("意向公开")
    expect(page.get_by_role("link", name="需求说明")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
