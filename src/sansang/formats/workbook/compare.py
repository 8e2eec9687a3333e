"""What does a workbook that comes in change? Whoever wrote it: compared with what we have, and with what went out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sansang.formats.problems import CellSpot, Problem, Spot
from sansang.formats.scenario.edit import edited
from sansang.formats.scenario.plain_yaml import emit
from sansang.formats.workbook.check import checked
from sansang.formats.workbook.columns import shown
from sansang.formats.workbook.edits import edits_of
from sansang.formats.workbook.foreign_list import MasterList, Options, SheetReport, read_list
from sansang.formats.workbook.injects import Known, numbered
from sansang.formats.workbook.new_plan import INJECTS as INJECTS_FILE
from sansang.formats.workbook.own_layout import Returned, read_own
from sansang.formats.workbook.payload import MARKER, Payload
from sansang.formats.workbook.row_matching import paired
from sansang.formats.workbook.sheets import Book, as_text, cell_name
from sansang.formats.workbook.source import Place, Source
from sansang.formats.workbook.tables import INJECTS, OBJECTIVES, TASKS, WORKBOOKS, TableForm, Tables, tables_of
from sansang.model.areas import Gazetteer
from sansang.model.merging import Change, changes
from sansang.words import mark

FOREIGN = (OBJECTIVES, TASKS, INJECTS)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A workbook that came in: the changes it asks for, what is doubtful or wrong, what its sheets are.

    ``fatal``: nothing can be taken. ``source`` is what the folder keeps of it once something was written.
    """

    forms: tuple[TableForm, ...]
    theirs: Tables
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetReport, ...]
    source: Source
    data: Mapping[str, Any] = field(default_factory=dict)
    fatal: bool = False

    def files(self, files: Mapping[str, bytes], accepted: tuple[Change, ...]) -> dict[str, bytes]:
        """The plan's files that the accepted changes alter, by name."""
        if not accepted:
            return {}
        edits = edits_of(self.data, self.forms, self.theirs, accepted)
        home = INJECTS_FILE if INJECTS_FILE in files else "exercise.yaml"
        return edited(files, edits.top, edits.lists(self.data), home)

    @property
    def rows(self) -> int:
        """How many rows of the list were read: injects, or units."""
        return len(self.theirs.get("injects", self.theirs.get("units", {})))


def own_arrival(
    file: str, book: Book, payload: Payload, data: Mapping[str, Any], options: Options, gazetteer: Gazetteer
) -> Arrival:
    """A workbook in our layout comes back: ``data`` is the plan as we have it now."""
    forms = WORKBOOKS[payload.workbook]
    start = datetime.fromisoformat(payload.start)
    returned = read_own(file, book, forms, payload.tables, start, options.headings)
    ours = tables_of(data, forms)
    found: list[Change] = []
    for form in forms:
        if form.name in returned.tables:
            found += changes(
                form.name,
                payload.tables.get(form.name, {}),
                ours[form.name],
                returned.tables[form.name],
                returned.fields[form.name],
            )
    found = _without_fixed(file, found, forms, returned)
    result = checked(file, data, forms, returned.tables, found, returned.cells, gazetteer)
    reports: dict[str, SheetReport] = {}
    for name, rows in returned.tables.items():
        sheet = returned.sheets[name]
        before = reports.get(sheet, SheetReport(sheet, "list", returned.head_rows[name]))
        reports[sheet] = dataclasses.replace(before, rows=before.rows + len(rows))
    return Arrival(
        forms,
        returned.tables,
        result.changes,
        (*returned.problems, *result.problems),
        tuple(reports.values()),
        _own_source(file, payload.workbook, returned),
        data,
        result.fatal,
    )


def _without_fixed(file: str, found: list[Change], forms: tuple[TableForm, ...], returned: Returned) -> list[Change]:
    """The changes without rows taken out where rows are fixed (posts, facts of the exercise): they stay; it is said."""
    fixed = {form.name for form in forms if form.fixed_rows}
    kept = []
    for change in found:
        if change.table not in fixed or change.kind == "changed":
            kept.append(change)
        elif change.kind == "removed":
            returned.problems.append(
                Problem(
                    "row-fixed",
                    CellSpot(file, sheet=returned.sheets[change.table]),
                    mark("The row {id} can't be taken out in a workbook; it stays"),
                    mark("Take it out of the files of the plan, with all that refers to it"),
                    {"id": change.id},
                    "warning",
                )
            )
    return kept


