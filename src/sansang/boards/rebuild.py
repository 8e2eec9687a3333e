"""How do late entries come into their place without stopping the night? A new generation in slices, shown at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice

from sansang.boards.projector import Boards, Shadow, in_order, stream_of
from sansang.boards.rows import everything
from sansang.ledger.store import Transaction

#: So many entries are folded, or things written, in one slice.
SLICE = 100
#: Has a piece of work written later, when others have had their turn.
Submit = Callable[[Callable[[Transaction], None]], Future[None]]


@dataclass
class Refolding:
    """Makes boards anew, slice by slice; each slice submits the next once it is committed."""

    boards: Boards
    submit: Submit
    whole: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)

    def begin(self, operation: str, whole: bool = False) -> None:
        """Make an operation's boards anew; ``whole``: from the first entry on, as nothing older may be used."""
        if whole:
            self.whole.add(operation)
            self.boards.shadows.pop(operation, None)
        if operation not in self.running:
            self.running.add(operation)
            self._later(operation)

    def _later(self, operation: str) -> None:
        def ended(future: Future[None]) -> None:
            if future.cancelled() or future.exception() is not None:
                # The database failed; what is late stands there, and the next start or entry begins again.
                self.running.discard(operation)

        self.submit(lambda work: self._slice(work, operation)).add_done_callback(ended)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self.running

    def _slice(self, work: Transaction, operation: str) -> None:
        boards = self.boards
        live = boards.live(work, operation)
        shadow = boards.shadows.get(operation)
        if shadow is not None and shadow.live.late is not None:
            # Something came that lies behind what was folded already: once more from before it.
            self._drop(work, shadow)
            shadow = None
        if shadow is None:
            if live.late is None and operation not in self.whole:
                self._sweep(work, operation)
                return
            shadow = boards.begin_shadow(work, operation, operation in self.whole)
        if not shadow.is_folded:
            self._fold(work, operation, shadow)
        elif len(shadow.pending) > SLICE:
            self._write(work, shadow)
        else:
            boards.write(work.cursor, shadow.live, shadow.pending)
            boards.show(work, shadow.live)
            self.whole.discard(operation)
        work.after.append(lambda: self._later(operation))

    def _fold(self, work: Transaction, operation: str, shadow: Shadow) -> None:
        live = shadow.live
        entries = in_order(work.cursor, self.boards.keyring, stream_of(operation), dict(live.reached))
        taken = 0
        for put in islice(entries, SLICE):
            live.insert(put.recorded())
            taken += 1
        live.touched.clear()
        if self.boards.is_due(live):
            self.boards.keep(work.cursor, live)
        if taken < SLICE:
            shadow.is_folded = True
            shadow.pending = set(everything(live.folding))

    def _write(self, work: Transaction, shadow: Shadow) -> None:
        some = [shadow.pending.pop() for _ in range(SLICE)]
        self.boards.write(work.cursor, shadow.live, some)

    def _drop(self, work: Transaction, shadow: Shadow) -> None:
        generation = shadow.live.generation
        self.boards.shadows.pop(shadow.live.operation, None)
        self.boards.sweep(work.cursor, shadow.live.operation, generation)
        work.after.append(lambda: self.boards.keyring.destroy(generation))

    def _sweep(self, work: Transaction, operation: str) -> None:
        """Take the rows away that are no longer shown, then end."""
        cursor = work.cursor
        cursor.execute("SELECT old_generation FROM board_operation WHERE name = %s", (operation,))
        row = cursor.fetchone()
        if row is not None and row[0] is not None:
            if self.boards.sweep(cursor, operation, row[0], SLICE * 2):
                work.after.append(lambda: self._later(operation))
                return
            cursor.execute("UPDATE board_operation SET old_generation = NULL WHERE name = %s", (operation,))
        work.after.append(lambda: self.running.discard(operation))
