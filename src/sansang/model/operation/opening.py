"""When does an operation begin and end, is it real or a drill, and what are its periods' objectives?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Refusal, Subject

OperationMode = Literal["real", "drill"]


@dataclass(frozen=True, slots=True)
class Opened(Fact):
    """The operation begins; whether it is real or a drill is fixed from here on."""

    title: str
    mode: OperationMode
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Closed(Fact):
    """The operation ends."""

    reason: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class PeriodStarted(Fact):
    """An operational period begins, with its objectives."""

    id: str
    objectives: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OperationHead:
    """The operation at a glance. ``mode`` is "" while no entry has opened it."""

    title: str = ""
    mode: OperationMode | Literal[""] = ""
    opened: datetime | None = None
    closed: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return bool(self.mode) and self.closed is None

    @property
    def is_drill(self) -> bool:
        """Whether everything it shows, sends and prints is marked DIỄN TẬP."""
        return self.mode == "drill"


@dataclass(frozen=True, slots=True)
class Period:
    """An operational period with its objectives."""

    id: str
    objectives: tuple[str, ...]
    since: datetime
    until: datetime | None


#: One row, under "".
HEAD = Table("head", str, OperationHead)
PERIODS = Table("periods", EntryRef, Period)
_NO_HEAD = OperationHead()


def head(state: Fold) -> OperationHead:
    """The operation at a glance."""
    return state[HEAD].get("", _NO_HEAD)


def needs_open(state: Fold) -> Refusal | None:
    """Why an act is refused before the operation is opened."""
    return None if head(state).mode else Refusal("not-opened")


def _opened(state: Fold, entry: Entry, fact: Opened) -> None:
    before = head(state)
    if before.mode:
        state.flag(entry, "opened-again")
        return
    state[HEAD][""] = replace(before, title=fact.title, mode=fact.mode, opened=entry.happened)


def _refuse_opened(state: Fold, fact: Opened) -> Refusal | None:
    before = head(state)
    return Refusal("opened-already", before.title) if before.mode else None


def _closed(state: Fold, entry: Entry, fact: Closed) -> None:
    before = head(state)
    if before.closed is None:
        state[HEAD][""] = replace(before, closed=entry.happened)


def _refuse_closed(state: Fold, fact: Closed) -> Refusal | None:
    return needs_open(state) or (Refusal("closed-already") if head(state).closed is not None else None)


def _period_started(state: Fold, entry: Entry, fact: PeriodStarted) -> None:
    state[PERIODS][entry.ref] = Period(fact.id, fact.objectives, entry.happened, fact.until)


SUBJECT = Subject(
    __name__,
    (HEAD, PERIODS),
    (
        FactKind("opened", 1, Opened, "open", (), _opened, _refuse_opened),
        FactKind("closed", 1, Closed, "open", (), _closed, _refuse_closed),
        FactKind("period_started", 1, PeriodStarted, "order", (), _period_started, new_id=NewId("id", "k")),
    ),
)
