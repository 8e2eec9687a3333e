"""Is the ledger in this database whole? Its rows as they are stored, read without a web framework."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sansang.ledger.chain import Fault, Head, PreviousEntry, StoredEntry, faults, local_sum, tails_cut
from sansang.ledger.checkpoints import CheckpointVerifier
from sansang.ledger.envelope import Envelope, mapping_of, parse_envelope
from sansang.ledger.progress import Progress
from sansang.model.access.record import ACCESS_STREAM
from sansang.model.stream import parse_log

#: Entries that are verified in one piece of work.
SPAN = 50_000
#: The columns that must say what the entry says.
COLUMNS = ("millis", "counter", "kind", "command")


class DatabaseUnreadable(Exception):
    """The database can't be read: it is not there, damaged, or of another version."""


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """Where a ledger is stored: a file of SQLite, or the address of a PostgreSQL database."""

    file: Path
    address: str = ""

    def connect(self) -> Any:
        """A connection that only reads. Raises :class:`DatabaseUnreadable`."""
        if self.address:
            return _postgresql(self.address)
        if not self.file.exists():
            raise DatabaseUnreadable(f"{self.file}: no database here")
        return _sqlite(self.file)

    @property
    def unreadable_text(self) -> type[Exception]:
        """What the database says where a text is no UTF-8; PostgreSQL lets none in."""
        if self.address:
            return UnicodeDecodeError
        from pysqlite3 import dbapi2

        error: type[Exception] = dbapi2.OperationalError
        return error

    @property
    def mark(self) -> str:
        """How a parameter is written."""
        return "%s" if self.address else "?"


def _sqlite(file: Path) -> Any:
    from pysqlite3 import dbapi2

    # Read-only, but able to read the write-ahead log.
    try:
        connection = dbapi2.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    except dbapi2.Error as wrong:
        raise DatabaseUnreadable(f"{file}: {wrong}") from wrong
    try:
        connection.execute("SELECT 1 FROM ledger_entry LIMIT 1")
    except dbapi2.Error as wrong:
        connection.close()
        raise DatabaseUnreadable(f"{file}: {wrong}") from wrong
    return connection


