import pytest

from records import workdays


@pytest.fixture(autouse=True)
def _calendar_of_the_database():
    """A test that changed the calendar was rolled back: read it anew."""
    workdays.refresh()
    yield
    workdays.refresh()
