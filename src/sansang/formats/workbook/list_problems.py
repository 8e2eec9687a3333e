"""What is doubtful about a list that somebody else made? Its problems, each with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.formats.problems import CatalogueMessage, CellSpot, Problem, Spot
from sansang.formats.workbook.header import Header
from sansang.formats.workbook.report import KIND_NAMES, SheetReport
from sansang.formats.workbook.rows import Entry
from sansang.formats.workbook.schedule import Schedule
from sansang.formats.workbook.sheets import Book, Sheet, as_text, column_letters
from sansang.words import mark


def missing_sheets(file: str, book: Book, wanted: Sequence[str]) -> list[Problem]:
    """An error for each sheet that was asked for and is not there."""
    names = [sheet.name for sheet in book.sheets]
    return [
        Problem(
            "no-sheet",
            Spot(file),
            mark("There is no sheet `{name}`"),
            mark("Write one of: {known}"),
            {"name": name, "known": ", ".join(names)},
        )
        for name in wanted
        if name not in names
    ]


def copied_sheet(file: str, sheet: Sheet) -> Problem:
    """A note that a sheet repeats another one."""
    return Problem(
        "copy",
        CellSpot(file, sheet=sheet.name),
        mark("The sheet holds the entries of another one again and is left out"),
        mark("To read this one instead, name it with --sheet"),
        {},
        "note",
    )


def doubtful_headings(file: str, sheet: Sheet, header: Header) -> list[Problem]:
    """A note for each heading that is only nearly known, with what it is taken for, and for each that is not known."""
    problems = []
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
    return problems


def formulas_without_values(file: str, sheet: Sheet) -> list[Problem]:
    """A warning where cells of a sheet hold formulas that no program has worked out."""
    if not sheet.unvalued:
        return []
    return [
        Problem(
            "formula-without-value",
            CellSpot(file, sheet=sheet.name, cell=sheet.unvalued[0]),
            mark("{n} formulas were never worked out, so their cells are empty here: {cells}"),
            mark("Open the workbook in an office program, save it, and import again"),
            {"n": len(sheet.unvalued), "cells": ", ".join(sheet.unvalued[:12])},
            "warning",
        )
    ]


def left_out_sheets(file: str, reports: Sequence[SheetReport]) -> list[Problem]:
    """What is said of sheets that are no list, or hidden; an error where no sheet is a list."""
    problems = []
    lists = [report for report in reports if report.kind == "list"]
    for report in reports:
        spot = CellSpot(file, sheet=report.name)
        named = [*report.unknown, *report.columns.values()]
        if report.kind in ("contacts", "tracker", "unknown"):
            problems.append(
                Problem(
                    "not-a-list",
                    spot,
                    mark("The sheet is no master list ({kind}: {why})"),
                    mark("If it is one, name it with --sheet and its columns with --map"),
                    {"kind": CatalogueMessage(KIND_NAMES[report.kind]), "why": ", ".join(named[:6]) or "–"},
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
    return problems


def guessed_day(file: str, schedule: Schedule) -> Problem:
    """A warning that the day of the exercise had to be made up."""
    return Problem(
        "no-day",
        Spot(file),
        mark("The workbook does not say on which day the exercise is; {day} is taken"),
        mark("Give it with --day 2026-11-14, or correct `start` in exercise.yaml"),
        {"day": schedule.start.strftime("%d/%m/%Y")},
        "warning",
    )


def repeated_numbers(file: str, entries: Sequence[Entry]) -> list[Problem]:
    """A note for each number that stands a second time."""
    problems = []
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
    return problems


def without_repeats(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems, each kind once at a place."""
    seen: set[tuple[str, Spot]] = set()
    found = []
    for problem in problems:
        if (problem.code, problem.spot) not in seen:
            seen.add((problem.code, problem.spot))
            found.append(problem)
    return tuple(found)
