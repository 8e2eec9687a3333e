"""How does a plan go out as a workbook? Sheets that a planner knows, with the exported version carried along."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sansang.formats.workbook import labels
from sansang.formats.workbook.archive import refusal
from sansang.formats.workbook.columns import Column, as_moment
from sansang.formats.workbook.lookups import Lookups, guide_lines, lookups_of
from sansang.formats.workbook.payload import MARKER, SHEET, Payload, payload_cells
from sansang.formats.workbook.sheets import column_letters
from sansang.formats.workbook.tables import FACTS, INJECTS, OTHER, WORKBOOKS, TableForm, tables_of
from sansang.model.merging import FieldValue
from sansang.words import Voice, mark

#: Rows below a table for which the drop-downs and colours hold already.
SPARE = 500
MOST_LETTERS = 32_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def new_workbook(
    voice: Voice,
    workbook: str,
    start: datetime,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    watermark: str,
) -> bytes:
    """A workbook (.xlsx) in our own layout, with a sheet for each table of the plan, its drop-downs and a guide.

    ``workbook`` is "msel" or "forces", ``start`` the moment that times count from, ``data`` what the plan's ``files``
    say; both are empty for a template. Raises Unreadable where a value is longer than a cell can hold.
    """
    import openpyxl

    forms = WORKBOOKS[workbook]
    tables = tables_of(data, forms)
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    writer = _Writer(voice, book, start, lookups_of(data), watermark)
    for form in forms:
        writer.table(form, tables[form.name])
    writer.lookups(forms)
    writer.guide(workbook)
    add_payload_sheet(book, Payload(workbook, start.isoformat(), tables, texts_of(files)))
    main = INJECTS.sheet if workbook == "msel" else forms[0].sheet
    book.active = book.sheetnames.index(voice.say(main))
    return book_bytes(book)


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files of a plan as a workbook carries them."""
    return {name: content.decode("utf-8-sig") for name, content in files.items()}


def add_payload_sheet(book: Any, payload: Payload) -> None:
    """Put the exported version into a workbook, on a sheet that is not shown."""
    if SHEET in book.sheetnames:
        del book[SHEET]
    sheet = book.create_sheet(SHEET)
    for row, text in enumerate(payload_cells(payload), 1):
        sheet.cell(row, 1, text)
    sheet.sheet_state = "veryHidden"


def book_bytes(book: Any) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_cell(cell: Any, value: Any) -> None:
    """Write a value; what begins like a formula is written as text and stays text when the cell is edited."""
    cell.value = value
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        cell.data_type = "s"
        cell.quotePrefix = True


