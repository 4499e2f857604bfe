"""OCDS out: zero errors against the official schema, nothing sealed, every release seen once by who reads on."""

import json
import random
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from procurement import exchange_ocds
from procurement.models import ProjectPaper, Release
from procurement.services import ocds, publication, releases
from procurement.services import project as projects
from records import clock
from tests.factories import make_chongqing
from tests.procurement import factories
from tests.procurement.ocds_schema import errors, is_moment
from tests.procurement.tendering import add_bidder, make_world, open_bids

Kind = ProjectPaper.Kind


@pytest.fixture
def office(chongqing):
    return factories.make_office(chongqing)


@pytest.fixture
def contract(chongqing, office):
    """A purchase from intent to acceptance, as releases."""
    contract = factories.make_running(office, chongqing.contractors[0])
    publication.announce_acceptance(
        contract, accepted_on=clock.today(), opinion="合格", members=[("王五", "区民政局")], recipients=1, by=office.officer
    )
    return contract


@pytest.mark.django_db
def test_every_release_of_a_whole_purchase_has_zero_errors_against_the_official_schema(official, contract, office):
    factories.announcements.issue(
        factories.make_intent_draft(factories.make_complete_draft(office), office).pk, version=0, by=office.officer
    )
    bodies = list(Release.objects.values_list("body", flat=True))
    tags = [body["tag"][0] for body in bodies]
    assert tags == ["award", "contract", "implementation", "planning"]
    assert {body["id"]: errors(official, body) for body in bodies if errors(official, body)} == {}
    records = exchange_ocds.records_of(exchange_ocds.released().order_by("process", "position"))
    assert [record for record in records if record_errors(official, record)] == []


