"""What was written? The records there are, and their entries by the hybrid clock, by kind, and after a position."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import connections

from sansang.ledger.appended import Appended, load_appended
from sansang.ledger.keyring import Keyring
from sansang.model.entry import EntryOrder, EntryRef, HybridTime
from sansang.model.stream import Stream, parse_log, parse_stream

#: Entries of a log that are read at once.
_CHUNK = 300
#: The same where each is large: photos.
_FEW = 4
#: The same for a screen, which shows some dozens.
_SCREEN = 50
#: The kinds of which an index finds the few among very many lines: ledger_entry_looked_for.
INDEXED_KINDS = ("corrected", "photo_added")
_ENTRY = "SELECT position, data, hash, page, wrapped FROM ledger_entry WHERE log_id = %s"
#: Entry numbers and clocks lie below this.
_MOST = 2**62


def streams(cursor: Any, kind: str = "") -> list[Stream]:
    """The records of which there are logs; of one record kind, where it is given."""
    cursor.execute("SELECT DISTINCT stream FROM ledger_log ORDER BY stream")
    found = [parse_stream(row[0]) for row in cursor.fetchall()]
    return [stream for stream in found if kind in ("", stream.kind)]


def stream_of_stored_log(cursor: Any, log: str) -> Stream | None:
    """The record of a log that is here; None for another one."""
    cursor.execute("SELECT stream FROM ledger_log WHERE name = %s", (log,))
    row = cursor.fetchone()
    return None if row is None else parse_stream(row[0])


def _logs(cursor: Any, stream: Stream) -> list[tuple[int, str]]:
    cursor.execute("SELECT id, name FROM ledger_log WHERE stream = %s ORDER BY name", (str(stream),))
    return [(log_id, name) for log_id, name in cursor.fetchall()]


def posts_in(alias: str, stream: Stream) -> frozenset[str]:
    """The posts that have written something in a record."""
    with connections[alias].cursor() as cursor:
        return frozenset(parse_log(name).post for _, name in _logs(cursor, stream))


def order_of(alias: str, ref: EntryRef) -> EntryOrder | None:
    """The order of an entry among all; None for one that is not here."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT e.millis, e.counter FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE l.name = %s AND e.number = %s",
            (ref.log, ref.number),
        )
        found = cursor.fetchone()
    return None if found is None else (HybridTime(*found), ref)


def kind_of_entry(cursor: Any, stream: Stream, ref: EntryRef) -> str | None:
    """The kind of an entry of this record; None where it has none of that number."""
    cursor.execute(
        "SELECT e.kind FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
        " WHERE l.name = %s AND l.stream = %s AND e.number = %s",
        (ref.log, str(stream), ref.number),
    )
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def _order(appended: Appended) -> tuple[int, int, EntryRef]:
    envelope = appended.envelope
    return (envelope.millis, envelope.counter, appended.ref)


def in_order(
    cursor: Any, keyring: Keyring, stream: Stream, reached: Mapping[str, int], kind: str = ""
) -> Iterator[Appended]:
    """The entries of a record in order, of each log what lies beyond ``reached``; of one kind, where it is given."""
    logs = [_log(cursor, keyring, log_id, reached.get(name, 0), kind) for log_id, name in _logs(cursor, stream)]
    # Each log has one writer whose clock only goes forward, so a merge by order is all that is needed.
    return logs[0] if len(logs) == 1 else heapq.merge(*logs, key=_order)


def _log(cursor: Any, keyring: Keyring, log_id: int, after: int, kind: str) -> Iterator[Appended]:
    where = " AND kind = %s" if kind else ""
    while True:
        cursor.execute(
            f"{_ENTRY} AND number > %s{where} ORDER BY number LIMIT {_CHUNK}",
            (log_id, after, *([kind] if kind else [])),
        )
        rows = cursor.fetchall()
        for row in rows:
            appended = load_appended(keyring, row)
            after = appended.ref.number
            yield appended
        if len(rows) < _CHUNK:
            return


def timeline(
    alias: str,
    keyring: Keyring,
    stream: Stream,
    may: Callable[[str], bool],
    most: int = 50,
    before: HybridTime | None = None,
) -> list[Appended]:
    """The last entries of those posts by the hybrid clock, the newest first; what came before a time.

    ``may`` says of a post whether its logs are wanted.
    """
    with connections[alias].cursor() as cursor:
        logs = [
            _backwards(cursor, keyring, log_id, before)
            for log_id, name in _logs(cursor, stream)
            if may(parse_log(name).post)
        ]
        return list(islice(heapq.merge(*logs, key=_order, reverse=True), most))


def oldest_first(
    alias: str, keyring: Keyring, stream: Stream, may: Callable[[str], bool], until: int
) -> Iterator[Appended]:
    """The entries of those posts by the hybrid clock, the oldest first, up to a position; a few of each log at once."""
    with connections[alias].cursor() as cursor:
        logs = [
            _forwards(cursor, keyring, log_id, until)
            for log_id, name in _logs(cursor, stream)
            if may(parse_log(name).post)
        ]
        yield from heapq.merge(*logs, key=_order)


def corrections_in(alias: str, keyring: Keyring, stream: Stream) -> list[Appended]:
    """Every correction in a record: one that was written at another post counts in this one's log too."""
    with connections[alias].cursor() as cursor:
        return list(newest(cursor, keyring, stream, "corrected", _SCREEN))


def newest(cursor: Any, keyring: Keyring, stream: Stream, kind: str, chunk: int = _FEW) -> Iterator[Appended]:
    """The entries of an indexed kind in a record: log by log, of each what was written last first."""
    for log_id, _ in _logs(cursor, stream):
        yield from _backwards(cursor, keyring, log_id, None, kind, chunk)


def _forwards(cursor: Any, keyring: Keyring, log_id: int, until: int) -> Iterator[Appended]:
    number = 0
    while True:
        cursor.execute(
            f"{_ENTRY} AND number > %s AND position <= %s ORDER BY number LIMIT %s", (log_id, number, until, _SCREEN)
        )
        found = cursor.fetchall()
        for row in found:
            appended = load_appended(keyring, row)
            number = appended.ref.number
            yield appended
        if len(found) < _SCREEN:
            return


def _backwards(
    cursor: Any, keyring: Keyring, log_id: int, before: HybridTime | None, kind: str = "", chunk: int = _SCREEN
) -> Iterator[Appended]:
    number, until = _MOST, before or HybridTime(_MOST)
    assert not kind or kind in INDEXED_KINDS
    where = f" AND kind IN {INDEXED_KINDS} AND kind = %s" if kind else ""
    while True:
        cursor.execute(
            f"{_ENTRY} AND number < %s AND (millis < %s OR (millis = %s AND counter < %s)){where}"
            " ORDER BY number DESC LIMIT %s",
            (log_id, number, until.millis, until.millis, until.counter, *([kind] if kind else []), chunk),
        )
        found = cursor.fetchall()
        for row in found:
            appended = load_appended(keyring, row)
            number = appended.ref.number
            yield appended
        if len(found) < chunk:
            return


def after_position(cursor: Any, stream: Stream, position: int, most: int) -> list[tuple[int, EntryRef, str]]:
    """The entries of a record after a position, in order of position: position, reference and kind of each."""
    cursor.execute(
        "SELECT e.position, l.name, e.number, e.kind FROM ledger_entry e"
        " JOIN ledger_log l ON l.id = e.log_id WHERE l.stream = %s AND e.position > %s"
        " ORDER BY e.position LIMIT %s",
        (str(stream), position, most),
    )
    return [(at, EntryRef(log, number), kind) for at, log, number, kind in cursor.fetchall()]
