"""What do screens read? The rows of a board as they are shown now, with their words; the timeline from the ledger."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connections

from sansang.boards.encryption import Seal, bound_to
from sansang.boards.projector import stream_of
from sansang.boards.rows import BOARDS
from sansang.ledger.keyring import Keyring
from sansang.ledger.store import Put, put_of
from sansang.model.entry import HybridTime

_CHUNK = 50
#: What is looked for by kind, in the words of the index that finds it among very many lines.
LOOKED_FOR = ("corrected", "photo_added")
#: Photos are large.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a board: its key, its columns by name, its words."""

    key: str
    columns: dict[str, Any]
    words: dict[str, Any]


def operations(alias: str) -> list[str]:
    """The operations that have boards."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name FROM board_operation ORDER BY name")
        return [row[0] for row in cursor.fetchall()]


def posts_in(alias: str, operation: str) -> frozenset[str]:
    """The posts that have written something in an operation."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name FROM ledger_log WHERE stream = %s", (stream_of(operation),))
        return frozenset(_post(row[0]) for row in cursor.fetchall())


def rows(alias: str, keyring: Keyring, board: str, operation: str) -> list[Shown]:
    """The rows of a board, by key.

    Raises Changed where a row was changed behind the ledger's back.
    """
    names = BOARDS[board]
    quoted = ", ".join(f"b.{name}" for name in ("key", *names, "words"))
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"SELECT o.generation, {quoted} FROM board_{board} b JOIN board_operation o"  # noqa: S608
            f" ON o.name = b.operation AND o.generation = b.generation WHERE b.operation = %s ORDER BY b.key",
            (operation,),
        )
        found = cursor.fetchall()
    if not found:
        return []
    secret = keyring.key(found[0][0])
    if secret is None:
        return []
    seal = Seal(secret, bytes)
    shown = []
    for _, key, *values, words in found:
        said = seal.unseal(bytes(words), bound_to(board, operation, key, values))
        shown.append(Shown(key, dict(zip(names, values, strict=True)), said))
    return shown


def timeline(
    alias: str,
    keyring: Keyring,
    operation: str,
    may: Callable[[str], bool],
    most: int = 50,
    before: HybridTime | None = None,
) -> list[Put]:
    """The last entries of those posts by the hybrid clock, the newest first; what came before a time.

    ``may`` says of a post whether its logs are wanted.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT id, name FROM ledger_log WHERE stream = %s ORDER BY name", (stream_of(operation),))
        logs = [_backwards(cursor, keyring, row[0], before) for row in cursor.fetchall() if may(_post(row[1]))]
        merged = heapq.merge(*logs, key=lambda put: (put.envelope.millis, put.envelope.counter, put.ref), reverse=True)
        return list(islice(merged, most))


def oldest(alias: str, keyring: Keyring, operation: str, may: Callable[[str], bool], until: int) -> Iterator[Put]:
    """The entries of those posts by the hybrid clock, the oldest first, up to a position; a few of each log at once."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT id, name FROM ledger_log WHERE stream = %s ORDER BY name", (stream_of(operation),))
        logs = [_forwards(cursor, keyring, row[0], until) for row in cursor.fetchall() if may(_post(row[1]))]
        yield from heapq.merge(*logs, key=lambda put: (put.envelope.millis, put.envelope.counter, put.ref))


def corrections_in(alias: str, keyring: Keyring, operation: str) -> list[Put]:
    """Every correction in an operation: one that was put down at another post counts in this one's log too."""
    with connections[alias].cursor() as cursor:
        return list(newest(cursor, keyring, operation, "corrected", _CHUNK))


def newest(cursor: Any, keyring: Keyring, operation: str, kind: str, chunk: int = _FEW) -> Iterator[Put]:
    """The entries of a kind that is looked for in an operation: log by log, of each what was put down last first."""
    cursor.execute("SELECT id FROM ledger_log WHERE stream = %s ORDER BY name", (stream_of(operation),))
    for (log_id,) in cursor.fetchall():
        yield from _backwards(cursor, keyring, log_id, None, kind, chunk)


def _post(log: str) -> str:
    return log.split("/")[2]


def _forwards(cursor: Any, keyring: Keyring, log_id: int, until: int) -> Iterator[Put]:
    number = 0
    while True:
        cursor.execute(
            "SELECT position, data, hash, page, wrapped FROM ledger_entry WHERE log_id = %s AND number > %s"
            " AND position <= %s ORDER BY number LIMIT %s",
            (log_id, number, until, _CHUNK),
        )
        found = cursor.fetchall()
        for row in found:
            put = put_of(keyring, row)
            number = put.ref.number
            yield put
        if len(found) < _CHUNK:
            return


def _backwards(
    cursor: Any, keyring: Keyring, log_id: int, before: HybridTime | None, kind: str = "", chunk: int = _CHUNK
) -> Iterator[Put]:
    number, until = 2**62, before or HybridTime(2**62)
    assert not kind or kind in LOOKED_FOR
    where = f" AND kind IN {LOOKED_FOR} AND kind = %s" if kind else ""
    while True:
        cursor.execute(
            "SELECT position, data, hash, page, wrapped FROM ledger_entry WHERE log_id = %s AND number < %s"  # noqa: S608
            f" AND (millis < %s OR (millis = %s AND counter < %s)){where} ORDER BY number DESC LIMIT %s",
            (log_id, number, until.millis, until.millis, until.counter, *([kind] if kind else []), chunk),
        )
        found = cursor.fetchall()
        for row in found:
            put = put_of(keyring, row)
            number = put.ref.number
            yield put
        if len(found) < chunk:
            return
