"""How are a board's rows and snapshots stored? Encrypted with the key of their generation, bound to their place."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sansang.ledger.sealing import NONCE_BYTES, Chance
from sansang.model.fold import Fold, Table, UndoLog
from sansang.model.kind import RecordKind

_ENCODER = msgspec.msgpack.Encoder()
_KEY_BYTES = 16


class BoardChanged(ValueError):
    """A row of a board, or a snapshot, was changed without the ledger: which board and key."""


@dataclass
class Seal:
    """Encrypts and decrypts with the key of a generation of boards."""

    secret: bytes
    chance: Chance

    def __post_init__(self) -> None:
        self.cipher = ChaCha20Poly1305(self.secret)

    def row_key(self, key: Any) -> bytes:
        """The stored key of a row: a keyed hash, as the key itself may name a person."""
        return hashlib.blake2b(_ENCODER.encode(key), key=self.secret, digest_size=_KEY_BYTES).digest()

    def seal(self, content: Any, bound: bytes) -> bytes:
        """A row's key and value as they are stored."""
        nonce = self.chance(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, _ENCODER.encode(content), bound)

    def unseal(self, data: bytes, bound: bytes) -> bytes:
        """The bytes of a row's content; raises BoardChanged where anything of the row was changed."""
        try:
            return self.cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
        except InvalidTag as wrong:
            raise BoardChanged(f"a board's row was changed: {bound!r}") from wrong

    def pack(self, state: Fold, reached: dict[str, int], bound: bytes) -> bytes:
        """A snapshot, packed and sealed."""
        rows = {name: list(rows.items()) for name, rows in state.rows.items()}
        nonce = self.chance(NONCE_BYTES)
        packed = zlib.compress(_ENCODER.encode({"reached": reached, **rows}), 1)
        return nonce + self.cipher.encrypt(nonce, packed, bound)

    def unpack(self, data: bytes, bound: bytes, kind: RecordKind) -> tuple[Fold, dict[str, int]]:
        """The state of a snapshot and how far each log had been folded; raises BoardChanged where it was."""
        try:
            packed = self.cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
            found = _snapshot_decoder(kind).decode(zlib.decompress(packed))
        except (InvalidTag, zlib.error, msgspec.MsgspecError) as wrong:
            raise BoardChanged(f"a snapshot was changed: {bound!r}") from wrong
        rows = {table.name: dict(getattr(found, table.name)) for table in kind.tables}
        return Fold(kind, UndoLog(), rows), found.reached


def bound_to_row(generation: int, board: str, key: bytes) -> bytes:
    """What a row is bound to: its place, so that none can be moved."""
    return _ENCODER.encode([generation, board, key])


def bound_to_snapshot(generation: int, log: str, number: int, millis: int, counter: int, entries: int) -> bytes:
    """What a snapshot is bound to: the entry after which it was taken."""
    return _ENCODER.encode([generation, log, number, millis, counter, entries])


@cache
def row_decoder(table: Table[Any, Any]) -> msgspec.msgpack.Decoder[tuple[Any, Any]]:
    """Decodes the key and value of a table's rows."""
    return msgspec.msgpack.Decoder(_pair(table))


def _pair(table: Table[Any, Any]) -> Any:
    return GenericAlias(tuple, (table.key, table.value))


@cache
def _snapshot_decoder(kind: RecordKind) -> msgspec.msgpack.Decoder[Any]:
    fields: list[tuple[str, Any]] = [("reached", dict[str, int])]
    fields += [(table.name, GenericAlias(list, (_pair(table),))) for table in kind.tables]
    return msgspec.msgpack.Decoder(msgspec.defstruct(f"{kind.name}_snapshot", fields))


@cache
def form_of(kind: RecordKind) -> str:
    """A short name for what this program shows of a record kind: its kinds of entry, its tables and their fields.

    Rows and snapshots of another form were written by another version; they are rebuilt, not read.
    """
    said = [
        [[one.name, one.version] for one in kind.kinds.values()],
        [[table.name, table.on_board, str(table.key), _shape(table.value)] for table in kind.tables],
    ]
    return hashlib.blake2b(_ENCODER.encode(said), digest_size=8).hexdigest()


def _shape(value: type[Any]) -> Any:
    fields = getattr(value, "__dataclass_fields__", None)
    return str(value) if fields is None else [[field.name, str(field.type)] for field in fields.values()]
