"""How many people and houses, by which reports; and who has come?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, Subject, Touch
from sansang.model.operation.situations import SITUATIONS

Count = Literal["evacuated", "helped", "injured", "dead", "missing", "houses_damaged", "houses_lost"]


@dataclass(frozen=True, slots=True)
class Counted(Fact):
    """People or damage counted: how many more (or fewer) of a kind, and from which report."""

    what: Count
    change: int
    situation: str = ""
    source: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class CheckedIn(Fact):
    """Somebody, or a unit, has arrived at a place."""

    who: str = field(metadata=SEALED)
    place: str = ""
    people: int = 1


@dataclass(frozen=True, slots=True)
class CountLine:
    """One change of a count, with the entry that it rests on."""

    ref: EntryRef
    what: Count
    change: int
    situation: str


COUNTS = Table("counts", EntryRef, CountLine, on_board=False)
TOTALS = Table("totals", str, int)
#: How many people came with whom.
PRESENT = Table("present", str, int)


def _counted(state: Fold, entry: Entry, fact: Counted) -> None:
    state[COUNTS][entry.ref] = CountLine(entry.ref, fact.what, fact.change, fact.situation)
    total = state[TOTALS].get(fact.what, 0) + fact.change
    state[TOTALS][fact.what] = total
    if total < 0:
        state.flag(entry, "count-below-zero", fact.what)


def _checked_in(state: Fold, entry: Entry, fact: CheckedIn) -> None:
    state[PRESENT][fact.who] = fact.people


SUBJECT = Subject(
    __name__,
    (COUNTS, TOTALS, PRESENT),
    (
        FactKind("counted", 1, Counted, "log", (Touch(SITUATIONS, "situation"),), _counted),
        FactKind("checked_in", 1, CheckedIn, "log", (), _checked_in),
    ),
)
