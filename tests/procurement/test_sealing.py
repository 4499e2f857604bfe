import contextlib
import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.sealing import custody, envelope, shamir

secrets_ = st.binary(min_size=32, max_size=32)


@given(secrets_)
def test_any_two_of_three_shares_give_the_secret(secret):
    shares = shamir.split(secret)
    for pair in combinations(shares, 2):
        assert shamir.combine(pair, length=32) == secret
    assert shamir.combine(shares, length=32) == secret


@given(secrets_, secrets_)
def test_one_share_fits_every_secret(secret, other):
    """What one holder has is as likely under any other secret: a second point can be found that leads there."""
    held = shamir.split(secret)[0]
    zero = int.from_bytes(other, "big")
    slope = (held.y - zero) * pow(held.x, -1, shamir.PRIME) % shamir.PRIME
    partner = shamir.Share(2, (zero + 2 * slope) % shamir.PRIME)
    assert shamir.combine([held, partner], length=32) == other


@given(secrets_)
def test_one_share_alone_is_not_the_secret(secret):
    for share in shamir.split(secret):
        with contextlib.suppress(ValueError):
            assert shamir.combine([share], length=66)[-32:] != secret


def test_shares_of_two_keys_do_not_combine_to_either():
    one, two = bytes(range(32)), bytes(range(32, 64))
    mixed = [shamir.split(one)[0], shamir.split(two)[1]]
    with contextlib.suppress(ValueError):
        assert shamir.combine(mixed, length=32) not in (one, two)


@given(st.binary(min_size=1, max_size=64), st.integers(2, 5), st.integers(0, 3))
def test_every_threshold_works(secret, needed, more):
    shares = shamir.split(secret, shares=needed + more, needed=needed)
    assert shamir.combine(shares[-needed:], length=len(secret)) == secret


def test_a_share_survives_its_bytes():
    share = shamir.split(bytes(32))[2]
    assert shamir.Share.from_bytes(share.to_bytes()) == share


@pytest.mark.parametrize("shares", [[shamir.Share(1, 5), shamir.Share(1, 5)], [shamir.Share(0, 5), shamir.Share(1, 5)]])
def test_a_point_given_twice_or_zero_is_refused(shares):
    with pytest.raises(ValueError):
        shamir.combine(shares, length=32)


@settings(max_examples=30)
@given(st.binary(max_size=500))
def test_what_is_sealed_comes_out_and_always_has_one_size(content):
    public, private = envelope.new_key()
    sealed = envelope.seal(public, content, size=1024, about=b"t1/c1/1")
    assert len(sealed) == 1024
    assert envelope.unseal(private, sealed, about=b"t1/c1/1") == content


def test_content_that_does_not_fit_is_refused_with_the_room_left():
    public, _ = envelope.new_key()
    with pytest.raises(envelope.TooLarge) as error:
        envelope.seal(public, bytes(1000), size=1024, about=b"")
    assert error.value.room == 1024 - envelope.OVERHEAD


def test_a_thousand_random_mutations_are_all_found():
    public, private = envelope.new_key()
    sealed = envelope.seal(public, "报价 1234567.89".encode(), size=600, about=b"t1/c1/1")
    commitment, dice = envelope.digest(sealed), random.Random(4)
    for _ in range(1_000):
        changed = bytearray(sealed)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        assert envelope.digest(bytes(changed)) != commitment
        with pytest.raises(envelope.Tampered):
            envelope.unseal(private, bytes(changed), about=b"t1/c1/1")
    assert envelope.unseal(private, sealed, about=b"t1/c1/1")  # control: the untouched one opens


@pytest.mark.parametrize("about", [b"t1/c2/1", b"t2/c1/1", b"t1/c1/2", b""])
def test_an_envelope_moved_to_another_bid_does_not_open(about):
    public, private = envelope.new_key()
    sealed = envelope.seal(public, b"x", size=200, about=b"t1/c1/1")
    with pytest.raises(envelope.Tampered):
        envelope.unseal(private, sealed, about=about)


@pytest.mark.parametrize("cut", [0, 3, 50, 199])
def test_a_cut_envelope_does_not_open(cut):
    public, private = envelope.new_key()
    sealed = envelope.seal(public, b"x", size=200, about=b"")
    with pytest.raises(envelope.Tampered):
        envelope.unseal(private, sealed[:cut], about=b"")


def test_another_key_does_not_open():
    public, _ = envelope.new_key()
    _, other = envelope.new_key()
    with pytest.raises(envelope.Tampered):
        envelope.unseal(other, envelope.seal(public, b"x", size=200, about=b""), about=b"")


def test_custody_opens_with_its_own_passphrase_only():
    public, locked = custody.take("渝A-开标口令-2026")
    private = custody.unlock(public, locked, "渝A-开标口令-2026")
    assert envelope.public_of(private) == public
    with pytest.raises(custody.WrongPassphrase):
        custody.unlock(public, locked, "渝A-开标口令-2027")


def test_a_locked_key_put_under_another_holder_does_not_open():
    _, locked = custody.take("passphrase one")
    other, _ = custody.take("passphrase two")
    with pytest.raises(custody.WrongPassphrase):
        custody.unlock(other, locked, "passphrase one")


def test_escrow_key_depends_on_the_secret_alone():
    assert custody.escrow_key("a") == custody.escrow_key("a") != custody.escrow_key("b")
