"""T17: many guesses at the same moment. As many are judged as one after the other, and no more."""

import threading
import time

import pytest
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from records import ratelimit
from tests.factories import PASSWORD, make_chongqing, make_user
from windows.services.intake import CODE_ALPHABET
from windows.views import progress

AT_ONCE, LIMIT = 50, settings.AXES_FAILURE_LIMIT
HASHING = 0.1  # what Argon2 takes at least; the tests' own is cheaper
postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")


def all_at_once(attempts) -> None:
    """Each in a thread of its own, from an address of its own."""
    start, faults = threading.Barrier(len(attempts)), []

    def body(attempt, number):
        try:
            start.wait()
            attempt(f"10.9.{number // 250}.{number % 250}")
        except Exception as error:  # judged below
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=body, args=(attempt, number)) for number, attempt in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def sign_in(password: str, address: str = "10.8.0.1"):
    return Client(REMOTE_ADDR=address).post(reverse("accounts:login"), {"username": "official", "password": password})


def guess(number: int):
    return lambda address: sign_in(f"wrong guess number {number}", address)


@pytest.fixture
def judged(transactional_db, monkeypatch):
    """The passwords that were held against the official's own."""
    make_user(role=Role.SUPERVISOR, organisation=make_chongqing().home.bureau, username="official", password=PASSWORD)
    seen, check = [], User.check_password

    def slowly(user, password):
        seen.append(password)
        time.sleep(HASHING)
        return check(user, password)

    monkeypatch.setattr(User, "check_password", slowly)
    return seen


@postgres
def test_fifty_passwords_at_once_are_ten_tries_and_then_the_account_is_locked(judged, monkeypatch):
    all_at_once([guess(number) for number in range(AT_ONCE)])
    assert len(judged) == LIMIT
    assert sign_in(PASSWORD).status_code != 302
    assert len(judged) == LIMIT, "the right one is not even looked at"

    # The control: without the lock every guess is judged, and the right one enters.
    monkeypatch.setattr(AxesProxyHandler.get_implementation(), "is_locked", lambda *args: False)
    judged.clear()
    all_at_once([guess(number) for number in range(LIMIT + 2)])
    assert len(judged) == LIMIT + 2
    assert sign_in(PASSWORD).status_code == 302


SECRET = "7310"
GUESSES = [f"{number:04d}" for number in range(7290, 7290 + AT_ONCE)]
SPELLINGS = ("ABCDE23456", "abcde23456", "ABCDE-23456", "ABCDE 23456", "ABCDE.23456", "ABCDE023456", "0ABCDE23456", "ＡBCDE/23456")


@pytest.fixture
def asked(monkeypatch):
    """The secrets that were held against the one slip."""
    seen = []

    def judge(code, last_four):
        if "".join(char for char in code if char in CODE_ALPHABET) == SPELLINGS[0]:
            seen.append(last_four)

    monkeypatch.setattr(progress, "ask", judge)
    return seen


def guess_slip(number: int, last_four: str):
    code = SPELLINGS[number % len(SPELLINGS)]
    return lambda address: Client(REMOTE_ADDR=address).post(reverse("progress:form"), {"code": code, "last_four": last_four})


def test_fifty_guesses_at_one_slip_however_spelled_from_fifty_addresses_are_ten(asked, monkeypatch):
    guesses = [guess_slip(number, last_four) for number, last_four in enumerate(GUESSES)]
    all_at_once(guesses)
    assert len(asked) == progress.PER_CODE

    # The control: uncounted, the right digits are among those tried.
    asked.clear()
    monkeypatch.setattr(ratelimit, "allow", lambda *args, **kwargs: True)
    all_at_once(guesses)
    assert len(asked) == AT_ONCE and SECRET in asked
