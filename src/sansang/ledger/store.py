"""How is an entry appended durably? One transaction at a time, under one lock, each entry inserted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from sansang.ledger.appended import Appended, as_decoded, load_appended
from sansang.ledger.chain import Head, StoredEntry, local_sum
from sansang.ledger.draft import Draft, build_entry
from sansang.ledger.envelope import BEGINNING, Envelope
from sansang.ledger.keyring import Keyring
from sansang.ledger.sealing import Chance
from sansang.model.entry import HybridTime
from sansang.model.stream import Stream, parse_log

_COLUMNS = (
    "position",
    "log_id",
    "number",
    "millis",
    "counter",
    "kind",
    "command",
    "data",
    "hash",
    "page",
    "wrapped",
    "local_sum",
)
INSERT_ENTRY = f"INSERT INTO ledger_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608
INSERT_LOG = "INSERT INTO ledger_log (name, stream) VALUES (%s, %s) RETURNING id"

_BEGINNING = HybridTime(0)


class NotInstalled(Exception):
    """The database has no installation yet, or its tables are of another version."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a log ends: its number in this database, its head and the head's clock."""

    log_id: int
    head: Head
    time: HybridTime


@dataclass
class Store:
    """The ledger of one installation in one database. One thread at a time writes, in :meth:`transaction`."""

    alias: str
    keyring: Keyring
    now: Callable[[], datetime]
    chance: Chance
    replica: str = ""
    position: int = 0
    clock: HybridTime = _BEGINNING
    tails: dict[str, Tail] = field(default_factory=dict)
    #: Rises whenever the database was read again from the start: what others hold of it in memory is old then.
    epoch: int = 0
    #: Called, in the writer's thread, with the entries of each transaction that has been committed, in their order.
    listeners: list[Callable[[Sequence[Appended]], None]] = field(default_factory=list)
    _writes: int = -1

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file."""
        return connections[self.alias].vendor == "sqlite"

    def moment(self) -> datetime:
        """The time for what may be done now: the wall clock's, or the ledger's where that is further."""
        return max(self.now(), datetime.fromtimestamp(self.clock.millis / 1000, UTC))

    def invalidate(self) -> None:
        """Read the database again before the next write: another process has written, or a transaction was lost."""
        self.tails.clear()
        self._writes = -1

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A cursor of this thread's own, for reading what is committed."""
        with connections[self.alias].cursor() as cursor:
            yield cursor

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction under the lock that orders the writers; what was appended stays once this has ended."""
        try:
            with transaction.atomic(using=self.alias), connections[self.alias].cursor() as cursor:
                work = self._locked(cursor)
                yield work
                work.finish()
        except BaseException:
            self.invalidate()
            raise
        if work.appended:
            for listener in self.listeners:
                listener(work.appended)

    def _locked(self, cursor: Any) -> Transaction:
        if self.is_sqlite:
            # BEGIN IMMEDIATE is the lock; one process writes, so nobody else has written since.
            if self._writes < 0:
                self._load(cursor)
                self._writes = 0
            return Transaction(self, cursor)
        cursor.execute("UPDATE ledger_installation SET writes = writes + 1 WHERE id = 1 RETURNING writes")
        row = cursor.fetchone()
        if row is None:
            raise NotInstalled
        if row[0] != self._writes + 1:
            self.tails.clear()
            self._load(cursor)
        self._writes = row[0]
        return Transaction(self, cursor)

    def _load(self, cursor: Any) -> None:
        cursor.execute("SELECT replica FROM ledger_installation WHERE id = 1")
        row = cursor.fetchone()
        if row is None:
            raise NotInstalled
        self.replica = row[0]
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM ledger_entry")
        self.position = cursor.fetchone()[0]
        self.clock = self._latest(cursor)
        self.epoch += 1

    def _latest(self, cursor: Any) -> HybridTime:
        """The clock: after the last entry of each log, but for a peer's that is too far ahead."""
        cursor.execute(
            "SELECT l.name, e.millis, e.counter FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id"
            " AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE log_id = l.id)"
        )
        now = int(self.now().timestamp() * 1000)
        latest = HybridTime(0)
        for name, millis, counter in cursor.fetchall():
            time = HybridTime(millis, counter)
            is_ours = parse_log(name).replica == self.replica
            latest = max(latest, time) if is_ours else latest.advance_to(time, now)
        return latest


