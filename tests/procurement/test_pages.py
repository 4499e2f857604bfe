"""Pages of the purchase: who sees them, what they show, how they refuse, and that they cost the same for one row and thirty."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from procurement.forms.sections import SECTIONS
from procurement.models import Contract, PeriodicReport, Project
from procurement.services import project as projects
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.test_reports import filled_rows, sheet

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def winner(chongqing):
    return chongqing.contractors[0]


@pytest.fixture
def outsider(chongqing):
    """A purchase officer of another district."""
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau)


def text_of(response) -> str:
    return response.content.decode()


def key(client, url) -> dict:
    """Hidden fields of the page's own form: version and idempotency key."""
    body = text_of(client.get(url))
    version = body.split('name="version" value="')[1].split('"')[0] if 'name="version"' in body else "0"
    return {"version": version, "idempotency_key": body.split('name="idempotency_key" value="')[1].split('"')[0]}


# --- projects ------------------------------------------------------------------------------------------------------


def test_an_officer_creates_a_project_by_the_page_and_sending_twice_makes_one(office, browse):
    client, url = browse(office.officer), reverse("procurement:project_create")
    item = projects.CatalogueItem.objects.get(code="B1")
    data = {"organisation": office.bureau.pk, "name": "上门照料服务", "fiscal_year": 2026, "items": [item.pk], "programmes": ["DB"]}
    data |= key(client, url)
    first, second = client.post(url, data), client.post(url, data)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert Project.objects.filter(name="上门照料服务").count() == 1


def test_n1_the_page_says_why_a_decision_cannot_be_bought_and_keeps_what_was_typed(office, browse):
    client, url = browse(office.officer), reverse("procurement:project_create")
    item = projects.CatalogueItem.objects.get(code="A2")
    data = {"organisation": office.bureau.pk, "name": "低保审核确认服务", "fiscal_year": 2026, "items": [item.pk], "programmes": ["DB"]}
    response = client.post(url, data | key(client, url))
    assert response.status_code == 422 and "应由政府直接承担" in text_of(response) and "低保审核确认服务" in text_of(response)
    assert not Project.objects.exists()


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_of_a_draft_opens_and_saves_what_it_shows(office, browse, section):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), reverse("procurement:project_edit", args=[project.pk, section])
    response = client.get(url)
    assert response.status_code == 200 and SECTIONS[section].title in text_of(response)
    form = response.context["form"]
    data = {}
    for field in form:
        value = field.value()
        data[field.html_name] = [getattr(v, "pk", v) for v in value] if isinstance(value, list) else "" if value is None else value
    if not form.fields:
        return
    before = Project.objects.filter(pk=project.pk).values().get()
    saved = client.post(url, {k: v for k, v in data.items() if v is not False} | key(client, url))
    assert saved.status_code == 302, saved.context["form"].errors
    after = Project.objects.filter(pk=project.pk).values().get()
    assert {k: v for k, v in after.items() if k != "version"} == {k: v for k, v in before.items() if k != "version"}
    assert project.standards.count() == 3 and project.factors.count() == 3


@pytest.mark.parametrize("section", SECTIONS)
def test_no_section_opens_once_the_project_is_submitted_and_the_page_says_why(office, browse, section):
    project = factories.make_submitted(office)
    response = browse(office.officer).get(reverse("procurement:project_edit", args=[project.pk, section]))
    assert response.status_code == 422 and "请先退回草拟状态" in text_of(response)


def test_a_stale_form_gets_the_page_with_the_differences(office, browse):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), reverse("procurement:project_edit", args=[project.pk, "method"])
    sent = key(client, url)
    projects.edit_project(project.pk, version=project.version, by=office.chief, method_reason="先改的人")
    data = {"method": "CONSULTATION", "method_reason": "后改的人", "plan_amount": "480000.00", "ceiling": "480000.00", "plan_number": "甲"}
    response = client.post(url, data | sent)
    assert response.status_code == 409 and "先改的人" in text_of(response) and "后改的人" in text_of(response)
    assert Project.objects.get(pk=project.pk).method_reason == "先改的人"


def test_fields_that_no_form_offers_are_ignored(office, browse):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), reverse("procurement:project_edit", args=[project.pk, "method"])
    data = {"method": "CONSULTATION", "plan_amount": "480000.00", "ceiling": "480000.00", "plan_number": "甲"} | key(client, url)
    forbidden = {"status": "approved", "approved_by": office.officer.pk, "organisation": 1, "code": "X", "published_at": "2026-01-01"}
    assert client.post(url, data | forbidden).status_code == 302
    after = Project.objects.get(pk=project.pk)
    assert (after.status, after.approved_by, after.organisation, after.code) == ("draft", None, office.bureau, project.code)


