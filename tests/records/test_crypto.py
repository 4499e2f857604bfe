"""Personal data at rest: sealed, found again by its blind index, readable after the key was rotated."""

import pytest
from django.core.management import call_command

from records import crypto

OLD, NEW = {"a": "00" * 16}, {"b": "11" * 16, "a": "00" * 16}
NUMBER = "500100200002291041"


def test_text_comes_back_and_does_not_show(settings):
    settings.FIELD_KEYS = OLD
    sealed = crypto.encrypt(NUMBER)

    assert crypto.decrypt(sealed) == NUMBER
    assert NUMBER not in sealed
    assert crypto.encrypt(NUMBER) != sealed  # no two alike


def test_an_old_key_still_reads_after_a_new_one_writes(settings):
    settings.FIELD_KEYS = OLD
    sealed = crypto.encrypt(NUMBER)
    settings.FIELD_KEYS = NEW

    assert crypto.decrypt(sealed) == NUMBER
    assert crypto.key_of(crypto.encrypt(NUMBER)) == "b"


@pytest.mark.parametrize("change", ["a:AAAA", "c:{body}", "a:{body}x", ":", "plain text"])
def test_what_was_changed_is_not_read(change, settings):
    settings.FIELD_KEYS = OLD
    body = crypto.encrypt(NUMBER).partition(":")[2]

    with pytest.raises(crypto.Undecipherable):
        crypto.decrypt(change.format(body=body))


def test_every_flipped_bit_of_the_sealed_text_is_noticed(settings):
    settings.FIELD_KEYS = OLD
    body = crypto.encrypt("张三").partition(":")[2]
    raw = bytearray(crypto.base64.b64decode(body))
    for at in range(len(raw)):
        raw[at] ^= 1
        with pytest.raises(crypto.Undecipherable):
            crypto.decrypt(f"a:{crypto.base64.b64encode(bytes(raw)).decode()}")
        raw[at] ^= 1


def test_the_blind_index_is_equal_for_equal_text_and_purpose_only(settings):
    settings.BLIND_INDEX_KEY = "22" * 16

    assert crypto.blind_index(NUMBER) == crypto.blind_index(NUMBER)
    assert crypto.blind_index(NUMBER) != crypto.blind_index(NUMBER, "phone")
    assert len(crypto.blind_index(NUMBER)) == 64
    first = crypto.blind_index(NUMBER)
    settings.BLIND_INDEX_KEY = "33" * 16
    assert crypto.blind_index(NUMBER) != first


def test_empty_stays_empty():
    assert crypto.encrypt("") == crypto.decrypt("") == crypto.blind_index("") == ""


def test_an_encrypted_field_refuses_to_be_searched():
    field = crypto.EncryptedTextField(name="secret")

    assert field.get_lookup("isnull") is not None
    with pytest.raises(TypeError, match="blind index"):
        field.get_lookup("exact")


@pytest.mark.django_db
def test_rotation_says_how_many_rows_it_rewrote(capsys):
    call_command("rotate_field_key")

    assert "个字段" in capsys.readouterr().out
