"""Which posts, people and standing units are there? ``other`` holds what a list said beyond the fields here.

Each part of ``other`` is "heading<tab>value", stored and given out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, RightScope, Subject, Touch

if TYPE_CHECKING:
    from sansang.model.access.state import AccessState


@dataclass(frozen=True, slots=True)
class PostListed(Fact):
    """A command post and where it stands among the areas: codes from the wide to the narrow ("79/27163")."""

    post: str
    name: str
    path: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonListed(Fact):
    """Somebody who may be given rights; entries name them by the id."""

    person: str
    name: str = field(metadata=SEALED)
    phone: str = field(default="", metadata=SEALED)
    other: tuple[str, ...] = field(default=(), metadata=SEALED)


@dataclass(frozen=True, slots=True)
class StandingUnitListed(Fact):
    """A unit that a post has in every operation, so that nobody types it in the night."""

    unit: str
    name: str
    post: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingUnitRemoved(Fact):
    """The post no longer has this unit; operations that it took part in still list it."""

    unit: str


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


POSTS = Table("posts", str, PostNow)
PEOPLE = Table("people", str, PersonNow)
STANDING_UNITS = Table("standing_units", str, StandingUnitNow)


def _post_listed(state: Fold, entry: Entry, fact: PostListed) -> None:
    state[POSTS][fact.post] = PostNow(fact.post, fact.name, fact.path, fact.other)


def _person_listed(state: Fold, entry: Entry, fact: PersonListed) -> None:
    state[PEOPLE][fact.person] = PersonNow(fact.person, fact.name, fact.phone, fact.other)


def _unit_listed(state: Fold, entry: Entry, fact: StandingUnitListed) -> None:
    state[STANDING_UNITS][fact.unit] = StandingUnitNow(fact.unit, fact.name, fact.post, fact.other)


def _unit_removed(state: Fold, entry: Entry, fact: StandingUnitRemoved) -> None:
    if fact.unit in state[STANDING_UNITS]:
        del state[STANDING_UNITS][fact.unit]


# What is listed is written over by its id, so the right is needed where it was and where it goes.


def _scopes_of_post(access: AccessState, fact: PostListed, now: datetime) -> Sequence[RightScope]:
    before = access.posts.get(fact.post)
    return [(fact.path, ""), *([(before.path, "")] if before is not None else [])]


def everywhere(access: AccessState, fact: Fact, now: datetime) -> Sequence[RightScope]:
    """The whole installation."""
    return [("", "")]


def _scopes_of_unit(access: AccessState, unit: str) -> list[RightScope]:
    before = access.units.get(unit)
    return [(access.path_of(before.post), "")] if before is not None else []


def _scopes_listed(access: AccessState, fact: StandingUnitListed, now: datetime) -> Sequence[RightScope]:
    return [(access.path_of(fact.post), ""), *_scopes_of_unit(access, fact.unit)]


def _scopes_removed(access: AccessState, fact: StandingUnitRemoved, now: datetime) -> Sequence[RightScope]:
    return _scopes_of_unit(access, fact.unit) or [("", "")]


_UNIT = (Touch(STANDING_UNITS, "unit"),)
SUBJECT = Subject(
    __name__,
    (POSTS, PEOPLE, STANDING_UNITS),
    (
        FactKind("post_listed", 1, PostListed, "people", (Touch(POSTS, "post"),), _post_listed, scopes=_scopes_of_post),
        FactKind(
            "person_listed", 1, PersonListed, "people", (Touch(PEOPLE, "person"),), _person_listed, scopes=everywhere
        ),
        FactKind(
            "standing_unit_listed",
            1,
            StandingUnitListed,
            "people",
            (*_UNIT, Touch(POSTS, "post")),
            _unit_listed,
            scopes=_scopes_listed,
        ),
        FactKind(
            "standing_unit_removed", 1, StandingUnitRemoved, "people", _UNIT, _unit_removed, scopes=_scopes_removed
        ),
    ),
)
