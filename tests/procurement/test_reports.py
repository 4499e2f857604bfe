"""Periodic reports: opened once, filed whole, sent back by section, every round kept."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from procurement import exchange
from procurement.models import PeriodicReport, ReportRound
from procurement.reports import report as views_of
from procurement.rules import report as rules
from procurement.services import report as reports
from records import clock, workdays
from records.models import CalendarDay, CalendarYear, Message
from records.refusals import Refused, StaleVersion
from records.workflow import IllegalTransition
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db
Status = PeriodicReport.Status


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def winner(chongqing):
    return chongqing.contractors[0]


def test_due_reports_are_opened_once_and_the_contractor_is_told(office, winner):
    contract = factories.make_running(office, winner)
    last = contract.reports.filter(kind="service").order_by("period_start").first()
    assert reports.open_due_reports(last.period_end) == 0
    assert reports.open_due_reports(last.period_end + timedelta(days=1)) == 1
    assert reports.open_due_reports(last.period_end + timedelta(days=1)) == 0
    assert Message.objects.filter(recipient=factories.signer_of(winner), key=f"report-due:{last.pk}").count() == 1


def test_scheduling_again_keeps_what_was_entered(office, winner):
    report = factories.make_submitted_report(office, winner)
    count = report.contract.reports.count()
    reports.schedule_reports(report.contract)
    report.refresh_from_db()
    assert report.figures["services_done"] == 100 and report.contract.reports.count() >= count


def test_a_report_with_a_blank_is_refused_and_stays_owed(office, winner):
    report, signer = factories.make_due_report(office, winner), factories.signer_of(winner)
    figures = {**factories.FIGURES, "complaints_received": None}
    report = reports.save_figures(report.pk, version=report.version, figures=figures, by=signer)
    with pytest.raises(Refused) as refusal:
        reports.submit_report(report.pk, version=report.version, by=signer)
    assert "收到投诉" in str(refusal.value) and PeriodicReport.objects.get(pk=report.pk).status == Status.DUE
    assert ReportRound.objects.count() == 0


def test_a_returned_report_keeps_its_rounds_and_shows_what_changed(office, winner):
    report, signer = factories.make_submitted_report(office, winner), factories.signer_of(winner)
    comments = {"service": "人次与签到表不符", "unknown": "不算"}
    report = reports.return_report(report.pk, version=report.version, by=office.supervisor, comments=comments)
    assert report.status == Status.RETURNED and report.figures["services_done"] == 100
    figures = {**report.figures, "services_done": 96, "shortfall": "四人住院"}
    report = reports.save_figures(report.pk, version=report.version, figures=figures, by=signer)
    report = reports.submit_report(report.pk, version=report.version, by=signer)
    report = reports.accept_report(report.pk, version=report.version, by=office.supervisor)
    assert report.status == Status.ACCEPTED
    first, second = report.rounds.all()
    assert (first.figures["services_done"], first.outcome, first.comments) == (100, "returned", {"service": "人次与签到表不符"})
    assert (second.figures["services_done"], second.outcome, second.decided_by) == (96, "accepted", office.supervisor)
    newest = views_of.rounds_of(report)[0]
    assert [(d.label, d.before, d.after) for d in newest["changes"]] == [
        ("完成服务人次", "100", "96"),
        ("未完成计划的原因", "未填", "四人住院"),
    ]


@pytest.mark.parametrize("hand", ["drafted_by", "reviewed_by"])
def test_p65_handler_and_reviewer_of_the_contract_do_not_judge_its_reports(office, winner, hand, browse):
    report = factories.make_submitted_report(office, winner)
    type(report.contract).objects.filter(pk=report.contract_id).update(**{hand: office.supervisor})
    with pytest.raises(Refused) as accepting:
        reports.accept_report(report.pk, version=report.version, by=office.supervisor)
    with pytest.raises(Refused) as returning:
        reports.return_report(report.pk, version=report.version, by=office.supervisor, comments={"service": "重报"})
    assert {b.rule for r in (accepting, returning) for b in r.value.breaches} == {"P-65"}
    page = browse(office.supervisor).get(reverse("procurement:report_detail", args=[report.pk])).content.decode()
    assert "报告审核须由另一人办理" in page and reverse("procurement:report_accept", args=[report.pk]) not in page
    assert PeriodicReport.objects.get(pk=report.pk).status == Status.SUBMITTED


def test_sending_back_needs_a_reason_in_a_section(office, winner):
    report = factories.make_submitted_report(office, winner)
    with pytest.raises(Refused):
        reports.return_report(report.pk, version=report.version, by=office.supervisor, comments={"service": " "})
    assert PeriodicReport.objects.get(pk=report.pk).status == Status.SUBMITTED


def test_odd_figures_pass_with_a_reason_that_the_trail_keeps(office, winner):
    report, signer = factories.make_due_report(office, winner), factories.signer_of(winner)
    figures = {**factories.FIGURES, "staff_trained": 9}
    report = reports.save_figures(report.pk, version=report.version, figures=figures, by=signer)
    with pytest.raises(Refused):
        reports.submit_report(report.pk, version=report.version, by=signer)
    reports.submit_report(report.pk, version=report.version, by=signer, reason="含离岗人员")
    event = AuditEvent.objects.about(report).get(action="procurement.periodicreport.submitted")
    assert event.detail["note"] == "含离岗人员" and len(event.detail["lifted"]) == 1


def test_a_filed_report_cannot_be_changed_by_a_late_form(office, winner):
    report, signer = factories.make_due_report(office, winner), factories.signer_of(winner)
    reports.save_figures(report.pk, version=report.version, figures=factories.FIGURES, by=signer)
    with pytest.raises(StaleVersion):
        reports.save_figures(report.pk, version=report.version, figures={}, by=signer)
    assert PeriodicReport.objects.get(pk=report.pk).figures["recipients"] == 40


def test_an_accepted_report_is_closed_to_everybody(office, winner):
    report = factories.make_submitted_report(office, winner)
    report = reports.accept_report(report.pk, version=report.version, by=office.supervisor)
    with pytest.raises(Refused):
        reports.save_figures(report.pk, version=report.version, figures={}, by=factories.signer_of(winner))
    with pytest.raises(IllegalTransition):
        reports.return_report(report.pk, version=report.version, by=office.supervisor, comments={"service": "再改"})


def test_d02_a_finished_month_is_asked_for_though_its_calendar_is_not_published(office, winner):
    contract = factories.make_running(office, winner)
    first, later = contract.reports.filter(due_on=None).order_by("period_start")[:2]
    assert reports.open_report(first.pk)
    first = PeriodicReport.objects.get(pk=first.pk)
    assert (first.status, first.due_on, views_of.light(first, clock.today())) == (Status.DUE, None, "")
    assert "工作日历公布后确定" in Message.objects.get(key=f"report-due:{first.pk}").title
    years = {report.period_end.year for report in (first, later)} | {later.period_end.year + 1}
    publish_calendars(years - {clock.today().year})
    reports.open_due_reports(clock.today())
    for report in (first, later):
        report.refresh_from_db()
        assert report.due_on > report.period_end
    assert (first.status, later.status) == (Status.DUE, Status.NOT_DUE)
    workdays.refresh()


def publish_calendars(years):
    for year in years:
        CalendarYear.objects.create(year=year, source="示例", digest=f"示例{year}")
        days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
        CalendarDay.objects.bulk_create(CalendarDay(date=day, is_workday=day.weekday() < 5, source="示例") for day in days)
    workdays.refresh()


# --- Excel ---------------------------------------------------------------------------------------------------------


def sheet(rows) -> SimpleUploadedFile:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("月报.xlsx", buffer.getvalue())


def filled_rows(**changes) -> list[list]:
    values = {**factories.FIGURES, **changes}
    head = [column.title for column in exchange.HEAD]
    return [head, *([f.key, rules.SECTIONS[f.section], f.label, values.get(f.key, ""), f.unit] for f in rules.FIELDS)]


def test_the_template_comes_back_as_it_went_out(office, winner):
    report = factories.make_submitted_report(office, winner)
    back = exchange.read(SimpleUploadedFile("月报.xlsx", exchange.template(report)))
    assert back.faults == [] and back.figures == report.figures


def test_a_filled_sheet_is_read_in_its_types_and_a_blank_stays_blank():
    filled = exchange.read(sheet(filled_rows(services_done=98, complaints_received="", money_spent=1200.5)))
    assert filled.faults == []
    assert (filled.figures["services_done"], filled.figures["complaints_received"], filled.figures["money_spent"]) == (98, None, "1200.50")


def test_each_wrong_cell_is_named():
    rows = filled_rows(services_done="十二", staff_on_post=-1)
    rows.append(["unknown_key", "", "", 1, ""])
    filled = exchange.read(sheet(rows))
    assert [cell for cell, _ in filled.faults] == ["D3", "D9", f"A{len(rows)}"]


def test_a_missing_row_is_a_fault_and_not_a_zero():
    rows = [row for row in filled_rows() if row[0] != "recipients"]
    assert "服务对象人数" in exchange.read(sheet(rows)).faults[0][1]


@pytest.mark.parametrize("content", [b"", b"not a sheet", b"PK\x03\x04broken"])
def test_what_is_no_sheet_is_refused(content):
    with pytest.raises(Refused):
        exchange.read(SimpleUploadedFile("月报.xlsx", content))


def test_another_sheet_than_the_template_is_refused():
    with pytest.raises(Refused):
        exchange.read(sheet([["姓名", "金额"], ["甲", 1]]))


def test_an_overdue_report_shows_as_overdue(office, winner):
    report = factories.make_due_report(office, winner)
    assert views_of.light(report, report.due_on) == "due"
    assert views_of.light(report, report.due_on + timedelta(days=1)) == "overdue"
    PeriodicReport.objects.filter(pk=report.pk).update(
        period_end=clock.today() - timedelta(days=3), due_on=clock.today() - timedelta(days=1)
    )
    kinds = {item.kind for item in views_of.worklist(office.supervisor)}
    assert kinds == {"催报"} and [i.kind for i in views_of.worklist(factories.signer_of(winner))] == ["报送报告"]
