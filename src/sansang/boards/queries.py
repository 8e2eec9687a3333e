"""What do screens read? The rows of a record's boards as they are shown now, each as the value that the fold made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import connections

from sansang.boards.encryption import BoardChanged, Seal, bound_to_row, row_decoder
from sansang.ledger.keyring import Keyring
from sansang.model.fold import Table
from sansang.model.record_kinds import RECORD_KINDS
from sansang.model.stream import Stream, parse_stream

K = TypeVar("K")
V = TypeVar("V")
#: How often rows are read again whose key is gone: a new generation was shown in between.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Boards:
    """The boards of a record as they were read: ``boards[TABLE]`` gives its rows by key."""

    rows: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)

    def __getitem__(self, table: Table[K, V]) -> Mapping[K, V]:
        """The rows of a table; none where it was not read."""
        return cast("Mapping[K, V]", self.rows.get(table.name, {}))


def records(alias: str, kind: str) -> list[Stream]:
    """The records of a kind that have boards."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT stream FROM board_record ORDER BY stream")
        found = [parse_stream(row[0]) for row in cursor.fetchall()]
    return [stream for stream in found if stream.kind == kind]


def load(alias: str, keyring: Keyring, stream: Stream, *tables: Table[Any, Any]) -> Boards:
    """The boards of a record: of these tables, or of all.

    Raises BoardChanged where a row was changed without the ledger.
    """
    wanted = {table.name: table for table in tables or RECORD_KINDS[stream.kind].tables if table.on_board}
    for _ in range(_TRIES):
        found = _rows(alias, stream, tables)
        secret = keyring.board_key(found[0][0]) if found else None
        if secret is not None:
            return _decoded(found, Seal(secret, bytes), stream, wanted)
    return Boards()


def _rows(alias: str, stream: Stream, tables: Sequence[Table[Any, Any]]) -> list[Any]:
    """The stored rows of these tables, or of all: generation, board, key and data."""
    where = f" AND b.board IN ({', '.join(['%s'] * len(tables))})" if tables else ""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT b.generation, b.board, b.key, b.data FROM board_row b JOIN board_record r"  # noqa: S608
            f" ON r.generation = b.generation WHERE r.stream = %s{where} ORDER BY b.id",
            (str(stream), *(table.name for table in tables)),
        )
        return list(cursor.fetchall())


def _decoded(found: list[Any], seal: Seal, stream: Stream, wanted: Mapping[str, Table[Any, Any]]) -> Boards:
    rows: dict[str, dict[Any, Any]] = {name: {} for name in wanted}
    for generation, board, key, data in found:
        table = wanted.get(board)
        if table is None:
            # Written by another version, and rebuilt soon.
            continue
        try:
            row, value = row_decoder(table).decode(
                seal.unseal(bytes(data), bound_to_row(generation, board, bytes(key)))
            )
        except ValueError as wrong:
            raise BoardChanged(f"{board} of {stream}") from wrong
        rows[board][row] = value
    return Boards(rows)
