"""What do the rows of one of our own tables say when they come back? Each under its id, with the cell of each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sansang.formats.problems import CellSpot, Problem
from sansang.formats.workbook import labels
from sansang.formats.workbook.clock import read_moment
from sansang.formats.workbook.columns import Column, as_moment, cell_value, minutes_at, plan_value
from sansang.formats.workbook.headings import Headings, key
from sansang.formats.workbook.injects import inject_ids, slug
from sansang.formats.workbook.schedule import LOCAL_ZONE
from sansang.formats.workbook.sheets import Sheet, Value, as_text, cell_name
from sansang.formats.workbook.tables import OTHER, TableForm, Tables
from sansang.model.language import nfc
from sansang.model.merging import FieldValue as RowValue
from sansang.words import LANGUAGES, Voice, mark


@dataclass
class OwnTables:
    """The tables found so far: rows by table, the fields that each has columns for, the cell of each value."""

    tables: Tables = field(default_factory=dict)
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    cells: dict[tuple[str, str, str], CellSpot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sheets: dict[str, str] = field(default_factory=dict)  # table → sheet
    head_rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)  # table → field → column


@cache
def _by_heading(form: TableForm) -> dict[str, Column]:
    """Each column by its heading in every language."""
    return {key(Voice(language).say(column.heading)): column for language in LANGUAGES for column in form.columns}


class OwnTable:
    """The reader of one table: what it reads goes into ``found``."""

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        form: TableForm,
        head: int,
        id_column: int,
        bottom: int,
        base: Mapping[str, Mapping[str, RowValue]],
        start: datetime,
        headings: Headings,
        found: OwnTables,
    ) -> None:
        self.file = file
        self.sheet = sheet
        self.form = form
        self.head = head
        self.id_column = id_column
        self.bottom = bottom
        self.base = base
        self.start = start
        self.found = found
        self.headings = headings
        self.words: dict[str, dict[str, str]] = {}

    def read(self) -> None:
        """Read every row of the table."""
        columns = self._columns()
        self.found.fields[self.form.name] = frozenset(column.field for column in columns.values())
        self.found.sheets[self.form.name] = self.sheet.name
        self.found.head_rows[self.form.name] = self.head
        self.found.columns[self.form.name] = {column.field: place for place, column in columns.items()}
        rows: list[tuple[int, str, dict[str, RowValue]]] = []
        seen: set[str] = set()
        for row in range(self.head + 1, self.bottom + 1):
            cells = self.sheet.rows.get(row, {})
            row_id = as_text(cells.get(self.id_column))
            says = [place for place in columns if place in cells]
            kept_empty = self.form.fixed_rows and row_id in self.base
            if (not says and not kept_empty) or self._is_title(row, cells):
                continue
            if row_id in seen:
                self._tell(
                    "note",
                    "row-copied",
                    row,
                    None,
                    mark("This row is a copy of another one and is taken for a new one"),
                    mark("Delete it if it is not meant to be there twice"),
                )
                row_id = ""
            seen.add(row_id)
            values = self._values(row, cells, columns, self.base.get(row_id, {}))
            rows.append((row, row_id, values))
        self._named(rows)

    def _is_title(self, row: int, cells: Mapping[int, Value]) -> bool:
        """The title and note of a table that follows on the same sheet: they stand without an id in one cell."""
        return self.form.fixed_rows and self.id_column not in cells

    def _columns(self) -> dict[int, Column]:
        found: dict[int, Column] = {}
        taken: set[str] = set()
        known_headings = _by_heading(self.form)
        for place, value in sorted(self.sheet.rows[self.head].items()):
            text = " ".join(as_text(value).split())
            if place == self.id_column or not text:
                continue
            column = known_headings.get(key(text))
            if column is not None and self.form.name == "exercise" and column.field == "name":
                continue
            if column is None or column.field in taken:
                if self.form.name == "members":
                    self._tell(
                        "warning",
                        "personal-data",
                        self.head,
                        place,
                        mark(
                            "The column “{heading}” is not read: a call-out needs a name or a duty number, nothing more"
                        ),
                        mark("Take the column out before the workbook is brought in: it is kept in the plan's folder"),
                        heading=text,
                    )
                    continue
                if self.form.name != "injects":
                    self._tell(
                        "note",
                        "heading-unknown",
                        self.head,
                        place,
                        mark("The heading “{heading}” is not known; its column stays in the workbook and is not read"),
                        mark("Write what belongs to the plan into the columns that were exported"),
                        heading=text,
                    )
                    continue
                column = Column(OTHER + text[:200], "", "long")
                if column.field in taken:
                    continue
            taken.add(column.field)
            found[place] = column
        return found

    def _values(
        self, row: int, cells: Mapping[int, Value], columns: Mapping[int, Column], base: Mapping[str, RowValue]
    ) -> dict[str, RowValue]:
        values: dict[str, RowValue] = {}
        for place, column in columns.items():
            value = self._value(row, place, column, cells.get(place), base)
            if column.read_only and base and value != base.get(column.field):
                self._tell(
                    "warning",
                    "read-only",
                    row,
                    place,
                    mark("This cell can't be changed in a workbook; it stays as it was"),
                    mark("Change it in the files of the plan"),
                )
                value = base.get(column.field)
            if value is not None:
                values[column.field] = value
        return values

    def _value(
        self, row: int, place: int, column: Column, cell: Value | None, base: Mapping[str, RowValue]
    ) -> RowValue:
        old = base.get(column.field)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return old if isinstance(old, str) and not old.strip() else None
        try:
            value = self._read(column, cell, old)
        except ValueError:
            self._tell("warning", "cell-unreadable", row, place, *_UNREADABLE[_family(column)], text=_short(cell))
            return old
        if isinstance(value, str) and isinstance(old, str) and _plain(value) == _plain(old):
            return old
        return value

    def _read(self, column: Column, cell: Value, old: RowValue) -> RowValue:
        """The row's value that a cell means; ValueError when it has no form of its kind."""
        kind = column.kind
        if self.form.name == "exercise" and column.field == "value":
            return self._fact(cell)
        if kind == "moment":
            return self._moment(cell, old)
        if kind in ("choice", "flag"):
            words = self.words.setdefault(column.choices, {})
            if not words:
                words.update(labels.value_table(column.choices, self.headings))
            return words.get(key(as_text(cell))) or _no_form()
        if kind in ("number", "quantity", "mapping", "means", "flow"):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                return float(cell)
            text = as_text(cell)
            if kind in ("number", "quantity"):
                try:
                    return (
                        float(text.replace(",", "."))
                        if "{" not in text
                        else cell_value(kind, plan_value(kind, text, None))
                    )
                except ValueError:
                    if kind == "number" and column.choices in self.headings.choices:
                        chosen = self.headings.choice(column.choices, text)
                        return float(chosen) if chosen else _no_form()
                    if "{" not in text:
                        raise
            return cell_value(kind, plan_value(kind, text, None))
        text = nfc(as_text(cell) if not isinstance(cell, str) else cell.replace("\r\n", "\n").replace("_x000D_", ""))
        if kind in ("lines", "ids"):
            return cell_value(kind, plan_value(kind, text, None))
        return text.strip()

    def _fact(self, cell: Value) -> RowValue:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=LOCAL_ZONE).isoformat()
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        return nfc(as_text(cell))

    def _moment(self, cell: Value, old: RowValue) -> RowValue:
        if isinstance(cell, datetime):
            minutes = minutes_at(self.start, cell)
            return old if isinstance(old, float) and abs(minutes - old) < 1e-3 else minutes
        day = self.start.date()
        if isinstance(old, float) and (before := as_moment(self.start, old)) is not None:
            day = before.date()
        moment = read_moment(cell, self.start.date())
        if moment is None:
            return _no_form()
        if moment.word == "none":
            return None
        if moment.offset is not None:
            return old if isinstance(old, float) and abs(moment.offset - old) < 1e-6 else moment.offset
        if moment.clock is None:
            return _no_form()
        if moment.day is not None:
            day = moment.day
        whole = datetime(day.year, day.month, day.day, tzinfo=self.start.tzinfo)
        minutes = round((whole - self.start).total_seconds() / 60 + moment.clock, 6)
        return old if isinstance(old, float) and abs(minutes - old) < 1e-3 else minutes

    def _named(self, rows: list[tuple[int, str, dict[str, RowValue]]]) -> None:
        """Each row under its id; a new row gets one from its number, its id column or its name."""
        taken = {row_id for _, row_id, _ in rows if row_id} | set(self.base)
        fresh = [values for _, row_id, values in rows if not row_id]
        names = iter(self._new_ids(fresh, taken))
        table: dict[str, dict[str, RowValue]] = {}
        for row, given, values in rows:
            row_id = given or next(names)
            if self.form.fixed_rows and row_id not in self.base:
                continue
            table[row_id] = values
            if self.form.column("id") is not None:
                if given and values.get("id") not in (None, given):
                    self._tell(
                        "warning",
                        "id-changed",
                        row,
                        None,
                        mark("The id of a row can't be changed in a workbook; it stays {id}"),
                        mark("Change it in the files of the plan, with all that refers to it"),
                        id=given,
                    )
                values["id"] = row_id
            for name in self.found.fields[self.form.name]:
                place = self.found.columns[self.form.name][name]
                spot = CellSpot(self.file, sheet=self.sheet.name, cell=cell_name(row, place))
                self.found.cells[self.form.name, row_id, name] = spot
            self.found.cells[self.form.name, row_id, ""] = CellSpot(self.file, sheet=self.sheet.name, cell=str(row))
        self.found.tables[self.form.name] = table

    def _new_ids(self, fresh: list[dict[str, RowValue]], taken: set[str]) -> list[str]:
        if self.form.name == "injects":
            return inject_ids([str(values.get("number") or "") for values in fresh], taken)
        found = []
        for values in fresh:
            said = values.get("id") or values.get("name") or values.get("text") or ""
            if self.form.name in ("members", "means"):
                stem = f"{values.get('unit', '')}/new"
            elif self.form.name == "stores":
                stem = f"{values.get('holder', '')}/{values.get('kind', '')}"
            else:
                stem = slug(str(said)) or f"{self.form.name}-x"
            name, again = stem, 2
            while name in taken:
                name, again = f"{stem}-{again}", again + 1
            taken.add(name)
            found.append(name)
        return found

    def _tell(
        self, severity: str, code: str, row: int, place: int | None, message: str, mend: str, **values: object
    ) -> None:
        cell = cell_name(row, place) if place else str(row)
        spot = CellSpot(self.file, sheet=self.sheet.name, cell=cell)
        self.found.problems.append(
            Problem(code, spot, message, mend, values, "note" if severity == "note" else "warning")
        )


def _no_form() -> float:
    raise ValueError


def _plain(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))


def _short(cell: Value) -> str:
    return " ".join(as_text(cell).split())[:60]


def _family(column: Column) -> str:
    if column.kind == "moment":
        return "moment"
    return "choice" if column.kind in ("choice", "flag") else "form"


_UNREADABLE: dict[str, tuple[str, str]] = {
    "moment": (
        mark("“{text}” can't be read as a time of the exercise; the cell is left as it was exported"),
        mark("Write 07:30, 14/11/2026 07:30 or T+90'"),
    ),
    "choice": (
        mark("“{text}” is no word of this column; the cell is left as it was exported"),
        mark("Choose a word from the list (sheet Lookups)"),
    ),
    "form": (
        mark("“{text}” does not have the form of this column; the cell is left as it was exported"),
        mark("Write a number, or as the rows around it do"),
    ),
}
