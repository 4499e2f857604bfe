"""T03: no form and no endpoint takes a field that it does not ask for."""

import pytest

from tests.attacks import mass, walk
from tests.attacks.checks import told

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def found(in_a_world) -> tuple[mass.Findings, mass.Findings]:
    """What the forged fields changed; and, as control, what is seen when one of them slips through."""

    def attack(built):
        caller = walk.Caller(built, walk.Report())
        return mass.probe(built, caller), mass.probe(built, caller, spoil=lambda row: {**row, "id": -1}, kinds=("staff",))

    return in_a_world(attack)


def test_forged_fields_change_nothing(found):
    real, _ = found
    print(f"\n{real.posts} posts, {real.saved} of them saved")
    assert real.posts > 100
    assert real.saved > 15
    assert not real.changed, told(real.changed)


def test_control_a_field_that_slips_through_is_seen(found):
    _, spoilt = found
    assert len(spoilt.changed) == spoilt.posts / 2 > 0
