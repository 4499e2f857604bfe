"""W-17: 一事一议 and the coordination mechanism. The rules; then one conference from its agenda to the results that come back."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import reach
from accounts.models import AuditEvent
from accounts.roles import Role
from records import clock
from records.models import Message, Notice
from records.refusals import Refused
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.records.factories import make_notice
from tests.windows.factories import log, make_clerk
from windows import reports
from windows.models import (
    Case,
    CaseStep,
    Meeting,
    MeetingDecision,
    MeetingGuest,
    MeetingMinutes,
    NoticeObjection,
    Publicity,
    Referral,
    VillageTask,
)
from windows.reports import meeting as views
from windows.rules import meeting as rules
from windows.services import agenda, escalation, minutes, referrals
from windows.services import meeting as services

BEFORE = datetime(2026, 9, 7, 2, tzinfo=UTC)
NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)
AT = datetime(2026, 9, 22, 2, tzinfo=UTC)
AFTER = datetime(2026, 9, 22, 8, tzinfo=UTC)
NAME = "司徒困难"
SAID = {
    "discussion": "各方说明了情况，一致认为",
    "decision": "ASSIGN",
    "text": "由医保部门三日内签收并答复",
    "amount": None,
    "owner": (2, 3),
    "days": 3,
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"discussion": "同意"}, "现有 2 个字"),
        ({"text": "照办"}, "现有 2 个字"),
        ({"owner": None}, "落实到人"),
        ({"days": None}, "办理时限"),
        ({"owner": (1, 3)}, "不能是召集单位自己"),
        ({"decision": "AMOUNT"}, "大于零的金额"),
    ],
)
def test_w17_a_decision_says_what_who_and_by_when(changed, words):
    assert not list(rules.said_breaches(rules.Said(**SAID), home=1, has_case=True))
    carried = SAID | {"decision": "CARRY", "owner": None, "days": None}
    assert not list(rules.said_breaches(rules.Said(**carried), home=1, has_case=True))
    found = list(rules.said_breaches(rules.Said(**SAID | changed), home=1, has_case=True))
    assert [breach.rule for breach in found] == ["W-17"] and words in found[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("申请人家住危房，登记号 500101001-2026-00012", ""),
        ("一次性救助 120000 元", ""),
        (f"{NAME}家住危房", "申请人的姓名"),
        ("电话 02312345678", "号码"),
        ("身份证 51020019600305001X", "号码"),
    ],
)
def test_w17_what_goes_to_other_offices_names_nobody(text, words):
    found = list(rules.privacy_breaches({"讨论情况": text}, names=[NAME, "王"]))
    assert [breach.rule for breach in found] == ["W-17"] * bool(words) and words in "".join(breach.message for breach in found)


@pytest.mark.parametrize(("present", "found"), [(0, [True]), (2, [False]), (3, [])])
def test_w17_half_is_not_more_than_half_and_a_reason_lifts_it(present, found):
    breaches = rules.holding_breaches(held_at=AT, now=AFTER, invited=4, present=present, percent=50)
    assert [breach.binding for breach in breaches] == found


def test_w17_only_a_bureau_convenes_the_mechanism_and_nothing_is_called_without_matter_guests_or_time():
    assert [b.rule for b in rules.kind_breaches(kind="COORDINATION", is_bureau=False)] == ["W-17"]
    assert not list(rules.kind_breaches(kind="CASE", is_bureau=False))
    empty = {"kind": "CASE", "cases": 0, "items": 0, "guests": 0, "held_at": NOW, "now": NOW}
    assert len(list(rules.convening_breaches(**empty))) == 3
    assert ["一件申请" in b.message for b in rules.convening_breaches(**empty | {"items": 1, "guests": 1, "held_at": AT})] == [True]
    assert not list(rules.convening_breaches(**empty | {"kind": "COORDINATION", "items": 1, "guests": 1, "held_at": AT}))


# --- the story


def scene_once():
    chongqing = make_chongqing()
    home = chongqing.home
    township, offices = home.townships[0].organisation, home.departments
    scene = SimpleNamespace(
        chongqing=chongqing,
        township=township,
        lead=make_user(role=Role.TOWNSHIP_LEAD, organisation=township, name="周主任"),
        clerk=make_clerk(township, name="王经办"),
        chief=make_user(role=Role.BUREAU_CHIEF, organisation=home.bureau, name="陈局长"),
        doctor=make_user(role=Role.DEPARTMENT_HANDLER, organisation=offices["MEDICAL"], name="易保"),
        teacher=make_user(role=Role.DEPARTMENT_HANDLER, organisation=offices["EDUCATION"], name="焦育"),
        medical=offices["MEDICAL"],
    )
    with time_machine.travel(BEFORE, tick=False):
        scene.unfit = log(scene.clerk, township, "OTHER", serial=1, name=NAME)
        scene.sick = log(scene.clerk, township, "MEDICAL", serial=2, name="欧阳病重", consent=True)
    scene.silent = Referral.objects.get(case=scene.sick)
    return scene


township, lead, clerk, chief, doctor, teacher, medical = map(
    fixture_of, ("township", "lead", "clerk", "chief", "doctor", "teacher", "medical")
)
unfit, silent = fixture_of("unfit"), fixture_of("silent")


def plan_of(lead, medical, **changed):
    values = {"title": "九月个案会商", "held_at": AT, "place": "二楼会议室", "chair": lead, "organisations": [medical]}
    return services.Plan(**values | {"others": [("何理事", "区慈善会")]} | changed)


def say(meeting, item, post, **changed):
    values = {
        "discussion": "各方说明了情况，一致同意",
        "decision": "OTHER",
        "decision_text": "上门核实以后按程序办理",
        "post": post,
        "days": 3,
    }
    return minutes.write(item.pk, minutes.Entry(**values | changed), version=item.version, by=meeting.chair)


def post_of(user):
    return user.memberships.get()


def page(browse, user, name, *args):
    return browse(user).get(reverse(f"windows:{name}", args=args))


@pytest.fixture
def convened(township, lead, medical, silent, unfit):
    with time_machine.travel(NOW, tick=False):
        made = services.arrange(township, "CASE", plan_of(lead, medical), by=lead)
        keys = [f"referral:{silent.pk}", f"case:{unfit.pk}"]
        made = services.set_agenda(made.pk, keys, version=made.version, by=lead)
        return services.convene(made.pk, version=made.version, by=lead)


@pytest.fixture
def held(convened, lead):
    with time_machine.travel(AFTER, tick=False):
        here = [guest.pk for guest in convened.guests.all()]
        return services.hold(convened.pk, here, version=convened.version, by=lead)


@pytest.fixture
def signed(held, lead, clerk, doctor):
    with time_machine.travel(AFTER, tick=False):
        first, second = held.items.all()
        say(held, first, post_of(doctor), decision="ASSIGN")
        say(held, second, post_of(clerk), decision="AMOUNT", amount=3000)
        minutes.sign(held.pk, version=held.version, by=lead)
    return Meeting.objects.get(pk=held.pk)


@time_machine.travel(NOW, tick=False)
def test_the_agenda_is_drawn_from_what_is_unsolved_and_names_nobody(browse, township, lead, medical, silent, unfit):
    answer = browse(lead).post(
        reverse("windows:meeting_new"),
        {"version": 0, "kind": "CASE", "title": "九月个案会商", "held_at": "2026-09-22T10:00", "place": "二楼", "chair": lead.pk,
         "organisations": [medical.pk], "others": "何理事 区慈善会 办公室"},
    )  # fmt: skip
    made = Meeting.objects.get()
    assert answer.url == reverse("windows:meeting_agenda", args=[made.pk])
    offered = {point.key: point for point in agenda.proposals(township)}
    assert {key: point.source for key, point in offered.items()} == {f"referral:{silent.pk}": "SILENT", f"case:{unfit.pk}": "UNFIT"}
    text = browse(lead).get(answer.url).content.decode()
    assert "司***" in text and NAME not in text
    sent = {"version": made.version, "keys": list(offered), "free_title": "备用金", "free_brief": f"{NAME}急用"}
    assert browse(lead).post(answer.url, sent).status_code == 422 and not made.items.exists()
    assert browse(lead).post(answer.url, sent | {"free_brief": "口径不一"}).status_code == 302
    assert [item.source for item in made.items.all()] == ["SILENT", "UNFIT", "FREE"]
    assert agenda.proposals(township) == []  # on an agenda already
    with pytest.raises(Refused, match="已经办结，或者另一次会议"):
        other = services.arrange(township, "CASE", plan_of(lead, medical), by=lead)
        services.set_agenda(other.pk, [f"case:{unfit.pk}"], version=other.version, by=lead)
    made.refresh_from_db()
    browse(lead).post(reverse("windows:meeting_convene", args=[made.pk]), {"version": made.version})
    browse(lead).post(
        reverse("windows:meeting_cancel", args=[made.pk]), {"version": made.version + 1, "reason": "主持人临时外出，另行通知"}
    )
    assert Meeting.objects.get(pk=made.pk).status == "CANCELLED" and len(agenda.proposals(township)) == 2


@time_machine.travel(NOW, tick=False)
def test_every_kind_of_open_problem_is_offered_once_with_its_reason(township, clerk, doctor, silent):
    escalation.escalate_all()  # the lead was told of the application that nothing fits
    referrals.send_back(silent.pk, reason="参保地不在本区", version=silent.version, by=doctor)
    objected, *refused = [log(clerk, township, serial=n) for n in (11, 12)] + [log(clerk, township, "TEKUN", serial=12)]
    ended = {"status": "DECLINED", "conclusion": "收入超过标准", "ended_at": clock.now()}
    Case.objects.filter(pk__in=[case.pk for case in refused]).update(**ended)
    village, today = township.children.first(), clock.today()
    task = {"organisation": village, "kind": "NOTICE", "title": "张贴", "due_on": today, "no_fee_reason": "随走访", "set_by": clerk}
    hung = Publicity.objects.create(
        case=objected, step=objected.steps.last(), village=village, ordinal=1, shown_name="试**", family_count=1, grants=True,
        phone="12345", starts_on=today, ends_on=date(2026, 9, 28), posted_by=clerk, task=VillageTask.objects.create(**task),
        notice=make_notice(township, by=clerk, public=False, prefix="公示"),
    )  # fmt: skip
    said = {"case": objected, "publicity": hung, "ordinal": 1, "anonymous": True, "channel": "LETTER", "text": "有门面出租"}
    NoticeObjection.objects.create(raised_on=today, recorded_by=clerk, due_on=date(2026, 10, 9), **said)
    late = log(clerk, township, "MARGINAL", serial=13)
    CaseStep.objects.filter(case=late, status="RUNNING").update(due_on=date(2026, 9, 18))
    escalation.escalate_all()
    found = {point.source: point for point in agenda.proposals(township)}
    assert set(found) == {"RETURNED", "OBJECTION", "UNFIT", "LATE", "REFUSED"}
    assert "退回：参保地不在本区" in found["RETURNED"].brief and "门面" not in found["OBJECTION"].brief
    assert found["LATE"].case == late and "一年内 2 次" in found["REFUSED"].brief


def test_the_invited_see_the_masked_agenda_and_nothing_else(browse, convened, township, lead, doctor, teacher, unfit, count_queries):
    with time_machine.travel(NOW, tick=False):
        text = page(browse, doctor, "meeting_detail", convened.pk).content.decode()
        assert "司***" in text and NAME not in text and "打开申请" not in text
        assert page(browse, doctor, "case_detail", unfit.pk).status_code == 403
        assert page(browse, teacher, "meeting_detail", convened.pk).status_code == 404
        assert page(browse, doctor, "meeting_agenda", convened.pk).status_code == 403
        assert [item.kind for item in reports.worklist(doctor) if item.title == convened.title] == ["参加会议"]
        assert Message.objects.filter(recipient=doctor, title="会议通知：九月个案会商").exists()
        draft = services.arrange(township, "CASE", plan_of(lead, convened.guests.first().organisation), by=lead)
        assert page(browse, doctor, "meeting_detail", draft.pk).status_code == 404
        browse(doctor).get("/")
        assert count_queries(browse(lead), reverse("windows:meeting_detail", args=[convened.pk])) <= 40
        with pytest.raises(Refused, match="之后才能登记到会"):
            services.hold(convened.pk, [], version=convened.version, by=lead)


def test_an_invited_lead_of_the_township_changes_nothing_at_the_bureaus_meeting(browse, chongqing, chief, lead):
    with time_machine.travel(NOW, tick=False):
        made = services.arrange(chongqing.home.bureau, "COORDINATION", plan_of(chief, chongqing.home.departments["MEDICAL"]), by=chief)
        MeetingGuest.objects.create(meeting=made, user=lead)
        made = services.set_agenda(made.pk, [], [("统一备用金口径", "各地不一")], version=made.version, by=chief)
        made = services.convene(made.pk, version=made.version, by=chief)
        assert page(browse, lead, "meeting_detail", made.pk).status_code == 200
        assert page(browse, lead, "meeting_agenda", made.pk).status_code == 403


def test_minutes_name_nobody_are_signed_by_the_chair_and_stand(held, lead, chief, clerk, doctor, browse):
    with time_machine.travel(AFTER, tick=False):
        first, second = held.items.all()
        with pytest.raises(Refused, match="申请人的姓名"):
            say(held, first, post_of(doctor), discussion=f"{NAME}家庭确有困难")
        say(held, first, post_of(doctor), decision="ASSIGN")
        with pytest.raises(Refused, match="还没有讨论情况和决定"):
            minutes.sign(held.pk, version=held.version, by=lead)
        say(held, second, None, decision="CARRY", days=None)
        with pytest.raises(Refused, match="由主持人（周主任）"):
            minutes.sign(held.pk, version=held.version, by=chief)
        minutes.sign(held.pk, version=held.version, by=lead)
        paper = Notice.objects.get(kind="windows.minutes")
        assert paper.number.startswith("会商纪要") and NAME not in str(paper.context) and "欧***" in str(paper.context)
        assert [row.kind for row in MeetingDecision.objects.all()] == ["ASSIGN"]
        with pytest.raises(Refused, match="不能记录讨论和决定"):
            say(held, second, post_of(clerk))
        assert [point.source for point in agenda.proposals(held.organisation)] == ["CARRIED", "UNFIT"]


def test_decisions_lie_with_their_owner_until_the_result_is_back_on_the_case(signed, browse, lead, clerk, chief, doctor, unfit, silent):
    with time_machine.travel(AFTER, tick=False):
        mine, other = MeetingDecision.objects.get(owner=doctor), MeetingDecision.objects.get(owner=clerk)
        assert mine.due_on == other.due_on == date(2026, 9, 28)  # the holiday of 25 September lies between
        assert [(item.kind, item.due_on) for item in reports.worklist(doctor) if item.url.endswith(f"/decisions/{mine.pk}/")] == [
            ("会议决定", mine.due_on)
        ]
        text = page(browse, doctor, "meeting_detail", signed.pk).content.decode()
        assert "欧***" in text and "司***" not in text  # the other item is no longer this office's business
        assert page(browse, doctor, "decision_detail", other.pk).status_code == 404
        heir = make_user(role=Role.DEPARTMENT_HANDLER, organisation=mine.owner_organisation)
        assert views.worklist(heir) == []
        doctor.memberships.update(ended_on=date(2026, 9, 21))  # who leaves leaves nothing behind that nobody sees
        assert [item.kind for item in views.worklist(heir)] == ["会议决定"]
        doctor.memberships.update(ended_on=None)
        reach.forget_reach(doctor)
        finish = reverse("windows:decision_finish", args=[mine.pk])
        assert browse(chief).post(finish, {"version": mine.version, "result": "已经签收并且答复窗口"}).status_code == 403
        assert browse(doctor).post(finish, {"version": mine.version, "result": "已办"}).status_code == 422
        assert browse(doctor).post(finish, {"version": mine.version, "result": "已经签收并且答复窗口"}).status_code == 302
        assert "已经签收并且答复窗口" in page(browse, clerk, "case_detail", silent.case_id).content.decode()
        assert AuditEvent.objects.filter(action="windows.case.decision_done", target_id=str(silent.case_id)).exists()
        assert Message.objects.filter(recipient=lead, title__startswith="会议决定已落实").exists()
        text = page(browse, clerk, "case_detail", unfit.pk).content.decode()
        assert "3,000.00 元" in text and "会商决定" in text
        assert [(row["n"], row["late"]) for row in views.open_by_office(chief)] == [(1, 0)]
        assert [bool(row["url"]) for row in views.of_case(clerk, silent.case)] == [True]
        Meeting.objects.filter(pk=signed.pk).update(organisation=signed.organisation.parent)  # as if the district had convened it
        assert [(bool(row["url"]), row["row"]) for row in views.of_case(clerk, silent.case)] == [(False, mine)]
    with time_machine.travel(datetime(2026, 9, 29, 2, tzinfo=UTC), tick=False):
        assert "其中逾期 1 项" in page(browse, chief, "overdue_board").content.decode()
        told = Message.objects.filter(title="会议决定已逾期")
        escalation.escalate_all()
        escalation.escalate_all()
        assert sorted(told.values_list("recipient__name", flat=True)) == ["周主任", "王经办"]


def test_a_correction_withdraws_the_paper_and_replaces_only_what_changed(signed, lead, clerk, doctor):
    with time_machine.travel(AFTER, tick=False):
        kept, former = MeetingDecision.objects.get(owner=doctor), MeetingDecision.objects.get(owner=clerk)
        with pytest.raises(Refused, match="现有 2 个字"):
            minutes.revise(signed.pk, reason="写错", version=signed.version, by=lead)
        again = minutes.revise(signed.pk, reason="金额写错了一个数", version=signed.version, by=lead)
        say(again, again.items.last(), post_of(clerk), decision="AMOUNT", amount=5000)
        second = minutes.sign(again.pk, version=again.version, by=lead)
        first = MeetingMinutes.objects.get(ordinal=1)
        assert first.notice.is_withdrawn and "金额写错了一个数" in first.notice.withdrawal_reason and second.reason == "金额写错了一个数"
        kept.refresh_from_db()
        former.refresh_from_db()
        assert (kept.status, former.status) == ("OPEN", "REPLACED")
        assert MeetingDecision.objects.open().get(owner=clerk).amount == 5000


def test_days_follow_a_corrected_calendar_and_the_database_holds_the_rest(signed, clerk, unfit):
    with time_machine.travel(AFTER, tick=False):
        row = MeetingDecision.objects.get(owner=clerk)
        MeetingDecision.objects.filter(pk=row.pk).update(due_on=date(2026, 9, 25))
        assert minutes.recompute(date(2026, 1, 1), date(2026, 12, 31), reason="工作日历更正") == 1
        MeetingDecision.objects.filter(pk=row.pk).update(due_on=None, due_note="日历尚未录入")
        assert minutes.fill_open_dates() == 1
        paper = {"notice": make_notice(signed.organisation, by=clerk, public=False, prefix="会"), "signed_by": clerk}
        for name, break_it in {
            "meeting_decision_done_in_words": lambda: MeetingDecision.objects.filter(pk=row.pk).update(status="DONE"),
            "meeting_decision_kind_fits": lambda: MeetingDecision.objects.filter(pk=row.pk).update(amount=None),
            "纪要签发后不能修改": lambda: MeetingMinutes.objects.update(ordinal=2),
            "更正须撤回后另签一版": lambda: signed.items.update(decision_text="另有内容"),
            "meeting_minutes_corrected_with_reason": lambda: MeetingMinutes.objects.create(meeting=signed, ordinal=2, **paper),
            "meeting_guest_is_one_of_three": lambda: MeetingGuest.objects.filter(user=None).update(name="甲"),
            "meeting_cancelled_with_reason": lambda: Meeting.objects.update(status="CANCELLED"),
        }.items():
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                break_it()
        Meeting.objects.update(status="HELD")
        with pytest.raises(IntegrityError, match="agenda_item_decided_has_owner_and_day"), transaction.atomic():
            signed.items.update(owner=None)
        assert Case.objects.get(pk=unfit.pk).is_open and clock.today() == date(2026, 9, 22)
