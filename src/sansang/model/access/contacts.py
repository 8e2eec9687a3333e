"""Who can be reached in a drill? Its own list of contacts, each approved by two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, RightScope, Subject

if TYPE_CHECKING:
    from sansang.model.access.state import AccessState

#: This many people must approve a drill's contact, besides the one who lists it.
APPROVALS = 2


@dataclass(frozen=True, slots=True)
class ContactListed(Fact):
    """Somebody who can be reached in one drill: where, and through what. It counts once two people have approved."""

    contact: str
    operation: str
    channel: str
    name: str = field(metadata=SEALED)
    address: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ContactsApproved(Fact):
    """The author has looked at these contacts of a drill and approves them."""

    operation: str
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactRemoved(Fact):
    """Nobody reaches this contact in this drill any more."""

    contact: str
    operation: str


@dataclass(frozen=True, slots=True)
class ContactNow:
    """A contact of a drill, and who has approved it."""

    id: str
    operation: str
    channel: str
    name: str
    address: str
    approved_by: frozenset[str] = frozenset()

    @property
    def is_approved(self) -> bool:
        """Whether enough people have."""
        return len(self.approved_by) >= APPROVALS


#: By operation and contact.
CONTACTS: Table[tuple[str, str], ContactNow] = Table("contacts", tuple[str, str], ContactNow)


def _listed(state: Fold, entry: Entry, fact: ContactListed) -> None:
    # Listed again under another number, it must be approved again.
    state[CONTACTS][fact.operation, fact.contact] = ContactNow(
        fact.contact, fact.operation, fact.channel, fact.name, fact.address
    )


def _approved(state: Fold, entry: Entry, fact: ContactsApproved) -> None:
    for contact in fact.contacts:
        before = state[CONTACTS].get((fact.operation, contact))
        if before is not None:
            by = before.approved_by | {entry.author}
            state[CONTACTS][fact.operation, contact] = replace(before, approved_by=by)


def _removed(state: Fold, entry: Entry, fact: ContactRemoved) -> None:
    if (fact.operation, fact.contact) in state[CONTACTS]:
        del state[CONTACTS][fact.operation, fact.contact]


def _in_operation(
    access: AccessState, fact: ContactListed | ContactsApproved | ContactRemoved, now: datetime
) -> Sequence[RightScope]:
    return [(None, fact.operation)]


SUBJECT = Subject(
    __name__,
    (CONTACTS,),
    (
        FactKind("contact_listed", 1, ContactListed, "contacts", (), _listed, scopes=_in_operation),
        FactKind("contacts_approved", 1, ContactsApproved, "contacts", (), _approved, scopes=_in_operation),
        FactKind("contact_removed", 1, ContactRemoved, "contacts", (), _removed, scopes=_in_operation),
    ),
)
