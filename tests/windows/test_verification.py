"""家庭经济状况核对: asked with consent, sent by the district, answered once, settled after the applicant was heard."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import services
from accounts.models import AuditEvent
from accounts.roles import GRANTS, Permission, Role
from config.views import WORKLISTS
from records import jobs
from records.refusals import Refused
from tests.factories import make_user
from tests.windows.course import fresh, rules_of
from tests.windows.factories import log, make_verification_batch, resident_number
from windows.models import Case, VerificationRequest
from windows.rules import verification as rules
from windows.services import course, verification
from windows.services import verification_answers as answers
from windows.services.people import PersonData
from windows.services.verification_sheets import Line, normal, read_answers

TODAY = date(2026, 9, 21)
ASKED = {"name": "试验人", "accepted": True, "has_number": True, "consent_on": TODAY, "today": TODAY, "open_already": False}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"consent_on": None}, "先取得本人签字的核对授权书"),
        ({"consent_on": date(2026, 9, 22)}, "晚于今天"),
        ({"accepted": False}, "已受理"),
        ({"has_number": False}, "没有登记身份证号"),
        ({"open_already": True}, "不能重复提出"),
    ],
)
def test_db2_nobody_is_checked_without_consent_number_and_accepted_application(changed, words):
    assert list(rules.request_breaches(**ASKED)) == []
    found = list(rules.request_breaches(**(ASKED | changed)))
    assert [breach.rule for breach in found] == ["DB-2"]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("answer", "columns"),
    [
        (rules.Answer("CONSISTENT"), []),
        (rules.Answer("UNABLE"), []),
        (rules.Answer("INCONSISTENT", "车辆 1 辆", "车管"), []),
        (rules.Answer("INCONSISTENT"), ["items", "source"]),
        (rules.Answer("大概一致"), ["result"]),
        (rules.Answer("CONSISTENT", "长" * 1001, "源" * 121), ["items", "source"]),
    ],
)
def test_an_answer_says_what_does_not_agree_and_from_where(answer, columns):
    assert [column for column, _ in rules.answer_breaches(answer)] == columns


def test_the_first_answer_stands_and_a_different_one_is_told_apart():
    first, other = rules.Answer("CONSISTENT"), rules.Answer("INCONSISTENT", "存款", "银行")
    assert [rules.match([], first), rules.match([first], first), rules.match([first], other)] == ["add", "same", "differs"]
    assert rules.match([first, other], other) == "same"


HEARD = {
    "result": "INCONSISTENT", "decision": "ADOPTED", "heard": "车已报废", "heard_on": TODAY, "answered_on": TODAY,
    "reason": "已查验报废证明，不计入。", "today": TODAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({}, 0),
        ({"heard": " "}, 1),
        ({"heard_on": None}, 1),
        ({"heard_on": date(2026, 9, 20)}, 1),
        ({"heard_on": date(2026, 9, 22)}, 1),
        ({"reason": "属实"}, 1),
        ({"result": "UNABLE", "heard": "", "heard_on": None}, 1),
        ({"result": "UNABLE", "decision": "VISIT", "heard": "", "heard_on": None}, 0),
        ({"result": "CONSISTENT", "heard": "", "heard_on": None, "reason": ""}, 0),
    ],
)
def test_w15_what_does_not_agree_is_put_to_the_applicant_before_it_is_settled(changed, broken):
    assert [breach.rule for breach in rules.settle_breaches(**(HEARD | changed))] == ["W-15"] * broken


def test_contractors_third_parties_villages_and_buyers_hold_no_right_on_checks():
    rights = {Permission.VERIFICATION_VIEW, Permission.VERIFICATION_REQUEST, Permission.VERIFICATION_SEND}
    holders = {role for role, granted in GRANTS.items() if rights & granted}
    assert holders == {Role.BUREAU_CHIEF, Role.ASSISTANCE_OFFICER, Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK}


rows = pytest.mark.django_db


@pytest.fixture
def case(monday, clerk, township):
    return log(clerk, township)


@pytest.fixture
def batch(monday, clerk, township, officer):
    return make_verification_batch(clerk, township, officer)


def ask(case, by, **more):
    return verification.ask(case.pk, version=fresh(case).version, by=by, **({"consent_on": TODAY} | more))


def take(batch, by, *texts, number=None, channel="FILE"):
    return answers.take(batch.pk, [Line(2, number or resident_number(1), normal(*texts), {})], channel=channel, by=by)


def only(batch):
    return VerificationRequest.objects.get(batch=batch)


def settle(row, by, **changed):
    values = {"decision": "EXPLAINED", "heard": "车已报废，有证明", "heard_on": TODAY, "reason": "已查验报废证明，不计入。"}
    return verification.settle(row.pk, version=row.version, by=by, **(values | changed))


@rows
def test_a_member_is_registered_into_the_household_and_asked_about_once(case, clerk):
    member = PersonData(name="试验妻", id_number=resident_number(7))
    row = ask(case, clerk, relation="配偶", member=member)
    assert row.person.household_id == fresh(case).person.household_id is not None
    assert row.due_on == date(2026, 9, 24)
    with pytest.raises(Refused, match="不能重复提出"):
        ask(case, clerk, relation="配偶", member=member)
    with pytest.raises(Refused, match="另一姓名"):
        ask(case, clerk, relation="配偶", member=PersonData(name="别人", id_number=resident_number(7)))


@rows
def test_the_batch_takes_all_who_wait_and_its_file_is_sealed_at_rest_and_traced(case, clerk, officer, township):
    ask(case, clerk)
    ask(case, clerk, relation="配偶", member=PersonData(name="=HYPERLINK(1)", id_number=resident_number(7)))
    batch = verification.send_batch(township.district, kind="csv", by=officer)
    assert set(batch.requests.values_list("status", flat=True)) == {"SENT"}
    with pytest.raises(Refused, match="没有待送核对"):
        verification.send_batch(township.district, kind="csv", by=officer)
    with pytest.raises(Refused, match="还在生成"):
        verification.hand_out(batch.pk, by=officer)
    job = jobs.run(batch.job_id)
    assert (job.status, job.result) == ("done", None)
    kept, data = verification.hand_out(batch.pk, by=officer)
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [line[3] for line in table[1:]] == [resident_number(1), resident_number(7)]
    assert table[2][2] == "'=HYPERLINK(1)"
    assert AuditEvent.objects.get(action="windows.verificationbatch.downloaded").detail["sha256"] == kept.file_hash
    assert resident_number(1) not in str(AuditEvent.objects.values_list("detail", flat=True))


@rows
def test_a_different_second_answer_keeps_the_first_flags_it_and_opens_what_was_settled(batch, clerk, officer):
    assert take(batch, officer, "一致", "", "") == {"add": 1, "same": 0, "differs": 0}
    settle(only(batch), clerk, decision="ADOPTED", heard="", heard_on=None, reason="")
    assert take(batch, officer, "CONSISTENT", "", "", channel="API") == {"add": 0, "same": 1, "differs": 0}
    assert only(batch).status == "SETTLED"
    assert take(batch, officer, "不一致", "车辆 1 辆", "车管") == {"add": 0, "same": 0, "differs": 1}
    row = only(batch)
    assert (row.status, row.result, row.differs) == ("ANSWERED", "CONSISTENT", True)
    assert list(row.answers.values_list("ordinal", "result")) == [(1, "CONSISTENT"), (2, "INCONSISTENT")]
    assert fresh(batch).answered == 1


@rows
def test_an_answer_for_somebody_who_was_not_asked_about_refuses_the_whole_file(batch, officer):
    with pytest.raises(Refused, match="第 2 行：此人不在批次"):
        take(batch, officer, "一致", "", "", number=resident_number(9))
    assert only(batch).result == ""


@rows
def test_w15_a_bad_answer_alone_refuses_nobody(batch, clerk, officer):
    take(batch, officer, "不一致", "车辆 1 辆", "车管")
    row = only(batch)

    def decline():
        return course.conclude(
            row.case_id, outcome="DECLINED", reason="家庭财产超过规定标准。", version=fresh(row.case).version, by=officer
        )

    with pytest.raises(Refused, match="核对结果尚未处理") as caught:
        decline()
    assert rules_of(caught) == ["W-15"]
    with pytest.raises(Refused, match="须先听取申请人说明"):
        settle(row, clerk, heard="")
    settle(row, clerk, decision="ADOPTED")
    assert decline().status == Case.Status.DECLINED


@rows
def test_w14_no_confirmation_while_a_check_is_out_and_a_withdrawn_case_ends_its_checks(batch, clerk, officer):
    row = only(batch)
    found = [breach.rule for breach in verification.closing_breaches(row.case, confirming=True)]
    assert (found, list(verification.closing_breaches(row.case, confirming=False))) == (["W-14"], [])
    course.withdraw(row.case_id, reason="申请人自愿撤回申请。", version=fresh(row.case).version, by=clerk)
    assert only(batch).status == "STOPPED"
    with pytest.raises(Refused, match="已终止"):
        take(batch, officer, "一致", "", "")


@rows
def test_the_database_keeps_one_open_check_its_answer_time_and_its_district(batch, chongqing):
    row = only(batch)
    doubled = VerificationRequest(
        organisation=row.organisation, case=row.case, person=row.person, consent_on=TODAY, requested_by=row.requested_by
    )
    with pytest.raises(IntegrityError, match="verification_one_open_per_person"), transaction.atomic():
        doubled.save()
    mine = VerificationRequest.objects.filter(pk=row.pk)
    for name, values in {
        "verification_answered_has_time": {"status": "ANSWERED", "result": "CONSISTENT"},
        "核对批次和申请不属于同一区县": {"organisation": chongqing.districts[1].bureau},
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            mine.update(**values)


@rows
def test_a_file_is_shown_by_line_then_written_once(browse, batch, officer):
    found = ((resident_number(1), "不一致,车辆 1 辆,车管"), (resident_number(9), "一致,,"), ("5.1E+17", "一致,,"))
    text = "\r\n".join(["身份证号,核对结果,不一致项目,信息来源", *(f"{number},{rest}" for number, rest in found)])
    client, url = browse(officer), reverse("windows:verification_answers", args=[batch.pk])
    page = client.post(url, {"file": SimpleUploadedFile("结果.csv", text.encode("gb18030"))})
    words = page.content.decode()
    assert "首次反馈 1 人，与先到结果不同 0 人，不变 0 人，拒绝 2 行" in words
    assert "A3" in words
    assert "科学计数" in words
    assert resident_number(1) not in words  # masked, and sealed on its way
    assert only(batch).result == ""
    form = {"sealed": page.context["sealed"], "idempotency_key": "k1"}
    confirm = reverse("windows:verification_confirm", args=[batch.pk])
    assert client.post(confirm, {"sealed": form["sealed"][:-4]}).url == url
    assert [client.post(confirm, form).status_code for _ in range(2)] == [302, 302]
    assert only(batch).answers.count() == 1


@rows
def test_the_way_through_the_pages(browse, case, clerk, officer, township, chongqing):
    window, bureau = browse(clerk), browse(officer)
    new = reverse("windows:verification_new", args=[case.pk])
    assert new in window.get(reverse("windows:case_detail", args=[case.pk])).content.decode()
    form = {"version": fresh(case).version, "who": "applicant", "consent_on": "2026-09-21", "idempotency_key": "a"}
    assert window.post(new, form | {"consent_on": "2026-12-01"}).status_code == 422
    assert [window.post(new, form | {"idempotency_key": "b"}).status_code for _ in range(2)] == [302, 302]
    row = VerificationRequest.objects.get()
    assert any("1 人待送核对" in item.title for part in WORKLISTS for item in part(officer))
    batches = reverse("windows:verification_batches")
    assert "待送" in bureau.get(batches).content.decode()
    made = bureau.post(batches, {"organisation": township.district.pk, "kind": "xlsx"})
    jobs.run_pending()
    assert "取文件" in bureau.get(made.url).content.decode()
    sheet = bureau.post(reverse("windows:verification_file", args=[fresh(row).batch_id])).content
    with pytest.raises(Refused, match="不能写入|应为"):
        lines = read_answers(sheet, "批次.xlsx")
        assert [line.number for line in lines] == [resident_number(1)]
        answers.take(fresh(row).batch_id, lines, channel="FILE", by=officer)
    take(fresh(row).batch, officer, "不一致", "车辆 1 辆", "车管")
    detail = reverse("windows:verification_detail", args=[row.pk])
    assert any(item.url == detail for part in WORKLISTS for item in part(clerk))
    assert "车辆 1 辆" in window.get(detail).content.decode()
    settled = {"version": fresh(row).version, "decision": "EXPLAINED", "reason": "已查验报废证明，不计入。", "heard": ""}
    url = reverse("windows:verification_settle", args=[row.pk])
    assert window.post(url, settled).status_code == 422
    assert window.post(url, settled | {"heard": "车已报废", "heard_on": "2026-09-21"}).status_code == 302
    assert fresh(row).status == "SETTLED"
    export = bureau.get(reverse("windows:verification_export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert resident_number(1) not in export
    assert "按说明认定" in export


@rows
def test_strangers_find_nothing_and_those_who_serve_or_supervise_see_no_card(browse, batch, clerk, chongqing):
    row = only(batch)
    stranger = make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.districts[1].bureau)
    for name, pk in (("verification_detail", row.pk), ("verification_batch", batch.pk), ("verification_answers", batch.pk)):
        assert browse(stranger).get(reverse(f"windows:{name}", args=[pk])).status_code == 404
    firm = make_user(role=Role.CONTRACTOR_ADMIN, organisation=chongqing.contractors[0])
    assert browse(firm).get(reverse("windows:verification_list")).status_code == 403
    watcher = make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau)
    url = reverse("windows:case_detail", args=[row.case_id])
    assert "家庭经济状况核对</h2>" in browse(clerk).get(url).content.decode()
    assert "家庭经济状况核对</h2>" not in browse(watcher).get(url).content.decode()


@rows
def test_queries_do_not_grow_with_the_people(browse, batch, clerk, officer, township, count_queries):
    client, url = browse(officer), reverse("windows:verification_batch", args=[batch.pk])
    listed = reverse("windows:verification_list")
    client.get(url)
    first = [count_queries(client, page) for page in (url, listed)]
    for serial in range(20, 26):
        row = ask(log(clerk, township, serial=serial), clerk)
        VerificationRequest.objects.filter(pk=row.pk).update(status="SENT", batch=batch)
    assert [count_queries(client, page) for page in (url, listed)] == first


@rows
def test_a_system_takes_its_batch_and_posts_answers_over_the_api_once(client, batch, officer, chongqing):
    url = f"/api/v1/verification-batches/{batch.pk}/"
    ours = headers_of(officer)
    listed = client.get("/api/v1/verification-batches/?open=true", headers=ours).json()["results"]
    assert [one["id"] for one in listed] == [batch.pk]
    people = client.post(f"{url}people/", headers=ours).json()["people"]
    assert [one["id_number"] for one in people] == [resident_number(1)]
    assert AuditEvent.objects.filter(action="windows.verificationbatch.downloaded").count() == 1
    body = {"answers": [{"id_number": resident_number(1), "result": "UNABLE"}]}
    posts = [client.post(f"{url}answers/", body, content_type="application/json", headers=ours).json() for _ in range(2)]
    assert posts == [{"add": 1, "same": 0, "differs": 0}, {"add": 0, "same": 1, "differs": 0}]
    assert client.get("/api/v1/verification-batches/?open=true", headers=ours).json()["results"] == []
    wrong = {"answers": [{"id_number": resident_number(9), "result": "UNABLE"}]}
    refused = client.post(f"{url}answers/", wrong, content_type="application/json", headers=ours)
    assert (refused.status_code, refused.json()["breaches"][0]["rule"]) == (422, "DB-2")
    other = headers_of(make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.districts[1].bureau))
    assert client.get(url, headers=other).status_code == 404


def headers_of(user) -> dict:
    place = user.memberships.get().organisation
    _, secret = services.issue_token(user, place, purpose="核对系统", expires_on=date(2026, 10, 20), by=user, read_only=False)
    return {"authorization": f"Bearer {secret}"}
