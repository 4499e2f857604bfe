"""Guessing is stopped, a session dies with its reason to live."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import totp as current_code
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import AuditEvent, Membership
from accounts.roles import Role
from accounts.wallclock import now, today
from accounts.wording import describe, details
from records.models import Message
from tests.accounts.conftest import PASSWORD

LOGIN, ME = "/accounts/login/", "/accounts/me/"
GOOD_CODE = "动态口令"


def sign_in(client, username="chief", password=PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password})


def is_in(client):
    return client.get(ME).status_code == 200


@pytest.fixture
def device(chief):
    return TOTPDevice.objects.create(user=chief, name="phone", confirmed=True)


def code_of(device):
    return f"{current_code(device.bin_key):06d}"


def test_a_right_password_signs_in_and_leaves_a_trace(chief, client):
    assert sign_in(client).status_code == 302
    assert is_in(client)
    assert AuditEvent.objects.filter(action="accounts.user.signed_in", target_id=str(chief.pk)).exists()


@pytest.mark.parametrize("username", ["chief", "nobody"])
def test_wrong_password_and_missing_user_read_the_same(chief, client, username):
    text = sign_in(client, username, "wrong password here").content.decode()
    assert "用户名或密码不正确" in text
    assert not is_in(client)


def test_a_disabled_account_reads_like_a_wrong_password(chief, client):
    chief.is_active = False
    chief.save()
    assert "用户名或密码不正确" in sign_in(client).content.decode()


def test_the_eleventh_try_is_locked_out_even_with_the_right_password_from_any_address(chief, client):
    for n in range(10):
        client.post(
            LOGIN, {"username": "chief", "password": "wrong"}, headers={"x-forwarded-for": f"10.0.0.{n}"}, REMOTE_ADDR=f"10.1.0.{n}"
        )
    answer = client.post(LOGIN, {"username": "chief", "password": PASSWORD}, REMOTE_ADDR="10.2.0.1")
    assert answer.status_code in (403, 429)
    assert not is_in(client)


def test_a_lock_ends_after_fifteen_minutes(chief, client):
    for _ in range(10):
        sign_in(client, password="wrong")
    with time_machine.travel(now() + timedelta(minutes=16), tick=True):
        sign_in(client)
        assert is_in(client)


def test_a_lock_is_told_once_to_its_person_and_to_the_security_administrators_above(chief, person, world, client):
    guard, far = (person(name, Role.SECURITY_ADMIN, place) for name, place in (("guard", world.a), ("far", world.b)))
    for _ in range(9):
        sign_in(client, password="wrong")
    assert not AuditEvent.objects.filter(action="accounts.user.locked").exists()
    for _ in range(4):
        sign_in(client, password="wrong")
        event = AuditEvent.objects.get(action="accounts.user.locked")
        assert sorted(Message.objects.values_list("recipient__username", flat=True)) == ["chief", "guard"]
    assert (event.target_id, event.organisation_path, event.actor) == (str(chief.pk), world.a.path, None)
    assert describe(event.action).endswith("因连续输错密码锁定") and details(event) == [("来源地址", "127.0.0.1")]
    with time_machine.travel(now() + timedelta(minutes=16), tick=True):
        for _ in range(11):
            sign_in(client, password="wrong")
    assert AuditEvent.objects.filter(action="accounts.user.locked").count() == 2, "the next lock is told anew"
    assert Message.objects.filter(recipient=guard).count() == 2 and not Message.objects.filter(recipient=far).exists()


def test_guessing_at_a_name_that_nobody_has_tells_nobody(world, person, client):
    person("guard", Role.SECURITY_ADMIN, world.city)
    for _ in range(11):
        sign_in(client, "nobody", "wrong")
    assert not Message.objects.exists()


def test_guessing_at_one_account_locks_no_other(chief, person, world, client):
    person("colleague", Role.SUPERVISOR, world.a)
    for _ in range(10):
        sign_in(client, password="wrong")
    sign_in(client, "colleague")
    assert is_in(client)


def test_the_session_key_changes_at_sign_in(chief, client):
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_later_sign_in_ends_the_earlier_session_and_says_why(chief, client):
    other = Client()
    sign_in(client)
    sign_in(other)
    assert "已在别处登录" in client.get(ME, follow=True).content.decode()
    assert is_in(other)


@pytest.mark.parametrize(("away", "alive"), [(timedelta(minutes=29), True), (timedelta(minutes=31), False)])
def test_half_an_hour_without_a_request_ends_the_session(chief, client, away, alive):
    sign_in(client)
    with time_machine.travel(now() + away, tick=True):
        assert is_in(client) is alive


def test_without_the_clock_an_ended_session_is_seen_to_live_on(chief, client, monkeypatch):
    """The control of the three ways a session ends."""
    sign_in(client)
    sign_in(Client())
    monkeypatch.setattr("accounts.middleware.SessionClock.ended", lambda *_: "")
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert is_in(client)


def test_twelve_hours_end_a_session_however_busy(chief, client):
    sign_in(client)
    start = now()
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=True):
            assert is_in(client)
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=True):
        assert not is_in(client)


def test_a_signed_out_session_cannot_be_replayed(chief, client):
    sign_in(client)
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=cookie).exists()


def test_signing_out_by_link_is_refused(chief, client):
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 405
    assert is_in(client)


def test_a_changed_password_ends_other_sessions(chief, client):
    sign_in(client)
    services.change_password(chief, "a quite different passphrase", by=chief)
    assert not is_in(client)


def test_a_disabled_account_is_out_at_the_next_request(chief, client):
    sign_in(client)
    services.set_active(chief, False, by=chief, reason="离职")
    assert not is_in(client)


def test_an_ended_post_is_out_of_power_at_the_next_request(chief, client):
    sign_in(client)
    assert client.get("/accounts/audit/").status_code == 200
    Membership.objects.filter(user=chief).update(ended_on=today() - timedelta(days=1))
    assert client.get("/accounts/audit/").status_code == 403


def test_an_initial_password_must_be_changed_first(chief, client):
    chief.must_change_password = True
    chief.save()
    sign_in(client)
    assert client.get("/accounts/audit/").headers["Location"] == "/accounts/me/password/"
    data = {"old_password": PASSWORD, "new_password": "neun lange Wörter helfen", "again": "neun lange Wörter helfen"}
    client.post("/accounts/me/password/", data)
    assert client.get("/accounts/audit/").status_code == 200


@pytest.mark.parametrize("weak", ["short", "password1234", "123456789012", "chiefchief12"])
def test_a_weak_new_password_is_refused(chief, client, weak):
    sign_in(client)
    answer = client.post("/accounts/me/password/", {"old_password": PASSWORD, "new_password": weak, "again": weak})
    assert answer.context["form"].errors["new_password"]


def test_a_second_factor_is_asked_before_the_session_begins(chief, device, client):
    assert sign_in(client).headers["Location"].startswith("/accounts/login/code/")
    assert not is_in(client)
    assert client.post("/accounts/login/code/", {"code": code_of(device)}).status_code == 302
    assert is_in(client)


def test_a_code_works_once(chief, device, client):
    code = code_of(device)
    sign_in(client)
    client.post("/accounts/login/code/", {"code": code})
    thief = Client()
    sign_in(thief)
    assert "动态口令不正确" in thief.post("/accounts/login/code/", {"code": code}).content.decode()


def test_a_code_without_the_password_is_worth_nothing(chief, device, client):
    assert client.post("/accounts/login/code/", {"code": code_of(device)}).headers["Location"] == LOGIN


def test_the_step_between_password_and_code_lasts_five_minutes(chief, device, client):
    sign_in(client)
    with time_machine.travel(now() + timedelta(minutes=6), tick=True):
        assert client.post("/accounts/login/code/", {"code": code_of(device)}).headers["Location"] == LOGIN


def shown_secret(client) -> str:
    """The secret on the page of binding, as the device stores it."""
    page = client.get("/accounts/me/second-factor/").content.decode()
    return b32decode(re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")).hex()


def test_administrators_must_set_up_a_second_factor_where_it_is_required(world, person, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    admin = person("admin", Role.SYSTEM_ADMIN, world.city)
    sign_in(client, "admin")
    assert client.get("/accounts/users/").headers["Location"] == "/accounts/me/second-factor/"
    shown = shown_secret(client)
    assert not TOTPDevice.objects.filter(user=admin).exists(), "looking binds nothing"
    wrong = client.post("/accounts/me/second-factor/", {"code": "000000"})
    assert "动态口令不正确" in wrong.content.decode()
    assert shown_secret(client) == shown, "the code on the screen stays good"
    before = client.session.session_key
    with time_machine.travel(now() + timedelta(seconds=60), tick=True):  # a wrong code makes the next try wait
        client.post("/accounts/me/second-factor/", {"code": code_of(TOTPDevice(user=admin, key=shown))})
    assert client.session.session_key != before and not Session.objects.filter(session_key=before).exists()
    assert client.get("/accounts/users/").status_code == 200


def test_a_next_address_of_another_host_is_not_followed(chief, device, client):
    sign_in(client)
    answer = client.post("/accounts/login/code/?next=https://evil.example/", {"code": code_of(device)})
    assert answer.headers["Location"] == "/"