def _own_source(file: str, workbook: str, returned: Returned) -> Source:
    places: dict[str, dict[str, Place]] = {name: {} for name in returned.tables}
    for (table, row_id, name), spot in returned.cells.items():
        if not name:
            places[table][row_id] = Place(spot.sheet, int(spot.cell))
    return Source(
        file,
        workbook,
        True,
        {name: dict(rows) for name, rows in returned.tables.items()},
        places,
        returned.columns,
        {returned.sheets[name]: row for name, row in returned.head_rows.items()},
    )


def foreign_arrival(
    file: str,
    book: Book,
    payload: Payload | None,
    source: Source | None,
    data: Mapping[str, Any],
    options: Options,
    gazetteer: Gazetteer,
) -> Arrival:
    """A list in somebody else's layout comes into a plan that is there already.

    It is compared with what it said when it last came or went out, if that is known.
    """
    listed = read_list(file, book, options, known_of(data))
    base = payload.tables if payload is not None else source.tables if source is not None and not source.own else {}
    injects = _with_ids(book, listed, base.get("injects", {}), data)
    problems = list(listed.problems)
    _unknown_phases(file, injects, listed, data, problems)
    theirs = _tables(listed, injects, data)
    ours = tables_of(data, FOREIGN)
    found: list[Change] = []
    fields = _fields(listed)
    for form in FOREIGN:
        # Objectives and tasks are only ever added by a list that names them.
        before = ours[form.name] if form is not INJECTS else base.get("injects", {})
        found += changes(form.name, before, ours[form.name], theirs[form.name], fields if form is INJECTS else None)
    cells = _cells(file, listed, injects)
    result = checked(file, data, FOREIGN, theirs, found, cells, gazetteer)
    return Arrival(
        FOREIGN,
        theirs,
        result.changes,
        (*problems, *result.problems),
        listed.sheets,
        source_of(file, listed, injects, options),
        data,
        result.fatal or listed.refused,
    )


def known_of(data: Mapping[str, Any]) -> Known:
    """What a plan has that a list may name."""

    def names(table: str, name: str) -> dict[str, str]:
        return {item["id"]: str(item.get(name) or "") for item in data.get(table, [])}

    posts = {ward["post"].get("id", ward["id"]): ward["post"]["name"] for ward in data.get("wards", [])}
    if data.get("upper"):
        posts[data["upper"]["post"].get("id", "upper")] = data["upper"]["post"]["name"]
    return Known(
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
    rows = [{**inject, "planned": shown("moment", inject.get("planned"))} for inject in listed.injects]
    ids: list[str | None] = [given.get(place) for place in listed.places]
    seen: set[str] = set()
    for place, one in enumerate(ids):
        # A row that was copied has the id of the first: it is a new one.
        ids[place] = None if one in seen else one
        seen.add(one or "")
    if not given:
        ids = list(paired(rows, have))
    taken = {row_id for row_id in ids if row_id} | set(have)
    numbers = [str(inject.get("number") or "") for inject, row_id in zip(rows, ids, strict=True) if row_id is None]
    fresh = iter(numbered(numbers, taken))
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
    ours = tables_of(data, FOREIGN)
    return {
        "objectives": {**ours["objectives"], **_new(listed.objectives, ours["objectives"])},
        "tasks": {**ours["tasks"], **_new(listed.tasks, ours["tasks"])},
        "injects": tables_of({"injects": injects}, (INJECTS,))["injects"],
    }


def _new(found: Mapping[str, str], ours: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {one: {"id": one, "text": text} for one, text in found.items() if one not in ours}


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


def source_of(file: str, listed: MasterList, injects: list[dict[str, Any]], options: Options) -> Source:
    """What a folder keeps of a foreign list."""
    return Source(
        file,
        "msel",
        False,
        {"injects": tables_of({"injects": injects}, (INJECTS,))["injects"]},
        {
            "injects": {
                inject["id"]: Place(sheet, row, listed.last_rows.get((sheet, row), row))
                for inject, (sheet, row) in zip(injects, listed.places, strict=True)
            }
        },
        {sheet: dict(columns) for sheet, columns in listed.layouts.items()},
        {report.name: report.header_row for report in listed.sheets if report.kind == "list"},
        dict(options.mapping),
        list(options.sheets),
    )


def skeleton(name: str, title: str, start: datetime) -> dict[str, bytes]:
    """The files of an empty plan, which a filled-in template is brought into."""
    main = {
        "format": 1,
        "id": name,
        "title": title,
        "start": start.isoformat(),
        "horizon": 240,
        "pillars": "five_hcmc_2019",
    }
    return {"exercise.yaml": emit(main).encode()}
