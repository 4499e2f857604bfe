"""The notice: open points refused with their ids, dates from today by real working days, one paper, everything frozen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from procurement.models import Consultation, Project, Tender
from procurement.services import publication
from procurement.services import tender as tenders
from records import clock, notices, workdays
from records.models import PolicyValue
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


def prepare(project, office, *, days=12, take=True) -> Project:
    """A tender with its deadline so many days ahead, both keys taken."""
    moment = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=days)
    values = {"bid_deadline": moment, "opening_at": moment, "envelope_kib": 64, "committee_size": 3}
    holders = [office.chief, office.supervisor]
    tender = tenders.prepare_tender(project.pk, values=values, holders=holders, by=office.officer)
    for holder in holders if take else []:
        tenders.take_custody(tender.pk, passphrase=f"口令 {holder.username} correct", by=holder)
    return Project.objects.get(pk=project.pk)


def publish(project, office) -> Project:
    return publication.publish_notice(project.pk, version=project.version, by=office.officer)


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def test_a_notice_opens_the_tender_and_carries_its_dates(office):
    project = publish(prepare(factories.make_approved(office), office), office)
    today, tender = clock.today(), Tender.objects.get(project=project)
    assert (project.status, tender.status) == (Project.Status.NOTICE_PUBLISHED, Tender.Status.OPEN)
    assert timezone.localtime(project.published_at).date() == today
    paper = project.papers.get()
    assert paper.until == workdays.add_workdays(today, 3) and paper.notice.public
    text = str(paper.notice.context)
    for word in (project.code, "480,000.00 元", "3 个工作日", "综合评分法", project.contact_phone):
        assert word in text


def test_the_notice_becomes_a_pdf(office):
    project = publish(prepare(factories.make_approved(office), office), office)
    notice = project.papers.get().notice
    data = notices.pdf.render(notice.template, notices.print_context(notice))
    assert data.startswith(b"%PDF")


def test_t05_a_deadline_less_than_ten_days_ahead_is_refused_and_nothing_is_issued(office):
    project = prepare(factories.make_approved(office), office, days=9)
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert "T-05" in rules_of(refusal)
    assert Project.objects.get(pk=project.pk).status == Project.Status.APPROVED and project.papers.count() == 0


def test_p65_no_notice_before_both_keys_are_taken(office):
    project = prepare(factories.make_approved(office), office, take=False)
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert rules_of(refusal) == {"P-65"}


def test_no_notice_without_a_tender(office):
    with pytest.raises(Refused) as refusal:
        publish(factories.make_approved(office), office)
    assert rules_of(refusal) == {"T-02"}


def test_p28_an_unset_threshold_blocks_publication(office):
    project = prepare(factories.make_approved(office), office)
    PolicyValue.objects.filter(code="open_tender_threshold_services").update(effective_to="2020-01-02")
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert "P-28" in rules_of(refusal)


def test_p17_no_notice_before_the_public_was_asked(office):
    project = prepare(factories.make_approved(office), office)
    project.consultations.filter(kind=Consultation.Kind.PUBLIC_OPINION).delete()
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert rules_of(refusal) == {"P-17"}


def test_p16_no_notice_before_the_plan_is_filed(office):
    project = prepare(factories.make_approved(office), office)
    Project.objects.filter(pk=project.pk).update(plan_number="")
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert rules_of(refusal) == {"P-16"}


def test_p27_the_same_service_bought_in_pieces_is_refused(office):
    project = prepare(factories.make_approved(office), office)
    other = factories.make_draft(office, name="同类项目")
    Project.objects.filter(pk=other.pk).update(plan_amount="3520000.01", ceiling="3520000.01")
    with pytest.raises(Refused) as refusal:
        publish(project, office)
    assert rules_of(refusal) == {"P-27"}
    Project.objects.filter(pk=other.pk).update(ceiling="3520000.00")
    assert publish(project, office).status == Project.Status.NOTICE_PUBLISHED


def test_an_announced_project_ends_with_a_public_notice_of_why(office):
    project = publish(prepare(factories.make_approved(office), office), office)
    project = Project.objects.get(pk=project.pk)
    ended = publication.end_project(
        project.pk, outcome=Project.Status.FAILED, version=project.version, reason="有效供应商不足", by=office.chief
    )
    assert (ended.status, ended.papers.count()) == (Project.Status.FAILED, 2)
    assert "有效供应商不足" in str(ended.papers.last().notice.context)
    assert ended.papers.last().notice.title.endswith("废标公告")


def test_ending_asks_for_a_reason(office):
    project = factories.make_approved(office)
    with pytest.raises(Refused):
        publication.end_project(project.pk, outcome=Project.Status.TERMINATED, version=project.version, reason=" ", by=office.chief)


def test_a_terminated_project_takes_no_more_bids(office):
    project = publish(prepare(factories.make_approved(office), office), office)
    project = Project.objects.get(pk=project.pk)
    publication.end_project(project.pk, outcome=Project.Status.TERMINATED, version=project.version, reason="需求变化", by=office.chief)
    tender = Tender.objects.get(project=project)
    assert (tender.status, tender.failed_reason) == (Tender.Status.FAILED, "需求变化")