def record_errors(validator, record) -> list[str]:
    """The parts of a record: its releases and what they compile to, by the same schema."""
    found = [error for release in record["releases"] for error in errors(validator, release)]
    ordered = [release["date"] for release in record["releases"]]
    return found + errors(validator, record["compiledRelease"]) + ([] if ordered == sorted(ordered) else ["releases out of order"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [{"tag": ["made up"]}, {"date": "yesterday"}, {"ocid": None}, {"tender": {"title": "no id"}}, {"contracts": [{"id": "1"}]}],
    ids=["tag", "date", "ocid", "tender", "contract"],
)
def test_the_schema_finds_a_spoilt_release(official, contract, spoil):
    assert errors(official, Release.objects.first().body | spoil)


@pytest.mark.django_db
def test_packages_have_what_the_standard_asks_of_them(contract):
    package = exchange_ocds.project_package(contract.project)
    assert {"uri", "version", "publisher", "publishedDate", "releases", "extensions"} <= package.keys()
    assert package["version"] == "1.1" and package["publisher"]["name"] and is_moment(package["publishedDate"])
    ids = [body["id"] for body in package["releases"]]
    assert len(set(ids)) == len(ids) and {body["ocid"] for body in package["releases"]} == {ocds.ocid(contract.project)}


@pytest.mark.django_db
def test_every_organisation_named_is_among_the_parties(contract):
    body = Release.objects.order_by("position").last().body
    known = {party["id"] for party in body["parties"]}
    named = [body["buyer"], body["tender"]["procuringEntity"], *(s for award in body["awards"] for s in award["suppliers"])]
    assert {one["id"] for one in named} <= known
    supplier = next(party for party in body["parties"] if "supplier" in party["roles"])
    assert supplier["identifier"] == {"scheme": "CN-USCC", "id": contract.contractor.uscc, "legalName": supplier["name"]}


# --- nothing sealed ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_before_the_opening_a_release_tells_nothing_of_bids_nor_bidders(chongqing):
    world = make_world(chongqing, requirement="入户调查")
    bid = add_bidder(world, "777123")
    tell(world, Kind.NOTICE)
    text = json.dumps(Release.objects.get().body, ensure_ascii=False)
    assert not {"bids", "awards", "contracts"} & Release.objects.get().body.keys()
    assert "777123" not in text and bid.contractor.organisation.name not in text and "tenderers" not in text
    open_bids(world)
    tell(world, Kind.AMENDMENT)
    body = Release.objects.last().body
    assert body["bids"]["statistics"] == [{"id": "bids", "measure": "bids", "value": 1, "date": body["bids"]["statistics"][0]["date"]}]
    assert bid.contractor.organisation.name not in json.dumps(body, ensure_ascii=False)


def tell(world, kind):
    content = {"sections": [("一", ["示例"])]}
    return publication.paper(world.tender.project, kind, "示例公告", content, world.officer)


@pytest.mark.django_db
def test_a_winner_is_not_released_before_the_result_is_announced(chongqing, office):
    award = factories.make_awarded(office, chongqing.contractors[0], announced=False)
    body = ocds.body_of(award.tender.project)
    assert "awards" not in body and award.contractor.organisation.name not in json.dumps(body, ensure_ascii=False)


@pytest.mark.django_db
def test_an_intent_releases_nothing_of_the_draft_but_the_intent(office):
    project = factories.make_complete_draft(office)
    projects.edit_project(project.pk, version=project.version, by=office.officer, ceiling="470000.00")
    notice = factories.make_intent_draft(project, office)
    factories.announcements.issue(notice.pk, version=notice.version, by=office.officer)
    body = Release.objects.get().body
    assert body["tag"] == ["planning"] and body["tender"]["status"] == "planned" and "470000" not in json.dumps(body)
    assert project.requirement not in json.dumps(body, ensure_ascii=False)
    assert body["planning"]["rationale"] == notice.values["overview"]


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_reader_pages_through_without_sign_in(contract):
    client, seen, url = Client(), [], f"{reverse('ocds_releases')}?limit=1"
    while url:
        page = client.get(url).json()
        seen += [body["id"] for body in page["releases"]]
        url = page["links"].get("next")
    assert seen == [row.body["id"] for row in Release.objects.order_by("position")] and len(seen) == 3
    assert client.get(f"{reverse('ocds_releases')}?after={page['position']}").json()["releases"] == []


@pytest.mark.django_db
def test_filters_narrow_and_faults_are_named(contract, office):
    client, url = Client(), reverse("ocds_releases")
    year = contract.project.fiscal_year
    assert len(client.get(f"{url}?district={office.bureau.code}&year={year}").json()["releases"]) == 3
    assert client.get(f"{url}?year={year - 1}").json()["releases"] == []
    for bad in ("district=nowhere", "after=-1", "after=x", "limit=100000", "year=²"):
        answer = client.get(f"{url}?{bad}")
        assert answer.status_code == 400 and "参数" in answer.json()["detail"] or "没有代码" in answer.json()["detail"]


@pytest.mark.django_db
def test_records_come_in_the_order_of_the_last_change(chongqing, contract, office):
    other = factories.make_running(office, chongqing.contractors[1], name="另一项目")
    releases.release(contract.project, "contractUpdate")
    found = Client().get(reverse("ocds_records")).json()["records"]
    assert [record["ocid"] for record in found] == [ocds.ocid(other.project), ocds.ocid(contract.project)]
    assert found[1]["compiledRelease"]["tag"] == ["compiled"] and len(found[1]["releases"]) == 4


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_release_and_many(contract, count_queries):
    client, url = Client(), reverse("ocds_releases")
    few = count_queries(client, url)
    for _ in range(20):
        releases.release(contract.project, "contractUpdate")
    assert count_queries(client, url) == few <= 4


@pytest.mark.django_db
def test_the_command_writes_packages_for_district_and_year(tmp_path, contract, office, capsys):
    call_command("export_ocds", str(tmp_path / "out"), district=office.bureau.code, year=contract.project.fiscal_year)
    written = json.loads((tmp_path / "out" / "releases.json").read_text(encoding="utf-8"))
    records = json.loads((tmp_path / "out" / "records.json").read_text(encoding="utf-8"))
    one = json.loads((tmp_path / "out" / "projects" / f"{contract.project.code}.json").read_text(encoding="utf-8"))
    assert (len(written["releases"]), len(records["records"]), len(one["releases"])) == (3, 1, 3)
    assert "1 个项目，3 条发布，1 条记录" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("export_ocds", str(tmp_path / "none"), district="nowhere", year=2026)


# --- the feed ------------------------------------------------------------------------------------------------------

WRITERS = 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks")
def test_d20_a_reader_sees_each_release_once_while_twenty_writers_commit_at_random():
    office = factories.make_office(make_chongqing())
    project, chance = factories.make_draft(office), random.Random(20)
    delays = [chance.random() / 10 for _ in range(WRITERS)]

    def write(delay):
        try:
            with transaction.atomic():
                time.sleep(delay)
                releases.release(project, "tenderUpdate")
                time.sleep(delay / 4)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(delay,)) for delay in delays]
    for thread in threads:
        thread.start()
    seen, last, until = [], 0, time.monotonic() + 60
    while len(seen) < WRITERS and time.monotonic() < until:
        new = list(exchange_ocds.released().filter(position__gt=last).values_list("position", flat=True))
        seen += new
        last = new[-1] if new else last
    for thread in threads:
        thread.join(timeout=60)
    assert seen == list(range(1, WRITERS + 1))
