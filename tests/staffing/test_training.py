"""Trainings planned, signed in to, held, marked and certified; and who has had none this year."""

import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import load_workbook

from accounts.models import AuditEvent
from accounts.roles import Role
from records import jobs, notices, pdf
from records.models import Job, Notice
from records.refusals import Refused
from staffing import rules
from staffing.models import Attendance, StaffMember, Training
from staffing.reports import training as reports
from staffing.reports import worklist
from staffing.services import training as verbs
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.staffing.factories import make_staff

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)


def at(day: int):
    return time_machine.travel(datetime(2026, 10, day, 2, tzinfo=UTC), tick=False)


def scene_once():
    chongqing = make_chongqing()
    home = chongqing.home
    township = home.townships[0].organisation
    worker = make_user(role=Role.WINDOW_CLERK, organisation=township)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau)
    people = [make_staff(township, name="甲", account=worker), make_staff(township, name="乙"), make_staff(home.bureau, name="丙")]
    make_staff(township, name="兼", employment="PART_TIME")
    return SimpleNamespace(chongqing=chongqing, bureau=home.bureau, chief=chief, worker=worker, people=people)


bureau, chief, worker, people = (fixture_of(name) for name in ("bureau", "chief", "worker", "people"))
PLAN = {
    "title": "秋季业务培训",
    "held_on": "2026-10-20",
    "place": "区民政局会议室",
    "topic": "低保审核、党性教育",
    "hours": "8",
    "capacity": "60",
}


def plan_by(browse, chief, bureau, **changed) -> Training:
    with at(12):
        response = browse(chief).post(reverse("staffing:training_plan", args=[bureau.pk]), PLAN | {"tested": "on"} | changed)
    assert response.status_code == 302, response.content.decode()
    return Training.objects.get()


def to(name, training, *more) -> str:
    return reverse(f"staffing:{name}", args=[training.pk, *more])


# --- rules


@pytest.mark.parametrize(
    ("planned", "held_on", "found"), [(True, DAY, 0), (True, date(2026, 10, 21), 1), (True, date(2026, 10, 19), 1), (False, DAY, 1)]
)
def test_people_sign_in_on_the_day_itself_and_no_other(planned, held_on, found):
    assert [breach.rule for breach in rules.sign_in_breaches(held_on, DAY, planned=planned)] == ["W-22"] * found


@pytest.mark.parametrize(
    ("facts", "earned"),
    [((True, False, False), True), ((True, True, True), True), ((True, True, False), False), ((False, False, False), False)],
)
def test_a_certificate_is_earned_by_being_there_and_by_the_test_where_there_is_one(facts, earned):
    held, tested, passed = facts
    assert rules.earns_certificate(held=held, tested=tested, passed=passed) is earned


# --- the course of one training


def test_a_training_from_its_plan_to_its_certificates(browse, chief, worker, people, bureau):
    first, second, third = people
    training = plan_by(browse, chief, bureau)
    sign = to("training_sign_in", training, verbs.code_of(training))
    with at(19):
        assert browse(worker).post(sign).status_code == 422  # the day before
    with at(20):
        desk, hand = browse(chief), browse(worker)
        assert "qr" in desk.get(to("training_code", training)).content.decode()
        assert "甲" in hand.get(sign).content.decode()
        for _ in range(2):
            assert hand.post(sign).status_code == 302
        assert browse(chief).post(sign).status_code == 422  # whose account stands on no roster
        assert hand.get(to("training_sign_in", training, "X" * 10)).status_code == 404
        for member in (second, third):
            desk.post(to("training_attend", training), {"add": member.pk})
        desk.post(to("training_attend", training), {"remove": third.pk})
        assert [row.way for row in training.attendances.order_by("member")] == ["CODE", "LIST"]
        assert reports.year_of(bureau, 2026).untrained == 3  # nothing counts before it was held
        assert desk.post(to("training_close", training)).status_code == 302
        assert hand.post(sign).status_code == 422
        marks = {}
        for row, (result, score) in zip(training.attendances.order_by("member"), (("PASSED", "95"), ("FAILED", "40")), strict=True):
            marks |= {f"result_{row.pk}": result, f"score_{row.pk}": score}
        assert desk.post(to("training_results", training), marks).status_code == 302
        for _ in range(2):
            desk.post(to("training_certificates", training))
        for job in Job.objects.filter(kind=verbs.CERTIFICATES):
            assert jobs.run(job.pk).status == Job.Status.DONE
        passed, failed = training.attendances.order_by("member")
        assert (Notice.objects.count(), passed.certificate.prefix, failed.certificate) == (1, "培训证", None)
        paper = PdfReader(io.BytesIO(pdf.render(verbs.TEMPLATE, notices.print_context(passed.certificate)))).pages[0]
        text = paper.extract_text().replace("\n", "")
        assert "甲" in text and "考核合格（95 分）" in text and passed.certificate.number in text
        assert "甲" not in passed.certificate.title  # the title shows on the public check page
        with pytest.raises(Refused, match="证书已签发"):
            verbs.record_results(training.pk, {passed.pk: ("FAILED", 10)}, by=chief)
        seen = desk.get(to("training_detail", training)).content.decode()
        assert passed.certificate.number in seen and "不合格" in seen
        year = reports.year_of(bureau, 2026)
        assert (year.held, year.people, year.untrained, year.breaches) == (1, 3, 1, [])
    deeds = AuditEvent.objects.filter(action__startswith="staffing.training.").order_by("pk").values_list("action", flat=True)
    assert [deed.rpartition(".")[2] for deed in deeds] == (
        ["planned", "attended", "attended", "attended", "unattended", "held", "marked", "certified"]
    )


