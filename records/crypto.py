"""Personal data at rest: SM4-GCM with a named key (GB/T 32907), and a blind index by HMAC-SM3 (GB/T 32905) for equality search.

``settings.FIELD_KEYS`` is an ordered dict {key id: 32 hex digits}; the first encrypts, all decrypt, so a key is
rotated by putting a new one in front and running ``manage.py rotate_field_key``. ``settings.BLIND_INDEX_KEY`` is apart.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.conf import settings
from django.db import models

NONCE, TAG = 12, 16


class Undecipherable(ValueError):
    """The stored text was changed, cut, or its key is gone."""


def encrypt(text: str) -> str:
    """``"<key id>:<base64 nonce+tag+ciphertext>"``; the empty string stays empty."""
    if not text:
        return text
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    nonce = os.urandom(NONCE)
    cipher = Cipher(SM4(bytes.fromhex(key)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(key_id.encode())
    body = cipher.update(text.encode()) + cipher.finalize()
    return f"{key_id}:{base64.b64encode(nonce + cipher.tag + body).decode()}"


def decrypt(sealed: str) -> str:
    """The text of ``encrypt``. Raises Undecipherable."""
    if not sealed:
        return sealed
    key_id, _, packed = sealed.partition(":")
    try:
        key, raw = bytes.fromhex(settings.FIELD_KEYS[key_id]), base64.b64decode(packed, validate=True)
        cipher = Cipher(SM4(key), modes.GCM(raw[:NONCE], raw[NONCE : NONCE + TAG])).decryptor()
        cipher.authenticate_additional_data(key_id.encode())
        return (cipher.update(raw[NONCE + TAG :]) + cipher.finalize()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise Undecipherable(f"key {key_id[:16]!r}") from error


def key_of(sealed: str) -> str:
    return sealed.partition(":")[0]


def blind_index(text: str, purpose: str = "id") -> str:
    """64 hex digits, equal for equal ``text`` and ``purpose``; useless without the key. Empty for empty."""
    if not text:
        return ""
    mac = hmac.HMAC(bytes.fromhex(settings.BLIND_INDEX_KEY), hashes.SM3())
    mac.update(f"{purpose}\x00{text}".encode())
    return mac.finalize().hex()


class EncryptedTextField(models.TextField):
    """Clear text in Python, SM4-GCM in the database. Cannot be searched: keep ``blind_index(value)`` in a column beside it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value)

    def from_db_value(self, value, expression, connection):
        return value if value is None else decrypt(value)

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted; search its blind index instead")
        return super().get_lookup(lookup_name)
