"""Villages help and the money goes with the work; what they find is followed up."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import python_calamine
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent
from accounts.roles import Role
from records.models import Message
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.windows.factories import log, make_clerk
from windows import reports as desk
from windows.models import Finding, VillageTask
from windows.rules import village as rules
from windows.services import village as services

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)  # a Monday
TODAY = date(2026, 9, 21)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home(chongqing):
    return chongqing.home.townships[0]


@pytest.fixture
def clerk(home):
    return make_clerk(home.organisation, name="王经办")


@pytest.fixture
def assistant(home):
    return make_user(role=Role.VILLAGE_ASSISTANT, organisation=home.villages[0], name="谢协理")


def jpeg() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "JPEG")
    return SimpleUploadedFile("公示.jpg", buffer.getvalue(), content_type="image/jpeg")


def set_one(home, clerk, kind="GUIDE", **fields) -> VillageTask:
    values = {"kind": kind, "title": "走访", "due_on": date(2026, 9, 25), "fee": Decimal("120"), "fund_source": "工作经费"} | fields
    return services.set_tasks([home.villages[0]], by=clerk, **values)[0]


def report(task, by, **fields) -> VillageTask:
    values = {"done_on": TODAY, "text": "已完成", "households": None, "photo": None, "version": task.version} | fields
    return services.report_task(task.pk, by=by, **values)


def rules_of(caught):
    return {breach.rule for breach in caught.value.breaches}


def test_w23_a_task_without_money_needs_a_written_reason_that_the_audit_keeps(home, clerk):
    with pytest.raises(Refused, match="费随事转") as caught:
        set_one(home, clerk, fee=None, fund_source="")
    assert rules_of(caught) == {"W-23"}
    task = set_one(home, clerk, fee=None, fund_source="", no_fee_reason="随日常走访完成")
    assert task.no_fee_reason == "随日常走访完成"
    assert AuditEvent.objects.get(action="windows.villagetask.set").detail["lifted"] == {"W-23": "随日常走访完成"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fund_source": " "}, "经费来源"),
        ({"fee": Decimal("0")}, "应大于零"),
        ({"due_on": date(2026, 9, 20)}, "已经过去"),
    ],
)
def test_w23_binding_faults_of_a_task(home, clerk, fields, words):
    with pytest.raises(Refused, match=words):
        set_one(home, clerk, no_fee_reason="理由也不能放行", **fields)
    assert not VillageTask.objects.exists()


def test_the_database_keeps_money_or_reason(home, clerk):
    task = set_one(home, clerk)
    with pytest.raises(IntegrityError, match="village_task_carries_money_or_reason"), transaction.atomic():
        VillageTask.objects.filter(pk=task.pk).update(fee=None)


def test_screening_asks_for_a_number_and_zero_is_one(home, clerk, assistant):
    task = set_one(home, clerk, kind="SCREENING")
    with pytest.raises(Refused, match="没有走访的填 0"):
        report(task, assistant)
    assert report(task, assistant, households=0).reports.get().households == 0


def test_a_posted_notice_needs_its_photo(home, clerk, assistant):
    task = set_one(home, clerk, kind="NOTICE")
    with pytest.raises(Refused, match="现场照片"):
        report(task, assistant)
    report(task, assistant, photo=jpeg())
    assert VillageTask.objects.get(pk=task.pk).status == "REPORTED"


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_kept(home, clerk, assistant):
    task = set_one(home, clerk, kind="NOTICE")
    with pytest.raises(Refused, match="未能上传"):
        report(task, assistant, photo=SimpleUploadedFile("公示.jpg", b"<script>alert(1)</script>"))
    task.refresh_from_db()
    assert (task.status, task.reports.count()) == ("OPEN", 0)


@pytest.mark.parametrize("day", [date(2026, 9, 18), date(2026, 9, 22)])
def test_a_report_is_neither_back_dated_before_the_task_nor_ahead(home, clerk, assistant, day):
    with pytest.raises(Refused, match="布置之日"):
        report(set_one(home, clerk), assistant, done_on=day)


def test_a_returned_task_gets_a_second_round_and_the_first_stays(home, clerk, assistant):
    task = report(set_one(home, clerk), assistant, text="第一次")
    task = services.return_task(task.pk, reason="缺走访户数", version=task.version, by=clerk)
    assert Message.objects.filter(recipient=assistant, title__startswith="任务退回").exists()
    task = report(task, assistant, text="第二次", households=12)
    task = services.accept_task(task.pk, version=task.version, by=clerk)
    assert [(row.ordinal, row.text, row.return_reason) for row in task.reports.all()] == [(1, "第一次", "缺走访户数"), (2, "第二次", "")]
    assert (task.status, task.accepted_by, task.accepted_on) == ("ACCEPTED", clerk, TODAY)


def test_two_who_accept_and_return_at_once_see_each_other(home, clerk, assistant):
    task = report(set_one(home, clerk), assistant)
    services.accept_task(task.pk, version=task.version, by=clerk)
    with pytest.raises((Refused, StaleVersion)):
        services.return_task(task.pk, reason="晚了", version=task.version, by=clerk)


def test_w10_a_finding_goes_to_the_window_with_a_day_to_act_by(home, clerk, assistant):
    finding = services.report_finding(home.villages[0], kind="NEED", situation="独居老人摔伤", place="3 组", by=assistant)
    assert finding.due_on == date(2026, 9, 23)
    assert Message.objects.filter(recipient=clerk, key=f"finding:{finding.pk}").exists()
    assert [item.kind for item in desk.worklist(clerk)] == ["主动发现"]
    urgent = services.report_finding(home.villages[0], kind="NEED", situation="断炊", name="某某", urgent=True, by=assistant)
    assert urgent.due_on == TODAY


def test_w10_a_finding_nobody_could_follow_up_is_refused(home, assistant):
    with pytest.raises(Refused, match="至少填一项") as caught:
        services.report_finding(home.villages[0], kind="NEED", situation="有困难", by=assistant)
    assert rules_of(caught) == {"W-10"}


def test_names_and_addresses_of_the_found_are_not_in_clear_in_the_database(home, assistant):
    finding = services.report_finding(
        home.villages[0], kind="NEED", situation="有困难", name="龘龘龘", phone="19900009999", place="五组", by=assistant
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, place FROM windows_finding WHERE id = %s", [finding.pk])
        kept = "".join(str(value) for value in cursor.fetchone())
    assert "龘" not in kept and "19900009999" not in kept and "五组" not in kept


def test_w10_the_answer_names_the_application_or_says_why_none(home, clerk, assistant):
    finding = services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="某某", by=assistant)
    values = {"version": finding.version, "by": clerk}
    with pytest.raises(Refused, match="请写明如何处理"):
        services.answer_finding(finding.pk, answer=" ", case=None, registered=False, **values)
    with pytest.raises(Refused, match="请选择已登记的申请"):
        services.answer_finding(finding.pk, answer="已登记", case=None, registered=True, **values)
    case = log(clerk, home.organisation)
    done = services.answer_finding(finding.pk, answer="已协助申请低保", case=case, registered=True, **values)
    assert (done.status, done.case) == ("REGISTERED", case)
    assert Message.objects.filter(recipient=assistant, key=f"finding-answered:{finding.pk}").exists()


def test_an_earlier_application_answers_no_later_report(home, clerk, assistant):
    breaches = list(rules.answer_breaches(answer="见申请", registered=True, reported_on=TODAY, case_on=date(2026, 9, 1)))
    assert [breach.rule for breach in breaches] == ["W-10"]


def test_the_assistant_reports_from_the_phone_page_and_twice_is_once(browse, home, clerk, assistant):
    task = set_one(home, clerk, kind="NOTICE")
    client, url = browse(assistant), reverse("windows:village_task_report", args=[task.pk])
    data = {"version": task.version, "done_on": "2026-09-21", "text": "已张贴", "households": "", "idempotency_key": "k"}
    assert client.post(url, data).status_code == 422
    answers = [client.post(url, data | {"photo": jpeg()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    shown = task.reports.get()
    photo = client.get(reverse("windows:village_photo", args=[task.pk, shown.pk]))
    assert photo["Content-Type"] == "image/jpeg"
    assert client.get(reverse("windows:village_photo", args=[task.pk, shown.pk + 1])).status_code == 404


def test_an_assistant_of_the_next_village_finds_nothing(browse, home, clerk, assistant):
    other = make_user(role=Role.VILLAGE_ASSISTANT, organisation=home.villages[1])
    task = set_one(home, clerk)
    finding = services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="某某", by=assistant)
    client = browse(other)
    assert client.get(reverse("windows:village_task", args=[task.pk])).status_code == 404
    assert client.get(reverse("windows:finding_detail", args=[finding.pk])).status_code == 404
    assert "走访" not in client.get(reverse("windows:village_home")).content.decode()


def test_the_township_sets_the_same_task_for_several_villages(browse, home, clerk):
    data = {
        "villages": [village.pk for village in home.villages], "kind": "SCREENING", "title": "冬季排查", "due_on": "2026-09-30",
        "fee": "200", "fund_source": "县级工作经费", "idempotency_key": "k",
    }  # fmt: skip
    client = browse(clerk)
    assert [client.post(reverse("windows:village_task_new"), data).status_code for _ in range(2)] == [302, 302]
    assert VillageTask.objects.count() == len(home.villages) > 1


def test_refused_tasks_say_why_and_keep_what_was_typed(browse, home, clerk):
    data = {"villages": [home.villages[0].pk], "kind": "SCREENING", "title": "冬季排查", "due_on": "2026-09-30"}
    page = browse(clerk).post(reverse("windows:village_task_new"), data)
    assert page.status_code == 422
    assert "费随事转" in page.content.decode() and 'value="冬季排查"' in page.content.decode()


def test_bureau_readers_see_the_name_of_the_found_and_only_they(browse, chongqing, home, assistant):
    finding = services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="龘龘龘", phone="12300000009", by=assistant)
    url = reverse("windows:finding_detail", args=[finding.pk])
    assert "龘龘龘" in browse(assistant).get(url).content.decode()
    colleague = make_user(role=Role.VILLAGE_ASSISTANT, organisation=home.villages[0])
    text = browse(colleague).get(url).content.decode()
    assert "龘龘龘" not in text and "12300000009" not in text


def test_the_years_fees_add_up_and_export(browse, home, clerk, assistant):
    for fee in ("120.50", "79.50"):
        task = report(set_one(home, clerk, fee=Decimal(fee)), assistant)
        services.accept_task(task.pk, version=task.version, by=clerk)
    client, url = browse(clerk), reverse("windows:village_fees")
    assert "200.00" in client.get(url).content.decode()
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(client.get(url, {"format": "xlsx"}).content)).get_sheet_by_index(0)
    assert sheet.to_python()[1][2:] == [2, 0, 200]


def test_queries_of_the_lists_do_not_grow(browse, home, clerk, assistant, count_queries):
    client = browse(clerk)
    urls = [reverse("windows:village_home"), reverse("windows:finding_list")]
    set_one(home, clerk)
    services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="某某", by=assistant)
    for url in urls:
        client.get(url)
    before = [count_queries(client, url) for url in urls]
    for _ in range(8):
        set_one(home, clerk)
        services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="某某", by=assistant)
    assert [count_queries(client, url) for url in urls] == before


def test_every_status_of_a_finding_beyond_reported_has_an_answer_in_the_database(home, assistant):
    finding = services.report_finding(home.villages[0], kind="NEED", situation="有困难", name="某某", by=assistant)
    with pytest.raises(IntegrityError, match="finding_ended_with_answer"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(status="CLOSED")
