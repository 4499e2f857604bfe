"""Cases in volume: the shares add up, a broken run goes on, and no person is used twice."""

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation
from config.demo import caseloads, volume
from config.demo.people import People
from records import clock
from windows.models import Case, Person

pytestmark = pytest.mark.django_db


@given(st.integers(0, 10**6), st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10**4), min_size=1, max_size=40))
def test_shares_add_up_to_the_total_and_follow_the_weights(total, weights):
    shares = volume.apportion(total, weights)
    assert sum(shares.values()) == total
    whole = sum(weights.values())
    assert all(abs(shares[key] - total * weight / whole) < 1 for key, weight in weights.items())


def test_the_shares_of_programmes_are_hundredths():
    assert sum(share for _, share in volume.SHARES) == 100


def two_townships(monkeypatch):
    """The real tree, cut down to two townships."""
    call_command("load_divisions", verbosity=0)
    rows = [row for row in caseloads.read_sizing() if row["code"] in ("500115001", "500115002")]
    monkeypatch.setattr(caseloads, "read_sizing", lambda: rows)
    return Organisation.objects.filter(code__in=[row["code"] for row in rows], code_scheme="NBS2023")


def test_a_broken_run_goes_on_where_it_stopped_and_a_second_run_adds_nothing(monkeypatch):
    townships = two_townships(monkeypatch)
    people, seen = People(), []
    real = volume.bulk_open_cases

    def breaks_at_the_second(township, entries, **who):
        if township.code == "500115002":
            raise KeyboardInterrupt
        return real(township, entries, **who)

    monkeypatch.setattr(volume, "bulk_open_cases", breaks_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        volume.fill(60, people, lambda *at: seen.append(at))
    assert 0 < Case.objects.count() < 60

    monkeypatch.setattr(volume, "bulk_open_cases", real)
    volume.fill(60, people, lambda *at: seen.append(at))
    assert volume.fill(60, people, lambda *at: None) == 0
    assert (Case.objects.count(), Person.objects.count()) == (60, 60)
    assert seen[-1][:2] == (60, 60)
    assert set(Case.objects.values_list("organisation", flat=True)) == set(townships.values_list("pk", flat=True))


def test_clerks_of_the_volume_cannot_sign_in_and_serve_their_own_township(monkeypatch):
    townships = list(two_townships(monkeypatch))
    clerks = volume.clerks(townships, People())
    for township in townships:
        assert not clerks[township.pk].has_usable_password()
        assert clerks[township.pk].memberships.get().organisation == township
    assert volume.clerks(townships, People()) == clerks


def test_entries_mix_open_and_ended_cases_of_the_past_year(monkeypatch):
    wanted = volume.catalogue()
    rows = list(volume.entries(0, 2_000, People(), wanted, clock.today()))
    assert sum("ended" not in row for row in rows) == 100
    assert all(row["accepted_on"] <= clock.today() for row in rows)
    assert {row["programme"].code for row in rows} == {code for code, _ in volume.SHARES}
    assert len({row["id_number"] for row in rows}) == 2_000
