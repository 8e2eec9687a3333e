"""Which roads are closed, where, and until when?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Subject, Touch


@dataclass(frozen=True, slots=True)
class RoadClosed(Fact):
    """A road can't be passed: where, why, and until when as far as is known."""

    id: str
    place: str = field(metadata=SEALED)
    until: datetime | None = None
    reason: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class RoadOpened(Fact):
    """It can be passed again."""

    id: str


@dataclass(frozen=True, slots=True)
class RoadNow:
    """A road that was closed; ``opened`` None while it is."""

    id: str
    post: str
    place: str
    closed: datetime
    until: datetime | None
    reason: str
    opened: datetime | None = None


ROADS = Table("roads", str, RoadNow, label=lambda road: road.place)


def _closed(state: Fold, entry: Entry, fact: RoadClosed) -> None:
    if state.is_new(entry, ROADS, fact.id):
        state[ROADS][fact.id] = RoadNow(fact.id, entry.post, fact.place, entry.happened, fact.until, fact.reason)


def _opened(state: Fold, entry: Entry, fact: RoadOpened) -> None:
    road = state.find(entry, ROADS, fact.id)
    if road is not None and road.opened is None:
        state[ROADS][fact.id] = replace(road, opened=entry.happened)


_ITSELF = (Touch(ROADS, "id"),)
SUBJECT = Subject(
    __name__,
    (ROADS,),
    (
        FactKind("road_closed", 1, RoadClosed, "log", _ITSELF, _closed, new_id=NewId("id", "d")),
        FactKind("road_opened", 1, RoadOpened, "log", _ITSELF, _opened),
    ),
)
