"""How do the boards stay true? Each entry changes their rows in the transaction that puts it down."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connections

from sansang.boards.encryption import Changed, Seal, bound_to, folding_of, kept
from sansang.boards.live_state import Live
from sansang.boards.rows import BOARDS, BoardRow, everything, rows_of
from sansang.ledger.keyring import Keyring
from sansang.ledger.sealing import Chance
from sansang.ledger.store import Put, Transaction, put_of
from sansang.model.entry import EntryRef, HybridTime, Order, Recorded

#: A snapshot is taken after so many entries of an operation; after a quarter of them all, where that is more.
SNAPSHOT = 1_000
#: It waits for a moment when nobody waits, but not longer than so many times as many entries.
OVERDUE = 4
#: The states of so many operations stay in memory.
KEPT = 16
_CHUNK = 300
_UPSERT: dict[str, str] = {}
for _board, _names in BOARDS.items():
    _all = ("operation", "generation", "key", *_names, "words")
    _UPSERT[_board] = (
        f"INSERT INTO board_{_board} ({', '.join(_all)}) VALUES ({', '.join(['%s'] * len(_all))})"  # noqa: S608
        f" ON CONFLICT (operation, generation, key) DO UPDATE SET"
        f" {', '.join(f'{name} = excluded.{name}' for name in (*_names, 'words'))}"
    )


def stream_of(operation: str) -> str:
    """The stream of an operation's logs."""
    return f"operation/{operation}"


