"""How does an import say what it read, what it doubts and what it refuses? In sentences, or as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sansang.formats.problems import CatalogueMessage, Problem, Spot
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.formats.workbook.compare import Arrival
    from sansang.formats.workbook.foreign_list import SheetReport
    from sansang.formats.workbook.sheets import Book

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
#: More findings of one kind than this are told in one line.
MOST_OF_A_KIND = 6


def noticed_in(file: str, book: Book) -> list[Problem]:
    """What the library that edits workbooks can't carry, and links that are not followed: named before any writing."""
    found = [
        Problem(
            "uncarried",
            Spot(file),
            mark("The workbook holds {what}: kept in the folder, but missing or changed in what is exported later"),
            mark("Keep your own copy of the workbook if you need that"),
            {"what": CatalogueMessage(what)},
            "warning",
        )
        for what in book.uncarried
    ]
    if book.external_links:
        found.append(
            Problem(
                "external-links",
                Spot(file),
                mark("The workbook refers to other files; nothing was followed, the stored values were read"),
                mark("Replace the references by values if they are out of date"),
                {},
                "note",
            )
        )
    if book.kind not in ("xlsx",):
        found.append(
            Problem(
                "kind-not-written",
                Spot(file),
                mark("The program reads .{kind} and writes .xlsx: what is exported later is a new workbook"),
                mark("Save it as .xlsx first if its looks matter"),
                {"kind": book.kind},
                "note",
            )
        )
    return found


def done(
    voice: Voice,
    folder: Path,
    as_json: bool,
    rows: int,
    sheets: tuple[SheetReport, ...],
    problems: list[Problem],
    accepted: tuple[Any, ...],
    files: tuple[str, ...],
    told: bool = False,
) -> None:
    if as_json:
        click.echo(_as_json(voice, rows, sheets, problems, None, accepted, files))
        return
    if not told:
        tell(voice, problems)
    _tell_sheets(voice, sheets)
    if told and not accepted:
        click.echo(voice.say(mark("No change to be written: the plan is as the workbook says, or nothing was taken.")))
        return
    if told:
        click.echo(voice.count(mark("{n} change written."), mark("{n} changes written."), len(accepted)))
    else:
        click.echo(voice.count(mark("{n} row imported."), mark("{n} rows imported."), rows))
    click.echo(voice.say(mark("Folder: {folder}"), folder=folder))
    click.echo(voice.say(mark("Next: sansang check {folder}"), folder=folder))


def _tell_sheets(voice: Voice, sheets: tuple[SheetReport, ...]) -> None:
    from sansang.formats.workbook.foreign_list import KIND_NAMES

    for report in sheets:
        if report.kind == "list":
            line = mark("Sheet “{name}”: {rows} rows, header in row {row}")
            click.echo(voice.say(line, name=report.name, rows=report.rows, row=report.header_row))
            if report.columns:
                named = ", ".join(f"{letters} {name}" for letters, name in report.columns.items())
                click.echo(click.style(voice.say(mark("  columns: {named}"), named=named), dim=True))
        elif report.kind != "empty":
            line = mark("Sheet “{name}”: left out ({kind})")
            click.echo(voice.say(line, name=report.name, kind=voice.say(KIND_NAMES[report.kind])))


def tell(voice: Voice, problems: list[Problem]) -> None:
    labels = {"error": voice.say(mark("error")), "warning": voice.say(mark("warning")), "note": voice.say(mark("note"))}
    counts: dict[str, int] = {}
    for problem in sorted(problems, key=lambda one: ("error", "warning", "note").index(one.severity)):
        counts[problem.code] = counts.get(problem.code, 0) + 1
        if counts[problem.code] > MOST_OF_A_KIND and problem.severity != "error":
            continue
        label = click.style(labels[problem.severity], fg=COLOURS[problem.severity])
        click.echo(f"{label}: {problem.say(voice)}", err=True)
    for code, count in counts.items():
        if count > MOST_OF_A_KIND and not any(p.code == code and p.severity == "error" for p in problems):
            more = mark("… and {n} more like this [{code}]; --json has them all.")
            click.echo(voice.say(more, n=count - MOST_OF_A_KIND, code=code), err=True)


def refuse(voice: Voice, problems: Any, as_json: bool, sheets: tuple[SheetReport, ...] = ()) -> NoReturn:
    """Say what is wrong and end with 2; nothing was written."""
    if as_json:
        click.echo(_as_json(voice, 0, sheets, list(problems), None, ()))
    else:
        tell(voice, list(problems))
        click.echo(voice.say(mark("Nothing was imported.")), err=True)
    sys.exit(2)


def _as_json(
    voice: Voice,
    rows: int,
    sheets: tuple[SheetReport, ...],
    problems: list[Problem],
    waiting: Arrival | None,
    accepted: tuple[Any, ...],
    files: tuple[str, ...] = (),
) -> str:
    from sansang.formats.workbook.report import change_as_json, problem_as_json, sheet_as_json

    said: dict[str, Any] = {
        "imported": rows,
        "sheets": [sheet_as_json(report) for report in sheets],
        "problems": [problem_as_json(voice, problem) for problem in problems],
        "changes": [change_as_json(change) for change in (waiting.changes if waiting else accepted)],
        "written": list(files),
    }
    if waiting is not None:
        said["waiting"] = len(waiting.changes)
    return json.dumps(said, ensure_ascii=False, indent=1)


def warn(voice: Voice, message: str, what: str) -> None:
    label = click.style(voice.say(mark("warning")), fg=COLOURS["warning"])
    click.echo(f"{label}: {voice.say(message, what=voice.say(what))}.", err=True)


def stop(voice: Voice, message: str, **values: object) -> NoReturn:
    click.echo(f"{voice.say(mark('error'))}: {voice.say(message, **values)}.", err=True)
    sys.exit(2)


def waiting(voice: Voice, as_json: bool, arrival: Arrival, problems: list[Problem]) -> NoReturn:
    """Changes were shown and nobody said which to take: nothing is written, exit code 1."""
    if as_json:
        click.echo(_as_json(voice, 0, arrival.sheets, problems, arrival, ()))
    else:
        click.echo(
            voice.say(mark("Nothing was written. Take the changes with --accept all, or --accept ID,ID.FIELD,…")),
            err=True,
        )
    sys.exit(1)
