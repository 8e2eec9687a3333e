"""Who may do what as of a moment, whom may a drill reach, and what was erased? Answers from the access record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sansang.model.access.contacts import CONTACTS, ContactNow
from sansang.model.access.erasures import ERASED_ENTRIES, ERASED_SUBJECTS
from sansang.model.access.grants import GRANTS, GRANTS_OF_PERSON, GrantNow
from sansang.model.access.record import ACCESS
from sansang.model.access.replicas import REPLICAS, ReplicaStarted
from sansang.model.access.rights import RIGHTS, Right, within
from sansang.model.access.roster import PEOPLE, POSTS, STANDING_UNITS, PersonNow, PostNow, StandingUnitNow
from sansang.model.entry import Entry, EntryRef
from sansang.model.fold import Fold, fold

#: For this long after a grant has ended a device that has no network may not know that it has.
OFFLINE_GRACE = timedelta(days=3)


@dataclass(frozen=True)
class AccessState:
    """The state of the access record, for reading. Any history has one."""

    replicas: Mapping[str, ReplicaStarted] = field(default_factory=dict)
    posts: Mapping[str, PostNow] = field(default_factory=dict)
    people: Mapping[str, PersonNow] = field(default_factory=dict)
    units: Mapping[str, StandingUnitNow] = field(default_factory=dict)
    grants: Mapping[str, GrantNow] = field(default_factory=dict)
    contacts: Mapping[tuple[str, str], ContactNow] = field(default_factory=dict)  # by operation and contact
    erased: Mapping[EntryRef, bool] = field(default_factory=dict)
    erased_subjects: Mapping[str, bool] = field(default_factory=dict)
    by_person: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # grants of a person

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
        return all(self.may(who, "people", path, operation, then) for path, operation in self.scopes_of(person, now))

    def scopes_of(self, person: str, moment: datetime) -> list[tuple[str, str]]:
        """Where, and in which operations, a person has a role; somebody without any may be given one: everywhere."""
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
            and (grant.until is None or moment <= grant.until + OFFLINE_GRACE)
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


def access_state(state: Fold) -> AccessState:
    """The answers of an access record's state: of its rows themselves, which later entries change."""
    tables = (REPLICAS, POSTS, PEOPLE, STANDING_UNITS, GRANTS, CONTACTS, ERASED_ENTRIES, ERASED_SUBJECTS)
    rows = [state.rows[table.name] for table in (*tables, GRANTS_OF_PERSON)]
    return AccessState(*rows)


def fold_access(entries: Iterable[Entry]) -> AccessState:
    """The state after these entries, whatever their order; the same entry twice counts once."""
    return access_state(fold(ACCESS, entries))