def test_the_gate_page_blocks_submission_and_says_what_is_missing(office, browse):
    project = factories.make_draft(office)
    body = text_of(browse(office.officer).get(reverse("procurement:project_detail", args=[project.pk])))
    assert "未满足" in body and "disabled" in body and "渝民发〔2018〕4号" in body
    refused = browse(office.officer).post(reverse("procurement:project_submit", args=[project.pk]), {"version": project.version})
    assert refused.status_code == 422 and Project.objects.get(pk=project.pk).status == "draft"


def test_a_project_goes_from_draft_to_approved_by_its_buttons(office, browse):
    project = factories.make_complete_draft(office)
    officer, chief = browse(office.officer), browse(office.chief)
    detail = reverse("procurement:project_detail", args=[project.pk])
    assert officer.post(reverse("procurement:project_submit", args=[project.pk]), key(officer, detail)).status_code == 302
    assert chief.post(reverse("procurement:project_approve", args=[project.pk]), key(chief, detail)).status_code == 302
    assert Project.objects.get(pk=project.pk).status == "approved"
    for person in (officer, chief):
        assert person.get(detail).status_code == 200


def test_a_verb_without_a_version_is_a_bad_request(office, browse):
    project = factories.make_complete_draft(office)
    assert browse(office.officer).post(reverse("procurement:project_submit", args=[project.pk])).status_code == 400


@pytest.mark.parametrize("name", ["project_return", "project_sign_funds", "project_end", "project_consult"])
def test_pages_that_ask_for_a_word_open_for_those_who_may(office, browse, name):
    project = factories.make_submitted(office)
    people = {"project_sign_funds": office.finance, "project_consult": office.officer}
    url = reverse(f"procurement:{name}", args=[project.pk])
    assert browse(people.get(name, office.chief)).get(url).status_code == 200


def test_ending_an_unannounced_project_makes_no_notice(office, browse):
    project = factories.make_submitted(office)
    client, url = browse(office.chief), reverse("procurement:project_end", args=[project.pk])
    assert client.post(url, {"note": "需求取消"} | key(client, url)).status_code == 302
    project.refresh_from_db()
    assert (project.status, project.closing_reason, project.papers.count()) == ("terminated", "需求取消", 0)
    assert "需求取消" in text_of(client.get(reverse("procurement:project_detail", args=[project.pk])))


PROJECT_PAGES = ["project_detail", "project_consult", "project_return", "project_guide", "project_sign_funds", "project_end"]


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_a_project_is_out_of_reach_for_another_district(office, browse, chongqing, name):
    project = factories.make_submitted(office)
    bureau = chongqing.districts[1].bureau
    roles = (Role.PURCHASE_OFFICER, Role.BUREAU_CHIEF, Role.FINANCE_OFFICER)
    for role in roles:
        response = browse(make_user(role=role, organisation=bureau)).get(reverse(f"procurement:{name}", args=[project.pk]))
        assert response.status_code in (403, 404)
        if response.status_code == 403:  # the role may nowhere: then it may not even ask
            assert name != "project_detail"


def test_verbs_on_a_foreign_project_change_nothing(office, browse, outsider, chongqing):
    project = factories.make_submitted(office)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    for person, name in (
        (outsider, "project_submit"),
        (chief, "project_approve"),
        (outsider, "project_publish"),
        (outsider, "contract_draft"),
    ):
        response = browse(person).post(reverse(f"procurement:{name}", args=[project.pk]), {"version": project.version})
        assert response.status_code == 404
    assert Project.objects.get(pk=project.pk).status == "submitted"


def test_lists_search_and_export_leave_out_another_district(office, browse, outsider):
    project = factories.make_draft(office)
    client = browse(outsider)
    for url in (reverse("procurement:project_list"), reverse("procurement:project_list") + "?export=csv", f"/search/?q={project.code}"):
        assert project.name not in text_of(client.get(url))
    assert project.name in text_of(browse(office.chief).get(reverse("procurement:project_list") + "?export=csv"))


def test_the_export_holds_exactly_what_is_filtered(office, browse):
    factories.make_draft(office, name="照料甲"), factories.make_draft(office, name="排查乙", item="A1")
    body = text_of(browse(office.officer).get(reverse("procurement:project_list") + "?q=照料&export=csv"))
    assert "照料甲" in body and "排查乙" not in body


def test_a_formula_in_a_name_leaves_as_text(office, browse):
    factories.make_draft(office, name="=HYPERLINK(1)")
    assert "'=HYPERLINK" in text_of(browse(office.officer).get(reverse("procurement:project_list") + "?export=csv"))


# --- contracts and reports -----------------------------------------------------------------------------------------


