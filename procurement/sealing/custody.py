"""A key holder's own pair: the public half takes a share in, the private half lies behind the holder's passphrase."""

import secrets

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import envelope

SALT_BYTES, NONCE_BYTES = 16, 12
SHARE_ENVELOPE = envelope.OVERHEAD + 80
MINIMUM_LENGTH = 10
MEMORY_KIB = 64 * 1024


class WrongPassphrase(Exception):
    pass


def take(passphrase: str) -> tuple[bytes, bytes]:
    """(public key, locked private key) for a holder who chose this passphrase."""
    public, private = envelope.new_key()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    return public, salt + nonce + AESGCM(_stretch(passphrase, salt)).encrypt(nonce, private, public)


def unlock(public: bytes, locked: bytes, passphrase: str) -> bytes:
    """The private key. Raises WrongPassphrase."""
    salt, nonce, box = locked[:SALT_BYTES], locked[SALT_BYTES : SALT_BYTES + NONCE_BYTES], locked[SALT_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(_stretch(passphrase, salt)).decrypt(nonce, box, public)
    except InvalidTag as error:
        raise WrongPassphrase from error


def escrow_key(secret: str) -> tuple[bytes, bytes]:
    """The system's own (public, private) pair, made from a secret of the environment that is in no database."""
    private = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"yimen bid escrow 1").derive(secret.encode())
    return envelope.public_of(private), private


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, time_cost=3, memory_cost=MEMORY_KIB, parallelism=1, hash_len=32, type=Type.ID)
