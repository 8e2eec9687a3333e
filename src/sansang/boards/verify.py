"""Was a board changed without the ledger? Every row that is shown, opened with its key, without a framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from sansang.boards.encryption import BoardChanged, Seal, bound_to_row
from sansang.ledger.chain import Fault
from sansang.ledger.verify import LedgerSource
from sansang.model.stream import Stream, parse_stream

#: The migration since which boards have the tables that are read here.
_MIGRATION = "0003_record_kinds"


class BoardsOfEarlierVersion(Exception):
    """The boards' tables are of an earlier version: they are replaced and rebuilt when the installation is upgraded."""


def changed_rows(source: LedgerSource, keys: Mapping[int, bytes]) -> Iterator[Fault]:
    """The rows of all boards that were changed; ``keys`` are the boards' keys by generation.

    Boards whose key is missing can't be looked at: they are rebuilt at the next start. Raises
    :class:`~sansang.ledger.verify.DatabaseUnreadable` and :class:`BoardsOfEarlierVersion`.
    """
    with closing(source.connect()) as connection:
        if not source.address:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
        cursor = connection.cursor()
        if not has_boards(cursor):
            raise BoardsOfEarlierVersion
        cursor.execute(
            "SELECT r.stream, b.generation, b.board, b.key, b.data FROM board_row b"
            " JOIN board_record r ON r.generation = b.generation"
        )
        while some := cursor.fetchmany(1_000):
            yield from _changed(some, keys)


def _changed(rows: list[Any], keys: Mapping[int, bytes]) -> Iterator[Fault]:
    seals: dict[int, Seal] = {}
    for stream, generation, board, key, data in rows:
        secret = keys.get(generation)
        if secret is None:
            continue
        seal = seals.setdefault(generation, Seal(secret, bytes))
        try:
            seal.unseal(bytes(data), bound_to_row(generation, board, bytes(key)))
        except (BoardChanged, TypeError):
            yield Fault("board-changed", f"board/{stream}", 0, f"{board} {bytes(key).hex()}")


def has_boards(cursor: Any) -> bool:
    """Whether the boards' tables are those of this version (or of a later one)."""
    cursor.execute("SELECT name FROM django_migrations WHERE app = 'boards'")
    return any(name == _MIGRATION for (name,) in cursor.fetchall())


def record_states(cursor: Any) -> list[tuple[Stream, int, bool]]:
    """For each record that has boards the record, the generation shown, and whether entries wait for a rebuild."""
    cursor.execute("SELECT stream, generation, late_millis FROM board_record ORDER BY stream")
    return [(parse_stream(stream), generation, late is not None) for stream, generation, late in cursor.fetchall()]
