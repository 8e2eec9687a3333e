"""Which ward is it, on which day? Administrative units with their dates of validity, predecessors and successors.

Codes are reused for units with another extent or name, so a unit is identified by its code *and* its first day of
validity, never by the code alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from sansang.model.language import search_key

AreaKind = Literal["ward", "commune", "special_zone", "district"]

KIND_WORDS: dict[AreaKind, str] = {
    "ward": "Phường",
    "commune": "Xã",
    "special_zone": "Đặc khu",
    "district": "",
}


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Latitude and longitude in degrees. ``approximate``: only some point inside the area."""

    lat: float
    lon: float
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A former unit that became part of a later one, wholly or in part (``partial``)."""

    code: str
    valid_from: date
    partial: bool = False


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """A ward, commune, special zone (or former district) from ``valid_from`` to the day before ``valid_to``.

    ``valid_to`` is None while it is still valid. ``name`` is without the kind: "Minh Phụng", "4".
    ``parent`` is the name of the unit above ("Quận 11", "Thành phố Hồ Chí Minh"). ``partial``: at least one
    predecessor became part of it only in part.
    """

    code: str
    name: str
    kind: AreaKind
    valid_from: date
    valid_to: date | None = None
    predecessors: tuple[Predecessor, ...] = ()
    partial: bool = False
    centre: Coordinates | None = None
    area_km2: float | None = None
    parent: str = ""

    @property
    def full_name(self) -> str:
        """ "Phường Minh Phụng"; the name of a district already contains its kind."""
        return f"{KIND_WORDS[self.kind]} {self.name}".strip()

    @property
    def key(self) -> tuple[str, date]:
        """Code and first day of validity."""
        return (self.code, self.valid_from)

    def is_valid(self, day: date) -> bool:
        """Whether it existed on this day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class UnknownUnit(LookupError):
    """No unit ever had this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no administrative unit {code}")
        self.code = code


class OutsideItsDates(LookupError):
    """The code exists, but not on this day; ``units`` are those that have had it, oldest first."""

    def __init__(self, code: str, day: date, units: tuple[AdminUnit, ...]) -> None:
        spans = ", ".join(f"[{unit.valid_from}, {unit.valid_to or '...'})" for unit in units)
        super().__init__(f"no administrative unit {code} on {day}: valid in {spans}")
        self.code = code
        self.day = day
        self.units = units


@dataclass(frozen=True, slots=True)
class RelatedUnit:
    """A predecessor or successor of a unit; ``partial``: only part of the territory passed between them."""

    unit: AdminUnit
    partial: bool


@dataclass(frozen=True, slots=True, init=False)
class Gazetteer:
    """All known units, past and present, by code and first day of validity."""

    units: tuple[AdminUnit, ...]
    _by_key: dict[tuple[str, date], AdminUnit] = field(repr=False, compare=False)
    #: Each unit with its full names and its longest name as search words, computed once because search_key is slow.
    _search_names: tuple[tuple[AdminUnit, frozenset[str], str], ...] = field(repr=False, compare=False)

    def __init__(self, units: Iterable[AdminUnit]) -> None:
        """Raises ValueError when two units carry one code on the same day."""
        known = tuple(sorted(units, key=lambda unit: unit.key))
        for before, after in pairwise(known):
            if before.code == after.code and before.is_valid(after.valid_from):
                raise ValueError(f"two administrative units {after.code} on {after.valid_from}")
        object.__setattr__(self, "units", known)
        object.__setattr__(self, "_by_key", {unit.key: unit for unit in known})
        object.__setattr__(self, "_search_names", tuple((unit, *_names_to_search(unit)) for unit in known))

    def on(self, day: date) -> tuple[AdminUnit, ...]:
        """The units valid on a day, sorted by code."""
        return tuple(unit for unit in self.units if unit.is_valid(day))

    def find(self, code: str, day: date) -> AdminUnit:
        """The unit with this code on a day; raises UnknownUnit or OutsideItsDates."""
        with_code = tuple(unit for unit in self.units if unit.code == code)
        for unit in with_code:
            if unit.is_valid(day):
                return unit
        if with_code:
            raise OutsideItsDates(code, day, with_code)
        raise UnknownUnit(code)

    def predecessors(self, unit: AdminUnit, day: date) -> tuple[RelatedUnit, ...]:
        """The units of an earlier day that became part of this one, through all intermediate units, sorted by code.

        Only the unit itself if it already existed on that day. ``partial`` if every path has a partial step.
        Raises KeyError if a predecessor is not in the gazetteer.
        """
        found: dict[tuple[str, date], bool] = {}
        stack = [(unit, False)]
        while stack:
            current, partial = stack.pop()
            if current.is_valid(day):
                found[current.key] = found.get(current.key, True) and partial
                continue
            for step in current.predecessors:
                before = self._by_key[step.code, step.valid_from]
                stack.append((before, partial or step.partial))
        return tuple(RelatedUnit(self._by_key[key], partial) for key, partial in sorted(found.items()))

    def successors(self, unit: AdminUnit, day: date) -> tuple[RelatedUnit, ...]:
        """The units of a later day that this one became part of, through all intermediate units, sorted by code.

        Only the unit itself if it still exists on that day. ``partial`` if only part of it went there.
        """
        found = []
        for later in self.on(day):
            for relative in self.predecessors(later, unit.valid_from):
                if relative.unit.key == unit.key:
                    found.append(RelatedUnit(later, relative.partial))
        return tuple(found)

    def search(self, text: str, day: date) -> tuple[AdminUnit, ...]:
        """Units valid on a day whose name, with or without the parent's, contains these words; marks are ignored.

        "phuong 4, quan 11" and "Phường 04 Quận 11" both find Ward 4 of District 11; a code finds its unit.
        If the text is the full name of some units, only those; else all whose full name contains it as whole words.
        """
        wanted = _words(text)
        if not wanted:
            return ()
        exact, loose = [], []
        for unit, full, whole in self._search_names:
            if not unit.is_valid(day):
                continue
            if wanted in full:
                exact.append(unit)
            elif f" {wanted} " in f" {whole} ":
                loose.append(unit)
        return tuple(exact or loose)


def _names_to_search(unit: AdminUnit) -> tuple[frozenset[str], str]:
    """The full names of a unit, and its name together with its parent's; both normalised by ``_words``."""
    whole = _words(f"{unit.full_name} {unit.parent}")
    return frozenset((_words(unit.name), _words(unit.full_name), whole, _words(unit.code))), whole


def _words(text: str) -> str:
    """The text as search words: no commas, no leading zeros in numbers (lists write both "04" and "4")."""
    words = search_key(text.replace(",", " ")).split()
    return " ".join((word.lstrip("0") or "0") if word.isdecimal() else word for word in words)
