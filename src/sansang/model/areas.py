"""Which ward is it, on which day? Administrative units with validity in time, and what became of what.

Codes are used again for other extents and other names, so a unit is known by its code *and* the day from
which it is valid, never by the code alone.
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
class Place:
    """A point: degrees north and east. ``approximate`` says that it only stands somewhere inside."""

    lat: float
    lon: float
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A unit that went into another, wholly or in part."""

    code: str
    valid_from: date
    partial: bool = False


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """A ward, commune, special zone (or former district) from ``valid_from`` to the day before ``valid_to``.

    ``valid_to`` is None while it is still valid. ``name`` is bare: "Minh Phụng", "4".
    ``parent`` names what it belongs to ("Quận 11", "Thành phố Hồ Chí Minh"). ``partial`` says that some
    predecessor came to it only in part.
    """

    code: str
    name: str
    kind: AreaKind
    valid_from: date
    valid_to: date | None = None
    predecessors: tuple[Predecessor, ...] = ()
    partial: bool = False
    centre: Place | None = None
    area_km2: float | None = None
    parent: str = ""

    @property
    def full_name(self) -> str:
        """ "Phường Minh Phụng"; a district carries its kind in its name."""
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
    """The code exists, but not on this day; ``units`` are those that carried it, oldest first."""

    def __init__(self, code: str, day: date, units: tuple[AdminUnit, ...]) -> None:
        spans = ", ".join(f"[{unit.valid_from}, {unit.valid_to or '...'})" for unit in units)
        super().__init__(f"no administrative unit {code} on {day}: valid in {spans}")
        self.code = code
        self.day = day
        self.units = units


@dataclass(frozen=True, slots=True)
class Relative:
    """A unit of another day that shares ground with the one asked about; ``partial``: only some of it."""

    unit: AdminUnit
    partial: bool


@dataclass(frozen=True, slots=True, init=False)
class Gazetteer:
    """All the units that are known, on every day, by code and first day of validity."""

    units: tuple[AdminUnit, ...]
    _by_key: dict[tuple[str, date], AdminUnit] = field(repr=False, compare=False)
    #: Beside each unit, how it may be searched: what names it in full, and its whole name. Folding is slow.
    _spelled: tuple[tuple[AdminUnit, frozenset[str], str], ...] = field(repr=False, compare=False)

    def __init__(self, units: Iterable[AdminUnit]) -> None:
        """Raises ValueError when two units carry one code on the same day."""
        known = tuple(sorted(units, key=lambda unit: unit.key))
        for before, after in pairwise(known):
            if before.code == after.code and before.is_valid(after.valid_from):
                raise ValueError(f"two administrative units {after.code} on {after.valid_from}")
        object.__setattr__(self, "units", known)
        object.__setattr__(self, "_by_key", {unit.key: unit for unit in known})
        object.__setattr__(self, "_spelled", tuple((unit, *_spellings(unit)) for unit in known))

    def on(self, day: date) -> tuple[AdminUnit, ...]:
        """The units that were valid on a day, by code."""
        return tuple(unit for unit in self.units if unit.is_valid(day))

    def find(self, code: str, day: date) -> AdminUnit:
        """The unit that carried this code on a day; raises UnknownUnit or OutsideItsDates."""
        carried = tuple(unit for unit in self.units if unit.code == code)
        for unit in carried:
            if unit.is_valid(day):
                return unit
        if carried:
            raise OutsideItsDates(code, day, carried)
        raise UnknownUnit(code)

    def predecessors(self, unit: AdminUnit, day: date) -> tuple[Relative, ...]:
        """The units of an earlier day that went into this one, through all steps between, by code.

        Itself alone when it was already there on that day. ``partial`` when every way has a step in part.
        Raises KeyError when a step names a unit that is not in the gazetteer.
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
        return tuple(Relative(self._by_key[key], partial) for key, partial in sorted(found.items()))

    def successors(self, unit: AdminUnit, day: date) -> tuple[Relative, ...]:
        """The units of a later day that this one went into, through all steps between, by code.

        Itself alone when it is still there on that day. ``partial`` when only some of it went there.
        """
        found = []
        for later in self.on(day):
            for relative in self.predecessors(later, unit.valid_from):
                if relative.unit.key == unit.key:
                    found.append(Relative(later, relative.partial))
        return tuple(found)

    def search(self, text: str, day: date) -> tuple[AdminUnit, ...]:
        """Units valid on a day whose name, or name with its parent, has these words; marks do not matter.

        "phuong 4, quan 11" and "Phường 04 Quận 11" find the Ward 4 of District 11; a code finds its unit.
        Units that the text names in full come alone; else all in whose full name it stands as whole words.
        """
        wanted = _words(text)
        if not wanted:
            return ()
        exact, loose = [], []
        for unit, full, whole in self._spelled:
            if not unit.is_valid(day):
                continue
            if wanted in full:
                exact.append(unit)
            elif f" {wanted} " in f" {whole} ":
                loose.append(unit)
        return tuple(exact or loose)


def _spellings(unit: AdminUnit) -> tuple[frozenset[str], str]:
    """What names a unit in full, and its name with its parent's; both in the form of ``_words``."""
    whole = _words(f"{unit.full_name} {unit.parent}")
    return frozenset((_words(unit.name), _words(unit.full_name), whole, _words(unit.code))), whole


def _words(text: str) -> str:
    """Folded words without commas; numbers without leading zeros, for lists write both "04" and "4"."""
    words = search_key(text.replace(",", " ")).split()
    return " ".join((word.lstrip("0") or "0") if word.isdecimal() else word for word in words)
