"""Which rows of an OpenDocument sheet are hidden or merged, and how far does it really reach?

The library that reads the values says neither, and builds a table as large as the file claims to be.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defusedxml import ElementTree

from sansang.formats.workbook.archive import damaged, refusal
from sansang.formats.workbook.sheets import Merge
from sansang.words import mark

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HIDDEN = ("collapse", "filter")
MOST_FILLED = 3_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Hidden rows and columns, and merged ranges, of one sheet."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()


@dataclass
class _SheetScan:
    name: str
    row: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    columns: int = 0
    merges: list[Merge] = field(default_factory=list)
    lowest: int = 0
    rightmost: int = 0


def layouts(file: str, data: bytes) -> dict[str, Layout]:
    """The layout of each sheet by its name; raises Unreadable for a file that claims to be absurdly large.

    The container was looked through before: it holds no entities.
    """
    tables: list[_SheetScan] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
            for event, element in ElementTree.iterparse(content, ("start", "end")):
                if event == "start" and element.tag == f"{_TABLE}table":
                    tables.append(_SheetScan(element.get(f"{_TABLE}name", "")))
                elif event == "end" and tables:
                    _end(file, tables[-1], element)
    except (ElementTree.ParseError, KeyError, ValueError, zipfile.BadZipFile, OSError) as wrong:
        raise damaged(file, wrong) from wrong
    return {
        table.name: Layout(frozenset(table.hidden_rows), frozenset(table.hidden_columns), tuple(table.merges))
        for table in tables
    }


def _end(file: str, table: _SheetScan, element: Element) -> None:
    if element.tag == f"{_TABLE}table-column":
        times = _times(element, "number-columns-repeated")
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            table.hidden_columns.update(range(table.columns + 1, table.columns + 1 + min(times, 16_384)))
        table.columns += times
    elif element.tag == f"{_TABLE}table-row":
        times = _times(element, "number-rows-repeated")
        column = 0
        filled = False
        for cell in element:
            repeat = _times(cell, "number-columns-repeated")
            if any(name.startswith(_OFFICE) for name in cell.attrib) or len(cell):
                filled = True
                table.rightmost = max(table.rightmost, column + repeat)
            down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
            if down > 1 or across > 1:
                table.merges.append(Merge(table.row + 1, column + 1, table.row + down, column + across))
            column += repeat
        if filled:
            table.lowest = table.row + times
            if element.get(f"{_TABLE}visibility") in _HIDDEN:
                table.hidden_rows.update(range(table.row + 1, table.row + 1 + min(times, MOST_FILLED)))
        table.row += times
        if table.lowest * table.rightmost > MOST_FILLED:
            raise refusal(
                "too-large",
                file,
                mark("The sheet `{sheet}` has values spread over {places} places"),
                mark("Delete what stands far below or to the right of the list, then save"),
                sheet=table.name,
                places=table.lowest * table.rightmost,
            )
        element.clear()


def _times(element: Element, name: str) -> int:
    return max(1, int(element.get(_TABLE + name, "1")))
