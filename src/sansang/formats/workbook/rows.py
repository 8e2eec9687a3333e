"""Which rows of a list are entries, and what does each say? Sections, continuations, merged cells, repeated headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sansang.formats.problems import CellSpot, Problem
from sansang.formats.workbook.header import Header, header_like
from sansang.formats.workbook.headings import Headings
from sansang.formats.workbook.sheets import Merge, Sheet, Value, as_text, cell_name, column_letters
from sansang.model.language import search_key
from sansang.model.plan.review.findings import Severity
from sansang.words import mark

#: Fields of which a row without number and time may hold more: the text goes on.
LONG = ("message", "expected_action", "controller_notes", "actual_action", "title")
#: What one cell merged over several entries says of each of them.
SHARED = frozenset(
    {"planned", "day", "offset", "scenario_time", "phase", "storyline", "sender", "receiver", "method", "location"}
    | {"responsible", "objectives", "tasks", "status", "event_type", "priority", "plan_reference", "author", "deadline"}
)
_CONTENT = ("message", "title", "expected_action")
LONGEST = 20_000
#: The number that Excel made of "5-3".
_MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DAY_SECTION = re.compile(
    r"^\W*((exercise )?day|ngay|d ?[+-]|n ?\+|thu (hai|ba|tu|nam|sau|bay)|chu nhat)\b|\d{1,2}/\d{1,2}"
)
_NUMBERED = r"^\W*([ivx]+ *[.:)-]|[a-z] *[.)]|\d+ *[.)])?\s*"
_PHASE_SECTION = re.compile(
    _NUMBERED + r"(giai doan|phase|stage|((buoc|phan|part|module|dot|vong)\s+(\d+|[ivx]+|[a-z])\b))"
    r"|van hanh co che|thuc binh|mechanism phase|field phase"
)
#: What says so even where a message stands: in the words of a message a part or a step is nothing special.
_SURE_SECTION = re.compile(
    _NUMBERED + r"(giai doan|phase|stage|(exercise )?day|ngay)\s+(\d+|[ivx]+|mot|hai|ba|one|two|three)\b"
)
_FOOTER = re.compile(
    r"^\W*(nguoi lap|nguoi soan|lap bieu|tong (so|cong)|cong\b|noi nhan|t/?m\b|tm\.|kt\.|thu truong|chu tich|truong ban"
    r"|prepared by|total|legend|chu thich|ghi chu|note|notes|end of (msel|list|document)|het|--+ *het"
    r"|approved by|reviewed by|page \d|trang \d|source:|nguon:|xac nhan)"
)
_ERROR = re.compile(r"#(REF|N/A|VALUE|NAME|DIV/0|NULL|NUM|SPILL|CALC)[!?]?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list as it was read: texts and values by field, other columns by heading, and where it stands."""

    sheet: str
    row: int
    values: Mapping[str, Value]
    other: Mapping[str, str]
    columns: Mapping[str, int]  # field → column
    section_day: str = ""
    section_phase: str = ""
    section_story: str = ""
    last_row: int = 0

    def spot(self, file: str, name: str = "") -> CellSpot:
        """Where a field of it stands; without a name, its row."""
        column = self.columns.get(name)
        return CellSpot(file, sheet=self.sheet, cell=cell_name(self.row, column) if column else str(self.row))


@dataclass
class _RowReader:
    file: str
    sheet: Sheet
    header: Header
    headings: Headings
    problems: list[Problem]
    entries: list[Entry] = field(default_factory=list)
    day: str = ""
    phase: str = ""
    story: str = ""
    last: int = 0
    covered: dict[tuple[int, int], Merge] = field(default_factory=dict)

    def note(self, code: str, row: int, column: int | None, message: str, mend: str, **values: object) -> None:
        self._tell("note", code, row, column, message, mend, values)

    def warn(self, code: str, row: int, column: int | None, message: str, mend: str, **values: object) -> None:
        self._tell("warning", code, row, column, message, mend, values)

    def _tell(
        self,
        severity: Severity,
        code: str,
        row: int,
        column: int | None,
        message: str,
        mend: str,
        values: dict[str, object],
    ) -> None:
        cell = cell_name(row, column) if column else str(row)
        self.problems.append(
            Problem(code, CellSpot(self.file, sheet=self.sheet.name, cell=cell), message, mend, values, severity)
        )


def read_rows(
    file: str, sheet: Sheet, header: Header, headings: Headings, problems: list[Problem]
) -> tuple[Entry, ...]:
    """The entries below the header, in their order; what is left out or doubtful is added to ``problems``."""
    reader = _RowReader(file, sheet, header, headings, problems)
    for merge in sheet.merges:
        for row in range(merge.top, min(merge.bottom, sheet.last_row) + 1):
            for column in range(merge.left, min(merge.right, merge.left + 200) + 1):
                reader.covered[row, column] = merge
    for row in sorted(sheet.rows):
        if row > header.bottom:
            _row(reader, row)
    _hidden(reader)
    return tuple(reader.entries)


