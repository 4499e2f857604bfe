"""Papers and timetables over the API: in reach, filtered, never written."""

import pytest

from accounts.roles import Role
from procurement.services import announcements
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


def test_papers_are_listed_in_reach_and_filtered(chongqing, office, browse):
    project = factories.make_running(office, chongqing.contractors[0]).project
    client = browse(office.officer)
    kinds = [row["kind"] for row in client.get("/api/v1/papers/").json()["results"]]
    assert kinds == ["contract", "result"]
    found = client.get(f"/api/v1/papers/?kind=result&project={project.pk}").json()["results"]
    assert found[0]["detail"]["amount"] == "450000.00" and found[0]["number"]
    stranger = browse(make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau))
    assert stranger.get("/api/v1/papers/").json()["results"] == []
    assert stranger.get(f"/api/v1/papers/{found[0]['id']}/").status_code == 404
    assert client.post("/api/v1/papers/", {}, content_type="application/json").status_code == 405


def test_the_timetable_of_a_project_as_data(office, chongqing, browse):
    project = factories.make_complete_draft(office)
    notice = factories.make_intent_draft(project, office)
    announcements.issue(notice.pk, version=notice.version, by=office.officer)
    rows = {row["code"]: row for row in browse(office.officer).get(f"/api/v1/timelines/{project.pk}/").json()}
    assert rows["T-01"]["state"] == "running" and rows["T-14"]["state"] == "waiting"
    stranger = browse(make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.districts[1].bureau))
    assert stranger.get(f"/api/v1/timelines/{project.pk}/").status_code == 404
