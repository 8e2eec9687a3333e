"""What comes from peers, and what goes to them? Logs in one file: checked whole, then taken in by slices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from sansang.commands.installation import Installation, all_heads, operations_of
from sansang.ledger.chain import Fault, Head, Row
from sansang.ledger.draft import ACCESS, Draft
from sansang.ledger.envelope import from_bytes, micros
from sansang.ledger.exchange import Checked, Damaged, Header, Line, Reading, check, write_lines
from sansang.ledger.keyring import Keyring
from sansang.ledger.store import Put, Transaction
from sansang.model.access import facts as access_facts
from sansang.model.access.actor import SYSTEM
from sansang.model.entry import EntryRef, HybridTime
from sansang.model.operation.facts import ClockDoubted

#: So many entries of a file are taken in at once; whoever writes meanwhile has their turn in between.
SLICE = 40
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Fork:
    """Two different entries under one log and number: ours and the file's, by their hashes."""

    ref: EntryRef
    ours: bytes
    theirs: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: entries that were new, those known before, and logs whose clock can't be followed."""

    new: int
    known: int
    logs: int
    doubted: tuple[str, ...] = ()


class CannotTakeIn(Exception):
    """Nothing of the file was taken in; says everything that speaks against it."""

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        forks: Iterable[Fork] = (),
        missing: Iterable[tuple[str, int, int]] = (),
        old_copy: Head | None = None,
    ) -> None:
        self.faults = tuple(faults)
        self.forks = tuple(forks)
        #: Of a log: the first number that is missing, and the number with which the file begins.
        self.missing = tuple(missing)
        #: The file knows more of our own log than we do: this database is an old copy put back by hand.
        self.old_copy = old_copy
        super().__init__(f"{len(self.faults)} faults, {len(self.forks)} forks, {len(self.missing)} gaps")


Progress = Callable[[int, int], None]


def take_in(installation: Installation, path: Path, progress: Progress | None = None) -> Taken:
    """Take a peer's logs in. Raises Damaged, or CannotTakeIn with everything that is wrong; nothing is taken then."""
    with path.open("rb") as file:
        checked = check(file)
        if checked.header.purpose != "export":
            raise Damaged("a backup, not an export: sansang restore brings it back")
        installation.run(lambda work: _compare(work, checked, path))
        file.seek(0)
        taking = _Taking(installation, checked.entries, progress)
        taking.all(Reading(file))
    if checked.header.replica:
        installation.run(lambda work: _remember(work.cursor, checked.header))
    return Taken(taking.new, taking.known, len(checked.heads), taking.doubt())


def _compare(work: Transaction, checked: Checked, path: Path) -> None:
    """Whether the file follows on what we have."""
    forks: list[Fork] = []
    missing: list[tuple[str, int, int]] = []
    old_copy = None
    for head in checked.heads:
        tail = work.store.tails.get(head.log) or _tail(work, head.log)
        ours = tail.head.number if tail is not None else 0
        first = checked.firsts[head.log]
        if first > ours + 1:
            missing.append((head.log, ours + 1, first))
        elif head.number > ours and head.log.rsplit("/", 1)[-1] == work.store.replica:
            old_copy = head
        shared = min(head.number, ours)
        if shared >= first:
            fork = _fork(work.cursor, path, head.log, first, shared)
            forks += [fork] if fork is not None else []
    wrong = _against_heads(work.cursor, checked)
    if checked.faults or forks or missing or old_copy is not None or wrong:
        raise CannotTakeIn((*checked.faults, *wrong), forks, missing, old_copy)


def _tail(work: Transaction, log: str) -> Any:
    work.cursor.execute("SELECT stream FROM ledger_log WHERE name = %s", (log,))
    row = work.cursor.fetchone()
    return None if row is None else work.tail(log, row[0])


def _fork(cursor: Any, path: Path, log: str, first: int, last: int) -> Fork | None:
    """The first entry of a log, from ``first`` to ``last``, that the file has otherwise than we do."""
    cursor.execute(
        "SELECT e.number, e.hash FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
        " WHERE l.name = %s AND e.number IN (%s, %s)",
        (log, first, last),
    )
    ours = {number: bytes(digest) for number, digest in cursor.fetchall()}
    with path.open("rb") as file:
        theirs = {row.number: row.hash for row, _ in Reading(file).rows() if row.log == log and row.number <= last}
    if theirs[last] == ours.get(last):
        # One chain: where its last entries are the same, all before them are.
        return None
    cursor.execute(
        "SELECT e.number, e.hash FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
        " WHERE l.name = %s AND e.number >= %s AND e.number <= %s ORDER BY e.number",
        (log, first, last),
    )
    for number, digest in cursor.fetchall():
        if theirs[number] != bytes(digest):
            return Fork(EntryRef(log, number), bytes(digest), theirs[number])
    return None


def _against_heads(cursor: Any, checked: Checked) -> list[Fault]:
    """Heads that the peer tells, though it sends no entries, and that are not ours."""
    wrong = []
    sent = {head.log for head in checked.heads}
    for log, number, digest in checked.header.heads:
        if log in sent:
            continue
        cursor.execute(
            "SELECT e.hash FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE l.name = %s AND e.number = %s",
            (log, number),
        )
        row = cursor.fetchone()
        if row is not None and bytes(row[0]) != digest:
            wrong.append(Fault("rewritten", log, number, digest[:8].hex()))
    return wrong


def _remember(cursor: Any, header: Header) -> None:
    """Keep where the peer says that each log ended."""
    cursor.executemany(
        "INSERT INTO ledger_peer_head (peer, log, number, hash) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (peer, log) DO UPDATE SET number = excluded.number, hash = excluded.hash",
        [(header.replica, log, number, digest) for log, number, digest in header.heads],
    )


