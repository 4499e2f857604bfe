"""The entrance without sign-in: from the first page to the account in the owner's hand, and what it never tells."""

import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Organisation, User
from accounts.roles import Role
from contractors.models import Application, Contractor, Debarment
from contractors.reports.entrance import told
from contractors.rules import SERVICE_LABELS, Condition
from contractors.services import admission, application, tidying
from procurement.services.catalogue import FILE
from records import clock
from records.models import StoredFile
from records.refusals import Refused, StaleVersion
from tests.contractors.factories import PDF, code, entrance_values, make_application, make_contractor, particulars
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "长江东去浪花淘尽英雄 2026"


@pytest.fixture
def bureau(chongqing):
    return chongqing.home.bureau


@pytest.fixture
def officer(bureau):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=bureau)


def at(name, *args):
    return reverse(f"contractors:{name}", args=args)


def first_page(bureau, *, key="k1", **more) -> dict:
    values = {name: value for name, value in entrance_values(**more).items() if value is not False}
    return values | {"district": bureau.pk, "idempotency_key": key}


def begun(bureau, client=None, **more) -> Client:
    client = client or Client()
    answer = client.post(reverse("application_start"), first_page(bureau, **more))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def fill(client) -> None:
    given = particulars() | {"name": "示例互助社", "legal_form": "SOCIAL_SERVICE", "uscc_reason": "证书所载"}
    assert client.post(reverse("application_edit"), given).status_code == 302
    for condition in Condition:
        data = {"statement": "见附件", "upload": SimpleUploadedFile("证明.pdf", PDF)}
        assert client.post(reverse("application_paper", args=[condition]), data).status_code == 302


