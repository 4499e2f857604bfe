"""What every endpoint shares: refusals of one shape, counting that needs no cache, a write sent twice done once."""

import importlib
import json
import re
import sqlite3
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import OperationalError
from drf_spectacular.validation import validate_schema

from accounts.roles import Role
from config import views
from config.api import document
from procurement.models import Project
from records.throttles import PerUser
from tests.factories import make_user
from tests.procurement import factories

PROBLEM, JSON = "application/problem+json", "application/json"
URL = "/api/v1/projects/"


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "status"), [("/api/v1/nothing/", 404), ("/api/v1/projects/?q=%00", 400), ("/api/nowhere", 404)])
def test_what_no_endpoint_answers_is_a_problem_document_too(officer, browse, url, status):
    answer = browse(officer).get(url)
    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (status, PROBLEM, status)


@pytest.mark.parametrize(("error", "status"), [(OperationalError(), 503), (RuntimeError(), 500)])
def test_a_fault_of_the_server_is_told_in_the_callers_own_form(rf, error, status):
    try:
        raise error
    except type(error):
        answer = views.server_error(rf.get(URL))
        page = views.server_error(rf.get("/"))
    assert (answer.status_code, answer["Content-Type"], json.loads(answer.content)["status"]) == (status, PROBLEM, status)
    assert page["Content-Type"].startswith("text/html") and answer.headers.get("Retry-After") == page.headers.get("Retry-After")


@pytest.mark.django_db
def test_calls_are_counted_and_without_the_cache_everybody_is_served(officer, browse, monkeypatch):
    client = browse(officer)
    monkeypatch.setattr(PerUser, "per_minute", 2)
    answers = [client.get(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[-1]["Content-Type"], answers[-1]["Retry-After"]) == (PROBLEM, "60")

    def away(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)
    assert client.get(URL).status_code == 200


@pytest.mark.django_db
def test_the_same_key_makes_one_thing_and_another_content_under_it_is_refused(chongqing, browse):
    office = factories.make_office(chongqing)
    client, key = browse(office.officer), {"idempotency-key": "k-1"}
    asked = {"organisation": office.bureau.pk, "name": "上门照料", "fiscal_year": 2026, "items": ["B1"], "programmes": ["DB"]}
    assert client.post(URL, asked | {"name": "低保审核确认"}, JSON, headers=key).status_code == 422
    first, second = (client.post(URL, asked, JSON, headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert Project.objects.count() == 1
    other = client.post(URL, asked | {"name": "另一项"}, JSON, headers=key)
    assert other.status_code == 422 and other.json()["breaches"][0]["rule"] == "R-ONCE"
    assert client.post(URL, asked, JSON, headers={"idempotency-key": "k-2"}).status_code == 201


def test_the_document_is_valid_and_tells_how_each_operation_refuses():
    validate_schema(document())
    operations = [operation for methods in document()["paths"].values() for operation in methods.values()]
    assert len(operations) > 80 and all("4XX" in operation["responses"] for operation in operations)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_auditevent SET hash = 'x'",
        "DELETE FROM accounts_auditevent",
        "INSERT OR REPLACE INTO accounts_auditevent VALUES (1, 'c', 9, 'x')",
        "INSERT OR REPLACE INTO accounts_auditevent VALUES (9, 'c', 1, 'x')",
        "REPLACE INTO accounts_auditevent VALUES (NULL, 'c', 1, 'x')",
    ],
)
def test_sqlite_keeps_the_audit_trail_as_it_is(attack):
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE accounts_auditevent (id INTEGER PRIMARY KEY, chain TEXT, sequence INTEGER, hash TEXT, UNIQUE (chain, sequence))"
    )
    for statement in importlib.import_module("accounts.migrations.0002_audit_is_append_only").SQLITE:
        database.execute(statement)
    database.execute("INSERT INTO accounts_auditevent VALUES (NULL, 'c', 1, 'a')")
    with pytest.raises(sqlite3.IntegrityError, match="只能追加"):
        database.execute(attack)
    database.execute("INSERT INTO accounts_auditevent VALUES (NULL, 'c', 2, 'b')")
    assert database.execute("SELECT sequence, hash FROM accounts_auditevent ORDER BY id").fetchall() == [(1, "a"), (2, "b")]


OF_ONE_MACHINE = {"YIMEN_DEBUG", "YIMEN_STATIC_ROOT", "YIMEN_REDIS_SOCKET", "YIMEN_MEDIA_ROOT", "YIMEN_TASK_MODULES"}


def test_the_containers_are_given_every_setting_and_the_manual_of_operations_names_it():
    root = Path(__file__).resolve().parents[2]
    asked = re.findall(r'env_\w+\("([A-Z_0-9]+)"', (root / "config" / "settings.py").read_text(encoding="utf-8"))
    compose = (root / "docker-compose.yml").read_text(encoding="utf-8")
    assert {name for name in asked if name not in compose} <= OF_ONE_MACHINE
    told = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    ends = ("_ENDPOINT", "_ACCESS_KEY", "_SECRET_KEY", "_PORT", "_USER", "_PASSWORD", "_SSL", "_FROM")
    assert {name for name in asked if name not in told and not name.endswith(ends)} <= {"YIMEN_MEDIA_ROOT"}


def test_every_list_can_be_filtered():
    paging = {"cursor", "page_size"}
    lists = {
        path: {parameter["name"] for parameter in found["get"].get("parameters", []) if parameter["in"] == "query"}
        for path, found in document()["paths"].items()
        if "get" in found
    }
    lists = {path: names for path, names in lists.items() if names & paging}
    assert len(lists) > 30
    assert [path for path, names in lists.items() if not names - paging] == []
