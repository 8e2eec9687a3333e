"""What is in a workbook, whatever wrote it? Sheets of plain values, with what was hidden and what was merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns count from 1, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the values by row and column (from 1), only of cells that hold something."""

    name: str
    rows: Mapping[int, Mapping[int, Value]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    unvalued: tuple[str, ...] = ()  # cells whose formula has no stored value

    def value(self, row: int, column: int) -> Value | None:
        """What the cell holds; None when it is empty."""
        return self.rows.get(row, {}).get(column)

    @property
    def last_row(self) -> int:
        """The last row that holds something; 0 for an empty sheet."""
        return max(self.rows, default=0)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was opened: its kind ("xlsx", "xls", "ods", "csv"), its sheets in order, and what was noticed.

    ``encoding`` is that of a CSV file. ``uncarried`` names what would be lost if the program wrote the file.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    uncarried: tuple[str, ...] = ()
    external_links: bool = False


def column_letters(column: int) -> str:
    """1 as "A", 27 as "AA"."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Row 12 and column 3 as "C12"."""
    return f"{column_letters(column)}{row}"


def as_text(value: Value | None) -> str:
    """The value as a person would read it: 5.0 as "5", dates as ISO; "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")
    return str(value)


def sparse(rows: Iterable[Iterable[Value | None]], top: int = 1, left: int = 1) -> dict[int, dict[int, Value]]:
    """Rows of values as :class:`Sheet` wants them, without empty cells."""
    found: dict[int, dict[int, Value]] = {}
    for row, values in enumerate(rows, top):
        kept = {
            column: value
            for column, value in enumerate(values, left)
            if value is not None and not (isinstance(value, str) and not value.strip())
        }
        if kept:
            found[row] = kept
    return found
