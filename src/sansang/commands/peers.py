"""What comes from peers, and what goes to them? Logs in one file: checked whole, then received in slices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO

from sansang.commands.installation import Installation
from sansang.ledger.appended import Appended
from sansang.ledger.chain import Fault, Head, StoredEntry
from sansang.ledger.draft import Draft
from sansang.ledger.envelope import micros, parse_envelope
from sansang.ledger.exchange import CheckedFile, Damaged, FileHeader, FileLine, FileReader, check_file, write_lines
from sansang.ledger.heads import all_heads, contradicted, export_lines, hashes, last_position, remember_peer_heads
from sansang.ledger.history import streams
from sansang.ledger.progress import Progress
from sansang.ledger.store import Transaction, installation_row
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.access.record import ACCESS_STREAM
from sansang.model.entry import EntryRef, HybridTime
from sansang.model.operation.log import ClockDoubted
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.record_kinds import RECORD_KINDS
from sansang.model.stream import Stream, parse_log

#: This many entries of a file are received in one transaction; others write in between.
ENTRIES_PER_TRANSACTION = 40


@dataclass(frozen=True, slots=True)
class Fork:
    """Two different entries under one log and number: ours and the file's, by their hashes."""

    ref: EntryRef
    ours: bytes
    theirs: bytes


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of a file: entries that were new, those known before, and logs whose clock can't be followed."""

    new: int
    known: int
    logs: int
    doubted: tuple[str, ...] = ()


class CannotReceive(Exception):
    """Nothing of the file was received; says everything that speaks against it."""

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
        #: The file knows more of our own log than we do: this database is an old copy restored by hand.
        self.old_copy = old_copy
        super().__init__(f"{len(self.faults)} faults, {len(self.forks)} forks, {len(self.missing)} gaps")


def receive(installation: Installation, path: Path, progress: Progress | None = None) -> ImportResult:
    """Receive a peer's logs. Raises Damaged, or CannotReceive with all that is wrong; nothing is received then."""
    with path.open("rb") as file:
        checked = check_file(file)
        if checked.header.purpose != "export":
            raise Damaged("a backup, not an export: sansang restore brings it back")
        installation.run(lambda work: _compare(work, checked, path))
        file.seek(0)
        receiving = _Import(installation, checked.entries, progress)
        receiving.all(FileReader(file))
    if checked.header.replica:
        installation.run(lambda work: remember_peer_heads(work.cursor, checked.header))
    return ImportResult(receiving.new, receiving.known, len(checked.heads), receiving.note_clocks())


def _compare(work: Transaction, checked: CheckedFile, path: Path) -> None:
    """Whether the file follows on what we have. Raises CannotReceive."""
    forks: list[Fork] = []
    missing: list[tuple[str, int, int]] = []
    old_copy = None
    for head in checked.heads:
        tail = work.known_tail(head.log)
        ours = tail.head.number if tail is not None else 0
        first = checked.firsts[head.log]
        if first > ours + 1:
            missing.append((head.log, ours + 1, first))
        elif head.number > ours and parse_log(head.log).replica == work.store.replica:
            old_copy = head
        shared = min(head.number, ours)
        if shared >= first:
            fork = _fork(work, path, head.log, first, shared)
            forks += [fork] if fork is not None else []
    # Heads that the peer names, though it sends no entries.
    sent = {head.log for head in checked.heads}
    named = [Head(*head) for head in checked.header.heads if head[0] not in sent]
    wrong = contradicted(work.cursor, named)
    if checked.faults or forks or missing or old_copy is not None or wrong:
        raise CannotReceive((*checked.faults, *wrong), forks, missing, old_copy)


def _fork(work: Transaction, path: Path, log: str, first: int, last: int) -> Fork | None:
    """The first entry of a log, from ``first`` to ``last``, that the file has otherwise than we do."""
    with path.open("rb") as file:
        theirs = {row.number: row.hash for row, _ in FileReader(file).rows() if row.log == log and row.number <= last}
    if theirs[last] == hashes(work.cursor, log, last, last).get(last):
        # One chain: where its last entries are the same, all before them are.
        return None
    for number, digest in sorted(hashes(work.cursor, log, first, last).items()):
        if theirs[number] != digest:
            return Fork(EntryRef(log, number), digest, theirs[number])
    return None