def test_a_plan_is_changed_until_somebody_signs_in_and_cancelled_with_a_reason(browse, chief, bureau, people):
    training, desk = plan_by(browse, chief, bureau), browse(chief)
    later = PLAN | {"held_on": "2026-10-21", "version": "0"}
    with at(12):
        assert desk.post(to("training_edit", training), later).status_code == 302
        assert desk.post(to("training_edit", training), later).status_code == 409
        assert desk.post(to("training_edit", training), later | {"version": "1", "held_on": "2026-10-11"}).status_code == 422
        assert desk.post(to("training_attend", training), {"add": people[0].pk}).status_code == 422  # not the day yet
        assert desk.post(to("training_close", training)).status_code == 422
        assert desk.post(to("training_cancel", training), {"reason": ""}).status_code == 422
        assert desk.post(to("training_cancel", training), {"reason": "场地停电"}).status_code == 302
        assert desk.get(to("training_edit", training)).status_code == 422
    training.refresh_from_db()
    assert (training.status, training.cancellation_reason, training.held_on) == ("CANCELLED", "场地停电", date(2026, 10, 21))
    with at(22):
        assert "场地停电" in browse(chief).get(to("training_detail", training)).content.decode()
        assert [breach.rule for breach in reports.year_of(bureau, 2026).breaches] == ["W-22"]


def test_the_list_of_who_has_had_none_is_filtered_and_exported_as_it_stands(browse, chief, bureau, people):
    held = Training.objects.create(organisation=bureau, title="春训", held_on=date(2026, 3, 1), hours=8, status="HELD")
    Attendance.objects.create(training=held, member=people[0])
    planned = Training.objects.create(
        organisation=bureau, title="秋训", status="PLANNED", held_on=DAY, hours=8, place="会议室", topic="政策", capacity=60
    )
    Attendance.objects.create(training=planned, member=people[1])
    with at(22):
        page = browse(chief).get(reverse("staffing:training_missing", args=[bureau.pk]), {"q": people[1].organisation.name})
        sheet = browse(chief).get(reverse("staffing:training_missing_export", args=[bureau.pk]))
        titles = [item.title for item in worklist(chief) if item.kind == reports.KIND]
    assert [member.name for member in page.context["page"].rows] == ["乙"]
    rows = load_workbook(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert sorted(row[0] for row in rows[1:]) == ["丙", "乙"]  # part-time counts nowhere
    assert titles == ["秋训：登记为已举办或者取消"]


def test_pages_cost_the_same_for_one_and_for_many(browse, chief, bureau, people, count_queries):
    training = plan_by(browse, chief, bureau)
    urls = [to("training_detail", training), *(reverse(f"staffing:{n}", args=[bureau.pk]) for n in ("training_list", "training_missing"))]
    client = browse(chief)
    with at(20):
        verbs.mark_present(training.pk, people[0].pk, by=chief)
        client.get(urls[0])
        few = [count_queries(client, url) for url in urls]
        for member in [make_staff(bureau) for _ in range(12)][:8]:
            verbs.mark_present(training.pk, member.pk, by=chief)
        assert [count_queries(client, url) for url in urls] == few
    assert max(few) <= 40


@pytest.mark.parametrize(
    "values",
    [{"status": "PLANNED", "place": ""}, {"status": "CANCELLED", "cancellation_reason": ""}, {"hours": 0}],
)
def test_the_database_refuses_half_a_plan_and_a_cancellation_without_reason(bureau, values):
    facts = {"title": "春训", "held_on": DAY, "hours": 8, "place": "会议室", "topic": "政策", "capacity": 60}
    with pytest.raises(IntegrityError), transaction.atomic():
        Training.objects.create(organisation=bureau, **(facts | values))


def test_an_account_stands_on_the_roster_once_and_is_one_of_the_district(browse, chief, worker, bureau, people, chongqing):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff(bureau, account=worker)
    stranger = make_user(role=Role.WINDOW_CLERK, organisation=chongqing.districts[1].townships[0].organisation)
    url = reverse("staffing:staff_edit", args=[people[1].pk])
    data = {"name": "乙", "employment": "OWN", "place": "TOWNSHIP", "education": "COLLEGE", "certificate": "0", "started_on": "2024-01-01"}
    own = make_user(role=Role.WINDOW_CLERK, organisation=people[1].organisation)
    answers = [browse(chief).post(url, data | {"account": user.username}) for user in (stranger, worker, own)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert StaffMember.objects.get(pk=people[1].pk).account == own
