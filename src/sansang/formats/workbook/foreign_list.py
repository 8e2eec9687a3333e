"""What does the master list of a foreign workbook say? Its entries as injects, where each stood, what is doubtful."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sansang.formats.problems import CellSpot, Problem, Said, Spot
from sansang.formats.workbook.header import Header, find_header, kind_of, title_block
from sansang.formats.workbook.headings import Headings, default_headings, key
from sansang.formats.workbook.injects import Known, inject_of, numbered
from sansang.formats.workbook.payload import unmarked
from sansang.formats.workbook.report import KIND_NAMES, SheetReport
from sansang.formats.workbook.rows import Entry, read_rows
from sansang.formats.workbook.schedule import KnownStart, Schedule, settle
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


def read_list(file: str, book: Book, options: ImportOptions, known_things: Known | None = None) -> MasterList:
    """The master list of a workbook that the program did not write; with errors among its problems it is refused."""
    problems: list[Problem] = []
    book = unmarked(book)
    headings = _overruled(options)
    _wrong_sheets(file, book, options, problems)
    reports: list[SheetReport] = []
    entries: list[Entry] = []
    headers: list[tuple[Sheet, Header]] = []
    for sheet in sorted(book.sheets, key=lambda one: one.hidden):
        report, header = _kind(sheet, options, headings)
        if report.kind == "list" and header is not None:
            found = read_rows(file, sheet, header, headings, problems)
            if _is_copy(found, entries):
                report = dataclasses.replace(report, kind="copy", rows=0)
                problems.append(_copy(file, sheet))
            else:
                _name_matches(file, sheet, header, problems)
                _unvalued(file, sheet, problems)
                report = dataclasses.replace(report, rows=len(found))
                entries += found
                headers.append((sheet, header))
        reports.append(report)
    order = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    entries.sort(key=lambda entry: (order[entry.sheet], entry.row))
    reports.sort(key=lambda report: order[report.name])
    _tell_sheets(file, reports, problems)
    lists = {sheet.name for sheet, _ in headers}
    covers = [sheet for sheet in book.sheets if sheet.name not in lists and not sheet.hidden]
    title, above = _above(headers, covers)
    schedule = settle(file, entries, options.known_start, above, problems)
    if schedule.guessed and entries:
        problems.append(_no_day(file, schedule))
    return _listed(file, title, entries, schedule, reports, problems, headings, known_things, headers)


def _overruled(options: ImportOptions) -> Headings:
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


def _wrong_sheets(file: str, book: Book, options: ImportOptions, problems: list[Problem]) -> None:
    names = [sheet.name for sheet in book.sheets]
    for wanted in options.sheets:
        if wanted not in names:
            problems.append(
                Problem(
                    "no-sheet",
                    Spot(file),
                    mark("There is no sheet `{name}`"),
                    mark("Write one of: {known}"),
                    {"name": wanted, "known": ", ".join(names)},
                )
            )


def _kind(sheet: Sheet, options: ImportOptions, headings: Headings) -> tuple[SheetReport, Header | None]:
    if options.sheets and sheet.name not in options.sheets:
        return SheetReport(sheet.name, "not_asked", hidden=sheet.hidden), None
    if not sheet.rows:
        return SheetReport(sheet.name, "empty", hidden=sheet.hidden), None
    header = find_header(sheet, headings)
    if header is None:
        return SheetReport(sheet.name, "unknown", hidden=sheet.hidden), None
    kind = kind_of(sheet, header, headings)
    if options.sheets and header.fields & {"message", "title", "expected_action"}:
        # Whoever names a sheet knows what it is.
        kind = "list"
    columns = {column_letters(column): match.field for column, match in header.matches.items()}
    unknown = tuple(text for column, text in header.texts.items() if column not in header.matches)
    return SheetReport(sheet.name, kind, header.bottom, 0, columns, unknown, sheet.hidden), header


def _is_copy(found: Sequence[Entry], before: Sequence[Entry]) -> bool:
    if not found or not before:
        return False
    have = Counter(_gist(entry) for entry in before)
    same = sum(have[_gist(entry)] > 0 for entry in found)
    return same >= SAME * len(found) and len(found) >= 2


def _gist(entry: Entry) -> tuple[str, ...]:
    return tuple(key(as_text(entry.values.get(name)))[:200] for name in ("number", "title", "message"))


def _copy(file: str, sheet: Sheet) -> Problem:
    return Problem(
        "copy",
        CellSpot(file, sheet=sheet.name),
        mark("The sheet holds the entries of another one again and is left out"),
        mark("To read this one instead, name it with --sheet"),
        {},
        "note",
    )


def _name_matches(file: str, sheet: Sheet, header: Header, problems: list[Problem]) -> None:
    """A heading that was only nearly known is always named, with what it was taken for."""
    for column, match in header.matches.items():
        if match.how == "exact":
            continue
        problems.append(
            Problem(
                "heading-near",
                CellSpot(file, sheet=sheet.name, cell=f"{column_letters(column)}{header.top}"),
                mark("The heading “{heading}” is taken for {field}, because it is like “{word}”"),
                mark('If that is wrong: --map "{heading}=FIELD", or "{heading}=" to keep it as another column'),
                {"heading": header.texts[column], "field": match.field, "word": match.word},
                "note",
            )
        )
    for column, text in header.texts.items():
        if column not in header.matches:
            problems.append(
                Problem(
                    "heading-unknown",
                    CellSpot(file, sheet=sheet.name, cell=f"{column_letters(column)}{header.top}"),
                    mark("The heading “{heading}” is not known; its cells are kept with each inject as another column"),
                    mark('If it belongs to the list: --map "{heading}=FIELD"'),
                    {"heading": text},
                    "note",
                )
            )


def _unvalued(file: str, sheet: Sheet, problems: list[Problem]) -> None:
    if sheet.unvalued:
        problems.append(
            Problem(
                "formula-without-value",
                CellSpot(file, sheet=sheet.name, cell=sheet.unvalued[0]),
                mark("{n} formulas were never worked out, so their cells are empty here: {cells}"),
                mark("Open the workbook in an office program, save it, and import again"),
                {"n": len(sheet.unvalued), "cells": ", ".join(sheet.unvalued[:12])},
                "warning",
            )
        )


def _tell_sheets(file: str, reports: Sequence[SheetReport], problems: list[Problem]) -> None:
    lists = [report for report in reports if report.kind == "list"]
    for report in reports:
        spot = CellSpot(file, sheet=report.name)
        if report.kind in ("contacts", "tracker", "unknown"):
            problems.append(
                Problem(
                    "not-a-list",
                    spot,
                    mark("The sheet is no master list ({kind}: {why})"),
                    mark("If it is one, name it with --sheet and its columns with --map"),
                    {"kind": Said(KIND_NAMES[report.kind]), "why": _why(report)},
                    "note" if lists else "error",
                )
            )
        elif report.kind == "list" and report.hidden:
            problems.append(
                Problem(
                    "hidden-sheet",
                    spot,
                    mark("The sheet is hidden; its {n} entries were read like the others"),
                    mark("Name the sheets to be read with --sheet if that is wrong"),
                    {"n": report.rows},
                    "note",
                )
            )
    if not lists and all(report.kind in ("empty", "not_asked") for report in reports):
        problems.append(
            Problem(
                "nothing-in-it",
                Spot(file),
                mark("No sheet holds a list"),
                mark("Give a workbook with a master list: a row of headings, then a row for each inject"),
            )
        )


def _why(report: SheetReport) -> str:
    named = [*report.unknown, *report.columns.values()][:6]
    return ", ".join(named) if named else "–"


def _above(
    headers: Sequence[tuple[Sheet, Header]], covers: Sequence[Sheet]
) -> tuple[str, tuple[date | None, float | None]]:
    """Title, day and start from above the lists; what they leave open from a cover sheet."""
    title, day, start = "", None, None
    blocks = [(sheet, header.top) for sheet, header in headers]
    blocks += [(sheet, sheet.last_row + 1) for sheet in covers if len(sheet.rows) <= LONGEST_COVER]
    for sheet, top in blocks:
        one, on, at = title_block(sheet, top)
        title, day, start = title or one, day or on, start if start is not None else at
    return title, (day, start)


def _no_day(file: str, schedule: Schedule) -> Problem:
    return Problem(
        "no-day",
        Spot(file),
        mark("The workbook does not say on which day the exercise is; {day} is taken"),
        mark("Give it with --day 2026-11-14, or correct `start` in exercise.yaml"),
        {"day": schedule.start.strftime("%d/%m/%Y")},
        "warning",
    )


def _listed(
    file: str,
    title: str,
    entries: Sequence[Entry],
    schedule: Schedule,
    reports: Sequence[SheetReport],
    problems: list[Problem],
    headings: Headings,
    known_things: Known | None,
    headers: Sequence[tuple[Sheet, Header]],
) -> MasterList:
    things = known_things or Known()
    ids = numbered([as_text(entry.values.get("number")) for entry in entries], things.inject_ids)
    _repeated(file, entries, problems)
    texts = {sheet.name: header.texts for sheet, header in headers}
    injects = []
    found = things.copy()
    for entry, inject_id, settled in zip(entries, ids, schedule.settled, strict=True):
        heads = texts.get(entry.sheet, {})
        injects.append(inject_of(file, entry, inject_id, settled, headings, heads, found, problems))
    _parents(file, entries, injects, texts, problems)
    return MasterList(
        title,
        schedule.start,
        tuple(injects),
        tuple((entry.sheet, entry.row) for entry in entries),
        found.objectives,
        found.tasks,
        found.phases,
        tuple(reports),
        tuple(_once(problems)),
        {sheet.name: _layout(header) for sheet, header in headers},
        {(entry.sheet, entry.row): entry.last_row for entry in entries if entry.last_row > entry.row},
    )


def _layout(header: Header) -> dict[str, int]:
    """The column of each field, and of each heading that is kept as it is."""
    fields = {match.field: column for column, match in header.matches.items()}
    others = {OTHER + text[:200]: column for column, text in header.texts.items() if column not in header.matches}
    return others | fields


def _repeated(file: str, entries: Sequence[Entry], problems: list[Problem]) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        number = as_text(entry.values.get("number"))
        if not number:
            continue
        if number in first:
            problems.append(
                Problem(
                    "number-again",
                    entry.spot(file, "number"),
                    mark("The number {number} stands at {first} too; both entries are kept, each under its own id"),
                    mark("Renumber one of them if they are not the same"),
                    {"number": number, "first": str(first[number].spot("", "number")).removeprefix(": ")},
                    "note",
                )
            )
        first.setdefault(number, entry)


def _parents(
    file: str,
    entries: Sequence[Entry],
    injects: Sequence[dict[str, Any]],
    texts: Mapping[str, Mapping[int, str]],
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
        heading = texts.get(entry.sheet, {}).get(entry.columns.get("parent", 0), "parent")
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


def _once(problems: Sequence[Problem]) -> list[Problem]:
    seen: set[tuple[str, Spot]] = set()
    found = []
    for problem in problems:
        if (problem.code, problem.spot) not in seen:
            seen.add((problem.code, problem.spot))
            found.append(problem)
    return found