def test_from_the_entrance_to_the_account_by_pages(bureau, officer, browse):
    client = begun(bureau)
    row = Application.objects.get()
    page = client.get(reverse("application_desk")).content.decode()
    secret = application.code_of("k1")
    assert row.number in page and secret in page and "提交前还缺" in page
    fill(client)
    certificate = {"title": "养老护理员证", "valid_until": "2030-01-01", "upload": SimpleUploadedFile("证.pdf", PDF)}
    assert client.post(reverse("application_paper", args=["QUALIFICATION"]), certificate).status_code == 302
    assert client.post(reverse("application_submit"), {"declared": "on", "declared_by": "冯某"}).status_code == 302
    bench = browse(officer)
    assert bench.get(at("application_list")).status_code == 200
    assert "示例互助社" in bench.get(at("application_detail", row.pk)).content.decode()
    odd = bench.post(at("application_approve", row.pk), {})
    assert odd.status_code == 422 and "校验不通过" in odd.content.decode()
    assert bench.post(at("application_approve", row.pk), {"reason": "证书已核对"}).status_code == 302
    other = Client()
    assert other.get(reverse("application_desk")).status_code == 302
    entered = other.post(reverse("application_enter"), {"number": row.number.lower(), "code": f" {secret[:4]}-{secret[4:].lower()} "})
    assert entered.status_code == 302
    assert other.post(reverse("application_claim"), {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    page = other.get(reverse("application_desk")).content.decode()
    assert "已登记，账号已领取" in page and "核实意见：证书已核对" in page
    contractor = Contractor.objects.get()
    admin = User.objects.get(username=contractor.uscc.lower())
    assert admin.check_password(PASSWORD)
    assert (contractor.status, contractor.created_by, contractor.verified_by) == ("verified", admin, officer)
    assert contractor.proofs.exclude(verified_on=None).count() == len(Condition)
    assert contractor.qualifications.get().kind == "养老护理员证"
    assert browse(admin).get(at("contractor_detail", contractor.pk)).status_code == 200


def test_p03_a_class_one_institution_is_refused_at_the_first_page_with_the_clause(bureau):
    answer = Client().post(reverse("application_start"), first_page(bureau, legal_form="INSTITUTION_1"))
    text = answer.content.decode()
    assert answer.status_code == 422 and "公益一类事业单位不得作为承接主体" in text and "财政部令第102号 第八条" in text
    assert not Application.objects.exists()


@pytest.mark.parametrize("form", ["COMMITTEE", "LABOUR_AGENCY", "COLLECTIVE"])
def test_p05_p33_a_doubtful_form_asks_for_words_and_the_verifier_for_a_reason(bureau, officer, form):
    with pytest.raises(Refused):
        application.begin(district=bureau, key="a", fingerprint="f", values=entrance_values(legal_form=form))
    row = make_application(bureau, legal_form=form, form_reason="有自有服务方案")
    with pytest.raises(Refused):
        admission.approve(row.pk, by=officer)
    admission.approve(row.pk, reason="已核查利益冲突", by=officer)
    event = AuditEvent.objects.filter(action="contractors.application.approved").get()
    assert event.detail["note"] == "已核查利益冲突" and event.detail["lifted"]


def test_nobody_learns_from_the_entrance_who_is_registered(bureau):
    known = make_contractor()
    answers = []
    for number, uscc in enumerate((known.uscc, code(987_654))):
        client = Client()
        posted = client.post(reverse("application_start"), first_page(bureau, key=f"k{number}", uscc=uscc))
        fill(client)
        sent = client.post(reverse("application_submit"), {"declared": "on", "declared_by": "冯某"})
        page = client.get(reverse("application_desk")).content.decode()
        answers.append((posted.status_code, sent.status_code, page.count("待核实"), page.count("已登记")))
    assert answers[0] == answers[1]


def test_a_code_that_is_registered_already_is_seen_by_the_bureau_and_never_entered_twice(bureau, officer, browse):
    known = make_contractor()
    row = make_application(bureau, uscc=known.uscc)
    page = browse(officer).get(at("application_detail", row.pk)).content.decode()
    assert f"已登记为“{known}”" in page
    with pytest.raises(Refused) as error:
        admission.approve(row.pk, reason="请求通过", by=officer)
    assert "已经登记过" in str(error.value)
    assert Contractor.objects.filter(uscc=known.uscc).count() == 1


def test_the_same_submission_makes_one_application_and_tells_the_same_code(bureau):
    values = first_page(bureau)
    for client in (Client(), Client()):
        client.post(reverse("application_start"), values)
        assert application.code_of("k1") in client.get(reverse("application_desk")).content.decode()
    assert Application.objects.count() == 1
    changed = Client().post(reverse("application_start"), values | {"name": "别的单位"})
    assert changed.status_code == 422 and "同一提交编号" in changed.content.decode()


def test_wrong_number_and_wrong_code_get_one_answer(bureau):
    begun(bureau)
    number = Application.objects.get().number
    tries = [{"number": number, "code": "A" * 16}, {"number": "DJ20260101AAAAAA", "code": "A" * 16}]
    answers = [Client().post(reverse("application_enter"), data) for data in tries]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("申请编号或查询码不正确" in answer.content.decode() for answer in answers)


def test_guessing_codes_is_slowed_down_by_number_and_by_address(bureau):
    begun(bureau)
    number, client = Application.objects.get().number, Client()
    answers = [client.post(reverse("application_enter"), {"number": number, "code": f"A{n}"}).status_code for n in range(12)]
    assert answers[:10] == [422] * 10 and answers[-1] == 429


def test_only_a_hash_of_the_code_is_kept(bureau):
    begun(bureau)
    row, secret = Application.objects.get(), application.code_of("k1")
    assert secret not in str({field.attname: getattr(row, field.attname) for field in Application._meta.concrete_fields})
    assert application.find(row.number, secret) == row
    assert application.find(row.number, secret[:-1]) is None


def test_what_was_typed_survives_a_refused_page_and_a_bad_paper_harms_no_other(bureau):
    client = begun(bureau)
    refused = client.post(
        reverse("application_edit"),
        particulars(introduction="写了很多内容" * 10, email="不是邮箱") | {"name": "甲", "legal_form": "FOUNDATION"},
    )
    assert refused.status_code == 422 and "写了很多内容写了很多内容" in refused.content.decode()
    client.post(reverse("application_paper", args=["CAPACITY"]), {"upload": SimpleUploadedFile("好.pdf", PDF)})
    bad = client.post(reverse("application_paper", args=["GOVERNANCE"]), {"upload": SimpleUploadedFile("坏.pdf", b"MZ\x90\x00")})
    assert bad.status_code == 422
    assert list(Application.objects.get().papers.values_list("kind", flat=True)) == ["CAPACITY"]
    assert StoredFile.objects.count() == 1


def test_an_applicant_reaches_no_paper_but_its_own(bureau):
    other = make_application(bureau, submitted=False)
    client = begun(bureau)
    paper = other.papers.exclude(file=None).first()
    assert client.get(reverse("application_file", args=[paper.pk])).status_code == 404
    client.post(reverse("application_remove", args=[paper.pk]))
    assert other.papers.filter(pk=paper.pk).exists()


def test_p07_an_incomplete_application_does_not_reach_the_desk(bureau):
    row = make_application(bureau, submitted=False, papers=False)
    with pytest.raises(Refused) as error:
        application.submit(row.pk, declared=True, declared_by="冯某")
    assert {breach.rule for breach in error.value.breaches} == {"P-07"} and len(error.value.breaches) == len(Condition)
    whole = make_application(bureau, submitted=False)
    with pytest.raises(Refused) as error:
        application.submit(whole.pk, declared=False, declared_by="冯某")
    assert "承诺" in str(error.value)


def test_p07_words_alone_are_no_proof_where_a_paper_is_asked(bureau):
    row = make_application(bureau, submitted=False)
    application.add_paper(row.pk, kind="INDEPENDENT", statement="有营业执照")
    with pytest.raises(Refused) as error:
        application.submit(row.pk, declared=True, declared_by="冯某")
    assert "只有文字说明" in str(error.value) and "政府采购法实施条例" in str(error.value.breaches[0].clause)


def test_p08_a_barred_organisation_is_not_entered_and_is_after_the_last_day(bureau, officer):
    row = make_application(bureau, submitted=False)
    today = clock.today()
    ban = Debarment.objects.create(
        uscc=row.uscc, name=row.name, decision_no="示例1号", issuer="示例市财政局", imported_by=officer,
        starts_on=today - timedelta(days=364), ends_on=today,
    )  # fmt: skip
    with pytest.raises(Refused) as error:
        application.submit(row.pk, declared=True, declared_by="冯某")
    assert [breach.rule for breach in error.value.breaches] == ["P-08"]
    Debarment.objects.filter(pk=ban.pk).update(ends_on=today - timedelta(days=1))
    application.submit(row.pk, declared=True, declared_by="冯某")
    admission.approve(row.pk, reason="证书已核对", by=officer)
    ban.refresh_from_db()
    assert ban.contractor.uscc == row.uscc  # the old decision now stands on the contractor's page


def test_sent_back_by_section_mended_and_sent_again(bureau, officer, browse):
    client = begun(bureau)
    fill(client)
    client.post(reverse("application_submit"), {"declared": "on", "declared_by": "冯某"})
    row = Application.objects.get()
    waiting = client.get(reverse("application_desk")).content.decode()
    assert client.post(reverse("application_edit"), particulars()).status_code == 302  # on the bureau's desk nothing changes
    row.refresh_from_db()
    assert row.status == "submitted"
    bench = browse(officer)
    assert bench.post(at("application_return", row.pk), {"papers": "  "}).status_code == 422
    assert bench.post(at("application_return", row.pk), {"papers": "财务报告不是最近年度", "services": "没有勾选照料"}).status_code == 302
    assert "系统不发短信和邮件" in waiting
    page = client.get(reverse("application_desk")).content.decode()
    assert "财务报告不是最近年度" in page and "没有勾选照料" in page
    assert all(text in page for text in ("退回补正", f"{bureau.name}，{clock.today()}", "重新提交"))
    client.post(reverse("application_submit"), {"declared": "on", "declared_by": "冯某"})
    row.refresh_from_db()
    assert (row.status, row.round) == ("submitted", 2)
    assert row.notes.count() == 2  # kept for good


def test_refused_for_good_needs_grounds_that_the_applicant_reads(bureau, officer):
    row = make_application(bureau)
    with pytest.raises(Refused):
        admission.refuse(row.pk, reason=" ", by=officer)
    admission.refuse(row.pk, reason="分类批复为公益一类", by=officer)
    with pytest.raises(Refused):
        application.edit(row.pk, values={"address": "别处"}, version=None)
    row.refresh_from_db()
    shown = told(row)
    assert (shown["title"], shown["again"]) == ("不予登记", True)
    assert shown["lines"][0].startswith(f"{bureau.name}，{clock.today()}") and "分类批复为公益一类" in shown["lines"][1]
    assert "可以重新申请" in shown["lines"][2]


def test_an_officer_of_another_district_neither_sees_nor_verifies(chongqing, bureau, browse):
    row = make_application(bureau)
    stranger = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=bureau)
    assert browse(stranger).get(at("application_detail", row.pk)).status_code == 404
    assert browse(stranger).post(at("application_approve", row.pk), {"reason": "x"}).status_code == 404
    assert browse(chief).get(at("application_detail", row.pk)).status_code == 200
    assert browse(chief).post(at("application_approve", row.pk), {"reason": "x"}).status_code == 403


def test_a_draft_is_the_applicants_alone(bureau, officer, browse):
    row = make_application(bureau, submitted=False)
    assert browse(officer).get(at("application_detail", row.pk)).status_code == 404


def test_the_account_is_taken_over_once_and_only_with_a_fit_password(bureau, officer):
    row = make_application(bureau)
    admission.approve(row.pk, reason="已核对", by=officer)
    with pytest.raises(Refused):
        admission.claim_account(row.pk, password="12345")
    user = admission.claim_account(row.pk, password=PASSWORD)
    assert user.check_password(PASSWORD)
    with pytest.raises(Refused):
        admission.claim_account(row.pk, password=PASSWORD + "!")


def test_a_reissued_code_ends_the_old_one_and_what_it_had_opened(bureau, officer, browse):
    client = begun(bureau)
    fill(client)
    client.post(reverse("application_submit"), {"declared": "on", "declared_by": "冯某"})
    row, bench = Application.objects.get(), browse(officer)
    assert bench.post(at("application_code", row.pk), {"reason": ""}).status_code == 422
    bench.post(at("application_code", row.pk), {"reason": "核验身份证原件"})
    page = bench.get(at("application_detail", row.pk)).content.decode()
    assert "只显示这一次" in page and "只显示这一次" not in bench.get(at("application_detail", row.pk)).content.decode()
    assert client.get(reverse("application_desk")).status_code == 302
    assert application.find(row.number, application.code_of("k1")) is None


def test_a_stale_verdict_loses_and_reads_who_was_first(bureau, officer):
    row = make_application(bureau)
    version = row.version
    admission.send_back(row.pk, notes={"papers": "补交"}, version=version, by=officer)
    with pytest.raises(StaleVersion):
        admission.approve(row.pk, reason="好", version=version, by=officer)


def test_the_database_holds_no_approved_application_without_its_contractor(bureau):
    row = make_application(bureau)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(status="approved")


def test_worklist_names_the_application_for_its_bureau_only(chongqing, bureau, officer, browse):
    row = make_application(bureau)
    assert f"核实登记申请：{row.name}" in browse(officer).get("/").content.decode()
    stranger = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)
    assert row.name not in browse(stranger).get("/").content.decode()


