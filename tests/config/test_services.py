"""The suite itself stands on real services."""

import os

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
@pytest.mark.skipif(os.environ.get("YIMEN_TEST_DATABASE") == "sqlite", reason="this run is asked to use SQLite")
def test_the_database_is_a_real_postgresql():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("1min",)
    assert connection.vendor == "postgresql"


def test_the_cache_is_a_real_redis_apart_from_the_broker(settings):
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert settings.CACHE_URL.rpartition("=")[2] != settings.BROKER_URL.rpartition("=")[2]
