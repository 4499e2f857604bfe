"""One form sent twice makes one thing (D07, D10)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict

from accounts.roles import Role
from records import clock, messages
from records.idempotency import fingerprint_of, forget_old, once
from records.models import Message, Submission
from records.refusals import Refused
from tests.factories import make_chongqing, make_user

PURPOSE = "test.effect"
AT_ONCE = 50


@pytest.fixture
def user(chongqing):
    return make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation)


def submit(user, key, fingerprint="f"):
    """As a page does it: the effect has no natural key of its own."""
    with once(user, PURPOSE, key, fingerprint) as slot:
        if slot.done:
            return slot.result
        number = Message.objects.count()
        messages.send([user], "受理", key=f"{key}-{number}-{threading.get_ident()}-{clock.now().timestamp()}")
        slot.result = f"/cases/{number}/"
    return slot.result


@pytest.mark.django_db
def test_the_second_submission_gets_the_first_result(user):
    assert submit(user, "k") == submit(user, "k") == "/cases/0/"
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused_with_422(user):
    submit(user, "k", "one")

    with pytest.raises(Refused, match="刷新页面") as refusal:
        submit(user, "k", "another")
    assert refusal.value.status == 422
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_another_person_or_purpose_has_keys_of_its_own(user, chongqing):
    other = make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation)
    submit(user, "k")
    submit(other, "k")
    with once(user, "test.other", "k", "f") as slot:
        assert not slot.done

    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_failed_effect_leaves_no_receipt(user):
    with pytest.raises(ZeroDivisionError), once(user, PURPOSE, "k", "f"):
        raise ZeroDivisionError

    assert not Submission.objects.exists()
    assert submit(user, "k") == "/cases/0/"


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered(user):
    submit(user, "")
    submit(user, "")

    assert Message.objects.count() == 2
    assert not Submission.objects.exists()


def race(user, key: str) -> int:
    start = threading.Barrier(AT_ONCE)
    answers = []

    def body():
        try:
            start.wait()
            answers.append(submit(user, key))
        except Exception as error:  # counted below
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=body) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    return len(set(answers))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_fifty_at_once_with_one_key_make_one_and_without_key_fifty():
    user = make_user(role=Role.CITY_BUREAU, organisation=make_chongqing().city)

    assert race(user, "k") == 1
    assert Message.objects.count() == 1
    race(user, "")  # the control: nothing but the key held them back
    assert Message.objects.count() == AT_ONCE + 1


def test_the_fingerprint_knows_content_not_order_nor_noise():
    first = QueryDict("a=1&b=2&b=3&csrfmiddlewaretoken=x&idempotency_key=k")

    assert fingerprint_of(first) == fingerprint_of(QueryDict("b=2&b=3&a=1&csrfmiddlewaretoken=y"))
    assert fingerprint_of(first) != fingerprint_of(QueryDict("a=1&b=3&b=2"))
    assert fingerprint_of(b"x") != fingerprint_of(b"y")


@pytest.mark.django_db
def test_old_receipts_are_forgotten_and_young_ones_kept(user):
    submit(user, "old")
    Submission.objects.update(created_at=clock.now() - timedelta(days=8))
    submit(user, "young")

    assert forget_old() == 1
    assert Submission.objects.get().key == "young"
