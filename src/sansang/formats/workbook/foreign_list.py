"""What does the master list of a foreign workbook say? Its entries as injects, where each stood, what is doubtful."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sansang.formats.problems import Problem
from sansang.formats.workbook.header import Header, find_header, kind_of, title_block
from sansang.formats.workbook.headings import Headings, default_headings, key
from sansang.formats.workbook.injects import PlanNames, build_inject, inject_ids
from sansang.formats.workbook.list_problems import (
    copied_sheet,
    doubtful_headings,
    formulas_without_values,
    guessed_day,
    left_out_sheets,
    missing_sheets,
    repeated_numbers,
    without_repeats,
)
from sansang.formats.workbook.payload import without_id_columns
from sansang.formats.workbook.report import SheetReport
from sansang.formats.workbook.rows import Entry, read_rows
from sansang.formats.workbook.schedule import KnownStart, schedule_entries
from sansang.formats.workbook.sheets import Book, Sheet, as_text, column_letters
from sansang.formats.workbook.tables import OTHER
from sansang.words import mark

#: A sheet of which this share of entries stands in another one is a view or an older state of it.
SAME = 0.7
#: A cover has fewer rows than this.
LONGEST_COVER = 40


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a list: only these sheets (none: all), what a heading means ("" for nothing), what is known."""

    sheets: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    known_start: KnownStart = field(default_factory=KnownStart)
    headings: Headings = field(default_factory=default_headings)


@dataclass(frozen=True, slots=True)
class MasterList:
    """The list of a workbook: injects as the scenario file writes them, their rows, and what they refer to."""

    title: str
    start: datetime
    injects: tuple[dict[str, Any], ...]
    places: tuple[tuple[str, int], ...]
    objectives: Mapping[str, str]
    tasks: Mapping[str, str]
    phases: Mapping[str, str]
    sheets: tuple[SheetReport, ...]
    problems: tuple[Problem, ...]
    layouts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # sheet → field → column
    last_rows: Mapping[tuple[str, int], int] = field(default_factory=dict)  # where an entry goes on further down

    @property
    def refused(self) -> bool:
        """Whether no sheet is a master list."""
        return not any(sheet.kind == "list" for sheet in self.sheets)


def read_list(file: str, book: Book, options: ImportOptions, plan_names: PlanNames | None = None) -> MasterList:
    """The master list of a workbook that the program did not write; with errors among its problems it is refused.

    Sheet by sheet: what is it, where is its header, which rows are entries? Then over all entries: when is each, and
    which inject does it mean? ``known_things`` are those of the plan that it may name.
    """
    book = without_id_columns(book)
    headings = _with_mapping(options)
    problems = missing_sheets(file, book, options.sheets)
    reports: list[SheetReport] = []
    entries: list[Entry] = []
    headers: dict[str, Header] = {}
    for sheet in sorted(book.sheets, key=lambda one: one.hidden):
        report, header = _classified(sheet, options, headings)
        if report.kind == "list" and header is not None:
            found = read_rows(file, sheet, header, headings, problems)
            if _repeats(found, entries):
                report = dataclasses.replace(report, kind="copy", rows=0)
                problems.append(copied_sheet(file, sheet))
            else:
                problems += doubtful_headings(file, sheet, header) + formulas_without_values(file, sheet)
                report = dataclasses.replace(report, rows=len(found))
                entries += found
                headers[sheet.name] = header
        reports.append(report)
    order = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    entries.sort(key=lambda entry: (order[entry.sheet], entry.row))
    reports.sort(key=lambda report: order[report.name])
    problems += left_out_sheets(file, reports)

    title, day, start = _title_and_day(book, headers)
    schedule = schedule_entries(file, entries, options.known_start, (day, start), problems)
    if schedule.guessed and entries:
        problems.append(guessed_day(file, schedule))

    things = PlanNames() if plan_names is None else plan_names.copy()
    ids = inject_ids([as_text(entry.values.get("number")) for entry in entries], things.inject_ids)
    problems += repeated_numbers(file, entries)
    injects = []
    for entry, inject_id, settled in zip(entries, ids, schedule.settled, strict=True):
        heads = headers[entry.sheet].texts
        injects.append(build_inject(file, entry, inject_id, settled, headings, heads, things, problems))
    _link_parents(file, entries, injects, headers, problems)
    return MasterList(
        title,
        schedule.start,
        tuple(injects),
        tuple((entry.sheet, entry.row) for entry in entries),
        things.objectives,
        things.tasks,
        things.phases,
        tuple(reports),
        without_repeats(problems),
        {name: _layout(header) for name, header in headers.items()},
        {(entry.sheet, entry.row): entry.last_row for entry in entries if entry.last_row > entry.row},
    )


