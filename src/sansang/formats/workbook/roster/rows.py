"""What does a row of a roster say, and what does that change? One row against what is listed now, as facts."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sansang.formats.areas import NoSuchArea, area_path
from sansang.formats.problems import CellSpot, Problem, Spot
from sansang.formats.workbook.roster.headings import both_languages
from sansang.formats.workbook.roster.sheets import Part, RosterSheet
from sansang.formats.workbook.sheets import Value, as_text, cell_name
from sansang.model.access.grants import Granted, GrantNow, GrantRevoked
from sansang.model.access.rights import Role
from sansang.model.access.roster import (
    PersonListed,
    PersonNow,
    PostListed,
    PostNow,
    StandingUnitListed,
    StandingUnitNow,
)
from sansang.model.access.state import AccessState
from sansang.model.fact import Fact
from sansang.model.language import search_key
from sansang.model.naming import ID_PATTERN, NameIndex, free_slug
from sansang.words import LANGUAGES, Voice, mark
from sansang.words.roles import ROLE_NAMES

#: A name or a telephone number is no longer than this (signs).
LONGEST = 200

_Listed = PostListed | StandingUnitListed | PersonListed | Granted


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What one row changes: the part it belongs to, whether that is new, whom or what it is about, and the facts."""

    part: Part
    is_new: bool
    about: str
    facts: tuple[Fact, ...]
    spot: CellSpot
    role: Role | None = None