def _row(reader: _RowReader, row: int) -> None:
    sheet = reader.sheet
    again = header_like(sheet, row, reader.headings)
    if again is not None:
        # The header once more, as on each printed page; or another one, from here on.
        reader.header = again
        reader.last = 0
        return
    cells = {column: value for column, value in sheet.rows[row].items() if _clean(reader, row, column, value) != ""}
    if not cells or (not _number_goes_on(reader, row) and _section(reader, row, cells)):
        return
    if _is_footer(reader, cells):
        reader.last = 0
        reader.note(
            "not-an-entry",
            row,
            min(cells),
            mark("“{text}” is no entry of the list and is left out"),
            mark("If it is one, give it a number or a time"),
            text=_short(as_text(cells[min(cells)])),
        )
        return
    values, other, columns = _values(reader, row)
    if _continues(reader, row, values, cells):
        _append(reader, row, values)
        return
    own = {name for name, column in columns.items() if column in cells}
    if not any(name in values for name in _CONTENT) or not own & {*_CONTENT, "number", "planned", "day", "offset"}:
        if own - {"number"} or set(cells) - set(reader.header.matches):
            reader.warn(
                "no-text",
                row,
                min(cells),
                mark("This row has neither a message nor a title and is left out"),
                mark("Write what the player is told, or delete the row"),
            )
        return
    reader.entries.append(Entry(sheet.name, row, values, other, columns, reader.day, reader.phase, reader.story, row))
    reader.last = row


def _values(reader: _RowReader, row: int) -> tuple[dict[str, Value], dict[str, str], dict[str, int]]:
    """The values of a row by field, and its other columns by heading; what is merged from above counts where it can."""
    values: dict[str, Value] = {}
    other: dict[str, str] = {}
    columns: dict[str, int] = {}
    header = reader.header
    for column in sorted(header.texts.keys() | reader.sheet.rows[row].keys()):
        match = header.matches.get(column)
        raw = reader.sheet.value(row, column)
        merge = reader.covered.get((row, column))
        if raw is None and merge is not None and header.bottom < merge.top < row and column == merge.left:
            raw = reader.sheet.value(merge.top, merge.left) if match and match.field in SHARED else None
        if raw is None:
            continue
        value = _clean(reader, row, column, raw)
        if value == "":
            continue
        if match is not None and match.field == "number":
            value = _number(reader, row, column, value)
        if match is None or match.field in ("ordinal", "end_time"):
            name = header.texts.get(column) or column_letters(column)
            if match is None or match.field != "ordinal":
                other[_free(name[:200], other)] = as_text(value)
        else:
            values[match.field] = value
            columns[match.field] = column
    return values, other, columns


