"""What may an entry of an operation say? One frozen value for each kind of thing that happens or is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

OperationMode = Literal["real", "drill"]
UnitAvailability = Literal["assigned", "available", "out_of_service"]
OrderStep = Literal["acknowledged", "turned_out", "on_scene", "done", "released", "declined"]
#: On a field whose words can name a person, or say about one: it is kept under a key that can be destroyed.
SEALED = {"sealed": True}
Count = Literal["evacuated", "helped", "injured", "dead", "missing", "houses_damaged", "houses_lost"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The operation begins; whether it is real or a drill is fixed from here on."""

    title: str
    mode: OperationMode
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The operation ends."""

    reason: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class RoleTaken:
    """Somebody takes a role at a post (the duty officer of Phường 4)."""

    role: str
    person: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class RoleLeft:
    """Somebody leaves a role without a successor."""

    role: str
    person: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """A shift is handed over: from whom, to whom, and what is outstanding (references as text)."""

    id: str
    role: str
    from_person: str = field(metadata=SEALED)
    to_person: str = field(metadata=SEALED)
    outstanding: tuple[str, ...] = ()
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """The one who takes over has seen what is outstanding."""

    id: str
    person: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class SituationReported:
    """A situation is reported, with the fields of emergency line 112."""

    id: str
    reporter: str = field(default="", metadata=SEALED)
    phone: str = field(default="", metadata=SEALED)
    place: str = field(default="", metadata=SEALED)
    development: str = field(default="", metadata=SEALED)
    extent: str = field(default="", metadata=SEALED)
    spread: str = field(default="", metadata=SEALED)
    help_requested: str = field(default="", metadata=SEALED)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SituationsJoined:
    """Two reports are found to be of one situation; the first goes on."""

    id: str
    other: str


@dataclass(frozen=True, slots=True)
class SituationVerified:
    """Somebody has seen or called back: it is so, or it is not."""

    id: str
    is_true: bool = True
    finding: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class SituationResolved:
    """Nothing more is to be done about it."""

    id: str
    outcome: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class UnitListed:
    """A unit takes part: its name and home post."""

    unit: str
    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class UnitOutOfService:
    """A unit can't be ordered, and why."""

    unit: str
    reason: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class UnitBackInService:
    """It can be ordered again."""

    unit: str


@dataclass(frozen=True, slots=True)
class UnitOrdered:
    """A unit is ordered to a situation, perhaps with a time by which it must have answered."""

    order: str
    unit: str
    situation: str
    task: str = field(default="", metadata=SEALED)
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderAnswered:
    """How far an order is: acknowledged, turned out, on scene, done, released, or declined with a reason."""

    order: str
    step: OrderStep
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class AidRequested:
    """A post asks another one, or the upper command, for help."""

    id: str
    of_post: str
    what: str = field(metadata=SEALED)
    situation: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class AidAnswered:
    """The request is granted or refused."""

    id: str
    granted: bool
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ServiceCalled:
    """An external service (114, 115) was called."""

    service: str
    situation: str = ""
    said: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message to posts or roles; each named acknowledger owes an answer."""

    id: str
    to: tuple[str, ...]
    text: str = field(metadata=SEALED)
    acknowledgers: tuple[str, ...] = field(default=(), metadata=SEALED)
    reply_to: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageAcknowledged:
    """One of those named has acknowledged."""

    id: str
    acknowledger: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class LevelDeclared:
    """A civil-defence level is declared, with the five parts of its content (Decree 200/2025, art. 14.4)."""

    id: str
    level: int
    reason: str
    measures: str
    area: str
    duration: str
    bodies: str


@dataclass(frozen=True, slots=True)
class LevelRevoked:
    """A declared level is revoked."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PeriodStarted:
    """An operational period begins, with its objectives."""

    id: str
    objectives: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody, or a unit, has come to a place."""

    who: str = field(metadata=SEALED)
    place: str = ""
    people: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """People or damage counted: so many more (or fewer) of a kind, and from which report."""

    what: Count
    change: int
    situation: str = ""
    source: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ReportMissing:
    """A report that was due has not come; or it has come now (``arrived``)."""

    id: str
    from_post: str
    what: str = field(default="", metadata=SEALED)
    due: datetime | None = None
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the log."""

    text: str = field(metadata=SEALED)
    situation: str = ""


@dataclass(frozen=True, slots=True)
class PhotoAdded:
    """A photo of what is reported: a JPEG without the place and device that took it."""

    id: str
    situation: str = ""
    caption: str = field(default="", metadata=SEALED)
    image: bytes = field(default=b"", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class WrittenUp:
    """A line that stood on paper, written up later; the entry's time is the true one."""

    text: str = field(metadata=SEALED)
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction: it names the entry that it corrects; nothing is edited or deleted."""

    log: str
    number: int
    text: str = field(metadata=SEALED)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ContactReached:
    """A message went out to a contact of the operation; in a drill only to who stands on its list."""

    contact: str
    channel: str
    text: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ClockDoubted:
    """Entries of a peer's log, from ``first`` to ``last``, came with a clock too far ahead to be followed."""

    log: str
    first: int
    last: int
    seconds_ahead: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a newer version has written: kept whole, and shown as such."""

    kind: str
    version: int
    body: tuple[tuple[str, object], ...] = field(default=())


Fact = (
    Opened
    | Closed
    | RoleTaken
    | RoleLeft
    | HandoverOffered
    | HandoverAccepted
    | SituationReported
    | SituationsJoined
    | SituationVerified
    | SituationResolved
    | UnitListed
    | UnitOutOfService
    | UnitBackInService
    | UnitOrdered
    | OrderAnswered
    | AidRequested
    | AidAnswered
    | ServiceCalled
    | MessageSent
    | MessageAcknowledged
    | LevelDeclared
    | LevelRevoked
    | PeriodStarted
    | CheckedIn
    | Counted
    | ReportMissing
    | Noted
    | PhotoAdded
    | WrittenUp
    | Corrected
    | ContactReached
    | ClockDoubted
    | Unknown
)