class _Writer:
    def __init__(self, voice: Voice, book: Any, start: datetime, lookups: Lookups, watermark: str) -> None:
        from sansang.formats.workbook import styles as sheet_styles

        self.sheet_styles = sheet_styles
        self.voice = voice
        self.book = book
        self.start = start
        self.offered = lookups
        self.watermark = watermark
        self.cached_styles: dict[str, Any] = {}

    def table(self, form: TableForm, rows: Mapping[str, Mapping[str, FieldValue]]) -> None:
        """One table, below what stands on its sheet already."""
        name = self.voice.say(form.sheet)
        first = name not in self.book.sheetnames
        sheet = self.book.create_sheet(name) if first else self.book[name]
        title = self.voice.say(form.title)
        top = 1 if first else sheet.max_row + 2
        # Beside the column that is printed again on the second page across, which would cut it.
        left = 3 if form.first_page else 2
        self.sheet_styles.apply_style(self._cell(sheet, top, left, title), self.sheet_styles.TITLE)
        note = self.voice.say(form.note) if form.note else self._note(form)
        self.sheet_styles.apply_style(self._cell(sheet, top + 1, left, note), self.sheet_styles.NOTE)
        head = top + 2
        columns = self._columns(form, rows)
        heads: list[tuple[str, float]] = []
        self._cell(sheet, head, 1, MARKER + form.name)
        for number, (column, heading) in enumerate(columns, 2):
            self.sheet_styles.apply_style(self._cell(sheet, head, number, heading), self.sheet_styles.HEAD)
            heads.append((heading, column.width * 0.85))
            letters = column_letters(number)
            width = max(column.width, sheet.column_dimensions[letters].width if not first else 0)
            sheet.column_dimensions[letters].width = width
        sheet.row_dimensions[head].height = self.sheet_styles.height(heads) + 4
        for place, (row_id, row) in enumerate(rows.items(), head + 1):
            self._row(sheet, place, form, row_id, row, columns)
        sheet.column_dimensions["A"].hidden = True
        bottom = head + max(len(rows), 1)
        self._offer(sheet, form, columns, head + 1, bottom + (0 if form.fixed_rows else SPARE))
        if first:
            self._arrange(sheet, form, title, head, bottom, len(columns) + 1)

    def _arrange(self, sheet: Any, form: TableForm, title: str, head: int, bottom: int, last: int) -> None:
        freeze = "F" if form.name == "injects" else "C"
        sheet.freeze_panes = f"{freeze}{head + 1}"
        letters = column_letters(last)
        if not form.fixed_rows:
            sheet.auto_filter.ref = f"B{head}:{letters}{bottom}"
        if form.name == "injects":
            names = [column.field for column in form.columns]
            words = {value: labels.label(self.voice, "status", value) for value in labels.values("status")}
            status = column_letters(names.index("status") + 2)
            self.sheet_styles.colour_by_status(sheet, status, head + 1, bottom + SPARE, letters, words)
        self.sheet_styles.paper(sheet, self.voice, title, head, self.watermark)
        if form.first_page:
            names = [column.field for column in form.columns]
            widths = [0.0, *(column.width for column in form.columns), *[20.0] * (last - 1 - len(form.columns))]
            self.sheet_styles.two_pages_across(sheet, widths, names.index(form.first_page) + 2)
        sheet.sheet_view.zoomScale = 90

    def _note(self, form: TableForm) -> str:
        if form.fixed_rows:
            return self.voice.say(mark("Rows are neither added nor taken out here; grey cells can't be changed."))
        return self.voice.say(mark("New rows go below the last one. Keep the hidden column A: it tells rows apart."))

    def _columns(self, form: TableForm, rows: Mapping[str, Mapping[str, FieldValue]]) -> list[tuple[Column, str]]:
        columns = [(column, self.voice.say(column.heading)) for column in form.columns]
        others = dict.fromkeys(name for row in rows.values() for name in row if name.startswith(OTHER))
        return columns + [(Column(name, "", "long", 20), name.removeprefix(OTHER)) for name in others]

    def _cell(self, sheet: Any, row: int, column: int, value: Any) -> Any:
        cell = sheet.cell(row, column)
        write_cell(cell, value)
        return cell

    def _row(
        self,
        sheet: Any,
        place: int,
        form: TableForm,
        row_id: str,
        row: Mapping[str, FieldValue],
        columns: list[tuple[Column, str]],
    ) -> None:
        self._cell(sheet, place, 1, row_id)
        texts: list[tuple[str, float]] = []
        for number, (column, _) in enumerate(columns, 2):
            cell = sheet.cell(place, number)
            value = self._written(form, row_id, column, row.get(column.field))
            if isinstance(value, str) and len(value) > MOST_LETTERS:
                raise refusal(
                    "cell-too-long",
                    f"{form.name}.{row_id}.{column.field}",
                    mark("The value has {length} letters, more than a cell of a workbook holds"),
                    mark("Shorten it in the plan"),
                    length=len(value),
                )
            locked = column.read_only or (form.name == "exercise" and row_id == "id")
            self._style_body(cell, locked, isinstance(value, datetime), isinstance(value, int | float))
            if value is not None:
                write_cell(cell, value)
                texts.append((value if isinstance(value, str) else "", column.width))
        sheet.row_dimensions[place].height = self.sheet_styles.height(texts)

    def _style_body(self, cell: Any, locked: bool, moment: bool, number: bool) -> None:
        """The look of a body cell; made once, then shared: a list has a hundred thousand of them."""
        name = f"{locked}{moment}{number}"
        if name not in self.cached_styles:
            body = self.sheet_styles.CENTRED if moment or number else self.sheet_styles.BODY
            self.sheet_styles.apply_style(cell, self.sheet_styles.LOCKED if locked else body)
            if moment:
                cell.number_format = "dd/mm/yyyy hh:mm"
            self.cached_styles[name] = cell._style
        else:
            cell._style = self.cached_styles[name].__copy__()

    def _written(self, form: TableForm, row_id: str, column: Column, value: FieldValue) -> Any:
        """What the cell says: words for values, clocks for minutes."""
        if form.name == "exercise" and column.field == "name":
            return next(self.voice.say(said) for name, said, _ in FACTS if name == row_id)
        if value is None:
            return None
        if column.kind == "moment" and isinstance(value, float):
            moment = as_moment(self.start, value)
            return f"T+{value!r}'" if moment is None else moment
        if column.kind in ("choice", "flag") and isinstance(value, str):
            return labels.label(self.voice, column.choices, value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    def _offer(self, sheet: Any, form: TableForm, columns: list[tuple[Column, str]], top: int, bottom: int) -> None:
        """Drop-downs for the columns that choose from a list; another word is warned of, not forbidden."""
        from openpyxl.worksheet.datavalidation import DataValidation

        for number, (column, _) in enumerate(columns, 2):
            reference = self.offered.reference(self.voice, column.choices)
            if not reference:
                continue
            strict = column.kind in ("choice", "flag")
            rule = DataValidation(
                type="list",
                formula1=reference,
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="stop" if strict else "warning",
                error=self.voice.say(mark("Choose a word from the list (sheet Lookups).")),
                errorTitle="Sẵn Sàng",
            )
            letters = column_letters(number)
            rule.add(f"{letters}{top}:{letters}{bottom}")
            sheet.add_data_validation(rule)

    def lookups(self, forms: tuple[TableForm, ...]) -> None:
        """The sheet that the drop-downs choose from."""
        sheet = self.book.create_sheet(self.voice.say(mark("Lookups")))
        for number, (title, words) in enumerate(self.offered.columns(self.voice), 1):
            self.sheet_styles.apply_style(self._cell(sheet, 1, number, title), self.sheet_styles.HEAD)
            longest = max((len(word) for word in (title, *words)), default=0)
            sheet.column_dimensions[column_letters(number)].width = min(30, max(10, longest + 3))
            for row, word in enumerate(words, 2):
                self.sheet_styles.apply_style(self._cell(sheet, row, number, word), self.sheet_styles.BODY)
        sheet.freeze_panes = "A2"
        self.sheet_styles.paper(sheet, self.voice, self.voice.say(mark("Lookups")), 1, self.watermark)

    def guide(self, workbook: str) -> None:
        """How to work with it, in a page."""
        sheet = self.book.create_sheet(self.voice.say(mark("Guide")))
        sheet.column_dimensions["A"].width = 4
        sheet.column_dimensions["B"].width = 120
        for row, (kind, text) in enumerate(guide_lines(self.voice, workbook), 1):
            cell = self._cell(sheet, row, 2 if kind != "title" else 1, text)
            self.sheet_styles.apply_style(
                cell, self.sheet_styles.TITLE if kind == "title" else {"font": self.sheet_styles.BODY["font"]}
            )
            if kind != "title":
                self._cell(sheet, row, 1, "•")
                cell.alignment = self.sheet_styles.BODY["alignment"]
        self.sheet_styles.paper(sheet, self.voice, self.voice.say(mark("Guide")), 1, self.watermark)
