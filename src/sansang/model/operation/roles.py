"""Who has which role at a post, and how is a shift handed over?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Refusal, Subject, Touch


@dataclass(frozen=True, slots=True)
class RoleTaken(Fact):
    """Somebody takes a role at a post (the duty officer of Phường 4)."""

    role: str
    person: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class RoleLeft(Fact):
    """Somebody leaves a role without a successor."""

    role: str
    person: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class HandoverOffered(Fact):
    """A shift is handed over: from whom, to whom, and what is outstanding (references as text)."""

    id: str
    role: str
    from_person: str = field(metadata=SEALED)
    to_person: str = field(metadata=SEALED)
    outstanding: tuple[str, ...] = ()
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class HandoverAccepted(Fact):
    """The one who takes over has seen what is outstanding."""

    id: str
    person: str = field(metadata=SEALED)


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


#: By post and role.
ROLES: Table[tuple[str, str], RoleHeld] = Table("roles", tuple[str, str], RoleHeld)
HANDOVERS = Table("handovers", str, Handover)


def _role_taken(state: Fold, entry: Entry, fact: RoleTaken) -> None:
    key = (entry.post, fact.role)
    before = state[ROLES].get(key)
    if before is not None and before.person != fact.person:
        state.flag(entry, "role-double", fact.role)
    state[ROLES][key] = RoleHeld(fact.role, fact.person, entry.post, entry.happened)


def _role_left(state: Fold, entry: Entry, fact: RoleLeft) -> None:
    key = (entry.post, fact.role)
    before = state[ROLES].get(key)
    if before is None or before.person != fact.person:
        state.flag(entry, "reference-missing", fact.role)
        return
    del state[ROLES][key]


def _handover_offered(state: Fold, entry: Entry, fact: HandoverOffered) -> None:
    if state.is_new(entry, HANDOVERS, fact.id):
        state[HANDOVERS][fact.id] = Handover(
            fact.id, fact.role, fact.from_person, fact.to_person, fact.outstanding, entry.happened, post=entry.post
        )


def _handover_accepted(state: Fold, entry: Entry, fact: HandoverAccepted) -> None:
    handover = state.find(entry, HANDOVERS, fact.id)
    if handover is None:
        return
    if handover.accepted is not None:
        state.flag(entry, "answered-already", fact.id)
        return
    if handover.to_person != fact.person:
        state.flag(entry, "not-asked", fact.person)
    state[HANDOVERS][fact.id] = replace(handover, accepted=entry.happened)
    state[ROLES][entry.post, handover.role] = RoleHeld(handover.role, fact.person, entry.post, entry.happened)


def _refuse_accepted(state: Fold, fact: HandoverAccepted) -> Refusal | None:
    handover = state[HANDOVERS].get(fact.id)
    if handover is None:
        return Refusal("handover-unknown", fact.id)
    return Refusal("handover-accepted", fact.id) if handover.accepted is not None else None


SUBJECT = Subject(
    __name__,
    (ROLES, HANDOVERS),
    (
        FactKind("role_taken", 1, RoleTaken, "hand_over", (), _role_taken),
        FactKind("role_left", 1, RoleLeft, "hand_over", (), _role_left),
        FactKind(
            "handover_offered",
            1,
            HandoverOffered,
            "hand_over",
            (Touch(HANDOVERS, "id"),),
            _handover_offered,
            new_id=NewId("id", "h"),
        ),
        FactKind(
            "handover_accepted",
            1,
            HandoverAccepted,
            "hand_over",
            (Touch(HANDOVERS, "id"),),
            _handover_accepted,
            _refuse_accepted,
        ),
    ),
)
