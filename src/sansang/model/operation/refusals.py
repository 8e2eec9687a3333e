"""May this act of authority be done now? The only ones that can be refused, each with its reason.

What happened is never refused: only who declares, closes, grants, orders or opens can be told no, and only on line,
where the state that speaks against it can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sansang.model.operation import facts
from sansang.model.operation.facts import Fact
from sansang.model.operation.state import AidNow, Handover, LevelNow, UnitNow

Reason = Literal[
    "opened-already",
    "not-opened",
    "closed-already",
    "level-unknown",
    "level-part-empty",
    "level-in-force",
    "level-not-in-force",
    "aid-unknown",
    "aid-answered",
    "unit-assigned",
    "unit-out-of-service",
    "handover-unknown",
    "handover-accepted",
]
LEVELS = (1, 2, 3)


class Standing(Protocol):
    """What of an operation's state speaks for or against an act."""

    @property
    def title(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def closed(self) -> datetime | None: ...
    @property
    def levels(self) -> Mapping[str, LevelNow]: ...
    @property
    def aid(self) -> Mapping[str, AidNow]: ...
    @property
    def units(self) -> Mapping[str, UnitNow]: ...
    @property
    def handovers(self) -> Mapping[str, Handover]: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act can't be done, and the thing that stands against it."""

    reason: Reason
    about: str = ""


def decide(state: Standing, act: Fact) -> Refusal | None:
    """Why the act is refused in this state; None where nothing speaks against it. Facts are never refused."""
    match act:
        case facts.Opened():
            return Refusal("opened-already", state.title) if state.mode else None
        case facts.Closed():
            return _opened(state) or (Refusal("closed-already") if state.closed is not None else None)
        case facts.LevelDeclared():
            return _opened(state) or _declared(state, act)
        case facts.LevelRevoked(id):
            level = state.levels.get(id)
            if level is None or level.revoked is not None:
                return Refusal("level-not-in-force", id)
            return None
        case facts.AidAnswered(id):
            aid = state.aid.get(id)
            if aid is None:
                return Refusal("aid-unknown", id)
            return Refusal("aid-answered", id) if aid.granted is not None else None
        case facts.UnitOrdered():
            return _opened(state) or _ordered(state, act)
        case facts.HandoverAccepted(id):
            handover = state.handovers.get(id)
            if handover is None:
                return Refusal("handover-unknown", id)
            return Refusal("handover-accepted", id) if handover.accepted is not None else None
        case _:
            return None


def _opened(state: Standing) -> Refusal | None:
    return None if state.mode else Refusal("not-opened")


def _declared(state: Standing, act: facts.LevelDeclared) -> Refusal | None:
    if act.level not in LEVELS:
        return Refusal("level-unknown", str(act.level))
    for part in ("reason", "measures", "area", "duration", "bodies"):
        if not getattr(act, part).strip():
            return Refusal("level-part-empty", part)
    for level in state.levels.values():
        if level.revoked is None and level.area == act.area and level.level >= act.level:
            return Refusal("level-in-force", level.id)
    return None


def _ordered(state: Standing, act: facts.UnitOrdered) -> Refusal | None:
    unit = state.units.get(act.unit)
    if unit is None or unit.availability == "available":
        return None
    if unit.availability == "out_of_service":
        return Refusal("unit-out-of-service", unit.reason)
    return Refusal("unit-assigned", unit.order)
