"""T03: no form and no endpoint takes a field that it does not ask for."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_forged_fields_change_nothing(seen):
    real = seen.masses
    print(f"\n{real.posts} posts, {real.saved} of them saved")
    assert real.posts > 100
    assert real.saved > 15
    assert real.changed == []


def test_control_a_field_that_slips_through_is_seen(seen):
    assert len(seen.spoilt.changed) == seen.spoilt.posts / 2 > 0
