"""What does somebody else's list say of a plan that is there already? Its entries as rows of the plan's own tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sansang.formats.problems import CellSpot, Problem, Spot
from sansang.formats.workbook.columns import cell_value
from sansang.formats.workbook.foreign_list import ImportOptions, MasterList, read_list
from sansang.formats.workbook.injects import PlanNames, inject_ids
from sansang.formats.workbook.payload import MARKER, Payload
from sansang.formats.workbook.record import ImportRecord, RowPlace
from sansang.formats.workbook.row_matching import match_rows
from sansang.formats.workbook.sheets import Book, as_text, cell_name
from sansang.formats.workbook.tables import INJECTS, OBJECTIVES, TASKS, ReadTables, Tables, tables_of
from sansang.words import mark

FOREIGN = (OBJECTIVES, TASKS, INJECTS)


def read_foreign(
    file: str,
    book: Book,
    payload: Payload | None,
    record: ImportRecord | None,
    data: Mapping[str, Any],
    options: ImportOptions,
) -> ReadTables:
    """A list in somebody else's layout, read as tables of the plan whose data this is.

    It is compared with what it said when it last came (``record``) or went out (``payload``), where that is known.
    """
    start = options.known_start.start or datetime.fromisoformat(data["start"])
    options = dataclasses.replace(options, known_start=dataclasses.replace(options.known_start, start=start))
    if record is not None and not record.own:
        options = dataclasses.replace(
            options, mapping={**record.mapping, **options.mapping}, sheets=options.sheets or tuple(record.sheets)
        )
    listed = read_list(file, book, options, names_in(data))
    base = payload.tables if payload is not None else record.tables if record is not None and not record.own else {}
    injects = _with_ids(book, listed, base.get("injects", {}), data)
    problems = list(listed.problems)
    _unknown_phases(file, injects, listed, data, problems)
    return ReadTables(
        FOREIGN,
        # Objectives and tasks are only ever added by a list that names them.
        {"objectives": None, "tasks": None, "injects": base.get("injects", {})},
        _tables(listed, injects, data),
        {"objectives": None, "tasks": None, "injects": _fields(listed)},
        _cells(file, listed, injects),
        tuple(problems),
        listed.sheets,
        record_of(file, listed, injects, options),
        refused=listed.refused,
    )


def names_in(data: Mapping[str, Any]) -> PlanNames:
    """What a plan has that a list may name."""

    def names(table: str, name: str) -> dict[str, str]:
        return {item["id"]: str(item.get(name) or "") for item in data.get(table, [])}

    posts = {ward["post"].get("id", ward["id"]): ward["post"]["name"] for ward in data.get("wards", [])}
    if data.get("upper"):
        posts[data["upper"]["post"].get("id", "upper")] = data["upper"]["post"]["name"]
    return PlanNames(
        names("objectives", "text"),
        names("tasks", "text"),
        names("phases", "name"),
        posts | names("roles", "name"),
        names("situations", "name"),
        frozenset(item["id"] for item in data.get("injects", [])),
    )


def _with_ids(
    book: Book, listed: MasterList, base: Mapping[str, Mapping[str, Any]], data: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The injects under the ids that they had: by the hidden column if there is one, else by what they say."""
    given = _given_ids(book)
    have: dict[str, Mapping[str, Any]] = {row_id: dict(row) for row_id, row in base.items()}
    ours = tables_of(data, (INJECTS,))["injects"]
    for row_id, row in ours.items():
        have.setdefault(row_id, row)
    rows = [{**inject, "planned": cell_value("moment", inject.get("planned"))} for inject in listed.injects]
    ids: list[str | None] = [given.get(place) for place in listed.places]
    seen: set[str] = set()
    for place, one in enumerate(ids):
        # A row that was copied has the id of the first: it is a new one.
        ids[place] = None if one in seen else one
        seen.add(one or "")
    if not given:
        ids = list(match_rows(rows, have))
    taken = {row_id for row_id in ids if row_id} | set(have)
    numbers = [str(inject.get("number") or "") for inject, row_id in zip(rows, ids, strict=True) if row_id is None]
    fresh = iter(inject_ids(numbers, taken))
    names = {inject["id"]: row_id or next(fresh) for inject, row_id in zip(listed.injects, ids, strict=True)}
    renamed = []
    for inject in listed.injects:
        now = {**inject, "id": names[inject["id"]]}
        if "parent" in inject:
            now["parent"] = names[inject["parent"]]
        renamed.append(now)
    return renamed


