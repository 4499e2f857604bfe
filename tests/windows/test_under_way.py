"""A case under way: its steps, its clocks, what stops and extends them, and how lateness is told."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records.models import Message
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.windows.course import SEEN_HANGING, finish, fresh, post, rules_of, step, visit
from tests.windows.factories import log
from windows.models import Case, CaseStep, Escalation, Programme, Slip
from windows.services import clocks, course, escalation, objections, referrals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def village(chongqing):
    return chongqing.home.townships[0].villages[0]


def through_dibao(case, clerk, officer, village):
    finish(case, "INQUIRY", clerk)
    finish(case, "CHECK", officer)
    visit(case, clerk)
    finish(case, "OPINION", clerk)
    post(case, clerk, village)


def test_dibao_runs_its_course_to_confirmation(clerk, officer, township, village):
    case = log(clerk, township)
    through_dibao(case, clerk, officer, village)
    assert step(case, "PUBLIC").due_on == date(2026, 9, 28)
    with pytest.raises(Refused) as caught:
        finish(case, "PUBLIC", clerk, SEEN_HANGING)
    assert rules_of(caught) == ["DB-4"]
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        finish(case, "PUBLIC", clerk, SEEN_HANGING)
        course.conclude(case.pk, outcome="CONFIRMED", reason="符合条件", version=fresh(case).version, by=officer)
    case = fresh(case)
    assert case.status == Case.Status.CONFIRMED and set(case.steps.values_list("status", flat=True)) == {"DONE"}
    assert case.next_due_on is None and case.first_contact == clerk


def test_a_visit_by_one_person_is_refused_and_so_is_one_without_its_record_db3(clerk, officer, township):
    case = log(clerk, township)
    finish(case, "INQUIRY", clerk)
    with pytest.raises(Refused) as caught:
        visit(case, clerk, names=["张某"])
    assert rules_of(caught) == ["DB-3"]
    with pytest.raises(Refused, match="须先填写入户调查记录") as caught:
        finish(case, "VISIT", clerk)
    assert rules_of(caught) == ["DB-3"] and step(case, "VISIT").status == "RUNNING"


def test_nobody_is_confirmed_with_a_step_left_out(clerk, officer, township):
    case = log(clerk, township)
    with pytest.raises(Refused) as caught:
        course.conclude(case.pk, outcome="CONFIRMED", reason="", version=case.version, by=officer)
    assert rules_of(caught) == ["W-14"]


def test_a_near_relative_is_confirmed_only_after_the_county_visit(clerk, officer, township, village):
    case = log(clerk, township, near_relative=True, relation="村主任之母")
    through_dibao(case, clerk, officer, village)
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        finish(case, "PUBLIC", clerk, SEEN_HANGING)
        with pytest.raises(Refused) as caught:
            course.conclude(case.pk, outcome="CONFIRMED", reason="", version=fresh(case).version, by=officer)
        assert rules_of(caught) == ["W-13"]
        day = date(2026, 9, 27)
        course.conclude(case.pk, outcome="CONFIRMED", reason="", version=fresh(case).version, by=officer, county_visit_on=day)
    assert fresh(case).county_visit_on == day


def test_a_complaint_while_the_county_decides_is_looked_into_at_home_db6(clerk, officer, township, village, browse):
    case = log(clerk, township)
    through_dibao(case, clerk, officer, village)

    def confirm(**said):
        return course.conclude(case.pk, outcome="CONFIRMED", reason="", version=fresh(case).version, by=officer, **said)

    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        finish(case, "PUBLIC", clerk, SEEN_HANGING)
        page = browse(officer).get(reverse("windows:case_detail", args=[case.pk])).content.decode()
        assert "审核确认阶段接到投诉、举报" in page and "区县入户核查日期" in page
    with time_machine.travel(datetime(2026, 9, 30, 2, tzinfo=UTC), tick=False):
        said = objections.Raised(raised_on=date(2026, 9, 28), channel="PHONE", text="他家有门面出租。", anonymous=True)
        row = objections.record(case.pk, said, version=fresh(case).version, by=clerk)
        visit(case, clerk)
        answer = {"finding": "门面已于去年转让，有合同。", "reply": "", "reply_way": "NONE", "replied_on": date(2026, 9, 30)}
        objections.settle(row.pk, upheld=False, version=fresh(row).version, by=clerk, **answer)
        for day, words in ((None, "须由区县民政局入户核查"), (date(2026, 10, 1), "至今天"), (date(2026, 9, 20), "受理之日")):
            with pytest.raises(Refused, match=words) as caught:
                confirm(complained=True, county_visit_on=day)
            assert rules_of(caught) == ["DB-6"]
        with pytest.raises(Refused, match="须由区县民政局入户核查"):
            confirm()  # the objection that came while the county decided is such a complaint
        confirm(county_visit_on=date(2026, 9, 30))
    assert fresh(case).county_visit_on == date(2026, 9, 30)


def test_a_negative_decision_carries_reasons_and_remedies(clerk, officer, township):
    case = log(clerk, township)
    with pytest.raises(Refused) as caught:
        course.conclude(case.pk, outcome="DECLINED", reason="", version=case.version, by=officer)
    assert rules_of(caught) == ["W-16"]
    course.conclude(case.pk, outcome="DECLINED", reason="家庭人均收入高于当地低保标准", version=case.version, by=officer)
    assert "行政复议" in case.slips.get(kind=Slip.Kind.DECISION).notice.context["paper"]["remedies"]


def test_a_dibao_clock_cannot_be_stopped_because_no_text_says_so(clerk, township):
    case = log(clerk, township)
    with pytest.raises(Refused) as caught:
        course.pause_step(step(case, "INQUIRY").pk, reason="SUPPLEMENT", note="", version=case.version, by=clerk)
    assert rules_of(caught) == ["D-05"]


def test_a_listed_pause_moves_the_step_and_the_whole_and_stays_in_the_history(clerk, township):
    case = log(clerk, township, "TEMPORARY_URGENT")
    finish(case, "RELIEF", clerk)
    before = step(case, "PAPERS").due_on
    course.pause_step(step(case, "PAPERS").pk, reason="SUPPLEMENT", note="等出院小结", version=fresh(case).version, by=clerk)
    assert step(case, "PAPERS").due_on is None and fresh(case).next_due_on is None
    with time_machine.travel(datetime(2026, 9, 23, 2, tzinfo=UTC), tick=False):
        course.resume_step(step(case, "PAPERS").pk, version=fresh(case).version, by=clerk)
    span = step(case, "PAPERS").standstills.get()
    after = step(case, "PAPERS").due_on
    assert clocks.workdays.workdays_between(before, after) == 2 and (span.due_before, span.due_after) == (before, after)
    assert AuditEvent.objects.filter(action="windows.casestep.running", detail__due_after=f"{after}").exists()


def two_open_steps(clerk, township):
    """A case whose version lists the pause, with two steps under way at once."""
    case = log(clerk, township)
    Programme.objects.filter(pk=case.programme_id).update(pause_reasons={"SUPPLEMENT": "等待补充材料"})
    finish(case, "INQUIRY", clerk)
    return case, [row.code for row in case.steps.filter(status="RUNNING", whole=False)][:2]


def stop(case, code, clerk):
    course.pause_step(step(case, code).pk, reason="SUPPLEMENT", note="", version=fresh(case).version, by=clerk)


def test_the_whole_clock_stands_until_the_last_standing_step_goes_on_d05(clerk, township):
    case, (first, second) = two_open_steps(clerk, township)
    stop(case, first, clerk)
    stop(case, second, clerk)
    course.resume_step(step(case, first).pk, version=fresh(case).version, by=clerk)
    assert (step(case, first).status, step(case, "WHOLE").status) == ("RUNNING", "PAUSED")
    course.resume_step(step(case, second).pk, version=fresh(case).version, by=clerk)
    assert step(case, "WHOLE").status == "RUNNING" and fresh(case).due_on == step(case, "WHOLE").due_on


def test_a_finished_step_cannot_stop_the_whole_clock_d05(clerk, township):
    case, _ = two_open_steps(clerk, township)
    with pytest.raises(Refused) as caught:
        stop(case, "INQUIRY", clerk)
    assert rules_of(caught) == ["D-05"] and step(case, "WHOLE").status == "RUNNING"


def test_the_whole_clock_is_never_stopped_by_itself_d05(clerk, township):
    case, _ = two_open_steps(clerk, township)
    with pytest.raises(Refused) as caught:
        stop(case, "WHOLE", clerk)
    assert rules_of(caught) == ["D-05"] and step(case, "WHOLE").status == "RUNNING"


def test_a_limit_that_has_run_out_is_not_extended_db8(clerk, township):
    case = log(clerk, township)
    with time_machine.travel(datetime(2026, 11, 10, 2, tzinfo=UTC), tick=False), pytest.raises(Refused) as caught:
        course.extend(case.pk, reason="SEPARATED", note="人在外地务工", version=case.version, by=clerk)
    assert rules_of(caught) == ["DB-8"] and fresh(case).due_on == date(2026, 11, 9)


def test_thirty_days_become_forty_five_once(clerk, township):
    case = log(clerk, township)
    before = case.due_on
    course.extend(case.pk, reason="SEPARATED", note="人在外地务工", version=case.version, by=clerk)
    assert clocks.workdays.workdays_between(before, fresh(case).due_on) == 15
    with pytest.raises(Refused) as caught:
        course.extend(case.pk, reason="SEPARATED", note="人在外地务工", version=fresh(case).version, by=clerk)
    assert rules_of(caught) == ["DB-8"]


def test_the_second_of_two_clerks_is_told_and_loses_nothing(clerk, township):
    case = log(clerk, township)
    finish(case, "INQUIRY", clerk)
    with pytest.raises(StaleVersion):
        course.extend(case.pk, reason="SEPARATED", note="人在外地务工", version=case.version, by=clerk)
    assert fresh(case).extension == ""


def test_lateness_is_told_once_however_often_the_scheduler_fires(clerk, township):
    lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
    log(clerk, township)
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        assert [escalation.escalate_all(), escalation.escalate_all()] == [1, 0]
    assert Escalation.objects.count() == 1 and Message.objects.filter(recipient=lead).count() == 1


def test_a_second_lateness_after_an_extension_is_told_again_w05(clerk, township):
    case = log(clerk, township)
    whole = step(case, "WHOLE")
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        assert escalation.escalate_all() == 1
    CaseStep.objects.filter(pk=step(case, "INQUIRY").pk).update(due_on=date(2026, 9, 29))
    with time_machine.travel(datetime(2026, 9, 30, 2, tzinfo=UTC), tick=False):
        assert [escalation.escalate_all(), escalation.escalate_all()] == [1, 0]
    assert Escalation.objects.filter(step__code="INQUIRY").count() == 2 and not Escalation.objects.filter(step=whole).exists()


def test_one_bad_row_stops_nobody_and_no_row_is_dropped_w05(clerk, township, monkeypatch):
    bad = log(clerk, township)
    for serial in range(2, 6):
        log(clerk, township, serial=serial)
    tell = escalation.tell_step

    def stumble(row):
        if row.case_id == bad.pk:
            raise RuntimeError("a bad row")
        return tell(row)

    monkeypatch.setattr(escalation, "tell_step", stumble)
    monkeypatch.setattr(escalation, "CHUNK", 2)
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        assert escalation.escalate_all() == 4
        monkeypatch.setattr(escalation, "tell_step", tell)
        assert escalation.escalate_all() == 1


def test_nothing_is_late_on_the_due_day_itself(clerk, township):
    log(clerk, township)
    with time_machine.travel(datetime(2026, 9, 24, 15, tzinfo=UTC), tick=False):
        assert escalation.escalate_all() == 0


def test_a_second_clock_begun_on_the_day_a_pause_ended_owes_it_nothing_d05(clerk, doctor, township):
    """Asked, supplied, sent back and sent again on one day: the new clock has its full time and not a day more."""
    row = log(clerk, township, "MEDICAL").referrals.get()
    fresh_due = row.due_on
    row = referrals.acknowledge(row.pk, version=row.version, by=doctor)
    row = referrals.ask_more(row.pk, question="请补住院费用清单", version=row.version, by=doctor)
    row = referrals.supply(row.pk, supplement="清单已上传", version=row.version, by=clerk)
    row = referrals.send_back(row.pk, reason="参保地不在本区", version=row.version, by=doctor)
    row = referrals.send_again(row.pk, receiver=row.to_organisation, reason="本区参保，附证明", version=row.version, by=clerk)
    clocks.set_due(row, clocks.standstills(row))
    assert row.due_on == fresh_due and len(clocks.standstills(row)) == 1
