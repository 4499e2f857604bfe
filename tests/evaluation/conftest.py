import pytest
import time_machine

from tests.evaluation.factories import TODAY, make_world


@pytest.fixture(autouse=True)
def _november():
    """The term of the sample contract ended on 31 October; its collection window is over."""
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def world(chongqing):
    return make_world(chongqing)
