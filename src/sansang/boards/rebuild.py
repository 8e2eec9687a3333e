"""How do late entries come into their place without stopping the night? A new generation in slices, shown at once."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from sansang.boards.projector import Projector, Shadow, all_rows
from sansang.boards.snapshots import take_snapshot
from sansang.ledger.history import in_order
from sansang.ledger.store import Transaction
from sansang.model.stream import Stream

#: This many entries are folded, or rows written, before the writer looks whether somebody waits.
SLICE = 100
#: While nobody writes, each slice is twice as large as the one before, up to this.
LONGEST_SLICE = 5_000
#: Submits work to the writer, to be done when others have had their turn.
Submit = Callable[[Callable[[Transaction], None]], Future[None]]


@dataclass
class Rebuilds:
    """Rebuilds boards slice by slice; each slice submits the next once it is committed."""

    projector: Projector
    submit: Submit
    #: Which records are rebuilt from the first entry on, each with the number of the last request for it.
    whole: dict[Stream, int] = field(default_factory=dict)
    running: set[Stream] = field(default_factory=set)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _requests: int = 0
    #: How much a slice does, and where the ledger ended when the last one began.
    _size: int = SLICE
    _position: int = -1
    _holds: int = 0
    #: Rebuilds that go on when nothing holds them any more.
    _held: set[Stream] = field(default_factory=set)

    def begin(self, stream: Stream, whole: bool = False) -> None:
        """Rebuild a record's boards, from any thread.

        ``whole``: from the first entry on, as nothing older may be used; a rebuild that is running begins again.
        """
        with self._changed:
            if whole:
                self._requests += 1
                self.whole[stream] = self._requests
            if stream in self.running:
                return
            self.running.add(stream)
        self._submit(stream)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """No rebuild goes on within it: while a file of late entries is received, each would begin again and again."""
        with self._changed:
            self._holds += 1
        try:
            yield
        finally:
            with self._changed:
                self._holds -= 1
                held = set() if self._holds else set(self._held)
                self._held -= held
            for stream in held:
                self._submit(stream)

    def wait(self) -> None:
        """Return when no rebuild is on its way."""
        with self._changed:
            self._changed.wait_for(lambda: not self.running)

    def _end(self, stream: Stream) -> None:
        with self._changed:
            if stream not in self.whole:
                self._stop(stream)
                return
        # Requested while the last slice was committed.
        self._submit(stream)

    def _stop(self, stream: Stream) -> None:
        with self._changed:
            self.running.discard(stream)
            self._changed.notify_all()

    def _answered(self, stream: Stream, request: int) -> None:
        with self._changed:
            if self.whole.get(stream) == request:
                del self.whole[stream]

    def _submit(self, stream: Stream) -> None:
        with self._changed:
            if self._holds:
                self._held.add(stream)
                return

        def ended(future: Future[None]) -> None:
            if future.cancelled() or future.exception() is not None:
                # The database failed; what is late is noted there, and the next start or entry begins again.
                self._stop(stream)

        try:
            self.submit(lambda work: self._slice(work, stream)).add_done_callback(ended)
        except BaseException:
            self._stop(stream)
            raise

    def _slice(self, work: Transaction, stream: Stream) -> None:
        # A fold makes many values that stay and no cycles: looking for garbage took a third of its time.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            self._work_on(work, stream)
        finally:
            if was_enabled:
                gc.enable()

    def _work_on(self, work: Transaction, stream: Stream) -> None:
        # Where somebody has written since the last slice, the next line is not far: small slices keep its wait short.
        is_quiet = self._position == work.store.position
        self._size = min(2 * self._size, LONGEST_SLICE) if is_quiet else SLICE
        self._position = work.store.position
        projector = self.projector
        live = projector.live(work, stream)
        shadow, request = projector.shadows.get(stream), self.whole.get(stream, 0)
        if shadow is not None and (shadow.live.late is not None or shadow.request != request):
            # Something came that lies before what was folded already, or nothing of it may be used: begin again.
            self._drop(work, shadow)
            shadow = None
        if shadow is None:
            if live.late is None and not request:
                self._sweep(work, stream)
                return
            shadow = projector.begin_shadow(work, stream, request)
        if not shadow.is_folded:
            self._fold(work, stream, shadow)
        elif len(shadow.pending) > SLICE:
            self._write(work, shadow)
        else:
            projector.write(work.cursor, shadow.live, shadow.pending)
            projector.show(work, shadow.live)
            work.after_commit.append(lambda: self._answered(stream, request))
        work.after_commit.append(lambda: self._submit(stream))

    def _fold(self, work: Transaction, stream: Stream, shadow: Shadow) -> None:
        live = shadow.live
        for taken, appended in enumerate(in_order(work.cursor, self.projector.keyring, stream, dict(live.reached)), 1):
            live.append_in_order(appended.entry)
            live.touched.clear()
            if self.projector.is_due(live):
                take_snapshot(work.cursor, live)
            if self.is_over(taken):
                return
        if live.entries - live.snapshot_at >= SLICE:
            take_snapshot(work.cursor, live)
        shadow.is_folded = True
        shadow.pending = set(all_rows(live.fold))

    def is_over(self, done: int) -> bool:
        """Whether a slice ends after so much work: somebody waits, or it has its size."""
        return done % SLICE == 0 and (done >= self._size or not self.projector.is_quiet())

    def _write(self, work: Transaction, shadow: Shadow) -> None:
        written = 0
        while len(shadow.pending) > SLICE:
            some = [shadow.pending.pop() for _ in range(SLICE)]
            self.projector.write(work.cursor, shadow.live, some)
            written += SLICE
            if self.is_over(written):
                return

    def _drop(self, work: Transaction, shadow: Shadow) -> None:
        generation = shadow.live.generation
        self.projector.shadows.pop(shadow.live.stream, None)
        self.projector.sweep(work.cursor, generation)
        work.after_commit.append(lambda: self.projector.keyring.destroy(generation))

    def _sweep(self, work: Transaction, stream: Stream) -> None:
        """Delete the rows that are no longer shown, then end."""
        cursor = work.cursor
        cursor.execute("SELECT old_generation FROM board_record WHERE stream = %s", (str(stream),))
        row = cursor.fetchone()
        if row is not None and row[0] is not None:
            if self.projector.sweep(cursor, row[0], 2 * self._size):
                work.after_commit.append(lambda: self._submit(stream))
                return
            cursor.execute("UPDATE board_record SET old_generation = NULL WHERE stream = %s", (str(stream),))
        self.projector.destroy_unused(work)
        work.after_commit.append(lambda: self._end(stream))