def test_both_parties_read_the_contract_and_nobody_else_does(office, winner, browse, chongqing, outsider):
    contract = factories.make_contract_draft(office, winner)
    url = reverse("procurement:contract_detail", args=[contract.pk])
    stranger = make_user(role=Role.CONTRACTOR_ADMIN, organisation=chongqing.contractors[1])
    for person in (office.officer, office.chief, office.supervisor, factories.signer_of(winner)):
        assert browse(person).get(url).status_code == 200
    for person in (stranger, outsider):
        assert browse(person).get(url).status_code == 404


def test_a_contract_goes_from_draft_to_service_by_its_pages(office, winner, browse):
    contract = factories.make_contract_draft(office, winner)
    detail = reverse("procurement:contract_detail", args=[contract.pk])
    officer, chief, signer = browse(office.officer), browse(office.chief), browse(factories.signer_of(winner))

    def press(client, name, **data):
        page = reverse("procurement:contract_sign", args=[contract.pk]) if name == "contract_sign" else detail
        response = client.post(reverse(f"procurement:{name}", args=[contract.pk]), data | key(client, page))
        assert response.status_code == 302, text_of(response)

    press(officer, "contract_submit")
    press(chief, "contract_approve")
    press(signer, "contract_sign", note="")
    press(officer, "contract_announce")
    press(officer, "contract_start")
    assert Contract.objects.get(pk=contract.pk).status == "in_service"
    assert officer.get(detail).status_code == 200


def test_the_contract_form_saves_terms_and_plan(office, winner, browse):
    contract = factories.make_contract_draft(office, winner)
    client, url = browse(office.officer), reverse("procurement:contract_edit", args=[contract.pk])
    form = client.get(url).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    data |= {"settlement": "按月支付", "substitute": "备用单位", "amount": "1.00"}
    assert client.post(url, data | key(client, url)).status_code == 302
    contract.refresh_from_db()
    assert (contract.settlement, contract.takeover_plan.substitute, str(contract.amount)) == ("按月支付", "备用单位", "450000.00")


def test_a_contractor_cannot_use_the_purchasers_verbs(office, winner, browse):
    contract = factories.make_contract_draft(office, winner)
    client = browse(factories.signer_of(winner))
    for name in ("contract_submit", "contract_approve", "contract_announce", "contract_start", "contract_edit", "contract_return"):
        assert client.post(reverse(f"procurement:{name}", args=[contract.pk]), {"version": 0}).status_code == 403
    assert Contract.objects.get(pk=contract.pk).status == "draft"


def test_a_contractor_files_a_report_and_the_supervisor_sends_it_back_and_accepts(office, winner, browse):
    report = factories.make_due_report(office, winner)
    reporter = browse(make_user(role=Role.CONTRACTOR_REPORTER, organisation=winner))
    supervisor = browse(office.supervisor)
    detail = reverse("procurement:report_detail", args=[report.pk])
    save = reverse("procurement:report_save", args=[report.pk])
    blank = {**factories.FIGURES, "recipients": "", "submit": "1"}
    refused = reporter.post(save, blank | key(reporter, detail))
    assert refused.status_code == 422 and "不能留空" in text_of(refused)
    assert reporter.post(save, {**factories.FIGURES, "submit": "1"} | key(reporter, detail)).status_code == 302
    back = reverse("procurement:report_return", args=[report.pk])
    assert supervisor.post(back, {"service": "人次与签到不符"} | key(supervisor, detail)).status_code == 302
    assert "人次与签到不符" in text_of(reporter.get(detail))
    assert reporter.post(save, {**factories.FIGURES, "submit": "1"} | key(reporter, detail)).status_code == 302
    assert supervisor.post(reverse("procurement:report_accept", args=[report.pk]), key(supervisor, detail)).status_code == 302
    assert PeriodicReport.objects.get(pk=report.pk).status == "accepted" and report.rounds.count() == 2


def test_a_wrong_sheet_names_its_cell_and_stores_nothing(office, winner, browse):
    report, client = factories.make_due_report(office, winner), browse(factories.signer_of(winner))
    url = reverse("procurement:report_import", args=[report.pk])
    detail = reverse("procurement:report_detail", args=[report.pk])
    response = client.post(url, {"file": sheet(filled_rows(recipients="很多"))} | key(client, detail))
    assert response.status_code == 422 and "单元格 D4" in text_of(response)
    assert PeriodicReport.objects.get(pk=report.pk).figures == {}
    assert client.post(url, {"file": sheet(filled_rows())} | key(client, detail)).status_code == 302
    assert PeriodicReport.objects.get(pk=report.pk).figures["recipients"] == 40
    assert client.get(reverse("procurement:report_template", args=[report.pk])).status_code == 200