def test_list_of_applications_asks_the_same_number_of_questions_for_one_and_thirty(bureau, officer, browse, count_queries):
    make_application(bureau)
    client = browse(officer)
    count_queries(client, at("application_list"))
    one = count_queries(client, at("application_list"))
    for _ in range(12):
        make_application(bureau)
    assert count_queries(client, at("application_list")) == one


def test_the_kinds_of_service_are_those_of_the_purchase_catalogue(db):
    from_catalogue = {row["code"]: row["name"] for row in catalogue_rows()}
    assert from_catalogue == SERVICE_LABELS


def catalogue_rows():
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["item"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_exactly_one_succeeds(chongqing):
    bureau = chongqing.home.bureau
    people = [make_user(role=Role.PURCHASE_OFFICER, organisation=bureau) for _ in range(2)]
    row = make_application(bureau)

    def press(user):
        try:
            admission.approve(row.pk, reason="证书已核对", by=user)
            return "done"
        except Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, people)) == ["done", "refused"]
    assert Contractor.objects.filter(uscc=row.uscc).count() == 1
    assert Organisation.objects.filter(code=row.uscc).count() == 1
    assert User.objects.filter(username=row.uscc.lower()).count() == 1


def test_a_draft_never_sent_is_forgotten_after_sixty_days_with_its_papers(bureau):
    old, fresh, sent = (make_application(bureau, submitted=submitted) for submitted in (False, False, True))
    Application.objects.filter(pk__in=[old.pk, sent.pk]).update(created_at=clock.now() - timedelta(days=61))
    files = list(old.papers.exclude(file=None).values_list("file", flat=True))
    assert tidying.forget_drafts() == 1
    assert set(Application.objects.all()) == {fresh, sent}
    assert files and not StoredFile.objects.filter(pk__in=files).exists()
