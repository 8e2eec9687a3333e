"""Which messages went to whom, who owes an answer, and which reports are missing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Subject, Touch
from sansang.model.operation.calls_for_help import HelpAcknowledged, HelpCalled


@dataclass(frozen=True, slots=True)
class MessageSent(Fact):
    """A message to posts or roles; each named acknowledger owes an answer."""

    id: str
    to: tuple[str, ...]
    text: str = field(metadata=SEALED)
    acknowledgers: tuple[str, ...] = field(default=(), metadata=SEALED)
    reply_to: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageAcknowledged(Fact):
    """One of those named has acknowledged."""

    id: str
    acknowledger: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ReportMissing(Fact):
    """A report that was due has not come; or it has come now (``arrived``)."""

    id: str
    from_post: str
    what: str = field(default="", metadata=SEALED)
    due: datetime | None = None
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class ContactReached(Fact):
    """A message went out to a contact of the operation; in a drill only to who stands on its list."""

    contact: str
    channel: str
    text: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class MessageNow:
    """A message, and who has acknowledged it when."""

    id: str
    from_post: str
    to: tuple[str, ...]
    text: str
    sent: datetime
    asked: tuple[str, ...]
    answer_by: datetime | None
    reply_to: str = ""
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def owing(self) -> tuple[str, ...]:
        """Who was asked to acknowledge and has not."""
        return tuple(name for name in self.asked if name not in self.acknowledged)


@dataclass(frozen=True, slots=True)
class OwedReport:
    """A report that is still missing."""

    id: str
    from_post: str
    what: str
    due: datetime | None
    arrived: datetime | None = None
    post: str = ""


MESSAGES = Table("messages", str, MessageNow)
OWED_REPORTS = Table("owed", str, OwedReport)
#: How many messages went to contacts, under "".
CONTACTS_REACHED = Table("contacts_reached", str, int, on_board=False)
#: How the ids of calls for help began while they were written as messages.
_WRITTEN_AS_MESSAGE = "help-"


def _sent(state: Fold, entry: Entry, fact: MessageSent) -> None:
    if state.is_new(entry, MESSAGES, fact.id):
        state[MESSAGES][fact.id] = MessageNow(
            fact.id, entry.post, fact.to, fact.text, entry.happened, fact.acknowledgers, fact.answer_by, fact.reply_to
        )


def _acknowledged(state: Fold, entry: Entry, fact: MessageAcknowledged) -> None:
    message = state.find(entry, MESSAGES, fact.id)
    if message is None:
        return
    if fact.acknowledger not in message.asked:
        state.flag(entry, "not-asked", fact.acknowledger)
    acknowledged = dict(message.acknowledged)
    acknowledged.setdefault(fact.acknowledger, entry.happened)
    state[MESSAGES][fact.id] = replace(message, acknowledged=acknowledged)


def _report_missing(state: Fold, entry: Entry, fact: ReportMissing) -> None:
    before = state[OWED_REPORTS].get(fact.id)
    if not fact.arrived:
        if before is None:
            state[OWED_REPORTS][fact.id] = OwedReport(fact.id, fact.from_post, fact.what, fact.due, post=entry.post)
        return
    if before is None:
        state.flag(entry, "reference-missing", fact.id)
    elif before.arrived is None:
        state[OWED_REPORTS][fact.id] = replace(before, arrived=entry.happened)


def _contact_reached(state: Fold, entry: Entry, fact: ContactReached) -> None:
    state[CONTACTS_REACHED][""] = contacts_reached(state) + 1


def contacts_reached(state: Fold) -> int:
    """How many messages went to contacts of the operation."""
    return state[CONTACTS_REACHED].get("", 0)


def _as_call_for_help(fact: MessageSent) -> Fact:
    """Until version 0.1 a call for help was a message whose id began so."""
    if fact.id.startswith(_WRITTEN_AS_MESSAGE):
        return HelpCalled(fact.id, fact.to, fact.text, answer_by=fact.answer_by)
    return fact


def _as_help_acknowledged(fact: MessageAcknowledged) -> Fact:
    return HelpAcknowledged(fact.id, fact.acknowledger) if fact.id.startswith(_WRITTEN_AS_MESSAGE) else fact


_ITSELF = (Touch(MESSAGES, "id"),)
SUBJECT = Subject(
    __name__,
    (MESSAGES, OWED_REPORTS, CONTACTS_REACHED),
    (
        FactKind(
            "message_sent",
            1,
            MessageSent,
            "log",
            (*_ITSELF, Touch(MESSAGES, "reply_to")),
            _sent,
            new_id=NewId("id", "m"),
            upgrade=_as_call_for_help,
        ),
        FactKind(
            "message_acknowledged", 1, MessageAcknowledged, "log", _ITSELF, _acknowledged, upgrade=_as_help_acknowledged
        ),
        FactKind(
            "report_missing",
            1,
            ReportMissing,
            "log",
            (Touch(OWED_REPORTS, "id"),),
            _report_missing,
            new_id=NewId("id", "r"),
        ),
        FactKind("contact_reached", 1, ContactReached, "log", (), _contact_reached),
    ),
)
