"""Who may do what, now and at the time of writing? The access log folded, kept in memory and brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.boards.keeping import in_order
from sansang.ledger.drafts import ACCESS
from sansang.ledger.keyring import Keyring
from sansang.ledger.store import Put, Store, Transaction
from sansang.model.access.state import AccessEntry, AccessState


@dataclass
class Access:
    """The state of the access log of one installation."""

    keyring: Keyring
    state: AccessState = field(default_factory=AccessState)
    entries: list[AccessEntry] = field(default_factory=list)
    _learned: int = -1

    def forget(self) -> None:
        """Read it anew when it is wanted."""
        self._learned = -1

    def is_known(self, store: Store) -> bool:
        """Whether ``state`` is what the last transaction here left."""
        return self._learned == store.learned

    def now(self, work: Transaction) -> AccessState:
        """The state now."""
        if self._learned != work.store.learned:
            self._load(work.cursor)
            self._learned = work.store.learned
        return self.state

    def put(self, work: Transaction, puts: Iterable[Put]) -> None:
        """Take entries that were just put down; a failed step reads it anew."""
        self.now(work)
        work.undo.append(self.forget)
        for put in puts:
            entry = put.access()
            is_last = not self.entries or self.entries[-1].order < entry.order
            self.entries.append(entry)
            if is_last:
                self.state.take(entry)
            else:
                self.entries.sort(key=lambda one: one.order)
                self._fold()

    def _load(self, cursor: Any) -> None:
        # A checkpoint says nothing about who may do what, and there are many of them.
        puts = in_order(cursor, self.keyring, ACCESS, {})
        self.entries = [put.access() for put in puts if put.envelope.kind != "checkpointed"]
        self._fold()

    def _fold(self) -> None:
        self.state = AccessState()
        for entry in self.entries:
            self.state.take(entry)
