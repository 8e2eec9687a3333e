"""What is in this file? Bytes of a workbook or a text table, in any of the forms that occur, as sheets of values."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import Any

from sansang.formats.problems import CatalogueMessage, Unreadable
from sansang.formats.workbook import text_table
from sansang.formats.workbook.archive import MOST_FILE_BYTES, Contents, damaged, inspect_archive, refusal
from sansang.formats.workbook.opendocument import Layout, layouts
from sansang.formats.workbook.sheets import Book, Merge, Sheet, Value, cell_name, sparse
from sansang.words import mark

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A dense table of more places than this is not built, however few of them are filled.
MOST_PLACES = 12_000_000


def open_book(file: str, data: bytes) -> Book:
    """The workbook in these bytes; ``file`` is the name that messages say. Raises Unreadable.

    What the file is goes by its content, not by its name. Nothing is followed, run or fetched.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise refusal("empty", file, mark("The file is empty"), mark("Give a workbook or a CSV file with a list"))
    if len(data) > MOST_FILE_BYTES:
        raise refusal(
            "too-large",
            file,
            mark("The file has {size} MiB; a master list has a few"),
            mark("Delete empty rows and large pictures, then save (at most {most} MiB)"),
            size=len(data) // 2**20,
            most=MOST_FILE_BYTES // 2**20,
        )
    if data.startswith(b"PK"):
        return _zipped(file, data)
    if data.startswith(_OLE):
        return _old(file, data)
    _refuse_others(file, data)
    return text_table.open_text(file, data)


def _refuse_others(file: str, data: bytes) -> None:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    others = (
        ((b"%pdf",), mark("a PDF")),
        ((b"\x89png", b"\xff\xd8\xff", b"gif8"), mark("a picture")),
        ((b"<html", b"<!doctype html", b"<table", b"<meta"), mark("a web page under another name")),
        ((b"<?xml",), mark("an XML file")),
        ((b"{\\rtf",), mark("a text document")),
        ((b"{", b"["), mark("a JSON file")),
    )
    for signs, what in others:
        if head.startswith(signs):
            raise _no_workbook(file, what)


def _no_workbook(file: str, what: str) -> Unreadable:
    return refusal(
        "not-a-workbook",
        file,
        mark("This is {what}, not a workbook"),
        mark("Open it in an office program, save it as .xlsx and import that"),
        what=CatalogueMessage(what),
    )


def _zipped(file: str, data: bytes) -> Book:
    contents = inspect_archive(file, data)
    if "xl/workbook.xml" in contents.names:
        return _xlsx(file, data, contents)
    if "xl/workbook.bin" in contents.names:
        return _by_calamine(file, data, "xlsb", contents=contents)
    if "content.xml" in contents.names:
        sheets = layouts(file, data)
        return _by_calamine(file, data, "ods", sheets)
    if "word/document.xml" in contents.names:
        raise _no_workbook(file, mark("a text document"))
    if any(name.startswith("ppt/") for name in contents.names):
        raise _no_workbook(file, mark("a presentation"))
    raise _no_workbook(file, mark("an archive"))


def _xlsx(file: str, data: bytes, contents: Contents) -> Book:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # What the library warns of (a style or an extension it does not know) is named by `uncarried`.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
            formulas = {
                sheet.title: frozenset(place for place, cell in sheet._cells.items() if cell.data_type == "f")
                for sheet in book.worksheets
            }
            with_values = any(formulas.values())
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False) if with_values else book
    except Exception:  # noqa: BLE001  (it raises whatever its parsers meet)
        # The library refuses many files that others open: another reads the values, without what is hidden or merged.
        return _by_calamine(file, data, "xlsx", contents=contents)
    sheets = tuple(_sheet(values[sheet.title], formulas[sheet.title]) for sheet in book.worksheets)
    return Book("xlsx", sheets, "", contents.uncarried, contents.external_links)


def _sheet(sheet: Any, formulas: frozenset[tuple[int, int]]) -> Sheet:
    rows: dict[int, dict[int, Value]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        value = cell.value
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        rows.setdefault(row, {})[column] = value if isinstance(value, Value) else str(value)
    hidden_columns: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min is not None and dimension.max is not None:
            hidden_columns.update(range(dimension.min, min(dimension.max, 16_384) + 1))
    return Sheet(
        sheet.title,
        rows,
        sheet.sheet_state != "visible",
        frozenset(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden and row in rows),
        frozenset(hidden_columns),
        tuple(Merge(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges),
        tuple(cell_name(row, column) for row, column in sorted(formulas) if column not in rows.get(row, {})),
    )


def _old(file: str, data: bytes) -> Book:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise refusal(
            "protected",
            file,
            mark("The file is locked with a password"),
            mark("Save it without a password and import that"),
        )
    if "WordDocument".encode("utf-16-le") in data:
        raise _no_workbook(file, mark("a text document"))
    macros = ("_VBA_PROJECT".encode("utf-16-le") in data) and (mark("macros"),)
    return _by_calamine(file, data, "xls", uncarried=macros or ())


def _by_calamine(
    file: str,
    data: bytes,
    kind: str,
    sheets: dict[str, Layout] | None = None,
    contents: Contents | None = None,
    uncarried: tuple[str, ...] = (),
) -> Book:
    import python_calamine

    found = []
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for about in book.sheets_metadata:
                if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                if sheet.total_height * sheet.total_width > MOST_PLACES:
                    raise refusal(
                        "too-large",
                        file,
                        mark("The sheet `{sheet}` has values spread over {places} places"),
                        mark("Delete what stands far below or to the right of the list, then save"),
                        sheet=about.name,
                        places=sheet.total_height * sheet.total_width,
                    )
                layout = (sheets or {}).get(about.name, Layout())
                merges = tuple(
                    Merge(top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
                )
                rows = _rows(sheet.to_python(skip_empty_area=False))
                hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
                found.append(
                    Sheet(
                        about.name,
                        rows,
                        hidden,
                        frozenset(layout.hidden_rows & rows.keys()),
                        layout.hidden_columns,
                        layout.merges or merges,
                    )
                )
    except Unreadable:
        raise
    except Exception as wrong:
        raise damaged(file, wrong) from wrong
    if contents is not None:
        return Book(kind, tuple(found), "", contents.uncarried, contents.external_links)
    return Book(kind, tuple(found), "", uncarried)


def _rows(rows: Iterable[Iterable[Any]]) -> dict[int, dict[int, Value]]:
    return sparse([value if value != "" else None for value in row] for row in rows)