def _postgresql(address: str) -> Any:
    import psycopg

    try:
        connection = psycopg.connect(address, autocommit=True)
        connection.execute("SELECT 1 FROM ledger_entry LIMIT 1")
    except psycopg.Error as wrong:
        raise DatabaseUnreadable(str(wrong).strip()) from wrong
    return connection


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying a ledger has found: entries, where each log ends, and everything that is wrong."""

    entries: int
    heads: tuple[Head, ...]
    checkpoints: int
    faults: tuple[Fault, ...]


def heads(source: LedgerSource) -> tuple[Head, ...]:
    """The last entry of each log, by name."""
    with closing(source.connect()) as connection:
        return tuple(Head(name, number, bytes(digest)) for _, name, number, digest in _ends(connection))


def _ends(connection: Any) -> list[tuple[int, str, int, bytes]]:
    cursor = connection.cursor()
    cursor.execute(
        "SELECT l.id, l.name, e.number, e.hash FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id"
        " AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE log_id = l.id) ORDER BY l.name"
    )
    return list(cursor.fetchall())


def verify(source: LedgerSource, processes: int = 1, progress: Progress | None = None) -> Verification:
    """Verify every entry, against its neighbours, its columns, the signed checkpoints and the heads of peers.

    Raises :class:`DatabaseUnreadable`.
    """
    with closing(_lenient(source.connect(), source)) as connection:
        ends = _ends(connection)
        checkpoints = CheckpointVerifier().verify(_signed(connection))
        known = [*checkpoints.heads, *_peers(connection)]
        spans = [span for end in ends for span in _spans(connection, source, *end[:3])]
        total = _count(connection)
        strays = _misplaced(connection)
    by_log: dict[str, list[Head]] = {}
    for head in known:
        by_log.setdefault(head.log, []).append(head)
    work = [(span, [h for h in by_log.get(span.log, ()) if span.first <= h.number <= span.last]) for span in spans]
    found: list[Fault] = strays
    entries = 0
    for many, wrong in _verify_all(work, processes):
        entries += many
        found += wrong
        if progress is not None:
            progress(entries, total)
    last = {name: number for _, name, number, _ in ends}
    found += [fault for log, some in by_log.items() for fault in tails_cut(some, log, last.get(log, 0))]
    ordered = sorted({*found, *checkpoints.faults}, key=lambda fault: (fault.log, fault.number, fault.code))
    last_entries = tuple(Head(name, number, bytes(digest)) for _, name, number, digest in ends)
    return Verification(entries, last_entries, checkpoints.valid, tuple(ordered))


@dataclass(frozen=True, slots=True)
class _Span:
    """Entries of one log, from a number to a number."""

    source: LedgerSource
    log_id: int
    log: str
    first: int
    last: int


def _lenient(connection: Any, source: LedgerSource) -> Any:
    """The connection, which now also gives text that is no UTF-8; PostgreSQL lets none in."""
    if not source.address:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _spans(connection: Any, source: LedgerSource, log_id: int, name: str, last: int) -> list[_Span]:
    """A log in pieces. Where numbers are missing they do not say how many entries there are; then they are counted."""
    cursor = connection.cursor()
    mark = source.mark
    cursor.execute(f"SELECT COUNT(*), MIN(number) FROM ledger_entry WHERE log_id = {mark}", (log_id,))  # noqa: S608
    many, least = cursor.fetchone()
    if (many, least) == (last, 1):
        firsts = list(range(1, last + 1, SPAN))
    else:
        firsts = []
        for offset in range(0, many, SPAN):
            cursor.execute(
                f"SELECT number FROM ledger_entry WHERE log_id = {mark} ORDER BY number LIMIT 1 OFFSET {offset}",  # noqa: S608
                (log_id,),
            )
            firsts.append(cursor.fetchone()[0])
    return [
        _Span(source, log_id, name, first, after - 1)
        for first, after in zip(firsts, [*firsts[1:], last + 1], strict=True)
    ]


def _count(connection: Any) -> int:
    cursor = connection.cursor()
    cursor.execute("SELECT COUNT(*) FROM ledger_entry")
    many: int = cursor.fetchone()[0]
    return many


def _misplaced(connection: Any) -> list[Fault]:
    """Entries of no log, logs under another stream than their name says, and an installation that is another one."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT e.log_id, e.number FROM ledger_entry e LEFT JOIN ledger_log l ON l.id = e.log_id WHERE l.id IS NULL"
    )
    found = [Fault("orphan", str(log_id), number) for log_id, number in cursor.fetchall()]
    cursor.execute("SELECT name, stream FROM ledger_log")
    found += [
        Fault("column-changed", name, 0, "stream")
        for name, stream in cursor.fetchall()
        if str(parse_log(name).stream) != stream
    ]
    cursor.execute("SELECT replica, name, restored_from FROM ledger_installation")
    said = {row[0]: tuple(row) for row in cursor.fetchall()}
    started = {}
    for envelope in _signed(connection, "('replica_started')"):
        body = mapping_of(envelope.clear)
        started[body.get("replica")] = (body.get("replica"), body.get("name"), body.get("restored_from", ""))
    found += [
        Fault("installation-changed", ACCESS_STREAM.log("", name), 1)
        for name, row in said.items()
        if started and started.get(name) != row
    ]
    return found


