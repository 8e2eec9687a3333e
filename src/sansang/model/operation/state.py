"""What does an operation look like now? The state after its entries, for reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sansang.model.entry import Entry, EntryRef
from sansang.model.flag import Flag
from sansang.model.fold import Fold, Table, fold
from sansang.model.operation import opening
from sansang.model.operation.aid import AID, SERVICES, AidNow
from sansang.model.operation.counts import COUNTS, PRESENT, Count, CountLine
from sansang.model.operation.levels import LEVELS, LevelNow
from sansang.model.operation.messages import MESSAGES, OWED_REPORTS, MessageNow, OwedReport
from sansang.model.operation.opening import PERIODS, OperationHead, Period
from sansang.model.operation.orders import ORDERS, OrderNow
from sansang.model.operation.record import OPERATION
from sansang.model.operation.roles import HANDOVERS, ROLES, Handover, RoleHeld
from sansang.model.operation.situations import SITUATIONS, SituationNow
from sansang.model.operation.units import UNITS, UnitNow

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class OperationState:
    """The whole operation; ``state[TABLE]`` gives the rows of any table of it."""

    fold: Fold

    def __eq__(self, other: object) -> bool:
        """Whether both are the same state."""
        return isinstance(other, OperationState) and self.fold.same_as(other.fold)

    def __hash__(self) -> int:
        """By identity, as the rows can change."""
        return id(self)

    def __getitem__(self, table: Table[K, V]) -> Mapping[K, V]:
        """The rows of a table."""
        return self.fold[table]

    @property
    def head(self) -> OperationHead:
        """The operation at a glance."""
        return opening.head(self.fold)

    @property
    def title(self) -> str:
        """Its title; "" while no entry has opened it."""
        return self.head.title

    @property
    def mode(self) -> str:
        """Real or drill; "" while no entry has opened it."""
        return self.head.mode

    @property
    def opened(self) -> datetime | None:
        """When it began."""
        return self.head.opened

    @property
    def closed(self) -> datetime | None:
        """When it ended."""
        return self.head.closed

    @property
    def is_drill(self) -> bool:
        """Whether everything it shows, sends and prints is marked DIỄN TẬP."""
        return self.head.is_drill

    @property
    def roles(self) -> Mapping[tuple[str, str], RoleHeld]:
        """Who has which role, by post and role."""
        return self[ROLES]

    @property
    def handovers(self) -> Mapping[str, Handover]:
        """The shift handovers."""
        return self[HANDOVERS]

    @property
    def situations(self) -> Mapping[str, SituationNow]:
        """The situations."""
        return self[SITUATIONS]

    @property
    def units(self) -> Mapping[str, UnitNow]:
        """The units."""
        return self[UNITS]

    @property
    def orders(self) -> Mapping[str, OrderNow]:
        """The orders to units."""
        return self[ORDERS]

    @property
    def aid(self) -> Mapping[str, AidNow]:
        """The requests for aid."""
        return self[AID]

    @property
    def services(self) -> tuple[tuple[EntryRef, str, str], ...]:
        """The services that were called: entry, service, situation."""
        return tuple((ref, *called) for ref, called in self[SERVICES].items())

    @property
    def messages(self) -> Mapping[str, MessageNow]:
        """The messages."""
        return self[MESSAGES]

    @property
    def levels(self) -> Mapping[str, LevelNow]:
        """The civil-defence levels declared."""
        return self[LEVELS]

    @property
    def level(self) -> int:
        """The highest civil-defence level in force; 0 for none."""
        return max((level.level for level in self.levels.values() if level.revoked is None), default=0)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The operational periods."""
        return tuple(self[PERIODS].values())

    @property
    def present(self) -> Mapping[str, int]:
        """How many people came with whom."""
        return self[PRESENT]

    @property
    def counts(self) -> tuple[CountLine, ...]:
        """Each change of a count."""
        return tuple(self[COUNTS].values())

    @property
    def owed(self) -> Mapping[str, OwedReport]:
        """The reports that are, or were, missing."""
        return self[OWED_REPORTS]

    @property
    def withdrawn(self) -> frozenset[EntryRef]:
        """The entries that were withdrawn."""
        return self.fold.corrections.withdrawn

    @property
    def corrected(self) -> Mapping[EntryRef, tuple[EntryRef, ...]]:
        """Which entries correct which."""
        return self.fold.corrections.corrected

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What a person must settle."""
        return self.fold.flags

    def total(self, what: Count) -> int:
        """The sum of a count over all its lines."""
        return sum(line.change for line in self.counts if line.what == what)


def fold_operation(entries: Iterable[Entry]) -> OperationState:
    """The state after these entries; their order does not matter, and the same entry twice counts once."""
    return OperationState(fold(OPERATION, entries))
