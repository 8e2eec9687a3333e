"""Where does every log end, here and at peers? Heads, compared with those in a peer's file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sansang.ledger.chain import Fault, Head
from sansang.ledger.exchange import FileHeader, FileLine
from sansang.ledger.keyring import Keyring

_CHUNK = 500


def all_heads(cursor: Any) -> dict[str, tuple[int, bytes]]:
    """Where every log ends: its last number and hash, by its name."""
    cursor.execute(
        "SELECT l.name, e.number, e.hash FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id"
        " AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE log_id = l.id)"
    )
    return {name: (number, bytes(digest)) for name, number, digest in cursor.fetchall()}


def hashes(cursor: Any, log: str, first: int, last: int) -> dict[int, bytes]:
    """The hashes of a log's entries by number, from the first to the last."""
    cursor.execute(
        "SELECT e.number, e.hash FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
        " WHERE l.name = %s AND e.number >= %s AND e.number <= %s",
        (log, first, last),
    )
    return {number: bytes(digest) for number, digest in cursor.fetchall()}


def contradicted(cursor: Any, heads: Iterable[Head]) -> list[Fault]:
    """Heads that a peer names and that are not ours: where we have the entry, its hash is another one."""
    wrong = []
    for head in heads:
        ours = hashes(cursor, head.log, head.number, head.number).get(head.number)
        if ours is not None and ours != head.hash:
            wrong.append(Fault("rewritten", head.log, head.number, head.hash[:8].hex()))
    return wrong


def remember_peer_heads(cursor: Any, header: FileHeader) -> None:
    """Store where the peer that wrote a file says that each log ended."""
    cursor.executemany(
        "INSERT INTO ledger_peer_head (peer, log, number, hash) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (peer, log) DO UPDATE SET number = excluded.number, hash = excluded.hash",
        [(header.replica, log, number, digest) for log, number, digest in header.heads],
    )


def last_position(cursor: Any) -> int:
    """The position of the entry that was appended last; 0 for none."""
    cursor.execute("SELECT COALESCE(MAX(position), 0) FROM ledger_entry")
    position: int = cursor.fetchone()[0]
    return position


def export_lines(
    cursor: Any, keyring: Keyring, wanted: Callable[[str], bool], after: dict[str, int], last: int, keys: bool
) -> Iterator[FileLine]:
    """The lines of an export, log by log: of each wanted stream what comes after a number, up to a position.

    With ``keys`` each carries the key of its words.
    """
    cursor.execute("SELECT id, name, stream FROM ledger_log ORDER BY name")
    for log_id, name, stream in cursor.fetchall():
        if not wanted(stream):
            continue
        number = after.get(name, 0)
        while True:
            cursor.execute(
                "SELECT number, data, hash, page, wrapped FROM ledger_entry WHERE log_id = %s AND number > %s"
                " AND position <= %s ORDER BY number LIMIT %s",
                (log_id, number, last, _CHUNK),
            )
            rows = cursor.fetchall()
            for number, data, digest, page, wrapped in rows:
                key = None
                if keys and page is not None:
                    key = keyring.unwrap_key(page, bytes(wrapped), (name, number))
                yield FileLine(bytes(data), bytes(digest), key or b"")
            if len(rows) < _CHUNK:
                break
