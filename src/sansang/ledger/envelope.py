"""What is an entry, as bytes? The envelope in one canonical form, hashed as it is stored."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec

ENVELOPE_FORM = 1
#: The previous hash of the first entry of a log.
BEGINNING = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One entry. Times are microseconds since 1970 (UTC); ``clear`` and ``sealed`` are the two halves of its body.

    ``clear`` is a canonical mapping; ``sealed`` is a ciphertext (b"" for none), so the hash covers what was written
    without revealing it. ``subject`` is the id of the person whom it is about ("" for none). ``previous`` is the hash
    of the entry before it in the log.
    """

    form: int
    log: str
    number: int
    millis: int
    counter: int
    happened: int
    written: int
    author: str
    post: str
    kind: str
    version: int
    command: str
    subject: str
    clear: bytes
    sealed: bytes
    previous: bytes


_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(Envelope)
_MAPPING = msgspec.msgpack.Decoder(dict[str, object])


def envelope_bytes(envelope: Envelope) -> bytes:
    """The canonical bytes of an entry: what is stored, exported and hashed."""
    return _ENCODER.encode(envelope)


def stored_envelope(data: bytes) -> Envelope:
    """The entry of bytes that were checked when they were stored; raises ValueError for others."""
    try:
        return _DECODER.decode(data)
    except ValueError as wrong:
        raise ValueError(f"no entry: {wrong}") from wrong


def parse_envelope(data: bytes) -> Envelope:
    """The entry of these bytes; raises ValueError unless they are its one canonical form."""
    envelope = stored_envelope(data)
    if _ENCODER.encode(envelope) != data:
        raise ValueError("not in canonical form")
    return envelope


def hash_of(data: bytes) -> bytes:
    """SHA-256 over the stored bytes."""
    return hashlib.sha256(data).digest()


def mapping_bytes(mapping: dict[str, object]) -> bytes:
    """A mapping in its one canonical form: keys in order."""
    return _ENCODER.encode(mapping)


def mapping_of(data: bytes) -> dict[str, object]:
    """The mapping of these bytes; raises ValueError for others."""
    try:
        return _MAPPING.decode(data)
    except ValueError as wrong:
        raise ValueError(f"no mapping: {wrong}") from wrong


def micros(moment: datetime) -> int:
    """A moment with its zone as microseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(micros_since: int) -> datetime:
    """The moment (UTC) that many microseconds after 1970."""
    return _EPOCH + micros_since * _MICROSECOND


def short_hash(digest: bytes) -> str:
    """How a head's hash is printed at the foot of a journal: sixteen hex digits in groups of four."""
    text = digest[:8].hex()
    return " ".join(text[at : at + 4] for at in range(0, 16, 4))
