"""Which units take part, and can they be ordered? A unit is assigned, available or out of service."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Subject, Touch

UnitAvailability = Literal["assigned", "available", "out_of_service"]


@dataclass(frozen=True, slots=True)
class UnitListed(Fact):
    """A unit takes part: its name and home post."""

    unit: str
    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class UnitOutOfService(Fact):
    """A unit can't be ordered, and why."""

    unit: str
    reason: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class UnitBackInService(Fact):
    """It can be ordered again."""

    unit: str


@dataclass(frozen=True, slots=True)
class UnitNow:
    """A unit is exactly assigned (to an order), available, or out of service (for a reason)."""

    id: str
    name: str
    post: str
    availability: UnitAvailability = "available"
    reason: str = ""
    order: str = ""


UNITS = Table("units", str, UnitNow, label=lambda unit: unit.name)


def ensure_unit(state: Fold, entry: Entry, key: str) -> UnitNow:
    """The unit; one that is not listed yet is listed under its id."""
    if key not in state[UNITS]:
        state[UNITS][key] = UnitNow(key, key, entry.post)
    return state[UNITS][key]


def _listed(state: Fold, entry: Entry, fact: UnitListed) -> None:
    state[UNITS][fact.unit] = replace(
        ensure_unit(state, entry, fact.unit), name=fact.name, post=fact.post or entry.post
    )


def _out_of_service(state: Fold, entry: Entry, fact: UnitOutOfService) -> None:
    unit = ensure_unit(state, entry, fact.unit)
    if unit.availability == "assigned":
        state.flag(entry, "unit-double", fact.unit)
    state[UNITS][fact.unit] = replace(unit, availability="out_of_service", reason=fact.reason, order="")


def _back_in_service(state: Fold, entry: Entry, fact: UnitBackInService) -> None:
    unit = ensure_unit(state, entry, fact.unit)
    if unit.availability == "out_of_service":
        state[UNITS][fact.unit] = replace(unit, availability="available", reason="", order="")


_ITSELF = (Touch(UNITS, "unit"),)
SUBJECT = Subject(
    __name__,
    (UNITS,),
    (
        FactKind("unit_listed", 1, UnitListed, "log", _ITSELF, _listed, new_id=NewId("unit", "u")),
        FactKind("unit_out_of_service", 1, UnitOutOfService, "log", _ITSELF, _out_of_service),
        FactKind("unit_back_in_service", 1, UnitBackInService, "log", _ITSELF, _back_in_service),
    ),
)
