"""What every test may ask for."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and counters of one test must not reach the next."""
    cache.clear()
    yield
