"""Who was asked for help from outside the post? Aid asked of other posts, and services that were called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Refusal, Subject, Touch
from sansang.model.operation.situations import SITUATIONS


@dataclass(frozen=True, slots=True)
class AidRequested(Fact):
    """A post asks another one, or the upper command, for help."""

    id: str
    of_post: str
    what: str = field(metadata=SEALED)
    situation: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class AidAnswered(Fact):
    """The request is granted or refused."""

    id: str
    granted: bool
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ServiceCalled(Fact):
    """An external service (114, 115) was called."""

    service: str
    situation: str = ""
    said: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class AidNow:
    """A request for aid; ``granted`` None while nobody has answered."""

    id: str
    by_post: str
    of_post: str
    what: str
    situation: str
    asked: datetime
    answer_by: datetime | None
    granted: bool | None = None
    answered: datetime | None = None


AID = Table("aid", str, AidNow)
#: The service and the situation, by the entry.
SERVICES: Table[EntryRef, tuple[str, str]] = Table("services", EntryRef, tuple[str, str])


def _requested(state: Fold, entry: Entry, fact: AidRequested) -> None:
    if state.is_new(entry, AID, fact.id):
        state[AID][fact.id] = AidNow(
            fact.id, entry.post, fact.of_post, fact.what, fact.situation, entry.happened, fact.answer_by
        )


def _answered(state: Fold, entry: Entry, fact: AidAnswered) -> None:
    aid = state.find(entry, AID, fact.id)
    if aid is None:
        return
    if aid.granted is not None:
        state.flag(entry, "answered-already", fact.id)
        return
    state[AID][fact.id] = replace(aid, granted=fact.granted, answered=entry.happened)


def _refuse_answered(state: Fold, fact: AidAnswered) -> Refusal | None:
    aid = state[AID].get(fact.id)
    if aid is None:
        return Refusal("aid-unknown", fact.id)
    return Refusal("aid-answered", fact.id) if aid.granted is not None else None


def _service_called(state: Fold, entry: Entry, fact: ServiceCalled) -> None:
    state[SERVICES][entry.ref] = (fact.service, fact.situation)


SUBJECT = Subject(
    __name__,
    (AID, SERVICES),
    (
        FactKind(
            "aid_requested",
            1,
            AidRequested,
            "order",
            (Touch(AID, "id"), Touch(SITUATIONS, "situation")),
            _requested,
            new_id=NewId("id", "a"),
        ),
        FactKind("aid_answered", 1, AidAnswered, "order", (Touch(AID, "id"),), _answered, _refuse_answered),
        FactKind("service_called", 1, ServiceCalled, "log", (Touch(SITUATIONS, "situation"),), _service_called),
    ),
)
