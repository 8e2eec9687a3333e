"""How do a board's words lie in the database? Under the key of their generation, bound to their row."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sansang.ledger.sealing import NONCE_BYTES, Chance
from sansang.model.entry import EntryRef
from sansang.model.fold import Journal
from sansang.model.operation import state
from sansang.model.operation.folding import TABLES, Folding

_ENCODER = msgspec.msgpack.Encoder()


class Changed(ValueError):
    """A row of a board, or a snapshot, was changed behind the ledger's back: which board, operation and key."""


def bound_to(board: str, operation: str, key: str, columns: Sequence[Any]) -> bytes:
    """What the words of a row are bound to: its place and its columns, so that none can be changed for itself."""
    return _ENCODER.encode([board, operation, key, *columns])


@dataclass
class Seal:
    """The key of a generation of boards, at work."""

    secret: bytes
    chance: Chance

    def __post_init__(self) -> None:
        self.cipher = ChaCha20Poly1305(self.secret)

    def seal(self, words: Any, bound: bytes) -> bytes:
        """These words as they lie in their row."""
        nonce = self.chance(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, _ENCODER.encode(words), bound)

    def unseal(self, data: bytes, bound: bytes) -> Any:
        """The words; raises Changed where anything of the row was changed."""
        try:
            return msgspec.msgpack.decode(self.cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound))
        except (InvalidTag, msgspec.MsgspecError) as wrong:
            raise Changed(f"a board's row was changed: {bound!r}") from wrong

    def pack(self, kept: Kept, bound: bytes) -> bytes:
        """A snapshot, packed and sealed."""
        nonce = self.chance(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, zlib.compress(_ENCODER.encode(kept), 1), bound)

    def unpack(self, data: bytes, bound: bytes) -> Kept:
        """A snapshot; raises Changed where it was."""
        try:
            packed = self.cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
            return _KEPT.decode(zlib.decompress(packed))
        except (InvalidTag, zlib.error, msgspec.MsgspecError) as wrong:
            raise Changed(f"a snapshot was changed: {bound!r}") from wrong


class Kept(msgspec.Struct, frozen=True):
    """A folding as it is kept: each table as pairs, and how far each log had been folded."""

    reached: dict[str, int]
    head: list[tuple[str, Any]]
    roles: list[tuple[tuple[str, str], state.RoleHeld]]
    handovers: list[tuple[str, state.Handover]]
    situations: list[tuple[str, state.SituationNow]]
    units: list[tuple[str, state.UnitNow]]
    orders: list[tuple[str, state.OrderNow]]
    aid: list[tuple[str, state.AidNow]]
    messages: list[tuple[str, state.MessageNow]]
    levels: list[tuple[str, state.LevelNow]]
    present: list[tuple[str, int]]
    owed: list[tuple[str, state.OwedReport]]
    services: list[tuple[EntryRef, tuple[str, str]]]
    periods: list[tuple[EntryRef, state.Period]]
    counts: list[tuple[EntryRef, state.CountLine]]
    totals: list[tuple[str, int]]
    flags: list[tuple[state.Flag, bool]]
    commands: list[tuple[str, EntryRef]]


_KEPT = msgspec.msgpack.Decoder(Kept)


def kept(folding: Folding, reached: dict[str, int]) -> Kept:
    """A folding, to be kept."""
    return Kept(reached=reached, **{name: list(folding.now[name].items()) for name in TABLES})


def folding_of(kept: Kept) -> Folding:
    """The folding that was kept, with a journal of its own."""
    return Folding(Journal(), {name: dict(getattr(kept, name)) for name in TABLES})  # type: ignore[misc]
