"""What does a workbook that comes in change? Opened, read, compared with the plan and with what went out, checked.

:func:`import_workbook` is the whole way of a workbook into a plan: the tables of our own layout (``own_layout``) or of
somebody else's list (``foreign_tables``), then the changes, then which of them leave the plan in order (``check``).
:func:`import_list` makes a new plan of a list instead.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.problems import CatalogueMessage, CellSpot, Problem, Spot
from sansang.formats.scenario.edit import edited
from sansang.formats.scenario.read import MAIN, is_inside
from sansang.formats.workbook.check import check_changes
from sansang.formats.workbook.edits import edits_of
from sansang.formats.workbook.foreign_list import ImportOptions, read_list
from sansang.formats.workbook.foreign_tables import read_foreign, record_of
from sansang.formats.workbook.new_plan import INJECTS, new_plan
from sansang.formats.workbook.open_file import open_book
from sansang.formats.workbook.own_layout import is_ours, read_own
from sansang.formats.workbook.payload import SHEET, Payload, read_payload
from sansang.formats.workbook.record import ImportRecord
from sansang.formats.workbook.report import SheetReport
from sansang.formats.workbook.sheets import Book
from sansang.formats.workbook.tables import ReadTables, tables_of
from sansang.model.areas import Gazetteer
from sansang.model.merging import Change, changes
from sansang.words import mark


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook that could be opened: its file's name, its sheets, and the exported version that it may carry."""

    file: str
    book: Book
    payload: Payload | None

    @property
    def kind(self) -> str:
        """Which workbook of ours it is ("msel", "forces"); "" for one that the program did not write."""
        return "" if self.payload is None else self.payload.workbook

    @property
    def is_ours(self) -> bool:
        """Whether it has our own layout; what we wrote into somebody else's workbook keeps theirs."""
        return self.payload is not None and not self.payload.columns and is_ours(self.book)

    @property
    def plan_files(self) -> dict[str, bytes] | None:
        """The files of the plan that it carries ({} for a template); None when no folder can be made from them."""
        if self.payload is None or not (self.is_ours or self.payload.files):
            return None
        return {name: text.encode() for name, text in self.payload.files.items() if name == MAIN or is_inside(name)}

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What the program can't write back, and links that are not followed: named before anything is written."""
        found = [
            Problem(
                "uncarried",
                Spot(self.file),
                mark("The workbook holds {what}: kept in the folder, but missing or changed in what is exported later"),
                mark("Keep your own copy of the workbook if you need that"),
                {"what": CatalogueMessage(what)},
                "warning",
            )
            for what in self.book.uncarried
        ]
        if self.book.external_links:
            found.append(
                Problem(
                    "external-links",
                    Spot(self.file),
                    mark("The workbook refers to other files; nothing was followed, the stored values were read"),
                    mark("Replace the references by values if they are out of date"),
                    {},
                    "note",
                )
            )
        if self.book.kind != "xlsx":
            found.append(
                Problem(
                    "kind-not-written",
                    Spot(self.file),
                    mark("The program reads .{kind} and writes .xlsx: what is exported later is a new workbook"),
                    mark("Save it as .xlsx first if its looks matter"),
                    {"kind": self.book.kind},
                    "note",
                )
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class WorkbookImport:
    """What a workbook asks for: changes of a plan, or a new plan; with its problems, and what became of its sheets.

    ``before`` are the plan's files without the changes. ``refused``: nothing can be taken, for the errors among
    ``problems``. ``rows`` are those of the list: injects, or units. ``record`` is what the plan's folder keeps of the
    workbook once something was written.
    """

    before: Mapping[str, bytes]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetReport, ...]
    rows: int
    record: ImportRecord
    refused: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    read: ReadTables | None = None

    def changed_files(self, accepted: Iterable[Change]) -> dict[str, bytes]:
        """The plan's files that the accepted changes alter, by name, as they become."""
        if self.read is None:
            return {}
        edits = edits_of(self.data, self.read.forms, self.read.tables, accepted)
        return edited(self.before, edits.top, edits.lists(self.data), INJECTS if INJECTS in self.before else MAIN)

    def title_of(self, change: Change) -> str:
        """What the changed row is called in the workbook; "" for one without a name."""
        row = {} if self.read is None else self.read.tables.get(change.table, {}).get(change.id, {})
        return str(row.get("title") or row.get("name") or row.get("text") or row.get("message") or "")


def open_workbook(file: str, content: bytes) -> OpenedWorkbook:
    """The workbook or text table in these bytes; ``file`` is its name in messages.

    Raises Unreadable for a file that is none, is damaged, locked or too large, or that a newer program wrote.
    """
    book = open_book(file, content)
    shown = dataclasses.replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name != SHEET))
    return OpenedWorkbook(file, shown, read_payload(file, book))


def import_workbook(
    workbook: OpenedWorkbook,
    files: Mapping[str, bytes],
    data: Mapping[str, Any],
    record: ImportRecord | None,
    options: ImportOptions,
    gazetteer: Gazetteer,
) -> WorkbookImport:
    """What a workbook changes in a plan: its ``files``, and the ``data`` that they say.

    ``record`` is that of the workbook's last import, if any: then only what changed in it since is a change.
    """
    file, payload = workbook.file, workbook.payload
    if workbook.is_ours and payload is not None:
        read = read_own(file, workbook.book, payload, options.headings)
    else:
        read = read_foreign(file, workbook.book, payload, record, data, options)
    ours = tables_of(data, read.forms)
    found: list[Change] = []
    for name in (form.name for form in read.forms if form.name in read.tables):
        base = ours[name] if read.base[name] is None else read.base[name]
        found += changes(name, base or {}, ours[name], read.tables[name], read.fields[name])
    found, fixed = _without_fixed_rows(file, found, read)
    result = check_changes(file, data, read.forms, read.tables, found, read.cells, gazetteer)
    return WorkbookImport(
        files,
        result.changes,
        (*workbook.notices, *read.problems, *fixed, *result.problems),
        read.sheets,
        len(read.tables.get("injects", read.tables.get("units", {}))),
        read.record,
        read.refused or result.fatal,
        data,
        read,
    )


def import_list(workbook: OpenedWorkbook, name: str, options: ImportOptions) -> WorkbookImport:
    """The new plan that somebody else's list becomes; ``name`` is that of its folder. It has no changes to accept."""
    listed = read_list(workbook.file, workbook.book, options)
    refused = listed.refused or any(problem.severity == "error" for problem in listed.problems)
    files, doubts = ({}, ()) if refused else new_plan(workbook.file, listed, name)
    record = record_of(workbook.file, listed, list(listed.injects), options)
    problems = (*workbook.notices, *listed.problems, *doubts)
    return WorkbookImport(files, (), problems, listed.sheets, len(listed.injects), record, refused)


def _without_fixed_rows(file: str, found: list[Change], read: ReadTables) -> tuple[list[Change], list[Problem]]:
    """The changes that a table with fixed rows allows (posts, facts of the exercise); a row taken out is a warning."""
    fixed = {form.name for form in read.forms if form.fixed_rows}
    kept, problems = [], []
    for change in found:
        if change.table not in fixed or change.kind == "changed":
            kept.append(change)
        elif change.kind == "removed":
            problems.append(
                Problem(
                    "row-fixed",
                    CellSpot(file, sheet=read.sheet_of[change.table]),
                    mark("The row {id} can't be taken out in a workbook; it stays"),
                    mark("Take it out of the files of the plan, with all that refers to it"),
                    {"id": change.id},
                    "warning",
                )
            )
    return kept, problems
