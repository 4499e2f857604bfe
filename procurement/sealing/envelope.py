"""An envelope: bytes of one fixed size that only the holder of an X25519 private key can open.

Layout: magic (4) · ephemeral public key (32) · nonce (12) · AES-256-GCM of [length (4) · content · zeros] with tag (16).
The key is HKDF-SHA256 of the shared secret, salted with both public keys. ``about`` (tender, bidder, version …) is
authenticated with the content, so that an envelope moved to another bid does not open.
"""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"YME1"
PUBLIC_BYTES, NONCE_BYTES, LENGTH_BYTES, TAG_BYTES = 32, 12, 4, 16
OVERHEAD = len(MAGIC) + PUBLIC_BYTES + NONCE_BYTES + LENGTH_BYTES + TAG_BYTES


class Tampered(Exception):
    """The envelope is not the one that was sealed for this key and this purpose."""


class TooLarge(Exception):
    """The content does not fit into the envelope. ``room``: how many bytes would."""

    def __init__(self, room: int):
        self.room = room
        super().__init__(f"at most {room} bytes fit")


def new_key() -> tuple[bytes, bytes]:
    """A fresh (public, private) pair, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, content: bytes, *, size: int, about: bytes) -> bytes:
    """An envelope of exactly ``size`` bytes. Raises TooLarge."""
    room = size - OVERHEAD
    if len(content) > room:
        raise TooLarge(room)
    padded = len(content).to_bytes(LENGTH_BYTES, "big") + content + bytes(room - len(content))
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    key = _key(ephemeral.exchange(X25519PublicKey.from_public_bytes(public)), own, public)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return MAGIC + own + nonce + AESGCM(key).encrypt(nonce, padded, MAGIC + own + about)


def unseal(private: bytes, sealed: bytes, *, about: bytes) -> bytes:
    """The content. Raises Tampered when a single bit of envelope or ``about`` differs."""
    own, nonce, box = sealed[4:36], sealed[36:48], sealed[48:]
    if sealed[:4] != MAGIC or len(sealed) < OVERHEAD:
        raise Tampered("not an envelope")
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(own))
        padded = AESGCM(_key(shared, own, public_of(private))).decrypt(nonce, box, MAGIC + own + about)
    except (InvalidTag, ValueError) as error:
        raise Tampered("the seal does not hold") from error
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]


def digest(sealed: bytes) -> str:
    """The commitment: SHA-256 of the whole envelope, in hex."""
    return hashlib.sha256(sealed).hexdigest()


def _key(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=ephemeral + public, info=b"yimen sealed bid 1").derive(shared)
