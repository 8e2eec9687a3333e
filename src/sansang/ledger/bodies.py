"""Which kinds of entries does an operation's log hold, and how is each written down? Facts to bodies and back.

A kind has a name and a version that never change their meaning. What a newer program has written is kept whole.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import msgspec

from sansang.model.operation import facts
from sansang.model.operation.facts import Fact

#: What stands where words were destroyed.
ERASED = "∅"

KINDS: dict[str, tuple[int, type[Any]]] = {
    "opened": (1, facts.Opened),
    "closed": (1, facts.Closed),
    "role_taken": (1, facts.RoleTaken),
    "role_left": (1, facts.RoleLeft),
    "handover_offered": (1, facts.HandoverOffered),
    "handover_accepted": (1, facts.HandoverAccepted),
    "situation_reported": (1, facts.SituationReported),
    "situations_joined": (1, facts.SituationsJoined),
    "situation_verified": (1, facts.SituationVerified),
    "situation_resolved": (1, facts.SituationResolved),
    "unit_listed": (1, facts.UnitListed),
    "unit_out_of_service": (1, facts.UnitOutOfService),
    "unit_back_in_service": (1, facts.UnitBackInService),
    "unit_ordered": (1, facts.UnitOrdered),
    "order_answered": (1, facts.OrderAnswered),
    "aid_requested": (1, facts.AidRequested),
    "aid_answered": (1, facts.AidAnswered),
    "service_called": (1, facts.ServiceCalled),
    "message_sent": (1, facts.MessageSent),
    "message_acknowledged": (1, facts.MessageAcknowledged),
    "level_declared": (1, facts.LevelDeclared),
    "level_revoked": (1, facts.LevelRevoked),
    "period_started": (1, facts.PeriodStarted),
    "checked_in": (1, facts.CheckedIn),
    "counted": (1, facts.Counted),
    "report_missing": (1, facts.ReportMissing),
    "noted": (1, facts.Noted),
    "written_up": (1, facts.WrittenUp),
    "corrected": (1, facts.Corrected),
}
_NAMES = {cls: (name, version) for name, (version, cls) in KINDS.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """A fact as it is written: its kind and version, what anybody may read, and what lies under a key."""

    kind: str
    version: int
    clear: dict[str, object]
    sealed: dict[str, object]


def sealed_fields(kind: str) -> frozenset[str]:
    """The fields of a kind that lie under a key."""
    return _sealed()[kind]


@cache
def _sealed() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(field.name for field in dataclasses.fields(cls) if field.metadata.get("sealed"))
        for name, (_, cls) in KINDS.items()
    }


def body_of(fact: Fact) -> Body:
    """The body of a fact; what says no more than its default is left out."""
    if isinstance(fact, facts.Unknown):
        return Body(fact.kind, fact.version, dict(fact.body), {})
    name, version = _NAMES[type(fact)]
    defaults = {field.name: field.default for field in dataclasses.fields(fact)}
    said = {key: value for key, value in msgspec.to_builtins(fact).items() if getattr(fact, key) != defaults[key]}
    under = sealed_fields(name)
    return Body(
        name,
        version,
        {key: value for key, value in said.items() if key not in under},
        {key: value for key, value in said.items() if key in under},
    )


def fact_of(kind: str, version: int, clear: dict[str, object], sealed: dict[str, object] | None) -> Fact:
    """The fact of a body; ``sealed`` is None where its key was destroyed: the words are :data:`ERASED` then.

    A kind or version that this program does not know becomes :class:`~sansang.model.operation.facts.Unknown`.
    """
    known = KINDS.get(kind)
    if known is None or version > known[0]:
        return facts.Unknown(kind, version, tuple(sorted(clear.items())))
    cls = known[1]
    words = {} if sealed is None else sealed
    if sealed is None:
        words = {
            field.name: [ERASED] if "tuple" in str(field.type) else ERASED
            for field in dataclasses.fields(cls)
            if field.name in sealed_fields(kind)
        }
    fact: Fact = msgspec.convert({**clear, **words}, cls)
    return fact
