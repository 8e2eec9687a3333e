"""What is the state of this operation now? Kept in memory; an entry that belongs a little earlier is put in there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.boards.encryption import Seal
from sansang.model.entry import EntryRef, Order, Recorded
from sansang.model.fold import Journal
from sansang.model.operation import facts
from sansang.model.operation.corrections import Corrections, corrections
from sansang.model.operation.folding import Folding

#: So many of the last entries can be taken back, so that an earlier one is put before them.
WINDOW = 2_000
#: An entry further back than so many is put in its place beside the work, not within it.
DEEP = 200


@dataclass(frozen=True, slots=True)
class Folded:
    """An entry that was folded, and where the journal stood before it."""

    entry: Recorded
    mark: int


@dataclass
class Live:
    """An operation's state while it is written to: its folding, the last entries, and what has changed on its boards.

    ``order_of`` gives the order of an entry that lies before the window.
    """

    operation: str
    generation: int
    seal: Seal
    order_of: Callable[[EntryRef], Order | None]
    folding: Folding = field(default_factory=lambda: Folding(Journal()))
    reached: dict[str, int] = field(default_factory=dict)
    entries: int = 0
    said: dict[EntryRef, Recorded] = field(default_factory=dict)  # the corrections
    waited_for: set[EntryRef] = field(default_factory=set)  # entries that are corrected and not here yet
    #: The order of the last entry before the window; None while the window holds all.
    base: Order | None = None
    window: list[Folded] = field(default_factory=list)
    touched: set[tuple[str, Any]] = field(default_factory=set)
    #: The order of the newest snapshot.
    kept: Order | None = None
    #: So many entries were folded then.
    kept_at: int = 0
    #: The earliest entry that is not yet in its place; until it is, the state is a provisional one.
    late: Order | None = None
    #: What of ``late`` stands in the database.
    noted: Order | None = None

    @property
    def journal(self) -> Journal:
        """The journal of its folding."""
        journal = self.folding.journal
        if journal is None:
            raise ValueError("a live state has a journal")
        return journal

    @property
    def last(self) -> Order | None:
        """The order of the last entry folded."""
        return self.window[-1].entry.order if self.window else self.base

    def insert(self, entry: Recorded) -> Order | None:
        """Fold an entry in its place; as :meth:`insert_all`."""
        return self.insert_all([entry])

    def insert_all(self, entries: list[Recorded]) -> Order | None:
        """Fold entries in their places; the earliest order that has changed, None where they all came last.

        What lies too far back is noted in ``late`` and must be folded anew.
        """
        more = sorted(entries, key=lambda entry: entry.order)
        news = False
        for entry in more:
            self.entries += 1
            self.reached[entry.ref.log] = max(entry.ref.number, self.reached.get(entry.ref.log, 0))
            if isinstance(entry.fact, facts.Corrected) and entry.ref not in self.said:
                self.said[entry.ref] = entry
                news = True
            news = news or entry.ref in self.waited_for
        earliest = self._put_in(more)
        if news:
            earliest = self._correct(earliest)
        self._trim()
        return earliest

    def _put_in(self, more: list[Recorded]) -> Order | None:
        first = more[0].order if more else None
        if first is None:
            return None
        if self.last is None or first > self.last:
            for entry in more:
                self._take(entry)
            return None
        at = self._place(first)
        if at is None:
            self._late(first)
            last = self.last
            self._again(len(self.window), [entry for entry in more if entry.order > last])
            return None
        self._again(at, more)
        return first

    def learn_corrections(self, said: Iterable[Recorded]) -> None:
        """The corrections of the whole operation, before its entries are folded."""
        self.said = {entry.ref: entry for entry in said}
        self.folding.corrections = self._corrections()

    def _take(self, entry: Recorded) -> None:
        mark = self.journal.mark
        self.folding.take(entry)
        self.touched.update(self.journal.touched(mark))
        self.window.append(Folded(entry, mark))

    def _place(self, order: Order) -> int | None:
        """Where in the window an entry belongs; None when that is too far back."""
        if self.base is not None and order <= self.base:
            return None
        at = bisect_left(self.window, order, key=lambda folded: folded.entry.order)
        return at if len(self.window) - at <= DEEP else None

    def _again(self, at: int, more: list[Recorded]) -> None:
        """Take back everything from there on and fold it again, with more before it."""
        again = [folded.entry for folded in self.window[at:]]
        if again:
            mark = self.window[at].mark
            self.touched.update(self.journal.touched(mark))
            self.folding.back_to(mark)
            del self.window[at:]
        for entry in sorted([*more, *again], key=lambda entry: entry.order):
            self._take(entry)

    def _late(self, order: Order) -> None:
        self.late = order if self.late is None else min(self.late, order)

    def _correct(self, earliest: Order | None) -> Order | None:
        """Work out the corrections anew; fold again from the first entry that is withdrawn or no longer is."""
        before = self.folding.corrections
        now = self._corrections()
        self.folding.corrections = now
        self.touched.update(("flags", flag) for flag in {*before.flags} ^ {*now.flags})
        changed = [order for ref in before.withdrawn ^ now.withdrawn if (order := self._order(ref)) is not None]
        if not changed:
            return earliest
        first = min(changed)
        at = self._place(first)
        if at is None:
            self._late(first)
        else:
            self._again(at, [])
        return first if earliest is None else min(earliest, first)

    def _corrections(self) -> Corrections:
        self.waited_for = set()

        def order_of(ref: EntryRef) -> Order | None:
            order = self._order(ref)
            if order is None:
                self.waited_for.add(ref)
            return order

        return corrections(self.said.values(), order_of)

    def _order(self, ref: EntryRef) -> Order | None:
        for folded in reversed(self.window):
            if folded.entry.ref == ref:
                return folded.entry.order
        return self.order_of(ref)

    def _trim(self) -> None:
        if len(self.window) > WINDOW:
            half = WINDOW // 2
            self.base = self.window[half - 1].entry.order
            self.journal.forget(self.window[half].mark)
            del self.window[:half]
