"""How is an entry put down so that it stays? One transaction at a time, under one lock, each entry inserted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections, transaction

from sansang.ledger.chain import Head, Row, local_sum
from sansang.ledger.decode import access_entry_of, recorded_of
from sansang.ledger.draft import Draft, chained_after, stream_of_log
from sansang.ledger.envelope import BEGINNING, Envelope, from_bytes
from sansang.ledger.keyring import Keyring
from sansang.ledger.sealing import Chance
from sansang.model.access.state import AccessEntry
from sansang.model.entry import EntryRef, HybridTime, Recorded

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
_INSERT = f"INSERT INTO ledger_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608


_BEGINNING = HybridTime(0)


class NotInstalled(Exception):
    """The database has no installation yet, or its tables are of another version."""


@dataclass(frozen=True, slots=True)
class Put:
    """An entry that was put down: its position, reference and envelope, and the key of its words."""

    position: int
    ref: EntryRef
    envelope: Envelope
    hash: bytes
    key: bytes | None

    def recorded(self) -> Recorded:
        """As the fold of an operation wants it."""
        return recorded_of(self.envelope, self.key)

    def access(self) -> AccessEntry:
        """As the access log wants it."""
        return access_entry_of(self.envelope, self.key)


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
    #: Rises whenever the database was read anew: what others keep in memory of it is old then.
    learned: int = 0
    #: Told of the entries of each transaction that has been committed, in their order.
    heard: Callable[[list[Put]], None] | None = None
    _writes: int = -1

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file."""
        return connections[self.alias].vendor == "sqlite"

    def moment(self) -> datetime:
        """The time for what may be done now: the wall clock's, or the ledger's where that is further."""
        return max(self.now(), datetime.fromtimestamp(self.clock.millis / 1000, UTC))

    def forget(self) -> None:
        """What is known of the database is read anew: another process has written, or a transaction was lost."""
        self.tails.clear()
        self._writes = -1

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A cursor of this thread's own, for reading what is committed."""
        with connections[self.alias].cursor() as cursor:
            yield cursor

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction under the lock that orders the writers; what was put down stays once this has ended."""
        try:
            with transaction.atomic(using=self.alias), connections[self.alias].cursor() as cursor:
                work = self._locked(cursor)
                yield work
                work.finish()
        except BaseException:
            self.forget()
            raise
        if self.heard is not None and work.puts:
            self.heard(work.puts)

    def _locked(self, cursor: Any) -> Transaction:
        if self.is_sqlite:
            # BEGIN IMMEDIATE is the lock; one process writes, so nobody else has written since.
            if self._writes < 0:
                self._learn(cursor)
                self._writes = 0
            return Transaction(self, cursor)
        cursor.execute("UPDATE ledger_installation SET writes = writes + 1 WHERE id = 1 RETURNING writes")
        row = cursor.fetchone()
        if row is None:
            raise NotInstalled
        if row[0] != self._writes + 1:
            self.tails.clear()
            self._learn(cursor)
        self._writes = row[0]
        return Transaction(self, cursor)

    def _learn(self, cursor: Any) -> None:
        cursor.execute("SELECT replica FROM ledger_installation WHERE id = 1")
        row = cursor.fetchone()
        if row is None:
            raise NotInstalled
        self.replica = row[0]
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM ledger_entry")
        self.position = cursor.fetchone()[0]
        self.clock = self._latest(cursor)
        self.learned += 1

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
            is_ours = name.rsplit("/", 1)[-1] == self.replica
            latest = max(latest, time) if is_ours else latest.heard(time, now)
        return latest


class Spoiled(Exception):
    """A step failed after it had reached into the database: the transaction can only be taken back as a whole."""


@dataclass
class Transaction:
    """What one transaction writes. :meth:`step` begins a part of it that can be taken back for itself.

    Entries are gathered and written together; whoever needs the database (``cursor``) sees all of them.
    """

    store: Store
    bare: Any
    undo: list[Callable[[], object]] = field(default_factory=list)
    #: Called before the commit, once each.
    before: dict[str, Callable[[Transaction], None]] = field(default_factory=dict)
    #: Called when the transaction has been committed.
    after: list[Callable[[], object]] = field(default_factory=list)
    #: What was put down so far.
    puts: list[Put] = field(default_factory=list)
    _gathered: list[tuple[Any, ...]] = field(default_factory=list)
    _commands: dict[str, Put] = field(default_factory=dict)
    _before: dict[str, Put | None] = field(default_factory=dict)
    _is_touched: bool = False

    @property
    def cursor(self) -> Any:
        """The database with everything that was put down so far; a step that has asked for it fails with its group."""
        self._is_touched = True
        self._write()
        return self.bare

    def finish(self) -> None:
        """Write what was gathered, just before the commit."""
        while self.before:
            _, work = self.before.popitem()
            work(self)
        self._write()

    def _write(self) -> None:
        if len(self._gathered) == 1:
            self.bare.execute(_INSERT, self._gathered[0])
        elif self._gathered:
            self.bare.executemany(_INSERT, self._gathered)
        self._gathered.clear()

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the transaction: if it fails, what it put down is taken back; raises Spoiled where it can't be."""
        store = self.store
        before = (store.position, store.clock)
        self.undo, self._is_touched = [], False
        after, gathered, puts = len(self.after), len(self._gathered), len(self.puts)
        try:
            yield
        except Exception as wrong:
            for take_back in reversed(self.undo):
                take_back()
            store.position, store.clock = before
            del self.after[after:]
            del self.puts[puts:]
            if self._is_touched:
                raise Spoiled from wrong
            del self._gathered[gathered:]
            raise

    def append(self, draft: Draft) -> Put:
        """Put an entry down: numbered, timed, chained, its words sealed."""
        store = self.store
        tail = self.tail(draft.log(store.replica), draft.stream)
        written = store.now()
        time = store.clock.after(int(written.timestamp() * 1000))
        made = chained_after(tail.head, draft, time, written, store.chance)
        page, wrapped = store.keyring.wrapped(made.key, draft.subject) if made.key else (None, None)
        return self._insert(tail, made.envelope, made.data, made.hash, made.key, page, wrapped, time)

    def take_in(self, row: Row, key: bytes, position: int = 0) -> Put:
        """Put down a peer's entry, with the key of its words (b"" where they are not to be read)."""
        envelope = from_bytes(row.data)
        tail = self.tail(envelope.log, stream_of_log(envelope.log))
        page, wrapped = self.store.keyring.wrapped(key, envelope.subject) if key else (None, None)
        time = self.store.clock.heard(
            HybridTime(envelope.millis, envelope.counter), int(self.store.now().timestamp() * 1000)
        )
        return self._insert(tail, envelope, row.data, row.hash, key or None, page, wrapped, time)

    def _insert(
        self,
        tail: Tail,
        envelope: Envelope,
        data: bytes,
        digest: bytes,
        key: bytes | None,
        page: int | None,
        wrapped: bytes | None,
        clock: HybridTime,
    ) -> Put:
        store = self.store
        position = store.position + 1
        columns = (position, tail.log_id, envelope.number, envelope.millis, envelope.counter, envelope.kind)
        self._gathered.append(
            (*columns, envelope.command or None, data, digest, page, wrapped, local_sum(position, page, wrapped))
        )
        log = envelope.log
        self.undo.append(lambda: store.tails.__setitem__(log, tail))
        store.position, store.clock = position, clock
        store.tails[log] = Tail(
            tail.log_id, Head(log, envelope.number, digest), HybridTime(envelope.millis, envelope.counter)
        )
        put = Put(position, EntryRef(log, envelope.number), envelope, digest, key or None)
        self.puts.append(put)
        if envelope.command:
            self._commands[envelope.command] = put
            self.undo.append(lambda: self._commands.pop(envelope.command, None))
        return put

    def tail(self, log: str, stream: str) -> Tail:
        """Where a log ends; a log that is not here yet is begun."""
        known = self.store.tails.get(log)
        if known is not None:
            return known
        tail = self._begun(log, stream)
        self.store.tails[log] = tail
        self.undo.append(lambda: self.store.tails.pop(log, None))
        return tail

    def _begun(self, log: str, stream: str) -> Tail:
        self.cursor.execute("SELECT id FROM ledger_log WHERE name = %s", (log,))
        row = self.cursor.fetchone()
        if row is None:
            self.cursor.execute("INSERT INTO ledger_log (name, stream) VALUES (%s, %s) RETURNING id", (log, stream))
            return Tail(self.cursor.fetchone()[0], Head(log, 0, BEGINNING), HybridTime(0))
        self.cursor.execute(
            "SELECT number, hash, millis, counter FROM ledger_entry WHERE log_id = %s ORDER BY number DESC LIMIT 1",
            row,
        )
        last = self.cursor.fetchone()
        if last is None:
            return Tail(row[0], Head(log, 0, BEGINNING), HybridTime(0))
        return Tail(row[0], Head(log, last[0], bytes(last[1])), HybridTime(last[2], last[3]))

    def look_up(self, commands: Sequence[str]) -> None:
        """Learn in one question which of these commands this replica has put down before."""
        wanted = [command for command in commands if command]
        if not wanted:
            return
        self.bare.execute(
            "SELECT e.position, e.data, e.hash, e.page, e.wrapped FROM ledger_entry e"  # noqa: S608 only %s are put in
            f" WHERE e.command IN ({', '.join(['%s'] * len(wanted))}) ORDER BY e.position DESC",
            wanted,
        )
        self._before.update(dict.fromkeys(wanted))
        for row in self.bare.fetchall():
            put = put_of(self.store.keyring, row)
            if put.ref.log.rsplit("/", 1)[-1] == self.store.replica:
                self._before[put.envelope.command] = put

    def earlier(self, command: str) -> Put | None:
        """The entry that this replica put down for a command before."""
        here = self._commands.get(command) if command else None
        if here is not None and here.ref.log.rsplit("/", 1)[-1] == self.store.replica:
            return here
        if command and command not in self._before:
            self.look_up([command])
        return self._before.get(command)


def put_of(keyring: Keyring, row: Sequence[Any]) -> Put:
    """An entry as it was put down: from its position, data, hash, page and wrapped key."""
    position, data, digest, page, wrapped = row
    envelope = from_bytes(bytes(data))
    ref = EntryRef(envelope.log, envelope.number)
    key = None if page is None else keyring.unwrapped(page, bytes(wrapped), (ref.log, ref.number))
    return Put(position, ref, envelope, bytes(digest), key)
