"""Where in the files does a name of the plan stand?"""

from __future__ import annotations

from typing import Any

from sansang.formats.problems import Spot
from sansang.formats.scenario.schema_errors import SpotFinder
from sansang.formats.scenario.yaml_tree import Path


class Places:
    """Finds the spot of a place given by names ("injects", "tin-03", "deadline")."""

    def __init__(self, data: dict[str, Any], where: SpotFinder) -> None:
        self.data = data
        self.where = where

    def spot(self, at: tuple[str, ...]) -> Spot:
        """Where it stands; what the files leave out (or say elsewhere) has the spot of what is around it."""
        path: Path = ()
        here: Any = self.data
        for name in at:
            key: str | int
            if isinstance(here, dict) and name in here:
                key = name
            elif isinstance(here, list) and (number := number_of(here, name)) is not None:
                key = number
            else:
                break
            path, here = (*path, key), here[key]
        return self.where.value(path)


def number_of(things: list[Any], name: str) -> int | None:
    """The thing of that id, or that number in the list."""
    for number, thing in enumerate(things):
        if isinstance(thing, dict) and thing.get("id") == name:
            return number
    return int(name) if name.isdecimal() and int(name) < len(things) else None
