"""How does a ledger come back from a backup? Every row as it was, in one transaction."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import connections, transaction

from sansang.ledger.chain import local_sum
from sansang.ledger.envelope import parse_envelope
from sansang.ledger.exchange import CheckedFile, FileLine, FileReader
from sansang.ledger.keyring import Keyring
from sansang.ledger.progress import Progress
from sansang.ledger.store import INSERT_ENTRY, INSERT_LOG
from sansang.model.stream import parse_log

_CHUNK = 1_000


def insert_backup(alias: str, reading: FileReader, checked: CheckedFile, progress: Progress | None = None) -> None:
    """Insert the rows of a backup into an empty ledger; ``progress`` is called with rows done and rows in all."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        logs: dict[str, int] = {}
        done = 0
        rows = reading.rows()
        while some := list(islice(rows, _CHUNK)):
            values = []
            for row, line in some:
                if row.log not in logs:
                    cursor.execute(INSERT_LOG, (row.log, str(parse_log(row.log).stream)))
                    logs[row.log] = cursor.fetchone()[0]
                values.append(_values(logs[row.log], row.number, line))
            cursor.executemany(INSERT_ENTRY, values)
            done += len(some)
            if progress is not None:
                progress(done, checked.entries)
        cursor.executemany(
            "INSERT INTO ledger_peer_head (peer, log, number, hash) VALUES (%s, %s, %s, %s)",
            checked.header.peers,
        )


def _values(log_id: int, number: int, line: FileLine) -> tuple[Any, ...]:
    one = parse_envelope(line.data)
    page, wrapped = (line.page, line.wrapped) if line.page else (None, None)
    columns = (line.position, log_id, number, one.millis, one.counter, one.kind, one.command or None)
    return (*columns, line.data, line.hash, page, wrapped, local_sum(line.position, page, wrapped))


def entries_without_key(cursor: Any, keyring: Keyring) -> int:
    """How many entries have words whose key is not here."""
    cursor.execute("SELECT page, COUNT(*) FROM ledger_entry WHERE page IS NOT NULL GROUP BY page")
    return sum(many for page, many in cursor.fetchall() if not keyring.has_key(page))