def _given_ids(book: Book) -> dict[tuple[str, int], str]:
    """The ids of a hidden column that an export has added, by sheet and row."""
    found = {}
    for sheet in book.sheets:
        for head in sorted(sheet.rows):
            column = next((c for c, v in sheet.rows[head].items() if v == MARKER + "injects"), None)
            if column is not None:
                for row in sorted(sheet.rows):
                    text = as_text(sheet.value(row, column))
                    if row > head and text:
                        found[sheet.name, row] = text
                break
    return found


def _unknown_phases(
    file: str,
    injects: list[dict[str, Any]],
    listed: MasterList,
    data: Mapping[str, Any],
    problems: list[Problem],
) -> None:
    known = {phase["id"] for phase in data.get("phases", [])}
    unknown = [name for one, name in listed.phases.items() if one not in known]
    for inject in injects:
        if inject.get("phase") is not None and inject["phase"] not in known:
            other = dict(inject.get("other_columns", {}))
            other["phase"] = listed.phases[inject.pop("phase")]
            inject["other_columns"] = other
    if unknown:
        problems.append(
            Problem(
                "phase-unknown",
                Spot(file),
                mark("The plan has no phase {names}; the name is kept with each inject as another column"),
                mark("Add the phase with its window to exercise.yaml first"),
                {"names": ", ".join(unknown)[:200]},
                "warning",
            )
        )


def _tables(listed: MasterList, injects: list[dict[str, Any]], data: Mapping[str, Any]) -> Tables:
    """The plan's objectives and tasks with those that only the list names, and the injects of the list."""
    tables = tables_of(data, FOREIGN)
    for name, found in (("objectives", listed.objectives), ("tasks", listed.tasks)):
        for one, text in found.items():
            tables[name].setdefault(one, {"id": one, "text": text})
    tables["injects"] = tables_of({"injects": injects}, (INJECTS,))["injects"]
    return tables


def _fields(listed: MasterList) -> frozenset[str]:
    """The fields that the list's columns can speak of; what its rows add to them in words counts too."""
    named = {name for columns in listed.layouts.values() for name in columns}
    found = named - {"day", "offset", "ordinal", "end_time"}
    if named & {"planned", "offset", "day"}:
        found |= {"planned", "scenario_time", "condition", "trigger"}
    rows = tables_of({"injects": list(listed.injects)}, (INJECTS,))["injects"]
    return frozenset(found | {name for row in rows.values() for name in row} - {"id"})


def _cells(file: str, listed: MasterList, injects: list[dict[str, Any]]) -> dict[tuple[str, str, str], CellSpot]:
    cells = {}
    for inject, (sheet, row) in zip(injects, listed.places, strict=True):
        cells["injects", inject["id"], ""] = CellSpot(file, sheet=sheet, cell=str(row))
        for name, column in listed.layouts.get(sheet, {}).items():
            cells["injects", inject["id"], name] = CellSpot(file, sheet=sheet, cell=cell_name(row, column))
    return cells


def record_of(file: str, listed: MasterList, injects: list[dict[str, Any]], options: ImportOptions) -> ImportRecord:
    """What a folder keeps of a foreign list."""
    return ImportRecord(
        file,
        "msel",
        False,
        {"injects": tables_of({"injects": injects}, (INJECTS,))["injects"]},
        {
            "injects": {
                inject["id"]: RowPlace(sheet, row, listed.last_rows.get((sheet, row), row))
                for inject, (sheet, row) in zip(injects, listed.places, strict=True)
            }
        },
        {sheet: dict(columns) for sheet, columns in listed.layouts.items()},
        {report.name: report.header_row for report in listed.sheets if report.kind == "list"},
        dict(options.mapping),
        list(options.sheets),
    )
