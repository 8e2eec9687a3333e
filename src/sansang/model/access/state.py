"""What does the access log come to? Who holds which grant when, whom a drill may reach, and what was forgotten."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sansang.model.access import facts
from sansang.model.access.facts import AccessFact
from sansang.model.access.rights import RIGHTS, Right, Role, within
from sansang.model.entry import EntryRef, HybridTime

#: So long after a grant has ended a device that has no network may not have heard of it.
UNAWARE = timedelta(days=3)
#: So many people must approve a drill's contact, whoever has listed it.
APPROVALS = 2


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """An entry of the access log: where and when it stands, who wrote it, and what it says."""

    ref: EntryRef
    time: HybridTime
    written: datetime
    author: str
    fact: AccessFact

    @property
    def order(self) -> tuple[HybridTime, EntryRef]:
        """By the clock, then by log and number."""
        return (self.time, self.ref)

    @property
    def at(self) -> datetime:
        """From when on it holds: by the hybrid clock, which never goes back as a wall clock may."""
        return datetime.fromtimestamp(self.time.millis / 1000, UTC)


@dataclass(frozen=True, slots=True)
class PostNow:
    """A command post and its place among the areas."""

    id: str
    name: str
    path: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonNow:
    """Somebody who may be given rights."""

    id: str
    name: str
    phone: str = ""
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingUnitNow:
    """A unit that a post has in every operation."""

    id: str
    name: str
    post: str
    other: tuple[str, ...] = ()


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


@dataclass
class AccessState:
    """What the entries so far come to. Any history has one; :meth:`take` wants them in their order.

    Whoever reads one in another thread than :meth:`take` runs in reads a :meth:`copied` one.
    """

    replicas: dict[str, facts.ReplicaStarted] = field(default_factory=dict)
    posts: dict[str, PostNow] = field(default_factory=dict)
    people: dict[str, PersonNow] = field(default_factory=dict)
    units: dict[str, StandingUnitNow] = field(default_factory=dict)
    grants: dict[str, GrantNow] = field(default_factory=dict)
    contacts: dict[tuple[str, str], ContactNow] = field(default_factory=dict)  # by operation and contact
    erased: set[EntryRef] = field(default_factory=set)
    erased_subjects: set[str] = field(default_factory=set)
    by_person: dict[str, tuple[str, ...]] = field(default_factory=dict)  # grants of a person

    def copied(self) -> AccessState:
        """The same, and entries that one of the two takes change nothing of the other: what it holds is frozen."""
        held = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        return AccessState(**{name: value.copy() for name, value in held.items()})

    def take(self, entry: AccessEntry) -> None:
        """Take one more entry, the next in order."""
        match entry.fact:
            case facts.ReplicaStarted(replica):
                self.replicas.setdefault(replica, entry.fact)
            case facts.PostListed(post, name, path, other):
                self.posts[post] = PostNow(post, name, path, other)
            case facts.PersonListed(person, name, phone, other):
                self.people[person] = PersonNow(person, name, phone, other)
            case facts.StandingUnitListed() | facts.StandingUnitRemoved():
                self._unit(entry.fact)
            case facts.Granted():
                self._granted(entry, entry.fact)
            case facts.GrantRevoked(grant):
                before = self.grants.get(grant)
                if before is not None and before.holds(entry.at):
                    self.grants[grant] = dataclasses.replace(before, until=entry.at)
            case facts.ContactListed(contact, operation, channel, name, address):
                key = (operation, contact)
                # Listed again under another number, it must be approved again.
                self.contacts[key] = ContactNow(contact, operation, channel, name, address)
            case facts.ContactsApproved(operation, contacts):
                self._approved(entry, operation, contacts)
            case facts.ContactRemoved(contact, operation):
                self.contacts.pop((operation, contact), None)
            case facts.Erased(_, entries, subject):
                self.erased |= {EntryRef(log, number) for log, number in entries}
                self.erased_subjects |= {subject} - {""}
            case _:
                # Who can sign in is known at each installation by itself: first passwords and shut-outs change nothing.
                pass

    def _unit(self, fact: facts.StandingUnitListed | facts.StandingUnitRemoved) -> None:
        if isinstance(fact, facts.StandingUnitListed):
            self.units[fact.unit] = StandingUnitNow(fact.unit, fact.name, fact.post, fact.other)
        else:
            self.units.pop(fact.unit, None)

    def _granted(self, entry: AccessEntry, fact: facts.Granted) -> None:
        if fact.grant in self.grants:
            return
        self.grants[fact.grant] = GrantNow(
            fact.grant, fact.person, fact.role, fact.path, fact.operation, entry.at, fact.until, fact.other
        )
        self.by_person[fact.person] = (*self.by_person.get(fact.person, ()), fact.grant)

    def _approved(self, entry: AccessEntry, operation: str, contacts: Iterable[str]) -> None:
        for contact in contacts:
            before = self.contacts.get((operation, contact))
            if before is not None:
                by = before.approved_by | {entry.author}
                self.contacts[operation, contact] = dataclasses.replace(before, approved_by=by)

    def may(self, person: str, right: Right, path: str | None, operation: str, moment: datetime) -> bool:
        """Whether a person had this right, over this place (None: any) and in this operation, at that moment."""
        return any(
            grant.holds(moment)
            and right in RIGHTS.get(grant.role, ())
            and grant.operation in ("", operation)
            and (path is None or within(path, grant.path))
            for grant in self.grants_of(person)
        )

    def could_list(self, who: str, person: str, then: datetime, now: datetime) -> bool:
        """Whether ``who`` could list people, at ``then``, in all places where a person has a role ``now``."""
        return all(self.may(who, "people", path, operation, then) for path, operation in self.places_of(person, now))

    def places_of(self, person: str, moment: datetime) -> list[tuple[str, str]]:
        """Where, and in which operations, a person has a role; whoever has none may be given any: everywhere."""
        held = [(grant.path, grant.operation) for grant in self.grants_of(person) if grant.holds(moment)]
        return held or [("", "")]

    def holders(self, right: Right, path: str, operation: str, moment: datetime) -> set[str]:
        """Everybody who had this right over this place and in this operation, at that moment."""
        return {
            grant.person
            for grant in self.grants.values()
            if right in RIGHTS.get(grant.role, ())
            and grant.operation in ("", operation)
            and within(path, grant.path)
            and grant.holds(moment)
        }

    def had(self, person: str, right: Right, path: str, operation: str, moment: datetime) -> bool:
        """Whether a person had this right at that moment, or may think so on a device without a network."""
        return any(
            grant.since <= moment
            and (grant.until is None or moment <= grant.until + UNAWARE)
            and right in RIGHTS.get(grant.role, ())
            and grant.operation in ("", operation)
            and within(path, grant.path)
            for grant in self.grants_of(person)
        )

    def grants_of(self, person: str) -> list[GrantNow]:
        """Every grant that a person has or had."""
        return [self.grants[grant] for grant in self.by_person.get(person, ())]

    def units_of(self, post: str) -> list[StandingUnitNow]:
        """The units that a post has in every operation."""
        return [unit for unit in self.units.values() if unit.post == post]

    def path_of(self, post: str) -> str:
        """Where a post stands; one that is not listed stands for itself."""
        listed = self.posts.get(post)
        return listed.path if listed is not None else f"?/{post}"


def fold_access(entries: Iterable[AccessEntry]) -> AccessState:
    """The state after these entries, whatever their order; the same entry twice counts once."""
    by_ref: dict[EntryRef, AccessEntry] = {entry.ref: entry for entry in entries}
    state = AccessState()
    for entry in sorted(by_ref.values(), key=lambda entry: entry.order):
        state.take(entry)
    return state


def as_values(state: AccessState) -> dict[str, Any]:
    """The state as plain values, for comparing two of them."""
    return dataclasses.asdict(state)
