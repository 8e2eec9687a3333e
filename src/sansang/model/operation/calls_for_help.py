"""Which unit calls for help, and has anybody answered? The first alarm of a night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.access.links import unit_of
from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, Subject, Touch
from sansang.model.operation.situations import SITUATIONS


@dataclass(frozen=True, slots=True)
class HelpCalled(Fact):
    """A unit needs help; each of the posts called owes an answer until ``answer_by``."""

    id: str
    posts: tuple[str, ...]
    text: str = field(metadata=SEALED)
    unit: str = ""
    situation: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class HelpAcknowledged(Fact):
    """Somebody at a post has heard the call; ``acknowledger`` says who, in words."""

    id: str
    acknowledger: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class CallForHelp:
    """A unit's call for help, and who has acknowledged it when."""

    id: str
    post: str
    unit: str
    posts: tuple[str, ...]
    text: str
    called: datetime
    answer_by: datetime | None
    situation: str = ""
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Whether anybody has acknowledged it."""
        return bool(self.acknowledged)


CALLS_FOR_HELP = Table("calls_for_help", str, CallForHelp)


def _called(state: Fold, entry: Entry, fact: HelpCalled) -> None:
    if state.is_new(entry, CALLS_FOR_HELP, fact.id):
        unit = fact.unit or unit_of(entry.author) or ""
        state[CALLS_FOR_HELP][fact.id] = CallForHelp(
            fact.id, entry.post, unit, fact.posts, fact.text, entry.happened, fact.answer_by, fact.situation
        )


def _acknowledged(state: Fold, entry: Entry, fact: HelpAcknowledged) -> None:
    call = state.find(entry, CALLS_FOR_HELP, fact.id)
    if call is not None:
        acknowledged = dict(call.acknowledged)
        acknowledged.setdefault(fact.acknowledger, entry.happened)
        state[CALLS_FOR_HELP][fact.id] = replace(call, acknowledged=acknowledged)


SUBJECT = Subject(
    __name__,
    (CALLS_FOR_HELP,),
    (
        FactKind(
            "help_called", 1, HelpCalled, "log", (Touch(CALLS_FOR_HELP, "id"), Touch(SITUATIONS, "situation")), _called
        ),
        FactKind("help_acknowledged", 1, HelpAcknowledged, "log", (Touch(CALLS_FOR_HELP, "id"),), _acknowledged),
    ),
)
