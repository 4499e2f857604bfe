"""The inbox: once per key, only to people in office, mailed when there is a mail server."""

from datetime import date

import pytest
from django.core import mail

from accounts.roles import Role
from records import messages
from records.models import Message
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(chongqing):
    return make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau, email="a@example.invalid")


def test_sending_twice_with_one_key_is_one_message(user):
    for _ in range(2):
        messages.send([user], "标题", key="k")

    assert messages.unread_count(user) == 1


def test_a_role_means_those_who_hold_it_there_today(chongqing, user):
    make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.districts[1].bureau)
    make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau, until=date(2021, 1, 1))
    make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau)
    make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau, is_active=False)

    assert messages.to_role(chongqing.home.bureau, Role.FINANCE_OFFICER, "标题", key="k") == 1
    assert Message.objects.get().recipient == user


def test_reading_touches_only_ones_own(chongqing, user):
    other = make_user(role=Role.SUPERVISOR, organisation=chongqing.home.bureau)
    messages.send([user, other], "标题", key="k")

    assert messages.mark_read(user) == 1
    assert messages.unread_count(other) == 1
    assert messages.mark_read(user, [Message.objects.get(recipient=other).pk]) == 0


def test_mail_goes_out_once_when_there_is_a_server(user, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_HOST = "mail.example.invalid"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://yimen.example.invalid"
    with django_capture_on_commit_callbacks(execute=True):
        messages.send([user], "项目已通过", "正文", url="/procurement/projects/1/", key="k")
    messages.mail("k")

    assert len(mail.outbox) == 1
    assert "https://yimen.example.invalid/procurement/projects/1/" in mail.outbox[0].body
    assert Message.objects.get().mailed_at is not None


def test_without_a_server_no_mail_is_tried(user, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_HOST = ""
    with django_capture_on_commit_callbacks(execute=True):
        messages.send([user], "标题", key="k")

    assert mail.outbox == []


def test_a_failing_mail_server_keeps_the_message_for_later(user, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    messages.send([user], "标题", key="k")
    monkeypatch.setattr(messages, "send_mail", down)

    assert messages.mail("k") == 0
    assert Message.objects.get().mailed_at is None
