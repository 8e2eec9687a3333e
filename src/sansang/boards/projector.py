"""How do the boards stay true? Each entry changes their rows in the transaction that appends it, for every kind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sansang.boards.encryption import Seal, bound_to_row, form_of
from sansang.boards.live_state import LiveState
from sansang.boards.snapshots import drop_snapshots, load_snapshot, take_snapshot
from sansang.ledger.history import in_order, order_of
from sansang.ledger.keyring import Keyring
from sansang.ledger.sealing import Chance
from sansang.ledger.store import Transaction
from sansang.model.entry import Entry
from sansang.model.fold import FLAGS, Fold, UndoLog
from sansang.model.kind import RecordKind
from sansang.model.record_kinds import RECORD_KINDS
from sansang.model.stream import Stream, parse_stream

#: A snapshot is taken after this many entries of a record; after a quarter of them all, where that is more.
SNAPSHOT = 1_000
#: It waits for a moment when nobody waits for the writer, but not longer than this many times as many entries.
OVERDUE = 4
#: The states of this many records stay in memory.
IN_MEMORY = 16
_UPSERT = (
    "INSERT INTO board_row (generation, board, key, data) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (generation, board, key) DO UPDATE SET data = excluded.data"
)
_DELETE = "DELETE FROM board_row WHERE generation = %s AND board = %s AND key = %s"
_ABSENT = object()


@dataclass
class Shadow:
    """A generation on its way: first its entries are folded, then its rows are written, then it is shown."""

    live: LiveState
    #: The request for a rebuild from the first entry on that it answers; 0 for none.
    request: int = 0
    is_folded: bool = False
    pending: set[tuple[str, Any]] = field(default_factory=set)

    def insert(self, entries: list[Entry]) -> None:
        """Apply new entries as well, but for those that lie ahead and will be read from the ledger."""
        last = self.live.last
        self.live.insert_all(
            [entry for entry in entries if self.is_folded or (last is not None and entry.order <= last)]
        )
        self.collect()

    def collect(self) -> None:
        """What has changed must be written (again)."""
        if self.is_folded:
            self.pending |= self.live.touched
        self.live.touched.clear()


@dataclass(frozen=True, slots=True)
class Published:
    """The state of a record for every thread: a copy as of the last commit, and of which epoch of the store."""

    epoch: int
    state: Fold


@dataclass
class Projector:
    """The boards of one installation, and the state of each record that is written to."""

    alias: str
    keyring: Keyring
    chance: Chance = os.urandom
    lives: dict[Stream, LiveState] = field(default_factory=dict)
    #: Generations on their way, by record: they apply every new entry as well.
    shadows: dict[Stream, Shadow] = field(default_factory=dict)
    #: What has changed in this transaction and is not written yet, by record.
    pending: dict[Stream, set[tuple[str, Any]]] = field(default_factory=dict)
    #: The states that every thread reads: of record kinds that stay in memory.
    published: dict[Stream, Published] = field(default_factory=dict)
    #: Whether nobody waits for the writer; a snapshot takes its time then.
    is_quiet: Callable[[], bool] = lambda: True
    _epoch: int = -1

    def invalidate(self) -> None:
        """Read every state again before the next use: a transaction was lost."""
        self.lives.clear()
        self.shadows.clear()
        self.pending.clear()

    def live(self, work: Transaction, stream: Stream) -> LiveState:
        """The state of a record, from memory or from its newest snapshot and what came after it.

        Raises KeyError for a record of a kind that this program does not know.
        """
        if self._epoch != work.store.epoch:
            self.invalidate()
            self._epoch = work.store.epoch
        known = self.lives.pop(stream, None)
        if known is not None:
            # The one used last is the last of the dict.
            self.lives[stream] = known
            return known
        # Should the step fail, what it did to the state must not stay.
        work.undo.append(lambda: self.lives.pop(stream, None))
        live = self._load(work, stream)
        self.lives[stream] = live
        self._make_room(stream)
        return live

    def _make_room(self, wanted: Stream) -> None:
        """Drop the states that were not used for longest; from their snapshots they are soon there again."""
        held = [stream for stream in self.lives if not RECORD_KINDS[stream.kind].is_in_memory]
        spare = [stream for stream in held if stream not in {wanted, *self.pending, *self.shadows}]
        for stream in spare[: max(0, len(held) - IN_MEMORY)]:
            del self.lives[stream]

    def apply(self, work: Transaction, stream: Stream, entries: Sequence[Entry]) -> LiveState:
        """Bring the boards of a record up to date with entries that were just appended.

        :meth:`live` must have been called before they were: a state loaded afterwards holds them already.
        """
        live = self.lives.get(stream)
        if live is None or self._epoch != work.store.epoch:
            raise ValueError(f"the state of {stream} was not loaded before entries were appended")
        work.undo.append(lambda: self.lives.pop(stream, None))
        shadow = self.shadows.get(stream)
        if shadow is not None:
            work.undo.append(lambda: self.shadows.pop(stream, None))
        some = list(entries)
        earliest = live.insert_all(some)
        if shadow is not None:
            shadow.insert(some)
        if earliest is not None and live.snapshot is not None and earliest <= live.snapshot:
            drop_snapshots(work.cursor, live, earliest)
        if live.late is not None and live.fold.kind.is_in_memory:
            live = self.rebuild_now(work, stream)
        # What several entries of a transaction change is written once, before its commit.
        self.pending.setdefault(stream, set()).update(live.touched)
        live.touched.clear()
        work.before_commit["boards"] = self._flush
        if live.late != live.noted:
            self._note_late(work.cursor, live)
        if live.late is None and self.is_due(live):
            take_snapshot(work.cursor, live)
        return live

    def publish(self, work: Transaction, stream: Stream) -> None:
        """Once this is committed, every thread reads the state as this transaction leaves it."""

        def publish() -> None:
            live = self.lives.get(stream)
            if live is None:
                # A later step of the transaction failed and dropped the state: the next reader loads it.
                self.published.pop(stream, None)
            else:
                self.published[stream] = Published(self._epoch, live.fold.copy())

        work.before_commit[f"publish {stream}"] = lambda work: work.after_commit.append(publish)

    def is_due(self, live: LiveState) -> bool:
        """Whether a snapshot is to be taken now."""
        gap = max(SNAPSHOT, live.entries // 4)
        since = live.entries - live.snapshot_at
        return since >= gap and (self.is_quiet() or since >= OVERDUE * gap)

    def _flush(self, work: Transaction) -> None:
        pending, self.pending = self.pending, {}
        for stream, touched in pending.items():
            live = self.live(work, stream)
            self.write(work.raw_cursor, live, touched | live.touched)
            live.touched.clear()

    def write(self, cursor: Any, live: LiveState, touched: Iterable[tuple[str, Any]]) -> None:
        """Write these rows as they are now."""
        rows, generation, seal = live.fold.rows, live.generation, live.seal
        shown = live.fold.kind.board_names
        written: list[tuple[int, str, bytes, bytes]] = []
        deleted: list[tuple[int, str, bytes]] = []
        for board, key in touched:
            if board not in shown:
                continue
            value = rows[board].get(key, _ABSENT)
            if value is _ABSENT and board == FLAGS.name and key in live.fold.corrections.flags:
                value = True
            at = seal.row_key(key)
            if value is _ABSENT:
                deleted.append((generation, board, at))
            else:
                content = seal.seal((key, value), bound_to_row(generation, board, at))
                written.append((generation, board, at, content))
        for statement, values in ((_DELETE, deleted), (_UPSERT, written)):
            if len(values) == 1:
                cursor.execute(statement, values[0])
            elif values:
                cursor.executemany(statement, values)

    def _note_late(self, cursor: Any, live: LiveState) -> None:
        """From where on a record's boards must be rebuilt, so that a crash does not lose it."""
        if live.late is not None:
            time = live.late[0]
            cursor.execute(
                "UPDATE board_record SET late_millis = %s, late_counter = %s WHERE stream = %s"
                " AND (late_millis IS NULL OR late_millis > %s)",
                (time.millis, time.counter, str(live.stream), time.millis),
            )
            drop_snapshots(cursor, live, live.late)
            live.noted = live.late

    # Loading

    def _load(self, work: Transaction, stream: Stream) -> LiveState:
        kind = RECORD_KINDS[stream.kind]
        cursor = work.cursor
        cursor.execute("SELECT generation, form, late_millis FROM board_record WHERE stream = %s", (str(stream),))
        row = cursor.fetchone()
        if row is None or self.keyring.board_key(row[0]) is None or row[1] != form_of(kind) or row[2] is not None:
            return self.rebuild_now(work, stream)
        live = self._new_state(cursor, stream, row[0])
        load_snapshot(cursor, live, live)
        for appended in in_order(cursor, self.keyring, stream, dict(live.reached)):
            live.append_in_order(appended.entry)
        live.touched.clear()
        return live

    def is_stale(self, cursor: Any, stream: Stream) -> bool:
        """Whether a record has no boards that can be shown: none yet, of another version, or their key is gone."""
        cursor.execute("SELECT generation, form FROM board_record WHERE stream = %s", (str(stream),))
        row = cursor.fetchone()
        return row is None or self.keyring.board_key(row[0]) is None or row[1] != form_of(RECORD_KINDS[stream.kind])

    def _new_state(self, cursor: Any, stream: Stream, generation: int) -> LiveState:
        secret = self.keyring.board_key(generation)
        if secret is None:
            raise ValueError("a generation whose key is gone")
        kind: RecordKind = RECORD_KINDS[stream.kind]
        fold = Fold(kind, UndoLog())
        live = LiveState(stream, generation, Seal(secret, self.chance), fold, partial(order_of, self.alias))
        live.load_corrections(found.entry for found in in_order(cursor, self.keyring, stream, {}, "corrected"))
        return live

    # Rebuilding

    def begin_shadow(self, work: Transaction, stream: Stream, request: int = 0) -> Shadow:
        """A new generation of a record's boards: it is not read before :meth:`show`.

        It begins with the newest snapshot before what came late; with nothing for a ``request`` to rebuild it whole.
        """
        shown = self.live(work, stream)
        live = self._new_state(work.cursor, stream, self.keyring.new_board_key())
        if not request and shown.late is not None:
            load_snapshot(work.cursor, live, shown, shown.late[0].millis)
            if live.snapshot is not None:
                take_snapshot(work.cursor, live)
        shadow = Shadow(live, request)
        self.shadows[stream] = shadow
        return shadow

    def rebuild_now(self, work: Transaction, stream: Stream) -> LiveState:
        """A record folded from its entries alone, and its boards written again, in this transaction."""
        live = self._new_state(work.cursor, stream, self.keyring.new_board_key())
        for appended in in_order(work.cursor, self.keyring, stream, {}):
            live.append_in_order(appended.entry)
            live.touched.clear()
            if self.is_due(live):
                take_snapshot(work.cursor, live)
        if live.entries >= SNAPSHOT and live.snapshot_at < live.entries:
            take_snapshot(work.cursor, live)
        self.write(work.cursor, live, all_rows(live.fold))
        self.show(work, live, sweep=True)
        return live

    def show(self, work: Transaction, live: LiveState, sweep: bool = False) -> None:
        """Show this generation instead of the one before, and destroy the key of that one.

        Its rows are deleted in slices (:class:`~sansang.boards.rebuild.Rebuilds`), or (``sweep``) now.
        """
        cursor, stream = work.cursor, live.stream
        form = form_of(live.fold.kind)
        cursor.execute("SELECT generation, old_generation FROM board_record WHERE stream = %s", (str(stream),))
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO board_record (stream, generation, form, late_counter) VALUES (%s, %s, %s, 0)",
                (str(stream), live.generation, form),
            )
        else:
            old = row[0]
            for generation in [row[1], old] if sweep else [row[1]]:
                if generation is not None:
                    self.sweep(cursor, generation)
            cursor.execute(
                "UPDATE board_record SET generation = %s, form = %s, late_millis = NULL, late_counter = 0,"
                " old_generation = %s WHERE stream = %s",
                (live.generation, form, None if sweep else old, str(stream)),
            )
            work.after_commit.append(lambda: self.keyring.destroy(old))
        self.lives[stream] = live
        self.shadows.pop(stream, None)
        if live.fold.kind.is_in_memory:
            self.publish(work, stream)

    def destroy_unused(self, work: Transaction) -> None:
        """Destroy the keys, and delete the rows, of generations that no record shows and no rebuild works on.

        A crash or a failed step leaves them; what they say of somebody who is erased must not stay readable.
        """
        work.cursor.execute("SELECT generation, old_generation FROM board_record")
        rows = work.raw_cursor.fetchall()
        used = {row[0] for row in rows} | {shadow.live.generation for shadow in self.shadows.values()}
        # A rebuild deletes their rows, a few at a time.
        being_swept = {row[1] for row in rows}
        for generation in self.keyring.board_key_ids():
            if generation in used:
                continue
            if generation not in being_swept:
                self.sweep(work.cursor, generation)
            work.after_commit.append(partial(self.keyring.destroy, generation))

    def sweep(self, cursor: Any, generation: int, most: int | None = None) -> int:
        """Delete rows of a generation that is no longer shown (at most this many); how many were."""
        deleted = 0
        for table in ("board_row", "board_snapshot"):
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE generation = %s"  # noqa: S608
                f" LIMIT {most if most is not None else 2**31 - 1})",
                (generation,),
            )
            deleted += cursor.rowcount
        return deleted


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """Which generation of a record's boards is shown, and whether a rebuild or a sweep was left unfinished."""

    generation: int
    is_unfinished: bool


def shown_records(cursor: Any) -> dict[Stream, ShownRecord]:
    """Every record that has boards."""
    cursor.execute("SELECT stream, generation, late_millis, old_generation FROM board_record")
    return {
        parse_stream(stream): ShownRecord(generation, late is not None or old is not None)
        for stream, generation, late, old in cursor.fetchall()
    }


def mark_for_rebuild(cursor: Any, stream: Stream) -> None:
    """Note that the boards of a record must be rebuilt from its first entry on."""
    cursor.execute("UPDATE board_record SET late_millis = 0, late_counter = 0 WHERE stream = %s", (str(stream),))


def all_rows(state: Fold) -> Iterator[tuple[str, Any]]:
    """Every row of a state that is stored for screens: its table and key."""
    for board in state.kind.board_names:
        for key in state.rows[board]:
            yield board, key
    for flag in state.corrections.flags:
        if flag not in state[FLAGS]:
            yield FLAGS.name, flag
