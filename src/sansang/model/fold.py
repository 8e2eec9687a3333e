"""How can what was folded be taken back? Tables that note each change in a journal, and undo it from there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

_MISSING = object()


class Journal:
    """The changes of some tables, in their order, each with what stood there before."""

    __slots__ = ("changes", "forgotten")

    def __init__(self) -> None:
        self.changes: list[tuple[Table, Any, Any]] = []
        #: How many changes at the beginning can no longer be taken back.
        self.forgotten = 0

    @property
    def mark(self) -> int:
        """A place to which :meth:`back_to` can return."""
        return self.forgotten + len(self.changes)

    def back_to(self, mark: int) -> None:
        """Undo every change since that mark; raises ValueError when it was forgotten."""
        if mark < self.forgotten:
            raise ValueError("these changes can no longer be taken back")
        while self.mark > mark:
            table, key, before = self.changes.pop()
            if before is _MISSING:
                dict.__delitem__(table, key)
            else:
                dict.__setitem__(table, key, before)

    def touched(self, mark: int) -> Iterator[tuple[str, Any]]:
        """What was changed since that mark: the name of the table and the key there."""
        for table, key, _ in self.changes[mark - self.forgotten :]:
            yield table.name, key

    def forget(self, mark: int) -> None:
        """What came before that mark is never taken back."""
        del self.changes[: mark - self.forgotten]
        self.forgotten = mark


class Table(dict[Any, Any]):
    """A table by key that notes its changes in a journal, where there is one. Only set and delete are noted."""

    __slots__ = ("journal", "name")

    def __init__(self, name: str, values: Mapping[Any, Any], journal: Journal | None) -> None:
        super().__init__(values)
        self.name = name
        self.journal = journal

    def __setitem__(self, key: Hashable, value: Any) -> None:
        if self.journal is not None:
            self.journal.changes.append((self, key, self.get(key, _MISSING)))
        super().__setitem__(key, value)

    def __delitem__(self, key: Hashable) -> None:
        if self.journal is not None:
            self.journal.changes.append((self, key, self[key]))
        super().__delitem__(key)
