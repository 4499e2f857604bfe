"""Visits, roster, inspections, rectification, complaints and signs of 转包, through their services."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import AuditEvent
from procurement.models import (
    Inspection,
    PeriodicReport,
    PostedWorker,
    Rectification,
    ServiceComplaint,
    ServiceVisit,
    Subcontract,
    Suspicion,
    VisitVersion,
)
from procurement.rules import inspection as inspection_rules
from procurement.rules import roster as roster_rules
from procurement.services import complaint as complaints
from procurement.services import inspection as inspections
from procurement.services import leaving
from procurement.services import rectification as rectifications
from procurement.services import roster as rosters
from procurement.services import service as services
from procurement.services import suspicion as suspicions
from procurement.services import visit as visits
from records import clock, notices
from records.models import Message, Notice
from records.ratelimit import TooMany
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes, supervising

pytestmark = pytest.mark.django_db
Outcome, Sign = ServiceVisit.Outcome, ServiceVisit.Sign


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def firm(chongqing):
    return chongqing.contractors[0]


@pytest.fixture
def contract(office, firm):
    return factories.make_running(office, firm)


@pytest.fixture
def signer(firm):
    return factories.signer_of(firm)


@pytest.fixture
def order(office, contract):
    return supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)


@pytest.fixture
def limits(chongqing):
    return supervising.set_limits(chongqing.city)


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


# Visits


def test_a_visit_is_written_down_once_with_who_and_when(order, contract, signer):
    visit = supervising.record(order, signer)
    assert visit.outcome == Outcome.DONE and visit.provider == contract.contractor and visit.recorded_by == signer
    assert visit.minutes is None  # blank is not 0
    with pytest.raises(Refused, match="已记为"):
        supervising.record(order, signer, visit=visit)


def test_a_visit_of_an_old_form_is_refused_as_stale(order, signer):
    visit = order.visits.order_by("planned_on").first()
    data = supervising.visit_data(order, signer)
    visits.record_visit(visit.pk, data, version=visit.version, by=signer)
    with pytest.raises(StaleVersion):
        visits.record_visit(visit.pk, data, version=visit.version, by=signer)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"done_at": None}, "请填写服务时间"),
        ({"worker": None}, "请选择服务人员"),
        ({"sign": ""}, "请选择签收方式"),
        ({"signed_by": ""}, "请填写签收人姓名"),
        ({"minutes": 0}, "没有记录的请留空"),
        ({"outcome": "not_met", "note": ""}, "请写明情况"),
    ],
)
def test_v04_an_incomplete_record_is_refused_with_what_is_missing(order, signer, more, words):
    with pytest.raises(Refused, match=words) as refusal:
        supervising.record(order, signer, **more)
    assert rules_of(refusal) == {"V-04"}


def test_v04_nobody_writes_down_what_has_not_happened_yet(order, signer):
    with pytest.raises(Refused, match="不能提前记录"):
        supervising.record(order, signer, done_at=clock.now() + timedelta(minutes=5))


def test_v03_a_worker_outside_the_roster_needs_a_word_and_stays_visible(order, signer):
    with pytest.raises(Refused) as refusal:
        supervising.record(order, signer, worker=None, worker_name="临时代班人员")
    assert rules_of(refusal) == {"V-03"}
    visit = supervising.record(order, signer, worker=None, worker_name="临时代班人员", reason="当班人员突发疾病")
    assert visit.off_roster
    event = AuditEvent.objects.get(action="procurement.servicevisit.recorded", target_id=str(visit.pk))
    assert event.detail["reason"] == "当班人员突发疾病"


def test_a_correction_keeps_the_first_version_and_says_why(order, signer):
    visit = supervising.record(order, signer, note="测血压，打扫卫生")
    data = supervising.visit_data(order, signer, note="测血压")
    with pytest.raises(Refused, match="须写明原因"):
        visits.correct_visit(visit.pk, data, version=visit.version, by=signer, reason=" ")
    visit = visits.correct_visit(visit.pk, data, version=visit.version, by=signer, reason="多写了一项")
    kept = VisitVersion.objects.get(visit=visit)
    assert visit.note == "测血压" and "打扫卫生" in kept.content and kept.reason == "多写了一项" and visit.corrections == 1


@pytest.fixture
def noon():
    """An hour ago is still today."""
    with clock.as_of(timezone.localtime(clock.now()).replace(hour=12)):
        yield


def test_a_record_written_late_is_marked(noon, order, signer, limits):
    on_time = supervising.record(order, signer, done_at=clock.now() - timedelta(hours=1))
    assert not on_time.late
    assert visits.rules.is_late(clock.now() - timedelta(hours=49), clock.now(), 48)
    assert not visits.rules.is_late(clock.now() - timedelta(hours=490), clock.now(), None)


def test_the_recipients_code_signs_and_guessing_it_stops(order, office, signer):
    services.set_pin(order.recipient_id, "4417", by=office.supervisor)
    worker = supervising.make_worker(order.contract, signer)
    for _ in range(visits.PIN_TRIES):
        with pytest.raises(Refused, match="签收码不符"):
            supervising.record(order, signer, worker=worker, sign=Sign.PIN, pin="0000")
    with pytest.raises(TooMany):
        supervising.record(order, signer, worker=worker, sign=Sign.PIN, pin="4417")


def test_a_photo_goes_through_the_upload_guard(order, signer):
    with pytest.raises(Refused) as refusal:
        supervising.record(order, signer, photo=SimpleUploadedFile("照片.jpg", b"<script>", content_type="image/jpeg"))
    assert rules_of(refusal) == {"FILE-1"}
    assert not order.visits.filter(outcome=Outcome.DONE).exists()


def test_an_unplanned_visit_has_a_row_of_its_own_and_is_no_part_of_the_plan(order, signer):
    planned = order.visits.count()
    visit = visits.record_extra(order.pk, supervising.visit_data(order, signer), by=signer)
    assert visit.extra and order.visits.count() == planned + 1


def test_the_database_refuses_a_done_visit_without_worker_or_time(order):
    visit = order.visits.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceVisit.objects.filter(pk=visit.pk).update(outcome=Outcome.DONE)


# Roster


def test_p33_labour_dispatch_never_gets_on_the_roster_not_even_by_sql(contract, signer):
    with pytest.raises(Refused) as refusal:
        supervising.make_worker(contract, signer, engagement=PostedWorker.Engagement.DISPATCH)
    assert rules_of(refusal) == {"P-33"}
    worker = supervising.make_worker(contract, signer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostedWorker.objects.filter(pk=worker.pk).update(engagement="dispatch")


def test_v03_another_employer_needs_a_reason_that_is_kept(contract, signer):
    with pytest.raises(Refused) as refusal:
        supervising.make_worker(contract, signer, employer="另一家公司")
    assert rules_of(refusal) == {"V-03"}
    worker = supervising.make_worker(contract, signer, employer="另一家公司", reason="合作单位专家，每月两天")
    event = AuditEvent.objects.get(action="procurement.postedworker.added", target_id=str(worker.pk))
    assert event.detail["reason"] == "合作单位专家，每月两天"


def test_w20_the_place_fits_the_organisation_posted_to():
    post = roster_rules.Post("employee", "甲", "甲", True, False, "township", "VILLAGE", clock.today(), None)
    days = {"contract_starts": clock.today(), "contract_ends": clock.today()}
    assert [breach.rule for breach in roster_rules.post_breaches(post, **days)] == ["W-20"]


def test_one_person_stands_on_a_roster_once_until_the_post_ends(contract, signer):
    worker = supervising.make_worker(contract, signer)
    with pytest.raises(Refused, match="已在本合同的在岗名册"):
        supervising.make_worker(contract, signer)
    rosters.end_post(worker.pk, version=worker.version, ends_on=clock.today(), by=signer)
    assert supervising.make_worker(contract, signer).pk != worker.pk


# Inspections and rectification


def test_a_draw_can_be_repeated_from_its_seed(office, contract):
    for index in range(1, 9):
        supervising.make_recipient(contract, office.supervisor, index)
    row = inspections.plan_inspection(contract.pk, kind="random", planned_on=clock.today(), scope="上门服务", size=3, by=office.supervisor)
    codes = list(contract.recipients.values_list("code", flat=True))
    drawn = list(row.subjects.values_list("recipient__code", flat=True))
    assert drawn == inspection_rules.draw(codes, 3, row.seed) and row.population_sha256 == inspection_rules.population_digest(codes)
    assert len({tuple(inspection_rules.draw(codes, 3, f"{seed}")) for seed in range(40)}) > 5


def test_an_inspection_is_done_only_when_everybody_drawn_was_looked_at(office, contract):
    row = supervising.make_inspection(contract, office)
    with pytest.raises(Refused, match="还没有核查结果"):
        inspections.hold_inspection(row.pk, version=row.version, held_on=clock.today(), summary="正常", results={}, by=office.supervisor)


def test_v06_a_rectification_goes_from_notice_to_closed_by_another_person(office, contract, signer, limits):
    row = supervising.make_rectification(contract, office)
    assert row.notice.number and row.due_on > clock.today() and row.findings.count() == 1
    row = supervising.answer_rectification(row, signer)
    for person in (office.supervisor, row.issued_by):
        with pytest.raises(Refused) as refusal:
            rectifications.verify_rectification(row.pk, version=row.version, passed=True, comment="已整改", by=person)
        assert rules_of(refusal) == {"V-06"}
    row = rectifications.verify_rectification(row.pk, version=row.version, passed=True, comment="已整改", by=office.chief)
    assert row.status == Rectification.Status.CLOSED and row.verified_by == office.chief


def test_v06_the_notice_prints_its_limit_in_words_from_what_was_frozen(office, contract, limits):
    row = supervising.make_rectification(contract, office, due_on=date(2026, 12, 31))
    notice = Notice.objects.get(pk=row.notice_id)
    page = render_to_string(notice.template, notices.print_context(notice))
    assert "请于2026年12月31日前完成整改" in page and "服务记录缺签收" in page


def test_v06_the_database_refuses_the_issuer_as_verifier(office, contract, limits):
    row = supervising.make_rectification(contract, office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(verified_by=row.issued_by)


def test_v06_failing_twice_asks_for_an_exit_review_and_tells_the_chief(office, contract, signer, limits):
    row = supervising.answer_rectification(supervising.make_rectification(contract, office), signer)
    row = rectifications.verify_rectification(row.pk, version=row.version, passed=False, comment="仍有缺项", by=office.chief)
    assert row.status == Rectification.Status.REOPENED
    row = rectifications.submit_evidence(row.pk, version=row.version, evidence="再次整改", by=signer)
    row = rectifications.verify_rectification(row.pk, version=row.version, passed=False, comment="仍未改", by=office.chief)
    assert row.status == Rectification.Status.EXIT_REVIEW
    trigger = contract.exit_triggers_found.get(source="rectification", source_key=str(row.pk))
    assert trigger.ground == "breach" and Message.objects.get(recipient=office.chief, key=f"exit-trigger:{trigger.pk}").url
    assert leaving.find_triggers(clock.today()) == 0


def test_v07_a_confirmed_sign_goes_to_the_chief_with_the_paper_and_a_cleared_one_does_not(office, contract, limits, client):
    rows = [
        Suspicion.objects.create(contract=contract, sign="other_employer", key=key, facts="4 人由另一公司用工。", found_on=clock.today())
        for key in "ab"
    ]
    for row, confirmed in zip(rows, (True, False), strict=True):
        suspicions.judge_suspicion(row.pk, version=row.version, by=office.supervisor, confirmed=confirmed, outcome="查验劳动合同")
    trigger = contract.exit_triggers_found.get()
    assert (trigger.source, trigger.source_key, trigger.ground) == ("suspicion", str(rows[0].pk), "assignment")
    assert Message.objects.filter(recipient=office.chief, key=f"exit-trigger:{trigger.pk}").exists()
    contract.exit_triggers_found.all().delete()
    assert leaving.find_triggers(clock.today()) == 1, "the night finds what was not written down"
    client.force_login(office.chief)
    paper = f"/procurement/suspicions/{rows[0].pk}/"
    for url in (f"/procurement/contracts/{contract.pk}/exit/", f"/procurement/triggers/{contract.exit_triggers_found.get().pk}/judge/"):
        assert paper in client.get(url).content.decode()


def test_v06_without_a_set_limit_the_deadline_must_be_written(office, contract):
    with pytest.raises(Refused, match="整改时限尚未设定"):
        supervising.make_rectification(contract, office)
    due = clock.today() + timedelta(days=20)
    assert supervising.make_rectification(contract, office, due_on=due).due_on == due


def test_v06_one_extension_and_not_beyond_the_limit(office, contract, limits):
    row = supervising.make_rectification(contract, office)
    with pytest.raises(Refused, match="最多 10 个工作日"):
        rectifications.extend_rectification(row.pk, version=row.version, days=11, reason="材料采购", by=office.supervisor)
    row = rectifications.extend_rectification(row.pk, version=row.version, days=10, reason="材料采购", by=office.supervisor)
    assert row.due_on > row.first_due_on
    with pytest.raises(Refused, match="只能延长一次"):
        rectifications.extend_rectification(row.pk, version=row.version, days=1, reason="再延", by=office.supervisor)


def test_j9_an_overdue_rectification_rises_to_the_chief_once(office, contract, limits):
    row = supervising.make_rectification(contract, office)
    later = row.due_on + timedelta(days=1)
    assert rectifications.escalate_overdue(row.due_on) == 0
    assert rectifications.escalate_overdue(later) == 1 and rectifications.escalate_overdue(later) == 0
    assert Message.objects.filter(recipient=office.chief, title__contains="已逾期").count() == 1


# Complaints


def test_a_complaint_has_its_dates_and_reaches_the_contractor_only_without_a_name(office, contract, signer, limits):
    complaint, code = supervising.make_complaint(contract, complainant="李某某", phone="13900001111")
    assert complaint.acknowledge_due_on < complaint.answer_due_on and complaints.code_index(code) == complaint.code_index
    assert not ServiceComplaint.objects.visible_to(signer).exists()
    complaint = complaints.accept_complaint(complaint.pk, version=complaint.version, by=office.supervisor)
    with pytest.raises(Refused, match="没有同意公开身份"):
        complaints.forward_complaint(complaint.pk, version=complaint.version, by=office.supervisor, brief="李某某反映未上门")
    complaint = complaints.forward_complaint(complaint.pk, version=complaint.version, by=office.supervisor, brief="有人反映未上门")
    assert list(ServiceComplaint.objects.visible_to(signer)) == [complaint]


def test_a_complaint_is_answered_with_a_verdict_and_without_the_contractors_word_only_with_a_reason(office, contract):
    complaint, _ = supervising.make_complaint(contract)
    complaint = complaints.accept_complaint(complaint.pk, version=complaint.version, by=office.supervisor)
    answer = {"verdict": "founded", "answer": "已责令补足服务。", "by": office.supervisor}
    with pytest.raises(Refused, match="尚未说明情况"):
        complaints.answer_complaint(complaint.pk, version=complaint.version, **answer)
    complaint = complaints.answer_complaint(complaint.pk, version=complaint.version, reason="录像清楚", **answer)
    assert complaint.status == ServiceComplaint.Status.ANSWERED


def test_what_was_complained_is_not_in_the_database_in_clear(contract):
    supervising.make_complaint(contract, complainant="李某某", phone="13900001111", text="护理员连续两周没有上门")
    row = ServiceComplaint.objects.values_list("text", "complainant", "phone")
    assert row.first() == ("护理员连续两周没有上门", "李某某", "13900001111")
    raw = ServiceComplaint.objects.raw("SELECT id, text || complainant || phone AS stored FROM procurement_servicecomplaint")[0].stored
    assert "李某某" not in raw and "没有上门" not in raw


# Signs of 转包


def test_v03_signs_are_found_once_and_end_in_writing(office, contract, signer, order, limits, chongqing):
    supervising.make_worker(contract, signer, index=77, employer="另一家公司", reason="外聘专家", phone="13800007777")
    other = factories.make_running(office, chongqing.contractors[1], name="另一项目")
    supervising.make_worker(other, factories.signer_of(chongqing.contractors[1]), index=78, phone="13800007777")
    supervising.record(order, signer, worker=None, worker_name="不在册的人", reason="临时代班")
    Subcontract.objects.create(
        contract=contract, name="分包单位", uscc="91350100M000100Y43", part="送餐", amount=contract.amount / 2, proposed_by=signer
    )
    PeriodicReport.objects.filter(contract=contract, kind="finance").update(
        status="accepted", figures={"income": "100000.00", "passed_on": "90000.00"}
    )
    assert suspicions.look(contract) == 5 and suspicions.look(contract) == 0
    assert set(contract.suspicions.values_list("sign", flat=True)) == set(Suspicion.Sign.values)
    row = contract.suspicions.get(sign=Suspicion.Sign.OTHER_EMPLOYER)
    row = suspicions.explain_suspicion(row.pk, version=row.version, by=signer, explanation="聘用的康复专家")
    with pytest.raises(Refused) as refusal:
        suspicions.judge_suspicion(row.pk, version=row.version, by=office.supervisor, confirmed=False, outcome="")
    assert rules_of(refusal) == {"V-03"}
    row = suspicions.judge_suspicion(row.pk, version=row.version, by=office.supervisor, confirmed=False, outcome="聘用合同属实")
    assert row.status == Suspicion.Status.CLEARED


def test_v03_below_the_threshold_and_with_none_set_nothing_is_flagged():
    assert suspicions.rules.reaches(Decimal(50), Decimal(100), Decimal(50))
    assert not suspicions.rules.reaches(Decimal("49.99"), Decimal(100), Decimal(50))
    assert not suspicions.rules.reaches(Decimal(100), Decimal(100), None) and not suspicions.rules.reaches(
        Decimal(1), Decimal(0), Decimal(1)
    )


# Reports against records


def test_v04_a_report_beside_the_service_records_shows_the_difference_and_asks_for_a_word(office, contract, signer, order):
    supervising.record(order, signer)
    report = contract.reports.filter(kind="service").order_by("period_start").first()
    today = clock.today()
    PeriodicReport.objects.filter(pk=report.pk).update(period_start=today, period_end=today, status="due", due_on=today + timedelta(9))
    report = factories.reports.save_figures(report.pk, version=report.version, figures=factories.FIGURES, by=signer)
    with pytest.raises(Refused, match="填报 100，服务记录为 1，相差 \\+99") as refusal:
        factories.reports.submit_report(report.pk, version=report.version, by=signer)
    assert not any(breach.binding for breach in refusal.value.breaches)
    report = factories.reports.submit_report(report.pk, version=report.version, by=signer, reason="含纸质记录")
    assert report.status == PeriodicReport.Status.SUBMITTED


def test_v04_a_financial_report_is_asked_for_every_quarter(contract):
    spans = list(contract.reports.filter(kind="finance").order_by("period_start").values_list("period_start", "period_end"))
    assert spans[0][0] == contract.starts_on and spans[-1][1] == contract.ends_on
    assert all(first[1] + timedelta(days=1) == second[0] for first, second in zip(spans, spans[1:], strict=False))


def test_v04_blank_is_not_zero_in_the_financial_report(contract, signer):
    report = contract.reports.filter(kind="finance").first()
    PeriodicReport.objects.filter(pk=report.pk).update(status="due")
    report = factories.reports.save_figures(report.pk, version=report.version, figures={"income": "1.00"}, by=signer)
    with pytest.raises(Refused, match="转付其他单位（含分包）”未填写"):
        factories.reports.submit_report(report.pk, version=report.version, by=signer)


def test_another_districts_supervisor_sees_none_of_it(office, contract, order, limits, chongqing):
    supervising.make_rectification(contract, office)
    supervising.make_complaint(contract)
    stranger = make_user(role="SUPERVISOR", organisation=chongqing.districts[1].bureau)
    for model in (Inspection, Rectification, ServiceComplaint):
        assert model.objects.visible_to(office.supervisor).exists() and not model.objects.visible_to(stranger).exists()
