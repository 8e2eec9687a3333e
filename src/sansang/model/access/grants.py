"""Who has which role where, from when to when; and who may sign in?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sansang.model.access.rights import Role
from sansang.model.access.roster import PEOPLE
from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table, no_effect
from sansang.model.kind import FactKind, RightScope, Subject, Touch

if TYPE_CHECKING:
    from sansang.model.access.state import AccessState


@dataclass(frozen=True, slots=True)
class Granted(Fact):
    """A person may act in a role over an area and all within it, in one operation or in all ("")."""

    grant: str
    person: str
    role: Role
    path: str
    operation: str = ""
    until: datetime | None = None
    other: tuple[str, ...] = field(default=(), metadata=SEALED)


@dataclass(frozen=True, slots=True)
class GrantRevoked(Fact):
    """A grant ends now."""

    grant: str
    reason: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class FirstPasswordGiven(Fact):
    """The author has given a person a first password, and so lets them in (again); the password is stored nowhere."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonShutOut(Fact):
    """A person signs in no more at this installation; their roles hold until they are ended."""

    person: str


@dataclass(frozen=True, slots=True)
class GrantNow:
    """A grant, from when to when it holds."""

    id: str
    person: str
    role: Role
    path: str
    operation: str
    since: datetime
    until: datetime | None = None
    other: tuple[str, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Whether it holds at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


GRANTS = Table("grants", str, GrantNow)
#: The ids of a person's grants.
GRANTS_OF_PERSON: Table[str, tuple[str, ...]] = Table("grants_of_person", str, tuple[str, ...], on_board=False)


def _granted(state: Fold, entry: Entry, fact: Granted) -> None:
    if fact.grant in state[GRANTS]:
        return
    state[GRANTS][fact.grant] = GrantNow(
        fact.grant, fact.person, fact.role, fact.path, fact.operation, entry.at, fact.until, fact.other
    )
    state[GRANTS_OF_PERSON][fact.person] = (*state[GRANTS_OF_PERSON].get(fact.person, ()), fact.grant)


def _revoked(state: Fold, entry: Entry, fact: GrantRevoked) -> None:
    before = state[GRANTS].get(fact.grant)
    if before is not None and before.holds(entry.at):
        state[GRANTS][fact.grant] = replace(before, until=entry.at)


def _scopes_granted(access: AccessState, fact: Granted, now: datetime) -> Sequence[RightScope]:
    return [(fact.path, fact.operation)]


def _scopes_revoked(access: AccessState, fact: GrantRevoked, now: datetime) -> Sequence[RightScope]:
    before = access.grants.get(fact.grant)
    return [(before.path, before.operation) if before is not None else ("", "")]


def _scopes_of_person(
    access: AccessState, fact: FirstPasswordGiven | PersonShutOut, now: datetime
) -> Sequence[RightScope]:
    # All that the person may do: nobody takes over, or shuts out, somebody who works elsewhere too.
    return [*access.scopes_of(fact.person, now)]


_GRANT, _PERSON = (Touch(GRANTS, "grant"),), (Touch(PEOPLE, "person"),)
SUBJECT = Subject(
    __name__,
    (GRANTS, GRANTS_OF_PERSON),
    (
        FactKind("granted", 1, Granted, "people", (*_GRANT, *_PERSON), _granted, scopes=_scopes_granted),
        FactKind("grant_revoked", 1, GrantRevoked, "people", _GRANT, _revoked, scopes=_scopes_revoked),
        # Who can sign in is known at each installation by itself: neither changes what anybody may do.
        FactKind("first_password_given", 1, FirstPasswordGiven, "people", _PERSON, no_effect, scopes=_scopes_of_person),
        FactKind("person_shut_out", 1, PersonShutOut, "people", _PERSON, no_effect, scopes=_scopes_of_person),
    ),
)
