import pytest

from tests.procurement import ocds_schema


@pytest.fixture(scope="session")
def official():
    return ocds_schema.validator()
