"""Several departments behind one intake, and the tables of what may follow what."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Organisation
from records.models import Message, PolicyValue
from records.refusals import IllegalTransition, Refused
from records.workflow import move
from tests.windows import charity
from tests.windows.course import fresh, rules_of
from tests.windows.factories import log, programme
from windows.models import Case, CaseStep, Programme, Referral
from windows.reports.desk import desk
from windows.services import clocks, course, referrals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


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


def test_the_window_sees_the_department_it_waits_for_and_its_lateness_w03(clerk, doctor, township, django_assert_max_num_queries):
    case = log(clerk, township, "MEDICAL", also=(programme("HOUSING"),), consent=True)
    first = case.referrals.get(programme__code="MEDICAL")
    (row,) = desk(clerk)
    assert (row.kind, row.due, row.light.code) == (f"等{first.to_organisation.label}答复", date(2026, 9, 23), "due")
    assert row.url.endswith(f"/cases/{case.pk}/#referral-{first.pk}")
    with time_machine.travel(datetime(2026, 9, 24, 2, tzinfo=UTC), tick=False):
        assert [item.light.code for item in desk(clerk)] == ["overdue"]
        log(clerk, township, "EDUCATION")
        with django_assert_max_num_queries(8):
            assert len(desk(clerk)) == 2
        row = referrals.acknowledge(first.pk, version=0, by=doctor)
        referrals.answer(row.pk, outcome="GRANTED", text="按比例救助 3,200 元", version=row.version, by=doctor)
        assert f"等{case.referrals.get(programme__code='HOUSING').to_organisation.label}答复" in [item.kind for item in desk(clerk)]


def test_what_is_taken_back_leaves_the_desk_tells_who_works_on_it_and_takes_no_answer_w03(clerk, doctor, township):
    case = log(clerk, township, "MEDICAL")
    row = referrals.acknowledge(case.referrals.get().pk, version=0, by=doctor)
    row = referrals.ask_more(row.pk, question="请补住院费用清单", version=row.version, by=doctor)
    assert [item.kind for item in desk(doctor)] == ["转办·待补充"]
    with time_machine.travel(datetime(2026, 9, 22, 2, tzinfo=UTC), tick=False):
        taken = referrals.recall(row.pk, reason="申请人改在外区申请", version=row.version, by=clerk)
        assert (taken.status, taken.due_on, taken.paused_on) == ("RECALLED", None, None)
        assert not row.standstills.filter(ended_on=None).exists()
        assert desk(doctor) == [] and fresh(case).next_step == "告知申请人办理结果"
        told = Message.objects.get(recipient=doctor, title="转办已撤回：医疗救助")
        assert "申请人改在外区申请" in told.body
        for late in (
            lambda: referrals.answer(row.pk, outcome="GRANTED", text="已救助", version=row.version, by=doctor),
            lambda: referrals.send_back(row.pk, reason="参保地不在本区", version=row.version, by=doctor),
        ):
            with pytest.raises(Refused, match="已由窗口撤回，不再签收、退回或者答复") as caught:
                late()
            assert rules_of(caught) == ["W-03"]
    assert fresh(row).answer == ""


def test_a_withdrawn_application_takes_its_sub_cases_and_needs_back_along(clerk, doctor, officer, township):
    case = log(clerk, township, "DIBAO", also=(programme("MEDICAL"), programme("HOUSING")))
    row = case.referrals.get(programme__code="MEDICAL")
    referrals.acknowledge(row.pk, version=row.version, by=doctor)
    need = charity.publish(charity.register(fresh(case), clerk), officer)
    course.withdraw(case.pk, reason="申请人已另行办理", version=fresh(case).version, by=clerk)
    assert set(case.referrals.values_list("status", flat=True)) == {"RECALLED"}
    assert Message.objects.filter(recipient=doctor, title="转办已撤回：医疗救助").count() == 1
    assert fresh(need).status == "WITHDRAWN"
    assert (fresh(case).next_due_on, fresh(case).next_step) == (None, "")
    with pytest.raises(Refused, match="受理后、办结前"):
        medical = programme("MEDICAL")
        receiver = referrals.receiver_for(medical, township)
        version = fresh(case).version
        referrals.send_from_case(case.pk, medical, receiver, reason="住院", consent=True, version=version, by=clerk)


def test_who_a_returned_or_recalled_matter_is_about_is_no_longer_shown_to_its_receiver(browse, clerk, doctor, township):
    row = log(clerk, township, "MEDICAL").referrals.get()
    url = reverse("windows:referral_reveal", args=[row.pk])
    assert browse(doctor).post(url, {"reason": "电话联系申请人核实情况"}).status_code == 200
    referrals.recall(row.pk, reason="申请人改在外区申请", version=row.version, by=clerk)
    assert browse(doctor).post(url, {"reason": "电话联系申请人核实情况"}).status_code == 403


def test_consent_is_a_database_rule(clerk, township):
    case = log(clerk, township, "EDUCATION", consent=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.referrals.update(consent=False)


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
