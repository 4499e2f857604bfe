"""初审公示 and 公示异议: five fields on the wall, the whole period, nobody confirmed over an objection."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent
from accounts.roles import Role
from records.models import Message, PolicyValue
from records.refusals import Refused
from tests.factories import make_user
from tests.windows.course import SEEN_HANGING, finish, fresh, post, rules_of, step, visit
from tests.windows.factories import log
from windows import reports as desk
from windows.models import Case, CaseStep, NoticeObjection, Publicity, VillageReport, VillageTask
from windows.rules import objection, publicity
from windows.services import course, escalation, objections
from windows.services import village as services
from windows.services.objections import Raised

TODAY = date(2026, 9, 21)
SHEET = {"name": "试验人", "village": "演示村", "family": "2 人", "result": "拟给予低保", "phone": "023-12345678"}


def on(day: int):
    return time_machine.travel(datetime(2026, 9, day, 2, tzinfo=UTC), tick=False)


# --- rules


@pytest.mark.parametrize(
    ("changed", "count", "words"),
    [
        ({"illness": "尿毒症"}, 2, "规定以外的内容：illness"),
        ({"phone": " "}, 2, "公示还缺：监督电话"),
        ({"name": "试验人510200196003050011"}, 2, "申请人中有号码"),
        ({"village": "演示村3组13900000001"}, 2, "村（社区）中有号码"),
        ({}, 0, "应在 1 至 30 之间"),
    ],
)
def test_db4_only_five_fields_hang_and_no_number_that_tells_who_somebody_is(changed, count, words):
    assert list(publicity.sheet_breaches(SHEET, family_count=2)) == []
    found = list(publicity.sheet_breaches(SHEET | changed, family_count=count))
    assert [breach.rule for breach in found] == ["DB-4"] and words in found[0].message


@pytest.mark.parametrize(
    ("born", "name"), [(date(2008, 9, 21), "张三丰"), (date(2008, 9, 22), "张**"), (None, "张**")], ids=["18 today", "17", "unknown"]
)
def test_a_minor_is_never_named(born, name):
    assert publicity.shown_name("张三丰", born, TODAY) == name


@pytest.mark.parametrize(
    ("state", "binding"),
    [((True, 0, True), []), ((True, 0, False), [False]), ((False, 0, None), [True]), ((True, 1, True), [True])],
)
def test_a_notice_ends_posted_answered_and_seen(state, binding):
    posted, opened, reported = state
    found = publicity.finish_breaches(posted=posted, open_objections=opened, reported=reported)
    assert [breach.binding for breach in found] == binding


RAISED = {
    "posted": date(2026, 9, 21), "raised_on": date(2026, 9, 22), "today": date(2026, 9, 23), "anonymous": False, "objector": "某某",
    "text": "他家有门面出租。", "due": date(2026, 9, 28),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"posted": None}, "没有正在公示"),
        ({"raised_on": date(2026, 9, 20)}, "应在公示之日"),
        ({"raised_on": date(2026, 9, 24)}, "至今天"),
        ({"raised_on": date(2026, 9, 29), "today": date(2026, 9, 30)}, "已过公示期"),
        ({"objector": " "}, "不愿留名的勾选"),
        ({"text": "有钱"}, "现有 2 个字"),
    ],
)
def test_db5_anybody_may_object_while_it_hangs(changed, words):
    assert not list(objection.objection_breaches(**RAISED)) and not list(
        objection.objection_breaches(**RAISED | {"anonymous": True, "objector": ""})
    )
    found = list(objection.objection_breaches(**RAISED | changed))
    assert [breach.rule for breach in found] == ["DB-5"] and words in found[0].message


ANSWER = {
    "visited_on": date(2026, 9, 23), "raised_on": date(2026, 9, 22), "finding": "门面已于去年转让，有合同。", "anonymous": False,
    "reply": "经查门面已转让，维持原意见。", "replied_on": date(2026, 9, 24), "today": date(2026, 9, 24),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"visited_on": None}, "须重新调查"),
        ({"visited_on": date(2026, 9, 24), "replied_on": date(2026, 9, 23)}, "早于重新调查"),
        ({"finding": "不实"}, "现有 2 个字"),
        ({"reply": ""}, "须答复"),
        ({"replied_on": date(2026, 9, 25)}, "至今天"),
    ],
)
def test_db5_an_answer_follows_a_new_inquiry(changed, words):
    assert not list(objection.settle_breaches(**ANSWER)) and not list(
        objection.settle_breaches(**ANSWER | {"anonymous": True, "reply": ""})
    )
    found = list(objection.settle_breaches(**ANSWER | changed))
    assert [breach.rule for breach in found] == ["DB-5"] and words in found[0].message


def test_the_notice_begins_again_where_the_text_says_so_or_the_opinion_fell():
    again = {(rule, upheld): objection.begins_again(rule=rule, upheld=upheld) for rule in ("DB-4", "TK-2") for upheld in (False, True)}
    assert again == {("DB-4", False): False, ("DB-4", True): True, ("TK-2", False): True, ("TK-2", True): True}


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("023-1234 5678 分机 12", ""), ("510200196003050011", "不超过 13 位"), ("51020019600305001X", "只能填电话"),
        ("王主任 12345678", "只能填电话"), ("分机", "只能填电话"), ("123 0000 0001", "申请人（代办人）的电话"),
    ],
)  # fmt: skip
def test_db4_the_phone_on_the_wall_is_a_phone_and_not_the_applicants(phone, words):
    found = list(publicity.phone_breaches(phone, own=("12300000001", "")))
    assert [breach.rule for breach in found] == ["DB-4"] * bool(words) and words in "".join(breach.message for breach in found)


def test_what_the_text_fixes_for_tekun_is_not_stretched_by_a_value_of_the_bureau():
    days = {(rule, found): objection.answer_days(rule=rule, found=found) for rule in ("DB-4", "TK-2") for found in (None, 10, 30)}
    assert [days[row] for row in (("DB-4", None), ("DB-4", 10), ("DB-4", 30))] == [15, 10, 30]
    assert [days[row] for row in (("TK-2", None), ("TK-2", 10), ("TK-2", 30))] == [15, 10, 15]


# --- the story

story = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
SAID = Raised(raised_on=TODAY, channel="PHONE", text="他家有门面出租。", objector="龘龘", contact="13900000009")
FOUND = {"finding": "门面已于去年转让，有合同。", "reply": "经查门面已转让，维持原意见。", "reply_way": "PHONE"}


@pytest.fixture
def village(chongqing):
    return chongqing.home.townships[0].villages[0]


@pytest.fixture
def case(clerk, officer, township):
    case = log(clerk, township)
    finish(case, "INQUIRY", clerk)
    finish(case, "CHECK", officer)
    visit(case, clerk)
    finish(case, "OPINION", clerk)
    return fresh(case)


def hang(task, by, day):
    """The village says since when it hangs, with its photo."""
    buffer = BytesIO()
    Image.new("RGB", (4, 3), "white").save(buffer, "JPEG")
    photo = SimpleUploadedFile("公示.jpg", buffer.getvalue(), content_type="image/jpeg")
    done = {"done_on": date(2026, 9, day), "text": "已张贴", "households": None, "photo": photo}
    return services.report_task(task.pk, version=fresh(task).version, by=by, **done)


def object_to(case, by, **changed):
    values = {name: getattr(SAID, name) for name in Raised.__slots__} | changed
    return objections.record(case.pk, Raised(**values), version=fresh(case).version, by=by)


def settle(row, by, day, *, upheld=False):
    return objections.settle(row.pk, upheld=upheld, replied_on=date(2026, 9, day), version=fresh(row).version, by=by, **FOUND)


def confirm(case, officer):
    return course.conclude(case.pk, outcome="CONFIRMED", reason="符合条件", version=fresh(case).version, by=officer)


class TestPosted:
    pytestmark = story

    def test_the_clock_runs_from_the_paper_and_the_village_has_its_task_with_its_money(self, case, clerk, village):
        assert (step(case, "PUBLIC").status, step(case, "PUBLIC").starts_on) == ("RUNNING", None)
        with pytest.raises(Refused, match="还没有出具公示") as caught:
            finish(case, "PUBLIC", clerk, SEEN_HANGING)
        assert rules_of(caught) == ["DB-4"]
        with pytest.raises(Refused, match="费随事转"):
            post(case, clerk, village, no_fee_reason="")
        with pytest.raises(Refused, match="代办人）的电话"):
            post(case, clerk, village, phone=case.person.phone)
        with on(22):
            row = post(case, clerk, village, fee=50, fund_source="工作经费")
        assert (row.starts_on, row.ends_on, step(case, "PUBLIC").due_on) == (date(2026, 9, 22), date(2026, 9, 29), date(2026, 9, 29))
        assert (row.task.kind, row.task.organisation, row.task.due_on, row.task.fee) == ("NOTICE", village, row.ends_on, 50)
        said = str(row.notice.context)
        assert [label for label, _ in row.notice.context["rows"]] == ["申请人", "村（社区）", "家庭成员数量", "拟审核结果", "监督电话"]
        assert "510200" not in said and "12300000001" not in said and not row.notice.public and "试验人" not in row.notice.title
        with pytest.raises(Refused, match="不能重复出具"):
            post(case, clerk, village)

    def test_who_hangs_it_sees_the_paper_and_no_way_to_an_application_of_another_village(self, case, clerk, village, browse):
        row = post(case, clerk, village)
        helper = make_user(role=Role.VILLAGE_ASSISTANT, organisation=village)
        address, way = reverse("windows:publicity_detail", args=[row.pk]), reverse("windows:case_detail", args=[case.pk])
        for village_of_case in (None, village):
            Case.objects.filter(pk=case.pk).update(village=village_of_case)
            page = browse(helper).get(address)
            assert page.status_code == 200 and case.number in page.content.decode()
            assert (way in page.content.decode()) == (browse(helper).get(way).status_code == 200) == bool(village_of_case)

    def test_a_photo_or_words_end_it_after_the_whole_period(self, case, clerk, village):
        post(case, clerk, village)
        with on(27), pytest.raises(Refused, match="最早 2026-09-28"):
            finish(case, "PUBLIC", clerk, SEEN_HANGING)
        with on(28):
            with pytest.raises(Refused, match="还没有报送张贴照片"):
                finish(case, "PUBLIC", clerk)
            VillageTask.objects.update(status="REPORTED")
            finish(case, "PUBLIC", clerk)
        assert Publicity.objects.get().status == "FINISHED" and step(case, "CONFIRM").status == "RUNNING"

    def test_what_hung_two_days_late_ends_two_days_later(self, case, clerk, village):
        post(case, clerk, village)
        helper = make_user(role=Role.VILLAGE_ASSISTANT, organisation=village)
        task = VillageTask.objects.get()
        with on(23):
            VillageReport.objects.create(task=task, ordinal=1, done_on=date(2026, 9, 23), text="已张贴", reported_by=helper)
            VillageTask.objects.update(status="REPORTED")  # as it came in before the clock followed the report
        with on(29), pytest.raises(Refused, match="最早 2026-09-30"):
            finish(case, "PUBLIC", clerk)
        with on(30):
            finish(case, "PUBLIC", clerk)

    def test_a_notice_that_is_issued_late_or_left_after_its_period_is_overdue_db4(self, case, clerk, officer, township, village):
        lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
        waits = step(case, "PUBLIC")
        assert (waits.starts_on, waits.due_on, fresh(case).next_due_on) == (None, date(2026, 9, 24), date(2026, 9, 24))
        CaseStep.objects.filter(case=case, whole=True).update(due_on=None)  # as 特困供养, which has no limit for the whole
        with on(28):
            assert [row.light.code for row in desk.desk(clerk) if row.kind == "公示初审意见"] == ["overdue"]
            assert escalation.escalate_all() == 1
            assert "“公示初审意见”应于 2026-09-24 出具公示" in Message.objects.get(recipient=lead, title="办理环节已逾期").body
            post(case, clerk, village)
            assert desk.overdue_board(officer) == [] and fresh(case).next_due_on == date(2026, 10, 5)
        with time_machine.travel(datetime(2026, 10, 6, 2, tzinfo=UTC), tick=False):
            assert [row.light.code for row in desk.desk(clerk) if row.kind == "公示初审意见"] == ["overdue"]
            assert [row.overdue for row in desk.overdue_board(officer)] == [1]

    def test_the_days_to_issue_it_are_the_authoritys(self, clerk, officer, township, chongqing):
        values = {"organisation": chongqing.city, "effective_from": date(2026, 1, 1), "source_document": "示例", "set_by": officer}
        PolicyValue.objects.create(code="notice_issue_days", value="1", **values)
        case = log(clerk, township, "TEKUN")
        finish(case, "OPINION", clerk)
        assert step(case, "PUBLIC").due_on == date(2026, 9, 22)

    def test_what_the_village_hung_late_shows_its_later_end(self, case, clerk, village):
        row = post(case, clerk, village)
        helper = make_user(role=Role.VILLAGE_ASSISTANT, organisation=village)
        with on(23):
            hang(row.task, helper, 23)
            assert (step(case, "PUBLIC").starts_on, step(case, "PUBLIC").due_on) == (date(2026, 9, 23), date(2026, 9, 30))
            assert fresh(case).next_due_on == date(2026, 9, 30)
            with pytest.raises(Refused, match="应在公示之日 2026-09-23"):
                object_to(case, clerk, raised_on=date(2026, 9, 22))
        with on(29), pytest.raises(Refused, match="最早 2026-09-30"):
            finish(case, "PUBLIC", clerk)
        with on(30):
            finish(case, "PUBLIC", clerk)
        with time_machine.travel(datetime(2026, 10, 9, 2, tzinfo=UTC), tick=False):
            with pytest.raises(Refused, match="已过公示期（2026-09-30 止）"):
                object_to(case, clerk, raised_on=date(2026, 10, 1))
            with pytest.raises(Refused, match="至今天（2026-10-09）"):
                object_to(case, clerk, raised_on=date(2026, 10, 10))
            assert object_to(case, clerk, raised_on=date(2026, 9, 30)).status == "OPEN"

    def test_a_case_that_ends_takes_its_notice_and_its_task_down(self, case, clerk, village):
        post(case, clerk, village)
        object_to(case, clerk)
        helper = make_user(role=Role.VILLAGE_ASSISTANT, organisation=village)
        course.withdraw(case.pk, reason="申请人已另行办理", version=fresh(case).version, by=clerk)
        assert Publicity.objects.get().notice.is_withdrawn
        assert [row.title[:10] for row in Message.objects.filter(recipient=helper)] == ["申请已结束，请取下公"]
        assert (Publicity.objects.get().status, VillageTask.objects.get().status) == ("STOPPED", "CANCELLED")
        assert NoticeObjection.objects.get().status == "STOPPED" and fresh(case).status == Case.Status.WITHDRAWN

    def test_a_withdrawn_application_ends_the_paper_that_hung_before_too(self, case, clerk, village):
        post(case, clerk, village)
        with on(28):
            finish(case, "PUBLIC", clerk, SEEN_HANGING)
            course.withdraw(case.pk, reason="申请人已另行办理", version=fresh(case).version, by=clerk)
        row = Publicity.objects.get()
        assert row.status == "FINISHED" and row.notice.is_withdrawn


class TestObjected:
    pytestmark = story

    def test_an_answer_that_is_late_stands_on_the_board_and_is_told_once(self, case, clerk, officer, township, village):
        lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
        post(case, clerk, village)
        row = object_to(case, clerk, raised_on=TODAY)
        CaseStep.objects.filter(case=case, whole=True).update(due_on=None)
        objections.clocks.show_on_case(fresh(case))
        assert fresh(case).next_due_on == row.due_on
        NoticeObjection.objects.update(due_on=date(2026, 9, 23))
        assert objections.recompute(date(2026, 1, 1), date(2026, 12, 31), reason="工作日历更正") == 1
        assert fresh(row).due_on == row.due_on, "in working days, by the calendar as it stands"
        NoticeObjection.objects.update(due_on=date(2026, 9, 23))
        objections.clocks.show_on_case(fresh(case))
        with on(24):
            assert [one.overdue for one in desk.overdue_board(officer)] == [1]
            assert (escalation.escalate_all(), escalation.escalate_all()) == (1, 0)
        told = Message.objects.filter(title="公示异议答复已逾期")
        assert set(told.values_list("recipient", flat=True)) == {lead.pk, officer.pk}

    def test_an_unfounded_objection_moves_the_end_and_nobody_is_confirmed_meanwhile(self, case, clerk, officer, township, village):
        lead = make_user(role=Role.TOWNSHIP_LEAD, organisation=township)
        post(case, clerk, village)
        whole = step(case, "WHOLE").due_on
        with on(23):
            row = object_to(case, clerk, raised_on=date(2026, 9, 22))
            assert (step(case, "PUBLIC").status, step(case, "WHOLE").due_on) == ("PAUSED", whole)
            assert row.due_on == date(2026, 10, 21) and Message.objects.filter(recipient=lead, key=f"objection:{row.pk}").exists()
            assert [item.note for item in desk.worklist(clerk) if item.kind == "公示异议"] == ["重新入户调查"]
            with pytest.raises(Refused, match="不能手工恢复"):
                course.resume_step(step(case, "PUBLIC").pk, version=fresh(case).version, by=clerk)
            for outcome in ("CONFIRMED", "DECLINED"):
                with pytest.raises(Refused) as caught:
                    course.conclude(case.pk, outcome=outcome, reason="家庭情况已查清楚", version=fresh(case).version, by=officer)
                assert "DB-5" in rules_of(caught)
            with pytest.raises(Refused, match="须重新调查"):
                settle(row, clerk, 23)
        with on(25):
            with pytest.raises(Refused, match="早于异议提出之日"):
                visit(case, clerk, visited_on=TODAY)
            assert visit(case, clerk).step is None
            settle(row, clerk, 25)
        assert (step(case, "PUBLIC").status, step(case, "PUBLIC").due_on) == ("RUNNING", date(2026, 9, 30))
        with on(30):
            finish(case, "PUBLIC", clerk, SEEN_HANGING)
            assert confirm(case, officer).status == Case.Status.CONFIRMED
        assert "龘" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))

    def test_what_did_not_stand_hangs_again_for_the_whole_period(self, case, clerk, village):
        first = post(case, clerk, village)
        one, two = object_to(case, clerk), object_to(case, clerk, anonymous=True, channel="LETTER")
        assert (fresh(two).objector, fresh(two).contact) == ("", "")
        with on(24):
            visit(case, clerk)
            settle(one, clerk, 24, upheld=True)
            assert step(case, "PUBLIC").status == "PAUSED"
            settle(two, clerk, 24)
            first = fresh(first)
            assert first.status == "SUPERSEDED" and first.notice.is_withdrawn and fresh(first.task).status == "CANCELLED"
            again = step(case, "PUBLIC")
            assert (again.status, again.starts_on, again.due_on) == ("RUNNING", None, date(2026, 9, 30)), "by when it is issued anew"
            second = post(case, clerk, village, grants=False)
        assert (second.ordinal, step(case, "PUBLIC").due_on) == (2, date(2026, 10, 1))
        assert "拟不予" in str(second.notice.context)

    def test_what_was_raised_in_time_counts_after_the_end_and_can_bring_the_notice_back(self, case, clerk, officer, village):
        first = post(case, clerk, village)
        with on(29):
            finish(case, "PUBLIC", clerk, SEEN_HANGING)
            with pytest.raises(Refused, match="已过公示期"):
                object_to(case, clerk, raised_on=date(2026, 9, 29))
            row = object_to(case, clerk, raised_on=date(2026, 9, 28))
            with pytest.raises(Refused) as caught:
                confirm(case, officer)
            assert rules_of(caught) == ["DB-5"]
            visit(case, clerk)
            settle(row, clerk, 29, upheld=True)
            assert (fresh(first).status, step(case, "PUBLIC").status, step(case, "CONFIRM").status) == ("SUPERSEDED", "RUNNING", "WAITING")
            assert post(case, clerk, village, grants=False).ordinal == 2 and step(case, "CONFIRM").due_on is None

    def test_the_database_confirms_nobody_over_an_objection_and_answers_none_without_inquiry(self, case, clerk, village):
        post(case, clerk, village)
        row = object_to(case, clerk)
        faults = {
            "没有答复": lambda: Case.objects.filter(pk=case.pk).update(status="CONFIRMED", ended_at=datetime(2026, 9, 22, tzinfo=UTC)),
            "answered_after_inquiry": lambda: NoticeObjection.objects.filter(pk=row.pk).update(status="ANSWERED"),
            "publicity_in_order": lambda: Publicity.objects.update(ends_on=TODAY),
        }
        for words, act in faults.items():
            with pytest.raises(IntegrityError, match=words), transaction.atomic():
                act()


class TestPages:
    pytestmark = story

    def test_from_the_step_to_the_wall_to_the_answer(self, browse, case, clerk, officer, village, count_queries):
        client, home = browse(clerk), reverse("windows:case_detail", args=[case.pk])
        Case.objects.filter(pk=case.pk).update(village=village)  # whose assistant follows the case
        new = reverse("windows:publicity_new", args=[case.pk])
        assert new in client.get(home).content.decode() and 'value="023' not in client.get(home).content.decode()
        typed = {"version": fresh(case).version, "grants": "True", "family_count": 2, "village": village.pk, "phone": "023-12345678"}
        refused = client.post(new, typed)
        assert refused.status_code == 422 and "费随事转" in refused.content.decode()
        page = client.post(new, typed | {"fee": "50", "fund_source": "工作经费"})["Location"]
        row = Publicity.objects.get()
        helper = browse(make_user(role=Role.VILLAGE_ASSISTANT, organisation=village))
        task = helper.get(reverse("windows:village_task", args=[row.task_id])).content.decode()
        assert reverse("windows:publicity_pdf", args=[row.pk]) in task
        said = {"version": fresh(case).version, "raised_on": TODAY, "channel": "PHONE", "objector": "龘龘", "text": "他家有门面出租。"}
        told = client.post(reverse("windows:objection_new", args=[row.pk]), said)["Location"]
        assert "龘龘" in browse(officer).get(told).content.decode() and "登记重新调查" in client.get(told).content.decode()
        assert helper.get(told).status_code == 403 and helper.get(page).status_code == 200
        for shown in (helper.get(page), helper.get(home), client.get(home)):
            assert shown.status_code == 200 and "龘龘" not in shown.content.decode()
        assert "登记公示异议" in client.get(home).content.decode() and "登记公示异议" not in helper.get(home).content.decode()
        assert "恢复计时" not in client.get(home).content.decode()
        assert "有 1 件公示异议没有重新调查和答复" in browse(officer).get(home).content.decode()
        visit(case, clerk)
        answer = {"version": fresh(NoticeObjection.objects.get()).version, "upheld": "False", "replied_on": TODAY, **FOUND}
        assert client.post(reverse("windows:objection_settle", args=[NoticeObjection.objects.get().pk]), answer).status_code == 302
        assert "异议不成立" in client.get(home).content.decode() and "异议不成立" not in helper.get(home).content.decode()
        assert "异议不成立" in client.get(told).content.decode() and "异议不成立" in client.get(page).content.decode()
        assert count_queries(client, home) <= 40 and count_queries(client, page) <= 40
