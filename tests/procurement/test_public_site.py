"""The public site, without sign-in: what was announced is found, read and fetched; what was not, and what is personal, is not there."""

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from procurement.models import Project, ProjectPaper
from procurement.services import announcements
from records import notices
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.tendering import add_bidder, make_world
from tests.procurement.test_pages import text_of

pytestmark = pytest.mark.django_db
LIST = "/public/projects/"


scene_once = scenes.with_office
office = fixture_of("office")


def announce_intent(office, **more) -> Project:
    project = factories.make_complete_draft(office, **more)
    notice = factories.make_intent_draft(project, office)
    announcements.issue(notice.pk, version=notice.version, by=office.officer)
    return Project.objects.get(pk=project.pk)


def page(url, **query) -> str:
    answer = Client().get(url, query)
    assert answer.status_code == 200
    return text_of(answer)


def detail(project) -> str:
    return reverse("public_project_detail", args=[project.code])


def test_a_draft_is_not_there_and_an_announced_intent_is(office):
    hidden, shown = factories.make_draft(office, name="未公开项目"), announce_intent(office, name="公开意向项目")
    text = page(LIST)
    assert shown.name in text and "意向公开" in text and hidden.name not in text
    assert Client().get(detail(hidden)).status_code == 404


def test_an_intended_project_shows_the_intent_and_nothing_of_the_draft(office):
    project = announce_intent(office)
    text = page(detail(project))
    assert "上门照料服务 1200 人次" in text and "480,000.00" in text and "采购意向公开" in text
    assert project.requirement not in text and project.qualification not in text
    assert "草拟" not in text and str(office.officer.name) not in text and "汛期" not in text


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ({"q": "照料甲"}, True, False),
        ({"kind": "contract"}, False, True),
        ({"kind": "intent"}, True, False),
        ({"state": "意向公开"}, True, False),
        ({"state": "服务中"}, False, True),
        ({"item": "B1"}, True, False),
        ({"item": "A6"}, False, True),
        ({"method": "OPEN"}, False, False),
    ],
    ids=str,
)
def test_filters_narrow_the_list(chongqing, office, query, first, second):
    intended = announce_intent(office, name="照料甲")
    running = factories.make_running(office, chongqing.contractors[0], name="访视乙", item="A6").project
    text = page(LIST, **query)
    assert ((intended.code in text), (running.code in text)) == (first, second)


def test_a_district_and_a_year_narrow_the_list(chongqing, office):
    project = announce_intent(office)
    other = chongqing.districts[1].bureau
    assert project.code in page(LIST, district=office.bureau.code, fiscal_year=project.fiscal_year)
    assert project.code not in page(LIST, district=other.code)
    assert project.code not in page(LIST, fiscal_year=project.fiscal_year - 1)


@pytest.mark.parametrize(
    ("query", "status"),
    [("kind=none&fiscal_year=abc&item='", 200), ("fiscal_year=99999999999&state=x", 200), ("after=@@", 200), ("district=%00", 400)],
)
def test_unreadable_filters_never_break_the_page(office, query, status):
    announce_intent(office)
    assert Client().get(f"{LIST}?{query}").status_code == status


def test_the_project_page_has_notices_dates_and_reasons(chongqing, office):
    contract = factories.make_running(office, chongqing.contractors[0])
    text = page(detail(contract.project))
    for word in ("结果公告", "合同公告", contract.number, "T-13", "T-15", "为什么是这一天", "政府采购法实施条例", "450,000.00 元"):
        assert word in text


def test_before_the_result_the_public_timetable_tells_no_choice(chongqing):
    world = make_world(chongqing, requirement="入户", name="比选中的项目")
    Project.objects.filter(pk=world.tender.project_id).update(announced_at=world.tender.published_at)
    bid = add_bidder(world)
    text = page(detail(world.tender.project))
    assert "T-05" in text and "T-12" not in text and bid.contractor.organisation.name not in text


def test_pdf_and_attachments_can_be_fetched_until_the_notice_is_withdrawn(office):
    project = announce_intent(office)
    paper = ProjectPaper.objects.get()
    row = paper.announcement.files.get()
    url = reverse("public_attachment", args=[project.code, row.pk])
    assert Client().get(url).content == factories.PDF and url in page(detail(project))
    notices.withdraw(paper.notice_id, by=office.officer, reason="内容有误")
    text = page(detail(project))
    assert Client().get(url).status_code == 404 and url not in text and "已撤回" in text


def test_the_attachment_of_a_draft_is_not_public(office):
    notice = factories.make_intent_draft(factories.make_complete_draft(office), office)
    assert Client().get(reverse("public_attachment", args=[notice.project.code, notice.files.get().pk])).status_code == 404


def test_the_feed_is_atom_and_names_the_newest_notices(chongqing, office):
    factories.make_running(office, chongqing.contractors[0])
    answer = Client().get(reverse("public_project_feed"))
    feed = ET.fromstring(answer.content)
    titles = [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in feed.iter("{http://www.w3.org/2005/Atom}entry")]
    assert answer["Content-Type"].startswith("application/atom+xml") and [title[-4:] for title in titles] == ["合同公告", "结果公告"]


def test_list_and_project_page_cost_the_same_for_one_row_and_many(office, count_queries):
    project = announce_intent(office)
    client = Client()
    list_cost, page_cost = count_queries(client, LIST), count_queries(client, detail(project))
    for number in range(6):
        announce_intent(office, name=f"项目{number}", amount="1000.00")
        notice = factories.make_intent_draft(project, office)
        announcements.issue(notice.pk, version=notice.version, by=office.officer)
    assert count_queries(client, LIST) == list_cost <= 12
    assert count_queries(client, detail(project)) == page_cost <= 20
