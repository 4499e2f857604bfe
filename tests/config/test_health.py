"""/healthz names the part that is wrong, and nothing else."""

import json
from datetime import date

import pytest

from config import health
from config.tasks import heartbeat
from records.models import CalendarYear

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(monkeypatch):
    """It is spring, this year is loaded and a worker has answered just now."""
    monkeypatch.setattr(health, "today", lambda: date(2026, 4, 1))
    CalendarYear.objects.get_or_create(year=health.today().year, defaults={"source": "test", "digest": "0"})
    heartbeat()


def ask(client):
    response = client.get("/healthz")
    return response.status_code, json.loads(response.content)


def test_everything_there_is_well(client, well):
    parts = dict.fromkeys(("database", "broker", "worker", "disk", "calendar"), "ok")
    assert ask(client) == (200, {"status": "ok", "parts": parts, "warnings": {}})


@pytest.mark.parametrize(("day", "warned"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)])
def test_from_november_a_missing_next_year_is_a_warning_and_not_unwell(client, well, monkeypatch, day, warned):
    monkeypatch.setattr(health, "today", lambda: day)
    status, body = ask(client)
    assert (status, body["status"]) == (200, "ok")
    assert body["warnings"] == ({"next_calendar": "working days of 2027 are not loaded"} if warned else {})


def test_a_silent_worker_is_named(client, well, monkeypatch):
    monkeypatch.setattr(health, "time", lambda: health.cache.get(health.HEARTBEAT) + 91)
    status, body = ask(client)
    assert (status, body["parts"]["worker"]) == (503, "last heartbeat 91 s ago")


def test_a_year_without_working_days_is_named(client, well):
    CalendarYear.objects.all().delete()
    status, body = ask(client)
    assert status == 503
    assert "are not loaded" in body["parts"]["calendar"]


def test_a_broker_out_of_reach_is_named_without_its_address(client, well, settings, caplog):
    settings.CELERY_BROKER_URL = "redis://:hunter2@127.0.0.1:1/0"
    status, body = ask(client)
    assert (status, body["parts"]["broker"]) == (503, "unreachable")
    assert "hunter2" not in json.dumps(body) + caplog.text


def test_a_full_disk_is_named(client, well, monkeypatch):
    monkeypatch.setattr(health, "FREE_AT_LEAST", 10**18)
    status, body = ask(client)
    assert status == 503
    assert body["parts"]["disk"].endswith("MB free")
