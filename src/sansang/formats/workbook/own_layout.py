"""What does a workbook in our own layout say when it comes back? Its tables, whatever was edited or sorted in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from sansang.formats.problems import CellSpot, Problem
from sansang.formats.workbook.headings import Headings
from sansang.formats.workbook.own_table import OwnTable, OwnTables
from sansang.formats.workbook.payload import MARKER, Payload
from sansang.formats.workbook.record import ImportRecord, RowPlace
from sansang.formats.workbook.report import SheetReport
from sansang.formats.workbook.sheets import Book, Sheet
from sansang.formats.workbook.tables import WORKBOOKS, ReadTables
from sansang.words import mark


def is_ours(book: Book) -> bool:
    """Whether a sheet carries the marks by which our tables are found again."""
    return any(True for sheet in book.sheets for _ in _markers(sheet))


def _markers(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for row in sorted(sheet.rows):
        for column, value in sheet.rows[row].items():
            if isinstance(value, str) and value.startswith(MARKER):
                yield row, column, value.removeprefix(MARKER).strip()


def read_own(file: str, book: Book, payload: Payload, headings: Headings) -> ReadTables:
    """The tables of a workbook that the program wrote, whatever was edited, sorted, added or taken out in it.

    A value that says the same as in the exported version is that value, so that spaces, formats and rounding are no
    changes.
    """
    forms = WORKBOOKS[payload.workbook]
    start = datetime.fromisoformat(payload.start)
    found = OwnTables()
    by_name = {form.name: form for form in forms}
    for sheet in book.sheets:
        marks = [(row, column, name) for row, column, name in _markers(sheet) if name in by_name]
        for number, (row, column, name) in enumerate(marks):
            if name in found.tables:
                found.problems.append(_twice(file, sheet, row, name))
                continue
            bottom = marks[number + 1][0] - 1 if number + 1 < len(marks) else sheet.last_row
            base = payload.tables.get(name, {})
            OwnTable(file, sheet, by_name[name], row, column, bottom, base, start, headings, found).read()
    found.problems += [
        _gone(file, form.name) for form in forms if form.name not in found.tables and payload.tables.get(form.name)
    ]
    return ReadTables(
        forms,
        {name: payload.tables.get(name, {}) for name in found.tables},
        found.tables,
        found.fields,
        found.cells,
        tuple(found.problems),
        _reports(found),
        _record(file, payload.workbook, found),
        found.sheets,
    )


def _twice(file: str, sheet: Sheet, row: int, name: str) -> Problem:
    return Problem(
        "table-twice",
        CellSpot(file, sheet=sheet.name, cell=str(row)),
        mark("The table {name} stands in the workbook twice; this one is not read"),
        mark("Delete the copy"),
        {"name": name},
        "warning",
    )


def _gone(file: str, name: str) -> Problem:
    return Problem(
        "table-gone",
        CellSpot(file),
        mark("The table {name} is no longer in the workbook; nothing of it is changed"),
        mark("Take the workbook as it was exported if it should be"),
        {"name": name},
        "warning",
    )


def _reports(found: OwnTables) -> tuple[SheetReport, ...]:
    """One report a sheet, though several tables may stand on it."""
    reports: dict[str, SheetReport] = {}
    for name, rows in found.tables.items():
        sheet = found.sheets[name]
        report = reports.get(sheet, SheetReport(sheet, "list", found.head_rows[name]))
        reports[sheet] = dataclasses.replace(report, rows=report.rows + len(rows))
    return tuple(reports.values())


def _record(file: str, workbook: str, found: OwnTables) -> ImportRecord:
    places: dict[str, dict[str, RowPlace]] = {name: {} for name in found.tables}
    for (table, row_id, name), spot in found.cells.items():
        if not name:
            places[table][row_id] = RowPlace(spot.sheet, int(spot.cell))
    return ImportRecord(
        file,
        workbook,
        True,
        {name: dict(rows) for name, rows in found.tables.items()},
        places,
        found.columns,
        {found.sheets[name]: row for name, row in found.head_rows.items()},
    )
