"""J12 in Chromium: before the meeting one page: who is missing where, what posts would cost, never a cut, one A4 on paper."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from python_calamine import load_workbook

from accounts.roles import Role
from records import clock, files, jobs
from records.models import Job
from staffing.models import Scenario
from tests.factories import make_user
from tests.staffing.factories import make_caseload, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def short(chongqing):
    """Two townships: the first lacks five, the second stands above its standard. Returns the first."""
    first, second = (township.organisation for township in chongqing.home.townships)
    make_caseload(first, 2501, as_of=clock.today())
    make_caseload(second, 1000, as_of=clock.today())
    make_staff(first, certificate=2)
    for _ in range(6):
        make_staff(second)
    make_staff(chongqing.home.bureau)
    return first


def test_j12_from_the_table_to_the_paper_in_the_hand(play, press, page, chongqing, short, tmp_path):
    bureau, second = chongqing.home.bureau, chongqing.home.townships[1].organisation
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=bureau)
    main = page.locator("main")
    play(chief, "/staffing/")
    row = page.get_by_role("row").filter(has_text=short.name)
    for words in ("2,501", "6–10 人", "未达标", "100%"):
        expect(row).to_contain_text(words)
    above = page.get_by_role("row").filter(has_text=second.name)
    expect(above).to_contain_text("高于标准（维持不变）")
    expect(main).to_contain_text("下限进一、上限舍去")
    row.locator("summary").click()
    expect(row).to_contain_text("2,501 × 2‰ = 5.002，下限进一得 6")
    expect(page.locator("svg.tiles a")).to_have_count(2)
    page.locator("svg.tiles a").first.click()
    expect(page.locator("h1")).to_contain_text(short.name)
    page.go_back()

    page.get_by_role("link", name="测算方案").click()
    page.get_by_role("link", name="新建方案").first.click()
    page.locator("[name=name]").fill("购买五个岗位")
    page.locator("[name=post_cost]").fill("60000")
    page.locator(f"[name=posted_{short.pk}]").fill("5")
    press("保存方案")
    expect(main).to_contain_text("300,000")
    page.goto(f"/staffing/units/{bureau.pk}/scenarios/new/")
    page.locator("[name=name]").fill("核减")
    page.locator("[name=post_cost]").fill("60000")
    page.locator(f"[name=own_{second.pk}]").fill("2")
    press("保存方案")
    expect(main).to_contain_text("不得核减")
    assert list(Scenario.objects.values_list("name", flat=True)) == ["购买五个岗位"]

    page.goto(f"/staffing/units/{bureau.pk}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    rows = load_workbook(io.BytesIO(download.value.path().read_bytes())).get_sheet_by_index(0).to_python()
    assert rows[1][:9] == [short.name, 2501, rows[1][2], 6, 10, 1, 0, 0, 5] and rows[-1][0] == "合计"
    press("生成一页表（PDF）")
    jobs.run_pending()
    job = Job.objects.get(kind="staffing.table")
    (paper,) = PdfReader(io.BytesIO(files.read_bytes(job.result))).pages
    assert (round(float(paper.mediabox.width)), round(float(paper.mediabox.height))) == (842, 595)
    text = paper.extract_text().replace("\n", "")
    for words in ("下限进一、上限舍去", "不提出核减意见", short.name, "渝民发〔2018〕4号"):
        assert words in text, words