def test_a_report_is_out_of_reach_for_another_contractor_and_another_district(office, winner, browse, chongqing, outsider):
    report = factories.make_due_report(office, winner)
    stranger = make_user(role=Role.CONTRACTOR_REPORTER, organisation=chongqing.contractors[1])
    for person in (stranger, outsider):
        for name in ("report_detail", "report_template"):
            assert browse(person).get(reverse(f"procurement:{name}", args=[report.pk])).status_code == 404
    assert browse(stranger).post(reverse("procurement:report_save", args=[report.pk]), {"version": report.version}).status_code == 404


# --- money, public, cost -------------------------------------------------------------------------------------------


def test_finance_registers_a_budget_and_a_grant_and_the_meter_moves(office, browse):
    client, page = browse(office.finance), reverse("procurement:budget_list")
    url = reverse("procurement:budget_create")
    data = {
        "organisation": office.bureau.pk,
        "fiscal_year": 2026,
        "name": "新预算",
        "amount": "100.00",
        "document": "文",
        "approved_on": "2026-01-02",
    }
    too_much = client.post(url, data | {"amount-own_district": "100.01", "basis-own_district": "据"} | key(client, url))
    assert too_much.status_code == 422 and "超出 0.01 元" in text_of(too_much)
    assert client.post(url, data | {"amount-own_district": "100.00", "basis-own_district": "据"} | key(client, url)).status_code == 302
    again = client.post(url, data | {"amount-own_district": "100.00", "basis-own_district": "据"} | key(client, url))
    assert again.status_code == 422 and "已有同名" in text_of(again)
    url = reverse("procurement:grant_create")
    grant = {"organisation": office.bureau.pk, "fiscal_year": 2026, "source": "city_special", "amount": "800.00", "document": "指"}
    grant |= {"issued_on": "2026-01-03"}
    assert client.post(url, grant | key(client, url)).status_code == 302
    body = text_of(client.get(page + "?year=2026"))
    assert "800.00 元" in body and "市级尚未确定比例" in body and "新预算" in body


def test_the_public_sees_announced_projects_only_and_without_signing_in(office, winner):
    contract = factories.make_contract_draft(office, winner)
    hidden = factories.make_draft(office, name="尚未公告的项目")
    anyone = Client()
    body = text_of(anyone.get("/public/projects/"))
    assert contract.project.name in body and hidden.name not in body
    assert anyone.get(f"/public/projects/{contract.project.code}/").status_code == 200
    assert anyone.get(f"/public/projects/{hidden.code}/").status_code == 404
    assert str(office.officer) not in text_of(anyone.get(f"/public/projects/{contract.project.code}/"))


def test_lists_cost_the_same_for_one_row_and_thirty(office, winner, browse, count_queries):
    contract = factories.make_running(office, winner)
    names = ("project_list", "contract_list", "report_list", "budget_list")
    pages = [*(reverse(f"procurement:{name}") for name in names), "/public/projects/", "/"]
    client = browse(office.chief)
    client.get("/")  # the first page of a session costs a little more
    few = [count_queries(client, url) for url in pages]
    for number in range(30):
        copy_of(contract, number)
    assert [count_queries(client, url) for url in pages] == few
    assert max(few) <= 40


def copy_of(contract, number) -> None:
    """The same project, contract and report once more, straight into the tables: only the number of rows matters here."""
    project, report = Project.objects.get(pk=contract.project_id), contract.reports.first()
    award = contract.award
    tender, bid = award.tender, award.bid
    project.pk, project.code = None, f"{project.code}-{number}"
    project.save()
    tender.pk, tender.project = None, project
    tender.save()
    bid.pk, bid.tender, bid.receipt = None, tender, f"{bid.receipt}-{number}"
    bid.save()
    award.pk, award.tender, award.bid, award.notice = None, tender, bid, None
    award.save()
    twin = Contract.objects.get(pk=contract.pk)
    twin.pk, twin.project, twin.award, twin.number = None, project, award, f"{contract.number}-{number}"
    twin.save()
    report.pk, report.contract = None, twin
    report.save()
    contract.refresh_from_db()


def test_the_project_page_costs_the_same_for_few_and_many_rows(office, browse, count_queries):
    project = factories.make_complete_draft(office)
    client, url = browse(office.officer), reverse("procurement:project_detail", args=[project.pk])
    client.get("/")
    few = count_queries(client, url)
    rows = [{"item": s.item, "name": f"标准{n}", "measure": "查", "target": "1"} for n in range(30) for s in project.standards.all()[:1]]
    projects.set_standards(project.pk, version=project.version, rows=rows, by=office.officer)
    assert count_queries(client, url) == few and few <= 40
