"""Which civil-defence level is in force, where? Declared with the five parts of Decree 200/2025, art. 14.4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sansang.model.entry import Entry
from sansang.model.fact import Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Refusal, Subject, Touch
from sansang.model.operation.opening import needs_open

LEVELS_BY_LAW = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class LevelDeclared(Fact):
    """A civil-defence level is declared, with the five parts of its content (Decree 200/2025, art. 14.4)."""

    id: str
    level: int
    reason: str
    measures: str
    area: str
    duration: str
    bodies: str


@dataclass(frozen=True, slots=True)
class LevelRevoked(Fact):
    """A declared level is revoked."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LevelNow:
    """A declared civil-defence level."""

    id: str
    level: int
    area: str
    declared: datetime
    revoked: datetime | None = None


LEVELS = Table("levels", str, LevelNow)


def _declared(state: Fold, entry: Entry, fact: LevelDeclared) -> None:
    if state.is_new(entry, LEVELS, fact.id):
        state[LEVELS][fact.id] = LevelNow(fact.id, fact.level, fact.area, entry.happened)


def _refuse_declared(state: Fold, fact: LevelDeclared) -> Refusal | None:
    if (refusal := needs_open(state)) is not None:
        return refusal
    if fact.level not in LEVELS_BY_LAW:
        return Refusal("level-unknown", str(fact.level))
    for part in ("reason", "measures", "area", "duration", "bodies"):
        if not getattr(fact, part).strip():
            return Refusal("level-part-empty", part)
    for level in state[LEVELS].values():
        if level.revoked is None and level.area == fact.area and level.level >= fact.level:
            return Refusal("level-in-force", level.id)
    return None


def _revoked(state: Fold, entry: Entry, fact: LevelRevoked) -> None:
    level = state.find(entry, LEVELS, fact.id)
    if level is not None and level.revoked is None:
        state[LEVELS][fact.id] = replace(level, revoked=entry.happened)


def _refuse_revoked(state: Fold, fact: LevelRevoked) -> Refusal | None:
    level = state[LEVELS].get(fact.id)
    return Refusal("level-not-in-force", fact.id) if level is None or level.revoked is not None else None


_ITSELF = (Touch(LEVELS, "id"),)
SUBJECT = Subject(
    __name__,
    (LEVELS,),
    (
        FactKind(
            "level_declared", 1, LevelDeclared, "declare", _ITSELF, _declared, _refuse_declared, new_id=NewId("id", "c")
        ),
        FactKind("level_revoked", 1, LevelRevoked, "declare", _ITSELF, _revoked, _refuse_revoked),
    ),
)
