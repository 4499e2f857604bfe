"""The endpoints show what the pages show, to the same people."""

import pytest
from django.urls import reverse

from evaluation.services import outcome
from tests.evaluation.factories import make_scored
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def rows(client) -> list[dict]:
    response = client.get(reverse("evaluation-list"))
    assert response.status_code == 200
    return response.json()["results"]


def test_a_score_is_null_for_the_contractor_until_the_window_opens(world, browse):
    evaluation = make_scored(world)
    assert rows(browse(world.officer))[0]["grade"] == "良"
    assert rows(browse(world.contractor))[0]["total"] is None
    outcome.open_objection(evaluation.pk, by=world.officer)
    assert rows(browse(world.contractor))[0]["grade"] == "良"


def test_strangers_find_nothing_and_are_told_so(world, chongqing, browse):
    evaluation = make_scored(world)
    client = browse(make_user(role="EVALUATION_OFFICER", organisation=chongqing.districts[1].bureau))
    assert rows(client) == []
    for name in ("evaluation-detail", "evaluation-basis", "evaluation-recompute"):
        assert client.get(reverse(name, args=[evaluation.pk])).status_code == 404, name


def test_the_auditor_reads_the_frozen_inputs_and_recomputes_and_the_contractor_does_not(world, browse):
    evaluation = make_scored(world)
    basis, recompute = (reverse(f"evaluation-{name}", args=[evaluation.pk]) for name in ("basis", "recompute"))
    auditor = browse(world.auditor)
    assert auditor.get(basis).json() == evaluation.frozen
    assert auditor.get(recompute).json() == {"equal": True, "differences": []}
    assert browse(world.contractor).get(basis).status_code == 403


def test_schemes_come_with_their_indicators(world, browse):
    found = browse(world.auditor).get(reverse("evaluation-scheme-list")).json()["results"]
    assert len(found[0]["indicators"]) == world.scheme.indicators.count()


@pytest.mark.parametrize(
    ("query", "found"), [({"in_force_on": "1999-01-01"}, False), ({"q": "没有这个"}, False), ({"in_force_on": "2099-01-01"}, True)]
)
def test_schemes_are_filtered(world, browse, query, found):
    rows = browse(world.auditor).get(reverse("evaluation-scheme-list"), query).json()["results"]
    assert (world.scheme.pk in {row["id"] for row in rows}) is found


def test_a_district_reads_the_citys_scheme_as_on_the_page(world, browse):
    client = browse(world.officer)
    found = {row["id"] for row in client.get(reverse("evaluation-scheme-list")).json()["results"]}
    assert world.scheme.pk in found and world.scheme.organisation.kind == "CITY"
    assert client.get(reverse("evaluation-scheme-detail", args=[world.scheme.pk])).status_code == 200
