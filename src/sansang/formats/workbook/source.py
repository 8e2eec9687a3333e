"""From which workbook did a folder's list come, and what did it say then? Kept in the folder, beside the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from sansang.formats.workbook.archive import refusal
from sansang.words import mark

#: In the folder of a plan: the workbook as it came, and what was read of it.
FOLDER = "workbook"
RECORD = "imported.json"
FORM = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in its workbook: its sheet, its row, and the last row that goes on with it."""

    sheet: str
    row: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook of a plan: its file, its rows by table as they were read, where each stands, how it was read.

    ``columns`` are by sheet and field; ``own`` tells whether the program's own layout was found in it.
    """

    file: str
    workbook: str
    own: bool
    tables: dict[str, dict[str, dict[str, str | float | None]]]
    places: dict[str, dict[str, Place]] = field(default_factory=dict)  # table → id
    columns: dict[str, dict[str, int]] = field(default_factory=dict)  # sheet (own layout: table) → field → column
    heads: dict[str, int] = field(default_factory=dict)  # sheet → last row of its header
    mapping: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    form: int = FORM


def to_bytes(source: Source) -> bytes:
    """The record as it lies in the folder."""
    return msgspec.json.format(msgspec.json.encode(source), indent=1) + b"\n"


def from_bytes(name: str, data: bytes) -> Source:
    """The record of these bytes; raises Refused when they are none."""
    try:
        return msgspec.json.decode(data, type=Source)
    except msgspec.MsgspecError as wrong:
        raise refusal(
            "record-damaged",
            name,
            mark("The record of the imported workbook is damaged ({reason})"),
            mark("Delete the file; the next import then compares without the version that was exported"),
            reason=str(wrong)[:100],
        ) from wrong
