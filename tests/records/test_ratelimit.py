"""Counting tries: by window and by person; without the cache load passes and guessing does not."""

import pytest
from django.test import RequestFactory

from records import ratelimit


def test_tries_are_counted_per_person_and_window(time_machine):
    time_machine.move_to("2026-11-23 09:00:00", tick=False)
    assert [ratelimit.allow("t", "a", limit=2, seconds=60) for _ in range(3)] == [True, True, False]
    assert ratelimit.allow("t", "b", limit=2, seconds=60)
    assert ratelimit.allow("other", "a", limit=2, seconds=60)
    time_machine.move_to("2026-11-23 09:01:00", tick=False)
    assert ratelimit.allow("t", "a", limit=2, seconds=60)


def test_too_many_is_429_and_says_when_to_come_back():
    with pytest.raises(ratelimit.TooMany, match="2 分钟") as refusal:
        for _ in range(2):
            ratelimit.check("t", "a", limit=1, seconds=120)
    assert refusal.value.status == 429


def test_without_the_cache_load_passes_and_guessing_does_not(monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(ratelimit.cache, "add", down, raising=False)

    assert ratelimit.allow("t", "a", limit=1, seconds=60)
    assert not ratelimit.allow("t", "a", limit=1, seconds=60, fail_open=False)


def test_a_forwarded_header_does_not_change_who_is_counted():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1"}, REMOTE_ADDR="192.0.2.7")

    assert ratelimit.client_address(request) == "192.0.2.7"
