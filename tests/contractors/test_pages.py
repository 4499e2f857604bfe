"""The register and each contractor's page, by role; and the services behind them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from contractors import reports, services
from contractors.models import Contractor, Debarment
from contractors.rules import Condition, same_control_breaches
from contractors.services import change
from records import clock
from records.refusals import Refused, StaleVersion
from tests.contractors.factories import code, make_contractor, make_contractor_admin, prove
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)


def at(name, *args):
    return reverse(f"contractors:{name}", args=args)


def test_offices_see_every_contractor_and_a_contractor_only_itself(chongqing, officer, browse):
    mine, other = make_contractor(), make_contractor()
    admin = make_contractor_admin(mine)
    far = make_user(role=Role.SUPERVISOR, organisation=chongqing.districts[2].bureau)
    clerk = make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation)
    assert set(Contractor.objects.visible_to(far)) == {mine, other}
    assert list(Contractor.objects.visible_to(admin)) == [mine]
    got = [browse(user).get(at("contractor_detail", other.pk)).status_code for user in (officer, far, admin, clerk)]
    assert got == [200, 200, 404, 403]


@pytest.mark.parametrize("verb", ["contractor_verify", "contractor_suspend", "contractor_reinstate", "papers_verify"])
def test_a_contractor_does_not_verify_itself(chongqing, browse, verb):
    contractor = make_contractor(verified=False)
    assert browse(make_contractor_admin(contractor)).post(at(verb, contractor.pk)).status_code == 403


def test_a_bureau_officer_does_not_edit_a_contractors_own_data(chongqing, officer, browse):
    contractor = make_contractor()
    assert browse(officer).get(at("contractor_edit", contractor.pk)).status_code == 403


def test_from_registration_to_verified_by_pages(chongqing, officer, browse):
    data = {"name": "演示养老服务中心", "uscc": code(900001), "uscc_reason": "证书所载"}
    data |= {"legal_form": "SOCIAL_SERVICE", "representative": "钱某"}
    client = browse(officer)
    assert client.post(at("contractor_new"), data | {"uscc_reason": ""}).status_code == 422
    assert client.post(at("contractor_new"), data).status_code == 302
    contractor = Contractor.objects.get(uscc=code(900001))
    assert client.post(at("contractor_verify", contractor.pk)).status_code == 422  # no proofs yet
    admin = browse(make_contractor_admin(contractor))
    for condition in Condition:
        upload = SimpleUploadedFile("证明.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF")
        data = {"condition": condition, "statement": "见附件"} | ({"upload": upload} if condition == Condition.CAPACITY else {})
        assert admin.post(at("proof_new", contractor.pk), data).status_code == 302
    client.post(at("papers_verify", contractor.pk), {"proofs": list(contractor.proofs.values_list("pk", flat=True))})
    assert client.post(at("contractor_verify", contractor.pk)).status_code == 422  # P-65: who entered it does not verify it
    second = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    assert browse(second).post(at("contractor_verify", contractor.pk)).status_code == 302
    contractor.refresh_from_db()
    assert (contractor.status, contractor.verified_by) == ("verified", second)
    proof = contractor.proofs.get(condition=Condition.CAPACITY)
    assert client.get(at("paper_file", contractor.pk, "proof", proof.pk)).status_code == 200
    assert client.get(at("contractor_detail", contractor.pk)).status_code == 200


def test_a_paper_is_not_served_under_another_contractor(chongqing, officer, browse):
    contractor, other = make_contractor(), make_contractor()
    proof = contractor.proofs.first()
    assert browse(officer).get(at("paper_file", other.pk, "proof", proof.pk)).status_code == 404


def test_a_form_of_the_class_one_institution_is_never_verified(chongqing, officer):
    contractor = make_contractor(verified=False, legal_form="INSTITUTION_1")
    prove(contractor, by=officer)
    with pytest.raises(Refused) as error:
        services.verify(contractor.pk, by=officer, reason="请求通过")
    assert [breach.rule for breach in error.value.breaches] == ["P-03"]


def test_a_village_committee_is_verified_with_a_reason_only(chongqing, officer):
    contractor = make_contractor(verified=False, legal_form="COMMITTEE")
    prove(contractor, by=officer)
    with pytest.raises(Refused):
        services.verify(contractor.pk, by=officer)
    assert services.verify(contractor.pk, by=officer, reason="已核查无利益冲突").status == "verified"


def test_a_changed_section_waits_for_verification_and_the_old_one_stays_in_force(chongqing, officer):
    contractor = make_contractor(address="渝中区旧路1号")
    admin, version = make_contractor_admin(contractor), contractor.version
    wanted = {"legal_form": "SOCIAL_SERVICE", "fiscally_funded": False, "small_business": False, "address": "渝中区新路2号"}
    row = change.propose(contractor.pk, section="basics", values=wanted, statement="搬迁", by=admin, version=version)
    contractor.refresh_from_db()
    assert (contractor.status, contractor.address) == ("verified", "渝中区旧路1号")
    with pytest.raises(Refused):  # one at a time
        change.propose(contractor.pk, section="basics", values=wanted | {"address": "别处"}, statement="再搬", by=admin)
    change.judge(row.pk, accepted=True, by=officer)
    contractor.refresh_from_db()
    assert (contractor.status, contractor.address) == ("verified", "渝中区新路2号")
    with pytest.raises(StaleVersion):
        change.edit_contact(contractor.pk, values={"phone": "02300000000"}, version=version, by=admin)


def test_id_number_of_the_head_is_neither_in_clear_nor_on_the_page(chongqing, officer, browse):
    contractor = make_contractor(representative_id="500100190001010014")
    stored = Contractor.objects.filter(pk=contractor.pk).extra(select={"raw": "representative_id"}).values_list("raw", flat=True)[0]
    assert "500100190001010014" not in stored
    assert "500100190001010014" not in browse(officer).get(at("contractor_detail", contractor.pk)).content.decode()


def test_finance_officer_enters_a_ban_and_only_of_a_finance_department(chongqing, browse):
    contractor = make_contractor()
    finance_officer = make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau)
    today = clock.today()
    data = {
        "decision_no": "渝财采罚〔2026〕1号", "issuer": "重庆市财政局", "uscc": contractor.uscc, "name": str(contractor),
        "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=500)).isoformat(),
    }  # fmt: skip
    client = browse(finance_officer)
    assert client.post(at("debarment_new", contractor.pk), data | {"issuer": "重庆市民政局"}).status_code == 422
    assert client.post(at("debarment_new", contractor.pk), data).status_code == 302
    assert contractor.is_debarred(today)
    assert contractor.is_debarred(today + timedelta(days=500))
    assert not contractor.is_debarred(today + timedelta(days=501))


def test_purchase_officer_may_not_enter_a_ban(chongqing, officer, browse):
    contractor = make_contractor()
    assert browse(officer).post(at("debarment_new", contractor.pk), {}).status_code == 403
    with pytest.raises(Refused) as error:
        services.import_debarment(
            contractor, decision_no="民〔2026〕1号", issued_by=chongqing.home.bureau, by=officer,
            starts_on=clock.today(), ends_on=clock.today() + timedelta(days=500),
        )  # fmt: skip
    assert "只能由财政部门决定" in str(error.value)
    assert not Debarment.objects.exists()


def test_a_published_result_is_written_once_and_corrected_in_place(chongqing):
    contractor = make_contractor()
    for score, grade in ((92, "优"), (79, "中")):
        services.record_performance(
            contractor, purchaser=chongqing.home.bureau, year=clock.today().year, subject="家计调查", score=score, grade=grade
        )
    assert reports.recent_grades(contractor, on=clock.today()) == ["中"]


def test_p48_grades_older_than_three_years_no_longer_count(chongqing):
    contractor, year = make_contractor(), clock.today().year
    for back, grade in ((3, "差"), (2, "良"), (0, "优")):
        services.record_performance(contractor, purchaser=chongqing.home.bureau, year=year - back, subject="巡访", score=80, grade=grade)
    assert reports.recent_grades(contractor, on=clock.today()) == ["良", "优"]


def test_list_asks_the_same_number_of_questions_for_one_and_thirty(chongqing, officer, browse, count_queries):
    make_contractor(by=officer)
    client = browse(officer)
    count_queries(client, at("contractor_list"))  # the first request of a process fills caches
    one = count_queries(client, at("contractor_list"))
    for _ in range(15):
        make_contractor(by=officer, verified=False)
    assert count_queries(client, at("contractor_list")) == one


def test_worklist_names_what_waits_for_whom(chongqing, officer):
    waiting = make_contractor(verified=False)
    admin = make_contractor_admin(waiting)
    services.submit_qualification(waiting, kind="护理员证", valid_until=clock.today() + timedelta(days=9), by=admin)
    assert [item.title for item in reports.worklist(officer)] == [f"核实承接主体：{waiting}"]
    assert [item.title for item in reports.worklist(admin)] == ["资质即将到期：护理员证"]


def test_search_stays_in_reach(chongqing, officer):
    mine, other = make_contractor(name="晨光服务中心"), make_contractor(name="晨曦服务中心")
    assert {hit.title for hit in reports.search(officer, "晨")} == {str(mine), str(other)}
    assert [hit.title for hit in reports.search(make_contractor_admin(mine), "晨")] == [str(mine)]


def test_api_shows_the_register_in_reach_without_personal_numbers(chongqing, officer, browse):
    mine, _ = make_contractor(representative_id="500100190001010014"), make_contractor()
    answer = browse(officer).get("/api/v1/contractors/")
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 2
    assert "representative" not in answer.content.decode()
    own = browse(make_contractor_admin(mine)).get("/api/v1/contractors/").json()["results"]
    assert [row["id"] for row in own] == [mine.pk]


def test_p10_who_controls_a_contractor_is_recorded_by_form_and_bars_its_rival(chongqing, officer, browse):
    held, holder = make_contractor(), make_contractor()
    client, url = browse(officer), at("controller_new", held.pk)
    assert url in client.get(at("contractor_detail", held.pk)).content.decode()
    wrong = client.post(url, {"kind": "HOLDING", "name": str(holder), "uscc": holder.uscc[:-1]})
    assert wrong.status_code == 422 and "17 位" in wrong.content.decode()
    assert client.post(url, {"kind": "HOLDING", "name": str(holder), "uscc": holder.uscc.lower()}).status_code == 302
    found = list(same_control_breaches(reports.control(held), [reports.control(holder)]))
    assert [breach.rule for breach in found] == ["P-10"] and "直接控股、管理关系" in found[0].message
    assert browse(make_contractor_admin(held)).post(url, {"name": "甲", "uscc": holder.uscc}).status_code == 403
