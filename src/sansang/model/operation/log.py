"""What is only a line of the log? Notes, photos, lines from paper, corrections, and a peer's clock that is doubted."""

from __future__ import annotations

from dataclasses import dataclass, field

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Correction, Fact
from sansang.model.fold import Fold, no_effect
from sansang.model.kind import FactKind, Subject, Touch
from sansang.model.operation.situations import SITUATIONS


@dataclass(frozen=True, slots=True)
class Noted(Fact):
    """A line of the log."""

    text: str = field(metadata=SEALED)
    situation: str = ""


@dataclass(frozen=True, slots=True)
class PhotoAdded(Fact):
    """A photo of what is reported: a JPEG without the place and device that took it."""

    id: str
    situation: str = ""
    caption: str = field(default="", metadata=SEALED)
    image: bytes = field(default=b"", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class WrittenUp(Fact):
    """A line that stood on paper, written up later; the entry's time is the true one."""

    text: str = field(metadata=SEALED)
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Corrected(Correction):
    """A correction: it names the entry that it corrects; nothing is edited or deleted."""


@dataclass(frozen=True, slots=True)
class ClockDoubted(Fact):
    """Entries of a peer's log, from ``first`` to ``last``, came with a clock too far ahead to be followed."""

    log: str
    first: int
    last: int
    seconds_ahead: int


def _clock_doubted(state: Fold, entry: Entry, fact: ClockDoubted) -> None:
    state.flag(entry, "clock-doubtful", f"{fact.log}#{fact.first}-{fact.last}")


_OF_SITUATION = (Touch(SITUATIONS, "situation"),)
SUBJECT = Subject(
    __name__,
    (),
    (
        FactKind("noted", 1, Noted, "log", _OF_SITUATION, no_effect),
        FactKind("photo_added", 1, PhotoAdded, "log", _OF_SITUATION, no_effect),
        FactKind("written_up", 1, WrittenUp, "log", (), no_effect),
        FactKind("corrected", 1, Corrected, "log", (), no_effect),
        FactKind("clock_doubted", 1, ClockDoubted, "exchange", (), _clock_doubted),
    ),
)
