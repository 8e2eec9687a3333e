"""What does a filled-in roster change? Its rows against what is listed now, as facts, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sansang.formats.problems import CellSpot, Spot
from sansang.formats.workbook.open_file import open_book
from sansang.formats.workbook.roster.headings import both_languages, recognised
from sansang.formats.workbook.roster.rows import Lists, RosterReading, RosterRow
from sansang.formats.workbook.roster.sheets import SHEETS, Part, RosterSheet
from sansang.formats.workbook.sheets import Sheet
from sansang.model.access.state import AccessState
from sansang.words import mark


def read_roster(
    file: str, data: bytes, state: AccessState, now: datetime, zone: Any, new_id: Callable[[], str]
) -> RosterReading:
    """What the rows of a roster change about ``state``; ``new_id`` gives the ids of new grants.

    Raises Unreadable for a file that is no workbook. A row that is not in the
    file changes nothing: nobody is taken out by leaving them out.
    """
    lists = Lists(file, state, now, zone, new_id)
    tables: dict[Part, list[tuple[RosterSheet, Sheet, int, dict[int, str]]]] = {}
    for sheet in open_book(file, data).sheets:
        if sheet.hidden or not sheet.rows:
            continue
        form, header, columns = recognised(sheet)
        if form is None:
            lists.report("roster-sheet-unknown", CellSpot(file, sheet=sheet.name), *_NO_SHEET, "warning")
        else:
            tables.setdefault(form.part, []).append((form, sheet, header, columns))
    if not tables:
        lists.report("roster-none", Spot(file), *_NO_TABLE)
    # Roles name people, and units name posts, wherever their sheets stand.
    for wanted in SHEETS:
        for form, sheet, header, columns in tables.get(wanted.part, ()):
            _read(lists, form, sheet, header, columns)
    for row, asked in lists.asked:
        row.give(asked)
    for part, listed in (("posts", state.posts), ("units", state.units), ("people", state.people)):
        if part in tables:
            names = [one.name for key, one in listed.items() if (part, key) not in lists.seen]
            if names:
                lists.found.absent[part] = names
    return lists.found


def _read(lists: Lists, form: RosterSheet, sheet: Sheet, header: int, columns: dict[int, str]) -> None:
    known = {column.field: column for column in form.columns}
    missing = [one for one in form.columns if one.needed and one.field not in columns.values()]
    for column in missing:
        spot = CellSpot(lists.file, sheet=sheet.name, cell=str(header))
        lists.report("roster-column-missing", spot, *_NO_COLUMN, heading=both_languages(column))
    if missing:
        return
    places = {name: number for number, name in columns.items()}
    for number, row in sheet.rows.items():
        if number > header:
            filled = {name: row[place] for name, place in places.items() if place in row}
            if any(name in known for name in filled):
                RosterRow(lists, form, sheet.name, number, places, filled).take()


_NO_TABLE = (
    mark("No sheet of this file lists posts, units, people or roles"),
    mark("Export the roster, fill it in and bring that back"),
)
_NO_SHEET = (
    mark("This sheet lists no posts, units, people or roles and was left out"),
    mark("Give its columns the headings of the exported roster if it should"),
)
_NO_COLUMN = (
    mark("There is no column “{heading}”"),
    mark("Add it to the header row, or export the roster again"),
)
