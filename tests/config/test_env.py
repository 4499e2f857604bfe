"""Settings refuse what is missing or misspelt."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from scripts.as_production import made_up

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = made_up()
REQUIRED = sorted(set(PRODUCTION) - {"YIMEN_ENV", "YIMEN_VAR"})


def start(tmp_path, **changes) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, "YIMEN_VAR": str(tmp_path), **changes}
    environment = {name: value for name, value in environment.items() if value is not None}
    command = [sys.executable, "-c", "import config.settings as s; print(s.SECURE_HSTS_SECONDS)"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


def test_production_starts_with_everything_given(tmp_path):
    answer = start(tmp_path)
    assert answer.stdout.strip() == "31536000", answer.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_production_refuses_to_start_without(tmp_path, name):
    answer = start(tmp_path, **{name: None})
    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YIMEN_ENV", "prod"),
        ("YIMEN_DEBUG", "1"),
        ("YIMEN_SECRET_KEY", "short"),
        ("YIMEN_FIELD_KEY", "not hex"),
        ("YIMEN_ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "sqlite:////tmp/x"),
        ("YIMEN_SSL_REDIRECT", "maybe"),
        ("YIMEN_STATEMENT_TIMEOUT_MS", "15s"),
    ],
)
def test_production_refuses_a_wrong(tmp_path, name, value):
    answer = start(tmp_path, **{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]


def test_an_embedded_secret_is_made_once_and_only_its_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("X_KEY", raising=False)
    path = tmp_path / "x.key"
    first = env.env_secret("X_KEY", keep=path)
    assert env.env_secret("X_KEY", keep=path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_list_drops_empty_parts_and_a_number_has_a_floor(monkeypatch):
    monkeypatch.setenv("X", " a, ,b ")
    assert env.env_list("X") == ["a", "b"]
    monkeypatch.setenv("X", "3")
    with pytest.raises(ImproperlyConfigured, match="at least 10"):
        env.env_int("X", 20, least=10)