def _verify_all(work: list[tuple[_Span, list[Head]]], processes: int) -> Iterator[tuple[int, list[Fault]]]:
    if processes <= 1 or len(work) <= 1:
        yield from map(_verify, work)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_verify, work, chunksize=max(1, len(work) // (processes * 8)))


def _verify(work: tuple[_Span, list[Head]]) -> tuple[int, list[Fault]]:
    span, known = work
    with closing(span.source.connect()) as connection:
        try:
            return _verify_rows(connection, span, known)
        except span.source.unreadable_text:
            # Some text is no UTF-8 any more: once more, so that the entry is named.
            return _verify_rows(_lenient(connection, span.source), span, known)


def _verify_rows(connection: Any, span: _Span, known: list[Head]) -> tuple[int, list[Fault]]:
    rows = _Rows(connection, span)
    found = list(faults(rows, known, _before(connection, span)))
    return rows.many, found + rows.wrong


def _before(connection: Any, span: _Span) -> PreviousEntry | None:
    """The entry just before a span; None at the beginning of the log."""
    if span.first == 1:
        return None
    cursor = connection.cursor()
    mark = span.source.mark
    cursor.execute(
        f"SELECT number, hash, millis, counter FROM ledger_entry WHERE log_id = {mark} AND number = {mark}",  # noqa: S608
        (span.log_id, span.first - 1),
    )
    row = cursor.fetchone()
    return None if row is None else PreviousEntry(row[0], bytes(row[1]), row[2], row[3])


@dataclass
class _Rows:
    """The rows of a span, counted as they go by; ``wrong`` are changes of what is stored beside them."""

    connection: Any
    span: _Span
    many: int = 0
    wrong: list[Fault] = field(default_factory=list)

    def __iter__(self) -> Iterator[StoredEntry]:
        cursor = self.connection.cursor()
        mark = self.span.source.mark
        cursor.execute(
            "SELECT number, data, hash, millis, counter, kind, COALESCE(command, ''), position, page, wrapped,"  # noqa: S608
            f" local_sum FROM ledger_entry WHERE log_id = {mark} AND number >= {mark} AND number <= {mark}"
            " ORDER BY number",
            (self.span.log_id, self.span.first, self.span.last),
        )
        log = self.span.log
        while some := cursor.fetchmany(2_000):
            self.many += len(some)
            for number, data, digest, millis, counter, kind, command, position, page, wrapped, local in some:
                if local_sum(position, page, wrapped) != local:
                    self.wrong.append(Fault("column-changed", log, number, "position, page, wrapped, local_sum"))
                columns = {"millis": millis, "counter": counter, "kind": kind, "command": command}
                yield StoredEntry(log, number, bytes(data), bytes(digest), columns)


def _signed(connection: Any, kinds: str = "('replica_started', 'checkpointed')") -> Iterator[Envelope]:
    """The entries of the access logs that start a replica or are checkpoints; what can't be read is found elsewhere."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT e.data FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id WHERE l.stream = 'access'"  # noqa: S608
        f" AND e.kind IN {kinds} ORDER BY l.name, e.number"
    )
    while some := cursor.fetchmany(200):
        for (data,) in some:
            try:
                yield parse_envelope(bytes(data))
            except ValueError:
                continue


def _peers(connection: Any) -> Iterator[Head]:
    cursor = connection.cursor()
    cursor.execute("SELECT log, number, hash FROM ledger_peer_head")
    for log, number, digest in cursor.fetchall():
        yield Head(log, number, bytes(digest))


# Queries of the doctor, on a connection that only reads


def count_installations(cursor: Any) -> int:
    """How many rows say which replica this database is: one."""
    cursor.execute("SELECT COUNT(*) FROM ledger_installation")
    many: int = cursor.fetchone()[0]
    return many


def latest_clock(cursor: Any) -> int:
    """The latest hybrid clock of all entries, in milliseconds since 1970; 0 for none."""
    cursor.execute("SELECT MAX(millis) FROM ledger_entry")
    return cursor.fetchone()[0] or 0


def count_entries_by_page(cursor: Any) -> list[tuple[int, int]]:
    """For each page of keys how many entries have their key on it."""
    cursor.execute("SELECT page, COUNT(*) FROM ledger_entry WHERE page IS NOT NULL GROUP BY page")
    return [(page, many) for page, many in cursor.fetchall()]
