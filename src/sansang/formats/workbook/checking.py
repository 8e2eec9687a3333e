"""Which changes leave the plan in order? Each is tried on the plan's data; what breaks it is told at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sansang.formats.problems import CellSpot, Problem, Spot
from sansang.formats.scenario.reading import read_data
from sansang.formats.workbook.cells import Cells, where_of
from sansang.formats.workbook.edits import PARTS, data_with, edits_of, try_form
from sansang.formats.workbook.tables import TableForm, Tables
from sansang.model.areas import Gazetteer
from sansang.model.merging import Change
from sansang.words import mark


@dataclass(frozen=True, slots=True)
class Checked:
    """Changes that leave the plan in order, and what is wrong with the others; ``fatal`` when none can be made."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    fatal: bool = False


def checked(
    file: str,
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    changes: Sequence[Change],
    cells: Cells,
    gazetteer: Gazetteer,
) -> Checked:
    """The changes without those that would break the plan; each of these is told at its cell."""
    left = list(changes)
    problems: list[Problem] = []
    for _ in range(len(changes) + 1):
        if not left:
            return Checked((), tuple(problems))
        bad, found = _wrong(file, data, forms, theirs, left, cells, gazetteer)
        problems += found
        if not found:
            return Checked(tuple(left), tuple(problems))
        if not bad:
            return Checked((), tuple(problems), fatal=True)
        left = [change for change in left if id(change) not in bad]
    return Checked((), tuple(problems), fatal=True)


def _wrong(
    file: str,
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    changes: Sequence[Change],
    cells: Cells,
    gazetteer: Gazetteer,
) -> tuple[set[int], list[Problem]]:
    """The changes (by identity) that are wrong, and the problems that say why."""
    single = _formless(data, forms, theirs, changes, cells, file)
    if single[1]:
        return single
    edits = edits_of(data, forms, theirs, changes)
    now = data_with(data, edits)
    where = where_of(file, now, forms, theirs, cells)
    reading = read_data(now, where, gazetteer, None)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    bad: set[int] = set()
    by_cell = {cells[c.table, c.id, c.field]: c for c in changes if (c.table, c.id, c.field) in cells}
    by_row = {(c.table, c.id): c for c in changes if c.kind in ("added", "removed")}
    rows = {(spot.sheet, spot.cell): (table, row) for (table, row, name), spot in cells.items() if not name}
    for problem in errors:
        spot = problem.spot
        change = by_cell.get(spot) if isinstance(spot, CellSpot) else None
        if change is None and isinstance(spot, CellSpot):
            digits = "".join(letter for letter in spot.cell if letter.isdigit())
            change = by_row.get(rows.get((spot.sheet, digits), ("", "")))
        if change is None:
            named = str(problem.values.get("id", ""))
            change = next((c for c in changes if c.kind == "removed" and c.id == named), None)
        if change is None and isinstance(spot, CellSpot):
            change = next((c for c in changes if _same_row(cells, c, spot)), None)
        if change is not None:
            bad.add(id(change))
    return bad, errors


def _same_row(cells: Cells, change: Change, spot: CellSpot) -> bool:
    own = cells.get((change.table, change.id, ""))
    digits = "".join(letter for letter in spot.cell if letter.isdigit())
    return own is not None and own.sheet == spot.sheet and own.cell == digits


def _formless(
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    changes: Sequence[Change],
    cells: Cells,
    file: str,
) -> tuple[set[int], list[Problem]]:
    """Changes whose value has no form of its kind, or that name a unit or a holder which the plan does not have."""
    bad: set[int] = set()
    problems: list[Problem] = []
    by_name = {form.name: form for form in forms}
    for change in changes:
        try:
            try_form(data, by_name[change.table], theirs, change)
        except (ValueError, KeyError):
            bad.add(id(change))
            spot = cells.get((change.table, change.id, change.field)) or cells.get((change.table, change.id, ""))
            problems.append(_no_form(spot or CellSpot(file), change))
        if change.table in PARTS and change.kind != "removed":
            problem = _no_owner(data, theirs, change, cells, file)
            if problem is not None:
                bad.add(id(change))
                problems.append(problem)
    return bad, problems


def _no_form(spot: Spot, change: Change) -> Problem:
    return Problem(
        "cell-unreadable",
        spot,
        mark("“{text}” does not have the form of this column; the cell is left as it was exported"),
        mark("Write a number, or as the rows around it do"),
        {"text": str(change.theirs)[:60]},
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
    if owner in known and not twins:
        return None
    spot = cells.get((change.table, change.id, name), CellSpot(file))
    if twins:
        return Problem(
            "store-twice",
            spot,
            mark("This holder has this kind of supply in another row already"),
            mark("Keep one row with all the pieces"),
        )
    return Problem(
        "owner-unknown",
        spot,
        mark("“{text}” is no unit or holder of the plan"),
        mark("Write one of: {known}"),
        {"text": owner, "known": ", ".join(known[:20]) or "–"},
    )
