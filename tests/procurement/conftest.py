import pytest

from procurement.sealing import custody


@pytest.fixture(autouse=True)
def _light_key_stretching(monkeypatch):
    """Argon2 with 64 MiB, four times a tender, would make these tests wait for nothing they ask about."""
    monkeypatch.setattr(custody, "MEMORY_KIB", 64)
