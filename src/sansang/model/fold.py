"""What is the state of this history? Typed tables, filled by applying entries in order; every change can be undone.

Any set of entries, in any order of arrival, has exactly one state, and none is refused: what is odd is applied as it
was recorded and flagged for a person to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sansang.model.corrections import Corrections, corrections
from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import Correction
from sansang.model.flag import Flag

if TYPE_CHECKING:
    from sansang.model.kind import RecordKind

K = TypeVar("K")
V = TypeVar("V")
_MISSING = object()


@dataclass(frozen=True, eq=False)
class Table(Generic[K, V]):
    """A table of a record's state: its name, and of which types its keys and values are.

    ``on_board`` says that its rows are stored for screens; other tables are only part of snapshots. ``label`` is what a
    row is called in sentences, to everybody who takes part.
    """

    name: str
    key: type[K]
    value: type[V]
    on_board: bool = True
    label: Callable[[V], str] | None = None


#: What is odd and must be settled by a person, in each record kind.
FLAGS = Table("flags", Flag, bool)
#: The first entry of each command: sent to two replicas while they were apart, it happened once.
COMMANDS = Table("commands", str, EntryRef, on_board=False)


class UndoLog:
    """The changes of some tables in their order, each with the value before it."""

    __slots__ = ("changes", "discarded")

    def __init__(self) -> None:
        self.changes: list[tuple[Rows[Any, Any], Any, Any]] = []
        #: How many changes at the beginning can no longer be undone.
        self.discarded = 0

    @property
    def mark(self) -> int:
        """A position to which :meth:`undo_to` can return."""
        return self.discarded + len(self.changes)

    def undo_to(self, mark: int) -> None:
        """Undo every change since that mark; raises ValueError when it was discarded."""
        if mark < self.discarded:
            raise ValueError("these changes can no longer be undone")
        while self.mark > mark:
            rows, key, before = self.changes.pop()
            if before is _MISSING:
                dict.__delitem__(rows, key)
            else:
                dict.__setitem__(rows, key, before)

    def touched(self, mark: int) -> Iterator[tuple[str, Any]]:
        """What was changed since that mark: the name of the table and the key there."""
        for rows, key, _ in self.changes[mark - self.discarded :]:
            yield rows.name, key

    def discard_until(self, mark: int) -> None:
        """Discard the changes before that mark; they can't be undone any more."""
        del self.changes[: mark - self.discarded]
        self.discarded = mark


class Rows(dict[K, V]):
    """The rows of a table by key. Changes are noted in the undo log, where there is one; only set and delete are."""

    __slots__ = ("name", "undo")

    def __init__(self, name: str, values: Mapping[K, V], undo: UndoLog | None) -> None:
        super().__init__(values)
        self.name = name
        self.undo = undo

    def __setitem__(self, key: K, value: V) -> None:
        if self.undo is not None:
            self.undo.changes.append((self, key, self.get(key, _MISSING)))
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        if self.undo is not None:
            self.undo.changes.append((self, key, self[key]))
        super().__delitem__(key)


@dataclass(eq=False)
class Fold:
    """The state of one record: what its entries so far, applied in order, result in.

    With an undo log (``undo``) every change can be undone (:meth:`undo_to`), so an entry that belongs a little earlier
    is inserted there without folding everything again.
    """

    kind: RecordKind
    undo: UndoLog | None = None
    initial: InitVar[Mapping[str, Mapping[Any, Any]] | None] = None
    corrections: Corrections = field(default_factory=Corrections)
    #: The rows of each table by its name.
    rows: dict[str, Rows[Any, Any]] = field(init=False)

    def __post_init__(self, initial: Mapping[str, Mapping[Any, Any]] | None) -> None:
        begin = initial or {}
        self.rows = {table.name: Rows(table.name, begin.get(table.name, {}), self.undo) for table in self.kind.tables}

    def __getitem__(self, table: Table[K, V]) -> Rows[K, V]:
        """The rows of a table."""
        return cast("Rows[K, V]", self.rows[table.name])

    def same_as(self, other: Fold) -> bool:
        """Whether both are the same state."""
        return self.kind is other.kind and self.rows == other.rows and self.corrections == other.corrections

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is odd, in order of entry."""
        return tuple(sorted({*self[FLAGS], *self.corrections.flags}))

    def copy(self) -> Fold:
        """The same state, which later entries do not change; without an undo log."""
        return Fold(self.kind, None, self.rows, self.corrections)

    def undo_to(self, mark: int) -> None:
        """Undo every change since the undo log was at that mark."""
        if self.undo is None:
            raise ValueError("nothing can be undone without an undo log")
        self.undo.undo_to(mark)

    def apply(self, entry: Entry) -> None:
        """Apply one more entry, the next in order."""
        if entry.command:
            commands = self[COMMANDS]
            first = commands.get(entry.command)
            if first is not None:
                self.flag(entry, "command-again", str(first))
                return
            commands[entry.command] = entry.ref
        for doubt in entry.doubts:
            self.flag(entry, doubt)
        if entry.ref in self.corrections.withdrawn:
            return
        self.kind.before_each(self, entry)
        self.kind.by_fact[type(entry.fact)].apply(self, entry, entry.fact)

    def flag(self, entry: Entry, code: str, about: str = "") -> None:
        """Note that something is odd about an entry."""
        self[FLAGS][Flag(entry.ref, code, about)] = True

    def find(self, entry: Entry, table: Table[str, V], key: str) -> V | None:
        """The row of that id; flagged and None when it is not here (yet)."""
        found = self[table].get(key)
        if found is None:
            self.flag(entry, "reference-missing", key)
        return found

    def is_new(self, entry: Entry, table: Table[str, V], key: str) -> bool:
        """Whether there is no row of that id yet; a second one is flagged, and the first stays."""
        if key in self[table]:
            self.flag(entry, "id-again", key)
            return False
        return True


def fold(kind: RecordKind, entries: Iterable[Entry]) -> Fold:
    """The state after these entries; their order does not matter, and the same entry twice counts once."""
    by_ref = {entry.ref: entry for entry in entries}
    ordered = sorted(by_ref.values(), key=lambda entry: entry.order)
    state = Fold(kind)
    orders = {entry.ref: entry.order for entry in ordered}
    state.corrections = corrections([entry for entry in ordered if isinstance(entry.fact, Correction)], orders.get)
    for entry in ordered:
        state.apply(entry)
    return state


def no_check(state: Fold, entry: Entry) -> None:
    """Nothing is checked of every entry, whatever it says."""


def no_effect(state: Fold, entry: Entry, fact: Any) -> None:
    """The fact is a line of the log and changes no table."""


#: Applies a fact to the state.
Apply = Callable[[Fold, Entry, Any], None]
