"""From which workbook did a folder's rows come, and what did it say then? A record that the folder keeps beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

import msgspec

from sansang.formats.workbook.archive import refusal
from sansang.words import mark

#: In the folder of a plan: the workbook as it came, and what was read of it.
FOLDER = "workbook"
RECORD = "imported.json"
FORM = 1


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where an entry stands in its workbook: its sheet, its row, and the last row that continues it."""

    sheet: str
    row: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """The workbook of a plan: its file, its rows by table as they were read, where each stands, how it was read.

    ``columns`` are by sheet and field; ``own`` tells whether the program's own layout was found in it.
    """

    file: str
    workbook: str
    own: bool
    tables: dict[str, dict[str, dict[str, str | float | None]]]
    places: dict[str, dict[str, RowPlace]] = field(default_factory=dict)  # table → id
    columns: dict[str, dict[str, int]] = field(default_factory=dict)  # sheet (own layout: table) → field → column
    heads: dict[str, int] = field(default_factory=dict)  # sheet → last row of its header
    mapping: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    form: int = FORM

    @property
    def workbook_path(self) -> str:
        """Where the workbook itself lies in the plan's folder."""
        return f"{FOLDER}/{self.workbook}/{PurePath(self.file).name}"

    def files(self, content: bytes) -> dict[str, bytes]:
        """What a plan's folder keeps, by path: the workbook with this content, and this record of it."""
        data = msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"
        return {self.workbook_path: content, record_path(self.workbook): data}


def record_path(workbook: str) -> str:
    """Where the record of a workbook ("msel", "forces") lies in a plan's folder."""
    return f"{FOLDER}/{workbook}/{RECORD}"


def parse_record(file: str, data: bytes) -> ImportRecord:
    """The record in these bytes; ``file`` is its name in messages. Raises Unreadable for bytes that are no record."""
    try:
        return msgspec.json.decode(data, type=ImportRecord)
    except msgspec.MsgspecError as wrong:
        raise refusal(
            "record-damaged",
            file,
            mark("The record of the imported workbook is damaged ({reason})"),
            mark("Delete the file; the next import then compares without the version that was exported"),
            reason=str(wrong)[:100],
        ) from wrong