def order_of(alias: str, ref: EntryRef) -> Order | None:
    """Where an entry stands among all; None for one that is not here."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT e.millis, e.counter FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE l.name = %s AND e.number = %s",
            (ref.log, ref.number),
        )
        found = cursor.fetchone()
    return None if found is None else (HybridTime(*found), ref)


def in_order(cursor: Any, keyring: Keyring, stream: str, reached: Mapping[str, int], kind: str = "") -> Iterator[Put]:
    """The entries of a stream by their order, of each log what lies beyond ``reached``; of one kind, if asked."""
    cursor.execute("SELECT id, name FROM ledger_log WHERE stream = %s ORDER BY name", (stream,))
    logs = [_log(cursor, keyring, log_id, reached.get(name, 0), kind) for log_id, name in cursor.fetchall()]
    # Each log has one writer whose clock only goes forward, so a merge by order is all that is needed.
    yield from heapq.merge(*logs, key=lambda put: (put.envelope.millis, put.envelope.counter, put.ref))


def _log(cursor: Any, keyring: Keyring, log_id: int, after: int, kind: str) -> Iterator[Put]:
    where = " AND kind = %s" if kind else ""
    while True:
        cursor.execute(
            "SELECT position, data, hash, page, wrapped FROM ledger_entry WHERE log_id = %s AND number > %s"  # noqa: S608
            f"{where} ORDER BY number LIMIT {_CHUNK}",
            (log_id, after, *([kind] if kind else [])),
        )
        rows = cursor.fetchall()
        for row in rows:
            put = put_of(keyring, row)
            after = put.ref.number
            yield put
        if len(rows) < _CHUNK:
            return


@dataclass
class Shadow:
    """A generation on its way: first its entries are folded, then its rows are written, then it is shown."""

    live: Live
    is_folded: bool = False
    pending: set[tuple[str, Any]] = field(default_factory=set)

    def take(self, entries: list[Recorded]) -> None:
        """Take new entries as well, but for those that lie ahead and will be read from the ledger."""
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


@dataclass
class Boards:
    """The boards of one installation, and the state of each operation that is written to."""

    alias: str
    keyring: Keyring
    chance: Chance = os.urandom
    lives: dict[str, Live] = field(default_factory=dict)
    #: Generations on their way, by operation: they take every new entry as well.
    shadows: dict[str, Shadow] = field(default_factory=dict)
    #: What has changed in this transaction and is not written yet, by operation.
    pending: dict[str, set[tuple[str, Any]]] = field(default_factory=dict)
    #: Whether nobody waits for the writer; a snapshot takes its time then.
    is_quiet: Callable[[], bool] = lambda: True
    _learned: int = -1

    def forget(self) -> None:
        """Read every state anew when it is wanted: a transaction was lost."""
        self.lives.clear()
        self.shadows.clear()
        self.pending.clear()

    def live(self, work: Transaction, operation: str) -> Live:
        """The state of an operation, from memory or from its newest snapshot and what came after it."""
        if self._learned != work.store.learned:
            self.lives.clear()
            self.shadows.clear()
            self._learned = work.store.learned
        known = self.lives.pop(operation, None)
        if known is not None:
            # The last one asked for stands last.
            self.lives[operation] = known
            return known
        # Should the step fail, what it did to the state must not stay.
        work.undo.append(lambda: self.lives.pop(operation, None))
        live = self._loaded(work, operation)
        self.lives[operation] = live
        self._make_room(operation)
        return live

    def _make_room(self, wanted: str) -> None:
        """Forget the states that nobody has asked for longest; from their snapshots they are soon there again."""
        spare = [name for name in self.lives if name != wanted and name not in {*self.pending, *self.shadows}]
        for name in spare[: max(0, len(self.lives) - KEPT)]:
            del self.lives[name]

    def put(self, work: Transaction, operation: str, entries: Iterable[Recorded]) -> Live:
        """Bring the boards of an operation up to date with entries that were just put down.

        :meth:`live` must have been called before they were: a state read afterwards holds them already.
        """
        live = self.lives.get(operation)
        if live is None or self._learned != work.store.learned:
            raise ValueError(f"the state of {operation} was not read before entries were put down")
        work.undo.append(lambda: self.lives.pop(operation, None))
        shadow = self.shadows.get(operation)
        if shadow is not None:
            work.undo.append(lambda: self.shadows.pop(operation, None))
        some = list(entries)
        earliest = live.insert_all(some)
        if shadow is not None:
            shadow.take(some)
        if earliest is not None and live.kept is not None and earliest <= live.kept:
            self._drop_snapshots(work.cursor, live, earliest)
        # What several entries of a transaction change is written once, before its commit.
        self.pending.setdefault(operation, set()).update(live.touched)
        live.touched.clear()
        work.before["boards"] = self._flush
        if live.late != live.noted:
            self._note(work.cursor, live)
        if live.late is None and self.is_due(live):
            self.keep(work.cursor, live)
        return live

    def is_due(self, live: Live) -> bool:
        """Whether a snapshot is to be taken now."""
        gap = max(SNAPSHOT, live.entries // 4)
        since = live.entries - live.kept_at
        return since >= gap and (self.is_quiet() or since >= OVERDUE * gap)

    def _flush(self, work: Transaction) -> None:
        pending, self.pending = self.pending, {}
        for operation, touched in pending.items():
            live = self.live(work, operation)
            self.write(work.bare, live, touched | live.touched)
            live.touched.clear()

    def write(self, cursor: Any, live: Live, touched: Iterable[tuple[str, Any]]) -> None:
        """Write the rows of these things as they are now."""
        rows: dict[tuple[str, str], BoardRow | None] = {}
        summed = False
        for table, key in touched:
            if table in ("head", "roles", "levels", "present", "services", "periods", "totals", "counts"):
                if summed:
                    continue
                summed = True
            rows.update(rows_of(live.folding, table, key, live.seal.secret))
        by_board: dict[str, list[tuple[Any, ...]]] = {}
        for (board, key), row in rows.items():
            if row is None:
                cursor.execute(
                    f"DELETE FROM board_{board} WHERE operation = %s AND generation = %s AND key = %s",  # noqa: S608
                    (live.operation, live.generation, key),
                )
            else:
                words = live.seal.seal(row.words, bound_to(board, live.operation, key, row.columns))
                by_board.setdefault(board, []).append((live.operation, live.generation, key, *row.columns, words))
        for board, values in by_board.items():
            if len(values) == 1:
                cursor.execute(_UPSERT[board], values[0])
            else:
                cursor.executemany(_UPSERT[board], values)

    def _note(self, cursor: Any, live: Live) -> None:
        """Where an operation's boards must be made anew, so that a crash does not lose it."""
        if live.late is not None:
            time = live.late[0]
            cursor.execute(
                "UPDATE board_operation SET late_millis = %s, late_counter = %s WHERE name = %s"
                " AND (late_millis IS NULL OR late_millis > %s)",
                (time.millis, time.counter, live.operation, time.millis),
            )
            self._drop_snapshots(cursor, live, live.late)
            live.noted = live.late

    # Snapshots

    def keep(self, cursor: Any, live: Live) -> None:
        """Keep the state as it is now; of the older ones fewer and fewer."""
        last = live.last
        if last is None:
            return
        time, ref = last
        columns = (time.millis, time.counter, live.entries)
        bound = bound_to("snapshot", live.operation, str(ref), columns)
        data = live.seal.pack(kept(live.folding, dict(live.reached)), bound)
        cursor.execute(
            "INSERT INTO board_snapshot (operation, generation, millis, counter, log, number, entries, data)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (live.operation, live.generation, time.millis, time.counter, ref.log, ref.number, live.entries, data),
        )
        live.kept, live.kept_at = last, live.entries
        cursor.execute(
            "SELECT id, entries FROM board_snapshot WHERE operation = %s AND generation = %s ORDER BY entries DESC",
            (live.operation, live.generation),
        )
        spare = _thinned(cursor.fetchall(), live.entries)
        if spare:
            cursor.executemany("DELETE FROM board_snapshot WHERE id = %s", [(one,) for one in spare])

    def _drop_snapshots(self, cursor: Any, live: Live, order: Order) -> None:
        """Snapshots that an earlier entry has made wrong are taken away."""
        cursor.execute(
            "DELETE FROM board_snapshot WHERE operation = %s AND generation = %s AND millis >= %s",
            (live.operation, live.generation, order[0].millis),
        )
        live.kept = None

    # Loading

    def _loaded(self, work: Transaction, operation: str) -> Live:
        cursor = work.cursor
        cursor.execute("SELECT generation, entries, late_millis FROM board_operation WHERE name = %s", (operation,))
        row = cursor.fetchone()
        secret = None if row is None else self.keyring.key(row[0])
        if row is None or secret is None or row[2] is not None:
            return self.made_anew(work, operation)
        live = self._begun(cursor, operation, row[0])
        self._from_snapshot(cursor, live, live)
        for put in in_order(cursor, self.keyring, stream_of(operation), dict(live.reached)):
            live.insert(put.recorded())
        live.touched.clear()
        return live

    def _begun(self, cursor: Any, operation: str, generation: int) -> Live:
        secret = self.keyring.key(generation)
        if secret is None:
            raise ValueError("a generation whose key is gone")

        live = Live(operation, generation, Seal(secret, self.chance), partial(order_of, self.alias))
        live.learn_corrections(
            [put.recorded() for put in in_order(cursor, self.keyring, stream_of(operation), {}, "corrected")]
        )
        return live

    def _from_snapshot(self, cursor: Any, live: Live, shown: Live, before: int = 2**62) -> None:
        """Begin with the newest snapshot of the generation that is shown (and that lies before a clock)."""
        cursor.execute(
            "SELECT millis, counter, log, number, entries, data FROM board_snapshot WHERE operation = %s"
            " AND generation = %s AND millis < %s ORDER BY entries DESC LIMIT 1",
            (shown.operation, shown.generation, before),
        )
        row = cursor.fetchone()
        if row is None:
            return
        millis, counter, log, number, entries, data = row
        ref = EntryRef(log, number)
        bound = bound_to("snapshot", live.operation, str(ref), (millis, counter, entries))
        try:
            found = shown.seal.unpack(bytes(data), bound)
        except Changed:
            # Somebody has changed it behind the ledger's back: everything is folded from the entries instead.
            return
        told = live.folding.corrections
        live.folding = folding_of(found)
        live.folding.corrections = told
        live.reached, live.entries = dict(found.reached), entries
        live.base = live.kept = (HybridTime(millis, counter), ref)
        live.kept_at = entries

    # Made anew

    def begin_shadow(self, work: Transaction, operation: str, whole: bool) -> Shadow:
        """A new generation of an operation's boards: nobody sees it before :meth:`show`.

        It begins with the newest snapshot before what came late, or (``whole``) with nothing.
        """
        shown = self.live(work, operation)
        live = self._begun(work.cursor, operation, self.keyring.new_board_key())
        if not whole and shown.late is not None:
            self._from_snapshot(work.cursor, live, shown, shown.late[0].millis)
            if live.kept is not None:
                self.keep(work.cursor, live)
        shadow = Shadow(live)
        self.shadows[operation] = shadow
        return shadow

    def made_anew(self, work: Transaction, operation: str) -> Live:
        """An operation folded from its entries alone, and its boards written anew, in this transaction."""
        live = self._begun(work.cursor, operation, self.keyring.new_board_key())
        for put in in_order(work.cursor, self.keyring, stream_of(operation), {}):
            live.insert(put.recorded())
            if self.is_due(live):
                self.keep(work.cursor, live)
        live.touched.clear()
        self.write(work.cursor, live, everything(live.folding))
        self.show(work, live)
        return live

    def show(self, work: Transaction, live: Live) -> None:
        """Show this generation instead of the one before; the key of that one is destroyed, its rows are swept."""
        cursor = work.cursor
        cursor.execute("SELECT generation, old_generation FROM board_operation WHERE name = %s", (live.operation,))
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO board_operation (name, generation, entries, late_counter) VALUES (%s, %s, 0, 0)",
                (live.operation, live.generation),
            )
        else:
            if row[1] is not None:
                self.sweep(cursor, live.operation, row[1])
            cursor.execute(
                "UPDATE board_operation SET generation = %s, late_millis = NULL, late_counter = 0,"
                " old_generation = %s WHERE name = %s",
                (live.generation, row[0], live.operation),
            )
            old = row[0]
            work.after.append(lambda: self.keyring.destroy(old))
        self.lives[live.operation] = live
        self.shadows.pop(live.operation, None)

    def sweep(self, cursor: Any, operation: str, generation: int, most: int | None = None) -> int:
        """Take rows of a generation away that is no longer shown (so many of each board); how many went."""
        gone = 0
        for table in (*(f"board_{board}" for board in BOARDS), "board_snapshot"):
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE operation = %s AND generation = %s"  # noqa: S608
                f" LIMIT {most if most is not None else 2**31 - 1})",
                (operation, generation),
            )
            gone += cursor.rowcount
        return gone


def _thinned(snapshots: list[tuple[int, int]], now: int) -> list[int]:
    """Which snapshots to take away, so that the gaps between those left double the further back they lie."""
    spare, last = [], None
    for at, (name, entries) in enumerate(snapshots):
        if at >= 4 and last is not None and last - entries < (now - entries) // 4:
            spare.append(name)
        else:
            last = entries
    return spare
