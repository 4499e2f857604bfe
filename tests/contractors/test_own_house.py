"""A contractor's own house: changes by section, its people's accounts, and the page everybody may read."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from contractors import services
from contractors.models import ContractorChange
from contractors.services import change, colleagues, reminders
from records import clock
from records.models import Message
from records.refusals import Refused
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"contractors:{name}", args=args)


@pytest.fixture
def firm(db, chongqing):
    contractor = make_contractor(name="晨光服务中心", services=["A1", "B1"], phone="023-1234567")
    return contractor, make_contractor_admin(contractor)


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)


def test_contact_and_services_change_at_once(firm, browse):
    contractor, admin = firm
    data = {"contact_name": "卫某", "phone": "12300000002", "services": ["B2"], "introduction": "", "version": contractor.version}
    assert browse(admin).post(at("contractor_edit", contractor.pk), data).status_code == 302
    contractor.refresh_from_db()
    assert (contractor.services, contractor.contact_name, contractor.status) == (["B2"], "卫某", "verified")


def test_a_new_head_waits_with_its_number_encrypted_until_verified(firm, officer, browse):
    contractor, admin = firm
    data = {"representative": "蒋某", "representative_id": "500100190001010014", "statement": "换届"}
    assert browse(admin).post(at("change_new", contractor.pk, "head"), data).status_code == 302
    row = ContractorChange.objects.get()
    assert "500100190001010014" not in str(row.values)
    bench = browse(officer)
    page = bench.get(at("contractor_detail", contractor.pk)).content.decode()
    assert "蒋某" in page and "500100190001010014" not in page
    assert browse(admin).post(at("change_judge", row.pk), {"verdict": "accepted"}).status_code == 403
    assert bench.post(at("change_judge", row.pk), {"verdict": "accepted"}).status_code == 302
    contractor.refresh_from_db()
    assert (contractor.representative, contractor.representative_id) == ("蒋某", "500100190001010014")
    assert contractor.representative_index


def test_a_change_is_refused_with_a_reason_and_the_old_entry_stays(firm, officer):
    contractor, admin = firm
    row = change.propose(contractor.pk, section="head", values={"representative": "沈某"}, statement="换届", by=admin)
    with pytest.raises(Refused):
        change.judge(row.pk, accepted=False, by=officer)
    change.judge(row.pk, accepted=False, reason="任命文件不是本单位的", by=officer)
    contractor.refresh_from_db()
    assert contractor.representative != "沈某"


def test_p03_a_change_into_a_form_that_may_not_contract_is_refused(firm):
    contractor, admin = firm
    values = {"legal_form": "INSTITUTION_1", "fiscally_funded": True, "small_business": False, "address": "示例路"}
    with pytest.raises(Refused) as error:
        change.propose(contractor.pk, section="basics", values=values, statement="改制", by=admin)
    assert [breach.rule for breach in error.value.breaches] == ["P-03"]


def test_an_administrator_opens_an_account_and_hands_over_a_password_once(firm, browse):
    contractor, admin = firm
    client = browse(admin)
    data = {"short": "zhang", "name": "张某", "role": "CONTRACTOR_REPORTER"}
    assert client.post(at("colleague_new", contractor.pk), data).status_code == 302
    user = User.objects.get(username=f"{contractor.uscc.lower()}-zhang")
    assert user.must_change_password and user.memberships.get().role == Role.CONTRACTOR_REPORTER
    assert "只显示这一次" in client.get(at("colleague_list", contractor.pk)).content.decode()
    assert "只显示这一次" not in client.get(at("colleague_list", contractor.pk)).content.decode()
    assert client.post(at("colleague_new", contractor.pk), data).status_code == 422  # the name is taken


@pytest.mark.parametrize("role", ["PURCHASE_OFFICER", "BUREAU_CHIEF", "EXPERT"])
def test_no_other_role_can_be_given_away(firm, browse, role):
    contractor, admin = firm
    client = browse(admin)
    assert client.post(at("colleague_new", contractor.pk), {"short": "li", "name": "李某", "role": role}).status_code == 422
    with pytest.raises(Refused):
        colleagues.open_account(contractor, short="li", name="李某", role=role, by=admin)


def test_an_administrator_touches_no_account_of_another_house_and_not_its_own(firm, chongqing, browse):
    contractor, admin = firm
    stranger = make_contractor_admin(make_contractor())
    client = browse(admin)
    for name in ("colleague_active", "colleague_password"):
        assert client.post(at(name, contractor.pk, stranger.pk), {"reason": "x"}).status_code == 404
        assert client.post(at(name, contractor.pk, admin.pk), {"reason": "x"}).status_code == 422
    assert browse(stranger).get(at("colleague_list", contractor.pk)).status_code == 404


def test_who_also_works_elsewhere_is_not_the_contractors_to_close(firm, chongqing):
    contractor, admin = firm
    double = make_contractor_admin(contractor)
    double.memberships.create(organisation=chongqing.pool, role=Role.EXPERT, started_on=clock.today())
    assert double not in colleagues.people_of(contractor)


def test_a_closed_account_loses_its_session_and_keeps_its_record(firm, browse):
    contractor, admin = firm
    user, _ = colleagues.open_account(contractor, short="wang", name="王某", role="CONTRACTOR_REPORTER", by=admin)
    assert browse(admin).post(at("colleague_active", contractor.pk, user.pk), {"reason": "离职"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active and user.memberships.exists()


def test_expiring_certificates_are_told_thirty_and_seven_days_before_and_once_after(firm):
    contractor, admin = firm
    today = clock.today()
    for kind, days in (("甲证", 30), ("乙证", 7), ("丙证", -1), ("丁证", 90)):
        services.submit_qualification(contractor, kind=kind, valid_until=today + timedelta(days=days), by=admin)
    assert reminders.tell_expiring(today) == 3
    assert reminders.tell_expiring(today) == 3  # again: the same messages, none twice
    assert sorted(Message.objects.filter(recipient=admin).values_list("title", flat=True)) == [
        "资质“丙证”已经到期", "资质“乙证”7 天内到期", "资质“甲证”30 天内到期",
    ]  # fmt: skip


def test_a_renewed_certificate_is_no_reason_to_remind(firm):
    contractor, admin = firm
    today = clock.today()
    for days in (3, 900):
        services.submit_qualification(contractor, kind="甲证", valid_until=today + timedelta(days=days), by=admin)
    assert reminders.tell_expiring(today) == 0


def test_everybody_reads_the_register_and_nothing_of_persons(firm, client):
    contractor, _ = firm
    make_contractor(name="未核实的单位", verified=False)
    services.record_performance(contractor, purchaser=contractor.organisation.parent, year=2025, subject="巡访", score=92, grade="优")
    page = client.get(reverse("public_contractor_list")).content.decode()
    assert "晨光服务中心" in page and "优（2025 年）" in page and "未核实的单位" not in page
    own = client.get(reverse("public_contractor", args=[contractor.uscc])).content.decode()
    assert "照料护理" in own and "023-1234567" not in own and contractor.representative not in own


@pytest.mark.parametrize(
    ("query", "found"),
    [({"service": "B1"}, True), ({"service": "B7"}, False), ({"grade": "优"}, True), ({"grade": "差"}, False), ({"q": "晨光"}, True),
     ({"q": "没有"}, False), ({"legal_form": "FOUNDATION"}, False)],
)  # fmt: skip
def test_the_public_register_is_narrowed(firm, client, query, found):
    contractor, _ = firm
    services.record_performance(contractor, purchaser=contractor.organisation.parent, year=2025, subject="巡访", score=92, grade="优")
    assert ("晨光服务中心" in client.get(reverse("public_contractor_list"), query).content.decode()) is found


def test_an_unverified_or_unknown_contractor_has_no_public_page(client, chongqing):
    hidden = make_contractor(verified=False)
    assert client.get(reverse("public_contractor", args=[hidden.uscc])).status_code == 404
    assert client.get(reverse("public_contractor", args=["nobody"])).status_code == 404


def test_the_public_register_asks_the_same_number_of_questions_for_one_and_fifteen(firm, client, count_queries):
    url = reverse("public_contractor_list")
    count_queries(client, url)
    one = count_queries(client, url)
    for _ in range(14):
        make_contractor()
    assert count_queries(client, url) == one


def test_p10_likely_relations_are_shown_on_the_page_with_their_signs(firm, officer, browse):
    contractor, _ = firm
    other = make_contractor(name="晨曦服务中心", phone="0231234567", representative=contractor.representative)
    page = browse(officer).get(at("contractor_detail", contractor.pk)).content.decode()
    assert str(other) in page and "疑似关联" in page and "负责人相同" in page


def test_the_portal_shows_a_contractor_what_is_open_and_owed_and_nobody_elses(firm, officer, chongqing, browse):
    contractor, admin = firm
    reporter = make_user(role=Role.CONTRACTOR_REPORTER, organisation=contractor.organisation)
    page = browse(admin).get(reverse("procurement:portal")).content.decode()
    assert "晨光服务中心" in page and "正在接收响应的项目" in page
    assert "正在接收响应的项目" not in browse(reporter).get(reverse("procurement:portal")).content.decode()
    assert browse(officer).get(reverse("procurement:portal")).status_code == 403


def test_api_offers_bans_to_offices_and_the_own_ones_to_a_contractor(firm, officer, browse):
    contractor, admin = firm
    today = clock.today()
    for uscc, name in ((contractor.uscc, str(contractor)), ("5200000099999999XX", "别家")):
        decision = services.Decision(uscc, name, "示例1号", "重庆市财政局", today - timedelta(days=10), today + timedelta(days=400))
        services.enter_decision(decision, by=officer)
    assert len(browse(officer).get("/api/v1/debarments/", {"state": "now"}).json()["results"]) == 2
    assert [row["uscc"] for row in browse(admin).get("/api/v1/debarments/").json()["results"]] == [contractor.uscc]
    assert browse(admin).get("/api/v1/applications/").status_code == 403
