"""What did the plan say when this workbook went out? The exported version, carried within the workbook itself.

It lies on a sheet that is not shown, packed, so that a search in the workbook does not find every text twice. With it
a workbook that comes back is compared three ways, and a folder can be made from the workbook alone.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import zlib
from dataclasses import dataclass, field

import msgspec

from sansang.formats.workbook.archive import refusal
from sansang.formats.workbook.sheets import Book, as_text
from sansang.words import mark

SHEET = "_sansang"
#: In the hidden column of a header: which table stands below, and that the column holds the ids of its rows.
MARKER = "#sansang:"
FORM = 1
_SIGN = "sansang workbook"
#: A cell holds at most 32,767 letters.
_CHUNK = 30_000
MOST_UNPACKED = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Payload:
    """The exported version: which workbook it is, the start that times count from, rows by table, the plan's files.

    ``columns`` names, for a workbook that somebody else made, the field of each heading by sheet.
    """

    workbook: str
    start: str
    tables: dict[str, dict[str, dict[str, str | float | None]]]
    files: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    form: int = FORM


def payload_cells(payload: Payload) -> list[str]:
    """The cells of the sheet, one below the other; the first says what it is."""
    data = base64.b64encode(zlib.compress(msgspec.json.encode(payload), 6)).decode()
    return [f"{_SIGN} {FORM}", *(data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))]


def read_payload(file: str, book: Book) -> Payload | None:
    """The exported version that a workbook carries; None if it carries none. Raises Unreadable if it can't be read."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == SHEET), None)
    if sheet is None:
        return None
    cells = [as_text(sheet.value(row, 1)) for row in sorted(sheet.rows)]
    if not cells or not cells[0].startswith(_SIGN):
        return None
    form = cells[0].removeprefix(_SIGN).strip()
    if form.isdecimal() and int(form) > FORM:
        raise refusal(
            "workbook-too-new",
            file,
            mark("A newer version of the program wrote this workbook (form {form})"),
            mark("Use a newer version of the program"),
            form=form,
        )
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode("".join(cells[1:]), validate=True), MOST_UNPACKED)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise ValueError("cut short or too large")
        return msgspec.json.decode(data, type=Payload)
    except (binascii.Error, zlib.error, ValueError, msgspec.MsgspecError) as wrong:
        raise refusal(
            "payload-damaged",
            file,
            mark("The sheet {sheet}, which carries the exported version, is damaged ({reason})"),
            mark("Take the workbook as it was exported and make the changes in it again, or delete that sheet"),
            sheet=SHEET,
            reason=str(wrong)[:100],
        ) from wrong


def without_id_columns(book: Book) -> Book:
    """The workbook without the hidden columns of ids that an export has added."""
    sheets = []
    for sheet in book.sheets:
        marked = {
            column
            for row in sheet.rows.values()
            for column, value in row.items()
            if isinstance(value, str) and value.startswith(MARKER)
        }
        rows = {
            row: {column: value for column, value in cells.items() if column not in marked}
            for row, cells in sheet.rows.items()
        }
        kept = {row: cells for row, cells in rows.items() if cells}
        sheets.append(dataclasses.replace(sheet, rows=kept) if marked else sheet)
    return dataclasses.replace(book, sheets=tuple(sheets))
