"""Who sees what on the pages of this app, and at what cost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records import files, jobs, notices, workdays
from records.exports import xlsx
from records.models import CalendarYear, Job, Message, PolicyValue
from tests.factories import make_user
from tests.records.factories import make_job, make_message, make_notice, make_value

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(chongqing):
    """Owner and colleague at one bureau, the superior at the city, a stranger from another district."""
    home = chongqing.home.bureau
    return {
        "owner": make_user(role=Role.PURCHASE_OFFICER, organisation=home),
        "colleague": make_user(role=Role.BUREAU_CHIEF, organisation=home),
        "superior": make_user(role=Role.CITY_BUREAU, organisation=chongqing.city),
        "stranger": make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau),
    }


def answers(browse, people, url) -> dict:
    return {who: browse(user).get(url).status_code for who, user in people.items()}


LISTS = ["clause_list", "calendar_list", "value_list", "job_list", "message_list", "notice_list", "calendar_import"]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_empty(name, browse, people):
    response = browse(people["superior"]).get(reverse(f"records:{name}"))

    assert response.status_code == 200
    assert 'lang="zh-CN"' in response.content.decode()


@pytest.mark.parametrize("name", [*LISTS, "message_read_all"])
def test_nobody_signed_out_gets_in_except_to_the_clauses(name, client):
    response = client.get(reverse(f"records:{name}"))

    assert (response.status_code == 200) == (name == "clause_list")


def test_an_upload_is_served_to_its_sender_only(browse, people, chongqing):
    stored = files.store_bytes(b"%PDF-1.4 x", "报告.pdf", organisation=chongqing.home.bureau, by=people["owner"])

    url = reverse("records:file_download", args=[stored.uuid])
    assert answers(browse, people, url) == {"owner": 200, "colleague": 404, "superior": 404, "stranger": 404}


def test_a_job_and_its_result_belong_to_whoever_asked(browse, people, chongqing):
    job = make_job(chongqing.home.bureau, people["owner"])
    stored = files.store_bytes(b"x", "a.csv", organisation=chongqing.home.bureau, by=None)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE, result=stored)

    for name in ("job_detail", "job_file"):
        expected = {"owner": 200, "colleague": 404, "superior": 404, "stranger": 404}
        assert answers(browse, people, reverse(f"records:{name}", args=[job.pk])) == expected


def test_a_job_without_result_has_no_file(browse, people, chongqing):
    job = make_job(chongqing.home.bureau, people["owner"])

    assert browse(people["owner"]).get(reverse("records:job_file", args=[job.pk])).status_code == 404


def test_htmx_gets_the_progress_alone_and_stops_asking_when_done(browse, people, chongqing):
    job = make_job(chongqing.home.bureau, people["owner"])
    url, client = reverse("records:job_detail", args=[job.pk]), browse(people["owner"])

    waiting = client.get(url, headers={"HX-Request": "true"}).content.decode()
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, failure="样例原因")
    failed = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in waiting
    assert "hx-trigger" in waiting
    assert "hx-trigger" not in failed
    assert "样例原因" in failed
    assert reverse("records:job_retry", args=[job.pk]) in failed


def test_retry_is_for_failed_jobs_of_ones_own(browse, people, chongqing):
    job = make_job(chongqing.home.bureau, people["owner"])
    url = reverse("records:job_retry", args=[job.pk])

    assert browse(people["owner"]).post(url).status_code == 422
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, attempts=3)
    assert browse(people["colleague"]).post(url).status_code == 404
    assert browse(people["owner"]).post(url).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.QUEUED, 0)


def test_public_notices_follow_the_tree_and_inner_ones_their_issuer(browse, people, chongqing):
    shown = make_notice(chongqing.home.bureau, by=people["owner"], public=True)
    inner = make_notice(chongqing.home.bureau, by=people["owner"], public=False)

    url = reverse("records:notice_detail", args=[shown.pk])
    assert answers(browse, people, url) == {"owner": 200, "colleague": 200, "superior": 200, "stranger": 404}
    url = reverse("records:notice_detail", args=[inner.pk])
    assert answers(browse, people, url) == {"owner": 200, "colleague": 404, "superior": 404, "stranger": 404}


def test_withdrawing_needs_the_permission_there_and_a_reason(browse, people, chongqing):
    notice = make_notice(chongqing.home.bureau, by=people["owner"])
    url = reverse("records:notice_withdraw", args=[notice.pk])

    assert browse(people["stranger"]).post(url, {"reason": "x"}).status_code == 404
    assert browse(people["colleague"]).post(url, {"reason": "x"}).status_code == 403
    assert browse(people["owner"]).post(url, {"reason": " "}).status_code == 422
    assert browse(people["owner"]).post(url, {"reason": "附件有误"}).status_code == 302
    notice.refresh_from_db()
    assert notice.withdrawal_reason == "附件有误"


def test_a_message_is_its_recipients_alone(browse, people):
    make_message(people["owner"], url="/records/clauses/")
    message = Message.objects.get()
    url = reverse("records:message_open", args=[message.pk])

    assert browse(people["superior"]).post(url).status_code == 404
    response = browse(people["owner"]).post(url)
    assert (response.status_code, response.url) == (302, "/records/clauses/")
    message.refresh_from_db()
    assert message.read_at is not None


def test_a_message_never_leads_out_of_the_house(browse, people):
    make_message(people["owner"], url="https://example.com/evil")

    response = browse(people["owner"]).post(reverse("records:message_open", args=[Message.objects.get().pk]))

    assert response.url == reverse("records:message_list")


def test_a_value_is_set_by_one_and_confirmed_by_another(browse, people, chongqing):
    setter, confirmer = people["superior"], make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    url = reverse("records:value_set", args=["cap_ratio"])
    data = {"organisation": chongqing.city.pk, "value": "30", "effective_from": "2026-01-01", "source_document": "示例〔2026〕1号"}

    assert browse(setter).post(url, data).status_code == 302
    row = PolicyValue.objects.get()
    confirm = reverse("records:value_confirm", args=[row.pk])
    assert "由您设定，须由另一人确认" in browse(setter).get(reverse("records:value_detail", args=["cap_ratio"])).content.decode()
    assert browse(setter).post(confirm).status_code == 422
    assert browse(people["owner"]).post(confirm).status_code == 403
    assert browse(confirmer).post(confirm).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.confirmed_by) == ("confirmed", confirmer)
    shown = browse(people["stranger"]).get(reverse("records:value_detail", args=["cap_ratio"])).content.decode()
    assert "示例〔2026〕1号" in shown  # handed down from above


def test_a_value_out_of_bounds_comes_back_in_the_form(browse, people, chongqing):
    data = {"organisation": chongqing.city.pk, "value": "130", "effective_from": "2026-01-01", "source_document": "x"}
    response = browse(people["superior"]).post(reverse("records:value_set", args=["cap_ratio"]), data)

    assert response.status_code == 422
    assert "0–100%" in response.content.decode()
    assert not PolicyValue.objects.exists()


def test_a_bureau_cannot_set_the_value_of_another(browse, people, chongqing):
    data = {"organisation": chongqing.home.bureau.pk, "value": "3", "effective_from": "2026-01-01", "source_document": "x"}
    response = browse(people["stranger"]).post(reverse("records:value_set", args=["transfer_days"]), data)

    assert response.status_code == 200  # not a choice of the form
    assert not PolicyValue.objects.exists()


def calendar_file(rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("2027.xlsx", xlsx(["日期", "类型", "名称"], rows))


def test_a_new_year_is_previewed_then_confirmed(browse, people):
    client = browse(people["superior"])
    upload = calendar_file([["2027-01-01", "休息", "元旦"], ["2027-01-02", "上班", ""]])

    preview = client.post(reverse("records:calendar_import"), {"source": "国办示例", "file": upload})

    assert preview.status_code == 200
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert "2027-01-01" in preview.content.decode()
    done = client.post(reverse("records:calendar_confirm"), {"payload": preview.context["payload"]})
    assert done.status_code == 302
    workdays.refresh()
    assert [note.why for note in workdays.explain(date(2026, 12, 31), 1)][1:] == ["元旦", "调休上班"]
    assert AuditEvent.objects.filter(action="records.calendaryear.published").count() == 1


def test_bad_rows_of_a_calendar_are_named(browse, people):
    upload = calendar_file([["2027-02-30", "休息", ""], ["2027-03-01", "半天", ""]])

    response = browse(people["superior"]).post(reverse("records:calendar_import"), {"source": "x", "file": upload})

    assert response.status_code == 422
    text = response.content.decode()
    assert "第2行" in text
    assert "2027-02-30" in text
    assert "第3行" in text


def test_only_the_authority_imports_a_calendar(browse, people):
    url = reverse("records:calendar_import")
    assert answers(browse, people, url) == {"owner": 403, "colleague": 403, "superior": 200, "stranger": 403}


def test_a_forged_preview_is_refused(browse, people):
    response = browse(people["superior"]).post(reverse("records:calendar_confirm"), {"payload": "forged"})

    assert response.status_code == 422


def test_the_clause_card_answers_the_chip_and_unknown_clauses_are_404(client):
    url = reverse("records:clause_list")
    card = client.get(url, {"document": "渝民发〔2018〕4号", "number": "二（四）"}, headers={"HX-Request": "true"})

    assert "<html" not in card.content.decode()
    assert "五步流程" in card.content.decode()
    assert client.get(url, {"document": "渝民发〔2018〕4号", "number": "九"}).status_code == 404


def test_lists_cost_the_same_for_one_row_and_for_thirty(browse, people, chongqing, count_queries):
    owner, home = people["owner"], chongqing.home.bureau
    client = browse(owner)
    names = ["job_list", "message_list", "notice_list", "value_list"]

    def fill(rows):
        for _ in range(rows):
            make_job(home, owner)
            make_message(owner)
            make_notice(home, by=owner)

    def cost():
        workdays.refresh()
        return {name: count_queries(client, reverse(f"records:{name}")) for name in names}

    fill(1)
    make_value(home, owner, code="transfer_days", value="2")
    cost()
    one = cost()
    fill(29)
    for code in ("feedback_days", "acknowledge_days", "takeover_hours"):
        make_value(home, owner, code=code, value="4")

    assert cost() == one
    assert max(one.values()) <= 12, one


def test_the_public_check_tells_the_original_from_a_copy(client, chongqing):
    notice = make_notice(chongqing.home.bureau, public=True)
    notices.attach(notice, b"%PDF-1.4 the original")
    url = reverse("verify", args=[notices.spell_code(notice.code)])

    page = client.get(url).content.decode()
    assert notice.number in page
    assert "有效" in page
    same = client.post(url, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 the original")}).content.decode()
    other = client.post(url, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 a forged one")}).content.decode()
    assert "文件一致" in same
    assert "文件不一致" in other
    notices.withdraw(notice.pk, by=None, reason="金额有误")
    withdrawn = client.get(url).content.decode()
    assert "已撤回" in withdrawn
    assert "金额有误" in withdrawn


def test_the_check_of_an_inner_paper_shows_no_title(client, chongqing):
    notice = make_notice(chongqing.home.bureau, public=False, title="张三的一次性告知书")

    page = client.get(reverse("verify", args=[notice.code])).content.decode()

    assert "张三" not in page
    assert notice.number in page


def test_an_unknown_code_is_not_found_and_guessing_is_slowed(client):
    url = reverse("verify", args=["23456789ABCD"])

    answers = [client.get(url).status_code for _ in range(31)]

    assert set(answers[:30]) == {404}
    assert answers[30] == 429


def test_public_pages_show_published_papers_only(client, chongqing):
    shown = make_notice(chongqing.home.bureau, public=True, title="公开的公告")
    make_notice(chongqing.home.bureau, public=False, title="内部的文书")

    page = client.get(reverse("public_notices")).content.decode()

    assert "公开的公告" in page
    assert "内部的文书" not in page
    assert client.get(reverse("public_notice", args=[shown.code])).status_code == 200
    assert client.get(reverse("public_notice_file", args=[shown.code])).status_code == 404  # not drawn yet
    notices.attach(shown, b"%PDF-1.4 x")
    assert client.get(reverse("public_notice_file", args=[shown.code])).status_code == 200
    found = client.get(reverse("public_notices"), {"section": "evaluation"}).content.decode()
    assert "公开的公告" not in found


def test_a_typed_code_finds_its_paper(client, chongqing):
    notice = make_notice(chongqing.home.bureau)
    typed = notices.spell_code(notice.code).lower()

    response = client.get(reverse("verify_start"), {"code": typed})

    assert (response.status_code, response.url) == (302, reverse("verify", args=[notice.code]))


def test_a_refused_act_shows_its_clause_and_keeps_what_was_written(browse, people, chongqing):
    notice = make_notice(chongqing.home.bureau, by=people["owner"])
    url, client = reverse("records:notice_withdraw", args=[notice.pk]), browse(people["owner"])
    client.post(url, {"reason": "第一次撤回"})

    written = "第二次撤回的原因写得比较长，不应当因为被拒绝而丢失。"
    response = client.post(url, {"reason": written})

    assert response.status_code == 422
    page = response.content.decode()
    assert written in page
    assert "一门平台运行规则 文书公告" in page


def test_work_left_by_a_page_is_done_by_a_job(browse, people, chongqing):
    notice = make_notice(chongqing.home.bureau, by=people["owner"])

    assert jobs.run_pending() == 1
    notice.refresh_from_db()
    assert notice.file.content_type == "application/pdf"
    response = browse(people["owner"]).get(reverse("records:notice_file", args=[notice.pk]))
    assert response.content.startswith(b"%PDF-")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
