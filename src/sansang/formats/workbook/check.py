"""Which changes leave the plan in order? Each is tried on the plan's data; what breaks it is reported at its cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sansang.formats.problems import CellSpot, Problem, Spot
from sansang.formats.scenario.read import read_data
from sansang.formats.scenario.schema_errors import SpotFinder
from sansang.formats.scenario.yaml_tree import Path
from sansang.formats.workbook.edits import LISTED, PARTS, apply_edits, check_form, edits_of
from sansang.formats.workbook.tables import TableForm, Tables
from sansang.model.areas import Gazetteer
from sansang.model.merging import Change
from sansang.words import mark

#: The cell of each value, by table, row and field; "" for the field is the row.
Cells = Mapping[tuple[str, str, str], CellSpot]
#: Where no cell is to blame, changes are tried one after the other, at most this many: each try reads the plan.
MOST_TRIED = 200


@dataclass(frozen=True, slots=True)
class CheckedChanges:
    """Changes that leave the plan in order, and what is wrong with the others; ``fatal`` when none can be made."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    fatal: bool = False


def check_changes(
    file: str,
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    changes: Sequence[Change],
    cells: Cells,
    gazetteer: Gazetteer,
) -> CheckedChanges:
    """The changes without those that would break the plan; each of these is reported at its cell."""
    check = _Check(file, data, forms, theirs, cells, gazetteer)
    left, problems = check.with_form(changes)
    while left:
        found = check.errors(left)
        if not found:
            break
        bad = {id(change) for problem in found if (change := check.to_blame(problem, left)) is not None}
        if not bad:
            if len(left) > MOST_TRIED:
                return CheckedChanges((), (*problems, *found), fatal=True)
            left, found = check.one_by_one(left)
        problems += found
        left = [change for change in left if id(change) not in bad]
    return CheckedChanges(tuple(left), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Check:
    file: str
    data: Mapping[str, Any]
    forms: Sequence[TableForm]
    theirs: Tables
    cells: Cells
    gazetteer: Gazetteer

    def cell(self, change: Change) -> CellSpot:
        """The cell of a change, or its row."""
        spot = self.cells.get((change.table, change.id, change.field))
        return spot or self.cells.get((change.table, change.id, ""), CellSpot(self.file))

    def errors(self, changes: Sequence[Change]) -> list[Problem]:
        """What the plan's reader objects to once these changes are made."""
        try:
            now = apply_edits(self.data, edits_of(self.data, self.forms, self.theirs, changes))
        except (ValueError, KeyError):
            # Two rows that came to say the same thing of one store, once some changes were set aside.
            return [_twice(CellSpot(self.file))]
        where = _where(self.file, now, self.forms, self.theirs, self.cells)
        reading = read_data(now, where, self.gazetteer, None)
        return [problem for problem in reading.problems if problem.severity == "error"]

    def to_blame(self, problem: Problem, changes: Sequence[Change]) -> Change | None:
        """The change that a problem comes from: that of its cell, else of its row, else the row it misses."""
        spot = problem.spot
        if isinstance(spot, CellSpot) and spot.cell:
            row = "".join(letter for letter in spot.cell if letter.isdigit())
            of_row = [c for c in changes if self._is_at(c, spot.sheet, row)]
            of_cell = [c for c in of_row if self.cell(c) == spot]
            whole = [c for c in of_row if c.kind in ("added", "removed")]
            for found in (of_cell, whole, of_row):
                if found:
                    return found[0]
        named = str(problem.values.get("id", ""))
        return next((change for change in changes if change.kind == "removed" and change.id == named), None)

    def _is_at(self, change: Change, sheet: str, row: str) -> bool:
        own = self.cells.get((change.table, change.id, ""))
        return own is not None and own.sheet == sheet and own.cell == row

    def one_by_one(self, changes: Sequence[Change]) -> tuple[list[Change], list[Problem]]:
        """The changes that stand together, each tried after those before it; the others' problems at their cells."""
        kept: list[Change] = []
        problems: list[Problem] = []
        for change in changes:
            found = self.errors([*kept, change])
            if not found:
                kept.append(change)
                continue
            problems += [dataclasses.replace(problem, spot=self.cell(change)) for problem in found[:1]]
        return kept, problems

    def with_form(self, changes: Sequence[Change]) -> tuple[list[Change], list[Problem]]:
        """The changes whose values have the form of their columns, and the problems of the others."""
        left: list[Change] = []
        problems: list[Problem] = []
        by_name = {form.name: form for form in self.forms}
        for change in changes:
            problem: Problem | None = None
            try:
                check_form(self.data, by_name[change.table], self.theirs, change)
                if change.table in PARTS and change.kind != "removed":
                    problem = _no_owner(self.data, self.theirs, change, self.cells, self.file)
            except (ValueError, KeyError):
                problem = _no_form(self.cell(change), change)
            if problem is None:
                left.append(change)
            else:
                problems.append(problem)
        return left, problems


def _no_form(spot: Spot, change: Change) -> Problem:
    return Problem(
        "cell-unreadable",
        spot,
        mark("“{text}” does not have the form of this column; the cell is left as it was exported"),
        mark("Write a number, or as the rows around it do"),
        {"text": str(change.theirs)[:60]},
    )


def _twice(spot: CellSpot) -> Problem:
    return Problem(
        "store-twice",
        spot,
        mark("This holder has this kind of supply in another row already"),
        mark("Keep one row with all the pieces"),
    )


def _no_owner(
    data: Mapping[str, Any],
    theirs: Tables,
    change: Change,
    cells: Cells,
    file: str,
) -> Problem | None:
    name = "holder" if change.table == "stores" else "unit"
    owner = str(theirs[change.table].get(change.id, {}).get(name, ""))
    known = [unit["id"] for unit in data.get("units", [])]
    if change.table == "stores":
        known = [ward["id"] for ward in data.get("wards", [])] + (["upper"] if data.get("upper") else [])
    twins = [
        row_id
        for row_id, row in theirs[change.table].items()
        if change.table == "stores"
        and row_id != change.id
        and (row.get("holder"), row.get("kind"))
        == (theirs["stores"][change.id].get("holder"), theirs["stores"][change.id].get("kind"))
    ]
    if change.table == "stores" and not theirs["stores"][change.id].get("kind"):
        return Problem(
            "kind-missing",
            cells.get((change.table, change.id, "kind"), CellSpot(file)),
            mark("This row does not say what kind of supply it is"),
            mark("Write the kind, or delete the row"),
        )
    if owner in known and not twins:
        return None
    spot = cells.get((change.table, change.id, name), CellSpot(file))
    if twins:
        return _twice(spot)
    return Problem(
        "owner-unknown",
        spot,
        mark("“{text}” is no unit or holder of the plan"),
        mark("Write one of: {known}"),
        {"text": owner, "known": ", ".join(known[:20]) or "–"},
    )


def _where(
    file: str,
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    cells: Cells,
) -> SpotFinder:
    """Finds the cell of a path of the plan's data."""
    values: dict[Path, Spot] = {}
    names = {form.name for form in forms}
    for name in names & set(LISTED):
        numbers = {item["id"]: number for number, item in enumerate(data.get(name, []))}
        for (table, row, column), spot in cells.items():
            if table == name and row in numbers:
                path: Path = (name, numbers[row])
                values[(*path, column) if column else path] = spot
    for (table, row, column), spot in cells.items():
        if table == "exercise" and column == "value":
            values[(row,)] = spot
    _post_cells(data, cells, values)
    for name in ("members", "means"):
        _part_cells(name, data, theirs, cells, values)
    _store_cells(data, theirs, cells, values)
    return SpotFinder(values, {}, CellSpot(file))


def _store_cells(data: Mapping[str, Any], theirs: Tables, cells: Cells, values: dict[Path, Spot]) -> None:
    numbers = {ward["id"]: number for number, ward in enumerate(data.get("wards", []))}
    for (table, row_id, column), spot in cells.items():
        if table != "stores" or column != "pieces":
            continue
        row = theirs["stores"].get(row_id, {})
        holder, kind = str(row.get("holder")), str(row.get("kind"))
        if holder in numbers:
            values["wards", numbers[holder], "stores", kind] = spot
        elif holder == "upper":
            values["upper", "stores", kind] = spot


def _post_cells(
    data: Mapping[str, Any],
    cells: Cells,
    values: dict[Path, Spot],
) -> None:
    paths: dict[str, Path] = {
        ward["post"].get("id", ward["id"]): ("wards", number, "post")
        for number, ward in enumerate(data.get("wards", []))
    }
    if data.get("upper"):
        paths[data["upper"]["post"].get("id", "upper")] = ("upper", "post")
    for (table, row, name), spot in cells.items():
        if table == "posts" and name and row in paths:
            values[(*paths[row], name)] = spot


def _part_cells(
    name: str,
    data: Mapping[str, Any],
    theirs: Tables,
    cells: Cells,
    values: dict[Path, Spot],
) -> None:
    numbers = {unit["id"]: number for number, unit in enumerate(data.get("units", []))}
    places: dict[str, int] = {}
    for row_id, row in theirs.get(name, {}).items():
        unit = str(row.get("unit", ""))
        if unit not in numbers:
            continue
        place = places.get(unit, 0)
        places[unit] = place + 1
        for column in ("name", "kind", "quantity", "state"):
            spot = cells.get((name, row_id, column))
            if spot is not None:
                path: Path = ("units", numbers[unit], name, place)
                values[(*path, column) if name == "means" else path] = spot