@dataclass
class _Taking:
    """A file on its way in."""

    installation: Installation
    entries: int
    progress: Progress | None
    new: int = 0
    known: int = 0
    late: set[str] = field(default_factory=set)
    ahead: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # log → first, last, milliseconds

    def all(self, reading: Reading) -> None:
        """Take every slice, then put what came late into its place."""
        rows = reading.rows()
        while some := list(islice(rows, SLICE)):
            self.installation.run(lambda work, some=some: self._slice(work, some))  # type: ignore[misc]
            if self.progress is not None:
                self.progress(self.new + self.known, self.entries)
        for operation in sorted(self.late):
            self.installation.refolding.begin(operation)

    def _slice(self, work: Transaction, rows: list[tuple[Row, Line]]) -> None:
        access = self.installation.access
        by_operation: dict[str, list[Put]] = {}
        rights: list[Put] = []
        for row, line in rows:
            envelope = from_bytes(row.data)
            if row.number <= self._number(work, row.log):
                self.known += 1
                continue
            state = access.now(work)
            is_gone = EntryRef(row.log, row.number) in state.erased or envelope.subject in state.erased_subjects
            if envelope.kind != "clock_doubted":
                # Two whose clocks were put right would doubt each other's doubts for ever.
                self._clock(work, row, envelope.millis)
            if row.log.startswith("operation/"):
                self.installation.boards.live(work, row.log.split("/")[1])
            put = work.take_in(row, b"" if is_gone else line.key)
            self.new += 1
            if row.log.startswith("operation/"):
                by_operation.setdefault(row.log.split("/")[1], []).append(put)
            elif put.envelope.kind == "checkpointed":
                continue
            else:
                access.put(work, [put])
                rights.append(put)
        for operation, puts in by_operation.items():
            live = self.installation.boards.put(work, operation, [put.recorded() for put in puts])
            if live.late is not None:
                self.late.add(operation)
        self._obey(work, rights)

    def _number(self, work: Transaction, log: str) -> int:
        tail = work.store.tails.get(log) or _tail(work, log)
        return tail.head.number if tail is not None else 0

    def _clock(self, work: Transaction, row: Row, millis: int) -> None:
        now = int(work.store.now().timestamp() * 1000)
        if HybridTime(millis).is_ahead(now):
            first, _, most = self.ahead.get(row.log, (row.number, 0, 0))
            self.ahead[row.log] = (first, row.number, max(most, millis - now))

    def _obey(self, work: Transaction, rights: list[Put]) -> None:
        """What a peer has forgotten is forgotten here."""
        from sansang.ledger.erasure import streams_of

        for put in rights:
            fact = put.access().fact
            if isinstance(fact, access_facts.Erased):
                subjects = [fact.subject] if fact.subject else []
                streams = streams_of(work.cursor, work.store.keyring, fact.entries, subjects)
                self.installation.forget_words(work, fact.entries, subjects, streams)

    def doubt(self) -> tuple[str, ...]:
        """Record the logs whose clock is too far ahead, each in its operation; their names."""
        for log, (first, last, millis) in self.ahead.items():
            if not log.startswith("operation/"):
                continue
            _, operation, post, _ = log.split("/")
            fact = ClockDoubted(log, first, last, millis // 1000)
            self.installation.run(lambda work, o=operation, p=post, f=fact: _record(self.installation, work, o, p, f))  # type: ignore[misc]
        return tuple(self.ahead)


def _record(installation: Installation, work: Transaction, operation: str, post: str, fact: ClockDoubted) -> None:
    installation.boards.live(work, operation)
    put = work.append(Draft(f"operation/{operation}", fact, SYSTEM.person, post))
    installation.boards.put(work, operation, [put.recorded()])


def operations_in(installation: Installation) -> set[str]:
    """The operations of which there are logs."""
    with installation.store.reading() as cursor:
        return operations_of(cursor)


def give_out(
    installation: Installation,
    file: BinaryIO,
    operations: Iterable[str] | None = None,
    after: dict[str, int] | None = None,
    keys: bool = True,
) -> tuple[Header, int]:
    """Write the logs of these operations (None: all) and the access logs; of each log what comes after a number.

    With ``keys`` whoever has the file can read the words. The header that was written, and how many entries.
    """
    store = installation.store
    streams = None if operations is None else {ACCESS, *(f"operation/{name}" for name in operations)}
    with store.reading() as cursor:
        cursor.execute("SELECT replica, name FROM ledger_installation WHERE id = 1")
        replica, name = cursor.fetchone()
        # Heads first: what is written meanwhile is sent, but never a head without its entry.
        heads = tuple((log, number, digest) for log, (number, digest) in sorted(all_heads(cursor).items()))
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM ledger_entry")
        last = cursor.fetchone()[0]
        header = Header(replica, micros(store.now()), "export", heads, name)
        lines = _lines(cursor, store.keyring, streams, after or {}, last, keys)
        return header, write_lines(file, header, lines)


def _lines(
    cursor: Any, keyring: Keyring, streams: set[str] | None, after: dict[str, int], last: int, keys: bool
) -> Iterator[Line]:
    cursor.execute("SELECT id, name, stream FROM ledger_log ORDER BY name")
    for log_id, name, stream in cursor.fetchall():
        if streams is not None and stream not in streams:
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
                    key = keyring.unwrapped(page, bytes(wrapped), (name, number))
                yield Line(bytes(data), bytes(digest), key or b"")
            if len(rows) < _CHUNK:
                break
