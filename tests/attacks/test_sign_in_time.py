"""T19: existing, missing, disabled and locked accounts cost the same: one hash each. Counted, not clocked: the machine may be busy."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.hashers import Argon2id
from accounts.roles import Role
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashes(monkeypatch):
    """How many Argon2 computations were made since the last ``clear()``."""
    made: list[str] = []
    encode, verify = Argon2id.encode, Argon2id.verify
    monkeypatch.setattr(Argon2id, "encode", lambda self, *a, **k: made.append("encode") or encode(self, *a, **k))
    monkeypatch.setattr(Argon2id, "verify", lambda self, *a, **k: made.append("verify") or verify(self, *a, **k))
    return made


@pytest.fixture
def accounts(chongqing):
    place = chongqing.home.bureau
    make_user(role=Role.SUPERVISOR, organisation=place, username="existing", password=PASSWORD)
    make_user(role=Role.SUPERVISOR, organisation=place, username="disabled", password=PASSWORD, is_active=False)
    make_user(role=Role.SUPERVISOR, organisation=place, username="locked", password=PASSWORD)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        attempt("locked")


def attempt(username: str, password: str = "wrong wrong wrong"):
    return Client().post(reverse("accounts:login"), {"username": username, "password": password})


def test_one_try_costs_one_hash_whatever_the_account(accounts, hashes):
    costs = {}
    for username in ("existing", "missing", "disabled", "locked"):
        hashes.clear()
        attempt(username)
        costs[username] = len(hashes)
    assert costs == {"existing": 1, "missing": 1, "disabled": 1, "locked": 1}


def test_the_right_password_of_a_disabled_or_locked_account_costs_no_less(accounts, hashes):
    for username in ("disabled", "locked"):
        hashes.clear()
        assert attempt(username, PASSWORD).status_code != 302
        assert len(hashes) == 1, username


def test_existing_missing_and_disabled_accounts_read_the_same(accounts):
    pages = {name: attempt(name).content.replace(name.encode(), b"") for name in ("existing", "missing", "disabled")}
    assert len({len(page) for page in pages.values()}) == 1


def test_control_a_sign_in_that_answers_before_hashing_is_seen(accounts, hashes, monkeypatch):
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.authenticate", lambda *args, **kwargs: None)
    hashes.clear()
    attempt("missing")
    assert len(hashes) != 1
