"""Who may do what, now and at the time of writing? The access log folded, kept in memory and brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.boards.projector import in_order
from sansang.ledger.draft import ACCESS
from sansang.ledger.keyring import Keyring
from sansang.ledger.store import Put, Store, Transaction
from sansang.model.access.state import AccessEntry, AccessState, fold_access


@dataclass
class Access:
    """The state of the access log of one installation.

    ``state`` is what every thread reads: it is never changed, but replaced once a transaction is committed. The writer
    works on a copy of its own, made once a transaction, so that a roster of thousands is copied once and not each time.
    """

    keyring: Keyring
    state: AccessState = field(default_factory=AccessState)
    entries: list[AccessEntry] = field(default_factory=list)
    _next: AccessState = field(default_factory=AccessState)
    #: Of which reading of the database the writer's copy is, and ``state``.
    _learned: int = -1
    _shown: int = -1

    def forget(self) -> None:
        """Read it anew when it is wanted."""
        self._learned = self._shown = -1

    def is_known(self, store: Store) -> bool:
        """Whether ``state`` is what the last transaction here left."""
        return self._shown == store.learned

    def now(self, work: Transaction) -> AccessState:
        """The state now, with what this transaction has put down."""
        if self._learned != work.store.learned:
            self._load(work.cursor)
            self._learned = work.store.learned
        if self._next is not self.state and self._show not in work.after:
            work.after.append(self._show)
        return self._next

    def put(self, work: Transaction, puts: Iterable[Put]) -> None:
        """Take entries that were just put down; a failed step reads it anew."""
        self.now(work)
        work.undo.append(self.forget)
        entries = [put.access() for put in puts]
        last = self.entries[-1].order if self.entries else None
        self.entries += entries
        if last is not None and any(entry.order <= last for entry in entries):
            # From a peer, and earlier than what is here.
            self.entries.sort(key=lambda one: one.order)
            self._next = fold_access(self.entries)
        else:
            if self._next is self.state:
                self._next = self.state.copied()
            for entry in sorted(entries, key=lambda one: one.order):
                self._next.take(entry)
        self.now(work)

    def _load(self, cursor: Any) -> None:
        # A checkpoint says nothing about who may do what, and there are many of them.
        puts = in_order(cursor, self.keyring, ACCESS, {})
        self.entries = [put.access() for put in puts if put.envelope.kind != "checkpointed"]
        self._next = fold_access(self.entries)

    def _show(self) -> None:
        self.state, self._shown = self._next, self._learned
