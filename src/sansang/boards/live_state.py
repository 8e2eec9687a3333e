"""What is the state of this record now? In memory; an entry that belongs a little earlier is inserted in its place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.boards.encryption import Seal
from sansang.model.corrections import Corrections, corrections
from sansang.model.entry import Entry, EntryOrder, EntryRef
from sansang.model.fact import Correction
from sansang.model.fold import FLAGS, Fold, UndoLog
from sansang.model.stream import Stream

#: How many of the last entries can be undone, so that an earlier one is inserted before them.
WINDOW = 2_000
#: An entry further back than this is put in its place by a rebuild beside the work, not within it.
DEEP = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """An entry that was applied, and where the undo log stood before it."""

    entry: Entry
    mark: int


@dataclass
class LiveState:
    """A record's state while it is written to: its fold, the last entries, and what has changed on its boards.

    ``order_of`` gives the order of an entry that lies before the window.
    """

    stream: Stream
    generation: int
    seal: Seal
    fold: Fold
    order_of: Callable[[EntryRef], EntryOrder | None]
    reached: dict[str, int] = field(default_factory=dict)
    entries: int = 0
    corrections: dict[EntryRef, Entry] = field(default_factory=dict)
    waited_for: set[EntryRef] = field(default_factory=set)  # entries that are corrected and not here yet
    #: The order of the last entry before the window; None while the window holds all.
    base: EntryOrder | None = None
    window: list[Applied] = field(default_factory=list)
    touched: set[tuple[str, Any]] = field(default_factory=set)
    #: The order of the newest snapshot.
    snapshot: EntryOrder | None = None
    #: After how many entries it was taken.
    snapshot_at: int = 0
    #: The earliest entry that is not yet in its place; until it is, the state is a provisional one.
    late: EntryOrder | None = None
    #: The value of ``late`` that is stored in the database.
    noted: EntryOrder | None = None

    @property
    def undo(self) -> UndoLog:
        """The undo log of its fold."""
        undo = self.fold.undo
        if undo is None:
            raise ValueError("a live state has an undo log")
        return undo

    @property
    def last(self) -> EntryOrder | None:
        """The order of the last entry applied."""
        return self.window[-1].entry.order if self.window else self.base

    def insert(self, entry: Entry) -> EntryOrder | None:
        """Apply an entry in its place; as :meth:`insert_all`."""
        return self.insert_all([entry])

    def insert_all(self, entries: list[Entry]) -> EntryOrder | None:
        """Apply entries in their places; the earliest order that has changed, None where they all came last.

        An entry that lies too far back is noted in ``late``; a rebuild puts it in its place.
        """
        more = entries if len(entries) == 1 else sorted(entries, key=lambda entry: entry.order)
        news = False
        for entry in more:
            self.entries += 1
            ref = entry.ref
            if ref.number > self.reached.get(ref.log, 0):
                self.reached[ref.log] = ref.number
            if isinstance(entry.fact, Correction) and ref not in self.corrections:
                self.corrections[ref] = entry
                news = True
            news = news or ref in self.waited_for
        earliest = self._place_all(more)
        if news:
            earliest = self._correct(earliest)
        self._trim()
        return earliest

    def append_in_order(self, entry: Entry) -> None:
        """Apply an entry that is known to come last: the fast path of a rebuild."""
        if entry.ref in self.waited_for or (isinstance(entry.fact, Correction) and entry.ref not in self.corrections):
            self.insert(entry)
            return
        self.entries += 1
        self.reached[entry.ref.log] = entry.ref.number
        self._apply(entry)
        self._trim()

    def _place_all(self, more: list[Entry]) -> EntryOrder | None:
        first = more[0].order if more else None
        if first is None:
            return None
        if self.last is None or first > self.last:
            for entry in more:
                self._apply(entry)
            return None
        at = self._place(first)
        if at is None:
            self._note_late(first)
            last = self.last
            self._apply_again(len(self.window), [entry for entry in more if entry.order > last])
            return None
        self._apply_again(at, more)
        return first

    def load_corrections(self, found: Iterable[Entry]) -> None:
        """The corrections of the whole record, before its entries are applied."""
        self.corrections = {entry.ref: entry for entry in found}
        self.fold.corrections = self._corrections()

    def _apply(self, entry: Entry) -> None:
        mark = self.undo.mark
        self.fold.apply(entry)
        self.touched.update(self.undo.touched(mark))
        self.window.append(Applied(entry, mark))

    def _place(self, order: EntryOrder) -> int | None:
        """Where in the window an entry belongs; None when that is too far back."""
        if self.base is not None and order <= self.base:
            return None
        at = bisect_left(self.window, order, key=lambda applied: applied.entry.order)
        return at if len(self.window) - at <= DEEP else None

    def _apply_again(self, at: int, more: list[Entry]) -> None:
        """Undo everything from there on and apply it again, with more before it."""
        again = [applied.entry for applied in self.window[at:]]
        if again:
            mark = self.window[at].mark
            self.touched.update(self.undo.touched(mark))
            self.fold.undo_to(mark)
            del self.window[at:]
        for entry in sorted([*more, *again], key=lambda entry: entry.order):
            self._apply(entry)

    def _note_late(self, order: EntryOrder) -> None:
        self.late = order if self.late is None else min(self.late, order)

    def _correct(self, earliest: EntryOrder | None) -> EntryOrder | None:
        """Work out the corrections again; apply from the first entry that is withdrawn now, or no longer is."""
        before = self.fold.corrections
        now = self._corrections()
        self.fold.corrections = now
        self.touched.update((FLAGS.name, flag) for flag in {*before.flags} ^ {*now.flags})
        changed = [order for ref in before.withdrawn ^ now.withdrawn if (order := self._order(ref)) is not None]
        if not changed:
            return earliest
        first = min(changed)
        at = self._place(first)
        if at is None:
            self._note_late(first)
        else:
            self._apply_again(at, [])
        return first if earliest is None else min(earliest, first)

    def _corrections(self) -> Corrections:
        self.waited_for = set()

        def order_of(ref: EntryRef) -> EntryOrder | None:
            order = self._order(ref)
            if order is None:
                self.waited_for.add(ref)
            return order

        return corrections(self.corrections.values(), order_of)

    def _order(self, ref: EntryRef) -> EntryOrder | None:
        for applied in reversed(self.window):
            if applied.entry.ref == ref:
                return applied.entry.order
        return self.order_of(ref)

    def _trim(self) -> None:
        if len(self.window) > WINDOW:
            half = WINDOW // 2
            self.base = self.window[half - 1].entry.order
            self.undo.discard_until(self.window[half].mark)
            del self.window[:half]
