"""At the counter: one application, one list, one number, through the services on real rows."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from records.models import CalendarYear
from records.refusals import Refused
from tests.windows.course import fresh, rules_of, step
from tests.windows.factories import application, log, resident_number
from windows.models import Case, Person, Slip
from windows.services import clocks, course, intake, people, referrals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


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
