"""Which units does the program know? The table of Ho Chi Minh City, and the lineage of Districts 3 and 11.

``units.csv`` is made by ``scripts/build_areas.py`` from published packages; it says for each centre whether
it is only approximate. The old wards of Districts 3 and 11 stand there since 2019-01-01, which means "not
later than": their true first days were not verified, and nothing is known of the days before.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from importlib import resources
from typing import cast

from sansang.model.areas import AdminUnit, AreaKind, Gazetteer, Place, Predecessor
from sansang.model.language import has_marks, sort_key

#: The code of Ho Chi Minh City, which all units of the table belong to.
CITY = "79"
_CODES = re.compile(r"[0-9a-z][0-9a-z._-]*(/[0-9a-z][0-9a-z._-]*)*|", re.IGNORECASE)


@cache
def gazetteer() -> Gazetteer:
    """The units that come with the program."""
    return parse(resources.files(__name__).joinpath("units.csv").read_text("utf-8"))


def parse(text: str) -> Gazetteer:
    """Units from a table with the columns of ``units.csv``; raises KeyError or ValueError on another one."""
    return Gazetteer(_unit(row) for row in csv.DictReader(text.splitlines()))


def _unit(row: dict[str, str]) -> AdminUnit:
    centre = None
    if row["lat"]:
        centre = Place(float(row["lat"]), float(row["lon"]), row["approximate"] == "yes")
    before = tuple(_predecessor(item) for item in row["predecessors"].split(";") if item)
    return AdminUnit(
        code=row["code"],
        name=row["name"],
        kind=cast(AreaKind, row["kind"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        predecessors=before,
        partial=any(step.partial for step in before),
        centre=centre,
        area_km2=float(row["area_km2"]) if row["area_km2"] else None,
        parent=row["parent"],
    )


def _predecessor(item: str) -> Predecessor:
    code, _, since = item.rstrip("~").partition("@")
    return Predecessor(code, date.fromisoformat(since), partial=item.endswith("~"))


class NoSuchArea(LookupError):
    """A text that names no area on a day, or several: these."""

    def __init__(self, text: str, found: tuple[AdminUnit, ...]) -> None:
        super().__init__(text)
        self.text = text
        self.found = found


def path_of(text: str, day: date) -> str:
    """The path of an area among the areas: codes as they stand ("79/27163"), or a ward's name ("Phường Minh Phụng").

    "" is everything. Raises :class:`NoSuchArea` for a name that no unit has on this day, or several have.
    """
    bare = text.strip().strip("/")
    found = gazetteer().search(bare, day) if "/" not in bare else ()
    if _CODES.fullmatch(bare) and (not bare.isdecimal() or len(found) != 1):
        return bare
    meant = tuple(unit for unit in found if _is_written(bare, unit)) if has_marks(bare) else found
    if not bare or len(meant) != 1:
        raise NoSuchArea(text, meant or found)
    return f"{CITY}/{meant[0].code}"


def name_of(path: str, day: date) -> str:
    """What a path among the areas is called on a day: the unit's full name; "" for what is no unit's then."""
    city, _, code = path.rpartition("/")
    if city != CITY:
        return ""
    try:
        return gazetteer().find(code, day).full_name
    except LookupError:
        return ""


def _is_written(text: str, unit: AdminUnit) -> bool:
    """Whether every word of a text stands in the unit's name, marks and all: Thanh An is not Thạnh An."""
    return set(sort_key(text.replace(",", " "))) <= set(sort_key(f"{unit.full_name} {unit.parent}"))
