"""Those who stand at the counter and behind it, on a Monday with the National Day ahead."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.roles import Role
from tests.factories import make_user
from tests.windows.factories import make_clerk

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)


@pytest.fixture
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def township(chongqing):
    return chongqing.home.townships[0].organisation


@pytest.fixture
def clerk(township):
    return make_clerk(township, name="王经办")


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.home.bureau)


@pytest.fixture
def doctor(chongqing):
    return make_user(role=Role.DEPARTMENT_HANDLER, organisation=chongqing.home.departments["MEDICAL"])