@dataclass
class RosterReading:
    """What a file comes to: changes, how many rows say what is so already, what is wrong, and what it leaves out."""

    changes: list[RosterChange] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    absent: dict[Part, list[str]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        """What must be mended before anything is taken."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def facts(self) -> list[Fact]:
        """All that is to be written, in order."""
        return [fact for change in self.changes for fact in change.facts]

    def change_of(self, number: int) -> RosterChange:
        """The change whose fact has this number among all."""
        for change in self.changes:
            if number < len(change.facts):
                return change
            number -= len(change.facts)
        raise IndexError(number)


class Lists:
    """What is listed now, and what the rows read so far have said."""

    def __init__(self, file: str, state: AccessState, now: datetime, zone: Any, new_id: Callable[[], str]) -> None:
        self.file = file
        self.state = state
        self.now = now
        self.zone = zone
        self.new_id = new_id
        self.found = RosterReading()
        self.posts = NameIndex({one.id: one.name for one in state.posts.values()})
        self.units = NameIndex({one.id: one.name for one in state.units.values()})
        self.people = NameIndex({one.id: one.name for one in state.people.values()})
        self.paths = {one.path for listed in (state.posts, state.grants) for one in listed.values()}
        self.seen: set[tuple[Part, str]] = set()
        self.kept: set[str] = set()
        self.asked: list[tuple[RosterRow, Granted]] = []

    def report(self, code: str, spot: Spot, message: str, mend: str, severity: Any = "error", **values: object) -> None:
        self.found.problems.append(Problem(code, spot, message, mend, values, severity))


@dataclass
class RosterRow:
    """One row: its values by field, and what is wrong with them."""

    lists: Lists
    form: RosterSheet
    sheet: str
    number: int
    places: dict[str, int]
    filled: dict[str, Value]
    is_wrong: bool = False

    def take(self) -> None:
        for column in self.form.columns:
            text = self.text(column.field)
            if column.needed and not text:
                self.wrong(column.field, "roster-empty", *_EMPTY, heading=both_languages(column))
            elif len(text) > LONGEST or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
                self.wrong(column.field, "roster-text", *_BAD_TEXT)
        if self.is_wrong:
            return
        match self.form.part:
            case "posts":
                self._post()
            case "units":
                self._unit()
            case "people":
                self._person()
            case _:
                self._role()

    def text(self, name: str) -> str:
        return unicodedata.normalize("NFC", as_text(self.filled.get(name))).strip()

    def spot(self, name: str) -> CellSpot:
        place = self.places.get(name)
        cell = str(self.number) if place is None else cell_name(self.number, place)
        return CellSpot(self.lists.file, sheet=self.sheet, cell=cell)

    def wrong(self, column: str, code: str, message: str, mend: str, **values: object) -> None:
        self.is_wrong = True
        self.lists.report(code, self.spot(column), message, mend, **values)

    def other(self) -> tuple[str, ...]:
        ours = {column.field for column in self.form.columns}
        found = {
            name: " ".join(as_text(value).split())
            for name, value in self.filled.items()
            if name not in ours and as_text(value)
        }
        return tuple(f"{name}\t{value[:LONGEST]}" for name, value in found.items())

    def named(self, listed: NameIndex) -> str:
        """The id of this row: as written, of the one of that name, or made of the name; "" when it can't be."""
        name, asked = self.text("name"), self.text("id")
        if not asked:
            same = listed.exact(name)
            if len(same) > 1 or (not same and listed.candidates(name)):
                self.wrong("name", "roster-several", *_SEVERAL, name=name, ids=_shown(listed, listed.candidates(name)))
                return ""
            asked = same[0] if same else free_slug(name, listed)
        if not ID_PATTERN.fullmatch(asked):
            self.wrong("id", "roster-id", *_BAD_ID, id=asked)
            return ""
        if (self.form.part, asked) in self.lists.seen:
            self.wrong("id" if self.text("id") else "name", "roster-twice", *_TWICE, id=asked)
            return ""
        self.lists.seen.add((self.form.part, asked))
        listed.set_name(asked, name)
        return asked

    def area(self) -> str | None:
        # What stands in the lists already is what it is, though it looks like a ward's code.
        if self.text("path") in self.lists.paths:
            return self.text("path")
        try:
            return area_path(self.text("path"), self.lists.now.astimezone(self.lists.zone).date())
        except NoSuchArea as wrong:
            units = ", ".join(f"{one.full_name} ({one.code})" for one in wrong.found[:4])
            if units:
                self.wrong("path", "roster-areas", *_AREAS, text=wrong.text, units=units)
            else:
                self.wrong("path", "roster-area", *_NO_AREA, text=wrong.text)
            return None

    def chosen(self, name: str, listed: NameIndex, message: str) -> str:
        """The id that a cell names, by id or by name; "" when it names none, or several."""
        text = self.text(name)
        if text in listed:
            return text
        same = listed.candidates(text)
        if len(same) == 1:
            return same[0]
        if same:
            self.wrong(name, "roster-several", *_SEVERAL, name=text, ids=_shown(listed, same))
        else:
            self.wrong(name, "roster-unlisted", message, _UNLISTED, text=text)
        return ""

    def change(self, before: object, about: str, *new: Fact, role: Role | None = None) -> None:
        self.lists.found.changes.append(
            RosterChange(self.form.part, before is None, about, new, self.spot(self.form.columns[0].field), role)
        )

    def _post(self) -> None:
        path = self.area()
        post = self.named(self.lists.posts)
        if path is None or not post:
            return
        fact = PostListed(post, self.text("name"), path, self.other())
        before = self.lists.state.posts.get(post)
        if before is not None and (before.name, before.path) == (fact.name, fact.path) and _alike(before, fact):
            self.lists.found.same += 1
        else:
            self.change(before, f"{fact.name} · {path}", fact)

    def _unit(self) -> None:
        post = self.chosen("post", self.lists.posts, _NO_POST)
        unit = self.named(self.lists.units)
        if not post or not unit:
            return
        fact = StandingUnitListed(unit, self.text("name"), post, self.other())
        before = self.lists.state.units.get(unit)
        if before is not None and (before.name, before.post) == (fact.name, fact.post) and _alike(before, fact):
            self.lists.found.same += 1
        else:
            self.change(before, f"{fact.name} · {self.lists.posts[post]}", fact)

    def _person(self) -> None:
        person = self.named(self.lists.people)
        if not person:
            return
        fact = PersonListed(person, self.text("name"), self.text("phone"), self.other())
        before = self.lists.state.people.get(person)
        if before is not None and (before.name, before.phone) == (fact.name, fact.phone) and _alike(before, fact):
            self.lists.found.same += 1
        else:
            self.change(before, f"{fact.name} {fact.phone}".strip(), fact)

    def _role(self) -> None:
        person = self.chosen("person", self.lists.people, _NO_PERSON)
        role = _role_of(self.text("role"))
        if role is None:
            self.wrong("role", "roster-role", *_NO_ROLE, text=self.text("role"), roles=", ".join(ROLE_NAMES))
        path = self.area()
        operation = self.text("operation")
        if operation and not ID_PATTERN.fullmatch(operation):
            self.wrong("operation", "roster-id", *_BAD_ID, id=operation)
        until = self._until()
        if self.is_wrong or role is None or path is None:
            return
        asked = Granted("", person, role, path, operation, until, self.other())
        held = [one for one in self.held(asked) if _same_end(one.until, until) and _alike(one, asked)]
        if held:
            self.lists.kept.update(grant.id for grant in held)
            self.lists.found.same += 1
        elif until is not None and until <= self.lists.now:
            self.wrong("until", "roster-over", *_OVER)
        elif (place := (self.form.part, f"{person} {role} {path} {operation}")) in self.lists.seen:
            self.wrong("person", "roster-role-twice", *_ROLE_TWICE)
        else:
            self.lists.seen.add(place)
            self.lists.asked.append((self, asked))

    def held(self, asked: Granted) -> list[GrantNow]:
        """The grants of now that say the same but for their end and other columns."""
        return [
            grant
            for grant in self.lists.state.grants_of(asked.person)
            if grant.holds(self.lists.now)
            and (grant.role, grant.path, grant.operation) == (asked.role, asked.path, asked.operation)
        ]

    def give(self, asked: Granted) -> None:
        """The role is new, or another row than before: then the old one, which no row keeps, ends now."""
        ended = [grant for grant in self.held(asked) if grant.id not in self.lists.kept]
        new = dataclasses.replace(asked, grant=self.lists.new_id())
        about = " · ".join(filter(None, (self.lists.people[asked.person], asked.path, asked.operation)))
        revoked = [GrantRevoked(grant.id) for grant in ended]
        self.change(ended[0] if ended else None, about, *revoked, new, role=asked.role)

    def _until(self) -> datetime | None:
        value = self.filled.get("until")
        if isinstance(value, datetime) and value.time() != time():
            return value.replace(tzinfo=self.lists.zone)
        if isinstance(value, date):
            # Programs tell a day as its first minute; a day means: to its end.
            return datetime(value.year, value.month, value.day, tzinfo=self.lists.zone) + timedelta(days=1)
        text = as_text(value)
        if not text:
            return None
        for form in ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%H:%M %d/%m/%Y"):
            try:
                return datetime.strptime(text, form).replace(tzinfo=self.lists.zone)
            except ValueError:
                continue
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                # A day means: to its end.
                return datetime.strptime(text, form).replace(tzinfo=self.lists.zone) + timedelta(days=1)
            except ValueError:
                continue
        self.wrong("until", "roster-time", *_NO_TIME, text=text)
        return None


def _shown(listed: NameIndex, ids: Iterable[str]) -> str:
    return ", ".join(f"{one} ({listed[one]})" for one in ids)


def _alike(before: PostNow | StandingUnitNow | PersonNow | GrantNow, fact: _Listed) -> bool:
    """Whether their other columns say the same; which stood first on its sheet says nothing."""
    return set(before.other) == set(fact.other)


def _same_end(one: datetime | None, other: datetime | None) -> bool:
    """Whether two ends are the same to the minute, which is what a cell shows."""
    if one is None or other is None:
        return one is other
    return abs((one - other).total_seconds()) < 60


def _role_of(text: str) -> Role | None:
    for role, word in ROLE_NAMES.items():
        if search_key(text) in {
            role,
            search_key(role.replace("_", " ")),
            *(search_key(Voice(lang).say(word)) for lang in LANGUAGES),
        }:
            return role
    return None


_EMPTY = (mark("“{heading}” is empty"), mark("Fill it in, or delete the row"))
_BAD_TEXT = (
    mark("The text is too long or has signs in it that can't be kept"),
    mark("Rewrite it in one line of at most 200 letters"),
)
_SEVERAL = (
    mark("“{name}” may mean: {ids}"),
    mark("Write the id of the right one; for a new one, an id of its own"),
)
_BAD_ID = (mark("“{id}” can't be an id"), mark("Write letters, digits, dots and dashes only, at most 80"))
_TWICE = (mark("{id} stands twice on this sheet"), mark("Delete one of the rows, or give one another id"))
_ROLE_TWICE = (mark("The same role stands twice with different ends"), mark("Delete one of the rows"))
_NO_AREA = (
    mark("No ward of today is called “{text}”"),
    mark("Write the ward's present name, or codes such as 79/27238 (see the page Areas)"),
)
_AREAS = (mark("“{text}” may mean: {units}"), mark("Write the code of the right one"))
_NO_POST = mark("No post is called “{text}”")
_NO_PERSON = mark("Nobody listed is called “{text}”")
_UNLISTED = mark("Write an id or a name that stands on its sheet, or add it there")
_NO_ROLE = (mark("There is no role “{text}”"), mark("Choose from the list in the cell, or write one of: {roles}"))
_OVER = (mark("This end is over already"), mark("Write a later end, or delete the row"))
_NO_TIME = (mark("“{text}” is no time"), mark("Write it as 24/11/2026 18:00, or 24/11/2026 for the end of that day"))
