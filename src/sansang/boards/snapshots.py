"""From where is a state folded again? From a snapshot: the state after some entry, sealed, so that not all are read."""

from __future__ import annotations

from typing import Any

from sansang.boards.encryption import BoardChanged, bound_to_snapshot
from sansang.boards.live_state import LiveState
from sansang.model.entry import EntryOrder, EntryRef, HybridTime

_SNAPSHOT_COLUMNS = "generation, millis, counter, log, number, entries, data"


def take_snapshot(cursor: Any, live: LiveState) -> None:
    """Store the state as it is now; of the older snapshots fewer and fewer stay."""
    last = live.last
    if last is None:
        return
    time, ref = last
    bound = bound_to_snapshot(live.generation, ref.log, ref.number, time.millis, time.counter, live.entries)
    data = live.seal.pack(live.fold, dict(live.reached), bound)
    cursor.execute(
        f"INSERT INTO board_snapshot ({_SNAPSHOT_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
        (live.generation, time.millis, time.counter, ref.log, ref.number, live.entries, data),
    )
    live.snapshot, live.snapshot_at = last, live.entries
    cursor.execute(
        "SELECT id, entries FROM board_snapshot WHERE generation = %s ORDER BY entries DESC", (live.generation,)
    )
    spare = _superfluous(cursor.fetchall(), live.entries)
    if spare:
        cursor.executemany("DELETE FROM board_snapshot WHERE id = %s", [(one,) for one in spare])


def drop_snapshots(cursor: Any, live: LiveState, order: EntryOrder) -> None:
    """Delete the snapshots that an earlier entry has made wrong."""
    cursor.execute(
        "DELETE FROM board_snapshot WHERE generation = %s AND millis >= %s", (live.generation, order[0].millis)
    )
    live.snapshot = None


def load_snapshot(cursor: Any, live: LiveState, shown: LiveState, before: int = 2**62) -> None:
    """Begin with the newest snapshot of the generation that is shown (and that lies before a clock)."""
    cursor.execute(
        f"SELECT {_SNAPSHOT_COLUMNS} FROM board_snapshot WHERE generation = %s AND millis < %s"  # noqa: S608
        " ORDER BY entries DESC LIMIT 1",
        (shown.generation, before),
    )
    row = cursor.fetchone()
    if row is None:
        return
    generation, millis, counter, log, number, entries, data = row
    bound = bound_to_snapshot(generation, log, number, millis, counter, entries)
    try:
        found, reached = shown.seal.unpack(bytes(data), bound, live.fold.kind)
    except BoardChanged:
        # It was changed without the ledger: everything is folded from the entries instead.
        return
    found.corrections = live.fold.corrections
    live.fold, live.reached, live.entries = found, dict(reached), entries
    live.base = live.snapshot = (HybridTime(millis, counter), EntryRef(log, number))
    live.snapshot_at = entries


def _superfluous(snapshots: list[tuple[int, int]], now: int) -> list[int]:
    """Which snapshots to delete, so that the gaps between those left double the further back they lie."""
    spare, last = [], None
    for at, (name, entries) in enumerate(snapshots):
        if at >= 4 and last is not None and last - entries < (now - entries) // 4:
            spare.append(name)
        else:
            last = entries
    return spare
