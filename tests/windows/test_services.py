"""From the counter to the answer, through the services, on real rows."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Organisation
from accounts.roles import Role
from records.models import CalendarYear, Message, PolicyValue
from records.refusals import IllegalTransition, Refused, StaleVersion
from records.workflow import move
from tests.factories import make_user
from tests.windows.factories import application, log, make_clerk, programme, resident_number
from windows.models import Case, CaseStep, Escalation, Person, Programme, Referral, Slip
from windows.services import clocks, course, escalation, intake, people, referrals

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)  # a Monday; National Day lies ahead


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def township(chongqing):
    return chongqing.home.townships[0].organisation


@pytest.fixture
def clerk(township):
    return make_clerk(township, name="王经办")


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.home.bureau)


@pytest.fixture
def doctor(chongqing):
    return make_user(role=Role.DEPARTMENT_HANDLER, organisation=chongqing.home.departments["MEDICAL"])


def rules_of(caught):
    return [breach.rule for breach in caught.value.breaches]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def step(case, code):
    return case.steps.get(code=code)


def finish(case, code, by, **more):
    return course.complete_step(step(case, code).pk, note="已办", version=fresh(case).version, by=by, **more)


# --- at the counter


def test_a_complete_application_is_accepted_at_once_with_its_clocks(clerk, township):
    case = log(clerk, township)
    assert case.status == Case.Status.ACCEPTED and case.accepted_on == date(2026, 9, 21)
    assert step(case, "INQUIRY").due_on == date(2026, 9, 24)
    assert step(case, "WHOLE").due_on == case.due_on == date(2026, 11, 9)  # 30 working days over Mid-Autumn and National Day
    assert [row.code for row in case.steps.filter(status="RUNNING")] == ["WHOLE", "INQUIRY"]
    assert case.slips.get().kind == Slip.Kind.ACCEPTANCE


def test_an_incomplete_one_gets_one_list_and_no_clock(clerk, township):
    case = log(clerk, township, papers={"APPLICATION": "BROUGHT"})
    assert case.status == Case.Status.AWAITING and not case.steps.exists()
    assert [item["code"] for item in case.one_time_notices.get().items] == ["CONSENT", "PLEDGE", "IDENTITY"]
    assert case.slips.get().kind == Slip.Kind.ONE_TIME


def test_the_clock_starts_on_the_day_the_papers_are_complete(clerk, township):
    case = log(clerk, township, papers={})
    with time_machine.travel(datetime(2026, 9, 23, 2, tzinfo=UTC), tick=False):
        codes = ["APPLICATION", "CONSENT", "PLEDGE", "IDENTITY"]
        case = intake.add_papers(case.pk, dict.fromkeys(codes, "BROUGHT"), version=case.version, by=clerk)
    assert case.status == Case.Status.ACCEPTED and case.accepted_on == date(2026, 9, 23)


def test_papers_in_two_goes_make_no_second_list(clerk, township):
    case = log(clerk, township, papers={})
    case = intake.add_papers(case.pk, {"CONSENT": "BROUGHT"}, version=case.version, by=clerk)
    assert case.status == Case.Status.AWAITING and case.one_time_notices.count() == 1


def test_asking_for_more_than_the_first_list_needs_a_reason_and_is_counted(clerk, township):
    case = log(clerk, township, papers={})
    with pytest.raises(Refused) as caught:
        intake.add_papers(case.pk, {"ILLNESS": "MISSING"}, version=case.version, by=clerk)
    assert rules_of(caught) == ["W-04"] and fresh(case).one_time_notices.count() == 1
    intake.add_papers(case.pk, {"ILLNESS": "MISSING"}, version=fresh(case).version, by=clerk, reason="申请人当日确诊重病")
    assert case.one_time_notices.get(ordinal=2).reason == "申请人当日确诊重病"


@pytest.mark.parametrize("state", ["NOT_APPLICABLE", "LATER"])
def test_a_required_paper_cannot_be_ticked_away_at_the_counter_or_later_w06(clerk, township, state):
    ticks = {"APPLICATION": "BROUGHT", "CONSENT": "BROUGHT", "PLEDGE": "BROUGHT", "IDENTITY": state}
    with pytest.raises(Refused) as caught:
        log(clerk, township, papers=ticks)
    assert rules_of(caught) == ["W-06"] and caught.value.breaches[0].clause.document and not Case.objects.exists()
    case = log(clerk, township, papers={})
    with pytest.raises(Refused) as caught:
        intake.add_papers(case.pk, ticks, version=case.version, by=clerk)
    assert rules_of(caught) == ["W-06"] and fresh(case).status == Case.Status.AWAITING
    assert set(case.materials.filter(material__need="REQUIRED").values_list("state", flat=True)) == {"MISSING"}


def test_an_accepted_case_cannot_be_made_incomplete_again_w06(clerk, township):
    case = log(clerk, township)
    with pytest.raises(Refused) as caught:
        intake.add_papers(case.pk, {"CONSENT": "MISSING"}, version=case.version, by=clerk)
    assert rules_of(caught) == ["W-06"] and case.materials.get(material__code="CONSENT").state == "BROUGHT"


def test_bank_statements_cannot_be_demanded(clerk, township):
    with pytest.raises(Refused) as caught:
        log(clerk, township, papers={"BANK": "MISSING"})
    assert rules_of(caught) == ["W-07"] and not Person.objects.exists()


def test_an_emergency_is_accepted_without_papers_and_counts_hours(clerk, township):
    case = log(clerk, township, "TEMPORARY_URGENT", papers={})
    assert case.status == Case.Status.ACCEPTED
    assert step(case, "RELIEF").due_at == datetime(2026, 9, 22, 2, tzinfo=UTC)
    assert set(case.materials.filter(material__need="REQUIRED").values_list("state", flat=True)) == {"LATER"}


def test_a_need_that_fits_nothing_is_registered_with_a_date(clerk, township):
    case = log(clerk, township, "OTHER")
    assert case.status == Case.Status.ACCEPTED and step(case, "ANSWER").due_on == date(2026, 10, 12)
    assert case.slips.get().kind == Slip.Kind.REGISTRATION


def test_a_second_open_case_of_the_same_need_is_refused_with_the_number_of_the_first(clerk, township):
    first = log(clerk, township)
    with pytest.raises(Refused) as caught:
        log(clerk, township)
    assert first.number in str(caught.value) and Case.objects.count() == 1


def test_the_database_itself_refuses_the_second_open_case(clerk, township):
    case = log(clerk, township)
    copy = fresh(case)
    copy.pk, copy.number, copy.progress_code = None, "X", "X"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_first_contact_cannot_be_emptied_in_the_database(clerk, township):
    case = log(clerk, township)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(first_contact=None)


def test_other_needs_and_ended_cases_do_not_block(clerk, township):
    case = log(clerk, township, "MEDICAL")
    log(clerk, township, "DIBAO")
    referrals.recall(case.referrals.get().pk, reason="申请人另行办理", version=case.referrals.get().version, by=clerk)
    course.withdraw(case.pk, reason="申请人已另行办理", version=fresh(case).version, by=clerk)
    assert log(clerk, township, "MEDICAL").number.endswith("00003")


def test_the_same_person_is_found_again_however_the_number_is_typed(clerk, township):
    log(clerk, township)
    number = resident_number(1)
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９")).lower()
    assert people.find(township.district, f" {wide[:6]} {wide[6:]} ").name == "试验人"


def test_the_number_is_not_readable_in_the_database(clerk, township):
    case = log(clerk, township)
    stored = Person.objects.filter(pk=case.person_id).extra(select={"raw": "id_number"}).values_list("raw", flat=True)[0]
    assert case.person.id_number == resident_number(1) and resident_number(1) not in stored


def test_a_wrong_check_digit_registers_nobody(clerk, township):
    form = application(township)
    bad = form.person.id_number[:-1] + ("1" if form.person.id_number[-1] != "1" else "2")
    with pytest.raises(Refused, match="校验码"):
        people.register(township.district, people.PersonData(name="试验人", id_number=bad), by=clerk)


def test_without_an_id_number_a_reason_is_needed(clerk, township):
    with pytest.raises(Refused, match="情况说明"):
        people.register(township.district, people.PersonData(name="试验人"), by=clerk)
    person = people.register(township.district, people.PersonData(name="欧阳明", no_id_reason="证件遗失"), by=clerk)
    assert (person.id_index, person.initials) == (None, "oym")


def test_refusal_needs_reasons_and_prints_remedies(clerk, township):
    case = log(clerk, township, papers={})
    with pytest.raises(Refused) as caught:
        intake.refuse_application(case.pk, reason="不行", version=case.version, by=clerk)
    assert rules_of(caught) == ["W-16"]
    intake.refuse_application(case.pk, reason="申请人户籍和居住地均不在本市", version=case.version, by=clerk)
    paper = case.slips.get(kind=Slip.Kind.NOT_ACCEPTED).notice.context["paper"]
    assert "六十日" in paper["remedies"] and paper["conclusion"] == "申请人户籍和居住地均不在本市"


def test_a_missing_calendar_leaves_the_date_open_and_is_filled_in_later(clerk, township):
    CalendarYear.objects.filter(year=2026).update(year=2099)
    clocks.workdays.refresh()
    case = log(clerk, township)
    assert case.status == Case.Status.ACCEPTED and case.due_on is None
    assert "2026 年工作日历尚未录入" in step(case, "INQUIRY").due_note
    CalendarYear.objects.filter(year=2099).update(year=2026)
    clocks.workdays.refresh()
    assert clocks.fill_open_dates() == 2
    assert fresh(case).due_on == date(2026, 11, 9) and fresh(case).next_due_on == date(2026, 9, 24)


# --- under way


def through_dibao(case, clerk, officer):
    finish(case, "INQUIRY", clerk)
    finish(case, "CHECK", officer)
    finish(case, "VISIT", clerk, people="张某、李某")
    finish(case, "OPINION", clerk)


def test_dibao_runs_its_course_to_confirmation(clerk, officer, township):
    case = log(clerk, township)
    through_dibao(case, clerk, officer)
    assert step(case, "PUBLIC").due_on == date(2026, 9, 28)
    with pytest.raises(Refused) as caught:
        finish(case, "PUBLIC", clerk)
    assert rules_of(caught) == ["DB-4"]
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        finish(case, "PUBLIC", clerk)
        course.conclude(case.pk, outcome="CONFIRMED", reason="符合条件", version=fresh(case).version, by=officer)
    case = fresh(case)
    assert case.status == Case.Status.CONFIRMED and set(case.steps.values_list("status", flat=True)) == {"DONE"}
    assert case.next_due_on is None and case.first_contact == clerk


def test_a_visit_by_one_person_is_refused(clerk, officer, township):
    case = log(clerk, township)
    finish(case, "INQUIRY", clerk)
    with pytest.raises(Refused) as caught:
        finish(case, "VISIT", clerk, people="张某")
    assert rules_of(caught) == ["DB-3"]


def test_nobody_is_confirmed_with_a_step_left_out(clerk, officer, township):
    case = log(clerk, township)
    with pytest.raises(Refused) as caught:
        course.conclude(case.pk, outcome="CONFIRMED", reason="", version=case.version, by=officer)
    assert rules_of(caught) == ["W-14"]


def test_a_near_relative_is_confirmed_only_after_the_county_visit(clerk, officer, township):
    case = log(clerk, township, near_relative=True, relation="村主任之母")
    through_dibao(case, clerk, officer)
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        finish(case, "PUBLIC", clerk)
        with pytest.raises(Refused) as caught:
            course.conclude(case.pk, outcome="CONFIRMED", reason="", version=fresh(case).version, by=officer)
        assert rules_of(caught) == ["W-13"]
        visit = date(2026, 9, 27)
        course.conclude(case.pk, outcome="CONFIRMED", reason="", version=fresh(case).version, by=officer, county_visit_on=visit)
    assert fresh(case).county_visit_on == visit


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


# --- several departments


def test_one_intake_opens_one_sub_case_per_department_each_with_its_clock(clerk, township):
    case = log(clerk, township, also=(programme("MEDICAL"), programme("HOUSING"), programme("EDUCATION")), consent=True)
    rows = {row.programme.code: row for row in case.referrals.all()}
    assert {code: row.mode for code, row in rows.items()} == {"MEDICAL": "TRANSFER", "HOUSING": "TRANSFER", "EDUCATION": "REFER"}
    assert all(row.due_on == date(2026, 9, 23) for row in rows.values())
    assert len({row.to_organisation_id for row in rows.values()}) == 3


def test_without_consent_nothing_is_referred_to_others(clerk, township):
    case = log(clerk, township, also=(programme("MEDICAL"), programme("EDUCATION")))
    assert [row.programme.code for row in case.referrals.all()] == ["MEDICAL"]


def test_a_department_that_does_not_exist_leaves_the_matter_with_the_bureau(clerk, township, chongqing):
    Organisation.objects.filter(pk=chongqing.home.departments["MEDICAL"].pk).update(valid_to=date(2026, 1, 1))
    assert log(clerk, township, "MEDICAL").referrals.get().to_organisation == chongqing.home.bureau


def test_the_receiver_is_told_and_its_limit_comes_from_the_authority(clerk, doctor, officer, township, chongqing):
    PolicyValue.objects.create(
        code="feedback_days",
        organisation=chongqing.city,
        value="5",
        effective_from=date(2026, 1, 1),
        source_document="示例",
        set_by=officer,
    )
    row = log(clerk, township, "MEDICAL").referrals.get()
    assert Message.objects.filter(recipient=doctor, title="转办：医疗救助").count() == 1
    row = referrals.acknowledge(row.pk, version=row.version, by=doctor)
    assert (row.amount, row.due_on, row.receiver) == (5, date(2026, 9, 29), doctor)


def test_a_returned_matter_comes_back_to_the_window_and_keeps_the_case_open(clerk, doctor, township):
    case = log(clerk, township, "MEDICAL")
    row = case.referrals.get()
    row = referrals.send_back(row.pk, reason="参保地不在本区", version=row.version, by=doctor)
    assert Message.objects.filter(recipient=clerk, body__contains="参保地不在本区").exists()
    with pytest.raises(Refused) as caught:
        course.conclude(case.pk, outcome="CLOSED", reason="已告知申请人去参保地", version=fresh(case).version, by=clerk)
    assert rules_of(caught) == ["W-03"]
    referrals.recall(row.pk, reason="告知申请人去参保地", version=row.version, by=clerk)
    course.conclude(case.pk, outcome="CLOSED", reason="已告知申请人去参保地", version=fresh(case).version, by=clerk)
    assert fresh(case).status == Case.Status.CLOSED


def test_a_question_stops_the_departments_clock_and_the_answer_moves_the_day(clerk, doctor, township):
    row = log(clerk, township, "MEDICAL").referrals.get()
    row = referrals.acknowledge(row.pk, version=row.version, by=doctor)
    before = row.due_on
    row = referrals.ask_more(row.pk, question="请补住院费用清单", version=row.version, by=doctor)
    assert row.due_on is None
    with time_machine.travel(datetime(2026, 9, 24, 2, tzinfo=UTC), tick=False):
        row = referrals.supply(row.pk, supplement="清单已上传", version=row.version, by=clerk)
    assert clocks.workdays.workdays_between(before, row.due_on) == 3


def test_an_answer_returns_to_the_one_line(clerk, doctor, township):
    case = log(clerk, township, "MEDICAL")
    row = referrals.acknowledge(case.referrals.get().pk, version=0, by=doctor)
    referrals.answer(row.pk, outcome="GRANTED", text="按比例救助 3,200 元", version=row.version, by=doctor)
    case = fresh(case)
    assert case.next_step == "告知申请人办理结果"
    course.conclude(case.pk, outcome="CLOSED", reason="医保局已给予救助，已告知", version=case.version, by=clerk)


def test_consent_is_a_database_rule(clerk, township):
    case = log(clerk, township, "EDUCATION", consent=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.referrals.update(consent=False)


# --- tables


def test_every_way_of_a_case_is_in_the_table_or_refused(clerk):
    refused = 0
    for before, after in product(Case.Status, Case.Status):
        if after not in Case.TRANSITIONS[before]:
            with pytest.raises(IllegalTransition):
                move(Case(status=before, pk=0, number="X", programme=Programme(name="低保")), after, by=clerk)
            refused += 1
    assert refused == len(Case.Status) ** 2 - 11


@pytest.mark.parametrize("model", [Case, CaseStep, Referral])
def test_every_status_has_its_row_and_every_way_leads_to_a_status(model):
    assert set(model.TRANSITIONS) == set(model.Status)
    assert all(ways <= set(model.Status) for ways in model.TRANSITIONS.values())


# --- lateness


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
