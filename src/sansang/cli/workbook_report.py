"""How does an import say what it read, what it doubts and what it refuses? In sentences, or as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sansang.formats.problems import Problem
    from sansang.formats.workbook import SheetReport, WorkbookImport
    from sansang.model.merging import Change
    from sansang.plans import PendingImport

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
#: Of problems of one kind no more than this are printed; one line counts the rest.
MOST_OF_A_KIND = 6


def report_done(
    voice: Voice, pending: PendingImport, accepted: Sequence[Change], files: tuple[str, ...], as_json: bool
) -> None:
    """Say what was written: for a new folder how many rows, for a plan that was there how many changes."""
    found = pending.found
    if as_json:
        rows = found.rows if pending.is_new or accepted or not found.changes else 0
        click.echo(_as_json(voice, rows, found.sheets, found.problems, accepted, files))
        return
    if pending.is_new:
        show_problems(voice, found.problems)
    _show_sheets(voice, found.sheets)
    if not pending.is_new and not accepted:
        click.echo(voice.say(mark("No change to be written: the plan is as the workbook says, or nothing was taken.")))
        return
    if pending.is_new:
        click.echo(voice.count(mark("{n} row imported."), mark("{n} rows imported."), found.rows))
    else:
        click.echo(voice.count(mark("{n} change written."), mark("{n} changes written."), len(accepted)))
    click.echo(voice.say(mark("Folder: {folder}"), folder=pending.folder))
    click.echo(voice.say(mark("Next: sansang check {folder}"), folder=pending.folder))


def report_waiting(voice: Voice, found: WorkbookImport, as_json: bool) -> NoReturn:
    """Changes were shown and nobody chose: nothing is written, exit code 1."""
    if as_json:
        waiting = len(found.changes)
        click.echo(_as_json(voice, 0, found.sheets, found.problems, found.changes, waiting=waiting))
    else:
        click.echo(
            voice.say(mark("Nothing was written. Take the changes with --accept all, or --accept ID,ID.FIELD,…")),
            err=True,
        )
    sys.exit(1)


def _show_sheets(voice: Voice, sheets: tuple[SheetReport, ...]) -> None:
    from sansang.formats.workbook import KIND_NAMES

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


def show_problems(voice: Voice, problems: Sequence[Problem]) -> None:
    """Print problems to the error stream, errors first; of many of one kind the first few and how many more."""
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


def refuse(voice: Voice, problems: Sequence[Problem], as_json: bool, sheets: tuple[SheetReport, ...] = ()) -> NoReturn:
    """Say what is wrong and end with 2; nothing was written."""
    if as_json:
        click.echo(_as_json(voice, 0, sheets, problems, ()))
    else:
        show_problems(voice, problems)
        click.echo(voice.say(mark("Nothing was imported.")), err=True)
    sys.exit(2)


def _as_json(
    voice: Voice,
    rows: int,
    sheets: tuple[SheetReport, ...],
    problems: Sequence[Problem],
    changes: Sequence[Change],
    written: Sequence[str] = (),
    waiting: int | None = None,
) -> str:
    from sansang.formats.workbook import import_as_json

    said = import_as_json(voice, rows, sheets, problems, changes, written, waiting)
    return json.dumps(said, ensure_ascii=False, indent=1)


def warn(voice: Voice, message: str, what: str) -> None:
    """Print one warning, about something that the catalogue names."""
    label = click.style(voice.say(mark("warning")), fg=COLOURS["warning"])
    click.echo(f"{label}: {voice.say(message, what=voice.say(what))}.", err=True)


def stop(voice: Voice, message: str, **values: object) -> NoReturn:
    """Print one error and end with 2."""
    click.echo(f"{voice.say(mark('error'))}: {voice.say(message, **values)}.", err=True)
    sys.exit(2)
