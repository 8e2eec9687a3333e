"""What is a record kind? One registered object: its facts, the right that each needs, its tables, and how it folds.

Everything that the ledger, boards, exchange, erasure and rights do, they do for every record kind alike. A fact belongs
to a *subject*, one file with the fact, its effect (apply) and what speaks against it (refuse). See CONTRIBUTING.md for
the steps by which a kind of entry is added.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sansang.model.access.rights import Right
from sansang.model.entry import Entry
from sansang.model.fact import Fact, Unknown
from sansang.model.fold import COMMANDS, FLAGS, Apply, Fold, Table, no_check

if TYPE_CHECKING:
    from sansang.model.access.state import AccessState

F = TypeVar("F", bound=Fact)
#: An area's path (None: any) and an operation ("": all) where a right is needed.
RightScope = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act can't be done: a code, and what stands against it."""

    reason: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Touch:
    """An object that a fact changes or refers to: of which table, and which field of the fact holds its id."""

    table: Table[Any, Any]
    field: str


@dataclass(frozen=True, slots=True)
class NewId:
    """A kind that begins something: the field that names it, and the letters with which an id made for it begins."""

    field: str
    letters: str


def never_refused(state: Fold, fact: Any) -> Refusal | None:
    """What happened is never refused; only acts of authority may be, and only on line."""
    return None


@dataclass(frozen=True, slots=True)
class FactKind(Generic[F]):
    """A kind of entry: its stored name and version, which never change their meaning, and all that it needs.

    ``right`` is what its author needs, at the post in whose log it is written unless ``places`` names others;
    ``touches`` are the objects that it changes or refers to. Neither has a default. ``new_id`` is set where it begins
    something; ``upgrade`` gives the fact that an entry of an earlier program stands for today.
    """

    name: str
    version: int
    fact: type[F]
    right: Right
    touches: tuple[Touch, ...]
    apply: Callable[[Fold, Entry, F], None]
    refuse: Callable[[Fold, F], Refusal | None] = never_refused
    scopes: Callable[[AccessState, F, datetime], Sequence[RightScope]] | None = None
    new_id: NewId | None = None
    upgrade: Callable[[F], Fact] | None = None


@dataclass(frozen=True)
class Subject:
    """One subject of a record kind: the module where it stands, its tables, its kinds of entry.

    Raises TypeError when the module defines a fact that is not listed.
    """

    module: str
    tables: tuple[Table[Any, Any], ...]
    kinds: tuple[FactKind[Any], ...]

    def __post_init__(self) -> None:
        listed = {kind.fact for kind in self.kinds}
        for value in list(vars(sys.modules[self.module]).values()):
            if (
                isinstance(value, type)
                and issubclass(value, Fact)
                and value.__module__ == self.module
                and value not in listed
            ):
                raise TypeError(f"{self.module}: the fact {value.__name__} is not listed as a kind of entry")


def _unknown(state: Fold, entry: Entry, fact: Unknown) -> None:
    state.flag(entry, "unknown-kind", fact.kind)


@dataclass(frozen=True, eq=False)
class RecordKind:
    """A record kind. Raises TypeError when two subjects use one name.

    ``before_each`` checks every entry before it is applied, whatever it says. ``is_in_memory``: its state stays in
    memory for every thread to read, and an entry that comes late is in its place before the transaction ends.
    """

    name: str
    subjects: tuple[Subject, ...]
    before_each: Callable[[Fold, Entry], None] = no_check
    is_in_memory: bool = False
    tables: tuple[Table[Any, Any], ...] = field(init=False)
    #: By stored name.
    kinds: dict[str, FactKind[Any]] = field(init=False)
    by_fact: dict[type[Fact], FactKind[Any]] = field(init=False)
    #: The tables whose rows are stored for screens.
    board_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        tables: tuple[Table[Any, Any], ...] = (
            FLAGS,
            COMMANDS,
            *(table for subject in self.subjects for table in subject.tables),
        )
        kinds = [kind for subject in self.subjects for kind in subject.kinds]
        for what in ([table.name for table in tables], [kind.name for kind in kinds], [kind.fact for kind in kinds]):
            if len(set(what)) < len(what):
                raise TypeError(f"record kind {self.name}: two things share a name among {what}")
        for kind in kinds:
            for touch in kind.touches:
                if touch.table not in tables or touch.field not in kind.fact.__dataclass_fields__:
                    raise TypeError(f"{kind.name}: {touch.field} can't name a row of {touch.table.name}")
        unknown = FactKind("", 0, Unknown, "log", (), _unknown)
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "board_names", frozenset(table.name for table in tables if table.on_board))
        object.__setattr__(self, "kinds", {kind.name: kind for kind in kinds})
        object.__setattr__(self, "by_fact", {Unknown: unknown} | {kind.fact: kind for kind in kinds})

    def name_of(self, fact: Fact) -> str:
        """The stored name of a fact's kind."""
        return fact.kind if isinstance(fact, Unknown) else self.by_fact[type(fact)].name

    def right_for(self, fact: Fact) -> Right:
        """The right that its author needs."""
        return self.by_fact[type(fact)].right

    def refuse(self, state: Fold, fact: Fact) -> Refusal | None:
        """Why this act is refused in this state; None where nothing speaks against it."""
        return self.by_fact[type(fact)].refuse(state, fact)


__all__ = ["Apply", "FactKind", "NewId", "RecordKind", "Refusal", "RightScope", "Subject", "Touch", "never_refused"]