def _with_mapping(options: ImportOptions) -> Headings:
    """The known headings, and what the options say that others mean."""
    fields = dict(options.headings.fields)
    others = dict(options.headings.others)
    for heading, name in options.mapping.items():
        fields.pop(key(heading), None)
        others = {kind: words - {key(heading)} for kind, words in others.items()}
        if name:
            fields[key(heading)] = name
        else:
            # A heading said to mean nothing is known as such, so that no near miss takes it.
            others = {**others, "nothing": others.get("nothing", frozenset()) | {key(heading)}}
    return dataclasses.replace(options.headings, fields=fields, others=others)


def _classified(sheet: Sheet, options: ImportOptions, headings: Headings) -> tuple[SheetReport, Header | None]:
    """What a sheet is, and its header where it has one."""
    if options.sheets and sheet.name not in options.sheets:
        return SheetReport(sheet.name, "not_asked", hidden=sheet.hidden), None
    if not sheet.rows:
        return SheetReport(sheet.name, "empty", hidden=sheet.hidden), None
    header = find_header(sheet, headings)
    if header is None:
        return SheetReport(sheet.name, "unknown", hidden=sheet.hidden), None
    kind = kind_of(sheet, header, headings)
    if options.sheets and header.fields & {"message", "title", "expected_action"}:
        # A sheet that is asked for by name is a list.
        kind = "list"
    columns = {column_letters(column): match.field for column, match in header.matches.items()}
    unknown = tuple(text for column, text in header.texts.items() if column not in header.matches)
    return SheetReport(sheet.name, kind, header.bottom, 0, columns, unknown, sheet.hidden), header


def _repeats(found: Sequence[Entry], before: Sequence[Entry]) -> bool:
    """Whether most of these entries stand in a sheet that was read before."""

    def words(entry: Entry) -> tuple[str, ...]:
        return tuple(key(as_text(entry.values.get(name)))[:200] for name in ("number", "title", "message"))

    known = {words(entry) for entry in before}
    return len(found) >= 2 and sum(words(entry) in known for entry in found) >= SAME * len(found)


def _title_and_day(book: Book, headers: Mapping[str, Header]) -> tuple[str, date | None, float | None]:
    """Title, day and clock of the start from above the lists; what they leave open from a cover sheet."""
    title, day, start = "", None, None
    sheets = {sheet.name: sheet for sheet in book.sheets}
    blocks = [(sheets[name], header.top) for name, header in headers.items()]
    covers = [sheet for sheet in book.sheets if sheet.name not in headers and not sheet.hidden]
    blocks += [(sheet, sheet.last_row + 1) for sheet in covers if len(sheet.rows) <= LONGEST_COVER]
    for sheet, top in blocks:
        one, on, at = title_block(sheet, top)
        title, day, start = title or one, day or on, start if start is not None else at
    return title, day, start


def _layout(header: Header) -> dict[str, int]:
    """The column of each field, and of each heading that is kept as it is."""
    fields = {match.field: column for column, match in header.matches.items()}
    others = {OTHER + text[:200]: column for column, text in header.texts.items() if column not in header.matches}
    return others | fields


def _link_parents(
    file: str,
    entries: Sequence[Entry],
    injects: Sequence[dict[str, Any]],
    headers: Mapping[str, Header],
    problems: list[Problem],
) -> None:
    """An inject that follows another names it by its number; a number that leads nowhere is kept as another column."""
    by_number: dict[str, list[str]] = {}
    for entry, inject in zip(entries, injects, strict=True):
        number = key(as_text(entry.values.get("number")))
        if number:
            by_number.setdefault(number, []).append(inject["id"])
    for entry, inject in zip(entries, injects, strict=True):
        text = as_text(entry.values.get("parent"))
        if not text or text.strip("-–— ") == "":
            continue
        wanted = key(re.sub(r"^(inject|tin|event|msel|số|no\.?|#)\s*", "", text, flags=re.IGNORECASE))
        leads = [one for one in by_number.get(wanted, by_number.get(key(text), [])) if one != inject["id"]]
        if len(leads) == 1:
            inject["parent"] = leads[0]
            continue
        heading = headers[entry.sheet].texts.get(entry.columns.get("parent", 0), "parent")
        inject.setdefault("other_columns", {})[heading] = text
        problems.append(
            Problem(
                "parent-unknown",
                entry.spot(file, "parent"),
                mark("“{text}” leads to no single entry of the list; it is kept as another column"),
                mark("Write the number of the entry that it follows"),
                {"text": text[:60]},
                "warning",
            )
        )
