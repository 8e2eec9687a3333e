"""In which cell does a value of the plan stand? So that what the plan's reader objects to is told at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sansang.formats.problems import CellSpot, Spot
from sansang.formats.scenario.schema_errors import Where
from sansang.formats.scenario.yaml_tree import Path
from sansang.formats.workbook.edits import LISTED
from sansang.formats.workbook.tables import TableForm, Tables

#: The cell of each value, by table, row and field; "" for the field is the row.
Cells = Mapping[tuple[str, str, str], CellSpot]
Values = dict[Path, Spot]


def where_of(
    file: str,
    data: Mapping[str, Any],
    forms: Sequence[TableForm],
    theirs: Tables,
    cells: Cells,
) -> Where:
    """Finds the cell of a path of the plan's data."""
    values: Values = {}
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
    return Where(values, {}, CellSpot(file))


def _store_cells(data: Mapping[str, Any], theirs: Tables, cells: Cells, values: Values) -> None:
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
    values: Values,
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
    values: Values,
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
