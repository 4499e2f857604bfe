"""Notices prepared and issued: intent, amendment, single source, acceptance, complaint; their days, their gates, their privacy."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from procurement.models import Announcement, Project, ProjectPaper, Release, Tender
from procurement.services import announcements, gates, publication
from procurement.services import project as projects
from records import clock
from records.models import Message, StoredFile
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.tendering import add_bidder, make_world

pytestmark = pytest.mark.django_db
Kind = ProjectPaper.Kind


scene_once = scenes.with_office
office = fixture_of("office")


def rules_of(refusal) -> list[str]:
    return sorted({breach.rule for breach in refusal.value.breaches})


def issue(draft, by):
    return announcements.issue(draft.pk, version=draft.version, by=by)


def days_later(days):
    return clock.as_of(clock.now() + timedelta(days=days))


def text_of(paper) -> str:
    return str(paper.notice.context["sections"])


# --- intent --------------------------------------------------------------------------------------------------------


def test_an_intent_goes_out_with_its_fields_its_attachment_and_todays_date(office):
    project = factories.make_complete_draft(office)
    paper = issue(factories.make_intent_draft(project, office), office.officer)
    draft = Announcement.objects.get(paper=paper)
    assert (paper.kind, draft.status, timezone.localtime(paper.issued_at).date()) == (Kind.INTENT, "issued", clock.today())
    for word in (project.name, "48 万元", "上门照料服务 1200 人次", "附件", "说明"):
        assert word in text_of(paper)
    assert paper.detail["budget"] == "480000.00"


def test_t01_without_thirty_days_of_intent_only_a_reason_opens_the_gate(office):
    project = factories.make_complete_draft(office)
    Project.objects.filter(pk=project.pk).update(reasons={})
    project = Project.objects.get(pk=project.pk)
    issue(factories.make_intent_draft(project, office), office.officer)

    def open_rules(on):
        return [breach.rule for breach in gates.unsettled(project, gates.intent_breaches(project, on))]

    assert open_rules(clock.today() + timedelta(29)) == ["T-01"]
    assert open_rules(clock.today() + timedelta(30)) == []
    project = announcements.explain_intent(project.pk, reason="暴雨后安置急需", by=office.officer)
    assert open_rules(clock.today()) == []
    assert AuditEvent.objects.about(project).filter(action="procurement.project.intent_explained").exists()


def test_t01_an_empty_reason_is_no_reason(office):
    with pytest.raises(Refused) as refusal:
        announcements.explain_intent(factories.make_draft(office).pk, reason="  ", by=office.officer)
    assert rules_of(refusal) == ["T-01"]


@pytest.mark.parametrize(("expected", "rule"), [("2020-01", "T-01"), ("明年春天", "T-01"), ("", "NT-4")])
def test_an_intent_names_a_month_to_come(office, expected, rule):
    draft = factories.make_intent_draft(factories.make_complete_draft(office), office, expected=expected)
    with pytest.raises(Refused) as refusal:
        issue(draft, office.officer)
    assert rules_of(refusal) == [rule]


def test_p12_an_intent_shuts_nobody_out(office):
    draft = factories.make_intent_draft(factories.make_complete_draft(office), office, overview="仅限社会组织承接的照料服务")
    with pytest.raises(Refused) as refusal:
        issue(draft, office.officer)
    assert rules_of(refusal) == ["P-12"]


def test_nt3_no_notice_shows_a_persons_number_and_nothing_is_issued(office):
    draft = factories.make_intent_draft(factories.make_complete_draft(office), office, other="咨询张某 510200197001011234")
    with pytest.raises(Refused) as refusal:
        issue(draft, office.officer)
    assert rules_of(refusal) == ["NT-3"] and "197001011234" not in str(refusal.value)
    assert not ProjectPaper.objects.exists() and Announcement.objects.get().status == "draft"


def test_one_draft_at_a_time_and_a_stale_one_is_refused(office):
    project = factories.make_complete_draft(office)
    first = factories.make_intent_draft(project, office)
    second = announcements.save_draft(project.pk, kind="intent", values=first.values, version=first.version, by=office.officer)
    assert second.pk == first.pk
    with pytest.raises(Refused):
        announcements.issue(first.pk, version=first.version, by=office.officer)


def test_a_wrong_file_is_refused_and_nothing_is_kept(office):
    project = factories.make_complete_draft(office)
    upload = SimpleUploadedFile("论证.pdf", b"MZ not a pdf at all")
    with pytest.raises(Refused):
        announcements.save_draft(project.pk, kind="intent", values={}, upload=upload, by=office.officer)
    assert not StoredFile.objects.exists() and not Announcement.objects.exists()


def test_an_intent_has_its_time(office):
    project = factories.make_approved(office)
    draft = factories.make_intent_draft(project, office)
    Project.objects.filter(pk=project.pk).update(status="notice_published", published_at=clock.now())
    with pytest.raises(Refused) as refusal:
        issue(draft, office.officer)
    assert rules_of(refusal) == ["T-01"]
    with pytest.raises(Refused) as refusal:
        announcements.save_draft(project.pk, kind="contract", values={}, by=office.officer)
    assert rules_of(refusal) == ["NT-4"]


# --- what is out stands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["issued_at", "kind", "until"])
def test_the_database_refuses_to_change_the_day_or_kind_of_a_notice(office, change):
    paper = issue(factories.make_intent_draft(factories.make_complete_draft(office), office), office.officer)
    value = {"issued_at": clock.now() - timedelta(30), "kind": "notice", "until": clock.today()}[change]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectPaper.objects.filter(pk=paper.pk).update(**{change: value})


def test_the_database_keeps_what_was_released_as_it_was(office):
    issue(factories.make_intent_draft(factories.make_complete_draft(office), office), office.officer)
    for spoil in (lambda: Release.objects.update(position=99), lambda: Release.objects.update(body={}), Release.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()
    assert Release.objects.get().position == 1


# --- single source -------------------------------------------------------------------------------------------------

SINGLE = {
    "service": "上门照料", "ground": "only_one", "reason": "当地仅有一家具备条件",
    "supplier": "示例照料中心", "supplier_address": "示例路 2 号",
    "opinions": "专家甲（示例大学，教授）：同意。", "finance_contact": "区财政局 12300000009",
}  # fmt: skip


def single_source_project(office):
    project = factories.make_complete_draft(office)
    projects.edit_project(project.pk, version=project.version, by=office.officer, method="SINGLE_SOURCE")
    return Project.objects.get(pk=project.pk)


def single_source_draft(project, office, *, with_opinion=True, **values):
    upload = SimpleUploadedFile("论证意见.pdf", factories.PDF) if with_opinion else None
    return announcements.save_draft(project.pk, kind="single_source", values=SINGLE | values, upload=upload, by=office.officer)


def test_t10_single_source_is_announced_with_opinions_and_blocks_until_it_is_over(office):
    project = single_source_project(office)
    assert [breach.rule for breach in gates.single_source_breaches(project, clock.today())] == ["T-10"]
    paper = issue(single_source_draft(project, office), office.officer)
    assert "财政部门：区财政局" in text_of(paper) and "只能从唯一供应商处采购" in text_of(paper)
    assert [breach.rule for breach in gates.single_source_breaches(project, paper.until)] == ["T-10"]
    assert not list(gates.single_source_breaches(project, paper.until + timedelta(1)))


@pytest.mark.parametrize(("values", "rule"), [({"with_opinion": False}, "T-10"), ({"finance_contact": ""}, "NT-4")])
def test_t10_without_opinions_or_contact_it_does_not_go_out(office, values, rule):
    draft = single_source_draft(single_source_project(office), office, **values)
    with pytest.raises(Refused) as refusal:
        issue(draft, office.officer)
    assert rules_of(refusal) == [rule]


# --- amendments ----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(chongqing):
    world = make_world(chongqing, requirement="入户调查两人一组")
    notice = {"sections": [("一、项目基本情况", ["示例"])]}
    publication.paper(world.tender.project, Kind.NOTICE, "示例公告", notice, world.officer)
    return world


def amend(world, **values):
    said = {"subject": "notice", "reason": "补充说明"} | values
    draft = announcements.save_draft(world.tender.project_id, kind="amendment", values=said, by=world.officer)
    return issue(draft, world.officer)


def test_an_amendment_records_each_changed_field_and_changes_it(world):
    paper = amend(world, contact_phone="12300000077")
    change = paper.detail["changes"][0]
    assert (change["field"], change["after"]) == ("contact_phone", "12300000077")
    assert Project.objects.get(pk=world.tender.project_id).contact_phone == "12300000077"
    assert "联系电话" in text_of(paper) and not paper.detail["bears_on_bids"]


def near_deadline(world, days):
    moment = clock.now().replace(microsecond=0) + timedelta(days=days)
    Tender.objects.filter(pk=world.tender.pk).update(bid_deadline=moment, opening_at=moment)
    return moment


def test_t06_a_change_that_bears_on_bids_forces_the_deadline_back(world):
    near_deadline(world, 4)
    with pytest.raises(Refused) as refusal:
        amend(world, requirement="入户调查三人一组")
    assert rules_of(refusal) == ["T-06"]
    assert Project.objects.get(pk=world.tender.project_id).requirement == "入户调查两人一组"


def test_t06_with_the_deadline_moved_it_goes_out_and_opening_follows(world):
    before = near_deadline(world, 4)
    after = before + timedelta(days=3)
    draft = Announcement.objects.filter(project=world.tender.project)
    paper = amend(world, requirement="入户调查三人一组", bid_deadline=after.isoformat())
    tender = Tender.objects.get(pk=world.tender.pk)
    assert (tender.bid_deadline, tender.opening_at) == (after, after)
    assert {change["field"] for change in paper.detail["changes"]} == {"requirement", "bid_deadline", "opening_at"}
    assert draft.get().status == "issued"


def test_t04_an_open_tender_leaves_fifteen_days(world):
    Project.objects.filter(pk=world.tender.project_id).update(method="OPEN")
    near_deadline(world, 14)
    with pytest.raises(Refused) as refusal:
        amend(world, clarification="明确统计口径", affects_bids=True)
    assert rules_of(refusal) == ["T-04"]
    near_deadline(world, 15)
    assert amend_again(world).kind == Kind.AMENDMENT


def amend_again(world):
    draft = Announcement.objects.get(project=world.tender.project, status="draft")
    return issue(draft, world.officer)


def test_a_deadline_is_never_brought_forward_nor_moved_after_it_passed(world):
    before = near_deadline(world, 10)
    with pytest.raises(Refused) as refusal:
        amend(world, bid_deadline=(before - timedelta(days=1)).isoformat())
    assert "只能顺延" in str(refusal.value)
    near_deadline(world, -1)
    Announcement.objects.update(values={"subject": "notice", "reason": "晚了", "bid_deadline": (before + timedelta(9)).isoformat()})
    with pytest.raises(Refused) as refusal:
        amend_again(world)
    assert "已过" in str(refusal.value)


def test_an_amendment_without_any_change_is_refused(world):
    with pytest.raises(Refused) as refusal:
        amend(world)
    assert rules_of(refusal) == ["NT-4"]


def test_bidders_are_told_and_nobody_learns_who_they_are(world):
    bid = add_bidder(world)
    amend(world, contact_phone="12300000077")
    _, admin = world.bidders[0]
    told = Message.objects.get(key__startswith="amendment:")
    assert told.recipient == admin and "更正公告" in told.title
    name = bid.contractor.organisation.name
    seen = AuditEvent.objects.about(world.tender.project).filter(action="procurement.project.amended").get()
    assert name not in str(seen.detail) and not Message.objects.filter(recipient=world.officer, key__startswith="amendment:").exists()


# --- acceptance and complaints -------------------------------------------------------------------------------------


@pytest.fixture
def contract(chongqing, office):
    return factories.make_running(office, chongqing.contractors[0])


def test_p61_the_acceptance_notice_counts_recipients_and_never_names_them(contract, office):
    paper = publication.announce_acceptance(
        contract, accepted_on=clock.today(), opinion="符合合同约定", members=[("王五", "区民政局")], recipients=2, by=office.officer
    )
    text = text_of(paper)
    assert paper.kind == Kind.ACCEPTANCE and "服务对象代表 2 名（姓名不公开）" in text and "王五（区民政局）" in text
    assert contract.number in text and paper.notice.public


def test_nt3_an_acceptance_opinion_with_a_persons_number_is_refused(contract, office):
    with pytest.raises(Refused) as refusal:
        publication.announce_acceptance(
            contract, accepted_on=clock.today(), opinion="张某 510200197001011234 满意", members=[], recipients=1, by=office.officer
        )
    assert rules_of(refusal) == ["NT-3"]


def test_a_complaint_decision_is_announced_with_basis_and_outcome(contract, office):
    paper = publication.announce_complaint_decision(
        contract.project, parties=["投诉人：示例公司"], facts="对评分有异议", basis="《政府采购质疑和投诉办法》", decision="驳回投诉",
        decided_on=clock.today(), by=office.officer,
    )  # fmt: skip
    assert paper.kind == Kind.COMPLAINT and "驳回投诉" in text_of(paper)