@dataclass
class _Import:
    """A file on its way in."""

    installation: Installation
    entries: int
    progress: Progress | None
    new: int = 0
    known: int = 0
    late: set[Stream] = field(default_factory=set)
    ahead: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # log → first, last, milliseconds

    def all(self, reading: FileReader) -> None:
        """Receive every slice, then rebuild the records in which entries came late."""
        rows = reading.rows()
        with self.installation.rebuilds.hold():
            while some := list(islice(rows, ENTRIES_PER_TRANSACTION)):
                self.installation.run(lambda work, some=some: self._slice(work, some))  # type: ignore[misc]
                if self.progress is not None:
                    self.progress(self.new + self.known, self.entries)
            for stream in sorted(self.late):
                self.installation.rebuilds.begin(stream)

    def _slice(self, work: Transaction, rows: list[tuple[StoredEntry, FileLine]]) -> None:
        # Record by record: of very many, not all stay in memory until the end.
        for stream, some in groupby(rows, lambda one: parse_log(one[0].log).stream):
            self._record(work, stream, some)

    def _record(self, work: Transaction, stream: Stream, rows: Iterable[tuple[StoredEntry, FileLine]]) -> None:
        installation, is_known_kind = self.installation, stream.kind in RECORD_KINDS
        received: list[Appended] = []
        for row, line in rows:
            tail = work.known_tail(row.log)
            if tail is not None and row.number <= tail.head.number:
                self.known += 1
                continue
            envelope = parse_envelope(row.data)
            access = installation.access(work)
            if is_known_kind and not received:
                installation.projector.live(work, stream)
            is_erased = EntryRef(row.log, row.number) in access.erased or envelope.subject in access.erased_subjects
            if envelope.kind != "clock_doubted":
                # Two whose clocks were corrected would doubt each other's doubts for ever.
                self._clock(work, row, envelope.millis)
            appended = work.append_received(row, envelope, b"" if is_erased else line.key)
            self.new += 1
            received.append(appended)
            if isinstance(appended.entry.fact, Erased):
                # It holds for the next entry already.
                installation.project(work, stream, received)
                received = []
        if received and is_known_kind and installation.project(work, stream, received).late is not None:
            self.late.add(stream)

    def _clock(self, work: Transaction, row: StoredEntry, millis: int) -> None:
        now = int(work.store.now().timestamp() * 1000)
        if HybridTime(millis).is_ahead(now):
            first, _, most = self.ahead.get(row.log, (row.number, 0, 0))
            self.ahead[row.log] = (first, row.number, max(most, millis - now))

    def note_clocks(self) -> tuple[str, ...]:
        """Record the logs whose clock is too far ahead, each in its operation; their names."""
        for log, (first, last, millis) in self.ahead.items():
            name = parse_log(log)
            if name.stream.kind == OPERATION.name:
                fact = ClockDoubted(log, first, last, millis // 1000)
                draft = Draft(name.stream, fact, SYSTEM.person, name.post)
                self.installation.run(lambda work, draft=draft: self.installation.append(work, draft))  # type: ignore[misc]
        return tuple(self.ahead)


def operations_in(installation: Installation) -> set[str]:
    """The operations of which there are logs."""
    with installation.store.reading() as cursor:
        return {stream.id for stream in streams(cursor, OPERATION.name)}


def export_logs(
    installation: Installation,
    file: BinaryIO,
    operations: Iterable[str] | None = None,
    after: dict[str, int] | None = None,
    keys: bool = True,
) -> tuple[FileHeader, int]:
    """Write the logs of these operations (None: of every record) and the access logs; of each what follows a number.

    With ``keys`` everybody who has the file can read the words. The header that was written, and how many entries.
    """
    store = installation.store
    wanted = None if operations is None else {str(ACCESS_STREAM), *(str(stream_of(name)) for name in operations)}
    with store.reading() as cursor:
        replica, name, _ = installation_row(cursor)
        # Heads first: what is written meanwhile is sent, but never a head without its entry.
        heads = tuple((log, number, digest) for log, (number, digest) in sorted(all_heads(cursor).items()))
        last = last_position(cursor)
        header = FileHeader(replica, micros(store.now()), "export", heads, name)

        def is_wanted(stream: str) -> bool:
            return wanted is None or stream in wanted

        return header, write_lines(
            file, header, export_lines(cursor, store.keyring, is_wanted, after or {}, last, keys)
        )
