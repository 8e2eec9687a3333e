"""How can words be erased that a chain has hashed? Each entry has its own key; without it they can't be read.

Where an entry speaks of somebody (its subject), its key is wrapped by that person's key: destroying the one key makes
all of it unreadable, and the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
NONCE_BYTES = 12
#: Returns that many random bytes; passed in, so that tests can fix them.
Chance = Callable[[int], bytes]


class CannotUnseal(Exception):
    """The words can't be read: the key is another one, or the ciphertext was changed."""


def bound_to(log: str, number: int, kind: str) -> bytes:
    """What a ciphertext belongs to: moved to another entry, it does not open."""
    return f"{log}\n{number}\n{kind}".encode()


def seal(words: bytes, bound: bytes, chance: Chance) -> tuple[bytes, bytes]:
    """The ciphertext (nonce first) of these words, and the new key that opens it (ChaCha20-Poly1305)."""
    key, nonce = chance(KEY_BYTES), chance(NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, words, bound), key


def unseal(sealed: bytes, bound: bytes, key: bytes) -> bytes:
    """The words of a ciphertext; raises CannotUnseal with a wrong key, or if anything was changed."""
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as wrong:
        raise CannotUnseal from wrong


def wrap(key: bytes, subject_key: bytes) -> bytes:
    """An entry's key under its subject's key (AES key wrap, RFC 3394)."""
    return aes_key_wrap(subject_key, key)


def unwrap(wrapped: bytes, subject_key: bytes) -> bytes:
    """The entry's key; raises CannotUnseal with a wrong subject key."""
    try:
        return aes_key_unwrap(subject_key, wrapped)
    except (InvalidUnwrap, ValueError) as wrong:
        raise CannotUnseal from wrong
