"""What does it look like now? The state of an operation: frozen values that the fold makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sansang.model.entry import EntryRef
from sansang.model.operation.facts import Count, OperationMode, OrderStep, UnitAvailability

FlagCode = Literal[
    "opened-again",
    "not-opened",
    "after-close",
    "clock-doubtful",
    "command-again",
    "right-ended",
    "refused-then",
    "role-double",
    "unit-double",
    "unit-unavailable",
    "step-back",
    "reference-missing",
    "joined-already",
    "not-asked",
    "answered-already",
    "id-again",
    "count-below-zero",
    "correction-of-later",
    "unknown-kind",
]


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """Something that a person must settle: which entry, what is odd, and the thing it is about."""

    ref: EntryRef
    code: FlagCode
    about: str = ""


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """Who has a role, at which post, since when."""

    role: str
    person: str
    post: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """A shift handover; open until the one who takes over has accepted."""

    id: str
    role: str
    from_person: str
    to_person: str
    outstanding: tuple[str, ...]
    offered: datetime
    accepted: datetime | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class SituationNow:
    """One situation with all that was reported of it; ``joined_into`` names the report that goes on instead."""

    id: str
    post: str
    reported: datetime
    reports: tuple[EntryRef, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    verified: bool | None = None
    resolved: datetime | None = None
    joined_into: str = ""


@dataclass(frozen=True, slots=True)
class UnitNow:
    """A unit is exactly assigned (to an order), available, or out of service (for a reason)."""

    id: str
    name: str
    post: str
    availability: UnitAvailability = "available"
    reason: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class OrderNow:
    """An order to a unit: how far it is, and when each step was reached."""

    id: str
    unit: str
    situation: str
    task: str
    post: str
    given: datetime
    answer_by: datetime | None
    steps: Mapping[OrderStep, datetime] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the unit is still bound by it."""
        return not self.steps.keys() & {"done", "released", "declined"}

    @property
    def is_answered(self) -> bool:
        """Whether the unit has said anything."""
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class AidNow:
    """A request for aid; ``granted`` None while nobody has answered."""

    id: str
    by_post: str
    of_post: str
    what: str
    situation: str
    asked: datetime
    answer_by: datetime | None
    granted: bool | None = None
    answered: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageNow:
    """A message, and who has acknowledged it when."""

    id: str
    from_post: str
    to: tuple[str, ...]
    text: str
    sent: datetime
    asked: tuple[str, ...]
    answer_by: datetime | None
    reply_to: str = ""
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def owing(self) -> tuple[str, ...]:
        """Who was asked to acknowledge and has not."""
        return tuple(name for name in self.asked if name not in self.acknowledged)


@dataclass(frozen=True, slots=True)
class LevelNow:
    """A declared civil-defence level."""

    id: str
    level: int
    area: str
    declared: datetime
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """An operational period with its objectives."""

    id: str
    objectives: tuple[str, ...]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CountLine:
    """One change of a count, with the entry that it rests on."""

    ref: EntryRef
    what: Count
    change: int
    situation: str


@dataclass(frozen=True, slots=True)
class OwedReport:
    """A report that is still missing."""

    id: str
    from_post: str
    what: str
    due: datetime | None
    arrived: datetime | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class OperationState:
    """The whole operation. ``mode`` is "" while no entry has opened it."""

    title: str = ""
    mode: OperationMode | Literal[""] = ""
    opened: datetime | None = None
    closed: datetime | None = None
    roles: Mapping[tuple[str, str], RoleHeld] = field(default_factory=dict)  # by post and role
    handovers: Mapping[str, Handover] = field(default_factory=dict)
    situations: Mapping[str, SituationNow] = field(default_factory=dict)
    units: Mapping[str, UnitNow] = field(default_factory=dict)
    orders: Mapping[str, OrderNow] = field(default_factory=dict)
    aid: Mapping[str, AidNow] = field(default_factory=dict)
    services: tuple[tuple[EntryRef, str, str], ...] = ()  # entry, service, situation
    messages: Mapping[str, MessageNow] = field(default_factory=dict)
    levels: Mapping[str, LevelNow] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    present: Mapping[str, int] = field(default_factory=dict)
    counts: tuple[CountLine, ...] = ()
    owed: Mapping[str, OwedReport] = field(default_factory=dict)
    withdrawn: frozenset[EntryRef] = frozenset()
    corrected: Mapping[EntryRef, tuple[EntryRef, ...]] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    def total(self, what: Count) -> int:
        """The sum of a count over all its lines."""
        return sum(line.change for line in self.counts if line.what == what)

    @property
    def level(self) -> int:
        """The highest civil-defence level in force; 0 for none."""
        return max((level.level for level in self.levels.values() if level.revoked is None), default=0)

    @property
    def is_drill(self) -> bool:
        """Whether everything it shows, sends and prints is marked DIỄN TẬP."""
        return self.mode == "drill"
