"""Was a board changed behind the ledger's back? Every row that is shown, opened with its key, without a framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from sansang.boards.encryption import Changed, Seal, bound_to
from sansang.boards.rows import BOARDS
from sansang.ledger.chain import Fault
from sansang.ledger.verify import Source


def changed_rows(source: Source, keys: Mapping[int, bytes]) -> Iterator[Fault]:
    """The rows of all boards that were changed; ``keys`` are the boards' keys by generation.

    Boards whose key is missing can't be looked at: they are made anew at the next start. Raises Unreadable.
    """
    with closing(source.connect()) as connection:
        if not source.address:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
        for board, names in BOARDS.items():
            columns = ", ".join(f"b.{name}" for name in names)
            cursor = connection.cursor()
            cursor.execute(
                f"SELECT b.operation, b.generation, b.key, b.words, {columns} FROM board_{board} b"  # noqa: S608
                " JOIN board_operation o ON o.name = b.operation AND o.generation = b.generation"
            )
            while some := cursor.fetchmany(1_000):
                yield from _changed(board, some, keys)


def _changed(board: str, rows: list[Any], keys: Mapping[int, bytes]) -> Iterator[Fault]:
    seals: dict[int, Seal] = {}
    for operation, generation, key, words, *columns in rows:
        secret = keys.get(generation)
        if secret is None:
            continue
        seal = seals.setdefault(generation, Seal(secret, bytes))
        try:
            seal.unseal(bytes(words), bound_to(board, operation, key, columns))
        except (Changed, TypeError):
            yield Fault("board-changed", f"board/{operation}", 0, f"{board} {key}".strip())