class CannotUndo(Exception):
    """A step failed after it had used the database: only the whole transaction can be rolled back."""


@dataclass
class Transaction:
    """What one transaction writes. :meth:`step` begins a part of it that can be undone alone.

    Entries are queued and written together; ``cursor`` writes the queue first, so its queries find all of them.
    """

    store: Store
    #: The database without the queued entries.
    raw_cursor: Any
    undo: list[Callable[[], object]] = field(default_factory=list)
    #: Called before the commit, once each.
    before_commit: dict[str, Callable[[Transaction], None]] = field(default_factory=dict)
    #: Called when the transaction has been committed.
    after_commit: list[Callable[[], object]] = field(default_factory=list)
    #: What was appended so far.
    appended: list[Appended] = field(default_factory=list)
    _queued: list[tuple[Any, ...]] = field(default_factory=list)
    _commands: dict[str, Appended] = field(default_factory=dict)
    _looked_up: dict[str, Appended | None] = field(default_factory=dict)
    _is_touched: bool = False

    @property
    def cursor(self) -> Any:
        """The database with everything appended so far; a step that fails after using it fails with its group."""
        self._is_touched = True
        self._write()
        return self.raw_cursor

    def finish(self) -> None:
        """Write the queue, just before the commit."""
        while self.before_commit:
            _, work = self.before_commit.popitem()
            work(self)
        self._write()

    def _write(self) -> None:
        if len(self._queued) == 1:
            self.raw_cursor.execute(INSERT_ENTRY, self._queued[0])
        elif self._queued:
            self.raw_cursor.executemany(INSERT_ENTRY, self._queued)
        self._queued.clear()

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the transaction: what it appended is undone if it fails; raises CannotUndo where it can't be."""
        store = self.store
        before = (store.position, store.clock)
        self.undo, self._is_touched = [], False
        after, queued, appended = len(self.after_commit), len(self._queued), len(self.appended)
        try:
            yield
        except Exception as wrong:
            for undo_one in reversed(self.undo):
                undo_one()
            store.position, store.clock = before
            del self.after_commit[after:]
            del self.appended[appended:]
            if self._is_touched:
                raise CannotUndo from wrong
            del self._queued[queued:]
            raise

    def append(self, draft: Draft) -> Appended:
        """Append an entry: numbered, timed, chained, its words sealed."""
        store = self.store
        tail = self.tail(draft.log(store.replica), draft.stream)
        written = store.now()
        time = store.clock.after(int(written.timestamp() * 1000))
        made = build_entry(tail.head, draft, time, written, store.chance)
        page, wrapped = store.keyring.wrap_key(made.key, draft.subject) if made.key else (None, None)
        appended = Appended(
            store.position + 1, made.envelope, made.hash, made.key or None, as_decoded(made.envelope, draft)
        )
        self._insert(appended, tail, made.data, page, wrapped, time)
        return appended

    def append_received(self, row: StoredEntry, envelope: Envelope, key: bytes) -> Appended:
        """Append a peer's entry as it is, with the key of its words (b"" where they are not to be read)."""
        store = self.store
        tail = self.tail(envelope.log, parse_log(envelope.log).stream)
        page, wrapped = store.keyring.wrap_key(key, envelope.subject) if key else (None, None)
        time = store.clock.advance_to(
            HybridTime(envelope.millis, envelope.counter), int(store.now().timestamp() * 1000)
        )
        appended = Appended(store.position + 1, envelope, row.hash, key or None)
        self._insert(appended, tail, row.data, page, wrapped, time)
        return appended

    def _insert(
        self,
        appended: Appended,
        tail: Tail,
        data: bytes,
        page: int | None,
        wrapped: bytes | None,
        clock: HybridTime,
    ) -> None:
        store, envelope, position = self.store, appended.envelope, appended.position
        columns = (position, tail.log_id, envelope.number, envelope.millis, envelope.counter, envelope.kind)
        self._queued.append(
            (*columns, envelope.command or None, data, appended.hash, page, wrapped, local_sum(position, page, wrapped))
        )
        log = envelope.log
        self.undo.append(lambda: store.tails.__setitem__(log, tail))
        store.position, store.clock = position, clock
        store.tails[log] = Tail(
            tail.log_id, Head(log, envelope.number, appended.hash), HybridTime(envelope.millis, envelope.counter)
        )
        self.appended.append(appended)
        if envelope.command:
            self._commands[envelope.command] = appended
            self.undo.append(lambda: self._commands.pop(envelope.command, None))

    def tail(self, log: str, stream: Stream) -> Tail:
        """Where a log ends; a log that is not here yet is begun."""
        known = self.store.tails.get(log)
        if known is not None:
            return known
        tail = self._load_tail(log, stream)
        self.store.tails[log] = tail
        self.undo.append(lambda: self.store.tails.pop(log, None))
        return tail

    def _load_tail(self, log: str, stream: Stream) -> Tail:
        self.cursor.execute("SELECT id FROM ledger_log WHERE name = %s", (log,))
        row = self.cursor.fetchone()
        if row is None:
            self.cursor.execute(INSERT_LOG, (log, str(stream)))
            return Tail(self.cursor.fetchone()[0], Head(log, 0, BEGINNING), HybridTime(0))
        self.cursor.execute(
            "SELECT number, hash, millis, counter FROM ledger_entry WHERE log_id = %s ORDER BY number DESC LIMIT 1",
            row,
        )
        last = self.cursor.fetchone()
        if last is None:
            return Tail(row[0], Head(log, 0, BEGINNING), HybridTime(0))
        return Tail(row[0], Head(log, last[0], bytes(last[1])), HybridTime(last[2], last[3]))

    def known_tail(self, log: str) -> Tail | None:
        """Where a log ends; None for one that is not here."""
        known = self.store.tails.get(log)
        if known is None:
            self.cursor.execute("SELECT 1 FROM ledger_log WHERE name = %s", (log,))
            known = self.tail(log, parse_log(log).stream) if self.raw_cursor.fetchone() is not None else None
        return known

    def look_up(self, commands: Sequence[str]) -> None:
        """Find out in one query which of these commands this replica has appended before."""
        wanted = [command for command in commands if command]
        if not wanted:
            return
        self.raw_cursor.execute(
            "SELECT e.position, e.data, e.hash, e.page, e.wrapped FROM ledger_entry e"  # noqa: S608 only %s are put in
            f" WHERE e.command IN ({', '.join(['%s'] * len(wanted))}) ORDER BY e.position DESC",
            wanted,
        )
        self._looked_up.update(dict.fromkeys(wanted))
        for row in self.raw_cursor.fetchall():
            appended = load_appended(self.store.keyring, row)
            if self._is_ours(appended):
                self._looked_up[appended.envelope.command] = appended

    def appended_for(self, command: str) -> Appended | None:
        """The entry that this replica appended for a command before."""
        here = self._commands.get(command) if command else None
        if here is not None and self._is_ours(here):
            return here
        if command and command not in self._looked_up:
            self.look_up([command])
        return self._looked_up.get(command)

    def _is_ours(self, appended: Appended) -> bool:
        return parse_log(appended.ref.log).replica == self.store.replica


def installation_row(cursor: Any) -> tuple[str, str, str]:
    """The replica that this database is, its name, and the replica that it was restored from. Raises NotInstalled."""
    cursor.execute("SELECT replica, name, restored_from FROM ledger_installation WHERE id = 1")
    row = cursor.fetchone()
    if row is None:
        raise NotInstalled
    return row[0], row[1], row[2]


def insert_installation(cursor: Any, replica: str, name: str, restored_from: str) -> None:
    """Make this database the one of a replica."""
    cursor.execute(
        "INSERT INTO ledger_installation (id, replica, name, restored_from, writes) VALUES (1, %s, %s, %s, 0)",
        (replica, name, restored_from),
    )
