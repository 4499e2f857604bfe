"""The API of the purchase: same scope, verbs and refusals as the pages."""

import pytest

from accounts.roles import Role
from procurement.models import CatalogueItem, PeriodicReport, Project
from procurement.tasks import open_due_reports
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db
JSON = "application/json"


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def winner(chongqing):
    return chongqing.contractors[0]


def new_project(office, **changes) -> dict:
    return {"organisation": office.bureau.pk, "name": "上门照料", "fiscal_year": 2026, "items": ["B1"], "programmes": ["DB"], **changes}


def test_a_project_is_created_and_changed_with_its_version(office, browse):
    client = browse(office.officer)
    made = client.post("/api/v1/projects/", new_project(office, unit="人次"), JSON)
    assert made.status_code == 201, made.json()
    url = f"/api/v1/projects/{made.json()['id']}/"
    assert client.patch(url, {"unit": "户次"}, JSON).status_code == 400
    changed = client.patch(url, {"unit": "户次", "version": made.json()["version"]}, JSON)
    assert changed.status_code == 200 and changed.json()["unit"] == "户次"
    assert client.patch(url, {"unit": "场次", "version": made.json()["version"]}, JSON).status_code == 409


def test_a_refusal_carries_rule_and_clause(office, browse):
    answer = browse(office.officer).post("/api/v1/projects/", new_project(office, name="低保审核确认"), JSON)
    assert answer.status_code == 422 and answer.json()["breaches"][0]["rule"] == "N-1"
    assert answer.json()["breaches"][0]["clause"] == "渝民发〔2018〕4号 二（二）"


@pytest.mark.parametrize(("field", "value", "rule"), [("award_basis", "lowest_price", "P-40"), ("method", "INQUIRY", "P-26")])
def test_what_may_never_be_chosen_is_refused_here_too(office, browse, field, value, rule):
    project = factories.make_draft(office)
    data = {field: value, "version": project.version}
    answer = browse(office.officer).patch(f"/api/v1/projects/{project.pk}/", data, JSON)
    assert answer.status_code == 422 and rule in {breach["rule"] for breach in answer.json()["breaches"]}


def test_t03_fields_that_nobody_may_write_are_ignored(office, browse, chongqing):
    project = factories.make_draft(office)
    before = Project.objects.filter(pk=project.pk).values().get()
    forbidden = {
        "status": "approved",
        "code": "X",
        "organisation": office.bureau.pk,
        "created_by": office.chief.pk,
        "approved_by": office.officer.pk,
        "approved_at": "2026-01-01T00:00:00Z",
        "published_at": "2026-01-01T00:00:00Z",
        "finance_signed_by": office.officer.pk,
        "screening": {},
    }
    answer = browse(office.officer).patch(f"/api/v1/projects/{project.pk}/", {**forbidden, "version": project.version}, JSON)
    assert answer.status_code == 200
    after = Project.objects.filter(pk=project.pk).values().get()
    assert {k: v for k, v in after.items() if k != "version"} == {k: v for k, v in before.items() if k != "version"}


def test_a_project_cannot_be_created_for_another_district(office, browse, chongqing):
    other = chongqing.districts[1].bureau
    answer = browse(office.officer).post("/api/v1/projects/", new_project(office, organisation=other.pk), JSON)
    assert answer.status_code == 404 and not Project.objects.exists()


def test_submit_and_approve_need_two_people(office, browse):
    project = factories.make_complete_draft(office)
    url = f"/api/v1/projects/{project.pk}/"
    sent = browse(office.officer).post(f"{url}submit/", {"version": project.version}, JSON)
    assert sent.status_code == 200 and sent.json()["status"] == "submitted"
    assert browse(office.officer).post(f"{url}approve/", {"version": sent.json()["version"]}, JSON).status_code == 403
    approved = browse(office.chief).post(f"{url}approve/", {"version": sent.json()["version"]}, JSON)
    assert approved.status_code == 200 and approved.json()["status"] == "approved"


def test_a_report_is_saved_filed_sent_back_and_accepted(office, winner, browse):
    report = factories.make_due_report(office, winner)
    url, signer, supervisor = f"/api/v1/reports/{report.pk}/", browse(factories.signer_of(winner)), browse(office.supervisor)
    bad = signer.patch(url, {"version": report.version, "figures": {"recipients": "很多", "other": 1}}, JSON)
    assert bad.status_code == 400
    saved = signer.patch(url, {"version": report.version, "figures": factories.FIGURES}, JSON)
    assert saved.status_code == 200, saved.json()
    filed = signer.post(f"{url}submit/", {"version": saved.json()["version"]}, JSON)
    back = {"version": filed.json()["version"], "comments": {"service": "核对人次"}}
    returned = supervisor.post(f"{url}return/", back, JSON)
    assert returned.json()["rounds"][0]["comments"] == {"service": "核对人次"}
    again = signer.post(f"{url}submit/", {"version": returned.json()["version"]}, JSON)
    accepted = supervisor.post(f"{url}accept/", {"version": again.json()["version"]}, JSON)
    assert accepted.json()["status"] == "accepted" and len(accepted.json()["rounds"]) == 2
    assert supervisor.post("/api/v1/reports/", {}, JSON).status_code in (403, 405)


def test_strangers_find_nothing(office, winner, browse, chongqing):
    report = factories.make_due_report(office, winner)
    contract = report.contract
    addresses = (f"projects/{contract.project_id}", f"contracts/{contract.pk}", f"reports/{report.pk}")
    strangers = [
        make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau),
        make_user(role=Role.CONTRACTOR_ADMIN, organisation=chongqing.contractors[1]),
    ]
    for person in strangers:
        for address in addresses:
            assert browse(person).get(f"/api/v1/{address}/").status_code in (403, 404)
        for name in ("contracts", "reports"):
            assert browse(person).get(f"/api/v1/{name}/").json()["results"] == []
    for address in addresses[1:]:
        assert browse(factories.signer_of(winner)).get(f"/api/v1/{address}/").status_code == 200


def test_filters_are_those_of_the_pages(office, browse):
    factories.make_draft(office, name="照料甲"), factories.make_draft(office, name="排查乙", item="A1")
    found = browse(office.officer).get("/api/v1/projects/?q=照料").json()["results"]
    assert [row["name"] for row in found] == ["照料甲"] and found[0]["items"] == ["B1"]


def test_the_nightly_task_opens_reports_once(office, winner):
    contract = factories.make_running(office, winner)
    PeriodicReport.objects.filter(pk=contract.reports.first().pk).update(
        period_start="2026-01-01", period_end="2026-01-31", due_on="2026-02-06"
    )
    assert (open_due_reports(), open_due_reports()) == (1, 0)
    assert CatalogueItem.objects.count() == 14
