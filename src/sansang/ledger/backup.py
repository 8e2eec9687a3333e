"""How is the ledger backed up? Everything in one file, as of one moment, while others write; without keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sansang.ledger.exchange import FileHeader, FileLine, write_lines
from sansang.ledger.progress import Progress
from sansang.ledger.verify import DatabaseUnreadable, LedgerSource


def back_up(source: LedgerSource, file: Path, written: int, progress: Progress | None = None) -> tuple[FileHeader, int]:
    """Write the backup; its header, and how many entries. The file is there whole or not at all.

    Raises :class:`~sansang.ledger.verify.DatabaseUnreadable`, and OSError when the file can't be written.
    """
    with closing(source.connect()) as connection:
        cursor = connection.cursor()
        # One moment for all that is read, whatever is written meanwhile.
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" if source.address else "BEGIN")
        cursor.execute("SELECT replica, name FROM ledger_installation WHERE id = 1")
        row = cursor.fetchone()
        if row is None:
            raise DatabaseUnreadable("no installation")
        cursor.execute("SELECT COUNT(*) FROM ledger_entry")
        total = cursor.fetchone()[0]
        header = FileHeader(row[0], written, "backup", _heads(cursor), row[1], _peers(cursor))
        temporary = file.with_name(f".{file.name}.sansang-pending")
        try:
            with temporary.open("wb") as opened:
                many = write_lines(opened, header, _with_progress(_lines(connection, source), total, progress))
                opened.flush()
                os.fsync(opened.fileno())
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
    return header, many


def _with_progress(lines: Iterator[FileLine], total: int, progress: Progress | None) -> Iterator[FileLine]:
    for many, line in enumerate(lines, 1):
        yield line
        if progress is not None and (many % 1_000 == 0 or many == total):
            progress(many, total)


def _heads(cursor: Any) -> tuple[tuple[str, int, bytes], ...]:
    cursor.execute(
        "SELECT l.name, e.number, e.hash FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id"
        " AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE log_id = l.id) ORDER BY l.name"
    )
    return tuple((name, number, bytes(digest)) for name, number, digest in cursor.fetchall())


def _peers(cursor: Any) -> tuple[tuple[str, str, int, bytes], ...]:
    cursor.execute("SELECT peer, log, number, hash FROM ledger_peer_head ORDER BY peer, log")
    return tuple((peer, log, number, bytes(digest)) for peer, log, number, digest in cursor.fetchall())


def _lines(connection: Any, source: LedgerSource) -> Iterator[FileLine]:
    cursor = connection.cursor()
    cursor.execute("SELECT id FROM ledger_log ORDER BY name")
    mark = source.mark
    for (log_id,) in cursor.fetchall():
        cursor.execute(
            "SELECT data, hash, position, page, wrapped, local_sum FROM ledger_entry"  # noqa: S608
            f" WHERE log_id = {mark} ORDER BY number",
            (log_id,),
        )
        while some := cursor.fetchmany(1_000):
            for data, digest, position, page, wrapped, local in some:
                yield FileLine(bytes(data), bytes(digest), b"", position, page or 0, bytes(wrapped or b""), local)
