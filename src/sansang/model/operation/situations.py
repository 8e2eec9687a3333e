"""What has been reported, is it so, and is it over? Situations with the fields of emergency line 112."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Subject, Touch


@dataclass(frozen=True, slots=True)
class SituationReported(Fact):
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
class SituationsJoined(Fact):
    """Two reports are found to be of one situation; the first goes on."""

    id: str
    other: str


@dataclass(frozen=True, slots=True)
class SituationVerified(Fact):
    """Somebody has seen or called back: it is so, or it is not."""

    id: str
    is_true: bool = True
    finding: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class SituationResolved(Fact):
    """Nothing more is to be done about it."""

    id: str
    outcome: str = field(default="", metadata=SEALED)


_FIELDS = ("reporter", "phone", "place", "development", "extent", "spread", "help_requested", "kind")


@dataclass(frozen=True, slots=True)
class SituationNow:
    """One situation with all that was reported of it; ``joined_into`` names the report that goes on instead."""

    id: str
    post: str
    reported: datetime
    reports: tuple[EntryRef, ...]
    reporter: str = ""
    phone: str = ""
    place: str = ""
    development: str = ""
    extent: str = ""
    spread: str = ""
    help_requested: str = ""
    kind: str = ""
    verified: bool | None = None
    resolved: datetime | None = None
    joined_into: str = ""

    @property
    def fields(self) -> Mapping[str, str]:
        """What was reported of it, by field; what nobody said is left out."""
        return {name: value for name in _FIELDS if (value := getattr(self, name))}

    @property
    def is_open(self) -> bool:
        """Whether it goes on, and under its own id."""
        return self.resolved is None and not self.joined_into


SITUATIONS = Table("situations", str, SituationNow)


def _reported(state: Fold, entry: Entry, fact: SituationReported) -> None:
    before = state[SITUATIONS].get(fact.id) or SituationNow(fact.id, entry.post, entry.happened, ())
    state[SITUATIONS][fact.id] = _merged(replace(before, reports=(*before.reports, entry.ref)), fact, before)


def _merged(
    situation: SituationNow, first: SituationReported | SituationNow, second: SituationReported | SituationNow
) -> SituationNow:
    """The situation with each field as the first says it; where that says nothing, as the second does."""
    return replace(
        situation,
        reporter=first.reporter or second.reporter,
        phone=first.phone or second.phone,
        place=first.place or second.place,
        development=first.development or second.development,
        extent=first.extent or second.extent,
        spread=first.spread or second.spread,
        help_requested=first.help_requested or second.help_requested,
        kind=first.kind or second.kind,
    )


def _joined(state: Fold, entry: Entry, fact: SituationsJoined) -> None:
    first, other = state.find(entry, SITUATIONS, fact.id), state.find(entry, SITUATIONS, fact.other)
    if first is None or other is None:
        return
    root = _root(state, fact.id)
    if other.joined_into or _root(state, fact.other).id == root.id:
        state.flag(entry, "joined-already", fact.other)
        return
    state[SITUATIONS][fact.other] = replace(other, joined_into=root.id)
    state[SITUATIONS][root.id] = _merged(replace(root, reports=(*root.reports, *other.reports)), root, other)


def _root(state: Fold, key: str) -> SituationNow:
    """The situation that goes on for this one."""
    situation = state[SITUATIONS][key]
    while situation.joined_into:
        situation = state[SITUATIONS][situation.joined_into]
    return situation


def _verified(state: Fold, entry: Entry, fact: SituationVerified) -> None:
    if state.find(entry, SITUATIONS, fact.id) is not None:
        root = _root(state, fact.id)
        state[SITUATIONS][root.id] = replace(root, verified=fact.is_true)


def _resolved(state: Fold, entry: Entry, fact: SituationResolved) -> None:
    if state.find(entry, SITUATIONS, fact.id) is not None:
        root = _root(state, fact.id)
        state[SITUATIONS][root.id] = replace(root, resolved=entry.happened)


_ITSELF = (Touch(SITUATIONS, "id"),)
SUBJECT = Subject(
    __name__,
    (SITUATIONS,),
    (
        FactKind("situation_reported", 1, SituationReported, "log", _ITSELF, _reported, new_id=NewId("id", "s")),
        FactKind("situations_joined", 1, SituationsJoined, "log", (*_ITSELF, Touch(SITUATIONS, "other")), _joined),
        FactKind("situation_verified", 1, SituationVerified, "log", _ITSELF, _verified),
        FactKind("situation_resolved", 1, SituationResolved, "log", _ITSELF, _resolved),
    ),
)
