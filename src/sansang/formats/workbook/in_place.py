"""How is somebody else's workbook written back? Opened, changed only where our plan changed, everything else left."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sansang.formats.workbook import labels
from sansang.formats.workbook.archive import inspect_archive
from sansang.formats.workbook.columns import as_moment
from sansang.formats.workbook.export import add_payload_sheet, book_bytes, texts_of, write_cell
from sansang.formats.workbook.payload import MARKER, Payload
from sansang.formats.workbook.record import ImportRecord, RowPlace
from sansang.formats.workbook.tables import OTHER, WORKBOOKS, TableForm, tables_of
from sansang.model.merging import FieldValue
from sansang.words import Voice


def lost_when_edited(file: str, original: bytes) -> tuple[str, ...]:
    """What an edited copy of this workbook could not keep as it was (catalogue messages); raises Unreadable."""
    return inspect_archive(file, original).uncarried


def edited_in_place(
    voice: Voice,
    original: bytes,
    record: ImportRecord,
    start: datetime,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
) -> bytes:
    """The workbook as it came, with the plan's changes since then in their cells, new rows below, removed rows emptied.

    ``data`` is what the plan's ``files`` say. Ids are added in a hidden column, so that it can come back like one of
    our own.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book: Any = openpyxl.load_workbook(io.BytesIO(original), rich_text=True)
    forms = WORKBOOKS[record.workbook]
    tables = tables_of(data, forms)
    for form in forms:
        if form.name in record.tables and form.name in record.places:
            _TableEditor(voice, book, record, form, start).write(tables[form.name])
    kept = {name: _in_order(rows, record.places.get(name, {})) for name, rows in tables.items()}
    columns = (
        {} if record.own else {sheet: {name: str(at) for name, at in c.items()} for sheet, c in record.columns.items()}
    )
    add_payload_sheet(book, Payload(record.workbook, start.isoformat(), kept, texts_of(files), columns))
    return book_bytes(book)


def _in_order(
    rows: Mapping[str, dict[str, FieldValue]], places: Mapping[str, RowPlace]
) -> dict[str, dict[str, FieldValue]]:
    """The rows in the order of the workbook, new ones last."""
    order = [row_id for row_id in places if row_id in rows] + [row_id for row_id in rows if row_id not in places]
    return {row_id: rows[row_id] for row_id in order}


class _TableEditor:
    def __init__(self, voice: Voice, book: Any, record: ImportRecord, form: TableForm, start: datetime) -> None:
        self.voice = voice
        self.book = book
        self.record = record
        self.form = form
        self.start = start
        self.before = record.tables[form.name]
        self.places = record.places[form.name]

    def write(self, rows: Mapping[str, Mapping[str, FieldValue]]) -> None:
        """Bring the table up to what we have."""
        for row_id, place in self.places.items():
            sheet = self.book[place.sheet]
            columns = self._columns(place.sheet)
            if row_id not in rows:
                self._empty(sheet, place.row, max(place.last, place.row), columns)
                continue
            old = self.before.get(row_id, {})
            for name in dict.fromkeys([*old, *rows[row_id]]):
                if old.get(name) != rows[row_id].get(name) and name in columns:
                    self._set(sheet, place.row, columns[name], name, rows[row_id].get(name))
                    for further in range(place.row + 1, place.last + 1):
                        # What went on in the rows below stands in the first one now.
                        self._clear(sheet, further, columns[name])
        fresh = [row_id for row_id in rows if row_id not in self.places]
        if not self.record.own:
            self._mark()
        if fresh:
            self._append(fresh, rows)

    def _columns(self, sheet: str) -> dict[str, int]:
        return self.record.columns.get(self.form.name if self.record.own else sheet, {})

    def _set(self, sheet: Any, row: int, column: int, name: str, value: FieldValue) -> None:
        cell = sheet.cell(row, column)
        if type(cell).__name__ == "MergedCell":
            # The cell belongs to a merged range: only its first one holds a value.
            return
        written, moment = self._written(name, value)
        write_cell(cell, written)
        if moment and cell.number_format == "General":
            cell.number_format = "dd/mm/yyyy hh:mm"

    def _clear(self, sheet: Any, row: int, column: int) -> None:
        cell = sheet.cell(row, column)
        if type(cell).__name__ != "MergedCell":
            cell.value = None

    def _written(self, name: str, value: FieldValue) -> tuple[Any, bool]:
        column = self.form.column(name)
        if value is None or column is None or name.startswith(OTHER):
            return value, False
        if column.kind == "moment" and isinstance(value, float):
            moment = as_moment(self.start, value)
            return (f"T+{value!r}'", False) if moment is None else (moment, True)
        if column.kind in ("choice", "flag") and isinstance(value, str):
            return labels.label(self.voice, column.choices, value), False
        return (int(value) if isinstance(value, float) and value.is_integer() else value), False

    def _empty(self, sheet: Any, first: int, last: int, columns: Mapping[str, int]) -> None:
        for row in range(first, last + 1):
            for cell in sheet[row]:
                if type(cell).__name__ != "MergedCell":
                    cell.value = None
                    cell.comment = None

    def _append(self, fresh: list[str], rows: Mapping[str, Mapping[str, FieldValue]]) -> None:
        """New rows stand below everything else of the last sheet of the list, in the look of its last entry."""
        sheets = [place.sheet for place in self.places.values()]
        name = sheets[-1] if sheets else next(iter(self.record.columns), "")
        if name not in self.book.sheetnames:
            return
        sheet = self.book[name]
        columns = self._columns(name)
        last_entry = max((place.row for place in self.places.values() if place.sheet == name), default=0)
        below = max(sheet.max_row, last_entry)
        while below > last_entry and all(cell.value is None for cell in sheet[below]):
            below -= 1
        for offset, row_id in enumerate(fresh, 1):
            row = below + offset
            for column in range(1, sheet.max_column + 1):
                if last_entry:
                    sheet.cell(row, column)._style = copy.copy(sheet.cell(last_entry, column)._style)
            for field, value in rows[row_id].items():
                if field in columns and value is not None:
                    self._set(sheet, row, columns[field], field, value)
            id_column = self._id_column(sheet)
            if id_column:
                write_cell(sheet.cell(row, id_column), row_id)

    def _id_column(self, sheet: Any) -> int | None:
        """The hidden column of ids, of our own layout or as an earlier export added it."""
        for row in sheet.iter_rows(min_row=1, max_row=120):
            for cell in row:
                if isinstance(cell.value, str) and cell.value == MARKER + self.form.name:
                    return int(cell.column)
        return None

    def _mark(self) -> None:
        """A hidden column with the id of each row, to the right of everything."""
        for name in dict.fromkeys(place.sheet for place in self.places.values()):
            sheet = self.book[name]
            column = self._id_column(sheet)
            if column is None:
                column = sheet.max_column + 1
                write_cell(sheet.cell(self.record.heads.get(name, 1), column), MARKER + self.form.name)
            for row_id, place in self.places.items():
                if place.sheet == name:
                    write_cell(sheet.cell(place.row, column), row_id)
            letters = sheet.cell(1, column).column_letter
            sheet.column_dimensions[letters].hidden = True
