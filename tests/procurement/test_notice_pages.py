"""信息发布 and 时间表 by their pages: prepare, look, issue; every date with its reason; strangers see nothing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from procurement.models import Announcement, Project, ProjectPaper
from procurement.reports import notice, timeline
from procurement.services import announcements, publication
from records import clock, workdays
from records.models import CalendarYear
from records.refusals import Refused
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.tendering import make_world
from tests.procurement.test_pages import key, text_of

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def outsider(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)


def prepare_url(project, kind="intent"):
    return reverse("procurement:notice_prepare", args=[project.pk, kind])


def test_an_officer_types_an_intent_sees_it_and_issues_it(office, browse):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), prepare_url(project)
    page = text_of(client.get(url))
    assert project.requirement in page and "填写并保存后" in page
    data = {"overview": "上门照料 1200 人次", "expected": f"{clock.today():%Y-%m}", "attachment_label": "需求说明", **key(client, url)}
    sent = client.post(url, data | {"attachment": SimpleUploadedFile("需求.pdf", factories.PDF)})
    assert sent.status_code == 302 and sent.url.endswith("#preview")
    page = text_of(client.get(url))
    assert "48 万元" in page and "需求说明" in page and 'action="' + reverse("procurement:announcement_issue", args=[draft().pk]) in page
    client.post(reverse("procurement:announcement_issue", args=[draft().pk]), key(client, url) | {"version": draft().version})
    assert ProjectPaper.objects.get().kind == "intent"
    assert "可以编制" not in text_of(client.get(reverse("procurement:project_notices", args=[project.pk]))).split("单一来源公示")[0]


def draft() -> Announcement:
    return Announcement.objects.get()


def test_a_draft_that_cannot_go_out_says_why_with_its_clause(office, browse):
    project = factories.make_complete_draft(office)
    factories.make_intent_draft(project, office, expected="2020-01")
    page = text_of(browse(office.officer).get(prepare_url(project)))
    assert "预计采购时间 2020-01 已经过去" in page and "财办库〔2020〕50号" in page and "announcements/" in page
    assert "/issue/" not in page


def test_attachments_can_be_taken_back_before_issue(office, browse):
    notice = factories.make_intent_draft(factories.make_complete_draft(office), office)
    client, file = browse(office.officer), notice.files.get()
    assert client.get(reverse("procurement:announcement_file", args=[notice.pk, file.pk])).status_code == 200
    client.post(reverse("procurement:announcement_file_remove", args=[notice.pk, file.pk]))
    assert notice.files.count() == 0


def test_a_stranger_finds_nothing_and_a_reader_may_not_prepare(office, outsider, browse):
    project = factories.make_complete_draft(office)
    notice = factories.make_intent_draft(project, office)
    stranger, reader = browse(outsider), browse(office.supervisor)
    for name in ("project_notices", "project_timeline"):
        url = reverse(f"procurement:{name}", args=[project.pk])
        assert (stranger.get(url).status_code, reader.get(url).status_code) == (404, 200)
    assert (stranger.get(prepare_url(project)).status_code, reader.get(prepare_url(project)).status_code) == (404, 403)
    issue = reverse("procurement:announcement_issue", args=[notice.pk])
    assert (stranger.post(issue).status_code, reader.post(issue).status_code) == (404, 403)
    assert not ProjectPaper.objects.exists()


def test_no_form_takes_a_day_of_issue(office, browse):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), prepare_url(project)
    data = {
        "overview": "照料",
        "expected": f"{clock.today():%Y-%m}",
        "issued_at": "2020-01-01",
        "published_at": "2020-01-01",
        **key(client, url),
    }
    client.post(url, data)
    assert "2020" not in str(draft().values)
    assert not {"issued_at", "published_at", "prepared_at", "until"} & set(text_of(client.get(url)).split('name="'))


# --- termination ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_tender(chongqing):
    return make_world(chongqing, contact_name="经办甲", contact_phone="023-00000000", contact_address="示例路1号")


def prepare_ending(world, browse, outcome, reason="在截止时间前没有供应商递交响应文件"):
    client, url = browse(world.officer), prepare_url(world.tender.project, "termination")
    data = {"outcome": outcome, "reason": reason, "other": "将重新组织采购", **key(client, url)}
    assert client.post(url, data).status_code == 302
    return client, text_of(client.get(url)), draft()


def test_a_failed_purchase_is_looked_at_before_it_is_announced(open_tender, browse):
    client, page, prepared = prepare_ending(open_tender, browse, "FAILED")
    assert "二、项目终止的原因" in page and "将重新组织采购" in page and not ProjectPaper.objects.exists()
    url = prepare_url(open_tender.tender.project, "termination")
    client.post(reverse("procurement:announcement_issue", args=[prepared.pk]), key(client, url) | {"version": prepared.version})
    paper = ProjectPaper.objects.get()
    assert (paper.kind, paper.notice.title[-4:]) == ("termination", "废标公告")
    assert "将重新组织采购" in str(paper.notice.context)
    assert (paper.project.status, paper.project.tender.status, draft().status) == ("failed", "failed", "issued")


def test_ending_a_purchase_is_proposed_by_the_handler_and_decided_by_the_chief_who_reads_the_notice(open_tender, browse):
    world, project = open_tender, open_tender.tender.project
    chief, url = browse(world.chief), reverse("procurement:project_end", args=[project.pk])
    assert "还没有编制终止公告" in text_of(chief.get(url))
    with pytest.raises(Refused, match="终止情形"):
        announcements.terminate(project.pk, version=project.version, opinion="同意", by=world.chief)
    _, page, prepared = prepare_ending(world, browse, "TERMINATED", reason="上级调整任务，采购任务取消")
    assert "/issue/" not in page
    with pytest.raises(Refused, match="由负责人") as refused:
        announcements.issue(prepared.pk, version=prepared.version, by=world.officer)
    assert [(b.rule, str(b.clause)) for b in refused.value.breaches] == [("NT-4", "财办库〔2020〕50号 终止公告")]
    assert url in {item.url for item in notice.worklist(world.chief)}
    assert "上级调整任务，采购任务取消" in text_of(chief.get(url))
    assert chief.post(url, {"note": "同意终止", **key(chief, url)}).status_code == 302
    ended = Project.objects.get(pk=project.pk)
    assert (ended.status, ended.tender.status, ended.papers.get().notice.title[-4:]) == ("terminated", "failed", "终止公告")


def test_p24_a_signed_purchase_ends_only_with_its_contract(chongqing, office, browse):
    project = Project.objects.get(pk=factories.make_signed(office, chongqing.contractors[0]).project_id)
    with pytest.raises(Refused) as refused:
        publication.end_project(project.pk, outcome=Project.Status.TERMINATED, version=project.version, reason="不做了", by=office.chief)
    assert [(b.rule, str(b.clause)) for b in refused.value.breaches] == [("P-24", "政府采购法 第五十条")]
    chief, url = browse(office.chief), reverse("procurement:project_end", args=[project.pk])
    assert "项目随合同终止" in text_of(chief.get(url))
    assert url not in text_of(chief.get(reverse("procurement:project_detail", args=[project.pk])))


# --- timetable -----------------------------------------------------------------------------------------------------


def states(project) -> dict:
    return {one.code + one.label: one.state for one in timeline.timeline_of(Project.objects.get(pk=project.pk))}


def test_a_draft_has_every_date_still_to_come_but_the_reason_for_haste(office):
    found = states(factories.make_complete_draft(office))
    assert found.pop("T-01采购意向公开") == "done"
    assert set(found.values()) == {"waiting"}


def test_a_signed_contract_shows_what_is_due_and_why_day_by_day(chongqing, office, browse):
    contract = factories.make_signed(office, chongqing.contractors[0])
    client = browse(office.officer)
    one = {m.code: m for m in timeline.timeline_of(contract.project)}["T-15"]
    assert one.state == "running" and [note.index for note in one.days if note.counts] == [1, 2]
    page = text_of(client.get(reverse("procurement:project_timeline", args=[contract.project_id])))
    for word in ("T-15", "为什么是这一天", "起算当日不计入", "政府采购法实施条例", f"{one.on} 止"):
        assert word in page


def test_d02_an_unpublished_calendar_is_a_state_of_its_own(chongqing, office, browse):
    contract = factories.make_signed(office, chongqing.contractors[0])
    year = clock.today().year
    CalendarYear.objects.filter(year__gte=year).delete()
    workdays.refresh()
    page = browse(office.officer).get(reverse("procurement:project_timeline", args=[contract.project_id]))
    assert page.status_code == 200 and "日历未公布" in text_of(page) and f"{year} 年工作日历尚未录入" in text_of(page)


def test_too_short_and_late_are_told_apart():
    must, least = timeline.must_by, timeline.not_before
    last, today = date(2026, 3, 10), date(2026, 3, 12)
    assert must(last, date(2026, 3, 10), today)[0] == "done"
    assert must(last, date(2026, 3, 11), today)[0] == "late"
    assert must(last, None, today)[0] == "overdue" and must(today, None, today)[0] == "running"
    assert least(last, date(2026, 3, 9), today, "截止")[0] == "too_short"
    assert least(last, date(2026, 3, 10), today, "截止") == ("done", "截止 2026-03-10（不早于 2026-03-10）")
