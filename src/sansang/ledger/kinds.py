"""Which kinds of entries does an operation's log hold, and how is each written down? Facts to bodies and back.

A kind has a name and a version that never change their meaning. What a newer program has written is kept whole.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import msgspec

from sansang.model.access import facts as access
from sansang.model.access.facts import AccessFact
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
    "photo_added": (1, facts.PhotoAdded),
    "written_up": (1, facts.WrittenUp),
    "corrected": (1, facts.Corrected),
    "contact_reached": (1, facts.ContactReached),
    "clock_doubted": (1, facts.ClockDoubted),
}
ACCESS_KINDS: dict[str, tuple[int, type[Any]]] = {
    "replica_started": (1, access.ReplicaStarted),
    "post_listed": (1, access.PostListed),
    "person_listed": (1, access.PersonListed),
    "standing_unit_listed": (1, access.StandingUnitListed),
    "standing_unit_removed": (1, access.StandingUnitRemoved),
    "granted": (1, access.Granted),
    "grant_revoked": (1, access.GrantRevoked),
    "first_password_given": (1, access.FirstPasswordGiven),
    "person_shut_out": (1, access.PersonShutOut),
    "contact_listed": (1, access.ContactListed),
    "contacts_approved": (1, access.ContactsApproved),
    "contact_removed": (1, access.ContactRemoved),
    "erased": (1, access.Erased),
    "checkpointed": (1, access.Checkpointed),
}
_ALL = KINDS | ACCESS_KINDS
_NAMES = {cls: (name, version) for name, (version, cls) in _ALL.items()}
_UNKNOWN = (facts.Unknown, access.UnknownAccess)


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """A fact as it is written: its kind and version, what anybody may read, and what lies under a key."""

    kind: str
    version: int
    clear: dict[str, object]
    sealed: dict[str, object]


def kind_of(fact: Fact | AccessFact) -> str:
    """The name of a fact's kind."""
    return fact.kind if isinstance(fact, _UNKNOWN) else _NAMES[type(fact)][0]


def sealed_fields(kind: str) -> frozenset[str]:
    """The fields of a kind that lie under a key."""
    return frozenset(_fields()[kind][1])


@cache
def _fields() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """For each kind its fields that anybody may read and those under a key, each with its default."""
    found = {}
    for name, (_, cls) in _ALL.items():
        clear: dict[str, Any] = {}
        sealed: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            (sealed if field.metadata.get("sealed") else clear)[field.name] = field.default
        found[name] = (clear, sealed)
    return found


def body_of(fact: Fact | AccessFact) -> Body:
    """The body of a fact; what says no more than its default is left out."""
    if isinstance(fact, _UNKNOWN):
        return Body(fact.kind, fact.version, dict(fact.body), {})
    name, version = _NAMES[type(fact)]
    clear, sealed = _fields()[name]
    return Body(name, version, _said(fact, clear), _said(fact, sealed))


def _said(fact: object, fields: dict[str, Any]) -> dict[str, object]:
    return {
        key: value if type(value) in _PLAIN else msgspec.to_builtins(value)
        for key, default in fields.items()
        if (value := getattr(fact, key)) != default
    }


_PLAIN = (str, int, bool, bytes)


def fact_of(kind: str, version: int, clear: dict[str, object], sealed: dict[str, object] | None) -> Fact:
    """The fact of an operation's body; ``sealed`` is None where its key was destroyed: the words are :data:`ERASED`.

    A kind or version that this program does not know becomes :class:`~sansang.model.operation.facts.Unknown`.
    """
    known = KINDS.get(kind)
    if known is None or version > known[0]:
        return facts.Unknown(kind, version, tuple(sorted(clear.items())))
    fact: Fact = _fact(kind, known[1], clear, sealed)
    return fact


def access_fact_of(kind: str, version: int, clear: dict[str, object], sealed: dict[str, object] | None) -> AccessFact:
    """As :func:`fact_of`, for the access log."""
    known = ACCESS_KINDS.get(kind)
    if known is None or version > known[0]:
        return access.UnknownAccess(kind, version, tuple(sorted(clear.items())))
    fact: AccessFact = _fact(kind, known[1], clear, sealed)
    return fact


def _fact(kind: str, cls: type[Any], clear: dict[str, object], sealed: dict[str, object] | None) -> Any:
    words = sealed
    if words is None:
        words = {name: _erased(name) for name in _fields()[kind][1]}
    return msgspec.convert({**clear, **words}, cls)


def _erased(name: str) -> object:
    if name in _BYTES:
        return b""
    return [ERASED] if name in _LISTS else ERASED


#: Sealed fields that hold a picture.
_BYTES = frozenset({"image"})
#: Sealed fields that hold several names.
_LISTS = frozenset(
    field.name
    for _, cls in _ALL.values()
    for field in dataclasses.fields(cls)
    if field.metadata.get("sealed") and "tuple" in str(field.type)
)