def _free(name: str, taken: Iterable[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name} ({n})" for n in range(2, 10_000) if f"{name} ({n})" not in taken)


def _number(reader: _RowReader, row: int, column: int, value: Value) -> Value:
    if not isinstance(value, date):
        return as_text(value)
    text = f"{value.day}-{_MONTH[value.month - 1]}"
    reader.warn(
        "number-became-date",
        row,
        column,
        mark("The number of this entry was turned into a date by the spreadsheet; “{text}” is what it shows"),
        mark("Format the column as text and write the number again"),
        text=text,
    )
    return text


def _clean(reader: _RowReader, row: int, column: int, value: Value) -> Value:
    """A text in composed letters without signs that can't be printed; "" for the errors of formulas."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.isprintable() or not unicodedata.is_normalized("NFC", text) or "_x000D_" in text:
        text = _printable(text)
    if text.startswith("#") and _ERROR.fullmatch(text):
        reader.warn(
            "cell-error",
            row,
            column,
            mark("The cell holds the error {text} of a formula"),
            mark("Mend the formula or write the value"),
            text=text,
        )
        return ""
    if len(text) > LONGEST:
        reader.warn(
            "too-long",
            row,
            column,
            mark("The text has {length} letters; the first {most} are taken"),
            mark("Put the rest into an attachment"),
            length=len(text),
            most=LONGEST,
        )
        return text[:LONGEST]
    return text


def _printable(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    text = text.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
    kept = (c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co") else " " for c in text)
    return "".join(kept).strip()


def _section(reader: _RowReader, row: int, cells: Mapping[int, Value]) -> bool:
    """Whether the row is a heading within the list, and what it says from here on: the day, the phase, the story."""
    numbered = _numbered_section(reader, cells)
    if numbered is not None:
        _enter(reader, numbered, numbered, _PHASE_SECTION.search(search_key(numbered)) is not None, False)
        return True
    column, value = next(iter(cells.items()))
    one_text = isinstance(value, str) and len({as_text(each) for each in cells.values()}) == 1
    if not one_text and not (len(cells) == 1 and isinstance(value, date)):
        return False
    text = as_text(value)
    merge = reader.covered.get((row, column))
    wide = merge is not None and merge.right - merge.left >= 2 and merge.top == merge.bottom == row
    match = reader.header.matches.get(column)
    plain = search_key(text)
    is_day = isinstance(value, date) or _DAY_SECTION.search(plain) is not None
    is_phase = _PHASE_SECTION.search(plain) is not None
    in_text = match is not None and match.field in LONG and not wide
    if len(text) > 200 or (in_text and (len(text) > 60 or not _SURE_SECTION.search(plain))):
        return False
    if not wide and not is_day and not is_phase and (len(plain) < 4 or " " not in plain or _FOOTER.search(plain)):
        return False
    if wide and not is_day and not is_phase and _FOOTER.search(plain):
        return False
    _enter(reader, text, value.isoformat() if isinstance(value, date) else text, is_phase, is_day)
    return True


def _enter(reader: _RowReader, text: str, day: str, is_phase: bool, is_day: bool) -> None:
    """From here on another day, phase or story."""
    if is_day:
        reader.day = day
    if is_phase:
        reader.phase = " ".join(text.split())
        reader.story = ""
    if not is_day and not is_phase:
        reader.story = " ".join(text.split())
    reader.last = 0


def _numbered_section(reader: _RowReader, cells: Mapping[int, Value]) -> str | None:
    """The heading of a section whose letter or Roman number stands in the column of numbers: `II | THỰC BINH`."""
    if len(cells) != 2:
        return None
    (first, number), (_, text) = sorted(cells.items())
    match = reader.header.matches.get(first)
    if match is None or match.field not in ("number", "ordinal") or not isinstance(text, str) or len(text) > 120:
        return None
    return text if re.fullmatch(r"([IVX]+|[A-Z])[.)]?", as_text(number).strip()) else None


def _is_footer(reader: _RowReader, cells: Mapping[int, Value]) -> bool:
    first = cells[min(cells)]
    if not isinstance(first, str) or _FOOTER.search(search_key(first)) is None:
        return False
    fields = {match.field for column, match in reader.header.matches.items() if column in cells}
    match = reader.header.matches.get(min(cells))
    # What stands in the first column is the text of the foot itself, whatever the column is for.
    fields.discard("" if match is None else match.field)
    return len(cells) <= 3 and not fields & {"planned", "day", "offset"}


def _continues(reader: _RowReader, row: int, values: Mapping[str, Value], cells: Mapping[int, Value]) -> bool:
    """Whether the row only goes on with the entry above it."""
    if not reader.entries or not reader.last or row > reader.last + 1:
        return False
    if _number_goes_on(reader, row):
        return True
    header = reader.header
    by_field = {match.field: column for column, match in header.matches.items()}
    number = by_field.get("number")
    own = {match.field for column, match in header.matches.items() if column in cells}
    if not own or own - set(LONG) - {"attachments", "plan_reference", "objectives", "tasks"}:
        return False
    has_lead = number is not None or any(name in by_field for name in ("planned", "offset"))
    return has_lead and not (number is None and "message" in own and "expected_action" in own)


def _number_goes_on(reader: _RowReader, row: int) -> bool:
    """Whether the number of the entry above is merged down to this row."""
    number = next((c for c, match in reader.header.matches.items() if match.field == "number"), None)
    merge = None if number is None else reader.covered.get((row, number))
    return merge is not None and reader.header.bottom < merge.top < row


def _append(reader: _RowReader, row: int, values: Mapping[str, Value]) -> None:
    entry = reader.entries.pop()
    joined = dict(entry.values)
    for name, value in values.items():
        before = joined.get(name)
        if before is None:
            joined[name] = value
        elif name not in SHARED or name in ("objectives", "tasks"):
            if as_text(value) != as_text(before) and name != "number":
                joined[name] = f"{as_text(before)}\n{as_text(value)}"
        elif as_text(before) != as_text(value):
            joined[name] = before if isinstance(before, date | datetime) else f"{as_text(before)}; {as_text(value)}"
    reader.entries.append(
        Entry(
            entry.sheet,
            entry.row,
            joined,
            entry.other,
            entry.columns,
            entry.section_day,
            entry.section_phase,
            entry.section_story,
            row,
        )
    )
    reader.last = row


def _hidden(reader: _RowReader) -> None:
    """Hidden rows are entries like the others (a filter hides rows too), but they are named."""
    hidden = [entry.row for entry in reader.entries if entry.row in reader.sheet.hidden_rows]
    if hidden:
        reader.note(
            "hidden-rows",
            hidden[0],
            None,
            mark("{n} hidden rows were read like the others: {rows}"),
            mark("Delete those that no longer count, and import again"),
            n=len(hidden),
            rows=", ".join(map(str, hidden[:20])) + (", …" if len(hidden) > 20 else ""),
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
